//! Presentation (design 4.3): choose, show before signing, sign, log.

mod choose;
mod log;
mod session;
mod show;
mod target;
mod view;

pub(crate) use session::Shows;
pub(crate) use show::{begin, end, entries, preview, resume, sign};
pub use view::{DisclosureEntry, DisclosureView, Nonce, PresentRequest, PresentationView, ShowTarget, ShowView};
