//! Every bit of a presentation counts.

use crate::sample::*;
use permitcard_credential::{
    cose::{CoseError, cbor::Key},
    permit::{Disclosed, Group, Permit, PermitError, Portrait, PortraitFormat, PresentInput, Presentation, Profile},
    sdcwt::{Content, Disclosure, KbtClaims, SdCwtError, bind},
};
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

/// The frozen presentation, and fresh ones with everything on: of each profile, and of all groups with the portrait.
fn presentations(keys: &Keys) -> Vec<(String, Vec<u8>)> {
    let permit = Permit {
        test: true,
        ..with_portrait()
    };
    let credential = issued(&input(&permit, keys.holder.public_key()), keys);
    let all_on = |groups, aud| PresentInput {
        groups,
        aud,
        nonce: Some(NONCE),
        beacon: Some(BEACON),
        ..show(Profile::Gate)
    };
    let of_profile = |profile: &Profile| all_on(profile.groups(), profile.aud());
    let mut inputs: Vec<_> = Profile::ALL.iter().map(|p| (p.name(), of_profile(p))).collect();
    inputs.push(("everything", all_on(&Group::ALL, "wp.pol")));
    let presented = |(name, input): (&str, _)| (name.to_owned(), presented(&credential, &input, keys));
    inputs.into_iter().map(presented).collect()
}

/// Every single bit flipped; how many flips were refused. One that is not must change nothing, and none is expected.
fn flip_every_bit(name: &str, bytes: &[u8], issuer: &PublicKey) -> usize {
    let original = meaning(bytes, issuer).unwrap();
    let flip = |at: usize| {
        let mut changed = bytes.to_vec();
        changed[at / 8] ^= 1 << (at % 8);
        match meaning(&changed, issuer) {
            Err(_) => 1,
            Ok(same) => {
                assert!(
                    same == original,
                    "{name}: byte {}, bit {} changed the meaning",
                    at / 8,
                    at % 8
                );
                0
            }
        }
    };
    // Tens of thousands of signatures are checked: each thread takes every n-th bit.
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let flip = &flip;
        let part =
            |first: usize| scope.spawn(move || (first..bytes.len() * 8).step_by(threads).map(flip).sum::<usize>());
        let parts: Vec<_> = (0..threads).map(part).collect();
        parts.into_iter().map(|part| part.join().unwrap()).sum()
    })
}

#[test]
fn every_single_bit_of_every_profiles_presentation_counts() {
    let keys = Keys::new();
    let frozen_issuer = permitcard_credential::cose::decode_key(&frozen("issuer-key")).unwrap();
    let mut flips = flip_every_bit("frozen", &frozen("presentation"), &frozen_issuer);
    let mut bits = frozen("presentation").len() * 8;
    for (name, bytes) in presentations(&keys) {
        flips += flip_every_bit(&name, &bytes, keys.issuer());
        bits += bytes.len() * 8;
    }
    println!("{flips} of {bits} flips refused");
    // Nothing in a presentation is outside of both signatures.
    assert_eq!(flips, bits);
}

#[test]
fn every_truncation_and_extension_of_every_profiles_presentation_is_refused() {
    let mut all = presentations(&Keys::new());
    all.push(("frozen".to_owned(), frozen("presentation")));
    for (name, bytes) in all {
        for end in 0..bytes.len() {
            assert!(Presentation::parse(&bytes[..end]).is_err(), "{name}, {end}");
        }
        for extra in 0..=255 {
            assert!(Presentation::parse(&[&bytes[..], &[extra]].concat()).is_err(), "{name}");
        }
        // As a text, cut anywhere: what is left is no presentation.
        let text = permitcard_credential::qr::text::encode(&bytes);
        for end in 0..text.len() {
            let cut = permitcard_credential::qr::text::decode(&text[..end]);
            assert!(
                cut.is_err() || Presentation::parse(&cut.unwrap()).is_err(),
                "{name}, {end}"
            );
        }
    }
}

/// The token with two of its disclosures exchanged, their lengths with them: nothing else changes.
fn with_swapped(bytes: &[u8], one: usize, other: usize) -> Vec<u8> {
    let presentation = Presentation::parse(bytes).unwrap();
    let disclosures = presentation.credential().sd_cwt().disclosures();
    let place = |at: usize| {
        let encoded = disclosures[at].encoded();
        let start = bytes
            .windows(encoded.len())
            .position(|window| window == encoded)
            .unwrap();
        let head = if encoded.len() < 256 { 2 } else { 3 };
        start - head..start + encoded.len()
    };
    let (first, second) = (place(one), place(other));
    let parts = [
        &bytes[..first.start],
        &bytes[second.clone()],
        &bytes[first.end..second.start],
        &bytes[first],
        &bytes[second.end..],
    ];
    parts.concat()
}

#[test]
fn every_pair_of_swapped_disclosures_is_refused() {
    let keys = Keys::new();
    let mut swaps = 0;
    for (name, bytes) in presentations(&keys) {
        let presentation = Presentation::parse(&bytes).unwrap();
        let disclosures = presentation.credential().sd_cwt().disclosures().to_vec();
        for (one, other) in (0..disclosures.len()).flat_map(|one| (0..one).map(move |other| (other, one))) {
            // By a stranger: well-formed, and not what the holder signed.
            let swapped = with_swapped(&bytes, one.min(other), one.max(other));
            assert_eq!(swapped.len(), bytes.len());
            let refused = Err(PermitError::SdCwt(SdCwtError::Cose(CoseError::SignatureInvalid)));
            assert_eq!(Presentation::parse(&swapped).unwrap().check_holder(), refused, "{name}");
            assert!(meaning(&swapped, keys.issuer()).is_err());
            // By the holder, who signs anew what the issuer never signed: each group under the salt of the other.
            let content = |at: usize| match disclosures[at].content() {
                Content::Entry {
                    key: Key::Int(label),
                    value,
                } => (label, value),
                _ => panic!("not a group"),
            };
            let crossed = |from: usize, salt: usize| {
                let (label, value) = content(from);
                Disclosure::entry(disclosures[salt].salt(), value, label)
            };
            let chosen = [crossed(one, other), crossed(other, one)];
            let chosen: Vec<&[u8]> = chosen.iter().map(Vec::as_slice).collect();
            let claims = KbtClaims {
                aud: presentation.aud(),
                iat: NOW,
                exp: NOW + 60,
                nonce: None,
                private: None,
            };
            let unsigned = bind(presentation.credential().sd_cwt(), &chosen, &claims);
            let signature = keys.holder.sign(unsigned.to_sign()).unwrap();
            let forged = unsigned.finish(&signature).unwrap();
            let unmatched = PermitError::SdCwt(SdCwtError::DisclosureUnmatched);
            assert_eq!(meaning(&forged, keys.issuer()).err(), Some(unmatched), "{name}");
            swaps += 1;
        }
    }
    println!("{swaps} pairs swapped");
    // Employer 1, hospital 1, police 1, bank 3, service window 6, everything 10.
    assert_eq!(swaps, 22);
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
