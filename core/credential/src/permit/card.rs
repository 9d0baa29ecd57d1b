//! The card: the issuer's signed record of the permit with every field, for the holder's screens only. Its own type
//! header and claim keep it apart from a credential, and it has no disclosures and no presentation key.

use permitcard_crypto::ecdsa::{Curve, PublicKey};

use super::{
    Group, Permit, PermitError, PortraitFormat,
    credential::{read_confirmation, text},
    field,
    groups::{Groups, Scope, encode_group},
    issue::uncut,
    label,
    visible::{Visible, VisibleReader},
};
use crate::cose::{
    Algorithm, KeyId, Sign1, Typ, Unsigned,
    cbor::{Key, Limits, Reader, Writer},
    encode_key, key_id,
};

/// The type header of a card.
pub const CARD_TYP: &str = "permitcard-card+cwt";
/// The longest card that is read, in bytes.
pub const MAX_LEN: usize = 8192;
const LIMITS: Limits = Limits::new(MAX_LEN);
/// Labels in the card map behind those of the permit map.
const VERSION: i64 = 25;
const TIER: i64 = 26;
const PORTRAIT_HASH: i64 = 27;
const PORTRAIT_FORMAT: i64 = 28;

/// One version of a card.
#[derive(Clone, PartialEq, Eq)]
pub struct Card {
    /// The issuer's logical name, at most 15 bytes.
    pub iss: String,
    /// Counts up with every change; never goes back.
    pub version: u64,
    /// 1: permit only. 2: social security services as well.
    pub tier: u8,
    /// When this version was made, seconds since 1970.
    pub iat: i64,
    /// The permit. The portrait is fetched beside it: it is left out when a card is built and none in one that was read.
    pub permit: Permit,
    /// SHA-256 of the portrait file.
    pub portrait_hash: [u8; 32],
    /// The portrait's format.
    pub portrait_format: PortraitFormat,
    /// The holder's transport key, P-256.
    pub holder: PublicKey,
}

// A card carries personal data.
impl std::fmt::Debug for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Card")
            .field("version", &self.version)
            .field("tier", &self.tier)
            .finish_non_exhaustive()
    }
}

/// Prepares a card (ESP256, P-256). Texts longer than 255 bytes are cut as in a credential.
///
/// # Errors
/// [`PermitError::KeyUnsupported`] for another curve, [`PermitError::FieldInvalid`] for the issuer's name, the tier, the
/// time or a number out of its range.
pub fn build(card: &Card, issuer_key: &PublicKey) -> Result<Unsigned, PermitError> {
    if issuer_key.curve() != Curve::P256 || card.holder.curve() != Curve::P256 {
        return Err(PermitError::KeyUnsupported);
    }
    uncut(&card.iss, &field::ISS)?;
    if !is_tier(card.tier) || card.iat < 0 {
        return Err(PermitError::FieldInvalid);
    }
    let visible = Visible::of(&card.permit)?;
    let mut groups = Vec::with_capacity(Group::COUNT);
    for group in Group::ALL.into_iter().filter(|group| *group != Group::Portrait) {
        if let Some(value) = encode_group(&card.permit, group, Scope::Card)? {
            groups.push((group, value));
        }
    }
    let mut payload = Writer::with_capacity(1024);
    payload
        .map(4)
        .int(label::ISS)
        .text(&card.iss)
        .int(label::IAT)
        .int(card.iat);
    payload
        .int(label::CNF)
        .map(1)
        .int(label::COSE_KEY)
        .raw(&encode_key(&card.holder));
    payload.int(label::CARD).map(visible.entries() + groups.len() + 4);
    visible.write(&mut payload);
    for (group, value) in &groups {
        payload.int(group.label()).raw(value);
    }
    payload
        .int(VERSION)
        .uint(card.version)
        .int(TIER)
        .uint(u64::from(card.tier));
    payload.int(PORTRAIT_HASH).bytes(&card.portrait_hash);
    payload.int(PORTRAIT_FORMAT).uint(card.portrait_format.number());
    let kid = key_id(issuer_key);
    Ok(Unsigned::with_typ(
        Algorithm::Esp256,
        Some(&kid),
        Typ::Text(CARD_TYP),
        payload.as_bytes(),
    ))
}

/// Who claims to have signed a card: what the trust list is asked for before [`parse`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedIssuer {
    /// The name of the key.
    pub kid: KeyId,
    /// The issuer's logical name.
    pub iss: String,
}

/// Reads who claims to have signed a card, without verifying it.
///
/// # Errors
/// As [`parse`], apart from the signature.
pub fn claimed_issuer(bytes: &[u8]) -> Result<ClaimedIssuer, PermitError> {
    let sign1 = envelope(bytes)?;
    let kid = sign1
        .kid()
        .and_then(|kid| kid.try_into().ok())
        .ok_or(PermitError::ClaimsMalformed)?;
    Ok(ClaimedIssuer {
        kid,
        iss: claims(&sign1)?.iss,
    })
}

/// Reads a card and verifies its signature. That it is for this holder, and not an older version, is the caller's to
/// check.
///
/// # Errors
/// [`PermitError::SdCwt`] for the envelope or the signature, [`PermitError::ClaimsMalformed`] or
/// [`PermitError::GroupMalformed`] for the claims.
pub fn parse(bytes: &[u8], issuer: &PublicKey) -> Result<Card, PermitError> {
    let sign1 = envelope(bytes)?;
    sign1.verify(issuer)?;
    claims(&sign1)
}

fn envelope(bytes: &[u8]) -> Result<Sign1<'_>, PermitError> {
    let sign1 = Sign1::parse(bytes, &LIMITS)?;
    if sign1.typ() != Some(Typ::Text(CARD_TYP)) {
        return Err(crate::sdcwt::SdCwtError::TypeUnexpected.into());
    }
    Ok(sign1)
}

fn claims(sign1: &Sign1<'_>) -> Result<Card, PermitError> {
    let (mut iss, mut iat, mut holder, mut body) = (None, None, None, None);
    let mut reader = Reader::new(sign1.payload(), &LIMITS)?;
    reader.map(|key, reader| -> Result<(), PermitError> {
        match key {
            Key::Int(label::ISS) => iss = Some(text(reader, &field::ISS)?.to_owned()),
            Key::Int(label::IAT) => iat = Some(reader.int()?),
            Key::Int(label::CNF) => holder = Some(read_confirmation(reader)?),
            Key::Int(label::CARD) => body = Some(read_body(reader)?),
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    reader.finish()?;
    let (Some(iss), Some(iat), Some(holder), Some(body)) = (iss, iat, holder, body) else {
        return Err(PermitError::ClaimsMalformed);
    };
    let Body {
        version,
        tier,
        permit,
        portrait_hash,
        portrait_format,
    } = body;
    Ok(Card {
        iss,
        version,
        tier,
        iat,
        permit,
        portrait_hash,
        portrait_format,
        holder,
    })
}

struct Body {
    version: u64,
    tier: u8,
    permit: Permit,
    portrait_hash: [u8; 32],
    portrait_format: PortraitFormat,
}

fn read_body(reader: &mut Reader<'_>) -> Result<Body, PermitError> {
    let (mut visible, mut groups) = (VisibleReader::default(), Groups::default());
    let (mut version, mut tier, mut hash, mut format) = (None, None, None, None);
    reader.map(|key, reader| -> Result<(), PermitError> {
        if visible.read(key, reader)? {
            return Ok(());
        }
        match key {
            Key::Int(VERSION) => version = Some(reader.uint()?),
            Key::Int(TIER) => tier = u8::try_from(reader.uint()?).ok().filter(|tier| is_tier(*tier)),
            Key::Int(PORTRAIT_HASH) => hash = Some(*reader.bytes_of::<32>()?),
            Key::Int(PORTRAIT_FORMAT) => format = PortraitFormat::from_number(reader.uint()?),
            Key::Int(label) => match Group::from_label(label) {
                Some(Group::Portrait) => return Err(PermitError::ClaimsMalformed),
                Some(group) => groups.read(group, reader, Scope::Card)?,
                None => reader.skip()?,
            },
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    let visible = visible.finish()?;
    let (Some(version), Some(tier), Some(portrait_hash), Some(portrait_format), Some(person)) =
        (version, tier, hash, format, groups.person)
    else {
        return Err(PermitError::ClaimsMalformed);
    };
    let permit = Permit {
        test: visible.test,
        category: visible.category,
        valid_until: visible.valid_until,
        restrictions: visible.restrictions,
        person,
        portrait: None,
        employment: groups.employment,
        social_security: groups.social_security,
        file: groups.file,
    };
    Ok(Body {
        version,
        tier,
        permit,
        portrait_hash,
        portrait_format,
    })
}

fn is_tier(tier: u8) -> bool {
    tier == 1 || tier == 2
}
