use super::{
    ALG, AnyAlgorithm, AnyKey, CRIT, CoseError, KID, TAG_SIGN1, TYP, Typ,
    cbor::CborError,
    sign1::sig_structure,
    value::{Decoder, Entry, Limits, Value},
};

/// The tag of a CWT (RFC 8392 6), which may stand in front of the tag of COSE_Sign1.
pub const TAG_CWT: u64 = 61;
/// Header label of the content type.
const CONTENT_TYPE: i64 = 3;
/// Most headers of one map: they are compared with each other.
const MAX_HEADERS: usize = 64;
/// Header labels that are understood when `crit` names them.
const UNDERSTOOD: [i64; 4] = [ALG, CONTENT_TYPE, KID, TYP];

/// How an object is tagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign1Tag {
    /// A plain array of four, where the context says what it is.
    Untagged,
    /// Tag 18.
    Sign1,
    /// Tag 61 around tag 18.
    Cwt,
}

/// A parsed, not yet verified COSE_Sign1 (RFC 9052 4.2) by anyone: any order of headers, tagged or not, with external data.
/// Borrows from the input.
///
/// The formats of Permit Card are read by [`Sign1`](super::Sign1), which takes less.
#[derive(Clone)]
pub struct AnySign1<'a> {
    tag: Sign1Tag,
    protected_bytes: &'a [u8],
    protected: Vec<Entry<'a>>,
    unprotected: Vec<Entry<'a>>,
    payload: Option<&'a [u8]>,
    signature: &'a [u8],
}

impl<'a> AnySign1<'a> {
    /// Reads a COSE_Sign1 that fills `bytes`. An unknown or missing algorithm and a detached payload are no errors here, but
    /// such an object does not verify.
    ///
    /// # Errors
    /// [`CoseError::Cbor`] for the encoding and for more than 64 headers in a map, [`CoseError::HeaderDuplicate`] for a label in both headers,
    /// [`CoseError::CriticalHeader`] for `crit` that names anything but labels 1, 3, 4 and 16,
    /// [`CoseError::Malformed`] for another structure.
    pub fn parse(bytes: &'a [u8], limits: &Limits) -> Result<Self, CoseError> {
        Self::parse_with(bytes, limits, &[])
    }

    /// Reads as [`parse`](Self::parse) does; `crit` may also name the labels `understood`.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_with(bytes: &'a [u8], limits: &Limits, understood: &[i64]) -> Result<Self, CoseError> {
        let mut decoder = Decoder::new(bytes, limits)?;
        let tag = match decoder.tag()? {
            None => Sign1Tag::Untagged,
            Some(TAG_SIGN1) => Sign1Tag::Sign1,
            Some(TAG_CWT) if decoder.tag()? == Some(TAG_SIGN1) => Sign1Tag::Cwt,
            Some(_) => return Err(CoseError::Malformed),
        };
        decoder.tuple(4).map_err(structure)?;
        let protected_bytes = decoder.bytes().map_err(structure)?;
        let protected = match protected_bytes {
            // RFC 9052 3: an empty map is encoded as a string of no bytes; the encoded empty map is taken, too.
            [] => Vec::new(),
            bytes => {
                let mut decoder = decoder.embedded(bytes);
                let headers = headers(&mut decoder)?;
                decoder.finish()?;
                headers
            }
        };
        let unprotected = headers(&mut decoder)?;
        let payload = decoder.bytes_or_null().map_err(structure)?;
        let signature = decoder.bytes().map_err(structure)?;
        decoder.finish()?;

        let sign1 = Self {
            tag,
            protected_bytes,
            protected,
            unprotected,
            payload,
            signature,
        };
        sign1.check_headers(understood)?;
        Ok(sign1)
    }

    fn check_headers(&self, understood: &[i64]) -> Result<(), CoseError> {
        let twice = |header: &Entry<'_>| self.protected.iter().any(|other| other.key == header.key);
        if self.unprotected.iter().any(twice) {
            return Err(CoseError::HeaderDuplicate);
        }
        if find(&self.unprotected, CRIT).is_some() {
            // RFC 9052 3.1: it must be protected.
            return Err(CoseError::CriticalHeader);
        }
        let Some(crit) = find(&self.protected, CRIT) else {
            return Ok(());
        };
        let labels = crit.value.as_array().unwrap_or_default();
        let known = |label: &Value| {
            let known = UNDERSTOOD
                .iter()
                .chain(understood)
                .any(|known| *label == Value::from(*known));
            // A label that the header does not have cannot be heeded.
            known && self.protected.iter().any(|header| header.key == *label)
        };
        if labels.is_empty() || !labels.iter().all(known) {
            return Err(CoseError::CriticalHeader);
        }
        Ok(())
    }

    /// How it is tagged.
    pub fn tag(&self) -> Sign1Tag {
        self.tag
    }

    /// The algorithm.
    ///
    /// # Errors
    /// [`CoseError::AlgorithmMissing`] when no header names one, [`CoseError::AlgorithmUnsupported`] for one that is not
    /// verified here.
    pub fn algorithm(&self) -> Result<AnyAlgorithm, CoseError> {
        let alg = self.alg().ok_or(CoseError::AlgorithmMissing)?;
        alg.as_int()
            .and_then(|id| i64::try_from(id).ok())
            .and_then(AnyAlgorithm::from_id)
            .ok_or(CoseError::AlgorithmUnsupported)
    }

    /// The value of the header `alg`, whatever it is.
    pub fn alg(&self) -> Option<&Value> {
        self.header(ALG)
    }

    /// Whether the algorithm stands in the unprotected header only, where no signature covers it.
    pub fn alg_is_unprotected(&self) -> bool {
        find(&self.unprotected, ALG).is_some()
    }

    /// The key's name, from the protected header or else the unprotected one.
    pub fn kid(&self) -> Option<&[u8]> {
        self.header(KID)?.as_bytes()
    }

    /// The type, from the protected header only (RFC 9596).
    pub fn typ(&self) -> Option<Typ<'_>> {
        match &find(&self.protected, TYP)?.value {
            Value::Int(number) => u64::try_from(*number).ok().map(Typ::Number),
            Value::Text(text) => Some(Typ::Text(text)),
            _ => None,
        }
    }

    /// The value of a header, from the protected one or else the unprotected one.
    pub fn header(&self, label: i64) -> Option<&Value> {
        self.protected_header(label).or_else(|| self.unprotected_header(label))
    }

    /// The value of a protected header.
    pub fn protected_header(&self, label: i64) -> Option<&Value> {
        find(&self.protected, label).map(|header| &header.value)
    }

    /// The bytes of the value of a protected header, as they stand in the input.
    pub fn protected_header_bytes(&self, label: i64) -> Option<&'a [u8]> {
        find(&self.protected, label).map(|header| header.raw)
    }

    /// The value of an unprotected header.
    pub fn unprotected_header(&self, label: i64) -> Option<&Value> {
        find(&self.unprotected, label).map(|header| &header.value)
    }

    /// The protected headers in their order, label and value.
    pub fn protected_headers(&self) -> impl Iterator<Item = (&Value, &Value)> {
        self.protected.iter().map(|header| (&header.key, &header.value))
    }

    /// The unprotected headers in their order, label and value.
    pub fn unprotected_headers(&self) -> impl Iterator<Item = (&Value, &Value)> {
        self.unprotected.iter().map(|header| (&header.key, &header.value))
    }

    /// The protected headers as their byte string's content.
    pub fn protected_bytes(&self) -> &'a [u8] {
        self.protected_bytes
    }

    /// The payload.
    ///
    /// # Errors
    /// [`CoseError::PayloadDetached`] when it is not inside.
    pub fn payload(&self) -> Result<&'a [u8], CoseError> {
        self.payload.ok_or(CoseError::PayloadDetached)
    }

    /// The signature, as long as it came.
    pub fn signature(&self) -> &'a [u8] {
        self.signature
    }

    /// Verifies the signature (RFC 9052 4.4); `external_aad` is empty in most formats.
    ///
    /// # Errors
    /// [`CoseError::PayloadDetached`], as [`algorithm`](Self::algorithm), [`CoseError::AlgorithmUnsupported`] for a key of
    /// another kind, [`CoseError::SignatureInvalid`] when it does not verify.
    pub fn verify(&self, key: &AnyKey, external_aad: &[u8]) -> Result<(), CoseError> {
        self.verify_payload(key, external_aad, self.payload()?)
    }

    /// Verifies the signature over a payload that came another way.
    ///
    /// # Errors
    /// As [`verify`](Self::verify), and [`CoseError::Malformed`] when there is a payload inside.
    pub fn verify_detached(&self, key: &AnyKey, external_aad: &[u8], payload: &[u8]) -> Result<(), CoseError> {
        if self.payload.is_some() {
            return Err(CoseError::Malformed);
        }
        self.verify_payload(key, external_aad, payload)
    }

    fn verify_payload(&self, key: &AnyKey, external_aad: &[u8], payload: &[u8]) -> Result<(), CoseError> {
        // RFC 9052 4.4: an empty protected header counts as a string of no bytes, however it was encoded.
        let protected = if self.protected.is_empty() {
            &[]
        } else {
            self.protected_bytes
        };
        let message = sig_structure(protected, external_aad, payload);
        key.verify(self.algorithm()?, &message, self.signature)
    }
}

/// A part of another type than COSE_Sign1 has is a fault of its structure.
fn structure(error: CborError) -> CoseError {
    match error {
        CborError::UnexpectedType => CoseError::Malformed,
        other => other.into(),
    }
}

fn headers<'a>(decoder: &mut Decoder<'a>) -> Result<Vec<Entry<'a>>, CoseError> {
    let headers = decoder.map().map_err(structure)?;
    if headers.len() > MAX_HEADERS {
        return Err(CborError::TooMany.into());
    }
    // RFC 9052 1.5: labels are integers and texts.
    let labels = headers
        .iter()
        .all(|header| matches!(header.key, Value::Int(_) | Value::Text(_)));
    if labels { Ok(headers) } else { Err(CoseError::Malformed) }
}

fn find<'h, 'a>(headers: &'h [Entry<'a>], label: i64) -> Option<&'h Entry<'a>> {
    headers.iter().find(|header| header.key == Value::from(label))
}

// Headers and payload may carry personal data.
impl std::fmt::Debug for AnySign1<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AnySign1")
            .field("tag", &self.tag)
            .field("algorithm", &self.algorithm())
            .finish_non_exhaustive()
    }
}
