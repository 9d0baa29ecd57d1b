//! The checks of mdoc and SD-JWT VC: one a key, in order, each one signed by a document signer of the trust list, complete,
//! bound to its key and of the card's content.

use permitcard_credential::cose::key_id;
use permitcard_credential::mdoc::IssuerSigned;
use permitcard_credential::permit::Permit;
use permitcard_credential::sdjwt::SdJwt;
use permitcard_credential::snapshot::{Snapshot, Usage};
use permitcard_crypto::ecdsa::PublicKey;

use super::{Expected, LONGEST_LIFE_S, SKEW_S, candidates, environment};
use crate::error::CheckCode;

/// What every form must agree with.
pub(crate) struct Expectation<'a> {
    /// The card's content, with the small portrait of its credentials.
    pub(crate) permit: &'a Permit,
    /// The card's issuer.
    pub(crate) iss: &'a str,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) expected: &'a Expected<'a>,
}

/// What one copy says of itself, whatever its form.
struct Claims<'a> {
    holder: &'a PublicKey,
    signer: &'a PublicKey,
    test: bool,
    from: i64,
    until: i64,
}

/// Checks mobile documents (CBOR `IssuerSigned`).
pub(crate) fn mdoc(documents: &[Vec<u8>], keys: &[&PublicKey], expect: &Expectation<'_>) -> Result<(), CheckCode> {
    if documents.len() != keys.len() {
        return Err(CheckCode::CountMismatch);
    }
    let mut places = Vec::with_capacity(documents.len());
    for (bytes, key) in documents.iter().zip(keys) {
        let document = IssuerSigned::parse(bytes).map_err(|_| CheckCode::Unreadable)?;
        let claims = Claims {
            holder: document.device_key(),
            signer: document.signer_key(),
            test: document.test(),
            from: document.valid_from(),
            until: document.valid_until(),
        };
        claims.check(key, expect, |issuer| document.check_issuer(issuer).is_ok())?;
        document.check_digests().map_err(|_| CheckCode::DisclosureMismatch)?;
        document
            .check_content(expect.permit)
            .map_err(|_| CheckCode::ContentMismatch)?;
        places.push((document.status_uri().to_owned(), document.status_idx()));
    }
    all_different(places)
}

/// Checks SD-JWT VCs.
pub(crate) fn sd_jwt(texts: &[String], keys: &[&PublicKey], expect: &Expectation<'_>) -> Result<(), CheckCode> {
    if texts.len() != keys.len() {
        return Err(CheckCode::CountMismatch);
    }
    let mut places = Vec::with_capacity(texts.len());
    for (text, key) in texts.iter().zip(keys) {
        let sd_jwt = SdJwt::parse(text).map_err(|_| CheckCode::Unreadable)?;
        let claims = Claims {
            holder: sd_jwt.holder_key(),
            signer: sd_jwt.signer_key(),
            test: sd_jwt.test(),
            from: sd_jwt.iat(),
            until: sd_jwt.exp(),
        };
        claims.check(key, expect, |issuer| sd_jwt.check_issuer(issuer).is_ok())?;
        sd_jwt.check_digests().map_err(|_| CheckCode::DisclosureMismatch)?;
        sd_jwt
            .check_content(expect.permit)
            .map_err(|_| CheckCode::ContentMismatch)?;
        // The issuer is the card's, as a URI.
        if sd_jwt.iss().strip_prefix("https://") != Some(expect.iss) {
            return Err(CheckCode::ContentMismatch);
        }
        places.push((sd_jwt.status_uri().to_owned(), sd_jwt.status_idx()));
    }
    all_different(places)
}

impl Claims<'_> {
    fn check(
        &self,
        key: &PublicKey,
        expect: &Expectation<'_>,
        verifies: impl Fn(&PublicKey) -> bool,
    ) -> Result<(), CheckCode> {
        let candidates = candidates(expect.snapshot, key_id(self.signer), expect.iss, Usage::DOCUMENT)?;
        let issuer = candidates
            .iter()
            .find(|candidate| verifies(&candidate.key))
            .ok_or(CheckCode::SignatureInvalid)?;
        if !issuer.covers(self.from) {
            return Err(CheckCode::IssuerUnknown);
        }
        environment(self.test, issuer, expect.expected)?;
        if self.holder != key {
            return Err(CheckCode::KeyMismatch);
        }
        let now = expect.expected.now;
        let starts = self.from <= now.saturating_add(SKEW_S);
        let lives = self.until > now && self.until <= expect.permit.valid_until.ends_at();
        let life = self.until.checked_sub(self.from);
        if !starts || !lives || life.is_none_or(|life| life > LONGEST_LIFE_S) {
            return Err(CheckCode::ValidityInvalid);
        }
        Ok(())
    }
}

/// Two copies with one place in a status list could be linked.
fn all_different(mut places: Vec<(String, u64)>) -> Result<(), CheckCode> {
    places.sort_unstable();
    let has_twins = places
        .iter()
        .zip(places.iter().skip(1))
        .any(|(one, other)| one == other);
    if has_twins {
        Err(CheckCode::ContentMismatch)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
