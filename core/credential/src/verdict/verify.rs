use permitcard_crypto::{ecdsa::PublicKey, hash::sha256_of};

use super::{Policy, Verdict, VerdictCode, VerdictError, Verdicts, printed::verify_printed};
use crate::{
    cose::KeyId,
    permit::{PRESENTATION_LIFE_S, Presentation},
    printed,
    qr::text,
    snapshot::{SKEW_S, Snapshot, StatusAnswer, TrustKey, Usage},
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

/// Verifies a scanned text: a live presentation, or a printed permit, which has no prefix and is told by what it is.
///
/// # Errors
/// [`VerdictError`] for a text that is neither; everything else is a verdict.
pub fn verify(input: &VerifyInput<'_>) -> Result<Verdicts, VerdictError> {
    if printed::looks_printed(input.text) {
        return verify_printed(input);
    }
    verify_token(&text::decode(input.text)?, input)
}

/// Verifies the key binding token of a presentation, as [`verify`] does: what came in several frames
/// ([`qr::frames`](crate::qr::frames)) is longer than one text may be. The text of `input` is not looked at.
///
/// # Errors
/// [`VerdictError::Malformed`]; everything else is a verdict.
pub fn verify_token(token: &[u8], input: &VerifyInput<'_>) -> Result<Verdicts, VerdictError> {
    let presentation = Presentation::parse(token).map_err(VerdictError::Malformed)?;
    let credential = presentation.credential();
    let claimed = Claimed {
        kid: *credential.kid(),
        iss: credential.iss(),
        iat: credential.iat(),
        exp: credential.exp(),
        test: credential.test(),
        status_idx: credential.status_idx(),
        status_uri: credential.status_uri(),
    };

    let signer = issuer_key(&claimed, input, |key| credential.check_issuer(key).is_ok());
    let disclosed = presentation.disclosed().ok();
    let issuer = match &signer {
        Err(code) => *code,
        Ok(_) => issuer_code(&claimed, input, disclosed.is_some()),
    };
    let proven = signer.is_ok();
    let holder = if proven {
        holder_code(&presentation, input)
    } else {
        VerdictCode::HolderUnproven
    };

    Ok(Verdicts {
        issuer: issuer_verdict(issuer, input),
        holder: Verdict::new(holder, proven.then(|| age(input, presentation.iat()))),
        status: status_verdict(&claimed, input, proven),
        disclosed: disclosed.filter(|_| proven),
        document: None,
        // A mismatch means that one of the two says test.
        test: credential.test() || matches!(signer, Err(VerdictCode::TestMismatch)),
        iss: credential.iss().to_owned(),
        aud: presentation.aud().to_owned(),
        presented_at: presentation.iat(),
        expires_at: presentation.exp(),
        nonce_confirmed: proven && input.nonce.is_some() && presentation.nonce() == input.nonce,
        beacon: presentation.beacon(),
        beacon_age_s: presentation
            .beacon()
            // A value that somebody else put there says nothing about when the phone signed.
            .filter(|_| proven && holder != VerdictCode::HolderSignatureInvalid)
            .and_then(|value| {
                let snapshot = input.snapshot;
                snapshot.beacon_age(&value, credential.iss(), credential.test(), input.now)
            }),
        seen_before: input.seen_before,
        replay_key: sha256_of(&[credential.signature(), &presentation.iat().to_be_bytes()]),
    })
}

/// What a credential or a printed permit says about its issuer, its times and its status.
pub(super) struct Claimed<'a> {
    pub(super) kid: KeyId,
    pub(super) iss: &'a str,
    pub(super) iat: i64,
    pub(super) exp: i64,
    pub(super) test: bool,
    pub(super) status_idx: u64,
    pub(super) status_uri: &'a str,
}

/// The issuer's verdict of a code; as old as the trust list, unless that says nothing about the issuer.
pub(super) fn issuer_verdict(code: VerdictCode, input: &VerifyInput<'_>) -> Verdict {
    let listed = code != VerdictCode::IssuerUnlisted;
    Verdict::new(code, listed.then(|| age(input, input.snapshot.issued_at())))
}

fn age(input: &VerifyInput<'_>, since: i64) -> i64 {
    input.now.saturating_sub(since)
}

/// The listed key that signed the credential and may do so, or why there is none. Without it the credential's claims,
/// the holder's key among them, are words of a stranger.
pub(super) fn issuer_key<'s>(
    claimed: &Claimed<'_>,
    input: &VerifyInput<'s>,
    signed_by: impl Fn(&PublicKey) -> bool,
) -> Result<&'s TrustKey, VerdictCode> {
    let candidates = || input.snapshot.keys(claimed.kid, claimed.iss);
    if candidates().next().is_none() {
        return Err(VerdictCode::IssuerUnlisted);
    }
    let signer = candidates()
        .find(|candidate| signed_by(&candidate.key))
        .ok_or(VerdictCode::IssuerSignatureInvalid)?;
    if input.snapshot.is_compromised(claimed.kid, &signer.key) {
        return Err(VerdictCode::KeyCompromised);
    }
    // The same key may be listed twice, for different uses.
    let entry = candidates()
        .filter(|candidate| candidate.key == signer.key)
        .find(|entry| entry.usage.has(Usage::CREDENTIAL))
        .ok_or(VerdictCode::KeyUsageWrong)?;
    if entry.usage.has(Usage::TEST) != claimed.test {
        return Err(VerdictCode::TestMismatch);
    }
    if claimed.test && !input.sandbox {
        return Err(VerdictCode::TestRefused);
    }
    if !entry.covers(claimed.iat) {
        return Err(VerdictCode::KeyOutsidePeriod);
    }
    Ok(entry)
}

/// Times and hashes of a credential whose signature is good.
pub(super) fn issuer_code(claimed: &Claimed<'_>, input: &VerifyInput<'_>, hashes_match: bool) -> VerdictCode {
    if from_future(claimed.iat, input.now) {
        VerdictCode::CredentialFromFuture
    } else if over(claimed.exp, input.now) {
        VerdictCode::CredentialExpired
    } else if !hashes_match {
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

pub(super) fn status_verdict(claimed: &Claimed<'_>, input: &VerifyInput<'_>, proven: bool) -> Verdict {
    if !proven {
        return Verdict::new(VerdictCode::StatusUnproven, None);
    }
    let (uri, idx) = (claimed.status_uri, claimed.status_idx);
    let (code, issued_at) = match input.snapshot.status(uri, claimed.iss, claimed.test, idx, input.now) {
        StatusAnswer::Missing => (VerdictCode::StatusUnknown, None),
        StatusAnswer::Expired { issued_at } => (VerdictCode::StatusUnknown, Some(issued_at)),
        StatusAnswer::Outside { issued_at } => (VerdictCode::StatusOutside, Some(issued_at)),
        StatusAnswer::Found { status, issued_at } => {
            let code = match status {
                Status::Valid => VerdictCode::StatusValid,
                Status::Invalid => VerdictCode::StatusRevoked,
                Status::Suspended => VerdictCode::StatusSuspended,
                Status::EMPLOYER_CHANGE_PENDING => VerdictCode::StatusEmployerChangePending,
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
