use permitcard_crypto::ecdsa::Curve;

use super::{Credential, Disclosed, LIMITS, PermitError, field, label, present::is_nonce};
use crate::{
    cose::{Sign1, cbor::Key},
    sdcwt::Kbt,
};

/// A parsed, not yet verified presentation. Borrows from the input.
///
/// Parsing checks the form and the limits; signatures, times, audience, nonce and status are the caller's.
#[derive(Clone)]
pub struct Presentation<'a> {
    credential: Credential<'a>,
    binding: Sign1<'a>,
    aud: &'a str,
    iat: i64,
    exp: i64,
    nonce: Option<&'a [u8]>,
    beacon: Option<[u8; 8]>,
}

impl<'a> Presentation<'a> {
    /// Reads a tagged key binding token of our profile that fills `bytes`.
    ///
    /// # Errors
    /// As [`Credential::parse`]; [`PermitError::NonceInvalid`] for a nonce of another form.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, PermitError> {
        let mut beacon = None;
        let kbt = Kbt::parse(bytes, &LIMITS, |key, reader| {
            match key {
                Key::Int(label::BEACON) => beacon = Some(*reader.bytes_of::<8>()?),
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        let (aud, iat, nonce) = (kbt.aud(), kbt.iat(), kbt.nonce());
        let exp = kbt.exp().ok_or(PermitError::ClaimsMalformed)?;
        if aud.is_empty() || aud.len() > field::AUD.limit {
            return Err(PermitError::ClaimsMalformed);
        }
        if !nonce.is_none_or(is_nonce) {
            return Err(PermitError::NonceInvalid);
        }
        let (binding, sd_cwt) = kbt.into_parts();
        if binding.algorithm().curve() != Curve::P256 {
            return Err(PermitError::KeyUnsupported);
        }
        Ok(Self {
            credential: Credential::from_sd_cwt(sd_cwt)?,
            binding,
            aud,
            iat,
            exp,
            nonce,
            beacon,
        })
    }

    /// The credential inside, with the disclosures that were chosen.
    pub fn credential(&self) -> &Credential<'a> {
        &self.credential
    }

    /// Verifies the holder's signature with the key of the credential. It means something only after
    /// [`Credential::check_issuer`].
    ///
    /// # Errors
    /// [`PermitError::SdCwt`] when it does not verify.
    pub fn check_holder(&self) -> Result<(), PermitError> {
        Ok(self.binding.verify(self.credential.holder_key())?)
    }

    /// What it shows; see [`Credential::disclosed`].
    ///
    /// # Errors
    /// As [`Credential::disclosed`].
    pub fn disclosed(&self) -> Result<Disclosed, PermitError> {
        self.credential.disclosed()
    }

    /// For whom it was made; to be compared exactly.
    pub fn aud(&self) -> &'a str {
        self.aud
    }

    /// When it was made, seconds since 1970.
    pub fn iat(&self) -> i64 {
        self.iat
    }

    /// Until when it holds, seconds since 1970.
    pub fn exp(&self) -> i64 {
        self.exp
    }

    /// The verifier's nonce.
    pub fn nonce(&self) -> Option<&'a [u8]> {
        self.nonce
    }

    /// The beacon value.
    pub fn beacon(&self) -> Option<[u8; 8]> {
        self.beacon
    }

    /// The holder's signature.
    pub fn signature(&self) -> &'a [u8] {
        self.binding.signature()
    }
}

// A presentation carries personal data.
impl std::fmt::Debug for Presentation<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Presentation")
            .field("aud", &self.aud)
            .field("iat", &self.iat)
            .finish_non_exhaustive()
    }
}
