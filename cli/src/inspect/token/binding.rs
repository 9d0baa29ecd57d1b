//! A key binding token and the SD-CWT inside (draft-ietf-spice-sd-cwt).

use std::borrow::Cow;

use permitcard_credential::{
    cose::{AnyKey, AnySign1, value::Value},
    sdcwt::{TYP_KBT, TYP_SD_CWT, draft::KbtToken},
};

use super::{
    LIMITS, claims_of, envelope,
    kind::{self, KCWT, TYP},
    sd_cwt::{self, with_headers},
    signature,
};
use crate::inspect::{
    InspectCode, Options,
    report::{Format, Layer, Report},
    time,
};

/// Reads both layers into the report. `bytes` are those of `sign1`.
pub(super) fn read(report: &mut Report, sign1: &AnySign1<'_>, bytes: &[u8], options: &Options) {
    let inside = sign1.protected_header_bytes(KCWT);
    let inner = match inside.map(envelope) {
        Some(Ok(inner)) => Some(inner),
        Some(Err(code)) => {
            report.problem(code, "issuer: the SD-CWT in kcwt (13)");
            None
        }
        None => {
            report.problem(InspectCode::BindingMalformed, "holder: no SD-CWT under kcwt (13)");
            None
        }
    };
    let credential = inner.as_ref().zip(inside).and_then(|(inner, inside)| {
        signature::issuer(report, inner, options);
        sd_cwt::read(report, inner, inside, options.now)
    });

    let keys: Vec<&AnyKey> = credential
        .iter()
        .filter_map(|credential| credential.holder.as_ref())
        .collect();
    // Without any key nothing is checked; with some, a holder without a key is not verified.
    let keys = (!options.keys.is_empty()).then_some(keys.as_slice());
    signature::check(report, Layer::Holder, sign1, keys, &options.external_aad);
    kind::expect_typ(report, sign1, Format::SdCwtKbt);

    match KbtToken::parse(&typed(sign1, inner.as_ref(), bytes), &LIMITS) {
        Ok(kbt) => {
            let restored = credential.as_ref().and_then(|credential| credential.restored.as_ref());
            for problem in restored.iter().flat_map(|restored| kbt.problems(restored, None)) {
                sd_cwt::refused(report, Layer::Holder, problem);
            }
        }
        // What is wrong inside was said before.
        Err(_) if inner.is_some() && credential.is_none() => {}
        Err(error) => sd_cwt::refused(report, Layer::Holder, error),
    }
    if let Ok(claims) = claims_of(sign1) {
        time::edges(report, Layer::Holder, &claims, options.now);
        report.holder = Some(claims);
    }
}

/// The token as it came, or with the types that both layers should have: one without them is refused, and shown all the
/// same.
fn typed<'b>(sign1: &AnySign1<'_>, inner: Option<&AnySign1<'_>>, bytes: &'b [u8]) -> Cow<'b, [u8]> {
    let mut headers = Vec::new();
    if !kind::names(sign1, Format::SdCwtKbt) {
        headers.push((TYP, Value::Int(TYP_KBT.into())));
    }
    if let Some(inner) = inner.filter(|inner| !kind::names(inner, Format::SdCwt)) {
        headers.push((KCWT, with_headers(inner, &[(TYP, Value::Int(TYP_SD_CWT.into()))])));
    }
    if headers.is_empty() {
        Cow::Borrowed(bytes)
    } else {
        Cow::Owned(with_headers(sign1, &headers).encode())
    }
}
