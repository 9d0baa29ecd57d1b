use permitcard_crypto::hash::sha256_of;
use permitcard_protocol::{
    WireCode,
    registration::{ConsentDecision, OneTimeCodeAnswer, StepAnswer},
};

use super::{
    code,
    consult::Consulted,
    load::LoadedAnswer,
    policy::{Progress, Step},
};
use crate::{
    AuthorityError,
    http::{Call, Fault},
    providers::{Environment, Outcome, ProviderError, RegisterMatch, sandbox},
    store::{CheckResult, Consent, Tx},
};

/// What an answer did.
pub(super) enum Judgement {
    /// The step is passed.
    Passed,
    /// It is not.
    Refused {
        code: WireCode,
        /// It uses up a try.
        counts: bool,
    },
    /// The registration is over.
    Ended(WireCode),
    /// Another code is wanted.
    SendAgain,
}

fn refused(code: WireCode, counts: bool) -> Judgement {
    Judgement::Refused { code, counts }
}

/// Judges one answer and keeps its evidence.
pub(super) fn judge(
    call: &Call,
    tx: &Tx<'_>,
    loaded: &LoadedAnswer,
    consulted: &Consulted,
    progress: &mut Progress,
) -> Result<Judgement, Fault> {
    match &loaded.answer {
        StepAnswer::Consent(decisions) => consent(call, tx, loaded, decisions),
        StepAnswer::IdentityClaim(_) => {
            let judgement = identity(call, consulted.found.as_ref(), progress);
            let environment = call.app.providers.register.environment();
            own_evidence(call, tx, loaded, ("exact-match", environment), &judgement)?;
            Ok(judgement)
        }
        StepAnswer::OneTimeCode(OneTimeCodeAnswer::Code(given)) => {
            let judgement = match code::judge(&call.app, tx, &loaded.session, given, call.now)? {
                None => Judgement::Passed,
                Some(code) => refused(code, false),
            };
            let environment = call.app.providers.codes.environment();
            own_evidence(call, tx, loaded, ("one-time-code", environment), &judgement)?;
            Ok(judgement)
        }
        StepAnswer::OneTimeCode(OneTimeCodeAnswer::Resend(_)) => resend(call, tx, loaded, progress),
        StepAnswer::DocumentCheck(answer) | StepAnswer::FaceCheck(answer) => {
            check(call, tx, loaded, &answer.receipt, progress)
        }
    }
}

fn consent(call: &Call, tx: &Tx<'_>, loaded: &LoadedAnswer, decisions: &[ConsentDecision]) -> Result<Judgement, Fault> {
    let rule = loaded.rule.consent.ok_or(AuthorityError::DataDamaged)?;
    // Exactly what was asked, in the words that were shown.
    let [decision] = decisions else {
        return Err(WireCode::AnswerInvalid.into());
    };
    if (decision.kind, decision.version, decision.scope.as_str()) != (rule.kind, rule.version, rule.scope) {
        return Err(WireCode::AnswerInvalid.into());
    }
    tx.put_consent(
        &loaded.session.reference,
        &Consent {
            kind: rule.kind.name(),
            version: rule.version,
            scope: rule.scope,
            given: decision.given,
            decided_at: call.now,
        },
    )?;
    Ok(match (decision.given, rule.refusal_ends) {
        (true, _) => Judgement::Passed,
        (false, true) => Judgement::Ended(WireCode::ConsentRefused),
        (false, false) => refused(WireCode::ConsentRefused, false),
    })
}

fn identity(
    call: &Call,
    found: Option<&Result<Option<RegisterMatch>, ProviderError>>,
    progress: &mut Progress,
) -> Judgement {
    match found {
        Some(Ok(Some(found))) => {
            progress.person = Some(found.person.clone());
            call.app.policy.skip(progress, found.contact.is_some());
            Judgement::Passed
        }
        // One answer for an unknown permit, another name, another document, an ended permit.
        Some(Ok(None)) => refused(WireCode::IdentityNotConfirmed, true),
        Some(Err(ProviderError)) | None => refused(WireCode::CheckUnavailable, false),
    }
}

fn resend(call: &Call, tx: &Tx<'_>, loaded: &LoadedAnswer, progress: &Progress) -> Result<Judgement, Fault> {
    if call.app.policy.tries_left(progress, Step::OneTimeCode) == Some(0) {
        return Ok(Judgement::Ended(WireCode::TriesExhausted));
    }
    let wait = tx
        .code(loaded.session.id)?
        .map_or(0, |code| code::resend_after(&code, call.now));
    Ok(if wait > 0 {
        refused(WireCode::CodeResendTooSoon, false)
    } else {
        Judgement::SendAgain
    })
}

/// Accepts a provider's result only if receipt, session, key and check belong together, so that a launch token that was
/// forwarded to somebody else, who passes the check on his own phone, is worth nothing.
fn check(
    call: &Call,
    tx: &Tx<'_>,
    loaded: &LoadedAnswer,
    receipt: &str,
    progress: &Progress,
) -> Result<Judgement, Fault> {
    let step = loaded.rule.step;
    let (Some(result), Some(launch)) = (tx.check_result(receipt)?, progress.launches.get(&step)) else {
        return Ok(refused(WireCode::ReceiptRefused, true));
    };
    let belongs = result.kind == step.name()
        && result.session == loaded.session.reference
        && result.jkt == loaded.session.jkt
        && result.jkt == call.caller()?.jkt
        && result.nonce == launch.nonce;
    if !belongs {
        return Ok(refused(WireCode::ReceiptRefused, true));
    }
    tx.use_receipt(receipt)?;
    tx.put_evidence(step.name(), &result)?;
    let failed = if step == Step::FaceCheck {
        WireCode::FaceRefused
    } else {
        WireCode::DocumentRefused
    };
    Ok(match Outcome::from_name(&result.outcome) {
        Outcome::Passed => Judgement::Passed,
        Outcome::Failed => refused(failed, true),
        Outcome::Inconclusive => refused(WireCode::CheckInconclusive, true),
        Outcome::Unavailable => refused(WireCode::CheckUnavailable, false),
    })
}

/// Evidence of a step that the authority judged by itself; its digest stands for no value of the person.
fn own_evidence(
    call: &Call,
    tx: &Tx<'_>,
    loaded: &LoadedAnswer,
    (method, environment): (&str, Environment),
    judgement: &Judgement,
) -> Result<(), AuthorityError> {
    let outcome = match judgement {
        Judgement::Passed => Outcome::Passed,
        Judgement::Refused {
            code: WireCode::CheckUnavailable,
            ..
        } => Outcome::Unavailable,
        _ => Outcome::Failed,
    };
    let step = loaded.rule.step.name();
    let reference = &loaded.session.reference;
    tx.put_evidence(
        step,
        &CheckResult {
            kind: step.to_owned(),
            session: reference.clone(),
            jkt: loaded.session.jkt.clone(),
            nonce: String::new(),
            outcome: outcome.name().to_owned(),
            provider: sandbox::PROVIDER.to_owned(),
            method: method.to_owned(),
            environment: environment.name().to_owned(),
            performed_at: call.now,
            evidence: sha256_of(&[reference.as_bytes(), step.as_bytes(), outcome.name().as_bytes()]),
        },
    )
}
