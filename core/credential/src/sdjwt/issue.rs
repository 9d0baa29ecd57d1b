use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use permitcard_crypto::{
    ecdsa::{Curve, PublicKey},
    hash::sha256,
    random,
};
use serde::Serialize;
use serde_json::Value;

use super::{ALG, MAX_CHAIN, MAX_URI, SALT_LEN, SD_ALG, SdJwtError, TYP, VCT, disclosure};
use crate::{
    cose::{CoseError, Jwk, MAX_CERTIFICATE, certificate_key, jws},
    permit::{Day, Element, Permit, StatusRef, field},
};

/// What a new SD-JWT VC says.
#[derive(Debug, Clone)]
pub struct IssueInput<'a> {
    /// The issuer, an HTTPS URI that the certificate names as well; at most 128 bytes.
    pub iss: &'a str,
    /// Now, seconds since 1970; rounded down to the day, so that the copies of a batch cannot be told apart by it.
    pub iat: i64,
    /// Until when, seconds since 1970; not after the end of the permit's last day ([`Day::ends_at`]).
    pub exp: i64,
    /// The holder's key, P-256.
    pub holder: &'a PublicKey,
    /// Where its status is found; the URI has at most 128 bytes.
    pub status: StatusRef,
    /// The permit.
    pub permit: &'a Permit,
    /// Certificates in DER: the document signer's first, the root left out. One to four.
    pub chain: &'a [&'a [u8]],
}

/// The salts of one SD-JWT: one for each element. Those of always visible elements are not used.
pub(super) type Salts = [[u8; SALT_LEN]; Element::COUNT];

/// Header of the issuer-signed JWT. Members are written in this order.
#[derive(Serialize)]
struct Header {
    alg: &'static str,
    typ: &'static str,
    x5c: Vec<String>,
}

/// Claims of the issuer-signed JWT. Members are written in this order.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    iat: i64,
    exp: i64,
    vct: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    test: bool,
    cnf: Confirmation,
    status: Status<'a>,
    work_permit_category: Value,
    date_of_expiry: Value,
    restrictions: Value,
    _sd_alg: &'static str,
    _sd: Vec<String>,
}

#[derive(Serialize)]
struct Confirmation {
    jwk: Jwk,
}

#[derive(Serialize)]
struct Status<'a> {
    status_list: StatusList<'a>,
}

#[derive(Serialize)]
struct StatusList<'a> {
    idx: u64,
    uri: &'a str,
}

/// Prepares an SD-JWT VC (ES256, P-256) with all its disclosures. Every one has the same number of digests: those of
/// elements that the permit does not have are decoys (RFC 9901 4.2.5).
///
/// # Errors
/// [`SdJwtError::KeyUnsupported`] for a holder's key of another curve, [`SdJwtError::Jws`] for the certificates,
/// [`SdJwtError::FieldInvalid`] for what may not be cut, [`SdJwtError::PeriodInvalid`] for times that contradict each other
/// or the permit, [`SdJwtError::RandomUnavailable`] without salts.
pub fn issue(input: &IssueInput<'_>) -> Result<UnsignedSdJwt, SdJwtError> {
    let random: [u8; Element::COUNT * SALT_LEN] = random::bytes()?;
    let mut salts = [[0; SALT_LEN]; Element::COUNT];
    for (salt, bytes) in salts.iter_mut().zip(random.chunks_exact(SALT_LEN)) {
        salt.copy_from_slice(bytes);
    }
    issue_with_salts(input, &salts)
}

/// As [`issue`], with the salts given, in the order of the elements: for frozen bytes.
pub(super) fn issue_with_salts(input: &IssueInput<'_>, salts: &Salts) -> Result<UnsignedSdJwt, SdJwtError> {
    if input.holder.curve() != Curve::P256 {
        return Err(SdJwtError::KeyUnsupported);
    }
    let permit = input.permit;
    let fits = |uri: &str| (1..=MAX_URI).contains(&uri.len());
    if !fits(input.iss) || !fits(&input.status.uri) || usize::from(permit.restrictions) > field::RESTRICTIONS.limit {
        return Err(SdJwtError::FieldInvalid);
    }
    let iat = Day::of_unix(input.iat).start();
    if iat < 0 || input.exp <= iat || input.exp > permit.valid_until.ends_at() {
        return Err(SdJwtError::PeriodInvalid);
    }

    let (mut digests, mut disclosures) = (Vec::new(), Vec::new());
    for (element, salt) in Element::ALL.into_iter().zip(salts) {
        if element.group().is_none() {
            continue;
        }
        match disclosure::value(element, permit)? {
            Some(value) => {
                let disclosure = disclosure::write(salt, element, &value)?;
                digests.push(disclosure::digest(&disclosure));
                disclosures.push(disclosure);
            }
            None => digests.push(URL_SAFE_NO_PAD.encode(sha256(salt))),
        }
    }
    // The order of random digests tells nothing about which claim is which.
    digests.sort_unstable();
    let visible = |element| disclosure::value(element, permit)?.ok_or(SdJwtError::FieldInvalid);
    let claims = Claims {
        iss: input.iss,
        iat,
        exp: input.exp,
        vct: VCT,
        test: permit.test,
        cnf: Confirmation {
            jwk: Jwk::from_public_key(input.holder),
        },
        status: Status {
            status_list: StatusList {
                idx: input.status.idx,
                uri: &input.status.uri,
            },
        },
        work_permit_category: visible(Element::Category)?,
        date_of_expiry: visible(Element::ValidUntil)?,
        restrictions: visible(Element::Restrictions)?,
        _sd_alg: SD_ALG,
        _sd: digests,
    };
    let header = Header {
        alg: ALG,
        typ: TYP,
        x5c: chain(input.chain)?,
    };
    let json = |value: Result<String, serde_json::Error>| value.map_err(|_| SdJwtError::Malformed);
    Ok(UnsignedSdJwt {
        signing_input: jws::signing_input(
            &json(serde_json::to_string(&header))?,
            &json(serde_json::to_string(&claims))?,
        ),
        disclosures,
    })
}

/// The members of `x5c`: base64, not base64url (RFC 7515 4.1.6).
fn chain(certificates: &[&[u8]]) -> Result<Vec<String>, SdJwtError> {
    let signer = certificates.first().ok_or(CoseError::Malformed)?;
    certificate_key(signer)?;
    if certificates.len() > MAX_CHAIN || certificates.iter().any(|one| one.len() > MAX_CERTIFICATE) {
        return Err(CoseError::TooLong.into());
    }
    Ok(certificates.iter().map(|one| STANDARD.encode(one)).collect())
}

/// An SD-JWT without the issuer's signature. `Debug` shows no value.
#[derive(Clone)]
pub struct UnsignedSdJwt {
    signing_input: String,
    disclosures: Vec<String>,
}

impl std::fmt::Debug for UnsignedSdJwt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UnsignedSdJwt").finish_non_exhaustive()
    }
}

impl UnsignedSdJwt {
    /// The message to sign, not its digest.
    pub fn to_sign(&self) -> &[u8] {
        self.signing_input.as_bytes()
    }

    /// The SD-JWT, `<JWT>~<disclosure>~…~`, with the signature `r || s`. It is not verified here: whoever signs knows the
    /// key.
    ///
    /// # Errors
    /// [`SdJwtError::Jws`] for a length other than 64.
    pub fn finish(self, signature: &[u8]) -> Result<String, SdJwtError> {
        if signature.len() != 64 {
            return Err(CoseError::SignatureInvalid.into());
        }
        let mut text = jws::compact(&self.signing_input, signature);
        for disclosure in &self.disclosures {
            text.push('~');
            text.push_str(disclosure);
        }
        text.push('~');
        Ok(text)
    }
}
