use permitcard_crypto::ecdsa::PublicKey;

use super::{
    DOC_TYPE_TEST, LIMITS, MAX_CHAIN, MdocError, NAMESPACE, X5CHAIN,
    issue::{protected, sig_structure},
    item::{self, Digest, Item},
    mso::Mso,
};
use crate::{
    cose::{
        CoseError,
        cbor::{Key, Kind, Reader},
        certificate_key,
    },
    permit::{Element, Permit},
};

/// A parsed, not yet verified issuer-signed part of a mobile document, as its holder has it. Borrows from the input.
///
/// Parsing checks form and limits, and takes the deterministic encoding of [`issue`](super::issue()) only. The rest of the
/// holder's checks are [`check_issuer`](Self::check_issuer), [`check_digests`](Self::check_digests),
/// [`check_content`](Self::check_content), and the caller's comparisons of key, type, validity and status.
#[derive(Clone)]
pub struct IssuerSigned<'a> {
    mso: Mso<'a>,
    items: Vec<Item<'a>>,
    signer: PublicKey,
    /// The whole `issuerAuth`, for the response.
    auth: &'a [u8],
    payload: &'a [u8],
    signature: &'a [u8],
}

impl<'a> IssuerSigned<'a> {
    /// Reads the CBOR `IssuerSigned` (ISO/IEC 18013-5 8.3.2.1.2.2) that fills `bytes`.
    ///
    /// # Errors
    /// [`MdocError::Cose`] for encoding, algorithm or certificate, [`MdocError::DocTypeUnknown`],
    /// [`MdocError::KeyUnsupported`] for a device key of another curve, [`MdocError::PeriodInvalid`] for a validity that
    /// ends before it begins, [`MdocError::Malformed`] for other faults of structure.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, MdocError> {
        let mut reader = Reader::new(bytes, &LIMITS)?;
        let (mut auth, mut items) = (None, None);
        reader.map(|key, reader| -> Result<(), MdocError> {
            match key {
                Key::Text("issuerAuth") => {
                    let raw = reader.clone().raw()?;
                    auth = Some((raw, read_auth(reader)?));
                }
                Key::Text("nameSpaces") => items = Some(read_name_spaces(reader)?),
                _ => return Err(MdocError::Malformed),
            }
            Ok(())
        })?;
        reader.finish()?;
        let (Some((auth, (chain, payload, signature))), Some(items)) = (auth, items) else {
            return Err(MdocError::Malformed);
        };
        Ok(Self {
            mso: Mso::parse(payload)?,
            items,
            signer: certificate_key(chain)?,
            auth,
            payload,
            signature,
        })
    }

    /// The key of the document signer's certificate. It is worth something only if the trust list has it.
    pub fn signer_key(&self) -> &PublicKey {
        &self.signer
    }

    /// The document type: [`DOC_TYPE`](super::DOC_TYPE) or [`DOC_TYPE_TEST`].
    pub fn doc_type(&self) -> &'static str {
        self.mso.doc_type
    }

    /// Whether the document type marks it as a test.
    pub fn test(&self) -> bool {
        self.mso.doc_type == DOC_TYPE_TEST
    }

    /// The key that it is bound to.
    pub fn device_key(&self) -> &PublicKey {
        &self.mso.device_key
    }

    /// When it was signed, seconds since 1970.
    pub fn signed_at(&self) -> i64 {
        self.mso.signed_at
    }

    /// The first second in which it counts; not before it was signed.
    pub fn valid_from(&self) -> i64 {
        self.mso.valid_from
    }

    /// The last second in which it counts.
    pub fn valid_until(&self) -> i64 {
        self.mso.valid_until
    }

    /// The place in its status list.
    pub fn status_idx(&self) -> u64 {
        self.mso.status_idx
    }

    /// The URI of its status list.
    pub fn status_uri(&self) -> &'a str {
        self.mso.status_uri
    }

    /// The elements that it has, as far as this version knows them, in the order of their digest ids.
    pub fn elements(&self) -> Vec<Element> {
        self.items
            .iter()
            .filter_map(|item| Element::from_mdoc_name(item.name))
            .collect()
    }

    pub(super) fn items(&self) -> &[Item<'a>] {
        &self.items
    }

    #[cfg(test)]
    pub(super) fn mso_digests(&self) -> Vec<(u64, &'a Digest)> {
        self.mso.digests.clone()
    }

    #[cfg(test)]
    pub(super) fn signature(&self) -> &'a [u8] {
        self.signature
    }

    pub(super) fn auth(&self) -> &'a [u8] {
        self.auth
    }

    /// Verifies the issuer's signature (ES256).
    ///
    /// # Errors
    /// [`MdocError::Cose`] when it does not verify, or `issuer` is not the key of the certificate.
    pub fn check_issuer(&self, issuer: &PublicKey) -> Result<(), MdocError> {
        if *issuer != self.signer {
            return Err(CoseError::SignatureInvalid.into());
        }
        issuer
            .verify(&sig_structure(self.payload), self.signature)
            .map_err(|_| CoseError::SignatureInvalid.into())
    }

    /// Checks that each element has the digest that the issuer signed under its id, and that no identifier stands twice.
    ///
    /// # Errors
    /// [`MdocError::DigestMismatch`].
    pub fn check_digests(&self) -> Result<(), MdocError> {
        for (at, item) in self.items.iter().enumerate() {
            let signed = self.signed_digest(item.digest_id);
            let is_second = self.items.iter().take(at).any(|before| before.name == item.name);
            if signed != Some(&item.digest()) || is_second {
                return Err(MdocError::DigestMismatch);
            }
        }
        Ok(())
    }

    fn signed_digest(&self, id: u64) -> Option<&'a Digest> {
        self.mso
            .digests
            .iter()
            .find(|(known, _)| *known == id)
            .map(|(_, digest)| *digest)
    }

    /// Checks that its elements are exactly those of `permit`; elements of a later version are read over, because nothing
    /// ever shows them. A digest without an element is a decoy: whatever the permit has must be here.
    ///
    /// # Errors
    /// [`MdocError::ContentMismatch`].
    pub fn check_content(&self, permit: &Permit) -> Result<(), MdocError> {
        if self.test() != permit.test {
            return Err(MdocError::ContentMismatch);
        }
        for element in Element::ALL {
            let found = self.items.iter().find(|item| item.name == element.mdoc_name());
            let expected = item::value(element, permit).map_err(|_| MdocError::ContentMismatch)?;
            if found.map(|item| item.value) != expected.as_deref() {
                return Err(MdocError::ContentMismatch);
            }
        }
        Ok(())
    }
}

// Elements are personal data.
impl std::fmt::Debug for IssuerSigned<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuerSigned")
            .field("doc_type", &self.mso.doc_type)
            .finish_non_exhaustive()
    }
}

/// The document signer's certificate, the payload, and the signature.
type Auth<'a> = (&'a [u8], &'a [u8], &'a [u8]);

/// Reads an untagged COSE_Sign1 with `x5chain`.
fn read_auth<'a>(reader: &mut Reader<'a>) -> Result<Auth<'a>, MdocError> {
    reader.tuple(4, |reader| {
        if reader.bytes()? != protected() {
            return Err(CoseError::AlgorithmUnsupported.into());
        }
        let mut certificate = None;
        reader.map(|key, reader| -> Result<(), MdocError> {
            match key {
                Key::Int(X5CHAIN) => certificate = Some(read_chain(reader)?),
                _ => return Err(MdocError::Malformed),
            }
            Ok(())
        })?;
        let certificate = certificate.ok_or(MdocError::Malformed)?;
        Ok((certificate, reader.bytes()?, reader.bytes()?))
    })
}

fn read_chain<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], MdocError> {
    if reader.peek()? == Kind::Bytes {
        return Ok(reader.bytes()?);
    }
    let mut first = None;
    let count = reader.array(|_, reader| -> Result<(), MdocError> {
        let certificate = reader.bytes()?;
        first.get_or_insert(certificate);
        Ok(())
    })?;
    // One certificate is no array (RFC 9360 2).
    if (2..=MAX_CHAIN).contains(&count) {
        first.ok_or(MdocError::Malformed)
    } else {
        Err(MdocError::Malformed)
    }
}

fn read_name_spaces<'a>(reader: &mut Reader<'a>) -> Result<Vec<Item<'a>>, MdocError> {
    let mut items = Vec::new();
    reader.map(|key, reader| -> Result<(), MdocError> {
        if key != Key::Text(NAMESPACE) {
            return Err(MdocError::Malformed);
        }
        reader.array(|_, reader| -> Result<(), MdocError> {
            items.push(Item::read(reader)?);
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(items)
}
