use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_credential::cose::Jwk;
use permitcard_crypto::ecdsa::{Curve, SigningKey};
use permitcard_protocol::{WireCode, endpoints};
use serde_json::{Value, json};

use crate::support::{Client, Proof, World, sign, start_request};

fn start() -> Vec<u8> {
    start_request().to_form().into_bytes()
}

async fn send(client: &Client, bend: &(dyn Fn(&mut Proof) + Sync)) -> crate::support::Answer {
    let key = client.new_key();
    client
        .with_proof(
            "POST",
            endpoints::CHALLENGE,
            Some((endpoints::MEDIA_FORM, &start())),
            Some(&key),
            bend,
        )
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_proof_learns_the_nonce() {
    let world = World::new().await;
    let client = world.client();
    let proof = client.sign(&client.proof("POST", endpoints::CHALLENGE));
    let body = start();
    let with = |proof: String| {
        let (client, body) = (&client, &body);
        async move {
            let body = Some((endpoints::MEDIA_FORM, body.as_slice()));
            client
                .with_signed("POST", endpoints::CHALLENGE, body, Some("k"), &proof)
                .await
        }
    };
    let answer = with(proof).await;
    answer.refused(WireCode::DpopNonceRequired);
    assert!(answer.nonce.is_some());
    // The same idempotency key with the fresh proof: the first answer was not stored.
    let answer = with(client.sign(&client.proof("POST", endpoints::CHALLENGE))).await;
    assert_eq!(answer.status, 401);
    assert!(answer.nonce.is_some(), "every answer brings the next nonce");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_counts_once() {
    let world = World::new().await;
    let client = world.client();
    send(&client, &|_| {}).await;
    let proof = client.sign(&client.proof("POST", endpoints::CHALLENGE));
    let body = start();
    let body = Some((endpoints::MEDIA_FORM, body.as_slice()));
    assert_eq!(
        client
            .with_signed("POST", endpoints::CHALLENGE, body, Some("a"), &proof)
            .await
            .status,
        401
    );
    client
        .with_signed("POST", endpoints::CHALLENGE, body, Some("b"), &proof)
        .await
        .refused(WireCode::DpopInvalid);
    // Not even for the stored answer of the first request.
    client
        .with_signed("POST", endpoints::CHALLENGE, body, Some("a"), &proof)
        .await
        .refused(WireCode::DpopInvalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_stays_used_after_a_restart() {
    let world = World::new().await;
    let client = world.client();
    send(&client, &|_| {}).await;
    let proof = client.sign(&client.proof("POST", endpoints::CHALLENGE));
    let form = start();
    let body = Some((endpoints::MEDIA_FORM, form.as_slice()));
    client
        .with_signed("POST", endpoints::CHALLENGE, body, Some("a"), &proof)
        .await;
    let world = world.restart().await;
    let client = client.again(world.running.client_file());
    client
        .with_signed("POST", endpoints::CHALLENGE, body, Some("b"), &proof)
        .await
        .refused(WireCode::DpopInvalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_nonce_is_renewed() {
    let world = World::new().await;
    let client = world.client();
    send(&client, &|_| {}).await;
    let proof = client.sign(&client.proof("POST", endpoints::CHALLENGE));
    world.clock.advance(301);
    let form = start();
    let body = Some((endpoints::MEDIA_FORM, form.as_slice()));
    let answer = client
        .with_signed("POST", endpoints::CHALLENGE, body, Some("a"), &proof)
        .await;
    answer.refused(WireCode::DpopNonceRequired);
    assert_eq!(send(&client, &|_| {}).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_is_made_for_one_request() {
    let world = World::new().await;
    let client = world.client();
    type Bend = Box<dyn Fn(&mut Proof) + Sync>;
    let set = |part: &'static str, name: &'static str, value: Value| -> Bend {
        Box::new(move |proof| {
            let target = if part == "header" {
                &mut proof.header
            } else {
                &mut proof.claims
            };
            if value.is_null() {
                target.as_object_mut().unwrap().remove(name);
            } else {
                target[name] = value.clone();
            }
        })
    };
    let other_key = json!(Jwk::from_public_key(
        SigningKey::generate(Curve::P256).unwrap().public_key()
    ));
    let bends: Vec<(&str, Bend)> = vec![
        ("typ", set("header", "typ", json!("jwt"))),
        ("no typ", set("header", "typ", Value::Null)),
        ("alg none", set("header", "alg", json!("none"))),
        ("another alg", set("header", "alg", json!("ES384"))),
        ("another key", set("header", "jwk", other_key)),
        ("no key", set("header", "jwk", Value::Null)),
        ("crit", set("header", "crit", json!(["b64"]))),
        ("htm", set("claims", "htm", json!("GET"))),
        ("htu path", set("claims", "htu", json!(format!("{}/token", client.url)))),
        (
            "htu host",
            set("claims", "htu", json!("https://elsewhere.example/authorize/challenge")),
        ),
        (
            "htu query",
            set(
                "claims",
                "htu",
                json!(format!("{}/authorize/challenge?x=1", client.url)),
            ),
        ),
        ("no jti", set("claims", "jti", Value::Null)),
        ("empty jti", set("claims", "jti", json!(""))),
        ("long jti", set("claims", "jti", json!("j".repeat(129)))),
        ("no iat", set("claims", "iat", Value::Null)),
        ("iat as text", set("claims", "iat", json!("1"))),
        ("ath without a token", set("claims", "ath", json!("x"))),
    ];
    for (what, bend) in bends {
        let answer = send(&client, &*bend).await;
        assert_eq!((answer.status, answer.code()), (400, WireCode::DpopInvalid), "{what}");
    }
    // A wrong clock of the phone does no harm.
    for iat in [0i64, 1 << 40] {
        assert_eq!(
            send(&client, &move |proof| proof.claims["iat"] = json!(iat))
                .await
                .status,
            401
        );
    }
    send(&client, &|proof| proof.claims["nonce"] = json!("unknown"))
        .await
        .refused(WireCode::DpopNonceRequired);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_key_in_the_header_is_refused() {
    let world = World::new().await;
    let client = world.client();
    let answer = send(&client, &|proof| {
        proof.header["jwk"]["d"] = json!(URL_SAFE_NO_PAD.encode([1; 32]))
    })
    .await;
    answer.refused(WireCode::DpopInvalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_proof_and_no_less() {
    let world = World::new().await;
    let client = world.client();
    let request = || {
        client
            .request("POST", endpoints::CHALLENGE)
            .header("content-type", endpoints::MEDIA_FORM)
            .header(endpoints::IDEMPOTENCY_KEY, "k")
            .body(start())
    };
    client.raw(request()).await.refused(WireCode::DpopInvalid);
    let proof = client.sign(&client.proof("POST", endpoints::CHALLENGE));
    client
        .raw(
            request()
                .header(endpoints::DPOP, &proof)
                .header(endpoints::DPOP, &proof),
        )
        .await
        .refused(WireCode::DpopInvalid);
    client
        .raw(request().header(endpoints::DPOP, "a.b.c"))
        .await
        .refused(WireCode::DpopInvalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_tokens_are_taken_proofs_are_challenged() {
    let world = World::new().await;
    let holder = world.register("suharto").await;
    let token = holder.client.access_token.lock().unwrap().clone().unwrap();

    // Without a nonce: 401 and a challenge (RFC 9449, 9).
    let bend = |proof: &mut Proof| proof.claims["nonce"] = json!("old");
    let answer = holder
        .client
        .with_proof("GET", endpoints::CARD, None, None, &bend)
        .await;
    assert_eq!((answer.status, answer.code()), (401, WireCode::DpopNonceRequired));
    assert_eq!(
        answer.challenge.as_deref(),
        Some("DPoP error=\"use_dpop_nonce\", algs=\"ES256\"")
    );

    // A proof for no token, or for another one.
    for ath in [Value::Null, json!("AAAA")] {
        let bend = |proof: &mut Proof| proof.claims["ath"] = ath.clone();
        let answer = holder
            .client
            .with_proof("GET", endpoints::CARD, None, None, &bend)
            .await;
        assert_eq!((answer.status, answer.code()), (401, WireCode::DpopInvalid), "{ath}");
    }

    // The token with another key.
    let thief = world.client();
    *thief.access_token.lock().unwrap() = Some(token.clone());
    let answer = thief.get(endpoints::CARD).await;
    assert_eq!((answer.status, answer.code()), (401, WireCode::TokenInvalid));

    // No token, an unknown one, the wrong scheme.
    *thief.access_token.lock().unwrap() = None;
    assert_eq!(thief.get(endpoints::CARD).await.code(), WireCode::TokenInvalid);
    *thief.access_token.lock().unwrap() = Some("unknown".into());
    assert_eq!(thief.get(endpoints::CARD).await.code(), WireCode::TokenInvalid);
    let proof = holder.client.sign(&holder.client.proof("GET", endpoints::CARD));
    let request = holder.client.request("GET", endpoints::CARD);
    let answer = holder.client.raw(
        request
            .header(endpoints::DPOP, proof)
            .header("authorization", format!("Bearer {token}")),
    );
    assert_eq!(answer.await.code(), WireCode::TokenInvalid);

    assert_eq!(holder.client.get(endpoints::CARD).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_of_another_curve_is_refused() {
    let world = World::new().await;
    let client = world.client();
    send(&client, &|_| {}).await;
    let key = SigningKey::generate(Curve::P384).unwrap();
    let mut proof = client.proof("POST", endpoints::CHALLENGE);
    proof.header["jwk"] = json!(Jwk::from_public_key(key.public_key()));
    proof.header["alg"] = json!("ES384");
    let signed = sign(&key, &proof.header, &proof.claims);
    let form = start();
    let body = Some((endpoints::MEDIA_FORM, form.as_slice()));
    client
        .with_signed("POST", endpoints::CHALLENGE, body, Some("k"), &signed)
        .await
        .refused(WireCode::DpopInvalid);
}
