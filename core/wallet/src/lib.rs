//! The holder: registration, issuance, presentation, sync, erase.
//!
//! [`Wallet`] is the one entry object. Everything that it returns is a record by value, so that a binding can pass it on.

mod base;
mod erase;
mod error;
mod held;
mod issuance;
mod options;
mod presentation;
mod registration;
mod sync;
mod wallet;

pub use base::link::{Link, Reply};
pub use error::{CheckCode, InputCode, NetworkFailure, Refusal, StateCode, WalletError};
pub use held::{CardStatus, CardView, ExportFormat, Field, FieldChange, FieldValue, PortraitView, PrintedView};
pub use options::{Environment, OpenOptions, Phase, WalletState};
pub use permitcard_credential::permit::{Group, Profile};
pub use permitcard_identity::{IdentityError, IdentityWarning, NameRule, NameStep};
pub use permitcard_platform::{Clock, DeviceKeys, KeyError, PromptText};
pub use permitcard_protocol::registration::{
    CodeOnItsWay, ConsentDecision, ConsentKind, ConsentRequest, InteractionType, Launch,
};
pub use permitcard_protocol::{ClientFile, WireCode};
pub use presentation::{
    DisclosureEntry, DisclosureView, ExportRequest, ExportTarget, ExportView, Nonce, PresentRequest, PresentationView,
    ShowTarget, ShowView,
};
pub use registration::{IdentityInput, IdentityPreview, NumberInput, RegistrationView, StepAnswer, StepView};
pub use sync::SyncReport;
pub use wallet::Wallet;
