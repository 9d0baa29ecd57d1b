//! Only the authority's own roots, only TLS 1.3.

use std::net::SocketAddr;

use permitcard_net::{HttpClient, NetError, NetOptions, Request};
use permitcard_protocol::ClientFile;
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, KeyPair, date_time_ymd};
use rustls::version::{TLS12, TLS13};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::server::{Ca, Server, client_file, json, options, server_config};

/// The peer is refused after one connection and hears no request.
async fn refused(server: Server, why: &str) {
    assert_eq!(server.refuse().await, NetError::TlsRefused, "{why}");
    assert_eq!(server.connections(), 1, "{why}: TLS errors are not retried");
    assert!(server.seen().is_empty(), "{why}: no request goes out");
}

async fn refused_with(change: impl FnOnce(&mut CertificateParams), why: &str) {
    let ca = Ca::new();
    refused(
        Server::start_with(ca.certificate(change), &ca.pem, |_| json(200, "{}")).await,
        why,
    )
    .await;
}

#[tokio::test]
async fn good_certificate_is_taken() {
    let server = Server::start(|_| json(200, "{}")).await;
    assert_eq!(server.send(&Request::get("/x")).await.unwrap().status, 200);
}

#[tokio::test]
async fn certificate_of_another_ca_is_refused() {
    let (ours, theirs) = (Ca::new(), Ca::new());
    let server = Server::start_with(theirs.certificate(|_| {}), &ours.pem, |_| json(200, "{}")).await;
    refused(server, "other CA").await;
}

#[tokio::test]
async fn bad_certificates_are_refused() {
    refused_with(|params| params.not_after = date_time_ymd(2020, 1, 1), "expired").await;
    refused_with(|params| params.not_before = date_time_ymd(2900, 1, 1), "not yet valid").await;
    refused_with(
        |params| *params = CertificateParams::new(vec!["example.com".into()]).unwrap(),
        "other name",
    )
    .await;
    let client_only = |params: &mut CertificateParams| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    };
    refused_with(client_only, "for clients only").await;
}

#[tokio::test]
async fn self_signed_certificate_is_refused() {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".into()])
        .unwrap()
        .self_signed(&key)
        .unwrap();
    let config = server_config(&[&TLS13], vec![certificate.der().clone()], &key);
    refused(
        Server::start_with(config, &Ca::new().pem, |_| json(200, "{}")).await,
        "self-signed",
    )
    .await;
}

/// What a public authority signs is good for browsers and worth nothing here, with or without what stands between.
#[tokio::test]
async fn whole_chain_of_another_root_is_refused() {
    let (ours, public) = (Ca::new(), Ca::new());
    let between = public.below(IsCa::Ca(BasicConstraints::Unconstrained));
    let server = Server::start_with(between.certificate(|_| {}), &ours.pem, |_| json(200, "{}")).await;
    refused(server, "chain of another root").await;
    // The same chain is good under its own root, so that nothing else was refused.
    let server = Server::start_with(between.certificate(|_| {}), &public.pem, |_| json(200, "{}")).await;
    assert_eq!(server.send(&Request::get("/x")).await.unwrap().status, 200);
}

#[tokio::test]
async fn server_certificate_signs_no_other() {
    let ours = Ca::new();
    for is_ca in [IsCa::NoCa, IsCa::ExplicitNoCa] {
        let server = ours.below(is_ca).certificate(|_| {});
        refused(
            Server::start_with(server, &ours.pem, |_| json(200, "{}")).await,
            "signed by a server",
        )
        .await;
    }
}

/// TLS 1.1: as an alert, and as the hello of a server that knows nothing newer.
#[tokio::test]
async fn server_with_tls_1_1_only_is_refused() {
    let alert = vec![0x15, 3, 2, 0, 2, 2, 70];
    let mut hello = vec![0x16, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2];
    hello.extend([7; 32]);
    hello.extend([0, 0xc0, 0x13, 0]);
    for bytes in [alert, hello] {
        let server = Server::start_raw(move |mut stream| {
            let bytes = bytes.clone();
            async move {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(&bytes).await;
                let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
            }
        })
        .await;
        assert_eq!(server.refuse().await, NetError::TlsRefused);
        assert_eq!(server.connections(), 1);
    }
}

#[tokio::test]
async fn server_with_tls_1_2_only_is_refused() {
    let ca = Ca::new();
    let server = Server::start_with(ca.certificate_for(&[&TLS12], |_| {}), &ca.pem, |_| json(200, "{}")).await;
    refused(server, "TLS 1.2").await;
}

/// A change of the CA needs no release: the file names both for a while.
#[tokio::test]
async fn either_of_two_roots_will_do() {
    let (old, new) = (Ca::new(), Ca::new());
    let both = format!("{}{}", old.pem, new.pem);
    for ca in [&old, &new] {
        let server = Server::start_with(ca.certificate(|_| {}), &both, |_| json(200, "{}")).await;
        assert_eq!(server.send(&Request::get("/x")).await.unwrap().status, 200);
    }
    // Before and after the change, the other one is nobody.
    for (file, ca) in [(&old, &new), (&new, &old)] {
        refused(
            Server::start_with(ca.certificate(|_| {}), &file.pem, |_| json(200, "{}")).await,
            "only the other root",
        )
        .await;
    }
}

/// The client file is the pin, and not a date in it: a root that expired still speaks for its servers, and for nobody else.
#[tokio::test]
async fn pin_that_expired_stays_the_pin() {
    let ours = Ca::with(|params| {
        params.not_before = date_time_ymd(2010, 1, 1);
        params.not_after = date_time_ymd(2020, 1, 1);
    });
    let server = Server::start_with(ours.certificate(|_| {}), &ours.pem, |_| json(200, "{}")).await;
    assert_eq!(server.send(&Request::get("/x")).await.unwrap().status, 200);
    let expired = ours.certificate(|params| params.not_after = date_time_ymd(2020, 1, 1));
    refused(
        Server::start_with(expired, &ours.pem, |_| json(200, "{}")).await,
        "a server that expired with its root",
    )
    .await;
    let theirs = Ca::new().certificate(|_| {});
    refused(
        Server::start_with(theirs, &ours.pem, |_| json(200, "{}")).await,
        "another root, once ours expired",
    )
    .await;
}

#[tokio::test]
async fn plain_http_on_the_port_is_interference() {
    let server = Server::start_raw(|mut stream| async move {
        let _ = stream
            .write_all(b"HTTP/1.1 302 Found\r\nlocation: http://login.example/\r\n\r\n")
            .await;
        let _ = stream.shutdown().await;
        let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
    })
    .await;
    assert_eq!(server.refuse().await, NetError::Interference);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn nobody_there_is_offline_after_all_attempts() {
    let server = Server::start_raw(|stream| async move { drop(stream) }).await;
    assert_eq!(server.refuse().await, NetError::Offline);
    assert_eq!(server.connections(), 4);

    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let client = HttpClient::new(&client_file(port, &Ca::new().pem), options()).unwrap();
    assert_eq!(client.send(&Request::get("/x")).await, Err(NetError::Offline));
}

#[test]
fn configuration_that_cannot_be_used_is_refused() {
    let good = client_file(SocketAddr::from(([127, 0, 0, 1], 1)), &Ca::new().pem);
    assert!(HttpClient::new(&good, NetOptions::default()).is_ok());
    let refuse = |file: ClientFile, options: NetOptions| {
        assert_eq!(
            HttpClient::new(&file, options).err(),
            Some(NetError::ConfigurationInvalid),
            "{}",
            file.url
        );
    };
    let broken = good.ca.replacen("MII", "AAA", 1);
    for ca in [
        "",
        "no certificate",
        &broken,
        &good.ca[..good.ca.len() / 2],
        &good.ca.repeat(17),
    ] {
        refuse(
            ClientFile {
                ca: ca.to_owned(),
                ..good.clone()
            },
            NetOptions::default(),
        );
    }
    for url in [
        "http://localhost:1",
        "https://",
        "localhost",
        "https://localhost/",
        "https://localhost/api",
        "https://user@localhost",
        "https://localhost?x",
        "https://localhost#x",
    ] {
        refuse(
            ClientFile {
                url: url.to_owned(),
                ..good.clone()
            },
            NetOptions::default(),
        );
    }
    refuse(
        good.clone(),
        NetOptions {
            user_agent: "a\nb".into(),
            ..NetOptions::default()
        },
    );
}
