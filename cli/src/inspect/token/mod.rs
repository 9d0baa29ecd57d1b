//! From the bytes of a signed object to the report.

mod binding;
mod kind;
mod sd_cwt;
mod signature;
mod status;

use permitcard_credential::cose::{
    AnySign1, CoseError,
    cbor::CborError,
    value::{Limits, Value},
};

use self::kind::kind;
pub(super) use self::status::bare_list;
use super::{
    InspectCode, Options,
    claims::{self, CLAIM_169},
    input::{self, MAX_INPUT, Unpacked, Wrapping},
    report::{Format, Layer, Report},
    time,
};

/// Limits of every CBOR document.
const LIMITS: Limits = Limits::new(MAX_INPUT);
/// Header labels that may be critical because the SD-CWT layer understands them: `kcwt`, claims in the
/// header (RFC 9597), `sd_alg`.
const UNDERSTOOD: [i64; 3] = [13, 15, 170];

/// Recognises an input and reads it.
pub(super) fn recognise(file: &[u8], options: &Options) -> Report {
    let Unpacked { bytes, wrapping } = match input::unpack(file) {
        Ok(unpacked) => unpacked,
        Err((code, wrapping)) => return failed(code, "the input", wrapping),
    };
    let sign1 = match envelope(&bytes) {
        Ok(sign1) => sign1,
        // An array of four that is no envelope may be any CBOR.
        Err(InspectCode::CoseMalformed) if wrapping == Wrapping::None && bytes.first() == Some(&0x84) => {
            return failed(
                InspectCode::Unrecognised,
                "an array of four, but no COSE_Sign1",
                wrapping,
            );
        }
        // What a printed code carries may be encrypted (claim 169).
        Err(InspectCode::CoseMalformed) if wrapping == Wrapping::Printed && is_encrypted(&bytes) => {
            return failed(InspectCode::EncryptionUnsupported, "a COSE_Encrypt0", wrapping);
        }
        Err(code) => return failed(code, "the envelope", wrapping),
    };
    read(&sign1, &bytes, wrapping, options)
}

/// Whether the tag of a COSE_Encrypt0 is in front (RFC 9052 5.2), behind that of a CWT or not.
fn is_encrypted(bytes: &[u8]) -> bool {
    matches!(bytes, [0xd0, ..] | [0xd8, 0x3d, 0xd0, ..])
}

/// Reads a COSE_Sign1, tagged or not.
fn envelope(bytes: &[u8]) -> Result<AnySign1<'_>, InspectCode> {
    AnySign1::parse_with(bytes, &LIMITS, &UNDERSTOOD).map_err(of_cose)
}

fn of_cose(error: CoseError) -> InspectCode {
    match error {
        CoseError::Cbor(error) => of_cbor(error),
        CoseError::TooLong => InspectCode::TooLarge,
        CoseError::AlgorithmMissing => InspectCode::AlgorithmMissing,
        CoseError::AlgorithmUnsupported => InspectCode::AlgorithmUnsupported,
        CoseError::HeaderDuplicate => InspectCode::HeaderDuplicate,
        CoseError::CriticalHeader => InspectCode::CriticalHeader,
        CoseError::PayloadDetached => InspectCode::PayloadDetached,
        CoseError::KeyInvalid | CoseError::KeyCompressed => InspectCode::HolderKeyUnsupported,
        CoseError::SignatureInvalid => InspectCode::SignatureInvalid,
        _ => InspectCode::CoseMalformed,
    }
}

fn of_cbor(error: CborError) -> InspectCode {
    match error {
        CborError::TooLong => InspectCode::TooLarge,
        CborError::TooDeep => InspectCode::TooDeep,
        CborError::TooMany => InspectCode::TooMany,
        CborError::NotDeterministic => InspectCode::CborNotDeterministic,
        CborError::DuplicateKey => InspectCode::CborDuplicateKey,
        CborError::TrailingBytes => InspectCode::CborTrailingBytes,
        _ => InspectCode::CborMalformed,
    }
}

fn failed(code: InspectCode, detail: &str, wrapping: Wrapping) -> Report {
    let format = match (wrapping, code) {
        (Wrapping::Wpc1, _) => Some(Format::SdCwtKbt),
        (Wrapping::Printed, _) => Some(Format::Claim169),
        (Wrapping::None, InspectCode::Unrecognised | InspectCode::TooLarge) => None,
        // It began like one.
        (Wrapping::None, _) => Some(Format::CoseSign1),
    };
    let mut report = Report {
        format,
        ..Report::default()
    };
    report.problem(code, detail);
    report
}

/// The payload as a map of claims.
fn claims_of(sign1: &AnySign1<'_>) -> Result<Value, InspectCode> {
    let payload = sign1.payload().map_err(of_cose)?;
    match Value::decode(payload, &LIMITS).map_err(of_cbor)? {
        claims @ Value::Map(_) => Ok(claims),
        _ => Err(InspectCode::ClaimsMalformed),
    }
}

fn read(sign1: &AnySign1<'_>, bytes: &[u8], wrapping: Wrapping, options: &Options) -> Report {
    let claims = claims_of(sign1);
    let format = match wrapping {
        Wrapping::Wpc1 => Format::SdCwtKbt,
        Wrapping::Printed => Format::Claim169,
        Wrapping::None => kind(sign1, &claims),
    };
    let mut report = Report {
        format: Some(format),
        ..Report::default()
    };
    match format {
        Format::SdCwtKbt => binding::read(&mut report, sign1, bytes, options),
        Format::SdCwt => {
            signature::issuer(&mut report, sign1, options);
            sd_cwt::read(&mut report, sign1, bytes, options.now);
        }
        Format::CoseSign1 => {
            signature::issuer(&mut report, sign1, options);
            report.payload = sign1.payload().ok().map(<[u8]>::to_vec);
        }
        Format::Cwt | Format::StatusListToken | Format::Claim169 | Format::StatusList => {
            signature::issuer(&mut report, sign1, options);
            match claims {
                Ok(claims) => plain(&mut report, format, sign1, claims, options.now),
                // The signature has said so.
                Err(InspectCode::PayloadDetached) => {}
                Err(code) => report.problem(code, "the payload"),
            }
        }
    }
    report
}

/// The claims of a token without redacted ones.
fn plain(report: &mut Report, format: Format, sign1: &AnySign1<'_>, claims: Value, now: i64) {
    time::check(report, Layer::Issuer, &claims, now);
    match format {
        Format::StatusListToken => {
            kind::expect_typ(report, sign1, format);
            status::token(report, &claims);
        }
        Format::Claim169 if !matches!(claims::get(&claims, CLAIM_169), Some(Value::Map(_))) => {
            report.problem(InspectCode::Claim169Missing, "the claims have no map under 169");
        }
        _ => {}
    }
    report.claims = Some(claims);
}
