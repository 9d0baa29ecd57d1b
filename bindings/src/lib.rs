//! The core of Permit Card for Kotlin and Swift.
//!
//! A facade and nothing else: records by value with the names that they have in Rust, conversions, and the two entry
//! objects [`Wallet`] and [`Verifier`]. Every rule lives below, in `permitcard-wallet` and `permitcard-checking`.

uniffi::setup_scaffolding!();

mod cancel;
mod error;
pub mod foreign;
mod frames;
mod identity;
mod panics;
mod picture;
mod runtime;
pub mod types;
mod verifier;
mod wallet;
mod words;

pub use cancel::CancelToken;
pub use error::PermitCardError;
pub use frames::{FrameProgress, FrameReceiver, is_frame};
pub use identity::{name_advice, read_mrz, recognise_number};
pub use picture::{QrMatrix, printed_qr_matrix, printed_qr_svg, qr_matrix, qr_svg};
pub use verifier::{Verifier, erase_verifier};
pub use wallet::{Wallet, erase_unopened_wallet, registering::preview_identity};
pub use words::{Explanation, Language, explain, language_for, next_steps};
