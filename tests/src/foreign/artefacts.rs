use std::path::Path;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use permitcard_authority::admin::PermitEvent;
use permitcard_credential::{
    cose::{Jwk, cbor::Writer},
    mdoc::{self, IssuerSigned},
    permit::{Credential, Element, PresentInput, Profile, present},
    printed,
    qr::text,
    sdjwt::{self, SdJwt},
};
use permitcard_crypto::{
    ecdsa::{Curve, SigningKey},
    hash::sha256,
};
use permitcard_protocol::{
    endpoints,
    issuance::{CONFIGURATION_MDOC, CONFIGURATION_SD_CWT, CONFIGURATION_SD_JWT},
    oauth::CLIENT_ID,
};
use serde_json::{Value, json};

use super::Registered;
use crate::sandbox::Sandbox;

/// Whom a presentation is for.
const VERIFIER: &str = "https://verifier.example";
const NONCE: &str = "n-0S6_WzA2Mj";
/// Where a response to OpenID4VP goes.
const RESPONSE_URI: &str = "https://verifier.example/response";

/// The simple value `null`.
const NULL: u8 = 22;

/// Everything that the foreign readers get, from a running authority: one JSON document. Bytes are base64url.
///
/// The first person's credentials are suspended at the end; the second person's authorization code is still to be used.
pub fn artefacts(sandbox: &Sandbox) -> Value {
    let mut holder = Registered::new(sandbox, "maria", CONFIGURATION_SD_CWT);
    let token = holder.token();
    let key = SigningKey::generate(Curve::P256).expect("a key");
    let credential = bytes(&holder.credential(&token, CONFIGURATION_SD_CWT, &key));
    let issuer_signed = bytes(&holder.credential(&token, CONFIGURATION_MDOC, &key));
    let sd_jwt = holder.credential(&token, CONFIGURATION_SD_JWT, &key);
    let paper = holder.get(&token, endpoints::PRINTED);
    let paper_with_portrait = holder.get(&token, endpoints::PRINTED_PORTRAIT);
    let now = std::time::UNIX_EPOCH.elapsed().expect("a time").as_secs() as i64;
    sandbox
        .admin
        .event(PermitEvent::Suspend, "maria")
        .expect("she is suspended");

    let file = sandbox.client();
    json!({
        "url": file.url,
        "keys": {
            "issuer": public_key(&sandbox.data, "issuer"),
            "status": public_key(&sandbox.data, "status"),
        },
        "iaca": read(&sandbox.data.join("iaca.pem")),
        "sd_cwt": sd_cwt(&credential, &key, now),
        "printed": [printed::encode(&paper), printed::encode(&paper_with_portrait)],
        "mdoc": mobile_document(&issuer_signed, &key),
        "sd_jwt": sd_jwt_vc(&sd_jwt, &key, now),
        "openid4vci": authorization_code(sandbox),
    })
}

/// The presentation to an employer, as the text of its QR.
fn sd_cwt(credential: &[u8], key: &SigningKey, now: i64) -> Value {
    let parsed = Credential::parse(credential).expect("a credential");
    let profile = Profile::Employer;
    let input = PresentInput {
        groups: profile.groups(),
        aud: profile.aud(),
        iat: now,
        exp: now + 60,
        nonce: Some(b"493817"),
        beacon: None,
    };
    let unsigned = present(&parsed, &input).expect("a presentation");
    let signature = key.sign(unsigned.to_sign()).expect("a signature");
    json!({
        "text": text::encode(&unsigned.finish(&signature).expect("a token")),
        "credential": encoded(credential),
        "iss": parsed.iss(),
        "groups": profile.groups().iter().map(|group| group.label()).collect::<Vec<_>>(),
    })
}

fn mobile_document(issuer_signed: &[u8], key: &SigningKey) -> Value {
    let parsed = IssuerSigned::parse(issuer_signed).expect("an issuer-signed part");
    let shown = Element::shown(Profile::Employer.groups());
    let transcript = session_transcript();
    let unsigned = mdoc::respond(&parsed, &shown, &transcript).expect("a response");
    let signature = key.sign(unsigned.to_sign()).expect("a signature");
    json!({
        "issuer_signed": encoded(issuer_signed),
        "response": encoded(&unsigned.finish(&signature).expect("a response")),
        "transcript": encoded(&transcript),
        "handover": { "clientId": VERIFIER, "nonce": NONCE, "responseUri": RESPONSE_URI },
        "namespace": mdoc::NAMESPACE,
        "doc_type": parsed.doc_type(),
        "elements": shown.iter().map(|element| element.mdoc_name()).collect::<Vec<_>>(),
        "status": { "idx": parsed.status_idx(), "uri": parsed.status_uri() },
    })
}

/// `SessionTranscript` of OpenID4VP 1.0, B.2.6.1: no engagement, no reader's key, the hash of what the verifier asked with.
fn session_transcript() -> Vec<u8> {
    let mut info = Writer::with_capacity(128);
    info.array(4).text(VERIFIER).text(NONCE).simple(NULL).text(RESPONSE_URI);
    let mut transcript = Writer::with_capacity(64);
    transcript.array(3).simple(NULL).simple(NULL).array(2);
    transcript.text("OpenID4VPHandover").bytes(&sha256(info.as_bytes()));
    transcript.into_bytes()
}

fn sd_jwt_vc(sd_jwt: &str, key: &SigningKey, now: i64) -> Value {
    let parsed = SdJwt::parse(sd_jwt).expect("an SD-JWT");
    let shown = Element::shown(Profile::Employer.groups());
    let input = sdjwt::PresentInput {
        elements: &shown,
        aud: VERIFIER,
        nonce: NONCE,
        iat: now,
    };
    let unsigned = sdjwt::present(&parsed, &input).expect("a presentation");
    let signature = key.sign(unsigned.to_sign()).expect("a signature");
    json!({
        "sd_jwt": sd_jwt,
        "presentation": unsigned.finish(&signature).expect("a presentation"),
        "aud": VERIFIER,
        "nonce": NONCE,
        "claims": shown.iter().map(|element| element.claim_name()).collect::<Vec<_>>(),
        "hidden": "social_security_number",
        "status": { "idx": parsed.status_idx(), "uri": parsed.status_uri() },
    })
}

/// What a wallet of other people needs to go on from here.
fn authorization_code(sandbox: &Sandbox) -> Value {
    let registered = Registered::new(sandbox, "sean", CONFIGURATION_SD_JWT);
    json!({
        "client_id": CLIENT_ID,
        "configurations": [CONFIGURATION_SD_CWT, CONFIGURATION_MDOC, CONFIGURATION_SD_JWT],
        "code": registered.code,
        "code_verifier": registered.code_verifier,
        "dpop_key": STANDARD.encode(registered.client.key().to_pkcs8().as_slice()),
    })
}

fn public_key(data: &Path, name: &str) -> Value {
    let pkcs8 = std::fs::read(data.join(format!("keys/{name}.p8"))).expect("a key file");
    let key = SigningKey::from_pkcs8(Curve::P256, &pkcs8).expect("a key");
    serde_json::to_value(Jwk::from_public_key(key.public_key())).expect("JSON")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a file")
}

fn bytes(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("base64url")
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
