//! What attests the keys of this store in a sandbox: a key below the test root of an authority.

use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};
use permitcard_crypto::{Zeroizing, random};
use rcgen::{
    CertificateParams, CustomExtension, DistinguishedName, DnType, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, PublicKeyData, SerialNumber, SignatureAlgorithm,
};
use yasna::Tag;

use crate::{KeyError, TEST_KEY_MAKER};

/// Android's key attestation extension, whose form this store writes too.
const EXTENSION: &[u64] = &[1, 3, 6, 1, 4, 1, 11129, 2, 1, 17];
/// The version of KeyMint whose form is written (Android 13).
const VERSION: i64 = 200;
/// `Software`: a file is nothing better, whatever a test would like.
const SOFTWARE: i64 = 0;
const MAKER_FILE: u64 = 64 * 1024;

/// Attests keys as software keys. Made of the file that a sandbox authority keeps as `test-key-maker.pem`.
pub struct TestKeyMaker {
    issuer: Issuer<'static, KeyPair>,
    /// DER: its own certificate, then the root's.
    chain: Vec<Vec<u8>>,
}

impl TestKeyMaker {
    /// Reads the file.
    ///
    /// # Errors
    /// [`KeyError::Unavailable`] when it cannot be read or is something else.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let known = std::fs::metadata(path).map_err(|_| KeyError::Unavailable)?;
        if known.len() > MAKER_FILE {
            return Err(KeyError::Unavailable);
        }
        let text = std::fs::read_to_string(path).map_err(|_| KeyError::Unavailable)?;
        Self::from_pem(&Zeroizing::new(text.into_bytes()))
    }

    /// Reads a private key and the certificates above it, in PEM.
    ///
    /// # Errors
    /// [`KeyError::Unavailable`] for anything else.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        let text = std::str::from_utf8(pem).map_err(|_| KeyError::Unavailable)?;
        let key = KeyPair::from_pem(text).map_err(|_| KeyError::Unavailable)?;
        let chain = certificates(text).ok_or(KeyError::Unavailable)?;
        let mut params = CertificateParams::new(Vec::<String>::new()).map_err(|_| KeyError::Unavailable)?;
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, TEST_KEY_MAKER);
        Ok(Self {
            issuer: Issuer::new(params, key),
            chain,
        })
    }

    /// The chain for a key, leaf first. `point`: the uncompressed P-256 point. `challenge`: the server's nonce.
    ///
    /// # Errors
    /// [`KeyError::Unexpected`], [`KeyError::Transient`] when there are no random bytes.
    pub fn attest(&self, point: &[u8], challenge: &[u8]) -> Result<Vec<Vec<u8>>, KeyError> {
        let mut params = CertificateParams::new(Vec::<String>::new()).map_err(|_| KeyError::Unexpected)?;
        params.distinguished_name = DistinguishedName::new();
        params
            .distinguished_name
            .push(DnType::CommonName, "Permit Card test key");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        let serial: [u8; 8] = random::bytes().map_err(|_| KeyError::Transient)?;
        params.serial_number = Some(SerialNumber::from_slice(&[&[0x01], serial.as_slice()].concat()));
        // As long as any clock that a test sets; phones write such periods as well.
        params.not_before = rcgen::date_time_ymd(2000, 1, 1);
        params.not_after = rcgen::date_time_ymd(2049, 12, 31);
        params.custom_extensions = vec![CustomExtension::from_oid_content(EXTENSION, description(challenge))];
        let leaf = params
            .signed_by(&Point(point.to_vec()), &self.issuer)
            .map_err(|_| KeyError::Unexpected)?;
        let mut chain = vec![leaf.der().to_vec()];
        chain.extend(self.chain.iter().cloned());
        Ok(chain)
    }
}

impl std::fmt::Debug for TestKeyMaker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TestKeyMaker")
    }
}

/// `KeyDescription` of a key in software.
fn description(challenge: &[u8]) -> Vec<u8> {
    yasna::construct_der(|writer| {
        writer.write_sequence(|items| {
            items.next().write_i64(VERSION);
            items.next().write_enum(SOFTWARE);
            items.next().write_i64(VERSION);
            items.next().write_enum(SOFTWARE);
            items.next().write_bytes(challenge);
            items.next().write_bytes(&[]);
            items.next().write_sequence(|list| {
                // `[1] purpose` SIGN, `[702] origin` GENERATED.
                list.next().write_tagged(Tag::context(1), |tagged| {
                    tagged.write_set_of(|set| set.next().write_i64(2));
                });
                list.next()
                    .write_tagged(Tag::context(702), |tagged| tagged.write_i64(0));
            });
            items.next().write_sequence(|_| {});
        });
    })
}

/// The certificates of a PEM text, in DER.
fn certificates(text: &str) -> Option<Vec<Vec<u8>>> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let mut found = Vec::new();
    for part in text.split(BEGIN).skip(1) {
        let (body, _) = part.split_once(END)?;
        let compact: String = body.split_whitespace().collect();
        found.push(STANDARD.decode(&compact).ok()?);
    }
    (!found.is_empty()).then_some(found)
}

/// A public key in the form that rcgen takes.
struct Point(Vec<u8>);

impl PublicKeyData for Point {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

#[cfg(test)]
mod tests;
