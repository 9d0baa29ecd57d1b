//! The printed permit as the wallet keeps it, and the view of it.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_credential::permit::{Category, Day};
use permitcard_credential::printed::{self, Document, Printed};
use permitcard_vault::{ReadTx, Table, VaultError, WriteTx};
use serde::{Deserialize, Serialize};

use super::end::end;
use super::field::{Field, FieldValue};
use super::fields::iso_day;
use super::record;
use super::view::stored_card;
use crate::base::store::{get_json, put_json};

const PRINTED: &[u8] = b"printed";

/// The printed permits of one version of the card: without portrait, and with it if there is one that fits.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PrintedRecord {
    pub(crate) card_version: u64,
    /// The CWTs, base64url.
    pub(crate) plain: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) portrait: Option<String>,
    /// The first of their ends, seconds since 1970.
    pub(crate) expires_at: i64,
}

impl fmt::Debug for PrintedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrintedRecord")
            .field("card_version", &self.card_version)
            .finish_non_exhaustive()
    }
}

impl PrintedRecord {
    pub(crate) fn new(card_version: u64, plain: &[u8], portrait: Option<&[u8]>, expires_at: i64) -> Self {
        Self {
            card_version,
            plain: URL_SAFE_NO_PAD.encode(plain),
            portrait: portrait.map(|bytes| URL_SAFE_NO_PAD.encode(bytes)),
            expires_at,
        }
    }
}

/// What is stored.
pub(crate) fn printed(tx: &ReadTx<'_>) -> Result<Option<PrintedRecord>, VaultError> {
    get_json(tx, Table::Card, PRINTED)
}

pub(crate) fn put_printed(tx: &mut WriteTx<'_>, printed: &PrintedRecord) -> Result<(), VaultError> {
    put_json(tx, Table::Card, PRINTED, printed)
}

/// A permit to print: a document only, for whoever shows it. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct PrintedView {
    /// The QR text (claim 169, without a prefix). Draw it at error correction M, with at least 0.38 mm a module.
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

/// The view of the stored one; none if there is none of the present version of the card that still counts at `now`, or the
/// card has ended. With `portrait` the one that has it, if there is one.
pub(crate) fn printed_view(tx: &ReadTx<'_>, portrait: bool, now: i64) -> Result<Option<PrintedView>, VaultError> {
    let (Some((bytes, state)), Some(record)) = (record::card(tx)?, printed(tx)?) else {
        return Ok(None);
    };
    let superseded = record.card_version != state.version || state.is_superseded();
    let permit_end = stored_card(&bytes, &state)?.permit.valid_until.ends_at();
    if superseded || record.expires_at < now || end(&state, permit_end, now).is_some() {
        return Ok(None);
    }
    let chosen = record.portrait.as_ref().filter(|_| portrait);
    let token = URL_SAFE_NO_PAD
        .decode(chosen.unwrap_or(&record.plain))
        .map_err(|_| VaultError::Corrupt)?;
    let read = Printed::parse(&token).map_err(|_| VaultError::Corrupt)?;
    Ok(Some(PrintedView {
        text: printed::encode(&token),
        with_portrait: read.document().portrait.is_some(),
        portrait_available: record.portrait.is_some(),
        issued_at: read.iat(),
        expires_at: read.exp(),
        test: read.test(),
        fields: fields(read.document()),
    }))
}

fn fields(document: &Document) -> Vec<FieldValue> {
    let day = |day: Day| iso_day(day);
    let category = match document.category {
        Category::A => "A",
        Category::B => "B",
        Category::C => "C",
    };
    let fields = [
        (Field::Category, Some(category.to_owned())),
        (Field::ValidUntil, Some(day(document.valid_until))),
        (Field::Restrictions, Some(document.restrictions.to_string())),
        (Field::Name, Some(document.person.name.clone())),
        (Field::Nationality, Some(document.person.nationality.clone())),
        (Field::Portrait, document.portrait.as_ref().map(|_| String::new())),
        (Field::Employer, document.employer.clone()),
        (Field::Occupation, document.occupation.clone()),
        (Field::BirthDay, document.birth_day.map(day)),
        (Field::PermitNumber, document.permit_number.clone()),
    ];
    fields
        .into_iter()
        .filter_map(|(field, value)| value.map(|value| FieldValue { field, value }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_form_is_frozen() {
        let record = PrintedRecord::new(3, &[0xfb, 0xff, 0], None, 9);
        let json = r#"{"card_version":3,"plain":"-_8A","expires_at":9}"#;
        assert_eq!(serde_json::to_string(&record).unwrap(), json);
        assert_eq!(serde_json::from_str::<PrintedRecord>(json).unwrap(), record);
        let record = PrintedRecord::new(3, &[0xfb], Some(&[0xff]), 9);
        let json = r#"{"card_version":3,"plain":"-w","portrait":"_w","expires_at":9}"#;
        assert_eq!(serde_json::to_string(&record).unwrap(), json);
        assert_eq!(serde_json::from_str::<PrintedRecord>(json).unwrap(), record);
    }
}
