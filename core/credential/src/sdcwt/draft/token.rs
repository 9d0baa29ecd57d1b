use super::{
    MAX_DISCLOSURES, OpenDisclosure, Restored, SdHash, TimeRules,
    marks::check_safe,
    restore::restore,
    rules::{check_sd_cwt, holder_key},
};
use crate::cose::{
    AnyKey, AnySign1, CoseError, Typ,
    value::{Limits, Value},
};
use crate::sdcwt::{
    SdCwtError, TYP_SD_CWT,
    label::{CWT_CLAIMS, SD_AEAD, SD_ALG, SD_CLAIMS, SD_ENCRYPTED_CLAIMS},
};

/// A parsed, not yet verified SD-CWT of anyone (draft 5 and 7).
#[derive(Debug, Clone)]
pub struct SdCwtToken<'a> {
    sign1: AnySign1<'a>,
    hash: SdHash,
    disclosures: Vec<OpenDisclosure>,
    claims: Value,
}

impl<'a> SdCwtToken<'a> {
    /// Reads an SD-CWT, tagged or not, that fills `bytes`. What it says is not checked here.
    ///
    /// # Errors
    /// [`SdCwtError::Cose`] as [`AnySign1::parse`]; [`SdCwtError::TypeUnexpected`], [`SdCwtError::EncryptedClaims`],
    /// [`SdCwtError::HashUnsupported`], [`SdCwtError::SdClaimsEmpty`], [`SdCwtError::TooManyDisclosures`],
    /// [`SdCwtError::DisclosureMalformed`]; [`SdCwtError::ClaimsMalformed`] when the payload is no map; an error of
    /// redaction for a mark of it in a header.
    pub fn parse(bytes: &'a [u8], limits: &Limits) -> Result<Self, SdCwtError> {
        Self::of(AnySign1::parse_with(bytes, limits, &[CWT_CLAIMS, SD_ALG])?, limits)
    }

    fn of(sign1: AnySign1<'a>, limits: &Limits) -> Result<Self, SdCwtError> {
        if !is_sd_cwt(sign1.typ()) {
            return Err(SdCwtError::TypeUnexpected);
        }
        if sign1.header(SD_ENCRYPTED_CLAIMS).is_some() || sign1.header(SD_AEAD).is_some() {
            return Err(SdCwtError::EncryptedClaims);
        }
        // The issuer signs how claims are hashed, and does not sign which are disclosed.
        if sign1.unprotected_header(SD_ALG).is_some() {
            return Err(SdCwtError::HashUnsupported);
        }
        if sign1.protected_header(SD_CLAIMS).is_some() {
            return Err(SdCwtError::DisclosureMalformed);
        }
        let claims_header = Value::from(CWT_CLAIMS);
        let protected = sign1.protected_headers().filter(|(label, _)| **label != claims_header);
        for (_, value) in protected.chain(sign1.unprotected_headers()) {
            check_safe(value)?;
        }
        if sign1.unprotected_header(CWT_CLAIMS).is_some() {
            return Err(SdCwtError::ClaimsMalformed);
        }
        let hash = match sign1.protected_header(SD_ALG) {
            Some(algorithm) => SdHash::from_header(algorithm)?,
            None => SdHash::default(),
        };
        let disclosures = match sign1.unprotected_header(SD_CLAIMS) {
            Some(list) => disclosures(list, limits)?,
            None => Vec::new(),
        };
        let claims = Value::decode(sign1.payload()?, limits)?;
        if claims.as_map().is_none() {
            return Err(SdCwtError::ClaimsMalformed);
        }
        Ok(Self {
            sign1,
            hash,
            disclosures,
            claims,
        })
    }

    /// The envelope.
    pub fn sign1(&self) -> &AnySign1<'a> {
        &self.sign1
    }

    /// The hash algorithm of redacted claims.
    pub fn hash(&self) -> SdHash {
        self.hash
    }

    /// The disclosures in their order.
    pub fn disclosures(&self) -> &[OpenDisclosure] {
        &self.disclosures
    }

    /// The claims as the issuer signed them, with their marks of redaction.
    pub fn claims(&self) -> &Value {
        &self.claims
    }

    /// Verifies the issuer's signature.
    ///
    /// # Errors
    /// As [`AnySign1::verify`].
    pub fn verify(&self, issuer: &AnyKey) -> Result<(), CoseError> {
        self.sign1.verify(issuer, &[])
    }

    /// Puts the disclosures in their places.
    ///
    /// # Errors
    /// [`SdCwtError::DisclosureUnmatched`] for a disclosure whose hash stands nowhere, and as
    /// [`restore_counting`](Self::restore_counting).
    pub fn restore(&self) -> Result<Restored, SdCwtError> {
        let restored = self.restore_counting()?;
        if restored.unmatched > 0 {
            return Err(SdCwtError::DisclosureUnmatched);
        }
        Ok(restored)
    }

    /// Puts the disclosures in their places, and only counts those whose hash stands nowhere: for tools that show a token
    /// which is not valid. A token with any is refused by the draft.
    ///
    /// # Errors
    /// [`SdCwtError::DisclosureDuplicate`] for two equal disclosures or a hash that stands twice,
    /// [`SdCwtError::DisclosureMalformed`] for one of an array's item in a map or the other way round,
    /// [`SdCwtError::KeyExists`], [`SdCwtError::RedactionForbidden`], [`SdCwtError::RedactionMalformed`],
    /// [`SdCwtError::PreIssuance`], [`SdCwtError::ClaimsMalformed`] for keys of another kind than integer and text, or two
    /// values of one claim, [`SdCwtError::Cose`] beyond [`MAX_DEPTH`](super::MAX_DEPTH).
    pub fn restore_counting(&self) -> Result<Restored, SdCwtError> {
        let mut claims = vec![&self.claims];
        claims.extend(self.sign1.protected_header(CWT_CLAIMS));
        restore(&claims, &self.disclosures, self.hash)
    }

    /// The holder's key, from `cnf` of the payload.
    ///
    /// # Errors
    /// [`SdCwtError::HolderKeyMissing`] without `cnf`, [`SdCwtError::HolderKeyUnsupported`] for one without the key itself, or
    /// with a private key, [`SdCwtError::Cose`] as [`AnyKey::from_value`].
    pub fn holder_key(&self) -> Result<AnyKey, SdCwtError> {
        holder_key(&self.claims)
    }

    /// Everything in the claims that the draft forbids, in a fixed order; with `times` also whether the token holds now.
    /// Signatures are not looked at.
    pub fn problems(&self, restored: &Restored, times: Option<&TimeRules>) -> Vec<SdCwtError> {
        check_sd_cwt(self, restored, times)
    }
}

fn disclosures(list: &Value, limits: &Limits) -> Result<Vec<OpenDisclosure>, SdCwtError> {
    let list = list.as_array().ok_or(SdCwtError::DisclosureMalformed)?;
    if list.is_empty() {
        return Err(SdCwtError::SdClaimsEmpty);
    }
    if list.len() > MAX_DISCLOSURES {
        return Err(SdCwtError::TooManyDisclosures);
    }
    list.iter()
        .map(|item| {
            let encoded = item.as_bytes().ok_or(SdCwtError::DisclosureMalformed)?;
            OpenDisclosure::read(encoded, limits)
        })
        .collect()
}

/// Draft 5: the number, the media type, or one with the suffix `+sd-cwt`. Media types have no case (RFC 2045 5.1).
fn is_sd_cwt(typ: Option<Typ<'_>>) -> bool {
    match typ {
        Some(Typ::Number(number)) => number == TYP_SD_CWT,
        Some(Typ::Text(text)) => {
            let text = text.to_ascii_lowercase();
            ["application/sd-cwt", "sd-cwt"].contains(&text.as_str()) || text.ends_with("+sd-cwt")
        }
        None => false,
    }
}
