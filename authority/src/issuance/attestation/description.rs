//! What a leaf certificate says about its key: the extension `1.3.6.1.4.1.11129.2.1.17` of Android's key attestation
//! (`KeyDescription`). The sandbox's key store in a file writes the same.

use yasna::{ASN1Result, BERReader, BERReaderSeq, Tag, models::TaggedDerValue};

use super::ProvenLevel;

const EXTENSION: &[u64] = &[1, 3, 6, 1, 4, 1, 11129, 2, 1, 17];
/// `[1] purpose`, a set of numbers.
const PURPOSE: u64 = 1;
/// `[702] origin`.
const ORIGIN: u64 = 702;
const SIGN: i64 = 2;
const GENERATED: i64 = 0;

/// What is used of a description.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Description {
    /// What the key was made for.
    pub(super) challenge: Vec<u8>,
    pub(super) level: ProvenLevel,
}

/// Reads the extension. `None` for what is no certificate or no description, `Some(None)` for a certificate without one.
pub(super) fn read(certificate: &[u8]) -> Option<Option<Description>> {
    let value = yasna::parse_der(certificate, |reader| {
        reader.read_sequence(|certificate| {
            let value = certificate.next().read_sequence(extension)?;
            // Algorithm and signature, which the path is checked by.
            rest(certificate)?;
            Ok(value)
        })
    })
    .ok()?;
    match value {
        None => Some(None),
        Some(value) => yasna::parse_der(&value, description).ok().map(Some),
    }
}

/// What is left of a sequence.
fn rest(sequence: &mut BERReaderSeq<'_, '_>) -> ASN1Result<Vec<TaggedDerValue>> {
    let mut items = Vec::new();
    while let Some(item) = sequence.read_optional(|reader| reader.read_tagged_der())? {
        items.push(item);
    }
    Ok(items)
}

/// The value of the extension, if it stands once in a `TBSCertificate`.
fn extension(body: &mut BERReaderSeq<'_, '_>) -> ASN1Result<Option<Vec<u8>>> {
    let mut found = Vec::new();
    for item in rest(body)? {
        if item.tag() == Tag::context(3) {
            found = yasna::parse_der(item.value(), |reader| {
                reader.collect_sequence_of(|reader| {
                    reader.read_sequence(|extension| {
                        let name = extension.next().read_oid()?;
                        extension.read_default(false, |reader| reader.read_bool())?;
                        Ok((name, extension.next().read_bytes()?))
                    })
                })
            })?;
        }
    }
    let mut values = found
        .into_iter()
        .filter(|(name, _)| name.components().as_slice() == EXTENSION)
        .map(|(_, value)| value);
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        _ => Err(yasna::ASN1Error::new(yasna::ASN1ErrorKind::Invalid)),
    }
}

fn description(reader: BERReader<'_, '_>) -> ASN1Result<Description> {
    reader.read_sequence(|items| {
        items.next().read_i64()?;
        let attestation = level(items.next().read_enum()?);
        items.next().read_i64()?;
        let key_store = level(items.next().read_enum()?);
        let challenge = items.next().read_bytes()?;
        items.next().read_bytes()?;
        // What the operating system says; only the hardware's word counts for a level of hardware.
        items.next().read_der()?;
        let in_hardware = items.next().read_sequence(made_here_for_signing)?;
        rest(items)?;
        let level = attestation.min(key_store);
        Ok(Description {
            challenge,
            // A key that was put in from outside may have copies.
            level: if in_hardware {
                level
            } else {
                level.min(ProvenLevel::Software)
            },
        })
    })
}

fn level(number: i64) -> ProvenLevel {
    match number {
        1 => ProvenLevel::TrustedEnvironment,
        2 => ProvenLevel::SecureElement,
        _ => ProvenLevel::Software,
    }
}

/// Whether an `AuthorizationList` says that the key was generated there, and signs.
fn made_here_for_signing(list: &mut BERReaderSeq<'_, '_>) -> ASN1Result<bool> {
    let (mut signs, mut generated) = (false, false);
    for item in rest(list)? {
        if item.tag() == Tag::context(PURPOSE) {
            let purposes = yasna::parse_der(item.value(), |reader| reader.collect_set_of(|reader| reader.read_i64()))?;
            signs = purposes.contains(&SIGN);
        } else if item.tag() == Tag::context(ORIGIN) {
            generated = yasna::parse_der(item.value(), |reader| reader.read_i64())? == GENERATED;
        }
    }
    Ok(signs && generated)
}
