//! DPoP proofs (RFC 9449) as the server sees them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_credential::cose::{Jwk, jws::ParsedJws};
use permitcard_crypto::{
    ecdsa::{Curve, PublicKey, SigningKey},
    hash::sha256,
};
use permitcard_net::{Body, Dpop, NetError, ProofSigner, Request, SignFuture};
use permitcard_platform::KeyError;
use permitcard_protocol::WireCode;
use serde_json::{Value, json};

use crate::server::{Reply, Seen, Server, answer, json as json_reply, options};

pub const NOW_S: i64 = 1_800_000_000;

pub struct Signer {
    key: SigningKey,
    pub calls: AtomicUsize,
}

impl ProofSigner for Signer {
    fn public_key(&self) -> &PublicKey {
        self.key.public_key()
    }

    fn sign(&self, message: Vec<u8>) -> SignFuture<'_> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            tokio::task::yield_now().await;
            self.key.sign(&message).map_err(|_| KeyError::Unexpected)
        })
    }
}

pub fn dpop(access_token: Option<&str>) -> (Dpop, Arc<Signer>) {
    let signer = Arc::new(Signer {
        key: SigningKey::generate(Curve::P256).unwrap(),
        calls: AtomicUsize::new(0),
    });
    let dpop = Dpop {
        signer: signer.clone(),
        access_token: access_token.map(str::to_owned),
        now_s: NOW_S,
    };
    (dpop, signer)
}

pub fn claims(seen: &Seen) -> Value {
    ParsedJws::parse(seen.header("dpop").unwrap()).unwrap().claims
}

#[tokio::test]
async fn proof_holds_what_rfc_9449_asks_for() {
    let server = Server::start(|_| json_reply(200, "{}")).await;
    let (dpop, signer) = dpop(Some("token-1"));
    server.send(&Request::get("/card").dpop(dpop)).await.unwrap();
    let seen = &server.seen()[0];
    assert_eq!(seen.header("authorization"), Some("DPoP token-1"));

    let proof = ParsedJws::parse(seen.header("dpop").unwrap()).unwrap();
    proof.verify(signer.public_key()).unwrap();
    assert_eq!(
        proof.header,
        json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": Jwk::from_public_key(signer.public_key()) })
    );
    let mut claims = proof.claims;
    let members = claims.as_object_mut().unwrap();
    let jti = members.remove("jti").unwrap();
    assert_eq!(URL_SAFE_NO_PAD.decode(jti.as_str().unwrap()).unwrap().len(), 16);
    let iat = members.remove("iat").unwrap().as_i64().unwrap();
    assert!((NOW_S..NOW_S + 3600).contains(&iat), "{iat}");
    assert_eq!(
        claims,
        json!({
            "htm": "GET",
            "htu": format!("{}/card", server.client_file.url),
            "ath": URL_SAFE_NO_PAD.encode(sha256(b"token-1")),
        })
    );
}

#[tokio::test]
async fn without_a_token_there_is_neither_hash_nor_authorization() {
    let server = Server::start(|_| json_reply(200, "{}")).await;
    server
        .send(&Request::post("/token", Body::Form("a=b".into()), "key").dpop(dpop(None).0))
        .await
        .unwrap();
    let seen = &server.seen()[0];
    assert_eq!(claims(seen)["htm"], "POST");
    assert_eq!(claims(seen).get("ath"), None);
    assert_eq!(seen.header("authorization"), None);
}

#[tokio::test]
async fn request_without_dpop_carries_no_proof() {
    let server = Server::start(|_| json_reply(200, "{}")).await;
    server.send(&Request::get("/trust-list")).await.unwrap();
    assert_eq!(server.seen()[0].header("dpop"), None);
}

fn wants_nonce(status: u16, body: &str, nonce: &str) -> Reply {
    Reply::Bytes(answer(
        status,
        "application/json",
        &format!("dpop-nonce: {nonce}\r\n"),
        body,
    ))
}

#[tokio::test]
async fn nonce_of_the_server_is_used_at_once_and_kept() {
    // With our code, and as RFC 9449, 8 and 9 have it.
    for (status, body) in [
        (
            400,
            "{\"error\":\"use_dpop_nonce\",\"code\":\"protocol.dpop_nonce_required\"}",
        ),
        (400, "{\"error\":\"use_dpop_nonce\"}"),
        (401, "{\"error\":\"use_dpop_nonce\"}"),
    ] {
        let server = Server::start(move |number| match number {
            0 => wants_nonce(status, body, "n1"),
            1 => Reply::Bytes(answer(200, "application/json", "dpop-nonce: n2\r\n", "{}")),
            _ => json_reply(200, "{}"),
        })
        .await;
        let client = server.client(options());
        let request = Request::post("/token", Body::Form("a=b".into()), "key-1").dpop(dpop(None).0);
        client.send(&request).await.unwrap();
        client.send(&request).await.unwrap();
        client.send(&request).await.unwrap();
        let seen = server.seen();
        let nonces: Vec<Value> = seen.iter().map(|request| claims(request)["nonce"].clone()).collect();
        assert_eq!(nonces, [Value::Null, json!("n1"), json!("n2"), json!("n2")]);
        assert_ne!(claims(&seen[0])["jti"], claims(&seen[1])["jti"]);
        for request in &seen {
            assert_eq!(request.header("idempotency-key"), Some("key-1"));
            assert_eq!(request.body, b"a=b");
        }
    }
}

#[tokio::test]
async fn server_that_is_never_content_is_asked_twice() {
    let server =
        Server::start(|number| wants_nonce(400, "{\"error\":\"use_dpop_nonce\"}", &format!("n{number}"))).await;
    let error = server
        .send(&Request::get("/card").dpop(dpop(None).0))
        .await
        .unwrap_err();
    assert_eq!(error.code(), WireCode::DpopNonceRequired.code());
    assert!(!error.is_definitive());
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn nonce_that_cannot_help_is_not_tried() {
    // None, the same as before, and one that is too long to be kept.
    let long = format!("dpop-nonce: {}\r\n", "n".repeat(257));
    for more in ["", "dpop-nonce: \r\n", long.as_str()] {
        let bytes = answer(400, "application/json", more, "{\"error\":\"use_dpop_nonce\"}");
        let server = Server::start(move |_| Reply::Bytes(bytes.clone())).await;
        server
            .send(&Request::get("/card").dpop(dpop(None).0))
            .await
            .unwrap_err();
        assert_eq!(server.seen().len(), 1);
    }
    let server = Server::start(|_| wants_nonce(400, "{\"error\":\"use_dpop_nonce\"}", "n1")).await;
    let client = server.client(options());
    let request = Request::get("/card").dpop(dpop(None).0);
    client.send(&request).await.unwrap_err();
    client.send(&request).await.unwrap_err();
    // Two of the first call, one of the second: its proof carried that nonce already.
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn key_that_does_not_sign_ends_the_request() {
    struct Broken(SigningKey, Result<Vec<u8>, KeyError>);
    impl ProofSigner for Broken {
        fn public_key(&self) -> &PublicKey {
            self.0.public_key()
        }
        fn sign(&self, _: Vec<u8>) -> SignFuture<'_> {
            Box::pin(async { self.1.clone() })
        }
    }
    let server = Server::start(|_| json_reply(200, "{}")).await;
    for (answer, expected) in [
        (Err(KeyError::Transient), KeyError::Transient),
        (Err(KeyError::TimedOut), KeyError::TimedOut),
        (Ok(vec![1; 70]), KeyError::Unexpected),
    ] {
        let signer = Arc::new(Broken(SigningKey::generate(Curve::P256).unwrap(), answer));
        let request = Request::get("/card").dpop(Dpop {
            signer,
            access_token: None,
            now_s: NOW_S,
        });
        let error = server.send(&request).await.unwrap_err();
        assert_eq!(error, NetError::Keys(expected));
        assert_eq!(error.code(), expected.code());
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn key_or_token_that_is_no_header_is_not_sent() {
    let server = Server::start(|_| json_reply(200, "{}")).await;
    let request = Request::get("/card").dpop(dpop(Some("a\r\nx: y")).0);
    assert_eq!(server.send(&request).await, Err(NetError::RequestInvalid));
    let request = Request::post("/token", Body::Empty, "a\r\nx: y");
    assert_eq!(server.send(&request).await, Err(NetError::RequestInvalid));
    assert_eq!(server.connections(), 0);
}

#[test]
fn debug_shows_neither_token_nor_body() {
    let request = Request::post("/token", Body::Form("CANARY".into()), "k").dpop(dpop(Some("CANARY")).0);
    assert!(!format!("{request:?}").contains("CANARY"));
}
