use permitcard_protocol::{
    WireCode, limits,
    registration::{ConsentDecision, IdentityClaim, OneTimeCodeAnswer, StepAnswer},
};

use super::{
    code::{self, CodeJudgement},
    consult::Consulted,
    evidence::{self, Own, own_evidence},
    load::LoadedAnswer,
    names::{self, Match},
    policy::{Claim, Progress, Step},
    window::{self, WindowJudgement},
};
use crate::{
    AuthorityError,
    http::{Call, Fault},
    limits as caps,
    providers::{self, DocumentFacts, Environment, Expected, Outcome, RegisterRecord, Verdict},
    store::{Consent, Tx},
};

/// What an answer did.
pub(super) enum Judgement {
    /// The step is passed, with evidence of this time.
    Passed(i64),
    /// It is not.
    Refused {
        code: WireCode,
        /// It uses up a try.
        counts: bool,
    },
    /// The registration moved on by more than this step, or back; with what the holder is told.
    Moved(Option<WireCode>),
    /// The registration is over.
    Ended(WireCode),
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
        StepAnswer::Consent(decisions) => consent(call, tx, loaded, decisions, progress),
        StepAnswer::IdentityClaim(claim) => match found(consulted) {
            None => Ok(refused(WireCode::CheckUnavailable, false)),
            Some(record) => identity(call, tx, loaded, claim, record, progress),
        },
        StepAnswer::OneTimeCode(OneTimeCodeAnswer::Code(given)) => one_time_code(call, tx, loaded, given, progress),
        StepAnswer::OneTimeCode(OneTimeCodeAnswer::Resend(_)) => match found(consulted) {
            None => Ok(refused(WireCode::CheckUnavailable, false)),
            Some(record) => resend(call, tx, loaded, record, progress),
        },
        StepAnswer::InPersonCode(answer) => in_person(call, tx, loaded, &answer.code, progress),
        // Nothing is used up while the register cannot be asked.
        StepAnswer::DocumentCheck(_) if found(consulted).is_none() => Ok(refused(WireCode::CheckUnavailable, false)),
        StepAnswer::DocumentCheck(answer)
        | StepAnswer::FaceCheck(answer)
        | StepAnswer::BankCard(answer)
        | StepAnswer::Sim(answer) => check(call, tx, loaded, &answer.receipt, consulted, progress),
    }
}

/// What the register said, if it could say anything.
fn found(consulted: &Consulted) -> Option<Option<&RegisterRecord>> {
    match &consulted.found {
        Some(Ok(record)) => Some(record.as_ref()),
        Some(Err(_)) | None => None,
    }
}

fn consent(
    call: &Call,
    tx: &Tx<'_>,
    loaded: &LoadedAnswer,
    decisions: &[ConsentDecision],
    progress: &mut Progress,
) -> Result<Judgement, Fault> {
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
        (true, _) => Judgement::Passed(call.now),
        (false, true) => Judgement::Ended(WireCode::ConsentRefused),
        (false, false) => {
            progress.refused.insert(loaded.rule.step);
            refused(WireCode::ConsentRefused, false)
        }
    })
}

/// A claim always moves on, unless the holder's document was checked already.
fn identity(
    call: &Call,
    tx: &Tx<'_>,
    loaded: &LoadedAnswer,
    claim: &IdentityClaim,
    record: Option<&RegisterRecord>,
    progress: &mut Progress,
) -> Result<Judgement, Fault> {
    caps::note_claim(&call.app, tx, &claim.number, &loaded.session.jkt, call.now)?;
    progress.capped = caps::is_closed(&call.app, tx, &claim.number, None, call.now)?;
    let right = names::if_right(record, claim);
    let claim = Claim {
        claim: claim.clone(),
        matched: right.map(|record| record.person.clone()),
    };
    let was_right = progress.claim.as_ref().is_some_and(|before| before.matched.is_some());
    let is_new = progress.claimed(claim, call.now);
    // What was sent for an earlier claim passes no other one, also where no other code is sent. Nobody learns by it.
    if is_new || progress.document.is_none() {
        tx.remove_code(loaded.session.id)?;
    }
    if let Some(document) = progress.document.clone() {
        let judgement = compare(call, tx, loaded, record, document, progress)?;
        // The code of the claim before counts as well, if it was sent to the person of this one.
        if is_new || !was_right {
            send_code(call, tx, loaded, record, progress)?;
        }
        return Ok(judgement);
    }
    send_code(call, tx, loaded, record, progress)?;
    Ok(Judgement::Moved(progress.capped.map(|_| WireCode::StepClosed)))
}

/// Sends a code, if the step is open and one is left; else the step closes.
fn send_code(
    call: &Call,
    tx: &Tx<'_>,
    loaded: &LoadedAnswer,
    record: Option<&RegisterRecord>,
    progress: &mut Progress,
) -> Result<(), AuthorityError> {
    let policy = progress.policy();
    if !policy.is_open(progress, Step::OneTimeCode) {
        return Ok(());
    }
    if policy.tries_left(progress, Step::OneTimeCode) == Some(0) {
        policy.count_try(progress, Step::OneTimeCode);
        return Ok(());
    }
    let claim = progress.claim.clone().ok_or(AuthorityError::DataDamaged)?;
    let wait = match &progress.person {
        Some(person) => caps::until_code(&call.app, tx, person, call.now)?,
        None => None,
    };
    if wait.is_some() {
        // What was sent before is void, as it is where another code comes.
        tx.remove_code(loaded.session.id)?;
        progress.capped = wait;
        return Ok(());
    }
    // The last one may still be tried, so nothing closes here.
    let sent = progress.tries.entry(Step::OneTimeCode).or_insert(0);
    *sent = sent.saturating_add(1);
    code::send(&call.app, tx, &loaded.session, &claim, record, call.now)
}

/// Compares claim, document and register.
fn compare(
    call: &Call,
    tx: &Tx<'_>,
    loaded: &LoadedAnswer,
    record: Option<&RegisterRecord>,
    document: DocumentFacts,
    progress: &mut Progress,
) -> Result<Judgement, Fault> {
    let claim = progress.claim.clone().ok_or(AuthorityError::DataDamaged)?;
    let found = names::judge(record, &claim.claim, &document);
    let outcome = if found == Match::Good {
        Outcome::Passed
    } else {
        Outcome::Failed
    };
    let environment = call.app.providers.register.environment();
    let of = Own {
        step: Step::RegisterMatch,
        method: "name-forms",
        environment,
        provider: evidence::AUTHORITY,
        clerk: None,
    };
    own_evidence(call, tx, loaded, &of, outcome)?;
    let code = match (found, record) {
        (Match::Good, Some(record)) => {
            progress.confirmed(record.person.clone(), record.contact.is_some(), call.now);
            progress.capped = code::closed(&call.app, tx, &loaded.session, progress, call.now)?;
            return Ok(Judgement::Moved(None));
        }
        (Match::NameDiffers, _) => {
            progress.name_differed(document);
            WireCode::NameDiffers
        }
        (Match::Good | Match::NotConfirmed, _) => {
            progress.not_confirmed();
            tx.remove_code(loaded.session.id)?;
            WireCode::IdentityNotConfirmed
        }
    };
    let left = progress.policy().count_try(progress, Step::IdentityClaim);
    Ok(Judgement::Moved(Some(if left {
        code
    } else {
        WireCode::TriesExhausted
    })))
}

fn one_time_code(
    call: &Call,
    tx: &Tx<'_>,
    loaded: &LoadedAnswer,
    given: &str,
    progress: &mut Progress,
) -> Result<Judgement, Fault> {
    let judged = code::judge(&call.app, tx, &loaded.session, progress, given, call.now)?;
    let outcome = match judged {
        CodeJudgement::Right => Outcome::Passed,
        CodeJudgement::Wrong => Outcome::Failed,
        CodeJudgement::NotTaken(_) => Outcome::Unavailable,
    };
    let of = Own {
        step: Step::OneTimeCode,
        method: "one-time-code",
        environment: call.app.providers.messenger.environment(),
        provider: evidence::AUTHORITY,
        clerk: None,
    };
    own_evidence(call, tx, loaded, &of, outcome)?;
    Ok(match judged {
        CodeJudgement::Right => Judgement::Passed(call.now),
        CodeJudgement::NotTaken(code) => refused(code, false),
        CodeJudgement::Wrong if progress.capped.is_some() => refused(WireCode::StepClosed, false),
        CodeJudgement::Wrong => {
            let dead = tx
                .code(loaded.session.id)?
                .is_some_and(|code| code.tries >= limits::CODE_TRIES);
            refused(
                if dead {
                    WireCode::CodeTriesExhausted
                } else {
                    WireCode::CodeWrong
                },
                false,
            )
        }
    })
}

fn resend(
    call: &Call,
    tx: &Tx<'_>,
    loaded: &LoadedAnswer,
    record: Option<&RegisterRecord>,
    progress: &mut Progress,
) -> Result<Judgement, Fault> {
    if progress.capped.is_some() {
        return Ok(refused(WireCode::StepClosed, false));
    }
    if progress.policy().tries_left(progress, Step::OneTimeCode) == Some(0) {
        // One more than there are: the step closes.
        return Ok(refused(WireCode::TriesExhausted, true));
    }
    let wait = tx
        .code(loaded.session.id)?
        .map_or(0, |code| code::resend_after(progress, &code, call.now));
    if wait > 0 {
        return Ok(refused(WireCode::CodeResendTooSoon, false));
    }
    send_code(call, tx, loaded, record, progress)?;
    Ok(match progress.capped {
        Some(_) => refused(WireCode::StepClosed, false),
        None => Judgement::Moved(None),
    })
}

/// A clerk looked at passport and person, and found the person in the register.
fn in_person(
    call: &Call,
    tx: &Tx<'_>,
    loaded: &LoadedAnswer,
    given: &str,
    progress: &mut Progress,
) -> Result<Judgement, Fault> {
    let judged = window::judge(&call.app, tx, &loaded.session, given, call.now)?;
    let (judgement, outcome, clerk) = match judged {
        WindowJudgement::Passed { person, clerk } => {
            // Another person than the one whose document was checked in this registration: the clerk has to look again.
            if progress.person.as_ref().is_some_and(|proven| *proven != person) {
                (
                    refused(WireCode::IdentityNotConfirmed, false),
                    Outcome::Failed,
                    Some(clerk),
                )
            } else {
                progress.person = Some(person);
                (Judgement::Passed(call.now), Outcome::Passed, Some(clerk))
            }
        }
        WindowJudgement::Refused(code) => (refused(code, false), Outcome::Failed, None),
        WindowJudgement::Wrong(code) => {
            if let Some(claim) = &progress.claim {
                let person = claim.matched.as_deref();
                progress.capped = caps::note_guess(&call.app, tx, &claim.claim.number, person, call.now)?;
            }
            (refused(code, false), Outcome::Failed, None)
        }
    };
    let of = Own {
        step: Step::InPersonCode,
        method: "in-person",
        environment: if call.app.is_test() {
            Environment::Test
        } else {
            Environment::Live
        },
        provider: evidence::SERVICE_WINDOW,
        clerk: clerk.as_deref(),
    };
    own_evidence(call, tx, loaded, &of, outcome)?;
    Ok(judgement)
}

/// Accepts a provider's result only if receipt, session, key and check belong together, so that a launch token that was
/// forwarded to somebody else, who passes the check on his own phone, is worth nothing.
fn check(
    call: &Call,
    tx: &Tx<'_>,
    loaded: &LoadedAnswer,
    receipt: &str,
    consulted: &Consulted,
    progress: &mut Progress,
) -> Result<Judgement, Fault> {
    let step = loaded.rule.step;
    let kind = loaded.kind().ok_or(AuthorityError::DataDamaged)?;
    let (Some(launch), Some(pulled)) = (progress.launches.get(&step), &consulted.pulled) else {
        // It could not be started, so there is no receipt of it; it may be started now.
        return Ok(Judgement::Moved(None));
    };
    let jkt = &call.caller()?.jkt;
    if *jkt != loaded.session.jkt {
        return Err(WireCode::SessionUnknown.into());
    }
    let expected = Expected {
        kind,
        session: &loaded.session.reference,
        jkt,
        nonce: &launch.nonce,
    };
    let verdict = providers::settle(tx, &expected, receipt, pulled, call.now)?;
    if matches!(verdict, Verdict::Failed | Verdict::Inconclusive | Verdict::Unavailable) {
        // This check is over; another one has another launch.
        progress.launches.remove(&step);
    }
    let check = match verdict {
        Verdict::Passed(check) => check,
        Verdict::Failed => return Ok(refused(failed(step), true)),
        Verdict::Inconclusive => return Ok(refused(WireCode::CheckInconclusive, true)),
        Verdict::Unavailable | Verdict::NotNow => return Ok(refused(WireCode::CheckUnavailable, false)),
        Verdict::ReceiptRefused => return Ok(refused(WireCode::ReceiptRefused, true)),
    };
    // A provider's clock may be ahead of ours.
    let performed_at = check.performed_at.min(call.now);
    if step != Step::DocumentCheck {
        return Ok(Judgement::Passed(performed_at));
    }
    let Some(document) = check.document else {
        // Genuine, but whose it is was not read.
        progress.launches.remove(&step);
        return Ok(refused(WireCode::CheckInconclusive, true));
    };
    let was_right = progress.claim.as_ref().is_some_and(|claim| claim.matched.is_some());
    progress.pass(step, performed_at);
    let record = found(consulted).flatten();
    let judgement = compare(call, tx, loaded, record, document, progress)?;
    // The document put right a name that was claimed wrong: the code for that claim went to nobody.
    if !was_right {
        send_code(call, tx, loaded, record, progress)?;
    }
    Ok(judgement)
}

fn failed(step: Step) -> WireCode {
    match step {
        Step::FaceCheck => WireCode::FaceRefused,
        Step::BankCard => WireCode::BankCardRefused,
        Step::Sim => WireCode::SimRefused,
        _ => WireCode::DocumentRefused,
    }
}
