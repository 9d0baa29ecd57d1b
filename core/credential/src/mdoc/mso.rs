//! The `MobileSecurityObject` (ISO/IEC 18013-5 9.1.2.4): digests, device key, document type, validity, status.

use permitcard_crypto::ecdsa::{Curve, PublicKey};

use super::{DOC_TYPE, DOC_TYPE_TEST, LIMITS, MAX_URI, MdocError, NAMESPACE, TAG_EMBEDDED, item::Digest};
use crate::{
    cose::{
        cbor::{Key, Reader, Writer},
        encode_key, read_key,
    },
    permit::{Day, StatusRef},
};

const VERSION: &str = "1.0";
const ALGORITHM: &str = "SHA-256";
/// The tag of a date and time (RFC 8949 3.4.1).
const TAG_DATE_TIME: u64 = 0;
const DAY_S: i64 = Day::SECONDS;

/// What is written into a security object.
pub(super) struct MsoInput<'a> {
    pub(super) doc_type: &'a str,
    /// By digest id, from 0.
    pub(super) digests: &'a [Digest],
    pub(super) device_key: &'a PublicKey,
    /// Seconds since 1970; also the beginning of its validity.
    pub(super) signed_at: i64,
    pub(super) expires_at: i64,
    pub(super) status: &'a StatusRef,
}

/// Writes `#6.24(bstr .cbor MobileSecurityObject)`, the payload of `issuerAuth`.
pub(super) fn write(input: &MsoInput<'_>) -> Result<Vec<u8>, MdocError> {
    let signed = date_time(input.signed_at).ok_or(MdocError::PeriodInvalid)?;
    let until = date_time(input.expires_at).ok_or(MdocError::PeriodInvalid)?;
    let mut writer = Writer::with_capacity(1024);
    writer.tag(TAG_EMBEDDED).embed(|mso| {
        mso.map(7).text("status").map(1).text("status_list").map(2);
        mso.text("idx")
            .uint(input.status.idx)
            .text("uri")
            .text(&input.status.uri);
        mso.text("docType").text(input.doc_type).text("version").text(VERSION);
        // "signed" before "validFrom" before "validUntil": shorter keys come first.
        mso.text("validityInfo").map(3);
        mso.text("signed").tag(TAG_DATE_TIME).text(&signed);
        mso.text("validFrom").tag(TAG_DATE_TIME).text(&signed);
        mso.text("validUntil").tag(TAG_DATE_TIME).text(&until);
        mso.text("valueDigests").map(1).text(NAMESPACE).map(input.digests.len());
        for (id, digest) in input.digests.iter().enumerate() {
            mso.uint(id as u64).bytes(digest);
        }
        mso.text("deviceKeyInfo")
            .map(1)
            .text("deviceKey")
            .raw(&encode_key(input.device_key));
        mso.text("digestAlgorithm").text(ALGORITHM);
    });
    Ok(writer.into_bytes())
}

/// A security object as it was read. Borrows from the input.
#[derive(Clone)]
pub(super) struct Mso<'a> {
    pub(super) doc_type: &'static str,
    /// In the order of their ids.
    pub(super) digests: Vec<(u64, &'a Digest)>,
    pub(super) device_key: PublicKey,
    pub(super) signed_at: i64,
    pub(super) valid_from: i64,
    pub(super) valid_until: i64,
    pub(super) status_idx: u64,
    pub(super) status_uri: &'a str,
}

impl<'a> Mso<'a> {
    /// Reads the payload of `issuerAuth`.
    pub(super) fn parse(payload: &'a [u8]) -> Result<Self, MdocError> {
        let mut outer = Reader::new(payload, &LIMITS)?;
        let content = outer.tagged(TAG_EMBEDDED, |reader| Ok::<_, MdocError>(reader.bytes()?))?;
        let mut reader = outer.embedded(content);
        outer.finish()?;
        let (mut version, mut algorithm, mut doc_type) = (None, None, None);
        let (mut digests, mut device_key, mut validity, mut status) = (None, None, None, None);
        reader.map(|key, reader| -> Result<(), MdocError> {
            match key {
                Key::Text("version") => version = Some(reader.text()?),
                Key::Text("digestAlgorithm") => algorithm = Some(reader.text()?),
                Key::Text("docType") => doc_type = Some(reader.text()?),
                Key::Text("valueDigests") => digests = Some(read_digests(reader)?),
                Key::Text("deviceKeyInfo") => device_key = Some(read_device_key(reader)?),
                Key::Text("validityInfo") => validity = Some(read_validity(reader)?),
                Key::Text("status") => status = read_status(reader)?,
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        reader.finish()?;
        let doc_type = match doc_type.ok_or(MdocError::Malformed)? {
            DOC_TYPE => DOC_TYPE,
            DOC_TYPE_TEST => DOC_TYPE_TEST,
            _ => return Err(MdocError::DocTypeUnknown),
        };
        if version != Some(VERSION) || algorithm != Some(ALGORITHM) {
            return Err(MdocError::Malformed);
        }
        let parts = (digests, device_key, validity, status);
        let (Some(digests), Some(device_key), Some((signed_at, valid_from, valid_until)), Some(status)) = parts else {
            return Err(MdocError::Malformed);
        };
        Ok(Self {
            doc_type,
            digests,
            device_key,
            signed_at,
            valid_from,
            valid_until,
            status_idx: status.0,
            status_uri: status.1,
        })
    }
}

fn read_digests<'a>(reader: &mut Reader<'a>) -> Result<Vec<(u64, &'a Digest)>, MdocError> {
    let mut digests = None;
    reader.map(|key, reader| -> Result<(), MdocError> {
        if key != Key::Text(NAMESPACE) {
            return Ok(reader.skip()?);
        }
        let mut found = Vec::new();
        reader.map(|id, reader| -> Result<(), MdocError> {
            let Key::Int(id) = id else {
                return Err(MdocError::Malformed);
            };
            let id = u64::try_from(id).map_err(|_| MdocError::Malformed)?;
            found.push((id, reader.bytes_of()?));
            Ok(())
        })?;
        digests = Some(found);
        Ok(())
    })?;
    digests.ok_or(MdocError::Malformed)
}

fn read_device_key(reader: &mut Reader<'_>) -> Result<PublicKey, MdocError> {
    let mut found = None;
    reader.map(|key, reader| -> Result<(), MdocError> {
        match key {
            Key::Text("deviceKey") => found = Some(read_key(reader)?),
            // What the key may be used for (`keyAuthorizations`): we sign no element of our own.
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    let key = found.ok_or(MdocError::Malformed)?;
    if key.curve() == Curve::P256 {
        Ok(key)
    } else {
        Err(MdocError::KeyUnsupported)
    }
}

fn read_validity(reader: &mut Reader<'_>) -> Result<(i64, i64, i64), MdocError> {
    let (mut signed, mut from, mut until) = (None, None, None);
    reader.map(|key, reader| -> Result<(), MdocError> {
        match key {
            Key::Text("signed") => signed = Some(read_date_time(reader)?),
            Key::Text("validFrom") => from = Some(read_date_time(reader)?),
            Key::Text("validUntil") => until = Some(read_date_time(reader)?),
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    let (Some(signed), Some(from), Some(until)) = (signed, from, until) else {
        return Err(MdocError::Malformed);
    };
    if signed <= from && from < until {
        Ok((signed, from, until))
    } else {
        Err(MdocError::PeriodInvalid)
    }
}

fn read_status<'a>(reader: &mut Reader<'a>) -> Result<Option<(u64, &'a str)>, MdocError> {
    let (mut idx, mut uri) = (None, None);
    reader.map(|key, reader| -> Result<(), MdocError> {
        if key != Key::Text("status_list") {
            return Ok(reader.skip()?);
        }
        reader.map(|key, reader| -> Result<(), MdocError> {
            match key {
                Key::Text("idx") => idx = Some(reader.uint()?),
                Key::Text("uri") => uri = Some(reader.text()?),
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(idx.zip(uri.filter(|uri| (1..=MAX_URI).contains(&uri.len()))))
}

/// A `tdate`: seconds without a fraction, in UTC (ISO/IEC 18013-5 9.1.2.4).
fn date_time(seconds: i64) -> Option<String> {
    let date = Day::of_unix(seconds).to_date()?;
    let second = seconds.rem_euclid(DAY_S);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    Some(format!("{date}T{hour:02}:{minute:02}:{second:02}Z"))
}

fn read_date_time(reader: &mut Reader<'_>) -> Result<i64, MdocError> {
    let text = reader.tagged(TAG_DATE_TIME, |reader| Ok::<_, MdocError>(reader.text()?))?;
    parse_date_time(text).ok_or(MdocError::Malformed)
}

fn parse_date_time(text: &str) -> Option<i64> {
    let (date, time) = text.split_once('T')?;
    let day = Day::from_date(date)?;
    let number = |range: std::ops::Range<usize>| time.get(range)?.parse::<i64>().ok();
    let seconds = day.start() + number(0..2)? * 3600 + number(3..5)? * 60 + number(6..8)?;
    // Whatever is written otherwise, an hour 24 or a plus sign among it, comes back as another text.
    (date_time(seconds).as_deref() == Some(text)).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_one_form() {
        let time = 1_795_478_399;
        let text = date_time(time).unwrap();
        assert_eq!(text, "2026-11-23T23:59:59Z");
        assert_eq!(parse_date_time(&text), Some(time));
        for text in [
            "2026-11-23T23:59:60Z",
            "2026-11-23T24:00:00Z",
            "2026-11-23T23:59:59.0Z",
            "2026-11-23T23:59:59+00:00",
            "2026-11-23t23:59:59Z",
            "2026-11-23T+3:59:59Z",
            "2026-11-23",
            "T",
        ] {
            assert_eq!(parse_date_time(text), None, "{text}");
        }
    }
}
