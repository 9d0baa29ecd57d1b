use permitcard_crypto::{
    ecdsa::{Curve, PublicKey},
    hash::sha256,
    random,
};

use super::{
    MAX_CHAIN, MAX_URI, MdocError, NAMESPACE, SALT_LEN, X5CHAIN, doc_type,
    item::{self, Digest},
    mso::{self, MsoInput},
};
use crate::{
    cose::{ALG, Algorithm, CoseError, MAX_CERTIFICATE, cbor::Writer, certificate_key},
    permit::{Day, Element, Permit, StatusRef, field},
};

/// What a new mobile document says.
#[derive(Debug, Clone)]
pub struct IssueInput<'a> {
    /// Now, seconds since 1970; rounded down to the day, so that the copies of a batch cannot be told apart by it.
    pub signed_at: i64,
    /// Until when, seconds since 1970; not after the end of the permit's last day ([`Day::ends_at`]).
    pub expires_at: i64,
    /// The holder's key, P-256.
    pub holder: &'a PublicKey,
    /// Where its status is found: a list of one bit, its URI at most 128 bytes.
    pub status: StatusRef,
    /// The permit.
    pub permit: &'a Permit,
    /// Certificates in DER: the document signer's first, the root left out (ISO/IEC 18013-5 9.1.2.4). One to four.
    pub chain: &'a [&'a [u8]],
}

/// The salts of one document: one for each element. The rank of a salt among all is the digest id of its element, so that
/// the ids are a random order; the hash of the salt stands in for an element that the permit does not have.
pub(super) type Salts = [[u8; SALT_LEN]; Element::COUNT];

/// Prepares the issuer-signed part of a mobile document (ES256, P-256) with all elements of the permit. Every document has
/// the same number of digests: those of elements that the permit does not have are decoys.
///
/// # Errors
/// [`MdocError::KeyUnsupported`] for a holder's key of another curve, [`MdocError::Cose`] for the certificates,
/// [`MdocError::FieldInvalid`] for what may not be cut, [`MdocError::PeriodInvalid`] for times that contradict each other
/// or the permit, [`MdocError::RandomUnavailable`] without salts.
pub fn issue(input: &IssueInput<'_>) -> Result<UnsignedMdoc, MdocError> {
    let random: [u8; Element::COUNT * SALT_LEN] = random::bytes()?;
    let mut salts = [[0; SALT_LEN]; Element::COUNT];
    for (salt, bytes) in salts.iter_mut().zip(random.chunks_exact(SALT_LEN)) {
        salt.copy_from_slice(bytes);
    }
    issue_with_salts(input, &salts)
}

/// As [`issue`], with the salts given, in the order of the elements: for frozen bytes.
pub(super) fn issue_with_salts(input: &IssueInput<'_>, salts: &Salts) -> Result<UnsignedMdoc, MdocError> {
    if input.holder.curve() != Curve::P256 {
        return Err(MdocError::KeyUnsupported);
    }
    let permit = input.permit;
    let uri_fits = (1..=MAX_URI).contains(&input.status.uri.len());
    if !uri_fits || usize::from(permit.restrictions) > field::RESTRICTIONS.limit {
        return Err(MdocError::FieldInvalid);
    }
    let signed_at = Day::of_unix(input.signed_at).start();
    if signed_at < 0 || input.expires_at <= signed_at || input.expires_at > permit.valid_until.ends_at() {
        return Err(MdocError::PeriodInvalid);
    }
    let chain = chain(input.chain)?;

    let mut by_id: Vec<(Element, &[u8; SALT_LEN])> = Element::ALL.into_iter().zip(salts).collect();
    by_id.sort_by_key(|(_, salt)| *salt);
    let mut items = Vec::with_capacity(by_id.len());
    let mut digests: Vec<Digest> = Vec::with_capacity(by_id.len());
    for (id, (element, salt)) in by_id.into_iter().enumerate() {
        match item::value(element, permit)? {
            Some(value) => {
                let item = item::write(id as u64, salt, element, &value);
                digests.push(sha256(&item));
                items.push(item);
            }
            None => digests.push(sha256(salt)),
        }
    }
    let payload = mso::write(&MsoInput {
        doc_type: doc_type(permit.test),
        digests: &digests,
        device_key: input.holder,
        signed_at,
        expires_at: input.expires_at,
        status: &input.status,
    })?;
    Ok(UnsignedMdoc::new(&items, &chain, &payload))
}

/// The value of `x5chain`: one certificate as it is, more as an array (RFC 9360 2).
fn chain(certificates: &[&[u8]]) -> Result<Vec<u8>, MdocError> {
    let signer = certificates.first().ok_or(CoseError::Malformed)?;
    certificate_key(signer)?;
    if certificates.len() > MAX_CHAIN || certificates.iter().any(|one| one.len() > MAX_CERTIFICATE) {
        return Err(CoseError::TooLong.into());
    }
    let mut writer = Writer::with_capacity(certificates.iter().map(|one| one.len() + 4).sum());
    if certificates.len() > 1 {
        writer.array(certificates.len());
    }
    for certificate in certificates {
        writer.bytes(certificate);
    }
    Ok(writer.into_bytes())
}

/// A mobile document without the issuer's signature. `Debug` shows no value.
#[derive(Clone)]
pub struct UnsignedMdoc {
    to_sign: Vec<u8>,
    unfinished: Vec<u8>,
    name_spaces: Vec<u8>,
}

impl std::fmt::Debug for UnsignedMdoc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UnsignedMdoc").finish_non_exhaustive()
    }
}

impl UnsignedMdoc {
    fn new(items: &[Vec<u8>], chain: &[u8], payload: &[u8]) -> Self {
        let protected = protected();
        let mut auth = Writer::with_capacity(chain.len() + payload.len() + 1024);
        auth.map(2).text("issuerAuth").array(4).bytes(&protected);
        auth.map(1).int(X5CHAIN).raw(chain).bytes(payload);
        let mut name_spaces = Writer::with_capacity(4096);
        name_spaces.text("nameSpaces").map(1).text(NAMESPACE).array(items.len());
        for item in items {
            name_spaces.raw(item);
        }
        Self {
            to_sign: sig_structure(payload),
            unfinished: auth.into_bytes(),
            name_spaces: name_spaces.into_bytes(),
        }
    }

    /// The message to sign, not its digest.
    pub fn to_sign(&self) -> &[u8] {
        &self.to_sign
    }

    /// The issuer-signed part, CBOR `IssuerSigned`, with the signature `r || s`. It is not verified here: whoever signs
    /// knows the key.
    ///
    /// # Errors
    /// [`MdocError::Cose`] for a length other than 64.
    pub fn finish(self, signature: &[u8]) -> Result<Vec<u8>, MdocError> {
        let mut bytes = self.unfinished;
        append_signature(&mut bytes, signature)?;
        bytes.extend_from_slice(&self.name_spaces);
        Ok(bytes)
    }
}

/// The protected header of issuer and device: the algorithm and nothing else.
pub(super) fn protected() -> Vec<u8> {
    let mut writer = Writer::with_capacity(4);
    writer.map(1).int(ALG).int(Algorithm::Es256.id());
    writer.into_bytes()
}

/// The message that is signed: `["Signature1", protected, h'', payload]` (RFC 9052 4.4).
pub(super) fn sig_structure(payload: &[u8]) -> Vec<u8> {
    let mut writer = Writer::with_capacity(payload.len() + 32);
    writer
        .array(4)
        .text("Signature1")
        .bytes(&protected())
        .bytes(&[])
        .bytes(payload);
    writer.into_bytes()
}

pub(super) fn append_signature(bytes: &mut Vec<u8>, signature: &[u8]) -> Result<(), MdocError> {
    if signature.len() != Algorithm::Es256.signature_len() {
        return Err(CoseError::SignatureInvalid.into());
    }
    let mut writer = Writer::with_capacity(signature.len() + 2);
    writer.bytes(signature);
    bytes.extend_from_slice(writer.as_bytes());
    Ok(())
}
