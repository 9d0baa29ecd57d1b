//! The document signer: its key, its certificate, and the root certificate that readers of other people are given.
//! The profile of both certificates is that of ISO/IEC 18013-5 annex B (IACA root and document signer). Unlike the
//! server's, they follow the authority's clock, for they are compared with the times of what is issued.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Datelike, TimeDelta};
use permitcard_crypto::{
    ecdsa::{Curve, PublicKey, SigningKey},
    random,
};
use rcgen::{
    BasicConstraints, CertificateParams, CrlDistributionPoint, CustomExtension, DistinguishedName, DnType, IsCa,
    Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SanType, SerialNumber,
};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, pem::PemObject};

use super::{Layout, files, keys::signing_key, tls};
use crate::AuthorityError;

/// Days that the root counts: ten years, of at most twenty.
const ROOT_DAYS: i64 = 3650;
/// Days that a document signer's certificate counts, of at most 457.
const SIGNER_DAYS: i64 = 395;
/// A certificate with less life than this makes way for another: what it signs lives at most 30 days.
const RENEW_BEFORE_DAYS: i64 = 60;
const DAY_S: i64 = 86_400;

const OID_SUBJECT_KEY_ID: &[u64] = &[2, 5, 29, 14];
const OID_ISSUER_ALTERNATIVE_NAME: &[u64] = &[2, 5, 29, 18];
const OID_EXTENDED_KEY_USAGE: &[u64] = &[2, 5, 29, 37];
/// `SEQUENCE { OID 1.0.18013.5.1.2 }`: signs mobile documents.
const DOCUMENT_SIGNER_USAGE: [u8; 11] = [0x30, 0x09, 0x06, 0x07, 0x28, 0x81, 0x8c, 0x5d, 0x05, 0x01, 0x02];
/// A country code for private use (ISO 3166-1), so that no country is named.
const COUNTRY: &str = "ZZ";

/// Signs mobile documents and SD-JWT VCs.
pub(crate) struct DocumentSigner {
    layout: Layout,
    key: SigningKey,
    /// An HTTPS URI: the issuer's logical name.
    uri: String,
    root: Issuer<'static, KeyPair>,
    current: Mutex<Option<Current>>,
}

/// The certificate that goes with what is signed now.
struct Current {
    der: Vec<u8>,
    not_before: i64,
    not_after: i64,
}

impl DocumentSigner {
    /// The kept keys and root certificate; made where there is no root certificate yet. A key missing beside one is damage.
    pub(super) fn load_or_create(layout: &Layout, uri: String, now: i64) -> Result<Self, AuthorityError> {
        let known = tls::read_text(layout, "iaca.pem")?;
        let must_exist = known.is_some();
        let root_key = tls::key_pair(layout, "iaca.p8", must_exist)?;
        let key = signing_key(layout, "document-signer.p8", Curve::P256, must_exist)?;
        let params = root_params(&uri, root_key.public_key_raw(), now)?;
        match known {
            Some(pem) => {
                CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| AuthorityError::DataDamaged)?;
            }
            None => {
                let certificate = params.self_signed(&root_key).map_err(|_| AuthorityError::TlsFailed)?;
                files::write_public(&layout.certificate("iaca.pem"), certificate.pem().as_bytes())?;
            }
        }
        Ok(Self {
            layout: layout.clone(),
            key,
            uri,
            root: Issuer::new(params, root_key),
            current: Mutex::new(None),
        })
    }

    /// The key, which the trust list names as well.
    pub(crate) fn public_key(&self) -> &PublicKey {
        self.key.public_key()
    }

    /// The issuer's URI, which the certificate names.
    pub(crate) fn uri(&self) -> &str {
        &self.uri
    }

    /// The certificate in DER: the same one until its end comes near, or the process starts anew. The last one is also in
    /// the data directory, for people.
    pub(crate) fn certificate(&self, now: i64) -> Result<Vec<u8>, AuthorityError> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = current.as_ref()
            && kept.not_before <= now
            && now < kept.not_after - RENEW_BEFORE_DAYS * DAY_S
        {
            return Ok(kept.der.clone());
        }
        let subject = KeyPair::from_pkcs8_der_and_sign_algo(
            &PrivatePkcs8KeyDer::from(self.key.to_pkcs8().to_vec()),
            &PKCS_ECDSA_P256_SHA256,
        )
        .map_err(|_| AuthorityError::DataDamaged)?;
        let certificate = signer_params(&self.uri, self.public_key(), now)?
            .signed_by(&subject, &self.root)
            .map_err(|_| AuthorityError::TlsFailed)?;
        files::write_public(
            &self.layout.certificate("document-signer.pem"),
            certificate.pem().as_bytes(),
        )?;
        let der = certificate.der().to_vec();
        *current = Some(Current {
            der: der.clone(),
            not_before: now - DAY_S,
            not_after: now + (SIGNER_DAYS - 1) * DAY_S,
        });
        Ok(der)
    }

    /// Signs a message: `r || s`, 64 bytes.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, AuthorityError> {
        self.key
            .sign(message)
            .map(|signature| signature.to_vec())
            .map_err(|_| AuthorityError::CryptoFailed)
    }
}

fn root_params(uri: &str, point: &[u8], now: i64) -> Result<CertificateParams, AuthorityError> {
    let mut params = params(uri, "Permit Card sandbox IACA (TEST)", now, ROOT_DAYS)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.key_identifier_method = KeyIdMethod::PreSpecified(key_name(point));
    Ok(params)
}

fn signer_params(uri: &str, key: &PublicKey, now: i64) -> Result<CertificateParams, AuthorityError> {
    let mut params = params(uri, "Permit Card sandbox document signer (TEST)", now, SIGNER_DAYS)?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.use_authority_key_identifier_extension = true;
    // The claim `iss` of an SD-JWT VC stands in the certificate.
    let name = uri.to_owned().try_into().map_err(|_| AuthorityError::TlsFailed)?;
    params.subject_alt_names.push(SanType::URI(name));
    let mut usage = CustomExtension::from_oid_content(OID_EXTENDED_KEY_USAGE, DOCUMENT_SIGNER_USAGE.to_vec());
    usage.set_criticality(true);
    params.custom_extensions.push(usage);
    // rcgen writes this one for authorities only.
    let mut key_id = vec![0x04, 20];
    key_id.extend(key_name(key.point()));
    params
        .custom_extensions
        .push(CustomExtension::from_oid_content(OID_SUBJECT_KEY_ID, key_id));
    Ok(params)
}

/// The name of a key: SHA-1 over its point (RFC 5280 4.2.1.2, method 1, which ISO/IEC 18013-5 annex B asks for).
fn key_name(point: &[u8]) -> Vec<u8> {
    digest(&SHA1_FOR_LEGACY_USE_ONLY, point).as_ref().to_vec()
}

/// What both certificates have.
fn params(uri: &str, name: &str, now: i64, days: i64) -> Result<CertificateParams, AuthorityError> {
    let mut params = CertificateParams::new(Vec::<String>::new()).map_err(|_| AuthorityError::TlsFailed)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, COUNTRY);
    params.distinguished_name.push(DnType::CommonName, name);
    // The same key may get another certificate, which needs another number.
    let mut serial: [u8; 16] = random::bytes().map_err(|_| AuthorityError::CryptoFailed)?;
    if let Some(first) = serial.first_mut() {
        *first = *first & 0x7f | 0x40;
    }
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    params.crl_distribution_points = vec![CrlDistributionPoint {
        uris: vec![format!("{uri}/iaca.crl")],
    }];
    params.custom_extensions.push(CustomExtension::from_oid_content(
        OID_ISSUER_ALTERNATIVE_NAME,
        uri_names(uri)?,
    ));
    let start = DateTime::from_timestamp(now, 0).ok_or(AuthorityError::ClockUnavailable)?;
    let date = |offset: i64| {
        let day = start.date_naive() + TimeDelta::days(offset);
        // Month and day are at most 31.
        rcgen::date_time_ymd(day.year(), day.month() as u8, day.day() as u8)
    };
    // What is issued today counts from its first second.
    params.not_before = date(-1);
    params.not_after = date(days);
    Ok(params)
}

/// `GeneralNames` with one URI (RFC 5280 4.2.1.6).
fn uri_names(uri: &str) -> Result<Vec<u8>, AuthorityError> {
    let length = u8::try_from(uri.len()).map_err(|_| AuthorityError::TlsFailed)?;
    // Longer ones would need a long form of the length.
    if length > 120 {
        return Err(AuthorityError::TlsFailed);
    }
    let mut names = vec![0x30, length + 2, 0x86, length];
    names.extend_from_slice(uri.as_bytes());
    Ok(names)
}

#[cfg(test)]
mod tests {
    use permitcard_credential::cose::certificate_key;

    use super::*;

    const URI: &str = "https://sandbox.example";
    const NOW: i64 = 1_790_000_000;

    fn signer(dir: &std::path::Path, now: i64) -> Result<DocumentSigner, AuthorityError> {
        std::fs::create_dir_all(dir.join("keys")).unwrap();
        DocumentSigner::load_or_create(&Layout::new(dir), URI.to_owned(), now)
    }

    #[test]
    fn root_and_key_are_kept_and_the_certificate_is_renewed_in_time() {
        let dir = tempfile::tempdir().unwrap();
        let first = signer(dir.path(), NOW).unwrap();
        let root = std::fs::read(dir.path().join("iaca.pem")).unwrap();
        let der = first.certificate(NOW).unwrap();
        assert_eq!(certificate_key(&der).unwrap(), *first.public_key());
        let last = NOW + (SIGNER_DAYS - 1 - RENEW_BEFORE_DAYS) * DAY_S;
        assert_eq!(first.certificate(last - 1).unwrap(), der);
        assert_ne!(first.certificate(last).unwrap(), der);
        assert_ne!(
            first.certificate(NOW - 2 * DAY_S).unwrap(),
            der,
            "a clock that was set back"
        );

        let again = signer(dir.path(), NOW + 1).unwrap();
        assert_eq!(again.public_key(), first.public_key());
        assert_eq!(std::fs::read(dir.path().join("iaca.pem")).unwrap(), root);
    }

    #[test]
    fn a_key_that_is_missing_beside_the_root_is_damage() {
        for name in ["iaca.p8", "document-signer.p8"] {
            let dir = tempfile::tempdir().unwrap();
            signer(dir.path(), NOW).unwrap();
            std::fs::remove_file(dir.path().join("keys").join(name)).unwrap();
            assert_eq!(
                signer(dir.path(), NOW).err(),
                Some(AuthorityError::DataDamaged),
                "{name}"
            );
        }
    }
}
