use permitcard_crypto::ecdsa::{Curve, PublicKey};

use super::{
    Disclosed, Group, LIMITS, Permit, PermitError, StatusRef, VCT,
    field::{self, Field},
    groups::{Groups, Scope},
    label,
    visible::{Visible, VisibleReader},
};
use crate::{
    cose::{
        CoseError, KeyId,
        cbor::{Key, Reader},
        read_key,
    },
    sdcwt::{Content, Hash, SdCwt, SdCwtError, is_redacted_key, match_disclosures, read_redacted},
};

/// A parsed, not yet verified credential. Borrows from the input.
///
/// Parsing checks the form and the limits; [`check_issuer`](Self::check_issuer), the times, the status and
/// [`check_complete`](Self::check_complete) are the caller's.
#[derive(Clone)]
pub struct Credential<'a> {
    sd_cwt: SdCwt<'a>,
    kid: &'a KeyId,
    iss: &'a str,
    sub: &'a str,
    iat: i64,
    exp: i64,
    holder: PublicKey,
    status_idx: u64,
    status_uri: &'a str,
    visible: Visible,
    hashes: [&'a Hash; Group::COUNT],
}

impl<'a> Credential<'a> {
    /// Reads a tagged SD-CWT of our profile that fills `bytes`.
    ///
    /// # Errors
    /// [`PermitError::SdCwt`] for the envelope, [`PermitError::KeyUnsupported`] for another curve than P-256,
    /// [`PermitError::ClaimsMalformed`] for the claims.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, PermitError> {
        Self::from_sd_cwt(SdCwt::parse(bytes, &LIMITS)?)
    }

    pub(super) fn from_sd_cwt(sd_cwt: SdCwt<'a>) -> Result<Self, PermitError> {
        if sd_cwt.sign1().algorithm().curve() != Curve::P256 {
            return Err(PermitError::KeyUnsupported);
        }
        let kid = sd_cwt.sign1().kid().and_then(|kid| kid.try_into().ok());
        let (mut iss, mut sub, mut iat, mut exp, mut holder) = (None, None, None, None, None);
        let (mut vct, mut status, mut permit) = (None, None, None);
        let mut reader = Reader::new(sd_cwt.payload(), &LIMITS)?;
        reader.map(|key, reader| -> Result<(), PermitError> {
            match key {
                Key::Int(label::ISS) => iss = Some(text(reader, &field::ISS)?),
                Key::Int(label::SUB) => sub = Some(text(reader, &field::SUB)?),
                Key::Int(label::EXP) => exp = Some(reader.int()?),
                Key::Int(label::IAT) => iat = Some(reader.int()?),
                Key::Int(label::CNF) => holder = Some(read_confirmation(reader)?),
                Key::Int(label::VCT) => vct = Some(reader.text()?),
                Key::Int(label::STATUS) => status = Some(read_status(reader)?),
                Key::Int(label::PERMIT) => permit = Some(read_permit(reader)?),
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        reader.finish()?;
        let claims = (kid, iss, sub, iat, exp, holder, status, permit);
        let (Some(kid), Some(iss), Some(sub), Some(iat), Some(exp), Some(holder), Some(status), Some(permit)) = claims
        else {
            return Err(PermitError::ClaimsMalformed);
        };
        if vct != Some(VCT) {
            return Err(PermitError::ClaimsMalformed);
        }
        let ((status_idx, status_uri), (visible, hashes)) = (status, permit);
        Ok(Self {
            sd_cwt,
            kid,
            iss,
            sub,
            iat,
            exp,
            holder,
            status_idx,
            status_uri,
            visible,
            hashes,
        })
    }

    /// Verifies the issuer's signature.
    ///
    /// # Errors
    /// [`PermitError::SdCwt`] when it does not verify, or the key is of another curve.
    pub fn check_issuer(&self, issuer: &PublicKey) -> Result<(), PermitError> {
        Ok(self.sd_cwt.verify(issuer)?)
    }

    /// Checks that each redacted claim has its disclosure and each disclosure its redacted claim, as in the copy that the
    /// issuer hands to the holder.
    ///
    /// # Errors
    /// [`PermitError::DisclosuresIncomplete`] when one is missing, [`PermitError::SdCwt`] for an unmatched or second one.
    pub fn check_complete(&self) -> Result<(), PermitError> {
        let found = match_disclosures(&self.hashes, self.sd_cwt.disclosures())?;
        if found.len() == Group::COUNT {
            Ok(())
        } else {
            Err(PermitError::DisclosuresIncomplete)
        }
    }

    /// The visible part and the disclosed groups. Every disclosure must match a redacted claim; groups of a later version
    /// are read over.
    ///
    /// # Errors
    /// [`PermitError::SdCwt`] for an unmatched or second disclosure, [`PermitError::GroupMalformed`] for a group that is
    /// not of the profile's form.
    pub fn disclosed(&self) -> Result<Disclosed, PermitError> {
        match_disclosures(&self.hashes, self.sd_cwt.disclosures())?;
        let mut groups = Groups::default();
        for disclosure in self.sd_cwt.disclosures() {
            let (label, value) = match disclosure.content() {
                Content::Entry {
                    key: Key::Int(label),
                    value,
                } => (label, value),
                Content::Entry { key: Key::Text(_), .. } | Content::Decoy => continue,
                Content::Entry {
                    key: Key::Simple(_), ..
                }
                | Content::Element { .. } => {
                    return Err(SdCwtError::DisclosureMalformed.into());
                }
            };
            // A disclosure may not stand in for a claim that is always visible.
            if (label::TEST..=label::RESTRICTIONS).contains(&label) {
                return Err(SdCwtError::DisclosureMalformed.into());
            }
            let Some(group) = Group::from_label(label) else {
                continue;
            };
            if groups.has(group) {
                return Err(SdCwtError::DisclosureDuplicate.into());
            }
            let mut reader = Reader::new(value, &LIMITS)?;
            groups.read(group, &mut reader, Scope::Credential)?;
            reader.finish()?;
        }
        Ok(Disclosed {
            test: self.visible.test,
            category: self.visible.category,
            valid_until: self.visible.valid_until,
            restrictions: self.visible.restrictions,
            person: groups.person,
            portrait: groups.portrait,
            employment: groups.employment,
            social_security: groups.social_security,
            file: groups.file,
        })
    }

    /// The permit, from a credential that discloses at least the person.
    ///
    /// # Errors
    /// [`PermitError::DisclosuresIncomplete`] without the person, or as [`disclosed`](Self::disclosed).
    pub fn permit(&self) -> Result<Permit, PermitError> {
        self.disclosed()?
            .into_permit()
            .ok_or(PermitError::DisclosuresIncomplete)
    }

    /// The name of the issuer's key.
    pub fn kid(&self) -> &'a KeyId {
        self.kid
    }

    /// The issuer's logical name.
    pub fn iss(&self) -> &'a str {
        self.iss
    }

    /// The random name of this copy.
    pub fn sub(&self) -> &'a str {
        self.sub
    }

    /// The day of issue, seconds since 1970.
    pub fn iat(&self) -> i64 {
        self.iat
    }

    /// Until when it holds, seconds since 1970.
    pub fn exp(&self) -> i64 {
        self.exp
    }

    /// The holder's key.
    pub fn holder_key(&self) -> &PublicKey {
        &self.holder
    }

    /// Where its status is found.
    pub fn status(&self) -> StatusRef {
        StatusRef {
            idx: self.status_idx,
            uri: self.status_uri.to_owned(),
        }
    }

    /// The position in its status list.
    pub fn status_idx(&self) -> u64 {
        self.status_idx
    }

    /// The URI of its status list.
    pub fn status_uri(&self) -> &'a str {
        self.status_uri
    }

    /// Whether it is a test credential, which proves nothing about a person.
    pub fn test(&self) -> bool {
        self.visible.test
    }

    /// The issuer's signature, 64 bytes if it can verify: part of the replay key.
    pub fn signature(&self) -> &'a [u8] {
        self.sd_cwt.sign1().signature()
    }

    /// The SD-CWT underneath.
    pub fn sd_cwt(&self) -> &SdCwt<'a> {
        &self.sd_cwt
    }
}

// A credential carries personal data.
impl std::fmt::Debug for Credential<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credential")
            .field("iss", &self.iss)
            .field("test", &self.visible.test)
            .finish_non_exhaustive()
    }
}

pub(crate) fn text<'a>(reader: &mut Reader<'a>, field: &Field) -> Result<&'a str, PermitError> {
    let text = reader.text()?;
    if text.is_empty() || text.len() > field.limit {
        Err(PermitError::ClaimsMalformed)
    } else {
        Ok(text)
    }
}

/// Reads `{1: COSE_Key}`; a thumbprint would not do, because an offline verifier has no key for it.
pub(super) fn read_confirmation(reader: &mut Reader<'_>) -> Result<PublicKey, PermitError> {
    let mut key = None;
    reader.map(|label, reader| -> Result<(), PermitError> {
        match label {
            Key::Int(label::COSE_KEY) => key = Some(read_key(reader)?),
            _ => return Err(PermitError::ClaimsMalformed),
        }
        Ok(())
    })?;
    let key = key.ok_or(PermitError::ClaimsMalformed)?;
    if key.curve() == Curve::P256 {
        Ok(key)
    } else {
        Err(CoseError::KeyInvalid.into())
    }
}

pub(crate) fn read_status<'a>(reader: &mut Reader<'a>) -> Result<(u64, &'a str), PermitError> {
    let (mut idx, mut uri) = (None, None);
    reader.map(|key, reader| -> Result<(), PermitError> {
        if key != Key::Text("status_list") {
            // Another mechanism beside ours does no harm; without ours the claim is refused below.
            return Ok(reader.skip()?);
        }
        reader.map(|key, reader| -> Result<(), PermitError> {
            match key {
                Key::Text("idx") => idx = Some(reader.uint()?),
                Key::Text("uri") => uri = Some(text(reader, &field::STATUS_URI)?),
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        Ok(())
    })?;
    idx.zip(uri).ok_or(PermitError::ClaimsMalformed)
}

fn read_permit<'a>(reader: &mut Reader<'a>) -> Result<(Visible, [&'a Hash; Group::COUNT]), PermitError> {
    let (mut visible, mut hashes) = (VisibleReader::default(), None);
    reader.map(|key, reader| -> Result<(), PermitError> {
        if is_redacted_key(key) {
            hashes = Some(read_redacted(reader)?);
        } else if !visible.read(key, reader)? {
            reader.skip()?;
        }
        Ok(())
    })?;
    Ok((visible.finish()?, hashes.ok_or(PermitError::ClaimsMalformed)?))
}
