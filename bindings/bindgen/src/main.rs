//! uniffi's bindings generator, at the version that the library was built with.
//!
//! `permitcard-bindgen generate --no-format --language kotlin|swift --config uniffi.toml --out-dir DIR LIBRARY`, started
//! inside the repository. LIBRARY is a built `permitcard_ffi` with its symbols: the interface is read from there.

fn main() {
    uniffi::uniffi_bindgen_main()
}
