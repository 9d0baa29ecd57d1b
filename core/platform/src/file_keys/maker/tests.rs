use super::*;
use crate::{DeviceKeys, KeyLevel, KeyPurpose, KeySpec, file_keys::FileKeys};

/// What an authority keeps as `test-key-maker.pem`, and the certificate in it.
fn file() -> (String, Vec<u8>) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, TEST_KEY_MAKER);
    let certificate = params.self_signed(&key).unwrap();
    let pem = format!("{}{}", key.serialize_pem(), certificate.pem());
    (pem, certificate.der().to_vec())
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn signing_keys_are_attested_for_a_nonce_and_stay_keys_in_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let (pem, above) = file();
    let store = FileKeys::open(dir.path())
        .unwrap()
        .attested_by(TestKeyMaker::from_pem(pem.as_bytes()).unwrap());
    let make = |purpose, nonce: &[u8]| {
        let spec = KeySpec { purpose };
        store.create_many(spec, 1, nonce.to_vec()).unwrap().remove(0)
    };
    let key = make(KeyPurpose::Presentation, b"the-nonce");
    assert_eq!(key.level, KeyLevel::File);
    let [leaf, rest @ ..] = key.attestation.as_slice() else {
        panic!("no chain");
    };
    assert_eq!(rest, [above]);
    assert!(contains(leaf, &key.public_key) && contains(leaf, b"the-nonce"));
    for (purpose, nonce) in [
        (KeyPurpose::Presentation, b"".as_slice()),
        (KeyPurpose::Wrapping, b"the-nonce"),
    ] {
        assert!(make(purpose, nonce).attestation.is_empty(), "{purpose:?}");
    }
    // What is kept is the key alone.
    assert!(store.list().unwrap().iter().all(|key| key.attestation.is_empty()));
}

/// `KeyDescription` as Android writes it: what the authority reads stands where it looks.
#[test]
fn the_form_of_a_description_is_frozen() {
    let expected: &[u8] = &[
        0x30, 0x25, 0x02, 0x02, 0x00, 0xc8, 0x0a, 0x01, 0x00, 0x02, 0x02, 0x00, 0xc8, 0x0a, 0x01, 0x00, 0x04, 0x01,
        b'n', 0x04, 0x00, 0x30, 0x0e, 0xa1, 0x05, 0x31, 0x03, 0x02, 0x01, 0x02, 0xbf, 0x85, 0x3e, 0x03, 0x02, 0x01,
        0x00, 0x30, 0x00,
    ];
    assert_eq!(description(b"n"), expected);
}

#[test]
fn what_is_no_maker() {
    let (pem, _) = file();
    let key_only = pem.split("-----BEGIN CERTIFICATE-----").next().unwrap();
    for text in ["", "no pem", key_only] {
        assert!(TestKeyMaker::from_pem(text.as_bytes()).is_err());
    }
    let dir = tempfile::tempdir().unwrap();
    assert!(TestKeyMaker::read(&dir.path().join("missing")).is_err());
    assert_eq!(
        format!("{:?}", TestKeyMaker::from_pem(pem.as_bytes()).unwrap()),
        "TestKeyMaker"
    );
}
