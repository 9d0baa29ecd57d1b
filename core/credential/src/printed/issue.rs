use permitcard_crypto::ecdsa::{Curve, PublicKey};

use super::{TEST_MARK, date::basic_date, has_number, label};
use crate::{
    cose::{ALG, Algorithm, EMPTY_MAP, KID, Unsigned, cbor::Writer, key_id},
    permit::{Day, Permit, PermitError, Portrait, StatusRef, field, label as claim, uncut, visible::Visible},
};

/// Seconds that a printed permit counts, at most: 90 days (design 4.3, 6.3 of the background). Kept by the issuer.
pub const PRINTED_LIFE_S: i64 = 90 * Day::SECONDS;

/// What a new printed permit says.
#[derive(Debug, Clone)]
pub struct PrintedInput<'a> {
    /// The issuer's logical name, at most 15 bytes.
    pub iss: &'a str,
    /// Now, seconds since 1970; rounded down to the day.
    pub iat: i64,
    /// Until when, seconds since 1970; at most 90 days later, and not after the end of the permit's last day.
    pub exp: i64,
    /// Where its status is found: a place of its own.
    pub status: StatusRef,
    /// The permit. Its portrait and its social security record are not printed.
    pub permit: &'a Permit,
    /// The portrait to print, as the authority gives it: JPEG, JPEG 2000, AVIF or WebP, at most 1,024 bytes.
    pub portrait: Option<&'a Portrait>,
}

/// Prepares the CWT (ES256, P-256: what other people's readers know). Long texts are cut as in a credential.
///
/// # Errors
/// [`PermitError::KeyUnsupported`] for another curve, [`PermitError::FieldInvalid`] for what may not be cut or a picture
/// format that claim 169 has no number for, [`PermitError::PortraitTooLarge`], [`PermitError::PeriodInvalid`] for times
/// that contradict each other or the permit.
pub fn issue(input: &PrintedInput<'_>, issuer_key: &PublicKey) -> Result<Unsigned, PermitError> {
    if issuer_key.curve() != Curve::P256 {
        return Err(PermitError::KeyUnsupported);
    }
    uncut(input.iss, &field::ISS)?;
    uncut(&input.status.uri, &field::STATUS_URI)?;
    let visible = Visible::of(input.permit)?;
    let iat = Day::of_unix(input.iat).start();
    let life = input.exp.checked_sub(input.iat).ok_or(PermitError::PeriodInvalid)?;
    if iat < 0 || !(1..=PRINTED_LIFE_S).contains(&life) || input.exp > visible.valid_until.ends_at() {
        return Err(PermitError::PeriodInvalid);
    }

    let mut payload = Writer::with_capacity(512);
    payload.map(6).int(claim::ISS).text(input.iss);
    payload.int(claim::EXP).int(input.exp).int(claim::IAT).int(iat);
    write_identity(&mut payload, input)?;
    payload.int(claim::STATUS).map(1).text("status_list").map(2);
    payload
        .text("idx")
        .uint(input.status.idx)
        .text("uri")
        .text(&input.status.uri);

    let (employment, file) = (input.permit.employment.as_ref(), input.permit.file.as_ref());
    let more = 2 * usize::from(employment.is_some()) + usize::from(file.is_some());
    payload.int(claim::PERMIT).map(visible.entries() + more);
    visible.write(&mut payload);
    if let Some(employment) = employment {
        write_text(&mut payload, &field::EMPLOYER, &employment.employer);
        write_text(&mut payload, &field::OCCUPATION, &employment.occupation);
    }
    if let Some(file) = file {
        write_text(&mut payload, &field::PERMIT_NUMBER, &file.permit_number);
    }

    let mut protected = Writer::with_capacity(16);
    protected.map(2).int(ALG).int(Algorithm::Es256.id());
    protected.int(KID).bytes(&key_id(issuer_key));
    Ok(Unsigned::new(
        Algorithm::Es256,
        protected.as_bytes(),
        &EMPTY_MAP,
        payload.as_bytes(),
    ))
}

fn write_identity(payload: &mut Writer, input: &PrintedInput<'_>) -> Result<(), PermitError> {
    let permit = input.permit;
    let birth_date = match &permit.file {
        Some(file) => Some(basic_date(file.birth_day).ok_or(PermitError::FieldInvalid)?),
        None => None,
    };
    let entries = 2 + usize::from(birth_date.is_some()) + 2 * usize::from(input.portrait.is_some());
    payload.int(label::IDENTITY).map(entries);
    let mark = if permit.test { TEST_MARK } else { "" };
    let name = field::cut(&permit.person.name, field::NAME.limit);
    payload.int(label::NAME).text(&format!("{mark}{name}"));
    if let Some(date) = birth_date {
        payload.int(label::BIRTH_DATE).text(&date);
    }
    let nationality = field::cut(&permit.person.nationality, field::NATIONALITY.limit);
    payload.int(label::NATIONALITY).text(&nationality);
    if let Some(portrait) = input.portrait {
        if portrait.bytes.len() > field::PORTRAIT.limit {
            return Err(PermitError::PortraitTooLarge);
        }
        if !has_number(portrait.format) {
            return Err(PermitError::FieldInvalid);
        }
        payload.int(label::IMAGE).bytes(&portrait.bytes);
        payload.int(label::IMAGE_FORMAT).uint(portrait.format.number());
    }
    Ok(())
}

fn write_text(payload: &mut Writer, field: &field::Field, value: &str) {
    payload.int(field.label).text(&field::cut(value, field.limit));
}
