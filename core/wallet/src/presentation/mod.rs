//! Presentation (design 4.3): choose, show before signing, sign, log.

mod choose;
mod log;
mod show;
mod view;

pub(crate) use show::{Shows, begin, end, entries, preview, resume, sign};
pub use view::{DisclosureEntry, DisclosureView, Nonce, PresentRequest, PresentationView, ShowView};
