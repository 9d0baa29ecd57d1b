use permitcard_crypto::hash::sha256_of;

use super::{Policy, Verdict, VerdictCode, VerdictError, Verdicts};
use crate::{
    permit::{Credential, Disclosed, PRESENTATION_LIFE_S, Presentation},
    qr::text,
    snapshot::{KeyState, SKEW_S, Snapshot, StatusAnswer, TrustKey, Usage},
    status::Status,
};

/// Everything that a verification depends on.
#[derive(Clone, Copy)]
pub struct VerifyInput<'a> {
    /// The scanned text.
    pub text: &'a str,
    /// Keys and status lists.
    pub snapshot: &'a Snapshot,
    /// Now, seconds since 1970.
    pub now: i64,
    /// The purpose; gives the audience unless [`aud`](Self::aud) does.
    pub policy: &'a Policy,
    /// The verifier's own audience, compared exactly.
    pub aud: Option<&'a str>,
    /// The nonce that the verifier asked for.
    pub nonce: Option<&'a [u8]>,
    /// Accepts test keys.
    pub sandbox: bool,
    /// When this verifier saw the presentation before, seconds since 1970, if it did.
    pub seen_before: Option<i64>,
}

/// Verifies a presentation.
///
/// # Errors
/// [`VerdictError`] for a text that is no presentation; everything else is a verdict.
pub fn verify(input: &VerifyInput<'_>) -> Result<Verdicts, VerdictError> {
    let bytes = text::decode(input.text)?;
    let presentation = Presentation::parse(&bytes).map_err(VerdictError::Malformed)?;
    let credential = presentation.credential();

    let signer = issuer_key(credential, input);
    let disclosed = presentation.disclosed().ok();
    let issuer = match &signer {
        Err(code) => *code,
        Ok(_) => issuer_code(credential, input, disclosed.as_ref()),
    };
    let proven = signer.is_ok();
    let holder = if proven {
        holder_code(&presentation, input)
    } else {
        VerdictCode::HolderUnproven
    };
    let status = if proven {
        status_verdict(credential, input)
    } else {
        Verdict::new(VerdictCode::StatusUnproven, None)
    };

    let listed = issuer != VerdictCode::IssuerUnlisted;
    Ok(Verdicts {
        issuer: Verdict::new(issuer, listed.then(|| age(input, input.snapshot.issued_at()))),
        holder: Verdict::new(holder, proven.then(|| age(input, presentation.iat()))),
        status,
        disclosed: disclosed.filter(|_| proven),
        // A mismatch means that one of the two says test.
        test: credential.test() || matches!(signer, Err(VerdictCode::TestMismatch)),
        iss: credential.iss().to_owned(),
        aud: presentation.aud().to_owned(),
        presented_at: presentation.iat(),
        expires_at: presentation.exp(),
        nonce_confirmed: proven && input.nonce.is_some() && presentation.nonce() == input.nonce,
        beacon: presentation.beacon(),
        seen_before: input.seen_before,
        replay_key: sha256_of(&[credential.signature(), &presentation.iat().to_be_bytes()]),
    })
}

fn age(input: &VerifyInput<'_>, since: i64) -> i64 {
    input.now.saturating_sub(since)
}

/// The listed key that signed the credential and may do so, or why there is none. Without it the credential's claims,
/// the holder's key among them, are words of a stranger.
fn issuer_key<'s>(credential: &Credential<'_>, input: &VerifyInput<'s>) -> Result<&'s TrustKey, VerdictCode> {
    let candidates = || input.snapshot.keys(*credential.kid(), credential.iss());
    if candidates().next().is_none() {
        return Err(VerdictCode::IssuerUnlisted);
    }
    let signer = candidates()
        .find(|candidate| credential.check_issuer(&candidate.key).is_ok())
        .ok_or(VerdictCode::IssuerSignatureInvalid)?;
    // The same key may be listed twice; once compromised is compromised.
    let entries = || candidates().filter(|candidate| candidate.key == signer.key);
    if entries().any(|entry| entry.state == KeyState::Compromised) {
        return Err(VerdictCode::KeyCompromised);
    }
    let entry = entries()
        .find(|entry| entry.usage.has(Usage::CREDENTIAL))
        .ok_or(VerdictCode::KeyUsageWrong)?;
    if entry.usage.has(Usage::TEST) != credential.test() {
        return Err(VerdictCode::TestMismatch);
    }
    if credential.test() && !input.sandbox {
        return Err(VerdictCode::TestRefused);
    }
    if !entry.covers(credential.iat()) {
        return Err(VerdictCode::KeyOutsidePeriod);
    }
    Ok(entry)
}

/// Times and hashes of a credential whose signature is good.
fn issuer_code(credential: &Credential<'_>, input: &VerifyInput<'_>, disclosed: Option<&Disclosed>) -> VerdictCode {
    if from_future(credential.iat(), input.now) {
        VerdictCode::CredentialFromFuture
    } else if over(credential.exp(), input.now) {
        VerdictCode::CredentialExpired
    } else if disclosed.is_none() {
        VerdictCode::DisclosureInvalid
    } else if input.now > input.snapshot.expires_at() {
        VerdictCode::TrustListExpired
    } else {
        VerdictCode::IssuerGood
    }
}

fn holder_code(presentation: &Presentation<'_>, input: &VerifyInput<'_>) -> VerdictCode {
    let (iat, exp, credential) = (presentation.iat(), presentation.exp(), presentation.credential());
    if presentation.check_holder().is_err() {
        VerdictCode::HolderSignatureInvalid
    } else if !exp
        .checked_sub(iat)
        .is_some_and(|life| (1..=PRESENTATION_LIFE_S).contains(&life))
    {
        VerdictCode::PresentationPeriodInvalid
    } else if from_future(iat, input.now) {
        VerdictCode::PresentationFromFuture
    } else if over(exp, input.now) {
        VerdictCode::PresentationExpired
    } else if iat < credential.iat() || exp > credential.exp() {
        VerdictCode::PresentationOutsideCredential
    } else if presentation.aud() != input.aud.unwrap_or(input.policy.aud()) {
        VerdictCode::AudienceWrong
    } else {
        match (input.nonce, presentation.nonce()) {
            (Some(_), None) => VerdictCode::NonceMissing,
            (Some(asked), Some(given)) if asked != given => VerdictCode::NonceWrong,
            _ if input.seen_before.is_some() => VerdictCode::SeenBefore,
            _ => VerdictCode::HolderGood,
        }
    }
}

fn status_verdict(credential: &Credential<'_>, input: &VerifyInput<'_>) -> Verdict {
    let (uri, iss, test) = (credential.status_uri(), credential.iss(), credential.test());
    let (code, issued_at) = match input
        .snapshot
        .status(uri, iss, test, credential.status_idx(), input.now)
    {
        StatusAnswer::Missing => (VerdictCode::StatusUnknown, None),
        StatusAnswer::Expired { issued_at } => (VerdictCode::StatusUnknown, Some(issued_at)),
        StatusAnswer::Outside { issued_at } => (VerdictCode::StatusOutside, Some(issued_at)),
        StatusAnswer::Found { status, issued_at } => {
            let code = match status {
                Status::Valid => VerdictCode::StatusValid,
                Status::Invalid => VerdictCode::StatusRevoked,
                Status::Suspended => VerdictCode::StatusSuspended,
                Status::Application(_) => VerdictCode::StatusOther,
            };
            (code, Some(issued_at))
        }
    };
    Verdict::new(code, issued_at.map(|issued_at| age(input, issued_at)))
}

/// Both edges are inclusive: half a minute of difference between the clocks is allowed.
fn from_future(iat: i64, now: i64) -> bool {
    iat > now.saturating_add(SKEW_S)
}

fn over(exp: i64, now: i64) -> bool {
    now > exp.saturating_add(SKEW_S)
}
