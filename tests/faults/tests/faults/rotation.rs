//! The authority changes its certification authority. No release of the app is needed: its client file names both for a
//! while. Whoever has only the other one is refused, before and after.

use std::{net::SocketAddr, sync::Arc};

use permitcard_faults::terminator;
use permitcard_net::HttpClient;
use permitcard_wallet::{PresentRequest, Profile, Wallet, WalletError};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivatePkcs8KeyDer, pem::PemObject},
    version::TLS13,
};

use crate::{
    stage::{Stage, once, open},
    support::{Holder, PhoneParts, holder::prompt},
};

/// Another certification authority, and a server under it.
fn another() -> (String, Arc<ServerConfig>) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = params.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = server.signed_by(&key, &issuer).unwrap().der().clone();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
        .unwrap();
    (pem, Arc::new(config))
}

/// How the one in front asks the authority.
fn inside(ca: &str) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(ca.as_bytes()).unwrap())
        .unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&TLS13])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

/// The app starts again with these certificates in its client file.
async fn restart(parts: &mut PhoneParts, wallet: Option<Wallet>, ca: &str) -> Wallet {
    if let Some(wallet) = wallet {
        wallet.close().await;
    }
    parts.client.ca = ca.to_owned();
    let link = HttpClient::new(&parts.client, once()).unwrap();
    open(parts, Arc::new(link)).await.0
}

async fn refused(wallet: &Wallet) {
    match wallet.sync(None).await {
        Err(WalletError::Network(failure)) => assert_eq!(failure.code, "network.tls_refused"),
        other => panic!("{other:?}"),
    }
    // The card is there and can be shown.
    assert!(wallet.card().await.unwrap().is_some());
    wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
    wallet.present(PresentRequest::default()).await.unwrap();
    wallet.end_show().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_roots_change_by_the_client_file_alone() {
    let stage = Stage::new().await;
    let old = stage.world.authority.client_file().ca.clone();
    let (new, outside) = another();
    let real: SocketAddr = stage.world.authority.address();
    let moved = terminator::start(outside, inside(&old), real).await;
    let both = format!("{old}{new}");

    let mut parts = stage.world.new_phone("phone");
    let wallet = restart(&mut parts, None, &old).await;
    Holder::new("maria").with_card(&wallet, &stage.world.admin).await;
    wallet.sync(None).await.unwrap();

    // Announced: the file names both, the server is still the old one.
    let wallet = restart(&mut parts, Some(wallet), &both).await;
    wallet.sync(None).await.unwrap();
    // The server moves.
    stage.proxy.lead_to(moved);
    wallet.on_background();
    wallet.sync(None).await.unwrap();
    // A phone with the file of before: the old pin set is worth nothing any more, and nothing is lost.
    let wallet = restart(&mut parts, Some(wallet), &old).await;
    refused(&wallet).await;
    // Later the file names the new one alone, and whoever still has the old server's key is nobody.
    let wallet = restart(&mut parts, Some(wallet), &new).await;
    wallet.sync(None).await.unwrap();
    stage.proxy.lead_to(real);
    wallet.on_background();
    refused(&wallet).await;
    stage.proxy.lead_to(moved);
    wallet.sync(None).await.unwrap();
    wallet.close().await;
}
