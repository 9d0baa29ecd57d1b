//! Making and reading presentations: one test a rule.

use crate::{
    bits::{meaning, with_portrait},
    forge::{self, Map, int},
    sample::*,
};
use permitcard_credential::{
    cose::{Algorithm, CoseError, EMPTY_MAP, Unsigned},
    permit::{Credential, Group, Permit, PermitError, PresentInput, Presentation, Profile, present},
    sdcwt::{KbtClaims, SdCwtError, bind},
};
use permitcard_crypto::ecdsa::{Curve, SigningKey};

#[test]
fn each_profile_shows_its_groups_and_nothing_else() {
    let keys = Keys::new();
    let permit = with_portrait();
    let credential = issued(&input(&permit, keys.holder.public_key()), &keys);
    for profile in Profile::ALL {
        let bytes = presented(&credential, &show(*profile), &keys);
        let (shown, aud, iat, exp, nonce, beacon) = meaning(&bytes, keys.issuer()).unwrap();
        assert_eq!(
            (aud.as_str(), iat, exp, nonce, beacon),
            (profile.aud(), NOW, NOW + 60, None, None)
        );
        let has = |group: Group| profile.groups().contains(&group);
        assert_eq!(shown.person, has(Group::Person).then(|| permit.person.clone()));
        assert_eq!(shown.portrait, None);
        assert_eq!(
            shown.employment,
            permit.employment.clone().filter(|_| has(Group::Employment))
        );
        assert_eq!(
            shown.social_security,
            permit.social_security.clone().filter(|_| has(Group::SocialSecurity))
        );
        assert_eq!(shown.file, permit.file.clone().filter(|_| has(Group::File)));
        assert_eq!(
            (shown.category, shown.valid_until),
            (permit.category, permit.valid_until)
        );
        // What is not shown is not in the bytes either.
        let hidden = |text: &str| !bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert_eq!(hidden("GARCIA"), !has(Group::Person));
        assert_eq!(hidden("Shanghai"), !has(Group::Employment));
        assert_eq!(hidden("MEX00000G123456780"), !has(Group::SocialSecurity));
        assert_eq!(hidden("+8613800000000"), !has(Group::File));
    }
}

/// The table of design 4.3.
#[test]
fn profiles_are_the_table_of_the_design() {
    use Group::{Employment, File, Person, SocialSecurity};
    let table: [(Profile, &str, &str, &[Group], bool); 7] = [
        (Profile::Employer, "employer", "wp.emp", &[Person, Employment], false),
        (Profile::Hospital, "hospital", "wp.hos", &[Person, SocialSecurity], true),
        (Profile::Hotel, "hotel", "wp.hot", &[Person], false),
        (Profile::Bank, "bank", "wp.bnk", &[Person, Employment, File], false),
        (Profile::Police, "police", "wp.pol", &[Person, File], true),
        (
            Profile::ServiceWindow,
            "service-window",
            "wp.win",
            &[Person, Employment, SocialSecurity, File],
            true,
        ),
        (Profile::Gate, "gate", "wp.gat", &[], false),
    ];
    assert_eq!(Profile::ALL.len(), table.len());
    for (profile, name, aud, groups, portrait) in table {
        assert_eq!((profile.name(), profile.aud(), profile.groups()), (name, aud, groups));
        assert_eq!(profile.portrait_on_request(), portrait);
        assert_eq!(
            (Profile::from_aud(aud), Profile::from_name(name)),
            (Some(profile), Some(profile))
        );
    }
    assert_eq!((Profile::from_aud("wp.xxx"), Profile::from_name("xxx")), (None, None));
    assert_eq!(Group::ALL.map(Group::label), [20, 21, 22, 23, 24]);
    assert_eq!((Group::from_label(20), Group::from_label(25)), (Some(Person), None));
}

#[test]
fn a_portrait_is_shown_when_asked_for() {
    let keys = Keys::new();
    let bytes = presentation_of(&with_portrait(), &[Group::Person, Group::Portrait], &keys);
    let (shown, ..) = meaning(&bytes, keys.issuer()).unwrap();
    assert_eq!(shown.portrait, with_portrait().portrait);
}

#[test]
fn a_group_that_the_permit_lacks_is_left_out_and_its_decoy_stays_at_home() {
    let keys = Keys::new();
    let permit = Permit {
        employment: None,
        ..sample()
    };
    let bytes = presentation_of(&permit, &Group::ALL, &keys);
    let presentation = Presentation::parse(&bytes).unwrap();
    assert_eq!(presentation.credential().sd_cwt().disclosures().len(), 3);
    let (shown, ..) = meaning(&bytes, keys.issuer()).unwrap();
    assert_eq!((shown.employment, shown.portrait), (None, None));
}

#[test]
fn nonce_and_beacon_arrive() {
    let keys = Keys::new();
    let credential = issued(&input(&sample(), keys.holder.public_key()), &keys);
    for nonce in [&b"012345"[..], NONCE] {
        let input = PresentInput {
            nonce: Some(nonce),
            beacon: Some(BEACON),
            ..show(Profile::Hotel)
        };
        let (_, _, _, _, read, beacon) = meaning(&presented(&credential, &input, &keys), keys.issuer()).unwrap();
        assert_eq!((read.as_deref(), beacon), (Some(nonce), Some(BEACON)));
    }
}

#[test]
fn requests_that_a_verifier_would_refuse_are_not_signed() {
    let bytes = frozen("credential");
    let credential = Credential::parse(&bytes).unwrap();
    let good = show(Profile::Employer);
    let error = |input: &PresentInput<'_>| present(&credential, input).err();
    assert_eq!(error(&good), None);
    for aud in ["", "123456789"] {
        assert_eq!(error(&PresentInput { aud, ..good }), Some(PermitError::FieldInvalid));
    }
    assert_eq!(
        error(&PresentInput {
            aud: "12345678",
            ..good
        }),
        None
    );
    for nonce in [&b""[..], b"12345", b"1234567", b"12345a", b"123456789"] {
        assert_eq!(
            error(&PresentInput {
                nonce: Some(nonce),
                ..good
            }),
            Some(PermitError::NonceInvalid)
        );
    }
    let times = |iat: i64, exp: i64| error(&PresentInput { iat, exp, ..good });
    let refused = Some(PermitError::PeriodInvalid);
    assert_eq!(times(NOW, NOW + 1), None);
    assert_eq!(times(NOW, NOW), refused);
    assert_eq!(times(NOW, NOW + 61), refused);
    assert_eq!(times(i64::MIN, i64::MAX), refused);
    let (first, last) = (credential.iat(), credential.exp());
    assert_eq!(times(first, first + 60), None);
    assert_eq!(times(first - 1, first + 59), refused);
    assert_eq!(times(last - 60, last), None);
    assert_eq!(times(last - 59, last + 1), refused);
}

/// The frozen presentation with other claims in the key binding token, not signed.
fn with_binding(claims: &KbtClaims<'_>) -> Result<(), PermitError> {
    let bytes = frozen("credential");
    let credential = Credential::parse(&bytes).unwrap();
    let unsigned = bind(credential.sd_cwt(), &[], claims);
    Presentation::parse(&unsigned.finish(&[1; 64]).unwrap()).map(drop)
}

#[test]
fn key_binding_claims_keep_the_profile() {
    let good = KbtClaims {
        aud: "wp.emp",
        iat: NOW,
        exp: NOW + 60,
        nonce: None,
        private: None,
    };
    assert_eq!(with_binding(&good), Ok(()));
    assert_eq!(
        with_binding(&KbtClaims {
            aud: "12345678",
            ..good
        }),
        Ok(())
    );
    for aud in ["", "123456789"] {
        assert_eq!(
            with_binding(&KbtClaims { aud, ..good }),
            Err(PermitError::ClaimsMalformed)
        );
    }
    for nonce in [&b"12345"[..], b"12345a", b"123456789"] {
        assert_eq!(
            with_binding(&KbtClaims {
                nonce: Some(nonce),
                ..good
            }),
            Err(PermitError::NonceInvalid)
        );
    }
    assert_eq!(
        with_binding(&KbtClaims {
            private: Some((-65538, &BEACON)),
            ..good
        }),
        Ok(())
    );
    assert!(
        with_binding(&KbtClaims {
            private: Some((-65538, &[0; 7])),
            ..good
        })
        .is_err()
    );
    // A private claim that nobody knows is read over.
    assert_eq!(
        with_binding(&KbtClaims {
            private: Some((-65599, &[0; 7])),
            ..good
        }),
        Ok(())
    );
    // How far the times may lie apart is a verdict, not a matter of form.
    assert_eq!(with_binding(&KbtClaims { exp: NOW + 61, ..good }), Ok(()));
}

/// Takes the frozen presentation apart and signs its parts anew with `key` and another algorithm or other claims.
fn resigned(key: &SigningKey, algorithm: Algorithm, edit: impl for<'a> FnOnce(&'a mut Map) -> &'a mut Map) -> Vec<u8> {
    let bytes = frozen("presentation");
    let limits = permitcard_credential::cose::cbor::Limits::new(4096);
    let sign1 = permitcard_credential::cose::Sign1::parse(&bytes, &limits).unwrap();
    let mut header = sign1.protected().to_vec();
    let id = int(algorithm.id());
    header.splice(2..3, id);
    let mut claims = Map::read(sign1.payload());
    edit(&mut claims);
    let unsigned = Unsigned::new(algorithm, &header, &EMPTY_MAP, &claims.encode());
    let signature = key.sign(unsigned.to_sign()).unwrap();
    unsigned.finish(&signature).unwrap()
}

#[test]
fn algorithms_of_the_holder() {
    let p256 = SigningKey::generate(Curve::P256).unwrap();
    let p384 = SigningKey::generate(Curve::P384).unwrap();
    assert!(Presentation::parse(&resigned(&p256, Algorithm::Es256, |claims| claims)).is_ok());
    for algorithm in [Algorithm::Es384, Algorithm::Esp384] {
        let refused = Presentation::parse(&resigned(&p384, algorithm, |claims| claims)).err();
        assert_eq!(refused, Some(PermitError::KeyUnsupported));
    }
    // Es256 of another key is well-formed, and no proof.
    let bytes = resigned(&p256, Algorithm::Es256, |claims| claims);
    let refused = Err(PermitError::SdCwt(SdCwtError::Cose(CoseError::SignatureInvalid)));
    assert_eq!(Presentation::parse(&bytes).unwrap().check_holder(), refused);
}

#[test]
fn an_expiry_is_needed() {
    let key = SigningKey::generate(Curve::P256).unwrap();
    let without = resigned(&key, Algorithm::Esp256, |claims| claims.remove(&int(4)));
    assert_eq!(Presentation::parse(&without).err(), Some(PermitError::ClaimsMalformed));
}

#[test]
fn another_holders_signature_is_no_proof() {
    let (keys, thief) = (Keys::new(), Keys::new());
    let credential = issued(&input(&sample(), keys.holder.public_key()), &keys);
    let stolen = presented(&credential, &show(Profile::Employer), &thief);
    let presentation = Presentation::parse(&stolen).unwrap();
    presentation.credential().check_issuer(keys.issuer()).unwrap();
    let refused = Err(PermitError::SdCwt(SdCwtError::Cose(CoseError::SignatureInvalid)));
    assert_eq!(presentation.check_holder(), refused);
}

#[test]
fn both_hash_forms_are_accepted() {
    let keys = Keys::new();
    let bytes = frozen("credential");
    let original = Credential::parse(&bytes).unwrap();
    let person = original.sd_cwt().disclosures()[0];
    // An issuer that hashes the bare array, as the prose of the draft reads.
    let mut hashes: Vec<_> = original.sd_cwt().disclosures().iter().map(|d| d.bare_hash()).collect();
    hashes.sort_unstable();
    let mut claims = Map::read(original.sd_cwt().payload());
    claims.inner(int(-65537), |permit| {
        permit.set(forge::REDACTED.to_vec(), forge::hash_list(&hashes))
    });
    claims.inner(int(8), |cnf| {
        cnf.set(
            int(1),
            permitcard_credential::cose::encode_key(keys.holder.public_key()),
        )
    });
    let unsigned = permitcard_credential::sdcwt::SdCwt::build(
        Algorithm::Esp256,
        &permitcard_credential::cose::key_id(keys.issuer()),
        &claims.encode(),
        &[person.encoded().to_vec()],
    );
    let signature = keys.issuer.sign(unsigned.to_sign()).unwrap();
    let bare = unsigned.finish(&signature).unwrap();
    let shown = presented(&bare, &show(Profile::Hotel), &keys);
    assert_eq!(meaning(&shown, keys.issuer()).unwrap().0.person, Some(sample().person));
    // Ours are wrapped.
    let wrapped = frozen("credential");
    let credential = Credential::parse(&wrapped).unwrap();
    let payload = credential.sd_cwt().payload();
    let stands = |hash: [u8; 32]| payload.windows(32).any(|window| window == hash);
    assert!(
        credential
            .sd_cwt()
            .disclosures()
            .iter()
            .all(|d| stands(d.wrapped_hash()) && !stands(d.bare_hash()))
    );
}

#[test]
fn a_credential_is_no_presentation_and_the_other_way_round() {
    assert!(Presentation::parse(&frozen("credential")).is_err());
    assert!(Credential::parse(&frozen("presentation")).is_err());
    assert!(Presentation::parse(&frozen("card")).is_err());
    assert!(Credential::parse(&frozen("card")).is_err());
}

#[test]
fn debug_output_shows_nobody() {
    let bytes = frozen("presentation");
    let text = format!("{:?}", Presentation::parse(&bytes).unwrap());
    assert!(!text.contains("GARCIA") && !text.contains("71, 65"), "{text}");
}
