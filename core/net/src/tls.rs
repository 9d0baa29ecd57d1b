//! The TLS configuration: TLS 1.3 only, and no roots but those of the client file, which is the pinning.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
    version::TLS13,
};

use crate::NetError;

/// The most CA certificates of a client file; two are usual, the second one for a change.
const MAX_ROOTS: usize = 16;

/// A configuration that trusts the certificates of `ca` (PEM) and nothing else. Their own dates end nothing (RFC 5280, 6.1: a
/// trust anchor is no part of the path): a pin that expired must neither lock out a phone whose client file is old nor let
/// others in. What ends a root is a client file without it.
pub(crate) fn config(ca: &str) -> Result<ClientConfig, NetError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(ca.as_bytes()) {
        let certificate = certificate.map_err(|_| NetError::ConfigurationInvalid)?;
        roots.add(certificate).map_err(|_| NetError::ConfigurationInvalid)?;
        if roots.len() > MAX_ROOTS {
            return Err(NetError::ConfigurationInvalid);
        }
    }
    if roots.is_empty() {
        return Err(NetError::ConfigurationInvalid);
    }
    // Never the process default: another library of the same app may have installed another provider.
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&TLS13])
        .map_err(|_| NetError::ConfigurationInvalid)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
