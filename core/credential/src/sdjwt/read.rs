use base64::{Engine, engine::general_purpose::STANDARD};
use permitcard_crypto::ecdsa::{Curve, PublicKey};
use serde_json::Value;

use super::{
    ALG, MAX_CHAIN, MAX_DISCLOSURES, MAX_LEN, MAX_URI, SD_ALG, SdJwtError, TYP, VCT,
    disclosure::{self, Disclosure},
};
use crate::{
    cose::{CoseError, Jwk, certificate_key, jws::ParsedJws},
    permit::{Element, Permit},
};

/// A parsed, not yet verified SD-JWT VC, as its holder has it. Borrows from the input.
///
/// Parsing checks form and limits. The rest of the holder's checks are [`check_issuer`](Self::check_issuer),
/// [`check_digests`](Self::check_digests), [`check_content`](Self::check_content), and the caller's comparisons of key,
/// issuer, validity and status.
#[derive(Clone)]
pub struct SdJwt<'a> {
    jws: ParsedJws,
    /// The issuer-signed JWT with its signature.
    jwt: &'a str,
    digests: Vec<String>,
    disclosures: Vec<Disclosure<'a>>,
    signer: PublicKey,
    holder: PublicKey,
    iss: String,
    iat: i64,
    exp: i64,
    test: bool,
    status_idx: u64,
    status_uri: String,
}

impl<'a> SdJwt<'a> {
    /// Reads `<JWT>~<disclosure>~…~` without a key binding JWT.
    ///
    /// # Errors
    /// [`SdJwtError::TooLong`], [`SdJwtError::Malformed`] for the parts, [`SdJwtError::Jws`] for algorithm, `crit` or
    /// certificate, [`SdJwtError::TypeUnknown`] for another `vct`, [`SdJwtError::KeyUnsupported`] for a holder's key of
    /// another curve, [`SdJwtError::PeriodInvalid`] for an end before the beginning, [`SdJwtError::ClaimsMalformed`].
    pub fn parse(text: &'a str) -> Result<Self, SdJwtError> {
        if text.len() > MAX_LEN {
            return Err(SdJwtError::TooLong);
        }
        let (jwt, rest) = text.split_once('~').ok_or(SdJwtError::Malformed)?;
        // What follows the last tilde would be a key binding JWT.
        let disclosures: Vec<&str> = match rest.strip_suffix('~') {
            Some(rest) => rest.split('~').collect(),
            None if rest.is_empty() => Vec::new(),
            None => return Err(SdJwtError::Malformed),
        };
        if disclosures.len() > MAX_DISCLOSURES {
            return Err(SdJwtError::TooLong);
        }
        let jws = ParsedJws::parse(jwt).map_err(|error| match error {
            CoseError::Malformed => SdJwtError::Malformed,
            other => other.into(),
        })?;
        let (header, claims) = (&jws.header, &jws.claims);
        if text_of(header, "alg") != Some(ALG) {
            return Err(CoseError::AlgorithmUnsupported.into());
        }
        if text_of(header, "typ") != Some(TYP) || text_of(claims, "vct") != Some(VCT) {
            return Err(SdJwtError::TypeUnknown);
        }
        let signer = signer(header)?;
        let iss = text_of(claims, "iss").filter(|iss| (1..=MAX_URI).contains(&iss.len()));
        let iss = iss.ok_or(SdJwtError::ClaimsMalformed)?.to_owned();
        let time = |name| {
            claims
                .get(name)
                .and_then(Value::as_i64)
                .ok_or(SdJwtError::ClaimsMalformed)
        };
        let (iat, exp) = (time("iat")?, time("exp")?);
        if iat >= exp {
            return Err(SdJwtError::PeriodInvalid);
        }
        let (status_idx, status_uri) = status(claims)?;
        Ok(Self {
            jwt,
            digests: digests(claims)?,
            disclosures: disclosures
                .into_iter()
                .map(Disclosure::parse)
                .collect::<Result<_, _>>()?,
            signer,
            holder: holder(claims)?,
            iss,
            iat,
            exp,
            test: test(claims)?,
            status_idx,
            status_uri,
            jws,
        })
    }

    /// The key of the signer's certificate. It is worth something only if the trust list has it.
    pub fn signer_key(&self) -> &PublicKey {
        &self.signer
    }

    /// The issuer, an HTTPS URI.
    pub fn iss(&self) -> &str {
        &self.iss
    }

    /// When it was issued, seconds since 1970.
    pub fn iat(&self) -> i64 {
        self.iat
    }

    /// The last second in which it counts.
    pub fn exp(&self) -> i64 {
        self.exp
    }

    /// Whether it says that it is a test.
    pub fn test(&self) -> bool {
        self.test
    }

    /// The key that it is bound to.
    pub fn holder_key(&self) -> &PublicKey {
        &self.holder
    }

    /// The place in its status list.
    pub fn status_idx(&self) -> u64 {
        self.status_idx
    }

    /// The URI of its status list.
    pub fn status_uri(&self) -> &str {
        &self.status_uri
    }

    /// The elements that it has disclosures of, as far as this version knows them.
    pub fn elements(&self) -> Vec<Element> {
        self.disclosures
            .iter()
            .filter_map(|one| Element::from_claim_name(&one.name))
            .collect()
    }

    pub(super) fn jwt(&self) -> &'a str {
        self.jwt
    }

    pub(super) fn disclosures(&self) -> &[Disclosure<'a>] {
        &self.disclosures
    }

    /// Verifies the issuer's signature (ES256).
    ///
    /// # Errors
    /// [`SdJwtError::Jws`] when it does not verify, or `issuer` is not the key of the certificate.
    pub fn check_issuer(&self, issuer: &PublicKey) -> Result<(), SdJwtError> {
        if *issuer != self.signer {
            return Err(CoseError::SignatureInvalid.into());
        }
        Ok(self.jws.verify(issuer)?)
    }

    /// Checks that the issuer signed the digest of each disclosure, that no disclosure or digest stands twice, and that no
    /// disclosure has the name of a claim that is always visible (RFC 9901 7.1).
    ///
    /// # Errors
    /// [`SdJwtError::DigestMismatch`].
    pub fn check_digests(&self) -> Result<(), SdJwtError> {
        let twice = |at: usize| {
            self.digests
                .iter()
                .skip(at + 1)
                .any(|other| Some(other) == self.digests.get(at))
        };
        if (0..self.digests.len()).any(twice) {
            return Err(SdJwtError::DigestMismatch);
        }
        for (at, one) in self.disclosures.iter().enumerate() {
            let is_second = self.disclosures.iter().take(at).any(|before| before.name == one.name);
            let digest = disclosure::digest(one.text);
            if is_second || self.jws.claims.get(&one.name).is_some() || !self.digests.contains(&digest) {
                return Err(SdJwtError::DigestMismatch);
            }
        }
        Ok(())
    }

    /// Checks that its claims are exactly those of `permit`; claims of a later version are read over, because nothing ever
    /// discloses them. A digest without a disclosure is a decoy: whatever the permit has must be here.
    ///
    /// # Errors
    /// [`SdJwtError::ContentMismatch`].
    pub fn check_content(&self, permit: &Permit) -> Result<(), SdJwtError> {
        if self.test != permit.test {
            return Err(SdJwtError::ContentMismatch);
        }
        for element in Element::ALL {
            let name = element.claim_name();
            let found = match element.group() {
                None => self.jws.claims.get(name),
                Some(_) => self
                    .disclosures
                    .iter()
                    .find(|one| one.name == name)
                    .map(|one| &one.value),
            };
            let expected = disclosure::value(element, permit).map_err(|_| SdJwtError::ContentMismatch)?;
            if found != expected.as_ref() {
                return Err(SdJwtError::ContentMismatch);
            }
        }
        Ok(())
    }
}

// Claims are personal data.
impl std::fmt::Debug for SdJwt<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SdJwt")
            .field("test", &self.test)
            .finish_non_exhaustive()
    }
}

fn text_of<'v>(object: &'v Value, name: &str) -> Option<&'v str> {
    object.get(name).and_then(Value::as_str)
}

/// The key of the first certificate of `x5c`.
fn signer(header: &Value) -> Result<PublicKey, SdJwtError> {
    let chain = header
        .get("x5c")
        .and_then(Value::as_array)
        .ok_or(SdJwtError::Malformed)?;
    if chain.len() > MAX_CHAIN {
        return Err(CoseError::TooLong.into());
    }
    let first = chain.first().and_then(Value::as_str).ok_or(SdJwtError::Malformed)?;
    let der = STANDARD.decode(first).map_err(|_| SdJwtError::Malformed)?;
    Ok(certificate_key(&der)?)
}

fn holder(claims: &Value) -> Result<PublicKey, SdJwtError> {
    let jwk = claims.get("cnf").and_then(|cnf| cnf.get("jwk"));
    let jwk: Jwk = serde_json::from_value(jwk.ok_or(SdJwtError::ClaimsMalformed)?.clone())
        .map_err(|_| SdJwtError::ClaimsMalformed)?;
    let key = jwk.to_public_key()?;
    if key.curve() == Curve::P256 {
        Ok(key)
    } else {
        Err(SdJwtError::KeyUnsupported)
    }
}

fn status(claims: &Value) -> Result<(u64, String), SdJwtError> {
    let list = claims.get("status").and_then(|status| status.get("status_list"));
    let idx = list.and_then(|list| list.get("idx")).and_then(Value::as_u64);
    let uri = list.and_then(|list| list.get("uri")).and_then(Value::as_str);
    let uri = uri.filter(|uri| (1..=MAX_URI).contains(&uri.len()));
    let (idx, uri) = idx.zip(uri).ok_or(SdJwtError::ClaimsMalformed)?;
    Ok((idx, uri.to_owned()))
}

/// Only `true` is written, so that no verifier has to know what another value means.
fn test(claims: &Value) -> Result<bool, SdJwtError> {
    match claims.get("test") {
        None => Ok(false),
        Some(Value::Bool(true)) => Ok(true),
        Some(_) => Err(SdJwtError::ClaimsMalformed),
    }
}

fn digests(claims: &Value) -> Result<Vec<String>, SdJwtError> {
    if text_of(claims, "_sd_alg") != Some(SD_ALG) {
        return Err(SdJwtError::ClaimsMalformed);
    }
    let digests = claims
        .get("_sd")
        .and_then(Value::as_array)
        .ok_or(SdJwtError::ClaimsMalformed)?;
    if digests.len() > MAX_DISCLOSURES {
        return Err(SdJwtError::TooLong);
    }
    let text = |digest: &Value| digest.as_str().map(str::to_owned).ok_or(SdJwtError::ClaimsMalformed);
    digests.iter().map(text).collect()
}
