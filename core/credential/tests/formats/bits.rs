//! Every bit of a presentation counts.

use crate::sample::*;
use permitcard_credential::permit::{Disclosed, Permit, PermitError, Portrait, PortraitFormat, Presentation, Profile};
use permitcard_crypto::ecdsa::PublicKey;
use proptest::prelude::*;

/// Everything that a presentation says, if both signatures and all hashes hold.
pub type Meaning = (Disclosed, String, i64, i64, Option<Vec<u8>>, Option<[u8; 8]>);

pub fn meaning(bytes: &[u8], issuer: &PublicKey) -> Result<Meaning, PermitError> {
    let presentation = Presentation::parse(bytes)?;
    presentation.credential().check_issuer(issuer)?;
    presentation.check_holder()?;
    Ok((
        presentation.disclosed()?,
        presentation.aud().to_owned(),
        presentation.iat(),
        presentation.exp(),
        presentation.nonce().map(<[u8]>::to_vec),
        presentation.beacon(),
    ))
}

pub fn with_portrait() -> Permit {
    Permit {
        portrait: Some(Portrait {
            bytes: vec![9; 40],
            format: PortraitFormat::Jpeg,
        }),
        ..sample()
    }
}

#[test]
fn every_single_bit_of_the_frozen_presentation_counts() {
    let bytes = frozen("presentation");
    let issuer = permitcard_credential::cose::decode_key(&frozen("issuer-key")).unwrap();
    let original = meaning(&bytes, &issuer).unwrap();
    let (mut refused, mut unchanged) = (0, 0);
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            match meaning(&changed, &issuer) {
                Err(_) => refused += 1,
                Ok(same) => {
                    assert!(same == original, "byte {at}, bit {bit} changed the meaning");
                    unchanged += 1;
                }
            }
        }
    }
    println!("{refused} flips refused, {unchanged} without effect");
    // Nothing in a presentation is outside of both signatures.
    assert_eq!((refused, unchanged), (bytes.len() * 8, 0));
}

#[test]
fn every_truncation_and_extension_is_refused() {
    let bytes = frozen("presentation");
    for end in 0..bytes.len() {
        assert!(Presentation::parse(&bytes[..end]).is_err(), "{end}");
    }
    for extra in 0..=255 {
        assert!(Presentation::parse(&[&bytes[..], &[extra]].concat()).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Fresh keys and salts, every profile, with and without the extras: sampled flips of one bit and of one byte.
    #[test]
    fn sampled_flips_of_fresh_presentations_are_refused_or_change_nothing(
        profile in 0usize..7, extras in any::<[bool; 3]>(),
        flips in proptest::collection::vec((any::<prop::sample::Index>(), 1u8..), 64),
    ) {
        let keys = Keys::new();
        let permit = Permit { test: extras[0], ..with_portrait() };
        let credential = issued(&input(&permit, keys.holder.public_key()), &keys);
        let mut input = show(Profile::ALL[profile]);
        input.nonce = extras[1].then_some(NONCE);
        input.beacon = extras[2].then_some(BEACON);
        let bytes = presented(&credential, &input, &keys);
        let original = meaning(&bytes, keys.issuer()).unwrap();
        for (at, mask) in flips {
            let mut changed = bytes.clone();
            changed[at.index(bytes.len())] ^= mask;
            if let Ok(same) = meaning(&changed, keys.issuer()) {
                prop_assert!(same == original);
            }
        }
    }

    #[test]
    fn any_bytes_give_a_result(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Presentation::parse(&bytes);
    }
}
