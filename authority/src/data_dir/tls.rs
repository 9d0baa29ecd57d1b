//! The certification authority of this data directory and the server's certificate. Both follow the clock of the
//! machine, because the TLS libraries on both sides do.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use chrono::{DateTime, Datelike, TimeDelta};
use permitcard_crypto::Zeroizing;
use permitcard_platform::{Clock, SystemClock};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, NameConstraints, PKCS_ECDSA_P256_SHA256, SanType,
};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivatePkcs8KeyDer, pem::PemObject},
};

use super::{Layout, files};
use crate::AuthorityError;

const CA_DAYS: i64 = 3650;
// Platforms refuse server certificates that live longer than 398 days.
const SERVER_DAYS: i64 = 397;
const RENEW_BEFORE_DAYS: i64 = 30;
const DAY_S: i64 = 86_400;

/// Certificates and the server's key.
pub(crate) struct TlsMaterial {
    pub(crate) ca_pem: String,
    pub(crate) server_pem: String,
    /// Seconds since 1970.
    pub(crate) server_not_after: i64,
    server_key: Zeroizing<Vec<u8>>,
}

impl TlsMaterial {
    pub(super) fn load_or_create(
        layout: &Layout,
        must_exist: bool,
        server_not_after: Option<i64>,
    ) -> Result<Self, AuthorityError> {
        let ca_key = key_pair(layout, "ca.p8", must_exist)?;
        let server_key = key_pair(layout, "server.p8", must_exist)?;
        let ca_params = ca_params()?;
        let ca_pem = match read_text(layout, "ca.pem")? {
            Some(pem) => pem,
            None if must_exist => return Err(AuthorityError::DataDamaged),
            None => {
                let pem = ca_params
                    .self_signed(&ca_key)
                    .map_err(|_| AuthorityError::TlsFailed)?
                    .pem();
                files::write_public(&layout.certificate("ca.pem"), pem.as_bytes())?;
                pem
            }
        };

        let now = machine_time()?;
        let kept = server_not_after.filter(|end| *end - RENEW_BEFORE_DAYS * DAY_S > now);
        if let (Some(server_not_after), Some(server_pem)) = (kept, read_text(layout, "server.pem")?) {
            let server_key = Zeroizing::new(server_key.serialize_der());
            return Ok(Self {
                ca_pem,
                server_pem,
                server_not_after,
                server_key,
            });
        }
        let issuer = Issuer::new(ca_params, ca_key);
        let server_pem = server_params()?
            .signed_by(&server_key, &issuer)
            .map_err(|_| AuthorityError::TlsFailed)?
            .pem();
        files::write_public(&layout.certificate("server.pem"), server_pem.as_bytes())?;
        Ok(Self {
            ca_pem,
            server_pem,
            server_not_after: now + (SERVER_DAYS - 1) * DAY_S,
            server_key: Zeroizing::new(server_key.serialize_der()),
        })
    }

    /// TLS 1.3 and HTTP/1.1 only.
    pub(crate) fn server_config(&self) -> Result<ServerConfig, AuthorityError> {
        let certificate =
            CertificateDer::from_pem_slice(self.server_pem.as_bytes()).map_err(|_| AuthorityError::DataDamaged)?;
        let key = PrivatePkcs8KeyDer::from(self.server_key.to_vec());
        let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|_| AuthorityError::TlsFailed)?
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key.into())
            .map_err(|_| AuthorityError::TlsFailed)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

pub(super) fn key_pair(layout: &Layout, name: &str, must_exist: bool) -> Result<KeyPair, AuthorityError> {
    let path = layout.key(name);
    if let Some(bytes) = files::read(&path)?.map(Zeroizing::new) {
        return KeyPair::from_pkcs8_der_and_sign_algo(
            &PrivatePkcs8KeyDer::from(bytes.to_vec()),
            &PKCS_ECDSA_P256_SHA256,
        )
        .map_err(|_| AuthorityError::DataDamaged);
    }
    if must_exist {
        return Err(AuthorityError::DataDamaged);
    }
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(|_| AuthorityError::CryptoFailed)?;
    files::write_private(&path, &Zeroizing::new(key.serialize_der()))?;
    Ok(key)
}

pub(super) fn read_text(layout: &Layout, name: &str) -> Result<Option<String>, AuthorityError> {
    files::read(&layout.certificate(name))?
        .map(|bytes| String::from_utf8(bytes).map_err(|_| AuthorityError::DataDamaged))
        .transpose()
}

fn ca_params() -> Result<CertificateParams, AuthorityError> {
    let mut params = CertificateParams::new(Vec::<String>::new()).map_err(|_| AuthorityError::TlsFailed)?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, "Permit Card sandbox CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    // Whoever gets hold of this CA's key can only pretend to be a server on the same machine.
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![
            GeneralSubtree::DnsName("localhost".to_owned()),
            GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix(Ipv4Addr::LOCALHOST.octets(), 32)),
            GeneralSubtree::IpAddress(CidrSubnet::from_v6_prefix(Ipv6Addr::LOCALHOST.octets(), 128)),
        ],
        excluded_subtrees: Vec::new(),
    });
    set_validity(&mut params, CA_DAYS)?;
    Ok(params)
}

fn server_params() -> Result<CertificateParams, AuthorityError> {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).map_err(|_| AuthorityError::TlsFailed)?;
    params
        .subject_alt_names
        .push(SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)));
    params
        .subject_alt_names
        .push(SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)));
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, "Permit Card sandbox authority");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    set_validity(&mut params, SERVER_DAYS)?;
    Ok(params)
}

/// From yesterday, for machines whose clocks are a little behind.
fn set_validity(params: &mut CertificateParams, days: i64) -> Result<(), AuthorityError> {
    let now = DateTime::from_timestamp(machine_time()?, 0).ok_or(AuthorityError::ClockUnavailable)?;
    let date = |offset: i64| {
        let day = now.date_naive() + TimeDelta::days(offset);
        // Month and day are at most 31.
        rcgen::date_time_ymd(day.year(), day.month() as u8, day.day() as u8)
    };
    params.not_before = date(-1);
    params.not_after = date(days);
    Ok(())
}

/// Seconds since 1970 by the clock of the machine.
fn machine_time() -> Result<i64, AuthorityError> {
    Ok(SystemClock.now().map_err(|_| AuthorityError::ClockUnavailable)?.wall_s)
}
