//! Times of claims: the exact edges of the specifications, without an allowance.

use permitcard_credential::cose::value::Value;

use super::{
    InspectCode,
    claims::{self, EXP, IAT, NBF},
    report::{Layer, Report},
};

/// Checks `exp`, `nbf` and `iat` of a token without a draft of its own: their types, their order and their edges.
pub(super) fn check(report: &mut Report, layer: Layer, claims: &Value, now: i64) {
    let who = layer.name();
    for (label, name) in [(EXP, "exp"), (NBF, "nbf"), (IAT, "iat")] {
        if claims::get(claims, label).is_some_and(|value| seconds(value).is_none()) {
            let detail = format!("{who}: {name} ({label}) is no number of seconds");
            report.problem(InspectCode::ClaimsMalformed, detail);
        }
    }
    edges(report, layer, claims, now);
    let time = |label| claims::get(claims, label).and_then(seconds);
    for (label, name) in [(NBF, "nbf"), (IAT, "iat")] {
        if let (Some(exp), Some(time)) = (time(EXP), time(label))
            && exp <= time
        {
            let detail = format!(
                "{who}: exp (4) {} is not after {name} ({label}) {}",
                show(exp),
                show(time)
            );
            report.problem(InspectCode::TimeOrderInvalid, detail);
        }
    }
}

/// Checks the edges of one token (RFC 8392 3.1.4 to 3.1.6) against `now`, seconds since 1970.
pub(super) fn edges(report: &mut Report, layer: Layer, claims: &Value, now: i64) {
    let who = layer.name();
    let at = now as f64;
    let time = |label| claims::get(claims, label).and_then(seconds);
    if let Some(exp) = time(EXP).filter(|exp| at >= *exp) {
        let detail = format!("{who}: now {} is not before exp (4) {}", show(at), show(exp));
        report.problem(InspectCode::Expired, detail);
    }
    for (label, name) in [(NBF, "nbf"), (IAT, "iat")] {
        if let Some(from) = time(label).filter(|from| at < *from) {
            let detail = format!("{who}: now {} is before {name} ({label}) {}", show(at), show(from));
            report.problem(InspectCode::NotYetValid, detail);
        }
    }
}

/// A NumericDate (RFC 8392 2): an integer or a floating-point number, without the tag of RFC 8949.
pub(super) fn seconds(value: &Value) -> Option<f64> {
    match value {
        // Exact up to 2^53; beyond lies no time that matters.
        Value::Int(number) => Some(*number as f64),
        Value::Float(number) => number.is_finite().then_some(*number),
        _ => None,
    }
}

/// Seconds, and the same time in RFC 3339 where there is one.
pub(super) fn show(seconds: f64) -> String {
    // The cast saturates, and years beyond 262,000 have no date.
    let date = chrono::DateTime::from_timestamp(seconds.floor() as i64, 0);
    match date {
        Some(date) => format!(
            "{seconds} ({})",
            date.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
        ),
        None => format!("{seconds}"),
    }
}
