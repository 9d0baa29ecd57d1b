use super::{
    Expected, Restored, SdCwtToken, TimeRules,
    marks::check_safe,
    rules::{check_expected, check_kbt},
};
use crate::cose::{
    AnyKey, AnySign1, CoseError, Sign1Tag, Typ,
    value::{Limits, Value},
};
use crate::sdcwt::{
    SdCwtError, TYP_KBT,
    label::{CWT_CLAIMS, KCWT, SD_AEAD, SD_CLAIMS, SD_ENCRYPTED_CLAIMS},
};

/// A parsed, not yet verified key binding token of anyone, with the SD-CWT inside (draft 8.1).
#[derive(Debug, Clone)]
pub struct KbtToken<'a> {
    sign1: AnySign1<'a>,
    sd_cwt: SdCwtToken<'a>,
    claims: Value,
}

impl<'a> KbtToken<'a> {
    /// Reads a key binding token, tagged or not, that fills `bytes`. What it says is not checked here.
    ///
    /// # Errors
    /// [`SdCwtError::Cose`] as [`AnySign1::parse`]; [`SdCwtError::TypeUnexpected`]; [`SdCwtError::BindingMalformed`] without
    /// a tagged SD-CWT in the protected header, with disclosures outside of it, or when the payload is no map;
    /// [`SdCwtError::BindingClaimForbidden`] for claims in its header; whatever [`SdCwtToken::parse`] returns.
    pub fn parse(bytes: &'a [u8], limits: &Limits) -> Result<Self, SdCwtError> {
        let sign1 = AnySign1::parse_with(bytes, limits, &[KCWT])?;
        let typ = match sign1.typ() {
            Some(Typ::Number(number)) => number == TYP_KBT,
            Some(Typ::Text(text)) => ["application/kb+cwt", "kb+cwt"].contains(&text.to_ascii_lowercase().as_str()),
            None => false,
        };
        if !typ {
            return Err(SdCwtError::TypeUnexpected);
        }
        let misplaced = [SD_CLAIMS, SD_ENCRYPTED_CLAIMS, SD_AEAD];
        if misplaced.iter().any(|label| sign1.header(*label).is_some()) {
            return Err(SdCwtError::BindingMalformed);
        }
        if sign1.header(CWT_CLAIMS).is_some() {
            return Err(SdCwtError::BindingClaimForbidden);
        }
        let kcwt = Value::from(KCWT);
        let protected = sign1.protected_headers().filter(|(label, _)| **label != kcwt);
        for (_, value) in protected.chain(sign1.unprotected_headers()) {
            check_safe(value)?;
        }
        let inside = sign1.protected_header_bytes(KCWT).ok_or(SdCwtError::BindingMalformed)?;
        let sd_cwt = SdCwtToken::parse(inside, limits)?;
        if sd_cwt.sign1().tag() != Sign1Tag::Sign1 {
            return Err(SdCwtError::BindingMalformed);
        }
        let claims = Value::decode(sign1.payload()?, limits)?;
        if claims.as_map().is_none() {
            return Err(SdCwtError::BindingMalformed);
        }
        check_safe(&claims)?;
        Ok(Self { sign1, sd_cwt, claims })
    }

    /// The envelope.
    pub fn sign1(&self) -> &AnySign1<'a> {
        &self.sign1
    }

    /// The credential with the chosen disclosures.
    pub fn sd_cwt(&self) -> &SdCwtToken<'a> {
        &self.sd_cwt
    }

    /// The claims of the holder.
    pub fn claims(&self) -> &Value {
        &self.claims
    }

    /// Verifies the holder's signature with the key in `cnf`. It covers the SD-CWT with its disclosures, and the claims.
    ///
    /// # Errors
    /// As [`SdCwtToken::holder_key`] and [`AnySign1::verify`].
    pub fn verify_holder(&self) -> Result<(), SdCwtError> {
        Ok(self.sign1.verify(&self.sd_cwt.holder_key()?, &[])?)
    }

    /// Everything in the holder's claims that the draft forbids, in a fixed order; with `times` also whether the token holds
    /// now. Those of the SD-CWT stand in [`SdCwtToken::problems`].
    pub fn problems(&self, restored: &Restored, times: Option<&TimeRules>) -> Vec<SdCwtError> {
        check_kbt(self, restored, times)
    }

    /// Verifies the whole presentation (draft 9): the issuer's signature under one of `issuers`, the holder's, disclosures,
    /// claims, times, audience and nonce.
    ///
    /// # Errors
    /// The first thing that is wrong; [`CoseError::AlgorithmUnsupported`] for an algorithm that stands in an unprotected
    /// header, [`CoseError::SignatureInvalid`] when no key of `issuers` fits.
    pub fn verify(&self, issuers: &[AnyKey], expected: &Expected<'_>) -> Result<Restored, SdCwtError> {
        // The draft's CDDL has `alg` in the protected header. Elsewhere no signature covers it, and nothing here could say so.
        if self.sign1.alg_is_unprotected() || self.sd_cwt.sign1().alg_is_unprotected() {
            return Err(CoseError::AlgorithmUnsupported.into());
        }
        // An algorithm that nobody knows is its own error, with any keys.
        self.sd_cwt.sign1().algorithm()?;
        if !issuers.iter().any(|issuer| self.sd_cwt.verify(issuer).is_ok()) {
            return Err(CoseError::SignatureInvalid.into());
        }
        self.verify_holder()?;
        let restored = self.sd_cwt.restore()?;
        let mut problems = self.sd_cwt.problems(&restored, Some(&expected.times));
        problems.extend(self.problems(&restored, Some(&expected.times)));
        problems.extend(check_expected(self, &restored, expected));
        match problems.into_iter().next() {
            Some(problem) => Err(problem),
            None => Ok(restored),
        }
    }
}
