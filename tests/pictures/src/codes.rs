//! The codes: one presentation a profile, always the same.

use std::error::Error;

use permitcard_credential::{
    permit::{Credential, PresentInput, Profile, present},
    qr::{
        picture::{EcLevel, Matrix},
        text,
    },
};

use crate::random::Random;

/// The frozen credential of the sample person.
const CREDENTIAL: &str = include_str!("../../vectors/permitcard/credential.hex");
const NONCE: [u8; 8] = *b"\x01\x23\x45\x67\x89\xab\xcd\xef";
const BEACON: [u8; 8] = *b"\xfe\xdc\xba\x98\x76\x54\x32\x10";

/// A code as a phone shows it.
pub struct Code {
    pub name: &'static str,
    pub text: String,
    pub matrix: Matrix,
}

/// Every profile with nonce and beacon, at error correction L. A scanner checks no signature: the place of the device's
/// has bytes that a seed fixes, because real ones differ each time.
pub fn codes() -> Result<Vec<Code>, Box<dyn Error>> {
    let bytes = unhex(CREDENTIAL)?;
    let credential = Credential::parse(&bytes)?;
    let mut codes = Vec::new();
    for (profile, seed) in Profile::ALL.iter().zip(1..) {
        let iat = credential.iat() + 86_400;
        let input = PresentInput {
            groups: profile.groups(),
            aud: profile.aud(),
            iat,
            exp: iat + 60,
            nonce: Some(&NONCE),
            beacon: Some(BEACON),
        };
        let mut random = Random::new(seed);
        let signature: Vec<u8> = (0..8).flat_map(|_| random.next().to_be_bytes()).collect();
        let text = text::encode(&present(&credential, &input)?.finish(&signature)?);
        codes.push(Code {
            name: profile.name(),
            matrix: Matrix::new(&text, EcLevel::L, 1)?,
            text,
        });
    }
    Ok(codes)
}

fn unhex(text: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(16)).collect();
    let bytes = digits
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit));
    Ok(bytes.map(u8::try_from).collect::<Result<_, _>>()?)
}
