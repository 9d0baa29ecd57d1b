use std::fmt;

use permitcard_credential::printed;
use permitcard_wallet as core;

use super::{Category, FieldValue, Person, Portrait};

/// What a printed permit says: a document only, whoever shows it. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct Document {
    /// Set by the sandbox: proves nothing about a person.
    pub test: bool,
    /// The category.
    pub category: Category,
    /// The last day of the permit, in days since 1970-01-01.
    pub valid_until: i32,
    /// Restriction bits, 0 to 23.
    pub restrictions: u8,
    /// Name and nationality.
    pub person: Person,
    /// The day of birth, in days since 1970-01-01; negative before.
    pub birth_day: Option<i32>,
    /// The portrait, if it was wanted.
    pub portrait: Option<Portrait>,
    /// The employer's name.
    pub employer: Option<String>,
    /// The occupation.
    pub occupation: Option<String>,
    /// The work permit number.
    pub permit_number: Option<String>,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").finish_non_exhaustive()
    }
}

impl From<printed::Document> for Document {
    fn from(document: printed::Document) -> Self {
        let printed::Document {
            test,
            category,
            valid_until,
            restrictions,
            person,
            birth_day,
            portrait,
            employer,
            occupation,
            permit_number,
        } = document;
        Self {
            test,
            category: category.into(),
            valid_until: valid_until.0,
            restrictions,
            person: person.into(),
            birth_day: birth_day.map(|day| day.0),
            portrait: portrait.map(Into::into),
            employer,
            occupation,
            permit_number,
        }
    }
}

/// The holder's permit to print. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct PrintedView {
    /// The QR text, without a prefix. Draw it with `printed_qr_matrix`, at least 0.38 mm a module.
    pub text: String,
    /// The small portrait is inside.
    pub with_portrait: bool,
    /// One with the portrait is kept as well.
    pub portrait_available: bool,
    /// The day of issue, seconds since 1970.
    pub issued_at: i64,
    /// Until when it counts, seconds since 1970: 90 days at most.
    pub expires_at: i64,
    /// A test permit: the page has to say so.
    pub test: bool,
    /// What is in the code, and so what the page may say in words.
    pub fields: Vec<FieldValue>,
}

impl fmt::Debug for PrintedView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrintedView")
            .field("with_portrait", &self.with_portrait)
            .field("expires_at", &self.expires_at)
            .field("test", &self.test)
            .finish_non_exhaustive()
    }
}

impl From<core::PrintedView> for PrintedView {
    fn from(view: core::PrintedView) -> Self {
        let core::PrintedView {
            text,
            with_portrait,
            portrait_available,
            issued_at,
            expires_at,
            test,
            fields,
        } = view;
        Self {
            text,
            with_portrait,
            portrait_available,
            issued_at,
            expires_at,
            test,
            fields: fields.into_iter().map(Into::into).collect(),
        }
    }
}
