use permitcard_protocol::{WireCode, registration::AuthorizationGranted};

use super::{
    answer,
    code::{self, Delivery},
    consult::Consulted,
    judge::{Judgement, judge},
    load::{Loaded, LoadedAnswer},
    policy::{OpenLaunch, Progress, Step},
};
use crate::{
    AuthorityError,
    http::{Call, Fault, Reply},
    store::{NewGrant, Person, Tx},
    token,
};

/// Seconds that an authorization code lives.
const CODE_LIFE_S: i64 = 600;

/// Judges the answer, moves the session on, and makes the reply; with it, a code that is to be sent afterwards.
pub(crate) fn apply(
    call: &Call,
    tx: &Tx<'_>,
    loaded: Loaded,
    consulted: Consulted,
) -> Result<(Reply, Option<Delivery>), Fault> {
    match loaded {
        Loaded::Start { code_challenge } => start(call, tx, &code_challenge).map(|reply| (reply, None)),
        Loaded::Answer(loaded) => answered(call, tx, &loaded, consulted),
    }
}

fn start(call: &Call, tx: &Tx<'_>, code_challenge: &str) -> Result<Reply, Fault> {
    let progress = Progress::default();
    let auth_session = token::random()?;
    tx.put_session(
        &token::random()?,
        &auth_session,
        &call.caller()?.jkt,
        code_challenge,
        &to_text(&progress)?,
        (call.now, call.now + call.app.policy.session_life_s),
    )?;
    answer::next_step(&call.app, &progress, None, &auth_session, None, call.now)
}

fn answered(
    call: &Call,
    tx: &Tx<'_>,
    loaded: &LoadedAnswer,
    consulted: Consulted,
) -> Result<(Reply, Option<Delivery>), Fault> {
    // Between the two transactions another request may have moved the session on.
    let current = tx.session(&loaded.auth_session, &loaded.session.jkt)?;
    if current.is_none_or(|current| current.ended.is_some() || current.progress != loaded.session.progress) {
        return Err(WireCode::SessionUnknown.into());
    }
    let policy = &call.app.policy;
    let step = loaded.rule.step;
    let mut progress = loaded.progress.clone();
    let mut failed: Option<WireCode> = None;
    let mut send_again = false;
    match judge(call, tx, loaded, &consulted, &mut progress)? {
        Judgement::Passed => progress.pass(step, call.now),
        Judgement::Refused { code, counts } => {
            if counts && !policy.count_try(&mut progress, step) {
                return end(tx, loaded, &progress, WireCode::TriesExhausted);
            }
            failed = Some(code);
        }
        Judgement::Ended(code) => return end(tx, loaded, &progress, code),
        Judgement::SendAgain => send_again = true,
    }
    let person = match &progress.person {
        Some(id) => Some(tx.person(id)?.ok_or(AuthorityError::DataDamaged)?),
        None => None,
    };
    if policy.is_satisfied(&progress) {
        return grant(call, tx, loaded, &progress, person).map(|reply| (reply, None));
    }
    if let Some((step, launch)) = consulted.launch {
        relaunch(call, &mut progress, &mut failed, step, launch.ok());
    }
    let delivery = deliver_if_due(call, tx, loaded, &mut progress, person.as_ref(), send_again)?;

    let auth_session = token::random()?;
    tx.advance_session(loaded.session.id, &auth_session, &to_text(&progress)?)?;
    let code = tx.code(loaded.session.id)?;
    let reply = answer::next_step(&call.app, &progress, code.as_ref(), &auth_session, failed, call.now)?;
    Ok((reply, delivery))
}

/// Takes in the fresh launch of a check that is open now. Without one the check cannot be carried out for the moment.
fn relaunch(
    call: &Call,
    progress: &mut Progress,
    failed: &mut Option<WireCode>,
    step: Step,
    launch: Option<OpenLaunch>,
) {
    if !call.app.policy.open(progress).iter().any(|rule| rule.step == step) {
        return;
    }
    match launch {
        Some(launch) => {
            progress.launches.insert(step, launch);
        }
        None => {
            progress.launches.remove(&step);
            failed.get_or_insert(WireCode::CheckUnavailable);
        }
    }
}

fn deliver_if_due(
    call: &Call,
    tx: &Tx<'_>,
    loaded: &LoadedAnswer,
    progress: &mut Progress,
    person: Option<&Person>,
    send_again: bool,
) -> Result<Option<Delivery>, Fault> {
    if !send_again && !code::is_due(&call.app, progress) {
        return Ok(None);
    }
    let person = person.ok_or(AuthorityError::DataDamaged)?;
    let contact = person.contact.as_deref().ok_or(AuthorityError::DataDamaged)?;
    // Counts the codes that were sent; the last one may still be tried.
    call.app.policy.count_try(progress, Step::OneTimeCode);
    Ok(Some(code::make(
        &call.app,
        tx,
        &loaded.session,
        person,
        contact,
        call.now,
    )?))
}

fn end(
    tx: &Tx<'_>,
    loaded: &LoadedAnswer,
    progress: &Progress,
    code: WireCode,
) -> Result<(Reply, Option<Delivery>), Fault> {
    tx.end_session(loaded.session.id, &to_text(progress)?, code.code())?;
    Err(code.into())
}

fn grant(
    call: &Call,
    tx: &Tx<'_>,
    loaded: &LoadedAnswer,
    progress: &Progress,
    person: Option<Person>,
) -> Result<Reply, Fault> {
    let person = person.ok_or(AuthorityError::DataDamaged)?;
    if call.app.policy.evidence_is_stale(progress, call.now) {
        tx.end_session(loaded.session.id, &to_text(progress)?, WireCode::SessionExpired.code())?;
        return Err(WireCode::SessionExpired.into());
    }
    if person.has_ended(call.now) {
        // It ended while he registered; he has proven who he is, so he learns why.
        tx.end_session(loaded.session.id, &to_text(progress)?, WireCode::PermitEnded.code())?;
        return Err(WireCode::PermitEnded.into());
    }
    let authorization_code = token::random()?;
    tx.put_grant(&NewGrant {
        person: &person.id,
        session: &loaded.session.reference,
        jkt: &loaded.session.jkt,
        code: &authorization_code,
        code_challenge: &loaded.session.code_challenge,
        code_expires_at: call.now + CODE_LIFE_S,
    })?;
    tx.remove_session(loaded.session.id)?;
    Ok(Reply::json(200, &AuthorizationGranted { authorization_code }))
}

fn to_text(progress: &Progress) -> Result<String, AuthorityError> {
    serde_json::to_string(progress).map_err(|_| AuthorityError::DataUnusable)
}
