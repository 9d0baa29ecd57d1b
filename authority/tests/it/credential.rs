use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_authority::admin::PermitEvent;
use permitcard_credential::{
    cose::Jwk,
    permit::{Category, Credential, Day, Group, PortraitFormat, card},
    snapshot::{Snapshot, Usage},
};
use permitcard_crypto::{
    ecdsa::{Curve, PublicKey, SigningKey},
    hash::sha256,
};
use permitcard_protocol::{WireCode, endpoints};
use serde_json::{Value, json};

use crate::support::{START, World, sign};

const DAY: i64 = 86_400;

fn new_key() -> SigningKey {
    SigningKey::generate(Curve::P256).unwrap()
}

/// The trust list, verified with the root key of the client file.
async fn trust(world: &World) -> Snapshot {
    let file = world.running.client_file();
    let answer = world.client().get_open(endpoints::TRUST_LIST).await;
    Snapshot::parse(
        &answer.body,
        &file.root_key.to_public_key().unwrap(),
        world.clock.now_s(),
    )
    .unwrap()
}

fn key_for(trust: &Snapshot, usage: Usage) -> PublicKey {
    trust
        .trust_list()
        .keys
        .iter()
        .find(|key| key.usage.has(usage))
        .unwrap()
        .key
        .clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_what_the_register_says() {
    let world = World::new().await;
    let trust = trust(&world).await;
    let issuer = key_for(&trust, Usage::CREDENTIAL);
    let person = world.person("maria");
    let holder = world.register("maria").await;
    let (response, keys) = holder.batch(10).await;
    assert_eq!(response.credentials.len(), 10);
    let (mut subs, mut places) = (BTreeSet::new(), BTreeSet::new());
    for (issued, key) in response.credentials.iter().zip(&keys) {
        let bytes = URL_SAFE_NO_PAD.decode(&issued.credential).unwrap();
        let credential = Credential::parse(&bytes).unwrap();
        credential.check_issuer(&issuer).unwrap();
        credential.check_complete().unwrap();
        assert_eq!(credential.holder_key(), key.public_key(), "in the order of the proofs");
        assert_eq!(credential.iss(), "sandbox.example");
        assert_eq!(credential.iat(), START - START % DAY);
        assert_eq!(credential.exp(), credential.iat() + 30 * DAY);
        assert!(credential.test());
        assert_eq!(credential.status_uri(), "https://sandbox.example/s/1");
        assert_eq!(credential.sub().len(), 8);
        assert!(credential.status_idx() < 1 << 17);
        subs.insert(credential.sub().to_owned());
        places.insert(credential.status_idx());
        let permit = credential.permit().unwrap();
        assert_eq!(permit.person.name, "GARCIA LOPEZ<<MARIA");
        assert_eq!(permit.person.nationality, "ESP");
        assert_eq!(permit.category, Category::B);
        assert_eq!(permit.employment.unwrap().employer, "Shanghai Example Trading Co Ltd");
        let file = permit.file.unwrap();
        assert_eq!(file.permit_number, person.permit_number);
        assert_eq!(file.passport, person.passport);
        assert_eq!(file.phone, person.contact);
        assert_eq!(
            permit.social_security.unwrap().number,
            person.social_security_number.clone().unwrap()
        );
        assert_eq!(permit.portrait.unwrap().format, PortraitFormat::Png);
    }
    assert_eq!((subs.len(), places.len()), (10, 10), "no copy can be linked to another");
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_that_a_person_lacks_are_decoys() {
    let world = World::new().await;
    let holder = world.register("suharto").await;
    let (response, _) = holder.batch(1).await;
    let bytes = URL_SAFE_NO_PAD.decode(&response.credentials[0].credential).unwrap();
    let credential = Credential::parse(&bytes).unwrap();
    credential.check_complete().unwrap();
    let permit = credential.permit().unwrap();
    assert!(permit.social_security.is_none());
    assert_eq!(Group::COUNT, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_has_every_field_and_names_the_portrait() {
    let world = World::new().await;
    let issuer = key_for(&trust(&world).await, Usage::CARD);
    let holder = world.register("maria").await;
    let answer = holder.client.get(endpoints::CARD).await;
    assert_eq!((answer.status, answer.media.as_str()), (200, endpoints::MEDIA_CWT));
    let card = card::parse(&answer.body, &issuer).unwrap();
    assert_eq!((card.version, card.tier, card.iat), (1, 1, START));
    assert!(card.permit.test);
    assert_eq!(&card.holder, holder.client.key.public_key());
    assert_eq!(card.permit.person.name, "GARCIA LOPEZ<<MARIA");
    let portrait = holder.client.get(endpoints::PORTRAIT).await;
    assert_eq!((portrait.status, portrait.media.as_str()), (200, "image/png"));
    assert_eq!(sha256(&portrait.body), card.portrait_hash);
    assert!(portrait.body.len() <= 1024);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_never_outlives_its_permit() {
    let world = World::new().await;
    let holder = world.register("leila").await;
    let (response, _) = holder.batch(1).await;
    let bytes = URL_SAFE_NO_PAD.decode(&response.credentials[0].credential).unwrap();
    let credential = Credential::parse(&bytes).unwrap();
    let last_day = credential.permit().unwrap().valid_until;
    assert_eq!(last_day, Day::of_unix(START + 12 * DAY));
    // The last day ends at midnight in China.
    assert_eq!(credential.exp(), last_day.start() + 16 * 3600 - 1);

    world.clock.advance(credential.exp() - START);
    assert_eq!(holder.refresh().await.status, 200);
    world.clock.advance(1);
    assert_eq!(holder.refresh().await.code(), WireCode::PermitExpired);
    // The access token of a second ago still counts, but gives no credential.
    let nonce = holder.c_nonce().await;
    let answer = holder
        .post_credential(&holder.credential_request(&[new_key()], &nonce))
        .await;
    answer.refused(WireCode::PermitExpired);
    for path in [endpoints::CARD, endpoints::PORTRAIT] {
        holder.client.get(path).await.refused(WireCode::PermitExpired);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn up_to_sixty_four_at_once() {
    let world = World::new().await;
    let holder = world.register("suharto").await;
    assert_eq!(holder.batch(64).await.0.credentials.len(), 64);
    let keys: Vec<SigningKey> = (0..65).map(|_| new_key()).collect();
    let nonce = holder.c_nonce().await;
    for count in [0, 65] {
        let request = holder.credential_request(&keys[..count], &nonce);
        holder.post_credential(&request).await.refused(WireCode::ProofInvalid);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nonce_of_the_authority_counts_once_and_five_minutes() {
    let world = World::new().await;
    let holder = world.register("suharto").await;
    let nonce = holder.c_nonce().await;
    let request = |nonce: &str| holder.credential_request(&[new_key()], nonce);
    assert_eq!(holder.post_credential(&request(&nonce)).await.status, 200);
    holder
        .post_credential(&request(&nonce))
        .await
        .refused(WireCode::NonceInvalid);
    holder
        .post_credential(&request("unknown"))
        .await
        .refused(WireCode::NonceInvalid);

    let late = holder.c_nonce().await;
    world.clock.advance(301);
    assert_eq!(holder.refresh().await.status, 200);
    holder
        .post_credential(&request(&late))
        .await
        .refused(WireCode::NonceInvalid);
    // A DPoP nonce is none for a key proof.
    let dpop_nonce = holder.client.get(endpoints::CARD).await.nonce.unwrap();
    holder
        .post_credential(&request(&dpop_nonce))
        .await
        .refused(WireCode::NonceInvalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_proof_is_checked() {
    let world = World::new().await;
    let holder = world.register("suharto").await;
    let nonce = holder.c_nonce().await;
    let good_key = new_key();
    let key = new_key();
    let bent = |bend: &dyn Fn(&mut Value, &mut Value)| {
        let (mut header, mut claims) = holder.key_proof(&key, &nonce);
        bend(&mut header, &mut claims);
        let mut request = holder.credential_request(std::slice::from_ref(&good_key), &nonce);
        // The bad one comes second: each is looked at.
        request["proofs"]["jwt"]
            .as_array_mut()
            .unwrap()
            .push(json!(sign(&key, &header, &claims)));
        request
    };
    let other = json!(Jwk::from_public_key(new_key().public_key()));
    for (what, request) in [
        ("typ", bent(&|header, _| header["typ"] = json!("jwt"))),
        ("dpop typ", bent(&|header, _| header["typ"] = json!("dpop+jwt"))),
        ("alg", bent(&|header, _| header["alg"] = json!("none"))),
        ("another key", bent(&|header, _| header["jwk"] = other.clone())),
        (
            "no key",
            bent(&|header, _| {
                header.as_object_mut().unwrap().remove("jwk");
            }),
        ),
        ("two key parameters", bent(&|header, _| header["kid"] = json!("k"))),
        (
            "aud",
            bent(&|_, claims| claims["aud"] = json!("https://elsewhere.example")),
        ),
        (
            "no aud",
            bent(&|_, claims| {
                claims.as_object_mut().unwrap().remove("aud");
            }),
        ),
        (
            "no nonce",
            bent(&|_, claims| {
                claims.as_object_mut().unwrap().remove("nonce");
            }),
        ),
        ("another nonce", bent(&|_, claims| claims["nonce"] = json!("other"))),
        (
            "no iat",
            bent(&|_, claims| {
                claims.as_object_mut().unwrap().remove("iat");
            }),
        ),
    ] {
        let answer = holder.post_credential(&request).await;
        assert_eq!((answer.status, answer.code()), (400, WireCode::ProofInvalid), "{what}");
    }

    let twice = holder.credential_request(&[clone_of(&good_key), good_key], &nonce);
    holder.post_credential(&twice).await.refused(WireCode::ProofInvalid);
    let transport = holder.credential_request(&[clone_of(&holder.client.key)], &nonce);
    holder.post_credential(&transport).await.refused(WireCode::ProofInvalid);
    // None of these used the nonce up.
    let request = holder.credential_request(&[new_key()], &nonce);
    assert_eq!(holder.post_credential(&request).await.status, 200);
}

fn clone_of(key: &SigningKey) -> SigningKey {
    SigningKey::from_pkcs8(Curve::P256, &key.to_pkcs8()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_none() {
    let world = World::new().await;
    let holder = world.register("suharto").await;
    let nonce = holder.c_nonce().await;
    let mut unknown = holder.credential_request(&[new_key()], &nonce);
    unknown["credential_identifier"] = json!("driving-licence");
    holder
        .post_credential(&unknown)
        .await
        .refused(WireCode::CredentialUnknown);
    for body in [
        json!([]),
        json!({}),
        json!({ "credential_identifier": "work-permit", "proofs": { "jwt": "x" } }),
    ] {
        let answer = holder.post_credential(&body).await;
        answer.refused_as(WireCode::RequestMalformed, "invalid_credential_request");
    }
    let broken =
        json!({ "credential_identifier": "work-permit", "proofs": { "jwt": ["x", "a.b.c", "A".repeat(5000)] } });
    holder.post_credential(&broken).await.refused(WireCode::ProofInvalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_given_for_a_cancelled_permit() {
    let world = World::new().await;
    let holder = world.register("suharto").await;
    world.event(PermitEvent::Revoke, "suharto");
    for path in [endpoints::CARD, endpoints::PORTRAIT] {
        holder.client.get(path).await.refused(WireCode::PermitEnded);
    }
    let nonce = holder.c_nonce().await;
    let answer = holder
        .post_credential(&holder.credential_request(&[new_key()], &nonce))
        .await;
    answer.refused(WireCode::PermitEnded);
}
