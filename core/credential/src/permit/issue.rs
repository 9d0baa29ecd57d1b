use permitcard_crypto::{
    ecdsa::{Curve, PublicKey},
    random,
};

use super::{
    Day, Group, Permit, PermitError, VCT,
    field::{self, Field},
    groups::{Scope, encode_group},
    label,
    visible::Visible,
};
use crate::{
    cose::{Algorithm, Unsigned, cbor::Writer, encode_key, key_id},
    sdcwt::{Disclosure, Hash, SALT_LEN, Salt, SdCwt, write_redacted},
};

/// Seconds that a credential lives, at most: 30 days (design 4.2). Kept by the issuer.
pub const CREDENTIAL_LIFE_S: i64 = 30 * Day::SECONDS;

/// Where the status of a credential is found (draft-ietf-oauth-status-list).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusRef {
    /// The position in the list.
    pub idx: u64,
    /// The list's logical URI, at most 28 bytes.
    pub uri: String,
}

/// What a new credential says.
#[derive(Debug, Clone)]
pub struct IssueInput<'a> {
    /// The issuer's logical name, at most 15 bytes.
    pub iss: &'a str,
    /// Random, another one in each copy, at most 8 bytes.
    pub sub: &'a str,
    /// Now, seconds since 1970; rounded down to the day, so that the copies of a batch cannot be told apart by it.
    pub iat: i64,
    /// Until when, seconds since 1970; not after the end of the permit's last day ([`Day::ends_at`]).
    pub exp: i64,
    /// The holder's presentation key, P-256.
    pub holder: &'a PublicKey,
    /// Where its status is found.
    pub status: StatusRef,
    /// The permit.
    pub permit: &'a Permit,
}

/// Prepares a credential (ESP256, P-256) with all its disclosures; a group that the permit does not have becomes a decoy.
///
/// # Errors
/// [`PermitError::KeyUnsupported`] for another curve, [`PermitError::FieldInvalid`] and [`PermitError::PortraitTooLarge`]
/// for what may not be cut, [`PermitError::PeriodInvalid`] for times that contradict each other or the permit,
/// [`PermitError::RandomUnavailable`] without salts.
pub fn issue(input: &IssueInput<'_>, issuer_key: &PublicKey) -> Result<Unsigned, PermitError> {
    let random: [u8; Group::COUNT * SALT_LEN] = random::bytes()?;
    let mut salts = [Salt::default(); Group::COUNT];
    for (salt, bytes) in salts.iter_mut().zip(random.chunks_exact(SALT_LEN)) {
        salt.copy_from_slice(bytes);
    }
    issue_with_salts(input, issuer_key, &salts)
}

/// As [`issue`], with the salts given, in the order of the groups: for frozen bytes.
pub(super) fn issue_with_salts(
    input: &IssueInput<'_>,
    issuer_key: &PublicKey,
    salts: &[Salt; Group::COUNT],
) -> Result<Unsigned, PermitError> {
    if issuer_key.curve() != Curve::P256 || input.holder.curve() != Curve::P256 {
        return Err(PermitError::KeyUnsupported);
    }
    uncut(input.iss, &field::ISS)?;
    uncut(input.sub, &field::SUB)?;
    uncut(&input.status.uri, &field::STATUS_URI)?;
    let visible = Visible::of(input.permit)?;
    let iat = Day::of_unix(input.iat).start();
    if iat < 0 || input.exp <= input.iat || input.exp > visible.valid_until.ends_at() {
        return Err(PermitError::PeriodInvalid);
    }

    let mut disclosures = Vec::with_capacity(Group::COUNT);
    for (group, salt) in Group::ALL.into_iter().zip(salts) {
        disclosures.push(match encode_group(input.permit, group, Scope::Credential)? {
            Some(value) => Disclosure::entry(salt, &value, group.label()),
            None => Disclosure::decoy(salt),
        });
    }
    let mut hashes = [Hash::default(); Group::COUNT];
    for (hash, disclosure) in hashes.iter_mut().zip(&disclosures) {
        *hash = Disclosure::hash_of(disclosure);
    }
    // The order of random hashes tells nothing about which group is which.
    hashes.sort_unstable();

    let mut payload = Writer::with_capacity(512);
    payload
        .map(8)
        .int(label::ISS)
        .text(input.iss)
        .int(label::SUB)
        .text(input.sub);
    payload.int(label::EXP).int(input.exp).int(label::IAT).int(iat);
    payload
        .int(label::CNF)
        .map(1)
        .int(label::COSE_KEY)
        .raw(&encode_key(input.holder));
    payload.int(label::VCT).text(VCT);
    payload.int(label::STATUS).map(1).text("status_list").map(2);
    payload
        .text("idx")
        .uint(input.status.idx)
        .text("uri")
        .text(&input.status.uri);
    payload.int(label::PERMIT).map(visible.entries() + 1);
    visible.write(&mut payload);
    write_redacted(&mut payload, &hashes);
    Ok(SdCwt::build(
        Algorithm::Esp256,
        &key_id(issuer_key),
        payload.as_bytes(),
        &disclosures,
    ))
}

/// Refuses a text that may not be cut.
pub(crate) fn uncut(text: &str, field: &Field) -> Result<(), PermitError> {
    if text.is_empty() || text.len() > field.limit {
        Err(PermitError::FieldInvalid)
    } else {
        Ok(())
    }
}
