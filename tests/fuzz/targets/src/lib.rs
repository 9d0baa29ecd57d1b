//! What the fuzzers run: one function a target, each for any bytes. Not shipped.
//!
//! The first byte of the input often chooses how the rest is used: as it came, or put behind a signature, a hash or a
//! compression that no fuzzer finds by chance.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a target that stops is a finding"
)]

mod cbor;
mod claim_169;
mod frames;
mod kbt;
mod mdoc;
mod sd_cwt;
mod sd_jwt;
mod seeds;
mod status_list;
mod text;
mod trust_list;
mod world;

pub use cbor::cbor;
pub use claim_169::claim_169;
pub use frames::frames;
pub use kbt::kbt;
pub use mdoc::mdoc;
pub use sd_cwt::sd_cwt;
pub use sd_jwt::sd_jwt;
pub use seeds::seeds;
pub use status_list::status_list;
pub use text::text;
pub use trust_list::trust_list;

/// A target: any bytes in, no panic.
pub type Target = fn(&[u8]);

/// All targets by their names, which are also those of their corpora and of their programs.
pub const ALL: [(&str, Target); 10] = [
    ("text", text),
    ("cbor", cbor),
    ("sd_cwt", sd_cwt),
    ("kbt", kbt),
    ("status_list", status_list),
    ("trust_list", trust_list),
    ("claim_169", claim_169),
    ("sd_jwt", sd_jwt),
    ("mdoc", mdoc),
    ("frames", frames),
];

/// The way that the first byte chooses among `ways`, and the rest.
fn split(data: &[u8], ways: u8) -> (u8, &[u8]) {
    data.split_first()
        .map_or((0, data), |(first, rest)| (first % ways, rest))
}

/// The pieces of an input: each behind two bytes with its length, the last one as long as it is.
fn pieces(mut data: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (head, rest) = data.split_first_chunk::<2>()?;
        let (piece, rest) = rest.split_at(usize::from(u16::from_be_bytes(*head)).min(rest.len()));
        data = rest;
        Some(piece)
    })
}
