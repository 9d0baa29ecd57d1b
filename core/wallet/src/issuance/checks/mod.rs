//! All checks of what the authority sent, before anything of it is stored (design 4.2). Pure: no I/O, no clock.

pub(super) mod exports;
mod printed;

pub(crate) use printed::printed;

use permitcard_credential::permit::card::{self, Card};
use permitcard_credential::permit::field::{self, Field as Limit};
use permitcard_credential::permit::{CREDENTIAL_LIFE_S, Credential, Day, Permit};
use permitcard_credential::snapshot::{Roots, SKEW_S, Snapshot, TrustKey, Usage};
use permitcard_crypto::ecdsa::PublicKey;
use permitcard_crypto::hash::sha256;

use crate::base::keys::DeviceKey;
use crate::error::CheckCode;

/// The longest life of a credential: its time of issue is rounded down to the day.
const LONGEST_LIFE_S: i64 = CREDENTIAL_LIFE_S + Day::SECONDS;

/// What the checks need to know.
pub(crate) struct Expected<'a> {
    /// The trusted time, seconds since 1970.
    pub(crate) now: i64,
    /// Test cards, and nothing else.
    pub(crate) sandbox: bool,
    /// This device's transport key.
    pub(crate) transport: &'a PublicKey,
    /// The version of the card that the wallet holds.
    pub(crate) known_version: Option<u64>,
}

/// Checks a trust list, alone or with status lists behind it: that it is of the root that counts, its time, and that it is
/// not older than `known_serial`.
pub(crate) fn snapshot(
    bytes: &[u8],
    roots: &Roots,
    now: i64,
    known_serial: Option<u64>,
) -> Result<Snapshot, CheckCode> {
    let snapshot = roots.parse(bytes, now).map_err(|_| CheckCode::TrustListInvalid)?;
    if now > snapshot.expires_at() {
        return Err(CheckCode::TrustListInvalid);
    }
    if known_serial.is_some_and(|known| snapshot.serial() < known) {
        return Err(CheckCode::OlderVersion);
    }
    Ok(snapshot)
}

/// The newest time that the root that counts, or a key that it lists, signed in a trust list with status lists behind it; `None` for
/// bytes that are none. A time in the future of a phone's clock counts as well: the clock is what is wrong then.
pub(crate) fn signed_time(bytes: &[u8], roots: &Roots) -> Option<i64> {
    let snapshot = roots.parse(bytes, i64::MAX).ok()?;
    Some(snapshot.newest_time())
}

/// Checks the card: issuer, own key, environment, time, version. Gives the issuer's key with it.
pub(crate) fn card(bytes: &[u8], snapshot: &Snapshot, expected: &Expected<'_>) -> Result<(Card, PublicKey), CheckCode> {
    let claimed = card::claimed_issuer(bytes).map_err(|_| CheckCode::Unreadable)?;
    let candidates = candidates(snapshot, claimed.kid, &claimed.iss, Usage::CARD)?;
    let (card, key) = candidates
        .iter()
        .find_map(|key| card::parse(bytes, &key.key).ok().map(|card| (card, *key)))
        .ok_or(CheckCode::SignatureInvalid)?;
    if !key.covers(card.iat) {
        return Err(CheckCode::IssuerUnknown);
    }
    environment(card.permit.test, key, expected)?;
    if card.holder != *expected.transport {
        return Err(CheckCode::KeyMismatch);
    }
    let starts = card.iat <= expected.now.saturating_add(SKEW_S);
    if !starts || card.permit.valid_until.ends_at() < expected.now {
        return Err(CheckCode::ValidityInvalid);
    }
    if expected.known_version.is_some_and(|known| card.version < known) {
        return Err(CheckCode::OlderVersion);
    }
    Ok((card, key.key.clone()))
}

/// Checks that the portrait is the one that the card names.
pub(crate) fn portrait(bytes: &[u8], card: &Card) -> Result<(), CheckCode> {
    if sha256(bytes) == card.portrait_hash {
        Ok(())
    } else {
        Err(CheckCode::PortraitMismatch)
    }
}

/// Checks a batch: one credential a key, in order, each one signed, complete, bound to its key and of the card's content.
/// Gives the end of each credential.
pub(crate) fn batch(
    credentials: &[Vec<u8>],
    keys: &[DeviceKey],
    card: &Card,
    snapshot: &Snapshot,
    expected: &Expected<'_>,
) -> Result<Vec<i64>, CheckCode> {
    if credentials.len() != keys.len() || credentials.is_empty() {
        return Err(CheckCode::CountMismatch);
    }
    let mut parsed = Vec::with_capacity(credentials.len());
    for (bytes, key) in credentials.iter().zip(keys) {
        let credential = Credential::parse(bytes).map_err(|_| CheckCode::Unreadable)?;
        one(&credential, key, card, snapshot, expected)?;
        parsed.push(credential);
    }
    // Two copies with one name or one place in the status list could be linked.
    for (at, one) in parsed.iter().enumerate() {
        let links = |other: &Credential<'_>| {
            other.sub() == one.sub() || (other.status_idx(), other.status_uri()) == (one.status_idx(), one.status_uri())
        };
        if parsed.iter().skip(at + 1).any(links) {
            return Err(CheckCode::ContentMismatch);
        }
    }
    Ok(parsed.iter().map(Credential::exp).collect())
}

fn one(
    credential: &Credential<'_>,
    key: &DeviceKey,
    card: &Card,
    snapshot: &Snapshot,
    expected: &Expected<'_>,
) -> Result<(), CheckCode> {
    let candidates = candidates(snapshot, *credential.kid(), credential.iss(), Usage::CREDENTIAL)?;
    let issuer = candidates
        .iter()
        .find(|key| credential.check_issuer(&key.key).is_ok())
        .ok_or(CheckCode::SignatureInvalid)?;
    if !issuer.covers(credential.iat()) {
        return Err(CheckCode::IssuerUnknown);
    }
    environment(credential.test(), issuer, expected)?;
    credential.check_complete().map_err(|_| CheckCode::DisclosureMismatch)?;
    let permit = credential.permit().map_err(|_| CheckCode::DisclosureMismatch)?;
    if *credential.holder_key() != key.public {
        return Err(CheckCode::KeyMismatch);
    }
    let starts = credential.iat() <= expected.now.saturating_add(SKEW_S);
    let lives = credential.exp() > expected.now && credential.exp() <= permit.valid_until.ends_at();
    let life = credential.exp().checked_sub(credential.iat());
    if !starts || !lives || life.is_none_or(|life| life > LONGEST_LIFE_S) {
        return Err(CheckCode::ValidityInvalid);
    }
    if credential.iss() != card.iss || !same_content(&card.permit, &permit) {
        return Err(CheckCode::ContentMismatch);
    }
    Ok(())
}

fn candidates<'a>(
    snapshot: &'a Snapshot,
    kid: permitcard_credential::cose::KeyId,
    iss: &str,
    usage: Usage,
) -> Result<Vec<&'a TrustKey>, CheckCode> {
    let keys: Vec<&TrustKey> = snapshot
        .keys(kid, iss)
        .filter(|key| key.usage.has(usage) && !snapshot.is_compromised(kid, &key.key))
        .collect();
    if keys.is_empty() {
        Err(CheckCode::IssuerUnknown)
    } else {
        Ok(keys)
    }
}

/// The flag in the signed part, the key's bit and the way in which the wallet was opened say the same.
fn environment(test: bool, key: &TrustKey, expected: &Expected<'_>) -> Result<(), CheckCode> {
    if test == expected.sandbox && key.usage.has(Usage::TEST) == test {
        Ok(())
    } else {
        Err(CheckCode::TestMismatch)
    }
}

/// Whether a credential shows what the card says, cut as the profile cuts it. The small portrait inside the credential is
/// another picture file than the card's.
fn same_content(card: &Permit, shown: &Permit) -> bool {
    let cut = |full: &str, shown: &str, limit: &Limit| field::cut(full, limit.limit) == shown;
    let employment = match (&card.employment, &shown.employment) {
        (None, None) => true,
        (Some(full), Some(shown)) => {
            cut(&full.employer, &shown.employer, &field::EMPLOYER)
                && cut(&full.employer_id, &shown.employer_id, &field::EMPLOYER_ID)
                && cut(&full.occupation, &shown.occupation, &field::OCCUPATION)
                && cut(&full.place, &shown.place, &field::PLACE)
        }
        _ => false,
    };
    let social_security = match (&card.social_security, &shown.social_security) {
        (None, None) => true,
        (Some(full), Some(shown)) => {
            cut(&full.number, &shown.number, &field::SOCIAL_SECURITY_NUMBER)
                && cut(
                    &full.insurance_record,
                    &shown.insurance_record,
                    &field::INSURANCE_RECORD,
                )
        }
        _ => false,
    };
    let file = match (&card.file, &shown.file) {
        (None, None) => true,
        (Some(full), Some(shown)) => {
            let phone = match (&full.phone, &shown.phone) {
                (None, None) => true,
                (Some(full), Some(shown)) => cut(full, shown, &field::PHONE),
                _ => false,
            };
            full.birth_day == shown.birth_day
                && cut(&full.passport, &shown.passport, &field::PASSPORT)
                && cut(&full.permit_number, &shown.permit_number, &field::PERMIT_NUMBER)
                && phone
        }
        _ => false,
    };
    let visible = |permit: &Permit| (permit.test, permit.category, permit.valid_until, permit.restrictions);
    visible(card) == visible(shown)
        && cut(&card.person.name, &shown.person.name, &field::NAME)
        && cut(&card.person.nationality, &shown.person.nationality, &field::NATIONALITY)
        && employment
        && social_security
        && file
}

#[cfg(test)]
mod tests;
