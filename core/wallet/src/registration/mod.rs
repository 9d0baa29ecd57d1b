//! Registration and real-name verification (design 4.1): a state machine without I/O, and a driver around it.

mod driver;
mod input;
mod machine;
mod record;
mod steps;
mod view;

pub(crate) use driver::{answer, cancel, card_stored, grant, grant_lost, is_granted, resume, start, view};
pub(crate) use input::preview;
pub(crate) use record::note_withdrawal;
pub use view::{
    IdentityInput, IdentityPreview, NameAdviceView, NumberInput, RegistrationView, StepAnswer, StepFailure, StepView,
};
