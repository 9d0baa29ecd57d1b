//! Records and enums by value, with the names that they have in Rust, and their conversions. A conversion takes its
//! source apart field by field, so that a field that is added below cannot be forgotten here.
//!
//! Types that may carry personal data show no value in `Debug`. The innermost of them export it, so that Kotlin's
//! `toString` and Swift's `String(describing:)` are as silent; the texts of types around them are made of theirs.

mod card;
mod consent;
mod disclosed;
mod document;
mod export;
mod identity;
mod mrz;
mod number;
mod open;
mod permit;
mod policy;
mod presentation;
mod registration;
mod request;
mod service;
mod snapshot;
mod sync;
mod verdict;

pub use card::{CardEnd, CardStatus, CardView, Field, FieldValue, PortraitView};
pub use consent::{ConsentDecision, ConsentKind, ConsentRequest, ConsentStatus, Withdrawal, WithdrawalEffect};
pub use disclosed::{Category, Disclosed, Employment, FileData, Person, Portrait, SocialSecurity};
pub use document::{Document, PrintedView};
pub use export::{ExportFormat, ExportRequest, ExportTarget, ExportView};
pub use identity::{IdentityInput, IdentityPreview, NameAdvice, NameStep, NumberInput};
pub use mrz::{Mrz, MrzChange, MrzCorrection, MrzDate, MrzFormat, MrzReading, Sex};
pub use number::{Certainty, NumberKind, Recognised};
pub use open::{Environment, OpenOptions, Phase, WalletState};
pub use permit::{Group, Profile};
pub use policy::{Policy, policies};
pub use presentation::{
    DisclosureEntry, DisclosureView, Nonce, PresentRequest, PresentationView, ShowTarget, ShowView,
};
pub use registration::{CodeOnItsWay, InteractionType, Launch, RegistrationView, StepAnswer, StepFailure, StepView};
pub use request::{OpenRequest, ReaderRequest};
pub use service::{PendingView, ServiceView};
pub use snapshot::{SnapshotInfo, StatusListInfo};
pub use sync::{FieldChange, SyncReport};
pub use verdict::{Checked, Outcome, TrustedTime, Verdict, Verdicts, VerifyRequest};

#[cfg(test)]
mod tests;
