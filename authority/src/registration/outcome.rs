use permitcard_protocol::{
    WireCode, limits,
    registration::{AuthorizationGranted, Tier},
};

use super::{
    answer::{self, Failed},
    consult::Consulted,
    judge::{Judgement, judge},
    load::{Loaded, LoadedAnswer},
    policy::{OpenLaunch, Progress, Step},
};
use crate::{
    AuthorityError, crockford,
    http::{Call, Fault, Reply},
    providers::ProviderError,
    store::{NewGrant, NewSession, Session, Tx},
    token,
};

/// Seconds that an authorization code lives.
const CODE_LIFE_S: i64 = 600;

/// Judges the answer, moves the session on, and makes the reply.
pub(crate) fn apply(call: &Call, tx: &Tx<'_>, loaded: Loaded, consulted: Consulted) -> Result<Reply, Fault> {
    match loaded {
        Loaded::Start {
            code_challenge,
            progress,
        } => start(call, tx, &code_challenge, &progress),
        Loaded::Answer(loaded) => answered(call, tx, &loaded, consulted),
        Loaded::TooLate {
            auth_session,
            session,
            mut progress,
        } => {
            is_unmoved(tx, &auth_session, &session)?;
            go_on(call, tx, &session, &mut progress, Some(Failed::too_late()))
        }
    }
}

fn start(call: &Call, tx: &Tx<'_>, code_challenge: &str, progress: &Progress) -> Result<Reply, Fault> {
    let auth_session = token::random()?;
    let window_reference = crockford::random::<{ limits::SESSION_REFERENCE }>()?;
    tx.put_session(&NewSession {
        reference: &token::random()?,
        window_reference: &window_reference,
        auth_session: &auth_session,
        jkt: &call.caller()?.jkt,
        code_challenge,
        progress: &to_text(progress)?,
        created_at: call.now,
        expires_at: call.now + progress.policy().session_life_s,
    })?;
    answer::next_step(
        progress,
        (None, None),
        (&auth_session, &window_reference),
        None,
        call.now,
    )
}

/// Between the two transactions another request may have moved the session on.
fn is_unmoved(tx: &Tx<'_>, auth_session: &str, loaded: &Session) -> Result<(), Fault> {
    let current = tx.session(auth_session, &loaded.jkt)?;
    if current.is_none_or(|current| current.ended.is_some() || current.progress != loaded.progress) {
        return Err(WireCode::SessionUnknown.into());
    }
    Ok(())
}

fn answered(call: &Call, tx: &Tx<'_>, loaded: &LoadedAnswer, consulted: Consulted) -> Result<Reply, Fault> {
    is_unmoved(tx, &loaded.auth_session, &loaded.session)?;
    let policy = loaded.progress.policy();
    let step = loaded.rule.step;
    let mut progress = loaded.progress.clone();
    let mut failed = match judge(call, tx, loaded, &consulted, &mut progress)? {
        Judgement::Passed(at) => {
            progress.pass(step, at);
            None
        }
        Judgement::Refused { code, counts } => {
            let left = !counts || policy.count_try(&mut progress, step);
            Some(if left { code } else { WireCode::TriesExhausted })
        }
        Judgement::Moved(code) => code,
        Judgement::Ended(code) => return end(call, tx, &loaded.session, code),
    };
    if policy.is_satisfied(&progress) {
        return grant(call, tx, loaded, &progress);
    }
    if policy.is_lost(&progress) {
        return end(call, tx, &loaded.session, WireCode::TriesExhausted);
    }
    for (step, launch) in consulted.launches {
        relaunch(&mut progress, &mut failed, step, launch);
    }
    let failed = failed.map(|code| Failed { step, code });
    go_on(call, tx, &loaded.session, &mut progress, failed)
}

/// Keeps the progress under the session's next name, and says what comes next.
fn go_on(
    call: &Call,
    tx: &Tx<'_>,
    session: &Session,
    progress: &mut Progress,
    failed: Option<Failed>,
) -> Result<Reply, Fault> {
    let auth_session = token::random()?;
    let until = progress.policy().prolonged_until(progress, call.now);
    let expires_at = until.unwrap_or(session.expires_at);
    tx.advance_session(session.id, &auth_session, &to_text(progress)?, expires_at)?;
    let code = tx.code(session.id)?;
    let window = match failed.filter(|failed| failed.counts_window_tries()) {
        Some(_) => tx.window_code(&session.window_reference)?,
        None => None,
    };
    answer::next_step(
        progress,
        (code.as_ref(), window.as_ref()),
        (&auth_session, &session.window_reference),
        failed,
        call.now,
    )
}

/// Takes in the fresh launch of a check that is open now. Without one the check cannot be carried out for the moment.
fn relaunch(
    progress: &mut Progress,
    failed: &mut Option<WireCode>,
    step: Step,
    launch: Result<OpenLaunch, ProviderError>,
) {
    if !progress.policy().is_open(progress, step) {
        return;
    }
    match launch {
        Ok(launch) => {
            progress.launches.insert(step, launch);
        }
        Err(ProviderError) => {
            progress.launches.remove(&step);
            failed.get_or_insert(WireCode::CheckUnavailable);
        }
    }
}

fn end(call: &Call, tx: &Tx<'_>, session: &Session, code: WireCode) -> Result<Reply, Fault> {
    tx.end_session(session.id, code.code(), call.now)?;
    Err(code.into())
}

fn grant(call: &Call, tx: &Tx<'_>, loaded: &LoadedAnswer, progress: &Progress) -> Result<Reply, Fault> {
    let session = &loaded.session;
    let id = progress.person.as_ref().ok_or(AuthorityError::DataDamaged)?;
    let person = tx.person(id)?.ok_or(AuthorityError::DataDamaged)?;
    if let Some(code) = person.end_code(call.now) {
        // It ended while he registered; he has proven who he is, so he learns why.
        return end(call, tx, session, code);
    }
    let mut rests_on = None;
    if progress.tier() == Tier::SocialSecurity {
        let card = tx.grant_with_card(&session.jkt, call.now)?;
        let Some(card) = card.filter(|card| Some(&card.session) == progress.basis.as_ref()) else {
            // The card went while its holder was asked for more.
            return end(call, tx, session, WireCode::CardMissing);
        };
        if card.person != person.id {
            return Err(AuthorityError::DataDamaged.into());
        }
        tx.bump_card_version(&person.id)?;
        rests_on = Some(card.registration);
    }
    let authorization_code = token::random()?;
    tx.put_grant(&NewGrant {
        person: &person.id,
        session: &session.reference,
        jkt: &session.jkt,
        code: &authorization_code,
        code_challenge: &session.code_challenge,
        code_expires_at: call.now + CODE_LIFE_S,
        tier: progress.tier().number(),
        rests_on,
    })?;
    tx.remove_session(session.id)?;
    Ok(Reply::json(200, &AuthorizationGranted { authorization_code }))
}

fn to_text(progress: &Progress) -> Result<String, AuthorityError> {
    serde_json::to_string(progress).map_err(|_| AuthorityError::DataUnusable)
}
