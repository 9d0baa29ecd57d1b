use permitcard_crypto::ecdsa::PublicKey;

use super::{
    Algorithm, AnyAlgorithm, CoseError,
    cbor::{CborError, Key, Limits, Reader, Writer},
};

/// The tag of COSE_Sign1 (RFC 9052 4.2).
pub const TAG_SIGN1: u64 = 18;
/// Header label of the algorithm.
pub const ALG: i64 = 1;
/// Header label of critical headers; [`Sign1`] refuses it wherever it stands, because it understands none.
pub const CRIT: i64 = 2;
/// Header label of the key's name.
pub const KID: i64 = 4;
/// Header label of the type (RFC 9596).
pub const TYP: i64 = 16;
/// Most bytes of the text or key name in a header, so that nothing longer is compared or kept.
const HEADER_TEXT: usize = 255;

/// The type of a signed object, header label 16 (RFC 9596).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typ<'a> {
    /// A CoAP content-format number.
    Number(u64),
    /// A media type.
    Text(&'a str),
}

/// A parsed, not yet verified COSE_Sign1 with its payload inside. Borrows from the input.
#[derive(Clone)]
pub struct Sign1<'a> {
    algorithm: Algorithm,
    kid: Option<&'a [u8]>,
    typ: Option<Typ<'a>>,
    protected: &'a [u8],
    payload: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Sign1<'a> {
    /// Reads a tagged COSE_Sign1 that fills `bytes`. Headers other than `alg`, `kid` and `typ` are read over.
    ///
    /// # Errors
    /// [`CoseError::Cbor`] for the encoding, [`CoseError::CriticalHeader`] for `crit`, [`CoseError::AlgorithmUnsupported`]
    /// without a known algorithm in the protected header, [`CoseError::Malformed`] for other faults of structure.
    pub fn parse(bytes: &'a [u8], limits: &Limits) -> Result<Self, CoseError> {
        let mut reader = Reader::new(bytes, limits)?;
        let sign1 = Self::read::<CoseError>(&mut reader, |_, r| Ok(r.skip()?), |_, r| Ok(r.skip()?))?;
        reader.finish()?;
        Ok(sign1)
    }

    /// Reads a tagged COSE_Sign1 inside of a document. `protected` and `unprotected` get every further header and read its
    /// value.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), or what the two functions return.
    pub fn read<E: From<CborError> + From<CoseError>>(
        reader: &mut Reader<'a>,
        mut protected: impl FnMut(Key<'a>, &mut Reader<'a>) -> Result<(), E>,
        mut unprotected: impl FnMut(Key<'a>, &mut Reader<'a>) -> Result<(), E>,
    ) -> Result<Self, E> {
        reader.tagged(TAG_SIGN1, |reader| {
            reader.tuple(4, |reader| {
                let protected_bytes = reader.bytes()?;
                let (mut algorithm, mut kid, mut typ) = (None, None, None);
                let mut header = reader.embedded(protected_bytes);
                header.map(|key, reader| -> Result<(), E> {
                    match key {
                        Key::Int(ALG) => {
                            let known = Algorithm::from_id(reader.int()?).ok_or(CoseError::AlgorithmUnsupported)?;
                            algorithm = Some(known);
                            Ok(())
                        }
                        Key::Int(CRIT) => Err(CoseError::CriticalHeader.into()),
                        Key::Int(KID) => {
                            kid = Some(short(reader.bytes()?)?);
                            Ok(())
                        }
                        Key::Int(TYP) => {
                            typ = Some(read_typ(reader)?);
                            Ok(())
                        }
                        _ => protected(key, reader),
                    }
                })?;
                header.finish()?;
                reader.map(|key, reader| match key {
                    // These belong to the protected header.
                    Key::Int(ALG | TYP) => Err(CoseError::Malformed.into()),
                    // A label stands in one of the two headers only (RFC 9052 3).
                    Key::Int(KID) if kid.is_some() => Err(CoseError::Malformed.into()),
                    Key::Int(CRIT) => Err(CoseError::CriticalHeader.into()),
                    _ => unprotected(key, reader),
                })?;
                let payload = reader.bytes()?;
                let signature = reader.bytes()?;
                let algorithm = algorithm.ok_or(CoseError::AlgorithmUnsupported)?;
                Ok(Self {
                    algorithm,
                    kid,
                    typ,
                    protected: protected_bytes,
                    payload,
                    signature,
                })
            })
        })
    }

    /// The algorithm of the protected header.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key's name of the protected header.
    pub fn kid(&self) -> Option<&'a [u8]> {
        self.kid
    }

    /// The type of the protected header.
    pub fn typ(&self) -> Option<Typ<'a>> {
        self.typ
    }

    /// The encoded protected header map.
    pub fn protected(&self) -> &'a [u8] {
        self.protected
    }

    /// The payload.
    pub fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// The signature, as long as it came.
    pub fn signature(&self) -> &'a [u8] {
        self.signature
    }

    /// Verifies the signature; no external data (RFC 9052 4.4).
    ///
    /// # Errors
    /// [`CoseError::AlgorithmUnsupported`] for a key of another curve, [`CoseError::SignatureInvalid`] when it does not
    /// verify.
    pub fn verify(&self, key: &PublicKey) -> Result<(), CoseError> {
        if key.curve() != self.algorithm.curve() {
            return Err(CoseError::AlgorithmUnsupported);
        }
        key.verify(&sig_structure(self.protected, &[], self.payload), self.signature)
            .map_err(|_| CoseError::SignatureInvalid)
    }
}

// Headers and payload may carry personal data, so neither type shows them.
impl std::fmt::Debug for Sign1<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sign1")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Unsigned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unsigned")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

fn short(bytes: &[u8]) -> Result<&[u8], CoseError> {
    if bytes.len() <= HEADER_TEXT {
        Ok(bytes)
    } else {
        Err(CoseError::TooLong)
    }
}

fn read_typ<'a>(reader: &mut Reader<'a>) -> Result<Typ<'a>, CoseError> {
    Ok(match reader.key()? {
        Key::Int(number) => Typ::Number(u64::try_from(number).map_err(|_| CoseError::Malformed)?),
        Key::Text(text) if text.len() <= HEADER_TEXT => Typ::Text(text),
        _ => return Err(CoseError::Malformed),
    })
}

/// The message that is signed (RFC 9052 4.4): `["Signature1", protected, external_aad, payload]`.
pub(super) fn sig_structure(protected: &[u8], external_aad: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut writer = Writer::with_capacity(32 + protected.len() + external_aad.len() + payload.len());
    writer
        .array(4)
        .text("Signature1")
        .bytes(protected)
        .bytes(external_aad)
        .bytes(payload);
    writer.into_bytes()
}

/// A COSE_Sign1 without its signature. The signature is made elsewhere, over [`to_sign`](Self::to_sign).
#[derive(Clone)]
pub struct Unsigned {
    algorithm: AnyAlgorithm,
    to_sign: Vec<u8>,
    unfinished: Vec<u8>,
}

impl Unsigned {
    /// Prepares an object from its encoded header maps and its payload. The protected header must name `algorithm`.
    pub fn new(algorithm: impl Into<AnyAlgorithm>, protected: &[u8], unprotected: &[u8], payload: &[u8]) -> Self {
        let algorithm = algorithm.into();
        let to_sign = sig_structure(protected, &[], payload);
        let length = 16 + protected.len() + unprotected.len() + payload.len() + algorithm.signature_len();
        let mut writer = Writer::with_capacity(length);
        writer
            .tag(TAG_SIGN1)
            .array(4)
            .bytes(protected)
            .raw(unprotected)
            .bytes(payload);
        Self {
            algorithm,
            to_sign,
            unfinished: writer.into_bytes(),
        }
    }

    /// Prepares an object with the protected header `{1: algorithm, ?4: kid, 16: typ}` and an empty unprotected one.
    pub fn with_typ(algorithm: Algorithm, kid: Option<&[u8]>, typ: Typ<'_>, payload: &[u8]) -> Self {
        Self::new(algorithm, &protected(algorithm, kid, typ), &EMPTY_MAP, payload)
    }

    /// The algorithm that the header names.
    pub fn algorithm(&self) -> AnyAlgorithm {
        self.algorithm
    }

    /// The message to sign, not its digest.
    pub fn to_sign(&self) -> &[u8] {
        &self.to_sign
    }

    /// The tagged object with the signature, of ECDSA `r || s`. It is not verified here: whoever signs knows the key.
    ///
    /// # Errors
    /// [`CoseError::SignatureInvalid`] for a length other than 64 (P-256, Ed25519) or 96 (P-384).
    pub fn finish(self, signature: &[u8]) -> Result<Vec<u8>, CoseError> {
        if signature.len() != self.algorithm.signature_len() {
            return Err(CoseError::SignatureInvalid);
        }
        let mut bytes = self.unfinished;
        let length = u8::try_from(signature.len()).map_err(|_| CoseError::SignatureInvalid)?;
        bytes.extend_from_slice(&[0x58, length]);
        bytes.extend_from_slice(signature);
        Ok(bytes)
    }
}

/// The encoding of an empty map.
pub const EMPTY_MAP: [u8; 1] = [0xa0];

/// The protected header `{1: algorithm, ?4: kid, 16: typ}`.
pub fn protected(algorithm: Algorithm, kid: Option<&[u8]>, typ: Typ<'_>) -> Vec<u8> {
    let mut writer = Writer::with_capacity(64);
    writer
        .map(if kid.is_some() { 3 } else { 2 })
        .int(ALG)
        .int(algorithm.id());
    if let Some(kid) = kid {
        writer.int(KID).bytes(kid);
    }
    writer.int(TYP);
    match typ {
        Typ::Number(number) => writer.uint(number),
        Typ::Text(text) => writer.text(text),
    };
    writer.into_bytes()
}
