//! Status lists, with and without a token around them.

use permitcard_credential::{
    cose::value::Value,
    status::{StatusBits, StatusError, StatusList},
};

use crate::inspect::{
    InspectCode,
    claims::{self, IAT, STATUS_LIST, SUB},
    input,
    report::{Format, Report, StatusSummary},
};

/// Reads a status list without a token.
pub(in crate::inspect) fn bare_list(file: &[u8], bits: StatusBits) -> Report {
    let mut report = Report {
        format: Some(Format::StatusList),
        ..Report::default()
    };
    match input::status_list(file) {
        Ok(zlib) => summarise(&mut report, bits, &zlib),
        Err(code) => report.problem(code, "the input"),
    }
    report
}

/// Reads claim 65533 and demands what the draft demands of the token around it (draft-ietf-oauth-status-list 5.2).
pub(super) fn token(report: &mut Report, claims: &Value) {
    if !matches!(claims::get(claims, SUB), Some(Value::Text(_))) {
        report.problem(InspectCode::SubjectMissing, "sub (2) must be the URI of the list");
    }
    if claims::get(claims, IAT).is_none() {
        report.problem(InspectCode::IssuedAtMissing, "iat (6) is missing");
    }
    let list = claims::get(claims, STATUS_LIST);
    let (bits, lst) = match list.map(|list| (claims::get_text(list, "bits"), claims::get_text(list, "lst"))) {
        Some((Some(Value::Int(bits)), Some(Value::Bytes(lst)))) => (*bits, lst),
        _ => {
            let detail = "claim 65533 must be a map with bits and lst";
            return report.problem(InspectCode::StatusListMalformed, detail);
        }
    };
    let known = u64::try_from(bits)
        .ok()
        .and_then(|bits| StatusBits::from_count(bits).ok());
    match known {
        Some(bits) => summarise(report, bits, lst),
        None => report.problem(InspectCode::StatusBitsInvalid, format!("bits is {bits}")),
    }
}

fn summarise(report: &mut Report, bits: StatusBits, zlib: &[u8]) {
    let list = match StatusList::decompress(bits, zlib) {
        Ok(list) => list,
        Err(error) => {
            let code = match error {
                StatusError::TooLarge => InspectCode::TooLarge,
                _ => InspectCode::InflateFailed,
            };
            return report.problem(code, "the status list");
        }
    };
    let mut nonzero = Vec::new();
    let mut nonzero_count = 0;
    for index in 0..list.size() as u64 {
        let value = list.get(index).map_or(0, |status| status.value());
        if value != 0 {
            nonzero_count += 1;
            if nonzero.len() < StatusSummary::LISTED {
                nonzero.push((index, value));
            }
        }
    }
    report.status_list = Some(StatusSummary {
        bits: bits.count(),
        size: list.size(),
        nonzero,
        nonzero_count,
    });
}
