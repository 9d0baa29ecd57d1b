//! An SD-CWT, alone or inside of a key binding token (draft-ietf-spice-sd-cwt).

use std::borrow::Cow;

use permitcard_credential::{
    cose::{AnyKey, AnySign1, Sign1Tag, TAG_CWT, TAG_SIGN1, value::Value},
    sdcwt::{
        SdCwtError, TYP_SD_CWT,
        draft::{Restored, SdCwtToken},
    },
};

use super::{LIMITS, kind, kind::TYP, of_cose};
use crate::inspect::{
    InspectCode,
    report::{Disclosures, Format, Layer, Report},
    time,
};

/// What a key binding token needs of the SD-CWT inside.
pub(super) struct Credential {
    /// Its claims; `None` when they could not be put together.
    pub restored: Option<Restored>,
    /// The key in `cnf`.
    pub holder: Option<AnyKey>,
}

/// Reads the claims with what is disclosed, and all that the draft demands of them. `bytes` are those of `sign1`.
pub(super) fn read(report: &mut Report, sign1: &AnySign1<'_>, bytes: &[u8], now: i64) -> Option<Credential> {
    kind::expect_typ(report, sign1, Format::SdCwt);
    let bytes = typed(sign1, bytes);
    let token = match SdCwtToken::parse(&bytes, &LIMITS) {
        Ok(token) => token,
        Err(error) => {
            refused(report, Layer::Issuer, error);
            return None;
        }
    };
    let holder = token.holder_key().ok();
    let restored = match token.restore_counting() {
        Ok(restored) => restored,
        Err(error) => {
            refused(report, Layer::Issuer, error);
            return Some(Credential { restored: None, holder });
        }
    };
    for problem in token.problems(&restored, None) {
        refused(report, Layer::Issuer, problem);
    }
    time::edges(report, Layer::Issuer, &restored.claims, now);
    report.disclosures = Some(Disclosures {
        matched: restored.matched,
        unmatched: restored.unmatched,
        decoys: restored.decoys,
        hash: restored.hash,
    });
    report.claims = Some(restored.claims.clone());
    Some(Credential {
        restored: Some(restored),
        holder,
    })
}

/// Adds what the draft's reader found, unless the same was said before.
pub(super) fn refused(report: &mut Report, layer: Layer, error: SdCwtError) {
    let code = of_sd_cwt(error);
    if !report.has(code) || !matches!(error, SdCwtError::Cose(_) | SdCwtError::BindingMalformed) {
        report.problem(code, format!("{}: {error}", layer.name()));
    }
}

fn of_sd_cwt(error: SdCwtError) -> InspectCode {
    match error {
        SdCwtError::Cose(error) => of_cose(error),
        SdCwtError::TypeUnexpected => InspectCode::TypeUnexpected,
        SdCwtError::EncryptedClaims => InspectCode::EncryptionUnsupported,
        SdCwtError::HashUnsupported => InspectCode::HashUnsupported,
        SdCwtError::TooManyDisclosures => InspectCode::TooMany,
        SdCwtError::DisclosureMalformed => InspectCode::DisclosureMalformed,
        SdCwtError::DisclosureUnmatched => InspectCode::DisclosureUnmatched,
        SdCwtError::DisclosureDuplicate => InspectCode::DisclosureDuplicate,
        SdCwtError::SdClaimsEmpty => InspectCode::SdClaimsEmpty,
        SdCwtError::RedactionMalformed => InspectCode::RedactionMalformed,
        SdCwtError::RedactionForbidden => InspectCode::RedactionForbidden,
        SdCwtError::PreIssuance => InspectCode::PreIssuance,
        SdCwtError::KeyExists => InspectCode::KeyExists,
        SdCwtError::IssuerMissing => InspectCode::IssuerMissing,
        SdCwtError::SubjectMissing => InspectCode::SubjectMissing,
        SdCwtError::TimeOrderInvalid => InspectCode::TimeOrderInvalid,
        SdCwtError::Expired => InspectCode::Expired,
        SdCwtError::NotYetValid => InspectCode::NotYetValid,
        SdCwtError::HolderKeyMissing => InspectCode::HolderKeyMissing,
        SdCwtError::HolderKeyUnsupported => InspectCode::HolderKeyUnsupported,
        SdCwtError::BindingMalformed => InspectCode::BindingMalformed,
        SdCwtError::AudienceMissing => InspectCode::AudienceMissing,
        SdCwtError::BindingTimeMissing => InspectCode::BindingTimeMissing,
        SdCwtError::BindingClaimForbidden => InspectCode::BindingClaimForbidden,
        SdCwtError::BindingTooEarly => InspectCode::BindingTooEarly,
        SdCwtError::BindingTooLong => InspectCode::BindingTooLong,
        _ => InspectCode::ClaimsMalformed,
    }
}

/// The token as it came, or with the type that it should have: one without it is refused, and shown all the same.
fn typed<'b>(sign1: &AnySign1<'_>, bytes: &'b [u8]) -> Cow<'b, [u8]> {
    if kind::names(sign1, Format::SdCwt) {
        Cow::Borrowed(bytes)
    } else {
        Cow::Owned(with_headers(sign1, &[(TYP, Value::Int(TYP_SD_CWT.into()))]).encode())
    }
}

/// The same object with other protected headers. Its signature does not verify; only its claims are read.
pub(super) fn with_headers(sign1: &AnySign1<'_>, replaced: &[(i64, Value)]) -> Value {
    let stays = |label: &Value| !replaced.iter().any(|(other, _)| *label == Value::from(*other));
    let kept = |(label, value): (&Value, &Value)| stays(label).then(|| (label.clone(), value.clone()));
    let mut protected: Vec<(Value, Value)> = sign1.protected_headers().filter_map(kept).collect();
    protected.extend(
        replaced
            .iter()
            .map(|(label, value)| (Value::from(*label), value.clone())),
    );
    let array = Value::Array(vec![
        Value::Bytes(Value::Map(protected).encode()),
        Value::Map(sign1.unprotected_headers().filter_map(kept).collect()),
        sign1.payload().map_or(Value::Null, Value::from),
        Value::from(sign1.signature()),
    ]);
    let tagged = |tag, inside| Value::Tag(tag, Box::new(inside));
    match sign1.tag() {
        Sign1Tag::Untagged => array,
        Sign1Tag::Sign1 => tagged(TAG_SIGN1, array),
        Sign1Tag::Cwt => tagged(TAG_CWT, tagged(TAG_SIGN1, array)),
    }
}
