use permitcard_crypto::ecdsa::PublicKey;

use super::{
    IssuerSigned, MdocError, NAMESPACE, TAG_EMBEDDED,
    issue::{append_signature, protected, sig_structure},
};
use crate::{
    cose::{
        EMPTY_MAP,
        cbor::{Kind, Limits, Reader, Writer},
    },
    permit::Element,
};

/// The longest session transcript that is taken, in bytes.
pub const MAX_TRANSCRIPT: usize = 16 * 1024;
const VERSION: &str = "1.0";
/// `DeviceResponse.status`: OK (ISO/IEC 18013-5 table 8).
const STATUS_OK: u64 = 0;
const NULL: u8 = 22;

/// Prepares the `DeviceResponse` (ISO/IEC 18013-5 8.3.2.1.2.2) with the chosen elements for the session with this
/// transcript; elements that the document does not have are left out. The device signs it (ES256); it has no elements of
/// its own.
///
/// # Errors
/// [`MdocError::TranscriptInvalid`] for anything but the CBOR array `SessionTranscript` of three items.
pub fn respond(
    document: &IssuerSigned<'_>,
    elements: &[Element],
    session_transcript: &[u8],
) -> Result<UnsignedResponse, MdocError> {
    check_transcript(session_transcript).map_err(|_| MdocError::TranscriptInvalid)?;
    let doc_type = document.doc_type();
    let authentication = authentication(session_transcript, doc_type);

    let shown: Vec<&[u8]> = document
        .items()
        .iter()
        .filter(|item| Element::from_mdoc_name(item.name).is_some_and(|element| elements.contains(&element)))
        .map(|item| item.bytes)
        .collect();
    let mut before = Writer::with_capacity(8192);
    before
        .map(3)
        .text("status")
        .uint(STATUS_OK)
        .text("version")
        .text(VERSION);
    before.text("documents").array(1).map(3).text("docType").text(doc_type);
    before.text("deviceSigned").map(2).text("deviceAuth");
    before.map(1).text("deviceSignature").array(4).bytes(&protected());
    before.raw(&EMPTY_MAP).simple(NULL);
    let mut after = Writer::with_capacity(8192);
    after.text("nameSpaces").tag(TAG_EMBEDDED).bytes(&EMPTY_MAP);
    // `nameSpaces` may not be empty where it stands.
    let count = if shown.is_empty() { 1 } else { 2 };
    after
        .text("issuerSigned")
        .map(count)
        .text("issuerAuth")
        .raw(document.auth());
    if !shown.is_empty() {
        after.text("nameSpaces").map(1).text(NAMESPACE).array(shown.len());
        for item in shown {
            after.raw(item);
        }
    }
    Ok(UnsignedResponse {
        device_key: document.device_key().clone(),
        to_sign: sig_structure(&authentication),
        before: before.into_bytes(),
        after: after.into_bytes(),
    })
}

/// `DeviceAuthenticationBytes` (ISO/IEC 18013-5 9.1.3.4): the detached payload of the device's signature.
fn authentication(session_transcript: &[u8], doc_type: &str) -> Vec<u8> {
    let mut writer = Writer::with_capacity(session_transcript.len() + 128);
    writer.tag(TAG_EMBEDDED).embed(|inner| {
        inner.array(4).text("DeviceAuthentication").raw(session_transcript);
        inner.text(doc_type).tag(TAG_EMBEDDED).bytes(&EMPTY_MAP);
    });
    writer.into_bytes()
}

/// One array of three items, so that what is signed is one document: engagement, reader's key, handover.
fn check_transcript(bytes: &[u8]) -> Result<(), MdocError> {
    let mut reader = Reader::new(bytes, &Limits::new(MAX_TRANSCRIPT))?;
    if reader.peek()? != Kind::Array {
        return Err(MdocError::TranscriptInvalid);
    }
    reader.tuple(3, |reader| -> Result<(), MdocError> {
        (0..3).try_for_each(|_| Ok(reader.skip()?))
    })?;
    Ok(reader.finish()?)
}

/// A `DeviceResponse` without the device's signature. `Debug` shows no value.
#[derive(Clone)]
pub struct UnsignedResponse {
    device_key: PublicKey,
    to_sign: Vec<u8>,
    before: Vec<u8>,
    after: Vec<u8>,
}

impl std::fmt::Debug for UnsignedResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UnsignedResponse").finish_non_exhaustive()
    }
}

impl UnsignedResponse {
    /// The key that has to sign.
    pub fn device_key(&self) -> &PublicKey {
        &self.device_key
    }

    /// The message to sign, not its digest.
    pub fn to_sign(&self) -> &[u8] {
        &self.to_sign
    }

    /// The CBOR `DeviceResponse` with the signature `r || s`.
    ///
    /// # Errors
    /// [`MdocError::Cose`] for a length other than 64.
    pub fn finish(self, signature: &[u8]) -> Result<Vec<u8>, MdocError> {
        let mut bytes = self.before;
        append_signature(&mut bytes, signature)?;
        bytes.extend_from_slice(&self.after);
        Ok(bytes)
    }
}
