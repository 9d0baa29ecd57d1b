use permitcard_credential::cose::jws;
use permitcard_crypto::ecdsa::{Curve, SigningKey};
use permitcard_platform::file_keys::TestKeyMaker;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, IsCa, Issuer, KeyPair, PKCS_ECDSA_P256_SHA256,
};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use serde_json::json;
use yasna::Tag;

use super::*;

const NOW: i64 = 1_790_000_000;
const NONCE: &str = "the-nonce-of-this-request";
const OID: &[u64] = &[1, 3, 6, 1, 4, 1, 11129, 2, 1, 17];

/// A maker of phones: a root, and what signs the certificates of keys.
struct Maker {
    root: Vec<u8>,
    middle: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(2040, 1, 1);
    params
}

fn authority(name: &str) -> CertificateParams {
    let mut params = params(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

impl Maker {
    fn new() -> Self {
        let (root_key, middle_key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let root = authority("root").self_signed(&root_key).unwrap();
        let root_issuer = Issuer::new(authority("root"), root_key);
        let middle = authority("middle").signed_by(&middle_key, &root_issuer).unwrap();
        Self {
            root: root.der().to_vec(),
            middle: middle.der().to_vec(),
            issuer: Issuer::new(authority("middle"), middle_key),
        }
    }

    fn roots(&self, most: ProvenLevel) -> Roots {
        Roots::new(vec![Root {
            certificate: CertificateDer::from(self.root.clone()),
            most,
        }])
    }

    /// The chain of a key, with this description.
    fn chain(&self, key: &SigningKey, description: Option<Vec<u8>>) -> Vec<Vec<u8>> {
        self.chain_of(key, description, params("key"))
    }

    fn chain_of(&self, key: &SigningKey, description: Option<Vec<u8>>, mut params: CertificateParams) -> Vec<Vec<u8>> {
        if let Some(description) = description {
            params.custom_extensions = vec![CustomExtension::from_oid_content(OID, description)];
        }
        let leaf = params.signed_by(&pair(key), &self.issuer).unwrap();
        vec![leaf.der().to_vec(), self.middle.clone(), self.root.clone()]
    }
}

fn pair(key: &SigningKey) -> KeyPair {
    let pkcs8 = key.to_pkcs8();
    KeyPair::from_pkcs8_der_and_sign_algo(&PrivatePkcs8KeyDer::from(pkcs8.to_vec()), &PKCS_ECDSA_P256_SHA256).unwrap()
}

/// What hardware says about a key that signs and was made there.
const MADE_HERE: &[(u64, i64)] = &[(1, 2), (702, 0)];

fn description(levels: (i64, i64), challenge: &[u8], in_hardware: &[(u64, i64)]) -> Vec<u8> {
    yasna::construct_der(|writer| {
        writer.write_sequence(|items| {
            items.next().write_i64(200);
            items.next().write_enum(levels.0);
            items.next().write_i64(200);
            items.next().write_enum(levels.1);
            items.next().write_bytes(challenge);
            items.next().write_bytes(b"");
            items.next().write_sequence(|list| {
                list.next()
                    .write_tagged(Tag::context(701), |tagged| tagged.write_i64(1));
            });
            items.next().write_sequence(|list| {
                for (tag, number) in in_hardware {
                    list.next().write_tagged(Tag::context(*tag), |tagged| match tag {
                        1 => tagged.write_set_of(|set| set.next().write_i64(*number)),
                        _ => tagged.write_i64(*number),
                    });
                }
            });
        });
    })
}

fn good(levels: (i64, i64)) -> Vec<u8> {
    description(levels, NONCE.as_bytes(), MADE_HERE)
}

fn new_key() -> SigningKey {
    SigningKey::generate(Curve::P256).unwrap()
}

fn jwk(key: &SigningKey) -> Jwk {
    Jwk::from_public_key(key.public_key())
}

/// An attestation as a wallet sends it, after a change.
fn sent(key: &SigningKey, chain: &[Vec<u8>], bend: impl Fn(&mut serde_json::Value, &mut serde_json::Value)) -> String {
    let x5c: Vec<String> = chain.iter().map(|der| STANDARD.encode(der)).collect();
    let mut header = json!({ "typ": "key-attestation+jwt", "alg": "ES256", "x5c": x5c });
    let mut claims = json!({ "iat": NOW, "exp": NOW + 60, "attested_keys": [jwk(key)], "nonce": NONCE });
    bend(&mut header, &mut claims);
    let input = jws::signing_input(&header.to_string(), &claims.to_string());
    jws::compact(&input, &key.sign(input.as_bytes()).unwrap())
}

fn judged(key: &SigningKey, text: &str, roots: &Roots, policy: AttestationPolicy) -> Result<ProvenLevel, WireCode> {
    let expected = Expected {
        key: key.public_key(),
        jwk: &jwk(key),
        nonce: NONCE,
        now: NOW,
    };
    judge(text, &expected, roots, policy)
}

/// Refused whatever the policy.
#[track_caller]
fn refused(what: &str, key: &SigningKey, text: &str, roots: &Roots) {
    for policy in [AttestationPolicy::Recorded, AttestationPolicy::Required] {
        let judged = judged(key, text, roots, policy);
        assert_eq!(judged, Err(WireCode::AttestationInvalid), "{what} {policy:?}");
    }
}

/// Proves nothing: good enough only where nothing has to be proven.
#[track_caller]
fn unproven(what: &str, key: &SigningKey, text: &str, roots: &Roots) {
    let recorded = judged(key, text, roots, AttestationPolicy::Recorded);
    assert_eq!(recorded, Ok(ProvenLevel::Unproven), "{what}");
    let required = judged(key, text, roots, AttestationPolicy::Required);
    assert_eq!(required, Err(WireCode::AttestationInvalid), "{what}");
}

#[test]
fn the_level_is_the_least_that_anybody_stands_behind() {
    use ProvenLevel::{SecureElement, Software, TrustedEnvironment};
    let (maker, key) = (Maker::new(), new_key());
    for (levels, most, proven) in [
        ((2, 2), SecureElement, SecureElement),
        ((1, 1), SecureElement, TrustedEnvironment),
        ((2, 1), SecureElement, TrustedEnvironment),
        ((1, 2), SecureElement, TrustedEnvironment),
        ((0, 2), SecureElement, Software),
        ((9, 9), SecureElement, Software),
        ((2, 2), TrustedEnvironment, TrustedEnvironment),
        // A root of the sandbox is believed no more than this.
        ((2, 2), Software, Software),
    ] {
        let text = sent(&key, &maker.chain(&key, Some(good(levels))), |_, _| {});
        for policy in [AttestationPolicy::Recorded, AttestationPolicy::Required] {
            let judged = judged(&key, &text, &maker.roots(most), policy);
            assert_eq!(judged, Ok(proven), "{levels:?} {most:?}");
        }
    }
}

#[test]
fn a_key_that_came_from_outside_or_does_not_sign_is_a_software_key() {
    let (maker, key) = (Maker::new(), new_key());
    for list in [
        &[][..],
        &[(1, 2)],
        &[(702, 0)],
        // Imported.
        &[(1, 2), (702, 2)],
        // For decryption.
        &[(1, 1), (702, 0)],
    ] {
        let chain = maker.chain(&key, Some(description((2, 2), NONCE.as_bytes(), list)));
        let roots = maker.roots(ProvenLevel::SecureElement);
        let judged = judged(
            &key,
            &sent(&key, &chain, |_, _| {}),
            &roots,
            AttestationPolicy::Required,
        );
        assert_eq!(judged, Ok(ProvenLevel::Software), "{list:?}");
    }
}

#[test]
fn what_contradicts_itself_or_the_request_is_refused() {
    let (maker, key, other) = (Maker::new(), new_key(), new_key());
    let roots = maker.roots(ProvenLevel::SecureElement);
    let chain = maker.chain(&key, Some(good((1, 1))));
    assert!(
        judged(
            &key,
            &sent(&key, &chain, |_, _| {}),
            &roots,
            AttestationPolicy::Required
        )
        .is_ok()
    );
    let check = |what: &str, bend: &dyn Fn(&mut serde_json::Value, &mut serde_json::Value)| {
        refused(what, &key, &sent(&key, &chain, bend), &roots);
    };
    check("nonce", &|_, claims| claims["nonce"] = json!("another"));
    check("no nonce", &|_, claims| {
        claims.as_object_mut().unwrap().remove("nonce");
    });
    check("over", &|_, claims| claims["exp"] = json!(NOW - 1));
    check("another key", &|_, claims| {
        claims["attested_keys"] = json!([jwk(&other)])
    });
    check("two keys", &|_, claims| {
        claims["attested_keys"] = json!([jwk(&key), jwk(&other)])
    });
    check("no key", &|_, claims| claims["attested_keys"] = json!([]));
    check("typ", &|header, _| header["typ"] = json!("openid4vci-proof+jwt"));
    check("alg", &|header, _| header["alg"] = json!("ES384"));
    check("no chain", &|header, _| header["x5c"] = json!([]));
    check("no base64", &|header, _| header["x5c"][0] = json!("~"));
    check("no certificate", &|header, _| header["x5c"][0] = json!("MAA="));
    check("too many", &|header, _| {
        header["x5c"] = json!(vec![header["x5c"][0].clone(); 7])
    });
    check("too long", &|header, _| {
        header["x5c"][1] = json!(STANDARD.encode(vec![0x30; 4_097]))
    });

    // The challenge that the phone signed is that of another request: an attestation that was replayed.
    let replayed = maker.chain(&key, Some(description((1, 1), b"of-yesterday", MADE_HERE)));
    refused("replayed", &key, &sent(&key, &replayed, |_, _| {}), &roots);
    // The chain of another phone's key, signed with the own one.
    let foreign = maker.chain(&other, Some(good((1, 1))));
    refused("another phone's", &key, &sent(&key, &foreign, |_, _| {}), &roots);
    // The whole attestation of another phone's key.
    let of_other = sent(&other, &foreign, |_, _| {});
    refused("another phone's whole", &key, &of_other, &roots);
    let broken = maker.chain(&key, Some(b"no description".to_vec()));
    refused("broken", &key, &sent(&key, &broken, |_, _| {}), &roots);
}

#[test]
fn what_nobody_trusted_stands_behind_proves_nothing() {
    let (maker, key) = (Maker::new(), new_key());
    let roots = maker.roots(ProvenLevel::SecureElement);
    let chain = maker.chain(&key, Some(good((2, 2))));
    let check = |what: &str, chain: &[Vec<u8>]| unproven(what, &key, &sent(&key, chain, |_, _| {}), &roots);

    let stranger = Maker::new();
    check("foreign root", &stranger.chain(&key, Some(good((2, 2)))));
    unproven(
        "no roots",
        &key,
        &sent(&key, &chain, |_, _| {}),
        &Roots::new(Vec::new()),
    );
    check("without what is between", &[chain[0].clone(), chain[2].clone()]);
    check("alone", &chain[..1]);
    check("without a description", &maker.chain(&key, None));
    let mut old = params("key");
    old.not_after = rcgen::date_time_ymd(2026, 9, 1);
    check("expired", &maker.chain_of(&key, Some(good((2, 2))), old));
    let mut early = params("key");
    early.not_before = rcgen::date_time_ymd(2027, 1, 1);
    check("not yet", &maker.chain_of(&key, Some(good((2, 2))), early));
    // The last bytes are the signature.
    let mut forged = chain.clone();
    *forged[0].last_mut().unwrap() ^= 1;
    check("forged", &forged);
}

#[test]
fn an_attested_key_attests_no_other() {
    let (maker, key, inner) = (Maker::new(), new_key(), new_key());
    let chain = maker.chain(&inner, Some(good((2, 2))));
    let below = Issuer::new(params("key"), pair(&inner));
    let mut leaf = params("below");
    leaf.custom_extensions = vec![CustomExtension::from_oid_content(OID, good((2, 2)))];
    let leaf = leaf.signed_by(&pair(&key), &below).unwrap();
    let longer = [vec![leaf.der().to_vec()], chain].concat();
    let roots = maker.roots(ProvenLevel::SecureElement);
    unproven("below a key", &key, &sent(&key, &longer, |_, _| {}), &roots);
}

#[test]
fn the_key_store_in_a_file_is_attested_as_software() {
    let dir = tempfile::tempdir().unwrap();
    let data = crate::data_dir::DataDir::lock(dir.path()).unwrap();
    let roots = data.attestation_roots().unwrap();
    let maker = TestKeyMaker::read(&dir.path().join("test-key-maker.pem")).unwrap();
    let key = new_key();
    let chain = maker.attest(key.public_key().point(), NONCE.as_bytes()).unwrap();
    let text = sent(&key, &chain, |_, _| {});
    let judged = judged(&key, &text, &roots, AttestationPolicy::Required);
    assert_eq!(judged, Ok(ProvenLevel::Software));
    // Another sandbox trusts its own test root only.
    let elsewhere = tempfile::tempdir().unwrap();
    let other = crate::data_dir::DataDir::lock(elsewhere.path()).unwrap();
    unproven("another sandbox", &key, &text, &other.attestation_roots().unwrap());
}

#[test]
fn no_bytes_bring_the_reader_down() {
    let (maker, key) = (Maker::new(), new_key());
    let leaf = maker.chain(&key, Some(good((1, 1)))).remove(0);
    assert!(description::read(&leaf).unwrap().is_some());
    for at in 0..leaf.len() {
        assert_eq!(description::read(&leaf[..at]), None);
        for value in [0x00, 0x7f, 0x80, 0xff, leaf[at] ^ 1] {
            let mut changed = leaf.clone();
            changed[at] = value;
            // Whatever it says now: another challenge is refused elsewhere.
            let _ = description::read(&changed);
        }
    }
}
