//! A permit, its SD-JWT, and the parts that tests bend.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use permitcard_crypto::ecdsa::{Curve, SigningKey};
use serde_json::Value;

use crate::{
    cose::jws,
    permit::{Day, Permit, StatusRef, sample::sample_permit},
    sdjwt::{IssueInput, SdJwt, SdJwtError, issue},
    testing::test_certificate,
};

/// 2026-11-02T08:00:00Z.
pub(super) const NOW: i64 = 1_793_606_400;
pub(super) const ISS: &str = "https://sandbox.example";
pub(super) const STATUS_URI: &str = "https://sandbox.example/s/1";

pub(super) struct World {
    pub(super) signer: SigningKey,
    pub(super) holder: SigningKey,
    pub(super) permit: Permit,
    pub(super) certificate: Vec<u8>,
}

impl World {
    pub(super) fn new() -> Self {
        let key = || SigningKey::generate(Curve::P256).unwrap();
        let signer = key();
        Self {
            certificate: test_certificate(signer.public_key()),
            signer,
            holder: key(),
            permit: sample_permit(),
        }
    }

    pub(super) fn input<'a>(&'a self, chain: &'a [&'a [u8]]) -> IssueInput<'a> {
        IssueInput {
            iss: ISS,
            iat: NOW,
            exp: NOW + 20 * Day::SECONDS,
            holder: self.holder.public_key(),
            status: StatusRef {
                idx: 88_231,
                uri: STATUS_URI.into(),
            },
            permit: &self.permit,
            chain,
        }
    }

    /// Issues what `bend` made of the input.
    pub(super) fn try_issue(&self, bend: impl FnOnce(&mut IssueInput<'_>)) -> Result<String, SdJwtError> {
        let chain: [&[u8]; 1] = [&self.certificate];
        let mut input = self.input(&chain);
        bend(&mut input);
        let unsigned = issue(&input)?;
        let signature = self.signer.sign(unsigned.to_sign()).unwrap();
        unsigned.finish(&signature)
    }

    pub(super) fn issued(&self) -> String {
        self.try_issue(|_| {}).unwrap()
    }

    /// An SD-JWT whose header and claims were bent before the issuer signed them.
    pub(super) fn forged(&self, bend: impl FnOnce(&mut Value, &mut Value)) -> String {
        let text = self.issued();
        let (jwt, disclosures) = text.split_once('~').unwrap();
        let (mut header, mut claims) = parts(jwt);
        bend(&mut header, &mut claims);
        let input = jws::signing_input(&header.to_string(), &claims.to_string());
        let signature = self.signer.sign(input.as_bytes()).unwrap();
        format!("{}~{disclosures}", jws::compact(&input, &signature))
    }

    /// All checks of a holder.
    pub(super) fn check(&self, text: &str) -> Result<(), SdJwtError> {
        let sd_jwt = SdJwt::parse(text)?;
        sd_jwt.check_issuer(self.signer.public_key())?;
        sd_jwt.check_digests()?;
        sd_jwt.check_content(&self.permit)
    }
}

/// Header and claims of a JWT.
pub(super) fn parts(jwt: &str) -> (Value, Value) {
    let mut parts = jwt
        .split('.')
        .take(2)
        .map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap());
    (parts.next().unwrap(), parts.next().unwrap())
}

/// The disclosures of an SD-JWT, decoded.
pub(super) fn disclosures(text: &str) -> Vec<Value> {
    text.split('~')
        .skip(1)
        .filter(|part| !part.is_empty() && !part.contains('.'))
        .map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
        .collect()
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
