//! The sample person of design 11, and the way from a permit to a presentation.
use permitcard_credential::permit::{
    Category, Credential, Day, Employment, FileData, Group, IssueInput, Permit, Person, Portrait, PortraitFormat,
    PresentInput, Profile, SocialSecurity, StatusRef, issue, present,
};
use permitcard_crypto::ecdsa::{Curve, PublicKey, SigningKey};

/// 2026-11-02T08:00:00Z.
pub const NOW: i64 = 1_793_606_400;
pub const ISS: &str = "sandbox.example";
pub const STATUS_URI: &str = "https://sandbox.example/s/1";
pub const NONCE: &[u8] = b"\x01\x23\x45\x67\x89\xab\xcd\xef";
pub const BEACON: [u8; 8] = *b"\xfe\xdc\xba\x98\x76\x54\x32\x10";

// The one of the unit tests, which nothing outside of the crate may name.
#[path = "../../src/permit/sample.rs"]
mod person;

/// The sample person of design 11.
pub fn sample() -> Permit {
    person::sample_permit()
}

/// Every text one byte longer than its limit, so that it is cut to exactly the limit.
pub fn beyond_limits() -> Permit {
    let long = |length: usize| "W".repeat(length + 1);
    Permit {
        test: true,
        category: Category::C,
        valid_until: Day(65_535),
        restrictions: 23,
        person: Person {
            name: long(39),
            nationality: "UTO".into(),
        },
        portrait: Some(Portrait {
            bytes: vec![7; 1024],
            format: PortraitFormat::Png,
        }),
        employment: Some(Employment {
            employer: long(72),
            employer_id: long(18),
            occupation: long(36),
            place: long(24),
        }),
        social_security: Some(SocialSecurity {
            number: long(18),
            insurance_record: long(21),
        }),
        file: Some(FileData {
            birth_day: Day(-65_535),
            passport: long(9),
            permit_number: long(18),
            phone: Some(long(16)),
        }),
    }
}

/// An issuer's key and a holder's.
pub struct Keys {
    pub issuer: SigningKey,
    pub holder: SigningKey,
}

impl Keys {
    pub fn new() -> Self {
        let key = || SigningKey::generate(Curve::P256).unwrap();
        Self {
            issuer: key(),
            holder: key(),
        }
    }

    pub fn issuer(&self) -> &PublicKey {
        self.issuer.public_key()
    }
}

/// The usual claims around a permit.
pub fn input<'a>(permit: &'a Permit, holder: &'a PublicKey) -> IssueInput<'a> {
    IssueInput {
        iss: ISS,
        sub: "k3F9q-Zx",
        iat: NOW - 5 * Day::SECONDS,
        exp: NOW + 20 * Day::SECONDS,
        holder,
        status: StatusRef {
            idx: 88_231,
            uri: STATUS_URI.into(),
        },
        permit,
    }
}

/// A signed credential with all its disclosures.
pub fn issued(input: &IssueInput<'_>, keys: &Keys) -> Vec<u8> {
    let unsigned = issue(input, keys.issuer()).unwrap();
    let signature = keys.issuer.sign(unsigned.to_sign()).unwrap();
    unsigned.finish(&signature).unwrap()
}

/// What a profile's verifier is shown.
pub fn show(profile: Profile) -> PresentInput<'static> {
    PresentInput {
        groups: profile.groups(),
        aud: profile.aud(),
        iat: NOW,
        exp: NOW + 60,
        nonce: None,
        beacon: None,
    }
}

/// A signed presentation.
pub fn presented(credential: &[u8], input: &PresentInput<'_>, keys: &Keys) -> Vec<u8> {
    let credential = Credential::parse(credential).unwrap();
    let unsigned = present(&credential, input).unwrap();
    let signature = keys.holder.sign(unsigned.to_sign()).unwrap();
    unsigned.finish(&signature).unwrap()
}

/// From a permit to a presentation of these groups with the usual claims.
pub fn presentation_of(permit: &Permit, groups: &[Group], keys: &Keys) -> Vec<u8> {
    let credential = issued(&input(permit, keys.holder.public_key()), keys);
    presented(
        &credential,
        &PresentInput {
            groups,
            ..show(Profile::Gate)
        },
        keys,
    )
}

/// The path of a file of frozen bytes.
pub fn frozen_path(name: &str) -> String {
    format!(
        "{}/../../tests/vectors/permitcard/{name}.hex",
        env!("CARGO_MANIFEST_DIR")
    )
}

/// Frozen bytes.
pub fn frozen(name: &str) -> Vec<u8> {
    hex(&std::fs::read_to_string(frozen_path(name)).unwrap())
}

pub fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).map(|d| d as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}
