//! Measures the figures of the credential layer; `cargo xtask figures` and `cargo xtask bench` run it.

fn main() {
    permitcard_benches::figures::print();
}
