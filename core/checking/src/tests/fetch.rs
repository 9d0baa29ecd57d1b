use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use permitcard_credential::verdict::Policy;
use permitcard_protocol::ClientFile;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{ServerConfig, crypto::ring, pki_types::PrivatePkcs8KeyDer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use super::world::{Authority, FIRST, ISSUE, Issue, NOW, Place};
use crate::{CheckingError, VerifyRequest};

type Files = Arc<Mutex<HashMap<&'static str, (&'static str, Vec<u8>)>>>;

/// Serves files by path, each with its media type, and 404 for any other.
async fn serve(authority: &Authority, files: Files) -> ClientFile {
    let (ca_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let mut ca = CertificateParams::new(Vec::new()).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = ca.self_signed(&ca_key).unwrap().pem();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let leaf = leaf.signed_by(&key, &Issuer::new(ca, ca_key)).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![leaf.der().clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, files) = (acceptor.clone(), files.clone());
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await.ok()?;
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await.ok()?);
                }
                let head = String::from_utf8(head).ok()?;
                let path = head.split(' ').nth(1)?;
                let file = files.lock().unwrap().get(path).cloned();
                let (status, media, body) = match file {
                    Some((media, body)) => ("200 OK", media, body),
                    None => (
                        "404 Not Found",
                        "application/json",
                        br#"{"error":"invalid_request"}"#.to_vec(),
                    ),
                };
                let length = body.len();
                let head = format!(
                    "HTTP/1.1 {status}\r\ncontent-type: {media}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
                );
                stream.write_all(head.as_bytes()).await.ok()?;
                stream.write_all(&body).await.ok()?;
                stream.shutdown().await.ok()
            });
        }
    });
    ClientFile {
        url: format!("https://localhost:{port}"),
        ca: pem,
        root_key: authority.client.root_key.clone(),
    }
}

fn publish(files: &Files, authority: &Authority, issue: Issue) {
    let mut files = files.lock().unwrap();
    files.insert("/trust-list", ("application/cbor-seq", authority.trust(issue)));
    files.insert("/status/1", ("application/statuslist+cwt", authority.token(issue)));
}

#[tokio::test]
async fn a_fetched_snapshot_verifies_and_is_all_or_nothing() {
    let (authority, place) = (Authority::new(), Place::new());
    let files = Files::default();
    let client = serve(&authority, files.clone()).await;
    let checker = place.open(&client).unwrap();
    assert!(matches!(checker.snapshot_fetch().await, Err(CheckingError::Net(_))));

    publish(&files, &authority, ISSUE);
    checker.snapshot_fetch().await.unwrap();
    assert_eq!(checker.snapshot_export().unwrap(), authority_file(&files));
    let text = authority.text(FIRST, NOW);
    assert_eq!(
        checker
            .verify(&VerifyRequest::new(&text, Policy::employer()))
            .unwrap()
            .unmet,
        []
    );

    // A new trust list without its status list changes nothing.
    publish(&files, &authority, Issue { serial: 8, ..ISSUE });
    let token = files.lock().unwrap().remove("/status/1").unwrap();
    assert!(matches!(checker.snapshot_fetch().await, Err(CheckingError::Net(_))));
    assert_eq!(checker.snapshot_info().unwrap().serial, 7);
    files.lock().unwrap().insert("/status/1", token);
    checker.snapshot_fetch().await.unwrap();
    assert_eq!(checker.snapshot_info().unwrap().serial, 8);

    // The server cannot go back either.
    publish(&files, &authority, ISSUE);
    assert_eq!(checker.snapshot_fetch().await, Err(CheckingError::SerialRolledBack));
}

fn authority_file(files: &Files) -> Vec<u8> {
    let files = files.lock().unwrap();
    [files["/trust-list"].1.clone(), files["/status/1"].1.clone()].concat()
}

#[tokio::test]
async fn a_snapshot_is_fetched_again_when_its_ttl_is_over() {
    let (authority, place) = (Authority::new(), Place::new());
    let files = Files::default();
    let client = serve(&authority, files.clone()).await;
    let checker = place.open(&client).unwrap();
    publish(&files, &authority, ISSUE);
    assert_eq!(checker.snapshot_refresh().await, Ok(true));
    publish(&files, &authority, Issue { serial: 8, ..ISSUE });
    // The trust list was issued 600 s ago and has six hours.
    place.clock.pass(21_600 - 601);
    assert_eq!(checker.snapshot_refresh().await, Ok(false));
    assert_eq!(checker.snapshot_info().unwrap().serial, 7);
    place.clock.pass(1);
    assert_eq!(checker.snapshot_refresh().await, Ok(true));
    assert_eq!(checker.snapshot_info().unwrap().serial, 8);
}
