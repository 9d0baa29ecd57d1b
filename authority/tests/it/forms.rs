//! The other forms of the permit: mdoc and SD-JWT VC.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_credential::{
    cose::Jwk,
    mdoc::{self, IssuerSigned},
    permit::Element,
    sdjwt::{self, SdJwt},
    snapshot::{Snapshot, TrustKey, Usage},
};
use permitcard_crypto::ecdsa::{Curve, SigningKey};
use permitcard_protocol::{
    WireCode, endpoints,
    issuance::{CONFIGURATION_MDOC, CONFIGURATION_SD_JWT, CredentialResponse},
};
use serde_json::{Value, json};

use crate::support::{START, World, sign};

const DAY: i64 = 86_400;

async fn document_key(world: &World) -> TrustKey {
    let root = world.running.client_file().root_key.to_public_key().unwrap();
    let answer = world.client().get_open(endpoints::TRUST_LIST).await;
    let snapshot = Snapshot::parse(&answer.body, &root, world.clock.now_s()).unwrap();
    let mut keys = snapshot.trust_list().keys.iter();
    keys.find(|key| key.usage.has(Usage::DOCUMENT)).unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_names_every_form_as_the_standard_does() {
    let world = World::new().await;
    let metadata: Value = world.client().get_open(endpoints::ISSUER_METADATA).await.json();
    let proof_types = json!({ "jwt": { "proof_signing_alg_values_supported": ["ES256"] } });
    assert_eq!(
        metadata["credential_configurations_supported"],
        json!({
            "WorkPermit_sdcwt": {
                "format": "sd-cwt",
                "vct": "permitcard/1",
                "credential_signing_alg_values_supported": [-9],
                "cryptographic_binding_methods_supported": ["jwk"],
                "proof_types_supported": proof_types,
            },
            "WorkPermit_mdoc": {
                "format": "mso_mdoc",
                "doctype": "org.permitcard.workpermit.1.test",
                "credential_signing_alg_values_supported": [-7],
                "cryptographic_binding_methods_supported": ["cose_key"],
                "proof_types_supported": proof_types,
            },
            "WorkPermit_sdjwt": {
                "format": "dc+sd-jwt",
                "vct": "urn:permitcard:workpermit:1",
                "credential_signing_alg_values_supported": ["ES256"],
                "cryptographic_binding_methods_supported": ["jwk"],
                "proof_types_supported": proof_types,
            },
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_mobile_documents() {
    let world = World::new().await;
    let issuer = document_key(&world).await;
    assert!(issuer.usage.has(Usage::TEST) && !issuer.usage.has(Usage::CREDENTIAL));
    assert_eq!(issuer.iss, "sandbox.example");
    let holder = world.register("maria").await;
    let (response, keys) = holder.batch_of(CONFIGURATION_MDOC, 3).await;
    let mut places = BTreeSet::new();
    for (issued, key) in response.credentials.iter().zip(&keys) {
        let bytes = URL_SAFE_NO_PAD.decode(&issued.credential).unwrap();
        let document = IssuerSigned::parse(&bytes).unwrap();
        document.check_issuer(&issuer.key).unwrap();
        document.check_digests().unwrap();
        assert_eq!(document.device_key(), key.public_key(), "in the order of the proofs");
        assert_eq!(document.doc_type(), mdoc::DOC_TYPE_TEST);
        assert!(document.test());
        assert_eq!(document.signed_at(), START - START % DAY);
        assert_eq!(document.valid_until(), document.signed_at() + 30 * DAY);
        assert!(document.elements().contains(&Element::FamilyName));
        places.insert((document.status_uri().to_owned(), document.status_idx()));
    }
    assert_eq!(places.len(), 3);
    assert_eq!(
        holder
            .notify(&response.notification_id, "credential_accepted")
            .await
            .status,
        204
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_sd_jwts() {
    let world = World::new().await;
    let issuer = document_key(&world).await;
    let holder = world.register("maria").await;
    let (response, keys) = holder.batch_of(CONFIGURATION_SD_JWT, 3).await;
    let mut places = BTreeSet::new();
    for (issued, key) in response.credentials.iter().zip(&keys) {
        let parsed = SdJwt::parse(&issued.credential).unwrap();
        parsed.check_issuer(&issuer.key).unwrap();
        parsed.check_digests().unwrap();
        assert_eq!(parsed.holder_key(), key.public_key(), "in the order of the proofs");
        assert_eq!(parsed.iss(), "https://sandbox.example");
        assert!(parsed.test());
        assert_eq!(parsed.iat(), START - START % DAY);
        assert_eq!(parsed.exp(), parsed.iat() + 30 * DAY);
        places.insert((parsed.status_uri().to_owned(), parsed.status_idx()));
    }
    assert_eq!(places.len(), 3);
    assert_eq!(sdjwt::VCT, "urn:permitcard:workpermit:1");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_proofs_give_each_form_once() {
    let world = World::new().await;
    let holder = world.register("maria").await;
    let key = SigningKey::generate(Curve::P256).unwrap();
    let nonce = holder.c_nonce().await;
    let mut request = holder.credential_request(&[key], &nonce);
    for identifier in ["work-permit", "work-permit-mdoc", "work-permit-sdjwt"] {
        request["credential_identifier"] = json!(identifier);
        let response: CredentialResponse = holder.post_credential(&request).await.json();
        assert_eq!(response.credentials.len(), 1);
        holder.post_credential(&request).await.refused(WireCode::NonceInvalid);
    }
}

/// OpenID4VCI 1.0, 8.3.1.2.
#[tokio::test(flavor = "multi_thread")]
async fn errors_have_the_names_of_the_standard() {
    let world = World::new().await;
    let holder = world.register("maria").await;
    let key = SigningKey::generate(Curve::P256).unwrap();
    let nonce = holder.c_nonce().await;
    let good = holder.credential_request(&[key], &nonce);
    let proofs = good["proofs"].clone();
    for (request, error) in [
        (json!({ "proofs": proofs }), "invalid_credential_request"),
        (
            json!({ "credential_identifier": "work-permit", "credential_configuration_id": "WorkPermit_sdcwt", "proofs": proofs }),
            "invalid_credential_request",
        ),
        (
            json!({ "credential_identifier": "licence", "proofs": proofs }),
            "unknown_credential_identifier",
        ),
        (
            json!({ "credential_configuration_id": "Licence", "proofs": proofs }),
            "unknown_credential_configuration",
        ),
        (json!({ "credential_identifier": "work-permit" }), "invalid_proof"),
        (
            json!({ "credential_identifier": "work-permit", "proofs": { "jwt": [] } }),
            "invalid_proof",
        ),
    ] {
        let answer = holder.post_credential(&request).await;
        assert_eq!(answer.status, 400, "{error}");
        assert_eq!(answer.json::<Value>()["error"], error);
    }
    // A nonce of nobody.
    let key = SigningKey::generate(Curve::P256).unwrap();
    let header =
        json!({ "typ": "openid4vci-proof+jwt", "alg": "ES256", "jwk": Jwk::from_public_key(key.public_key()) });
    let claims = json!({ "aud": holder.client.url, "iat": 1, "nonce": "n" });
    let request =
        json!({ "credential_identifier": "work-permit-mdoc", "proofs": { "jwt": [sign(&key, &header, &claims)] } });
    let answer = holder.post_credential(&request).await;
    assert_eq!(answer.json::<Value>()["error"], "invalid_nonce");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_certificate_is_the_same_for_all_copies_and_stands_in_the_data_directory() {
    let world = World::new().await;
    let holder = world.register("maria").await;
    let (first, _) = holder.batch_of(CONFIGURATION_SD_JWT, 2).await;
    let header = |text: &str| -> Value {
        let part = text.split('.').next().unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    let headers: BTreeSet<String> = first
        .credentials
        .iter()
        .map(|issued| header(&issued.credential).to_string())
        .collect();
    assert_eq!(headers.len(), 1);
    let folder = world.running.client_file_path().parent().unwrap();
    for name in ["iaca.pem", "document-signer.pem"] {
        let pem = std::fs::read_to_string(folder.join(name)).unwrap();
        assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"), "{name}");
    }
}
