//! Presentation (design 4.3): choose, show before signing, sign, log.

mod choose;
mod export;
mod log;
mod session;
mod show;
mod size;
mod target;
mod view;

pub(crate) use export::{export, preview_export};
pub(crate) use session::Shows;
pub(crate) use show::{begin, end, entries, preview, resume, sign};
pub use view::{
    DisclosureEntry, DisclosureView, ExportRequest, ExportTarget, ExportView, Nonce, PresentRequest, PresentationView,
    ShowTarget, ShowView,
};
