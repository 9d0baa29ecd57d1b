use permitcard_crypto::ecdsa::PublicKey;

use super::{
    Disclosure, SdCwtError,
    disclosure::read_disclosures,
    label::{SD_AEAD, SD_ALG, SD_CLAIMS, SD_ENCRYPTED_CLAIMS, SHA_256},
};
use crate::cose::{
    Algorithm, CoseError, KeyId, Sign1, Typ, Unsigned,
    cbor::{Key, Limits, Reader, Writer},
    protected,
};

/// The type of an SD-CWT, a CoAP content-format number.
pub const TYP_SD_CWT: u64 = 293;
/// The type of a key binding token.
pub const TYP_KBT: u64 = 294;
/// The most disclosures of one token of the permit profile.
pub const MAX_DISCLOSURES: usize = 16;

/// A parsed, not yet verified SD-CWT. Borrows from the input.
#[derive(Debug, Clone)]
pub struct SdCwt<'a> {
    sign1: Sign1<'a>,
    disclosures: Vec<Disclosure<'a>>,
}

impl<'a> SdCwt<'a> {
    /// Reads a tagged SD-CWT that fills `bytes`. Whether the disclosures belong to the payload is not checked here.
    ///
    /// # Errors
    /// [`SdCwtError`], for anything that is not the form of the draft within the limits.
    pub fn parse(bytes: &'a [u8], limits: &Limits) -> Result<Self, SdCwtError> {
        let mut reader = Reader::new(bytes, limits)?;
        let token = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(token)
    }

    /// Reads a tagged SD-CWT inside of a document.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, SdCwtError> {
        let mut disclosures = Vec::new();
        let sign1 = Sign1::read(
            reader,
            |key, reader| -> Result<(), SdCwtError> {
                match key {
                    Key::Int(SD_ALG) if reader.int()? == SHA_256 => Ok(()),
                    Key::Int(SD_ALG) => Err(SdCwtError::HashUnsupported),
                    Key::Int(SD_ENCRYPTED_CLAIMS | SD_AEAD) => Err(SdCwtError::EncryptedClaims),
                    // Disclosures stand outside of the issuer's signature.
                    Key::Int(SD_CLAIMS) => Err(SdCwtError::DisclosureMalformed),
                    _ => Ok(reader.skip()?),
                }
            },
            |key, reader| match key {
                Key::Int(SD_CLAIMS) => {
                    disclosures = read_disclosures(reader, MAX_DISCLOSURES)?;
                    Ok(())
                }
                Key::Int(SD_ENCRYPTED_CLAIMS | SD_AEAD) => Err(SdCwtError::EncryptedClaims),
                Key::Int(SD_ALG) => Err(SdCwtError::HashUnsupported),
                _ => Ok(reader.skip()?),
            },
        )?;
        if sign1.typ() != Some(Typ::Number(TYP_SD_CWT)) {
            return Err(SdCwtError::TypeUnexpected);
        }
        Ok(Self { sign1, disclosures })
    }

    /// Prepares an SD-CWT with all its disclosures, each an encoded array.
    pub fn build(algorithm: Algorithm, kid: &KeyId, payload: &[u8], disclosures: &[Vec<u8>]) -> Unsigned {
        let encoded: Vec<&[u8]> = disclosures.iter().map(Vec::as_slice).collect();
        Unsigned::new(
            algorithm,
            &protected(algorithm, Some(kid), Typ::Number(TYP_SD_CWT)),
            &unprotected(&encoded),
            payload,
        )
    }

    /// The envelope.
    pub fn sign1(&self) -> &Sign1<'a> {
        &self.sign1
    }

    /// The payload: an encoded map of claims.
    pub fn payload(&self) -> &'a [u8] {
        self.sign1.payload()
    }

    /// The disclosures in their order.
    pub fn disclosures(&self) -> &[Disclosure<'a>] {
        &self.disclosures
    }

    /// Verifies the issuer's signature.
    ///
    /// # Errors
    /// As [`Sign1::verify`].
    pub fn verify(&self, issuer: &PublicKey) -> Result<(), CoseError> {
        self.sign1.verify(issuer)
    }

    /// Writes the token again, with the given ones of its disclosures only.
    pub(crate) fn write_with(&self, writer: &mut Writer, disclosures: &[&[u8]]) {
        writer
            .tag(crate::cose::TAG_SIGN1)
            .array(4)
            .bytes(self.sign1.protected());
        write_unprotected(writer, disclosures);
        writer.bytes(self.sign1.payload()).bytes(self.sign1.signature());
    }
}

/// The unprotected header with these disclosures; an empty map without any.
pub fn unprotected(disclosures: &[&[u8]]) -> Vec<u8> {
    let mut writer = Writer::with_capacity(8 + disclosures.iter().map(|d| 3 + d.len()).sum::<usize>());
    write_unprotected(&mut writer, disclosures);
    writer.into_bytes()
}

fn write_unprotected(writer: &mut Writer, disclosures: &[&[u8]]) {
    if disclosures.is_empty() {
        writer.map(0);
        return;
    }
    writer.map(1).int(SD_CLAIMS).array(disclosures.len());
    for disclosure in disclosures {
        writer.bytes(disclosure);
    }
}
