//! Status lists, trust lists and whole snapshots that cannot be.

use permitcard_credential::{
    cose::{Typ, Unsigned, jws},
    permit::Day,
    snapshot::{BeaconList, Snapshot, TrustList},
    status::StatusToken,
};
use permitcard_crypto::ecdsa::PublicKey;

use super::{
    ACCEPTED, Case,
    forge::{self, item},
    texts::bomb,
};
use crate::world::{NOW, URI, World, employer, sample, sign};

const MIB: usize = 1 << 20;

pub(super) fn cases(world: &World) -> Vec<Case> {
    let mut cases = status(world);
    cases.extend(status_jwt(world));
    cases.extend(beacons(world));
    cases.extend(snapshots(world));
    cases
}

/// The token of a status list with any `lst`, signed by the status key.
fn status_list(world: &World, bits: u64, lst: &[u8]) -> Vec<u8> {
    let payload = item(|w| {
        w.map(5).int(2).text(URI).int(4).int(NOW + 600).int(6).int(NOW - 600);
        w.int(65_533).map(2).text("lst").bytes(lst).text("bits").uint(bits);
        w.int(65_534).uint(600)
    });
    status_token(world, &payload)
}

/// Any claims as a status list token, signed by the status key.
pub fn status_token(world: &World, payload: &[u8]) -> Vec<u8> {
    let public = world.status.public_key();
    let kid = permitcard_credential::cose::key_id(public);
    let algorithm = permitcard_credential::cose::Algorithm::of_curve(public.curve());
    let typ = Typ::Text("application/statuslist+cwt");
    sign(Unsigned::with_typ(algorithm, Some(&kid), typ, payload), &world.status)
}

fn opened(name: &'static str, code: &'static str, token: Vec<u8>, signer: &PublicKey) -> Case {
    let signer = signer.clone();
    Case::new(name, code, move || {
        let opened = StatusToken::parse(&token).and_then(|signed| signed.open(&signer));
        opened.map_or_else(|error| error.code(), |_| ACCEPTED)
    })
}

fn status(world: &World) -> Vec<Case> {
    let signer = world.status.public_key();
    let deep = item(|w| w.map(1).int(99).raw(&forge::nested(10_000)));
    let envelope = {
        let mut bytes = status_list(world, 2, &bomb(0));
        // The unprotected header, an empty map, is where a stranger may write without a signature.
        let at = bytes
            .windows(2)
            .position(|pair| pair[0] == 0xa0 && pair[1] >> 5 == 2)
            .unwrap();
        bytes.splice(at..=at, deep.iter().copied());
        bytes
    };
    let announced = |head: &[u8]| {
        // A byte string of 4 GiB where the payload should be.
        let good = status_list(world, 2, &bomb(0));
        let at = good
            .windows(2)
            .position(|pair| pair[0] == 0xa0 && pair[1] >> 5 == 2)
            .unwrap();
        [&good[..=at], head].concat()
    };
    vec![
        opened(
            "zlib bomb of 256 MiB as a status list",
            "status.too_large",
            status_list(world, 2, &bomb(256 * MIB)),
            signer,
        ),
        opened(
            "status list one mebibyte too long",
            "status.too_large",
            status_list(world, 8, &bomb(2 * MIB)),
            signer,
        ),
        opened(
            "status list cut off",
            "status.inflate_failed",
            status_list(world, 2, &bomb(MIB)[..100]),
            signer,
        ),
        opened(
            "status list of three bits",
            "status.bits_invalid",
            status_list(world, 3, &bomb(0)),
            signer,
        ),
        opened("status token of 64 MiB", "cbor.too_long", vec![0; 64 * MIB], signer),
        opened(
            "10,000 nested arrays in a status token",
            "cbor.too_deep",
            envelope,
            signer,
        ),
        opened(
            "payload of 4 GiB announced in a status token",
            "cbor.malformed",
            announced(b"\x5b\0\0\0\x01\0\0\0\0"),
            signer,
        ),
        opened(
            "status token of another type",
            "cose.malformed",
            world.credential(&sample(true)),
            signer,
        ),
        opened("nothing as a status token", "cbor.malformed", Vec::new(), signer),
    ]
}

/// A status list token as JWT with any header and claims, signed by the status key.
pub fn signed_jwt(world: &World, header: &str, claims: &str) -> String {
    let input = jws::signing_input(header, claims);
    jws::compact(&input, &world.status.sign(input.as_bytes()).unwrap())
}

fn status_jwt(world: &World) -> Vec<Case> {
    let opened = |name: &'static str, code: &'static str, token: String| {
        let signer = world.status.public_key().clone();
        Case::new(name, code, move || {
            let opened = StatusToken::parse_jwt(&token).and_then(|signed| signed.open(&signer));
            opened.map_or_else(|error| error.code(), |_| ACCEPTED)
        })
    };
    const HEADER: &str = r#"{"alg":"ES256","typ":"statuslist+jwt"}"#;
    let claims = |lst: &[u8]| {
        let lst = forge::base64url(lst);
        let (iat, exp) = (NOW - 600, NOW + 600);
        format!(r#"{{"sub":"{URI}","iat":{iat},"exp":{exp},"status_list":{{"bits":2,"lst":"{lst}"}}}}"#)
    };
    let deep = format!(r#"{{"x":{}{}}}"#, "[".repeat(700), "]".repeat(700));
    let good = claims(&bomb(0));
    let twice = good.replace(r#""iat""#, r#""exp":1,"iat""#);
    vec![
        opened(
            "zlib bomb of 256 MiB as a status list in a JWT",
            "status.too_large",
            signed_jwt(world, HEADER, &claims(&bomb(256 * MIB))),
        ),
        opened("status JWT of 64 MiB", "cose.too_long", "A".repeat(64 * MIB)),
        opened(
            "700 nested arrays in the header of a status JWT",
            "cose.malformed",
            signed_jwt(world, &deep, &good),
        ),
        opened(
            "claim twice in a status JWT",
            "status.claims_invalid",
            signed_jwt(world, HEADER, &twice),
        ),
        opened(
            "unknown algorithm of a status JWT",
            "cose.algorithm_unsupported",
            signed_jwt(world, r#"{"alg":"none","typ":"statuslist+jwt"}"#, &good),
        ),
    ]
}

fn beacons(world: &World) -> Vec<Case> {
    let opened = |name: &'static str, code: &'static str, payload: &[u8]| {
        let public = world.status.public_key();
        let typ = Typ::Text("application/vnd.permitcard.beacons+cwt");
        let algorithm = permitcard_credential::cose::Algorithm::of_curve(public.curve());
        let kid = permitcard_credential::cose::key_id(public);
        let token = sign(Unsigned::with_typ(algorithm, Some(&kid), typ, payload), &world.status);
        let signer = public.clone();
        Case::new(name, code, move || {
            let opened = BeaconList::parse(&token).and_then(|signed| signed.open(&signer));
            opened.map_or_else(|error| error.code(), |_| ACCEPTED)
        })
    };
    let values = |count: i64, later: i64| {
        let values: Vec<Vec<u8>> = (0..count)
            .map(|at| item(|w| w.array(2).bytes(&at.to_be_bytes()).int(NOW - 3_600 + at * later)))
            .collect();
        item(|w| {
            w.map(3).int(2).text("https://sandbox.example/b").int(6).int(NOW);
            w.int(-65_538).array(values.len()).raw(&values.concat())
        })
    };
    vec![
        opened("thirty-one beacon values", "cbor.too_many", &values(31, 1)),
        opened("beacon values of one time", "snapshot.beacons_invalid", &values(2, 0)),
        opened(
            "beacon value of the future",
            "snapshot.beacons_invalid",
            &values(2, 7_200),
        ),
        opened("no beacon value", "snapshot.beacons_invalid", &values(0, 1)),
    ]
}

fn parsed(name: &'static str, code: &'static str, file: Vec<u8>, root: &PublicKey) -> Case {
    let root = root.clone();
    Case::new(name, code, move || {
        Snapshot::parse(&file, &root, NOW).map_or_else(|error| error.code(), |_| ACCEPTED)
    })
}

fn snapshots(world: &World) -> Vec<Case> {
    let root = world.root.public_key();
    let trust = world.trust_list();
    let signed = |trust: &TrustList| sign(trust.build(root).unwrap(), &world.root);
    let status = world.status_token(1 << 10);
    let status_signed = sign(status.build(world.status.public_key()), &world.status);
    let lower = TrustList {
        serial: trust.serial - 1,
        ..trust.clone()
    };
    let tomorrow = TrustList {
        issued_at: NOW + Day::SECONDS,
        expires_at: NOW + 2 * Day::SECONDS,
        ..trust.clone()
    };
    let late = StatusToken {
        issued_at: NOW + Day::SECONDS,
        expires_at: NOW + 2 * Day::SECONDS,
        ..status.clone()
    };
    let good = signed(&trust);
    let with = |more: &[&[u8]]| [&[good.as_slice()], more].concat().concat();
    let other_root = sign(trust.build(world.issuer.public_key()).unwrap(), &world.issuer);
    let mut cases = vec![
        parsed(
            "trust list with a lower serial behind another",
            "snapshot.serial_not_rising",
            with(&[&signed(&lower)]),
            root,
        ),
        parsed(
            "trust list with the same serial behind another",
            "snapshot.serial_not_rising",
            with(&[&signed(&trust)]),
            root,
        ),
        parsed(
            "trust list of the future",
            "snapshot.from_future",
            signed(&tomorrow),
            root,
        ),
        parsed(
            "status list of the future",
            "snapshot.from_future",
            with(&[&sign(late.build(world.status.public_key()), &world.status)]),
            root,
        ),
        parsed(
            "trust list of another root",
            "snapshot.root_signature_invalid",
            other_root,
            root,
        ),
        parsed(
            "status list twice",
            "snapshot.duplicate",
            with(&[&status_signed, &status_signed]),
            root,
        ),
        parsed("snapshot of 64 MiB", "snapshot.too_large", vec![0x81; 64 * MIB], root),
        parsed(
            "10,000 nested arrays as a snapshot",
            "cbor.too_deep",
            forge::nested(10_000),
            root,
        ),
        parsed(
            "map of 2^32 entries announced in a snapshot",
            "cbor.too_many",
            with(&[b"\xbb\0\0\0\x01\0\0\0\0"]),
            root,
        ),
        parsed(
            "half an item behind a snapshot",
            "cbor.malformed",
            with(&[&good[..good.len() / 2]]),
            root,
        ),
    ];
    // A snapshot whose list goes by another name says nothing about the credential.
    let other = StatusToken {
        uri: "https://sandbox.example/s/2".to_owned(),
        ..status
    };
    let snapshot = std::rc::Rc::new(world.snapshot_of(&world.snapshot_file(&trust, &other)));
    let text = world.text(&world.credential(&sample(true)), &employer(None, None));
    cases.push(super::verified(
        "status list for another URI",
        "verdict.status_unknown",
        text,
        &snapshot,
    ));
    cases
}
