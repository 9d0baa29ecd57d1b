//! What the corpora begin with: real tokens, and the vectors of other people.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_benches::{
    bad::forge,
    world::{NONCE, sign},
};
use permitcard_credential::{
    cose::{Sign1, cbor::Limits},
    permit::Credential,
    printed,
    qr::{base45, frames, request, text},
    status::StatusToken,
};

use crate::world::{frozen, hex, presentation, shared};

/// The vectors of other people, of which each target takes what it reads.
macro_rules! vector {
    ($path:literal) => {
        include_bytes!(concat!("../../../vectors/", $path)).as_slice()
    };
}

/// Target, name of the file, content.
pub fn seeds() -> Vec<(&'static str, String, Vec<u8>)> {
    let mut seeds = Vec::new();
    let mut add = |target: &'static str, name: &str, way: Option<u8>, bytes: &[u8]| {
        let content = way.into_iter().chain(bytes.iter().copied()).collect();
        seeds.push((target, name.to_owned(), content));
    };
    let limits = Limits::new(8_192);
    let payload = |token: &[u8]| Sign1::parse(token, &limits).unwrap().payload().to_vec();

    let open = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();

    let (credential, shown) = (frozen!("credential"), frozen!("presentation"));
    add("text", "presentation", None, text::encode(&shown).as_bytes());
    add("text", "printed", None, vector!("permitcard/printed.txt").trim_ascii());
    add(
        "text",
        "request",
        None,
        asked(&request::Wanted::Profile("wp.pol".to_owned())).as_bytes(),
    );
    add(
        "text",
        "request-groups",
        None,
        asked(&request::Wanted::Groups(vec![20, 21, 24])).as_bytes(),
    );
    add(
        "text",
        "frame",
        None,
        frames::encode(&shown, 7, 320).unwrap()[0].as_bytes(),
    );
    add("text", "base45", None, b"%69 VD92EX0");

    for (name, bytes) in [
        ("credential", &credential),
        ("presentation", &shown),
        ("card", &frozen!("card")),
        ("key", &frozen!("issuer-key")),
    ] {
        add("cbor", name, None, bytes);
    }
    add("cbor", "sd-cwt-kbt", None, vector!("sd-cwt/kbt.cbor"));
    add(
        "cbor",
        "all-kinds",
        None,
        &hex("8818ff3903e842010261618101a101026076c11a514b67b0f93c00"),
    );
    add("cbor", "simples", None, &hex("85f4f5f6f7f83b"));

    add("sd_cwt", "credential", Some(0), &credential);
    add("sd_cwt", "credential-test", Some(0), &frozen!("credential-test"));
    add("sd_cwt", "ietf-issuer", Some(0), vector!("sd-cwt/issuer_cwt.cbor"));
    let parsed = Credential::parse(&credential).unwrap();
    let disclosures: Vec<&[u8]> = parsed.sd_cwt().disclosures().iter().map(|one| one.encoded()).collect();
    add("sd_cwt", "disclosures", Some(1), &pieces(&disclosures));
    add(
        "sd_cwt",
        "disclosure-of-a-text",
        Some(1),
        &pieces(&[&hex("83500101010101010101010101010101010101 01 6161")]),
    );
    add(
        "sd_cwt",
        "decoy",
        Some(1),
        &pieces(&[&hex("815001010101010101010101010101010101 01")]),
    );

    add("kbt", "presentation", Some(0), &shown);
    add("kbt", "ietf-kbt", Some(0), vector!("sd-cwt/kbt.cbor"));
    add("kbt", "claims", Some(1), &payload(&presentation()));
    let nonce = forge::binding_claims().set(39, forge::item(|w| w.bytes(NONCE)));
    let all_on = nonce.set(-65_538, forge::item(|w| w.bytes(&[7; 8])));
    add("kbt", "claims-all-on", Some(1), &all_on.encode());
    add(
        "kbt",
        "header",
        Some(2),
        Sign1::parse(&shown, &limits).unwrap().protected(),
    );

    let world = &shared().world;
    let list = sign(world.status_token(256).build(world.status.public_key()), &world.status);
    add("status_list", "token", Some(0), &list);
    add("status_list", "claims", Some(1), &payload(&list));
    for (name, stream) in [
        ("one-bit", "78dadbb918000217015d"),
        ("two-bits", "78da3be9f2130003df0207"),
    ] {
        add("status_list", name, Some(2), &hex(stream));
    }
    add("status_list", "entries", Some(3), &[0, 1, 3, 2, 255, 3, 3, 0]);
    assert!(StatusToken::parse(&list).is_ok());
    let unsigned = world.status_token(256).build_jwt(world.status.public_key());
    let signature = world.status.sign(unsigned.to_sign()).unwrap();
    let jwt = unsigned.finish(&signature);
    add("status_list", "jwt", Some(4), jwt.as_bytes());
    let parts: Vec<Vec<u8>> = jwt.split('.').take(2).map(open).collect();
    add("status_list", "jwt-parts", Some(5), &pieces(&slices(&parts)));

    let mut trust = world.trust_list();
    trust.keys.truncate(3);
    let trust = sign(trust.build(world.root.public_key()).unwrap(), &world.root);
    add("trust_list", "file", Some(0), &trust);
    add("trust_list", "claims", Some(1), &payload(&trust));
    let change = permitcard_credential::snapshot::RootChange {
        new_root: world.issuer.public_key().clone(),
        issued_at: permitcard_benches::world::NOW,
    };
    let change = sign(change.build(world.root.public_key()), &world.root);
    add("trust_list", "root-change", Some(2), &payload(&change));
    add("trust_list", "status-token", Some(4), &list);
    let beacons = permitcard_credential::snapshot::BeaconList {
        uri: "https://sandbox.example/b".to_owned(),
        issued_at: permitcard_benches::world::NOW,
        beacons: vec![permitcard_credential::snapshot::Beacon {
            value: [7; 8],
            published_at: permitcard_benches::world::NOW,
        }],
    };
    let beacons = sign(beacons.build(world.status.public_key()).unwrap(), &world.status);
    add("trust_list", "beacons", Some(3), &payload(&beacons));

    let printed_text = vector!("permitcard/printed.txt").trim_ascii();
    add("claim_169", "printed", Some(0), printed_text);
    add(
        "claim_169",
        "printed-test",
        Some(0),
        vector!("permitcard/printed-test.txt").trim_ascii(),
    );
    let token = printed::decode(std::str::from_utf8(printed_text).unwrap()).unwrap();
    add(
        "claim_169",
        "compressed",
        Some(1),
        &base45::decode(printed_text).unwrap(),
    );
    add("claim_169", "token", Some(2), &token);
    add("claim_169", "claims", Some(3), &payload(&token));
    for (name, json) in [
        ("mosip", vector!("claim-169/ecdsa-p256-signed.json")),
        ("mosip-example", vector!("claim-169/claim169-example.json")),
        ("mosip-bad-zlib", vector!("claim-169/bad-zlib.json")),
        ("mosip-not-cose", vector!("claim-169/not-cose.json")),
    ] {
        let json = std::str::from_utf8(json).unwrap();
        let text = json.split_once("\"qr_data\": \"").unwrap().1.split_once('"').unwrap().0;
        add("claim_169", name, Some(0), text.as_bytes());
    }

    let compact = frozen!("sdjwt");
    add("sd_jwt", "whole", Some(0), &compact);
    let compact = String::from_utf8(compact).unwrap();
    let (jwt, rest) = compact.split_once('~').unwrap();
    let mut parts: Vec<Vec<u8>> = jwt.split('.').take(2).map(open).collect();
    add("sd_jwt", "without-disclosures", Some(1), &pieces(&slices(&parts)));
    parts.extend(rest.split('~').filter(|part| !part.is_empty()).take(3).map(open));
    add("sd_jwt", "three-disclosures", Some(1), &pieces(&slices(&parts)));

    add("mdoc", "whole", Some(0), &frozen!("mdoc"));
    add("mdoc", "transcript", Some(1), &hex("83f6f6f6"));
    add("mdoc", "certificate", Some(2), &certificate(jwt));

    let texts = frames::encode(&shown, 7, 320).unwrap();
    add("frames", "texts", Some(0), texts[1..4].join("\n").as_bytes());
    let cbor: Vec<Vec<u8>> = texts[..3].iter().map(|text| frames::decode(text).unwrap()).collect();
    add("frames", "cbor", Some(1), &pieces(&slices(&cbor)));
    let arriving = [&[0, 40][..], &[9; 16], &shown[..200]].concat();
    add("frames", "arriving", Some(2), &arriving);
    seeds
}

fn asked(wanted: &request::Wanted) -> String {
    let request = request::Request {
        aud: "desk-7".to_owned(),
        nonce: *b"\x01\x23\x45\x67\x89\xab\xcd\xef",
        wanted: wanted.clone(),
    };
    request.encode().unwrap()
}

fn slices(parts: &[Vec<u8>]) -> Vec<&[u8]> {
    parts.iter().map(Vec::as_slice).collect()
}

/// As [`pieces`](crate::pieces) takes them apart.
fn pieces(parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in parts {
        out.extend_from_slice(&u16::try_from(part.len()).unwrap().to_be_bytes());
        out.extend_from_slice(part);
    }
    out
}

/// The first certificate of a JWT's header, in DER.
fn certificate(jwt: &str) -> Vec<u8> {
    let header = String::from_utf8(URL_SAFE_NO_PAD.decode(jwt.split('.').next().unwrap()).unwrap()).unwrap();
    let text = header.split_once("\"x5c\":[\"").unwrap().1.split_once('"').unwrap().0;
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}
