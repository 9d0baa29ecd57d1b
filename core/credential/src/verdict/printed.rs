//! A printed permit: issuer and status as usual, and a holder that nobody can prove.

use permitcard_crypto::hash::sha256_of;

use super::{
    Verdict, VerdictCode, VerdictError, Verdicts, VerifyInput,
    verify::{Claimed, issuer_code, issuer_key, issuer_verdict, status_verdict},
};
use crate::printed::{Printed, decode};

/// Verifies a printed permit. Whatever its signature says, the holder's verdict is [`VerdictCode::DocumentOnly`]: paper
/// can be copied, so that no policy that needs the holder is ever met.
///
/// # Errors
/// [`VerdictError`] for a text that is no printed permit of this profile.
pub(super) fn verify_printed(input: &VerifyInput<'_>) -> Result<Verdicts, VerdictError> {
    let token = decode(input.text)?;
    let printed = Printed::parse(&token).map_err(VerdictError::Malformed)?;
    let claimed = Claimed {
        kid: *printed.kid(),
        iss: printed.iss(),
        iat: printed.iat(),
        exp: printed.exp(),
        test: printed.test(),
        status_idx: printed.status_idx(),
        status_uri: printed.status_uri(),
    };
    let signer = issuer_key(&claimed, input, |key| printed.check_issuer(key).is_ok());
    let proven = signer.is_ok();
    let issuer = match &signer {
        Err(code) => *code,
        Ok(_) => issuer_code(&claimed, input, true),
    };
    let document = printed.document();
    Ok(Verdicts {
        issuer: issuer_verdict(issuer, input),
        holder: Verdict::new(VerdictCode::DocumentOnly, None),
        status: status_verdict(&claimed, input, proven),
        disclosed: proven.then(|| document.disclosed()),
        document: proven.then(|| document.clone()),
        test: printed.test() || matches!(signer, Err(VerdictCode::TestMismatch)),
        iss: printed.iss().to_owned(),
        aud: String::new(),
        presented_at: printed.iat(),
        expires_at: printed.exp(),
        nonce_confirmed: false,
        beacon: None,
        beacon_age_s: None,
        seen_before: input.seen_before,
        replay_key: sha256_of(&[printed.signature(), &printed.iat().to_be_bytes()]),
    })
}
