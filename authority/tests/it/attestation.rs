//! Key attestation at the credential endpoint: what is proven is kept, what is replayed or foreign is refused.

use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};
use permitcard_authority::AttestationPolicy;
use permitcard_credential::cose::Jwk;
use permitcard_crypto::ecdsa::{Curve, SigningKey};
use permitcard_platform::file_keys::TestKeyMaker;
use permitcard_protocol::{WireCode, endpoints, issuance::CONFIGURATION_MDOC};
use rcgen::{CertificateParams, CustomExtension, DnType, Issuer, KeyPair, PKCS_ECDSA_P256_SHA256};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, pem::PemObject};
use serde_json::{Value, json};

use crate::support::{Holder, START, World, sign};

async fn world(policy: AttestationPolicy) -> World {
    World::prepared(|_, options| options.attestation = policy).await
}

fn maker(data_dir: &Path) -> TestKeyMaker {
    TestKeyMaker::read(&data_dir.join("test-key-maker.pem")).unwrap()
}

fn new_keys(count: usize) -> Vec<SigningKey> {
    (0..count).map(|_| SigningKey::generate(Curve::P256).unwrap()).collect()
}

/// What a wallet sends for a key: the chain of its store in a JWT that the key signs.
fn attestation(key: &SigningKey, chain: &[Vec<u8>], nonce: &str) -> String {
    let x5c: Vec<String> = chain.iter().map(|der| STANDARD.encode(der)).collect();
    let header = json!({ "typ": "key-attestation+jwt", "alg": "ES256", "x5c": x5c });
    let keys = [Jwk::from_public_key(key.public_key())];
    let claims = json!({ "iat": START, "exp": START + 86_400, "attested_keys": keys, "nonce": nonce });
    sign(key, &header, &claims)
}

fn made_by(maker: &TestKeyMaker, key: &SigningKey, nonce: &str) -> String {
    let chain = maker.attest(key.public_key().point(), nonce.as_bytes()).unwrap();
    attestation(key, &chain, nonce)
}

/// A request whose proofs carry these attestations.
fn request(
    holder: &Holder,
    keys: &[SigningKey],
    nonce: &str,
    attested: impl Fn(&SigningKey) -> Option<String>,
) -> Value {
    let proofs: Vec<String> = keys
        .iter()
        .map(|key| {
            let (mut header, claims) = holder.key_proof(key, nonce);
            if let Some(attestation) = attested(key) {
                header["key_attestation"] = json!(attestation);
            }
            sign(key, &header, &claims)
        })
        .collect();
    json!({ "credential_identifier": "work-permit", "proofs": { "jwt": proofs } })
}

async fn says_required(world: &World) -> Vec<bool> {
    let metadata: Value = world.client().get_open(endpoints::ISSUER_METADATA).await.json();
    let configurations = metadata["credential_configurations_supported"].as_object().unwrap();
    configurations
        .values()
        .map(|one| {
            one["proof_types_supported"]["jwt"]
                .get("key_attestations_required")
                .is_some()
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_required_only_attested_keys_get_a_card() {
    let world = world(AttestationPolicy::Required).await;
    assert_eq!(says_required(&world).await, [true; 3]);
    let maker = maker(&world.data_dir());
    let holder = world.register("suharto").await;
    let keys = new_keys(3);

    let nonce = holder.c_nonce().await;
    let bare = request(&holder, &keys, &nonce, |_| None);
    holder
        .post_credential(&bare)
        .await
        .refused(WireCode::AttestationRequired);
    let nonce = holder.c_nonce().await;
    let one_bare = request(&holder, &keys, &nonce, |key| {
        let is_last = key.public_key() == keys[2].public_key();
        (!is_last).then(|| made_by(&maker, key, &nonce))
    });
    holder
        .post_credential(&one_bare)
        .await
        .refused(WireCode::AttestationRequired);
    assert!(world.admin.key_levels("suharto").unwrap().is_empty());

    let nonce = holder.c_nonce().await;
    let attested = request(&holder, &keys, &nonce, |key| Some(made_by(&maker, key, &nonce)));
    assert_eq!(holder.post_credential(&attested).await.status, 200);
    assert_eq!(world.admin.key_levels("suharto").unwrap(), ["software"]);

    // The same keys get the other forms; others do not.
    for (keys, good) in [(&keys, true), (&new_keys(1), false)] {
        let nonce = holder.c_nonce().await;
        let mut other_form = request(&holder, keys, &nonce, |_| None);
        other_form.as_object_mut().unwrap().remove("credential_identifier");
        other_form["credential_configuration_id"] = json!(CONFIGURATION_MDOC);
        let answer = holder.post_credential(&other_form).await;
        if good {
            assert_eq!(answer.status, 200);
        } else {
            answer.refused(WireCode::AttestationRequired);
        }
    }
    assert_eq!(world.admin.key_levels("suharto").unwrap(), ["software"; 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_recorded_is_what_was_proven_about_every_key() {
    let world = world(AttestationPolicy::Recorded).await;
    assert_eq!(says_required(&world).await, [false; 3]);
    let elsewhere = World::new().await;
    let (maker, stranger) = (maker(&world.data_dir()), maker(&elsewhere.data_dir()));
    let holder = world.register("suharto").await;
    let keys = new_keys(2);
    let send = |attested: &'static str| {
        let (holder, keys, maker, stranger) = (&holder, &keys, &maker, &stranger);
        async move {
            let nonce = holder.c_nonce().await;
            let by = |key: &SigningKey| match attested {
                "none" => None,
                "stranger" => Some(made_by(stranger, key, &nonce)),
                "first" if key.public_key() != keys[0].public_key() => None,
                _ => Some(made_by(maker, key, &nonce)),
            };
            let answer = holder.post_credential(&request(holder, keys, &nonce, by)).await;
            assert_eq!(answer.status, 200, "{attested}");
        }
    };
    for attested in ["none", "stranger", "first", "all"] {
        send(attested).await;
    }
    let levels = ["unproven", "unproven", "unproven", "software"];
    assert_eq!(world.admin.key_levels("suharto").unwrap(), levels);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_off_nothing_is_looked_at() {
    let world = world(AttestationPolicy::Off).await;
    let holder = world.register("suharto").await;
    let nonce = holder.c_nonce().await;
    let junk = request(&holder, &new_keys(1), &nonce, |_| Some("no attestation".into()));
    assert_eq!(holder.post_credential(&junk).await.status, 200);
    assert_eq!(world.admin.key_levels("suharto").unwrap(), ["unproven"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_replay_and_every_mismatch_is_refused() {
    for policy in [AttestationPolicy::Recorded, AttestationPolicy::Required] {
        let world = world(policy).await;
        let maker = maker(&world.data_dir());
        let holder = world.register("suharto").await;
        let key = &new_keys(1)[0];
        let thief = &new_keys(1)[0];
        let old = holder.c_nonce().await;
        let attested = made_by(&maker, key, &old);
        let first = request(&holder, std::slice::from_ref(key), &old, |_| Some(attested.clone()));
        assert_eq!(holder.post_credential(&first).await.status, 200);
        let issued = world.admin.key_levels("suharto").unwrap().len();

        // The same request anew: its nonce is used.
        holder.post_credential(&first).await.refused(WireCode::NonceInvalid);
        let invalid = |what: &'static str, key: SigningKey, nonce: String, attestation: String| {
            let holder = &holder;
            async move {
                let request = request(holder, &[key], &nonce, |_| Some(attestation.clone()));
                let answer = holder.post_credential(&request).await;
                assert_eq!(answer.code(), WireCode::AttestationInvalid, "{what} {policy:?}");
                answer.refused(WireCode::AttestationInvalid);
            }
        };
        let copy = |key: &SigningKey| SigningKey::from_pkcs8(Curve::P256, &key.to_pkcs8()).unwrap();
        let fresh = holder.c_nonce().await;
        invalid("of an earlier nonce", copy(key), fresh.clone(), attested.clone()).await;
        // The nonce is right in the JWT, and not in what the maker signed.
        let chain = maker.attest(key.public_key().point(), old.as_bytes()).unwrap();
        let renamed = attestation(key, &chain, &fresh);
        invalid("of an earlier challenge", copy(key), fresh.clone(), renamed).await;
        let chain = maker.attest(key.public_key().point(), b"").unwrap();
        let empty = attestation(key, &chain, &fresh);
        invalid("without a challenge", copy(key), fresh.clone(), empty).await;
        // A good attestation of one key beside a proof of another.
        let good = made_by(&maker, key, &fresh);
        invalid("of another key", copy(thief), fresh.clone(), good.clone()).await;
        let chain = maker.attest(key.public_key().point(), fresh.as_bytes()).unwrap();
        let claimed = attestation(thief, &chain, &fresh);
        invalid("with another key's chain", copy(thief), fresh.clone(), claimed).await;
        let (head, _) = good.rsplit_once('.').unwrap();
        invalid("unsigned", copy(key), fresh.clone(), format!("{head}.")).await;
        // The nonce of DPoP proofs is none of these.
        let dpop_nonce = holder.client.get(endpoints::CARD).await.nonce.unwrap();
        let wrong = request(&holder, std::slice::from_ref(key), &dpop_nonce, |key| {
            Some(made_by(&maker, key, &dpop_nonce))
        });
        holder.post_credential(&wrong).await.refused(WireCode::NonceInvalid);
        let late = request(&holder, std::slice::from_ref(key), &fresh, |_| Some(good.clone()));
        world.clock.advance(301);
        assert_eq!(holder.refresh().await.status, 200);
        holder.post_credential(&late).await.refused(WireCode::NonceInvalid);
        assert_eq!(world.admin.key_levels("suharto").unwrap().len(), issued);
    }
}

/// A leaf that the test key maker signs, with a period of its own.
fn leaf_until(data_dir: &Path, key: &SigningKey, nonce: &str, year: i32) -> Vec<Vec<u8>> {
    let pem = std::fs::read_to_string(data_dir.join("test-key-maker.pem")).unwrap();
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, permitcard_platform::TEST_KEY_MAKER);
    let issuer = Issuer::new(params, KeyPair::from_pem(&pem).unwrap());
    let good = maker(data_dir)
        .attest(key.public_key().point(), nonce.as_bytes())
        .unwrap();
    // The extension of a good leaf, as it stands there: `OCTET STRING` after the OID 1.3.6.1.4.1.11129.2.1.17.
    let oid = [
        0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x01, 0x11, 0x04,
    ];
    let at = good[0].windows(oid.len()).position(|bytes| bytes == oid).unwrap() + oid.len();
    let length = usize::from(good[0][at]);
    assert!(length < 0x80);
    let description = good[0][at + 1..at + 1 + length].to_vec();
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(year, 1, 1);
    let extension = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 11129, 2, 1, 17], description);
    params.custom_extensions = vec![extension];
    let pkcs8 = key.to_pkcs8();
    let pair = PrivatePkcs8KeyDer::from(pkcs8.to_vec());
    let pair = KeyPair::from_pkcs8_der_and_sign_algo(&pair, &PKCS_ECDSA_P256_SHA256).unwrap();
    let leaf = params.signed_by(&pair, &issuer).unwrap();
    let above = CertificateDer::pem_slice_iter(pem.as_bytes()).map(|one| one.unwrap().to_vec());
    std::iter::once(leaf.der().to_vec()).chain(above).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_required_the_maker_must_be_known_and_the_certificate_in_its_time() {
    let world = world(AttestationPolicy::Required).await;
    let elsewhere = World::new().await;
    let holder = world.register("suharto").await;
    let key = &new_keys(1)[0];
    let send = |chain: Vec<Vec<u8>>, nonce: String| {
        let holder = &holder;
        let copy = SigningKey::from_pkcs8(Curve::P256, &key.to_pkcs8()).unwrap();
        async move {
            let attestation = attestation(&copy, &chain, &nonce);
            let request = request(holder, &[copy], &nonce, |_| Some(attestation.clone()));
            holder.post_credential(&request).await
        }
    };
    let nonce = holder.c_nonce().await;
    let foreign = maker(&elsewhere.data_dir());
    let foreign = foreign.attest(key.public_key().point(), nonce.as_bytes()).unwrap();
    send(foreign, nonce.clone()).await.refused(WireCode::AttestationInvalid);
    let expired = leaf_until(&world.data_dir(), key, &nonce, 2026);
    send(expired, nonce.clone()).await.refused(WireCode::AttestationInvalid);
    let good = leaf_until(&world.data_dir(), key, &nonce, 2027);
    assert_eq!(send(good, nonce).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_with_chains_fits_and_other_bodies_stay_short() {
    let world = world(AttestationPolicy::Required).await;
    let maker = maker(&world.data_dir());
    let holder = world.register("suharto").await;
    let keys = new_keys(40);
    let nonce = holder.c_nonce().await;
    let request = request(&holder, &keys, &nonce, |key| Some(made_by(&maker, key, &nonce)));
    assert!(request.to_string().len() > 64 * 1024);
    assert_eq!(holder.post_credential(&request).await.status, 200);
    for (path, length) in [
        (endpoints::CREDENTIAL, 192 * 1024 + 1),
        (endpoints::DEFERRED, 64 * 1024 + 1),
    ] {
        let body = json!({ "transaction_id": "a".repeat(length) });
        let answer = holder.client.json(path, &body, None).await;
        answer.refused(WireCode::RequestTooLarge);
    }
}
