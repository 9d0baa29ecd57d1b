//! One element as the issuer signs it: `IssuerSignedItemBytes`, and its digest (ISO/IEC 18013-5 9.1.2.4, 9.1.2.5).

use permitcard_crypto::hash::sha256;

use super::{MdocError, SALT_LEN, TAG_EMBEDDED};
use crate::{
    cose::cbor::{Key, Reader, Writer},
    permit::{Element, ElementValue, Permit, field},
};

/// The tag of a full date (RFC 8943).
const TAG_FULL_DATE: u64 = 1004;

/// SHA-256 of an `IssuerSignedItemBytes`.
pub(super) type Digest = [u8; 32];

/// Writes `#6.24(bstr .cbor IssuerSignedItem)`.
pub(super) fn write(digest_id: u64, random: &[u8; SALT_LEN], element: Element, value: &[u8]) -> Vec<u8> {
    let mut writer = Writer::with_capacity(value.len() + 128);
    writer.tag(TAG_EMBEDDED).embed(|item| {
        item.map(4)
            .text("random")
            .bytes(random)
            .text("digestID")
            .uint(digest_id);
        item.text("elementValue").raw(value);
        item.text("elementIdentifier").text(element.mdoc_name());
    });
    writer.into_bytes()
}

/// The encoded value of an element in a permit; none if the permit does not have it.
pub(super) fn value(element: Element, permit: &Permit) -> Result<Option<Vec<u8>>, MdocError> {
    let Some(value) = element.value(permit) else {
        return Ok(None);
    };
    let mut writer = Writer::with_capacity(64);
    match value {
        ElementValue::Text(text) => writer.text(&text),
        ElementValue::Day(day) => {
            let date = day.to_date().ok_or(MdocError::FieldInvalid)?;
            writer.tag(TAG_FULL_DATE).text(&date)
        }
        ElementValue::Number(number) => writer.uint(number),
        ElementValue::Picture(portrait) if portrait.bytes.len() <= field::PORTRAIT.limit => {
            writer.bytes(&portrait.bytes)
        }
        ElementValue::Picture(_) => return Err(MdocError::FieldInvalid),
    };
    Ok(Some(writer.into_bytes()))
}

/// One element as it was read. Borrows from the input.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    pub(super) digest_id: u64,
    pub(super) name: &'a str,
    /// The encoded value.
    pub(super) value: &'a [u8],
    /// The whole `IssuerSignedItemBytes`, over which the digest is made.
    pub(super) bytes: &'a [u8],
}

impl<'a> Item<'a> {
    /// Reads the next item of a document.
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Self, MdocError> {
        let bytes = reader.clone().raw()?;
        let content = reader.tagged(TAG_EMBEDDED, |reader| Ok::<_, MdocError>(reader.bytes()?))?;
        let (mut digest_id, mut random, mut name, mut value) = (None, None, None, None);
        let mut inner = reader.embedded(content);
        inner.map(|key, reader| -> Result<(), MdocError> {
            match key {
                Key::Text("digestID") => digest_id = Some(reader.uint()?),
                Key::Text("random") => random = Some(reader.bytes()?),
                Key::Text("elementIdentifier") => name = Some(reader.text()?),
                Key::Text("elementValue") => value = Some(reader.raw()?),
                _ => return Err(MdocError::Malformed),
            }
            Ok(())
        })?;
        inner.finish()?;
        // A shorter random value would let a reader guess what is withheld.
        if random.is_none_or(|random| random.len() < SALT_LEN) {
            return Err(MdocError::Malformed);
        }
        match (digest_id, name, value) {
            (Some(digest_id), Some(name), Some(value)) => Ok(Self {
                digest_id,
                name,
                value,
                bytes,
            }),
            _ => Err(MdocError::Malformed),
        }
    }

    pub(super) fn digest(&self) -> Digest {
        sha256(self.bytes)
    }
}
