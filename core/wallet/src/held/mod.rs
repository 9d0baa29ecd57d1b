//! The card as the wallet holds it: stored records, fields, views.

mod beacon;
mod end;
mod export;
mod field;
mod fields;
mod printed;
pub(crate) mod record;
mod view;

pub(crate) use beacon::{keep_beacons, newest_beacon};
pub use end::CardEnd;
pub(crate) use end::{StoredEnd, end};
pub use export::ExportFormat;
pub(crate) use export::{ExportRecord, clear_exports, export, put_export};
pub use field::{Field, FieldChange, FieldValue};
pub(crate) use fields::{changes, shown_fields};
pub use printed::PrintedView;
pub(crate) use printed::{PrintedRecord, printed, printed_view, put_printed};
pub use view::{CardStatus, CardView, PortraitView};
pub(crate) use view::{card_view, portrait_view, stored_card};
