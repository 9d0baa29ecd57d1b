//! Checks of a printed permit, before it is kept.

use permitcard_credential::permit::Day;
use permitcard_credential::permit::card::Card;
use permitcard_credential::permit::field;
use permitcard_credential::printed::{PRINTED_LIFE_S, Printed};
use permitcard_credential::snapshot::{SKEW_S, Snapshot, Usage};

use super::{Expected, candidates, environment};
use crate::error::CheckCode;

/// Checks a printed permit: issuer, environment, times, and that it says what the card says. Gives its end.
pub(crate) fn printed(
    bytes: &[u8],
    card: &Card,
    snapshot: &Snapshot,
    expected: &Expected<'_>,
) -> Result<i64, CheckCode> {
    let printed = Printed::parse(bytes).map_err(|_| CheckCode::Unreadable)?;
    let candidates = candidates(snapshot, *printed.kid(), printed.iss(), Usage::CREDENTIAL)?;
    let issuer = candidates
        .iter()
        .find(|key| printed.check_issuer(&key.key).is_ok())
        .ok_or(CheckCode::SignatureInvalid)?;
    if !issuer.covers(printed.iat()) {
        return Err(CheckCode::IssuerUnknown);
    }
    environment(printed.test(), issuer, expected)?;
    let starts = printed.iat() <= expected.now.saturating_add(SKEW_S);
    let lives = printed.exp() > expected.now && printed.exp() <= card.permit.valid_until.ends_at();
    let life = printed.exp().checked_sub(printed.iat());
    // The time of issue is rounded down to the day.
    if !starts || !lives || life.is_none_or(|life| life > PRINTED_LIFE_S + Day::SECONDS) {
        return Err(CheckCode::ValidityInvalid);
    }
    if printed.iss() == card.iss && says_the_same(&printed, card) {
        Ok(printed.exp())
    } else {
        Err(CheckCode::ContentMismatch)
    }
}

fn says_the_same(printed: &Printed<'_>, card: &Card) -> bool {
    let (shown, permit) = (printed.document(), &card.permit);
    let cut = |full: Option<&String>, shown: Option<&String>, limit: &field::Field| {
        full.map(|full| field::cut(full, limit.limit).into_owned()).as_ref() == shown
    };
    let (employment, file) = (permit.employment.as_ref(), permit.file.as_ref());
    (shown.category, shown.valid_until, shown.restrictions)
        == (permit.category, permit.valid_until, permit.restrictions)
        && cut(Some(&permit.person.name), Some(&shown.person.name), &field::NAME)
        && cut(
            Some(&permit.person.nationality),
            Some(&shown.person.nationality),
            &field::NATIONALITY,
        )
        && cut(
            employment.map(|e| &e.employer),
            shown.employer.as_ref(),
            &field::EMPLOYER,
        )
        && cut(
            employment.map(|e| &e.occupation),
            shown.occupation.as_ref(),
            &field::OCCUPATION,
        )
        && cut(
            file.map(|file| &file.permit_number),
            shown.permit_number.as_ref(),
            &field::PERMIT_NUMBER,
        )
        && file.map(|file| file.birth_day) == shown.birth_day
}
