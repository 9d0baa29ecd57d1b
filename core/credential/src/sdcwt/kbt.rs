use permitcard_crypto::ecdsa::PublicKey;

use super::{
    SdCwt, SdCwtError, TYP_KBT,
    label::{AUD, CNONCE, EXP, IAT, ISS, KCWT, SUB},
};
use crate::cose::{
    ALG, Algorithm, CoseError, EMPTY_MAP, Sign1, TYP, Typ, Unsigned,
    cbor::{Key, Limits, Reader, Writer},
};

/// Most bytes of an audience or a nonce.
const MAX_TEXT: usize = 255;

/// A parsed, not yet verified key binding token with the SD-CWT inside. Borrows from the input.
#[derive(Debug, Clone)]
pub struct Kbt<'a> {
    sign1: Sign1<'a>,
    sd_cwt: SdCwt<'a>,
    aud: &'a str,
    iat: i64,
    exp: Option<i64>,
    nonce: Option<&'a [u8]>,
}

impl<'a> Kbt<'a> {
    /// Reads a tagged key binding token that fills `bytes`. `claim` gets every claim that the draft does not name and
    /// reads its value.
    ///
    /// # Errors
    /// [`SdCwtError`], for anything that is not the form of the draft within the limits. The unprotected header must be
    /// empty, because no signature covers it.
    pub fn parse(
        bytes: &'a [u8],
        limits: &Limits,
        mut claim: impl FnMut(Key<'a>, &mut Reader<'a>) -> Result<(), SdCwtError>,
    ) -> Result<Self, SdCwtError> {
        let mut reader = Reader::new(bytes, limits)?;
        let mut sd_cwt = None;
        let sign1 = Sign1::read(
            &mut reader,
            |key, reader| -> Result<(), SdCwtError> {
                match key {
                    Key::Int(KCWT) => {
                        sd_cwt = Some(SdCwt::read(reader)?);
                        Ok(())
                    }
                    _ => Ok(reader.skip()?),
                }
            },
            |_, _| Err(SdCwtError::BindingMalformed),
        )?;
        reader.finish()?;
        if sign1.typ() != Some(Typ::Number(TYP_KBT)) {
            return Err(SdCwtError::TypeUnexpected);
        }
        let sd_cwt = sd_cwt.ok_or(SdCwtError::BindingMalformed)?;

        let (mut aud, mut iat, mut exp, mut nonce) = (None, None, None, None);
        let mut reader = Reader::new(sign1.payload(), limits)?;
        reader.map(|key, reader| -> Result<(), SdCwtError> {
            match key {
                // The draft forbids both here: they would contradict the credential.
                Key::Int(ISS | SUB) => return Err(SdCwtError::BindingMalformed),
                Key::Int(AUD) => aud = Some(reader.text()?),
                Key::Int(EXP) => exp = Some(reader.int()?),
                Key::Int(IAT) => iat = Some(reader.int()?),
                Key::Int(CNONCE) => nonce = Some(reader.bytes()?),
                _ => claim(key, reader)?,
            }
            Ok(())
        })?;
        reader.finish()?;
        let (Some(aud), Some(iat)) = (aud, iat) else {
            return Err(SdCwtError::BindingMalformed);
        };
        if aud.len() > MAX_TEXT || nonce.is_some_and(|nonce| nonce.len() > MAX_TEXT) {
            return Err(SdCwtError::BindingMalformed);
        }
        Ok(Self {
            sign1,
            sd_cwt,
            aud,
            iat,
            exp,
            nonce,
        })
    }

    /// The envelope.
    pub fn sign1(&self) -> &Sign1<'a> {
        &self.sign1
    }

    /// The credential with the chosen disclosures.
    pub fn sd_cwt(&self) -> &SdCwt<'a> {
        &self.sd_cwt
    }

    /// For whom it was made.
    pub fn aud(&self) -> &'a str {
        self.aud
    }

    /// When it was made, seconds since 1970.
    pub fn iat(&self) -> i64 {
        self.iat
    }

    /// Until when it holds, seconds since 1970.
    pub fn exp(&self) -> Option<i64> {
        self.exp
    }

    /// The verifier's nonce.
    pub fn nonce(&self) -> Option<&'a [u8]> {
        self.nonce
    }

    /// Verifies the holder's signature, which covers the SD-CWT with its disclosures and the claims.
    ///
    /// # Errors
    /// As [`Sign1::verify`].
    pub fn verify(&self, holder: &PublicKey) -> Result<(), CoseError> {
        self.sign1.verify(holder)
    }

    /// The same token with its credential taken out.
    pub(crate) fn into_parts(self) -> (Sign1<'a>, SdCwt<'a>) {
        (self.sign1, self.sd_cwt)
    }
}

/// The claims of a new key binding token. Nothing is checked here: that is the part of the profile.
#[derive(Debug, Clone, Copy)]
pub struct KbtClaims<'a> {
    /// For whom.
    pub aud: &'a str,
    /// Now, seconds since 1970.
    pub iat: i64,
    /// Until when, seconds since 1970.
    pub exp: i64,
    /// The verifier's nonce.
    pub nonce: Option<&'a [u8]>,
    /// A private claim with bytes: label below −24, so that it sorts behind the others.
    pub private: Option<(i64, &'a [u8])>,
}

/// Prepares a key binding token (ESP256, P-256) around a credential with the given ones of its disclosures.
pub fn bind(sd_cwt: &SdCwt<'_>, disclosures: &[&[u8]], claims: &KbtClaims<'_>) -> Unsigned {
    let length = 256 + sd_cwt.payload().len() + disclosures.iter().map(|d| d.len()).sum::<usize>();
    let mut header = Writer::with_capacity(length);
    header.map(3).int(ALG).int(Algorithm::Esp256.id()).int(KCWT);
    sd_cwt.write_with(&mut header, disclosures);
    header.int(TYP).uint(TYP_KBT);

    let mut payload = Writer::with_capacity(128);
    payload.map(3 + usize::from(claims.nonce.is_some()) + usize::from(claims.private.is_some()));
    payload
        .int(AUD)
        .text(claims.aud)
        .int(EXP)
        .int(claims.exp)
        .int(IAT)
        .int(claims.iat);
    if let Some(nonce) = claims.nonce {
        payload.int(CNONCE).bytes(nonce);
    }
    if let Some((label, value)) = claims.private {
        payload.int(label).bytes(value);
    }
    Unsigned::new(Algorithm::Esp256, header.as_bytes(), &EMPTY_MAP, payload.as_bytes())
}
