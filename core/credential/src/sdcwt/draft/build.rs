use super::{Redacted, SdCwtToken, SdHash, restore::Place};
use crate::cose::{ALG, AnyAlgorithm, KID, TAG_SIGN1, TYP, Unsigned, cbor::Writer, value::Value};
use crate::sdcwt::{
    SdCwtError, TYP_KBT, TYP_SD_CWT,
    label::{AUD, CNONCE, CTI, EXP, IAT, ISS, KCWT, NBF, SD_ALG, SD_CLAIMS, SUB},
};

/// How an SD-CWT is signed.
#[derive(Debug, Clone, Copy)]
pub struct Issue<'a> {
    /// The algorithm of the issuer's key.
    pub algorithm: AnyAlgorithm,
    /// The key's name.
    pub kid: Option<&'a [u8]>,
    /// Further protected headers, a certificate chain for example.
    pub headers: &'a [(Value, Value)],
}

/// Prepares an SD-CWT with all its disclosures. `sd_alg` is left out for SHA-256, and `sd_claims` without disclosures.
/// Whether the claims are those of an SD-CWT is the issuer's part; [`SdCwtToken::problems`] says so.
pub fn issue(redacted: &Redacted, issue: &Issue<'_>) -> Unsigned {
    let mut protected = vec![
        (Value::from(ALG), Value::from(issue.algorithm.id())),
        (Value::from(TYP), Value::Int(TYP_SD_CWT.into())),
    ];
    protected.extend(issue.kid.map(|kid| (Value::from(KID), Value::from(kid))));
    if redacted.hash != SdHash::default() {
        protected.push((Value::from(SD_ALG), Value::from(redacted.hash.id())));
    }
    protected.extend_from_slice(issue.headers);
    let unprotected = Value::Map(with_disclosures(
        Vec::new(),
        redacted.disclosures.iter().map(Vec::as_slice),
    ));
    Unsigned::new(
        issue.algorithm,
        &Value::Map(protected).encode(),
        &unprotected.encode(),
        &redacted.claims.encode(),
    )
}

/// The headers, and the disclosures if there are any: an empty list is invalid.
fn with_disclosures<'d>(
    mut headers: Vec<(Value, Value)>,
    disclosures: impl Iterator<Item = &'d [u8]>,
) -> Vec<(Value, Value)> {
    let list: Vec<Value> = disclosures.map(Value::from).collect();
    if !list.is_empty() {
        headers.push((Value::from(SD_CLAIMS), Value::Array(list)));
    }
    headers
}

/// The claims of a new key binding token. Times in seconds since 1970.
#[derive(Debug, Clone, Copy, Default)]
pub struct Binding<'a> {
    /// For whom.
    pub aud: &'a str,
    /// When it was made. Without it there must be `cti`.
    pub iat: Option<i64>,
    /// Until when it holds; only together with `iat`.
    pub exp: Option<i64>,
    /// From when on it holds; only together with `iat`.
    pub nbf: Option<i64>,
    /// A name that no other token of the holder has.
    pub cti: Option<&'a [u8]>,
    /// The verifier's nonce.
    pub nonce: Option<&'a [u8]>,
    /// Further claims.
    pub claims: &'a [(Value, Value)],
}

/// Prepares a key binding token around a credential with the chosen ones of its disclosures, by their positions. What they
/// stand inside of is disclosed with them. The signature is made with the key in `cnf`.
///
/// # Errors
/// [`SdCwtError::DisclosureUnmatched`] for a position that is none, or a disclosure whose hash stands nowhere;
/// [`SdCwtError::BindingTimeMissing`] and [`SdCwtError::BindingClaimForbidden`] for claims that the draft forbids;
/// [`SdCwtError::Cose`] when the algorithm does not fit the holder's key; as [`SdCwtToken::restore_counting`].
pub fn bind(
    token: &SdCwtToken<'_>,
    chosen: &[usize],
    algorithm: AnyAlgorithm,
    binding: &Binding<'_>,
) -> Result<Unsigned, SdCwtError> {
    if !token.holder_key()?.fits(algorithm) {
        return Err(crate::cose::CoseError::AlgorithmUnsupported.into());
    }
    let claims = claims(binding)?;
    let mut header = Writer::with_capacity(1024);
    header.map(3).int(ALG).int(algorithm.id()).int(KCWT);
    write_chosen(token, chosen, &mut header)?;
    header.int(TYP).uint(TYP_KBT);
    Ok(Unsigned::new(
        algorithm,
        header.as_bytes(),
        &Value::Map(Vec::new()).encode(),
        &claims.encode(),
    ))
}

fn claims(binding: &Binding<'_>) -> Result<Value, SdCwtError> {
    let timed = binding.exp.is_some() || binding.nbf.is_some();
    if binding.iat.is_none() && (binding.cti.is_none() || timed) {
        return Err(SdCwtError::BindingTimeMissing);
    }
    let mut claims = vec![(Value::from(AUD), Value::from(binding.aud))];
    let times = [(EXP, binding.exp), (NBF, binding.nbf), (IAT, binding.iat)];
    claims.extend(
        times
            .into_iter()
            .filter_map(|(label, time)| Some((label.into(), time?.into()))),
    );
    let bytes = [(CTI, binding.cti), (CNONCE, binding.nonce)];
    claims.extend(
        bytes
            .into_iter()
            .filter_map(|(label, bytes)| Some((label.into(), bytes?.into()))),
    );
    for (key, value) in binding.claims {
        let taken = claims.iter().any(|(other, _)| other == key);
        if taken || [ISS, SUB].iter().any(|label| *key == Value::from(*label)) {
            return Err(SdCwtError::BindingClaimForbidden);
        }
        claims.push((key.clone(), value.clone()));
    }
    Ok(Value::Map(claims))
}

/// Writes the token again, its signed bytes as they came, with the chosen disclosures in their old order.
fn write_chosen(token: &SdCwtToken<'_>, chosen: &[usize], writer: &mut Writer) -> Result<(), SdCwtError> {
    let places = token.restore_counting()?.places;
    let mut kept = vec![false; places.len()];
    for position in chosen {
        let mut at = *position;
        loop {
            match (places.get(at), kept.get_mut(at)) {
                (Some(Place::Claims), Some(kept)) => {
                    *kept = true;
                    break;
                }
                // Walked outwards; each disclosure stands inside of one that was matched before it, so that this ends.
                (Some(Place::Inside(outer)), Some(kept)) => {
                    *kept = true;
                    at = *outer;
                }
                _ => return Err(SdCwtError::DisclosureUnmatched),
            }
        }
    }
    let disclosures = token.disclosures().iter().zip(kept).filter(|(_, kept)| *kept);
    let others = token.sign1().unprotected_headers();
    let others = others.filter(|(label, _)| **label != Value::from(SD_CLAIMS));
    let headers = others.map(|(label, value)| (label.clone(), value.clone())).collect();
    let headers = with_disclosures(headers, disclosures.map(|(disclosure, _)| disclosure.encoded()));
    writer
        .tag(TAG_SIGN1)
        .array(4)
        .bytes(token.sign1().protected_bytes())
        .raw(&Value::Map(headers).encode())
        .bytes(token.sign1().payload()?)
        .bytes(token.sign1().signature());
    Ok(())
}
