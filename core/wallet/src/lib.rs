//! The holder: registration, issuance, presentation, sync, erase.
//!
//! [`Wallet`] is the one entry object. Everything that it returns is a record by value, so that a binding can pass it on.

mod base;
mod consents;
mod erase;
mod error;
mod held;
mod issuance;
mod options;
mod presentation;
mod registration;
mod services;
mod sync;
mod wallet;

pub use base::link::{Link, Reply};
pub use consents::Withdrawal;
pub use error::{CheckCode, InputCode, NetworkFailure, Refusal, StateCode, WalletError};
pub use held::{
    CardEnd, CardStatus, CardView, ExportFormat, Field, FieldChange, FieldValue, PortraitView, PrintedView,
};
pub use issuance::PendingView;
pub use options::{Environment, OpenOptions, Phase, WalletState};
pub use permitcard_credential::permit::{Group, Profile};
pub use permitcard_identity::{IdentityError, IdentityWarning, NameQuestion, NameRule, NameStep};
pub use permitcard_platform::{Clock, DeviceKeys, KeyError, PromptText};
pub use permitcard_protocol::consents::{ConsentStatus, WithdrawalEffect};
pub use permitcard_protocol::registration::{
    CodeOnItsWay, ConsentDecision, ConsentKind, ConsentRequest, InteractionType, Launch, Tier,
};
pub use permitcard_protocol::{ClientFile, WireCode};
pub use presentation::{
    DisclosureEntry, DisclosureView, ExportRequest, ExportTarget, ExportView, Nonce, PresentRequest, PresentationView,
    ShowTarget, ShowView,
};
pub use registration::{
    IdentityInput, IdentityPreview, NameAdviceView, NumberInput, RegistrationView, StepAnswer, StepFailure, StepView,
};
pub use services::{Service, ServiceCode, ServiceView};
pub use sync::SyncReport;
pub use wallet::{Wallet, background_delay};
