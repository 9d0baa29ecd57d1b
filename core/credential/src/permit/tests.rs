//! Issuing from given salts gives the frozen bytes again; everything else is tested from outside, in `tests/`.

use super::{issue::issue_with_salts, *};
use crate::{
    cose::{decode_key, encode_key},
    sdcwt::{Content, Salt},
    testing::hex,
};

const ISSUER_KEY: &str = include_str!("../../../../tests/vectors/permitcard/issuer-key.hex");
const CREDENTIAL: &str = include_str!("../../../../tests/vectors/permitcard/credential.hex");
const CREDENTIAL_TEST: &str = include_str!("../../../../tests/vectors/permitcard/credential-test.hex");
const PRESENTATION: &str = include_str!("../../../../tests/vectors/permitcard/presentation.hex");
const CARD: &str = include_str!("../../../../tests/vectors/permitcard/card.hex");

#[test]
fn issuing_gives_the_frozen_credentials() {
    let issuer = decode_key(&hex(ISSUER_KEY)).unwrap();
    for (frozen, decoys) in [(CREDENTIAL, 1), (CREDENTIAL_TEST, 3)] {
        let bytes = hex(frozen);
        let credential = Credential::parse(&bytes).unwrap();
        let mut salts = [Salt::default(); Group::COUNT];
        for (salt, disclosure) in salts.iter_mut().zip(credential.sd_cwt().disclosures()) {
            *salt = *disclosure.salt();
        }
        let found = credential
            .sd_cwt()
            .disclosures()
            .iter()
            .filter(|d| d.content() == Content::Decoy)
            .count();
        assert_eq!(found, decoys);
        let permit = credential.permit().unwrap();
        let input = IssueInput {
            iss: credential.iss(),
            sub: credential.sub(),
            // Any second of the day: it is rounded down.
            iat: credential.iat() + Day::SECONDS - 1,
            exp: credential.exp(),
            holder: credential.holder_key(),
            status: credential.status(),
            permit: &permit,
        };
        let unsigned = issue_with_salts(&input, &issuer, &salts).unwrap();
        issuer.verify(unsigned.to_sign(), credential.signature()).unwrap();
        assert_eq!(unsigned.finish(credential.signature()).unwrap(), bytes);
    }
}

#[test]
fn presenting_gives_the_frozen_presentation() {
    let credential = hex(CREDENTIAL);
    let bytes = hex(PRESENTATION);
    let frozen = Presentation::parse(&bytes).unwrap();
    let input = PresentInput {
        groups: Profile::Employer.groups(),
        aud: frozen.aud(),
        iat: frozen.iat(),
        exp: frozen.exp(),
        nonce: frozen.nonce(),
        beacon: frozen.beacon(),
    };
    let unsigned = present(&Credential::parse(&credential).unwrap(), &input).unwrap();
    assert_eq!(unsigned.finish(frozen.signature()).unwrap(), bytes);
}

#[test]
fn building_gives_the_frozen_card() {
    let issuer = decode_key(&hex(ISSUER_KEY)).unwrap();
    let bytes = hex(CARD);
    let card = card::parse(&bytes, &issuer).unwrap();
    let unsigned = card::build(&card, &issuer).unwrap();
    assert_eq!(unsigned.finish(&bytes[bytes.len() - 64..]).unwrap(), bytes);
    assert_eq!(encode_key(&issuer), hex(ISSUER_KEY));
}

#[test]
fn every_code_is_named_once_in_its_area() {
    let codes: std::collections::BTreeSet<_> = PermitError::ALL.iter().map(|error| error.code()).collect();
    assert_eq!(codes.len(), PermitError::ALL.len());
    assert!(codes.iter().all(|code| code.starts_with("permit.")));
}
