//! What the claims of a token must be (draft 7, 8.1 and 9).

use super::{KbtToken, Restored, SdCwtToken};
use crate::cose::{AnyKey, D, value::Value};
use crate::sdcwt::{
    SdCwtError,
    label::{AUD, CNF, CNONCE, COSE_KEY, CTI, EXP, IAT, ISS, NBF, SUB, VCT},
};

/// Headers with a certificate, or a name of one (RFC 9360): x5bag, x5chain, x5t, x5u.
const CERTIFICATES: [i64; 4] = [32, 33, 34, 35];
/// The largest floating-point number that is as exact as an integer (draft 6.2).
const FLOAT_53: f64 = 9_007_199_254_740_992.0;

/// When a token is looked at. Seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRules {
    /// Now.
    pub now: i64,
    /// How far the clocks of issuer, holder and verifier may be apart.
    pub leeway: u32,
}

impl TimeRules {
    /// Exactly now, without leeway.
    pub const fn at(now: i64) -> Self {
        Self { now, leeway: 0 }
    }
}

/// What a verifier expects of a presentation.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Now.
    pub times: TimeRules,
    /// The names under which the verifier is addressed; none accepts any `aud`.
    pub audiences: Option<&'a [&'a str]>,
    /// The nonce that the verifier gave; none accepts any `cnonce`.
    pub nonce: Option<&'a [u8]>,
}

/// `exp`, `nbf` and `iat` of a token, in seconds since 1970.
#[derive(Default)]
struct Times {
    exp: Option<f64>,
    nbf: Option<f64>,
    iat: Option<f64>,
}

impl Times {
    fn of(claims: &Value) -> Self {
        let time = |label| claims.label(label).and_then(numeric_date);
        Self {
            exp: time(EXP),
            nbf: time(NBF),
            iat: time(IAT),
        }
    }

    fn ordered(&self) -> bool {
        holds(self.nbf, self.iat, |nbf, iat| nbf <= iat)
            && holds(self.nbf, self.exp, |nbf, exp| nbf < exp)
            && holds(self.iat, self.exp, |iat, exp| iat < exp)
    }

    fn check(&self, rules: &TimeRules, problems: &mut Vec<SdCwtError>) {
        let (now, leeway) = (seconds(rules.now.into()), f64::from(rules.leeway));
        if self.exp.is_some_and(|exp| now >= exp + leeway) {
            problems.push(SdCwtError::Expired);
        }
        let early = |from: Option<f64>| from.is_some_and(|from| now < from - leeway);
        if early(self.nbf) || early(self.iat) {
            problems.push(SdCwtError::NotYetValid);
        }
    }
}

/// Two times keep a rule if both are there, or there is nothing to keep.
fn holds(one: Option<f64>, other: Option<f64>, rule: impl FnOnce(f64, f64) -> bool) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => rule(one, other),
        _ => true,
    }
}

/// A NumericDate of RFC 8392 2, finite and exact (draft 6.2).
fn numeric_date(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(seconds(*number)),
        Value::Float(number) if number.abs() <= FLOAT_53 => Some(*number),
        _ => None,
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "times beyond 2^53 seconds are all as far away"
)]
fn seconds(number: i128) -> f64 {
    number as f64
}

/// The key in `cnf`.
pub(super) fn holder_key(claims: &Value) -> Result<AnyKey, SdCwtError> {
    let cnf = claims.label(CNF).ok_or(SdCwtError::HolderKeyMissing)?;
    let key = cnf.label(COSE_KEY).ok_or(SdCwtError::HolderKeyUnsupported)?;
    // Whoever reads the token could sign for the holder.
    if key.label(D).is_some() {
        return Err(SdCwtError::HolderKeyUnsupported);
    }
    Ok(AnyKey::from_value(key)?)
}

/// Whether the registered claims that are there have their types.
fn typed(claims: &Value) -> bool {
    let is = |label: i64, right: fn(&Value) -> bool| claims.label(label).is_none_or(right);
    let text = |value: &Value| value.as_text().is_some();
    let bytes = |value: &Value| value.as_bytes().is_some();
    let date = |value: &Value| numeric_date(value).is_some();
    // The draft's text has text or a number, its CDDL bytes.
    let vct = |value: &Value| matches!(value, Value::Text(_) | Value::Int(0..) | Value::Bytes(_));
    [ISS, SUB, AUD].into_iter().all(|label| is(label, text))
        && [EXP, NBF, IAT].into_iter().all(|label| is(label, date))
        && [CTI, CNONCE].into_iter().all(|label| is(label, bytes))
        && is(CNF, |value| value.as_map().is_some())
        && is(VCT, vct)
}

pub(super) fn check_sd_cwt(token: &SdCwtToken<'_>, restored: &Restored, rules: Option<&TimeRules>) -> Vec<SdCwtError> {
    let mut problems = Vec::new();
    let claims = &restored.claims;
    if restored.unmatched > 0 {
        problems.push(SdCwtError::DisclosureUnmatched);
    }
    if !typed(claims) {
        problems.push(SdCwtError::ClaimsMalformed);
    }
    let certified = CERTIFICATES
        .iter()
        .any(|label| token.sign1().protected_header(*label).is_some());
    if claims.label(ISS).is_none() && !certified {
        problems.push(SdCwtError::IssuerMissing);
    }
    if claims.label(SUB).is_none() && restored.undisclosed_claims == 0 {
        problems.push(SdCwtError::SubjectMissing);
    }
    problems.extend(token.holder_key().err());
    let times = Times::of(claims);
    if !times.ordered() {
        problems.push(SdCwtError::TimeOrderInvalid);
    }
    if let Some(rules) = rules {
        times.check(rules, &mut problems);
    }
    problems
}

pub(super) fn check_kbt(token: &KbtToken<'_>, restored: &Restored, rules: Option<&TimeRules>) -> Vec<SdCwtError> {
    let mut problems = Vec::new();
    let claims = token.claims();
    let has = |label| claims.label(label).is_some();
    if !typed(claims) {
        problems.push(SdCwtError::ClaimsMalformed);
    }
    if !has(AUD) {
        problems.push(SdCwtError::AudienceMissing);
    }
    if has(ISS) || has(SUB) {
        problems.push(SdCwtError::BindingClaimForbidden);
    }
    if !has(IAT) && (!has(CTI) || has(EXP) || has(NBF)) {
        problems.push(SdCwtError::BindingTimeMissing);
    }
    let (kbt, sd_cwt) = (Times::of(claims), Times::of(&restored.claims));
    if !kbt.ordered() {
        problems.push(SdCwtError::TimeOrderInvalid);
    }
    let not_before = |kbt, sd_cwt| holds(kbt, sd_cwt, |kbt, sd_cwt| kbt >= sd_cwt);
    if !(not_before(kbt.iat, sd_cwt.iat) && not_before(kbt.iat, sd_cwt.nbf) && not_before(kbt.nbf, sd_cwt.nbf)) {
        problems.push(SdCwtError::BindingTooEarly);
    }
    let before = |kbt, sd_cwt| holds(kbt, sd_cwt, |kbt, sd_cwt| kbt < sd_cwt);
    let within = holds(kbt.exp, sd_cwt.exp, |kbt, sd_cwt| kbt <= sd_cwt);
    if !(within && before(kbt.iat, sd_cwt.exp) && before(kbt.nbf, sd_cwt.exp)) {
        problems.push(SdCwtError::BindingTooLong);
    }
    if let Some(rules) = rules {
        kbt.check(rules, &mut problems);
    }
    problems
}

/// Audience of both tokens, and nonce (draft 9).
pub(super) fn check_expected(token: &KbtToken<'_>, restored: &Restored, expected: &Expected<'_>) -> Vec<SdCwtError> {
    let mut problems = Vec::new();
    if let Some(audiences) = expected.audiences {
        let meant = |claims: &Value| {
            let audience = claims.label(AUD).map(|audience| audience.as_text().unwrap_or_default());
            audience.is_none_or(|audience| audiences.contains(&audience))
        };
        if !meant(token.claims()) || !meant(&restored.claims) {
            problems.push(SdCwtError::AudienceUnexpected);
        }
    }
    let nonce = token.claims().label(CNONCE).and_then(Value::as_bytes);
    if expected.nonce.is_some() && nonce != expected.nonce {
        problems.push(SdCwtError::NonceUnexpected);
    }
    problems
}
