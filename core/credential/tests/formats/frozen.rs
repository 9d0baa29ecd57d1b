//! Bytes that must never change without a new version number and an ADR. `UPDATE_VECTORS=1` makes them anew, under new
//! keys of which only the public parts are kept. That issuing gives exactly these bytes again from the same salts and
//! signatures is tested inside the crate, where salts can be given.

use crate::sample::*;
use permitcard_credential::{
    cose::{decode_key, encode_key},
    permit::{
        Credential, Day, Disclosed, Group, Permit, Portrait, PortraitFormat, PresentInput, Presentation, Profile,
        card::{self, Card},
    },
};
use permitcard_crypto::ecdsa::PublicKey;

const ALL_ON: PresentInput<'static> = PresentInput {
    groups: &[Group::Person, Group::Employment],
    aud: "wp.emp",
    iat: NOW,
    exp: NOW + 60,
    nonce: Some(NONCE),
    beacon: Some(BEACON),
};

/// The other corner: the test flag, a portrait, and three decoys.
fn sandbox() -> Permit {
    Permit {
        test: true,
        portrait: Some(Portrait {
            bytes: b"\x89PNG\r\n\x1a\n".to_vec(),
            format: PortraitFormat::Png,
        }),
        employment: None,
        social_security: None,
        file: None,
        ..sample()
    }
}

fn card(holder: PublicKey) -> Card {
    Card {
        iss: ISS.into(),
        version: 7,
        tier: 2,
        iat: NOW,
        permit: sample(),
        portrait_hash: [0x5a; 32],
        portrait_format: PortraitFormat::Jpeg,
        holder,
    }
}

fn update() {
    if std::env::var_os("UPDATE_VECTORS").is_none() {
        return;
    }
    let keys = Keys::new();
    let write = |name: &str, bytes: &[u8]| {
        let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let lines: Vec<_> = text.as_bytes().chunks(96).map(String::from_utf8_lossy).collect();
        std::fs::write(frozen_path(name), lines.join("\n") + "\n").unwrap();
    };
    let credential = issued(&input(&sample(), keys.holder.public_key()), &keys);
    write("presentation", &presented(&credential, &ALL_ON, &keys));
    write("credential", &credential);
    write(
        "credential-test",
        &issued(&input(&sandbox(), keys.holder.public_key()), &keys),
    );
    let unsigned = card::build(&card(keys.holder.public_key().clone()), keys.issuer()).unwrap();
    let signature = keys.issuer.sign(unsigned.to_sign()).unwrap();
    write("card", &unsigned.finish(&signature).unwrap());
    write("issuer-key", &encode_key(keys.issuer()));
}

#[test]
fn frozen_objects_verify_and_mean_the_same() {
    update();
    let issuer = decode_key(&frozen("issuer-key")).unwrap();

    for (name, permit) in [("credential", sample()), ("credential-test", sandbox())] {
        let bytes = frozen(name);
        let credential = Credential::parse(&bytes).unwrap();
        credential.check_issuer(&issuer).unwrap();
        credential.check_complete().unwrap();
        assert_eq!(credential.permit().unwrap(), permit);
        assert_eq!(
            (credential.iss(), credential.sub(), credential.test()),
            (ISS, "k3F9q-Zx", permit.test)
        );
        assert_eq!(credential.iat(), Day::of_unix(NOW - 5 * Day::SECONDS).start());
        assert_eq!(credential.exp(), NOW + 20 * Day::SECONDS);
        assert_eq!((credential.status_idx(), credential.status_uri()), (88_231, STATUS_URI));
        assert_eq!(credential.status().idx, 88_231);
        assert_eq!(
            &credential.kid()[..],
            &permitcard_crypto::hash::sha256(&frozen("issuer-key"))[..8]
        );
    }

    let bytes = frozen("presentation");
    let presentation = Presentation::parse(&bytes).unwrap();
    presentation.credential().check_issuer(&issuer).unwrap();
    presentation.check_holder().unwrap();
    assert_eq!(
        (presentation.aud(), presentation.iat(), presentation.exp()),
        ("wp.emp", NOW, NOW + 60)
    );
    assert_eq!(
        (presentation.nonce(), presentation.beacon()),
        (Some(NONCE), Some(BEACON))
    );
    let Permit {
        test,
        category,
        valid_until,
        restrictions,
        person,
        employment,
        ..
    } = sample();
    let expected = Disclosed {
        test,
        category,
        valid_until,
        restrictions,
        person: Some(person),
        employment,
        portrait: None,
        social_security: None,
        file: None,
    };
    assert_eq!(presentation.disclosed().unwrap(), expected);
    assert_eq!(Profile::from_aud(presentation.aud()), Some(Profile::Employer));

    let bytes = frozen("card");
    assert_eq!(card::claimed_issuer(&bytes).unwrap().iss, ISS);
    let read = card::parse(&bytes, &issuer).unwrap();
    assert_eq!(read, card(presentation.credential().holder_key().clone()));
}
