//! `permitcard export` over a real authority: the mobile document is read by `isomdl`, which knows nothing of us, and the
//! SD-JWT by hand; the bytes of both are those of the authority and of the wallet.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::{fs, path::Path};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use isomdl::{
    definitions::{
        DeviceResponse, Mso,
        device_response::Document,
        helpers::Tag24,
        session::SessionTranscript,
        x509::{
            X5Chain,
            trust_anchor::{PemTrustAnchor, TrustAnchorRegistry, TrustPurpose},
            validation::ValidationRuleset,
        },
    },
    presentation::authentication::mdoc::{device_authentication, issuer_authentication},
};
use permitcard_credential::cose::jws::ParsedJws;
use permitcard_crypto::hash::sha256;
use permitcard_tests::{command::at_home, sandbox::Sandbox, worker};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A session transcript of nothing: `[null, null, null]`.
#[derive(Clone, Serialize, Deserialize)]
struct Nothing((), (), ());

impl SessionTranscript for Nothing {}

/// Another session.
#[derive(Clone, Serialize, Deserialize)]
struct Other((), (), bool);

impl SessionTranscript for Other {}

const TRANSCRIPT: &[u8] = b"\x83\xf6\xf6\xf6";

fn document(response: &[u8]) -> Document {
    let response: DeviceResponse = isomdl::cbor::from_slice(response).unwrap();
    response.documents.unwrap().into_inner().remove(0)
}

fn chain(document: &Document) -> X5Chain {
    let (_, chain) = document.issuer_signed.issuer_auth.unprotected.rest.first().unwrap();
    X5Chain::from_cbor(chain.clone()).unwrap()
}

fn mso(document: &Document) -> Mso {
    let payload = document.issuer_signed.issuer_auth.payload.as_ref().unwrap();
    isomdl::cbor::from_slice::<Tag24<Mso>>(payload).unwrap().into_inner()
}

/// Identifiers of the disclosed elements; every one has its signed digest.
fn disclosed(document: &Document) -> Vec<String> {
    let digests = mso(document).value_digests;
    let mut names = Vec::new();
    for (namespace, items) in document.issuer_signed.namespaces.as_ref().unwrap().iter() {
        for item in items.iter() {
            let bytes = isomdl::cbor::to_vec(item).unwrap();
            let item = item.clone().into_inner();
            assert_eq!(digests[namespace][&item.digest_id].as_ref(), sha256(&bytes));
            names.push(item.element_identifier);
        }
    }
    names.sort();
    names
}

/// What ISO/IEC 18013-5 annex B says of document signer and root, checked against the root in the data directory.
fn certificates(data: &Path, document: &Document) -> Vec<String> {
    let root = PemTrustAnchor {
        certificate_pem: fs::read_to_string(data.join("iaca.pem")).unwrap(),
        purpose: TrustPurpose::Iaca,
    };
    let anchors = TrustAnchorRegistry::from_pem_certificates(vec![root]).unwrap();
    ValidationRuleset::Mdl.validate(&chain(document), &anchors).errors
}

#[test]
fn other_peoples_readers_take_what_is_exported() {
    let sandbox = Sandbox::start();
    let home = sandbox.home("maria");
    worker::register(&sandbox, "maria", &home);
    let transcript = home.join("transcript.cbor");
    fs::write(&transcript, TRANSCRIPT).unwrap();
    let (transcript, out) = (transcript.to_str().unwrap(), home.join("response.cbor"));

    let mdoc = ["export", "--format", "mdoc", "--session-transcript", transcript];
    let made = at_home(&home, mdoc.iter().chain(&["--out", out.to_str().unwrap()])).assert_good();
    let event = made.event("export");
    assert_eq!((&event["format"], &event["test"]), (&json!("mdoc"), &json!(true)));
    let response = fs::read(&out).unwrap();
    let document_ = document(&response);
    assert_eq!(document_.doc_type, "org.permitcard.workpermit.1.test");
    assert_eq!(certificates(&sandbox.data, &document_), Vec::<String>::new());
    issuer_authentication(chain(&document_), &document_.issuer_signed).unwrap();
    device_authentication(&document_, Nothing((), (), ())).unwrap();
    assert!(device_authentication(&document_, Other((), (), true)).is_err());
    assert_eq!(
        disclosed(&document_),
        [
            "expiry_date",
            "family_name",
            "given_name",
            "nationality_icao",
            "restrictions",
            "work_permit_category"
        ]
    );
    // A root of somebody else.
    let stranger = Sandbox::start();
    assert!(!certificates(&stranger.data, &document_).is_empty());

    let more = at_home(&home, mdoc.iter().chain(&["--groups", "employment,file"])).assert_good();
    let data = more.event("export")["data"].as_str().unwrap().to_owned();
    let document_ = document(&URL_SAFE_NO_PAD.decode(data).unwrap());
    device_authentication(&document_, Nothing((), (), ())).unwrap();
    let names = disclosed(&document_);
    assert!(names.contains(&"employer_name".to_owned()) && names.contains(&"birth_date".to_owned()));
    assert!(!names.contains(&"family_name".to_owned()));

    let sd_jwt = [
        "export",
        "--format",
        "sd-jwt",
        "--aud",
        "https://verifier.example",
        "--nonce",
        "42",
    ];
    let made = at_home(&home, sd_jwt).assert_good().event("export");
    assert_eq!(made["aud"], "https://verifier.example");
    let text = made["data"].as_str().unwrap();
    let (shown, kb) = text.rsplit_once('~').unwrap();
    let kb = ParsedJws::parse(kb).unwrap();
    assert_eq!(
        (&kb.claims["aud"], &kb.claims["nonce"]),
        (&json!("https://verifier.example"), &json!("42"))
    );
    let hash = URL_SAFE_NO_PAD.encode(sha256(format!("{shown}~").as_bytes()));
    assert_eq!(kb.claims["sd_hash"], hash);
    let claims: Value = ParsedJws::parse(text.split('~').next().unwrap()).unwrap().claims;
    assert_eq!(
        (&claims["test"], &claims["vct"]),
        (&json!(true), &json!("urn:permitcard:workpermit:1"))
    );
}

#[test]
fn what_cannot_be_exported() {
    let sandbox = Sandbox::start();
    let home = sandbox.home("nobody");
    let client = sandbox.client_path();
    let client = client.to_str().unwrap();
    let sd_jwt = [
        "export", "--format", "sd-jwt", "--client", client, "--aud", "a", "--nonce", "n",
    ];
    at_home(&home, sd_jwt).assert_failed(2, "wallet.not_registered");
    // Options of one form do not go with the other.
    for wrong in [
        &["export", "--format", "sd-jwt"][..],
        &["export", "--format", "mdoc"],
        &["export", "--format", "mdoc", "--session-transcript", "x", "--aud", "a"],
        &["export", "--format", "pdf"],
    ] {
        at_home(&home, wrong).assert_failed(2, "cli.usage");
    }
    let missing = ["export", "--format", "mdoc", "--session-transcript", "/nowhere"];
    at_home(&home, missing).assert_failed(2, "cli.file_unreadable");
    let bad = home.join("transcript.cbor");
    fs::write(&bad, b"\x80").unwrap();
    worker::register(&sandbox, "maria", &home);
    let bad = [
        "export",
        "--format",
        "mdoc",
        "--session-transcript",
        bad.to_str().unwrap(),
    ];
    at_home(&home, bad).assert_failed(2, "input.export_invalid");
}
