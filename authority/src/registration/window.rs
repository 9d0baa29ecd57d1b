//! Codes of service windows: the way that needs no face and no Chinese SIM. A clerk sees person and passport, types the
//! reference that the phone shows, and hands over a code that works in that one registration only. Kept as a MAC over
//! reference and code, single use, 72 hours, five tries; whatever is tried in another registration never touches it.
//!
//! Where no code was given out for a registration the answer says so (`registration.in_person_code_expired`, no
//! `tries_left`), for the usual mistake is a code for another reference, and a holder told to compare its characters would
//! never find it. It helps nobody who guesses: only the key of a registration is answered about it, whether a clerk served
//! that reference says nothing about any claimed number, and five tries in 2^50 are as few before as after. Hiding it would
//! need tries that a new code does not give back, and such a registration could be stuck.

use permitcard_crypto::mac;
use permitcard_protocol::{WireCode, limits};

use crate::{
    AuthorityError,
    app::App,
    crockford,
    store::{PermitState, Session, Tx, WindowCodeRow},
};

/// The longest name of a clerk, bytes.
const CLERK: usize = 64;

/// A code to hand over at the window. Deliberately without `Debug`.
pub(crate) struct MadeCode {
    pub(crate) code: String,
    /// The session's reference in its one form.
    pub(crate) session: String,
    pub(crate) expires_at: i64,
    /// There was a code for this session, which counts no more.
    pub(crate) ended_earlier: bool,
    /// The application is still being decided: a card is issued when it is.
    pub(crate) application_pending: bool,
}

/// What a tried code led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WindowJudgement {
    /// It is right: the person of the register whom the clerk saw, and the clerk.
    Passed { person: String, clerk: String },
    /// It was compared and is wrong. The code says whether that was the last try; the row counts them.
    Wrong(WireCode),
    /// Nothing was compared: no code was given out for this registration, or it is too old, or its tries are used up.
    Refused(WireCode),
}

/// Makes a code for a person and the session whose reference the clerk typed. An earlier code of that session counts no
/// more. The session lives as long as the code.
///
/// # Errors
/// [`AuthorityError::PersonUnknown`], [`AuthorityError::WindowPermitEnded`], [`AuthorityError::SessionUnknown`] for a
/// reference that is mistyped or of a session that is over, [`AuthorityError::ClerkInvalid`].
pub(crate) fn make(
    secret: &[u8; 32],
    tx: &Tx<'_>,
    (person, session, clerk): (&str, &str, &str),
    now: i64,
) -> Result<MadeCode, AuthorityError> {
    let clerk = clerk.trim();
    if clerk.is_empty() || clerk.len() > CLERK || clerk.chars().any(char::is_control) {
        return Err(AuthorityError::ClerkInvalid);
    }
    let person = tx.person(person)?.ok_or(AuthorityError::PersonUnknown)?;
    if person.has_ended(now) {
        return Err(AuthorityError::WindowPermitEnded);
    }
    let reference = crockford::normalise(session, limits::SESSION_REFERENCE).ok_or(AuthorityError::SessionUnknown)?;
    let session = tx
        .session_at_window(&reference, now)?
        .ok_or(AuthorityError::SessionUnknown)?;
    let code = crockford::random::<{ limits::IN_PERSON_CODE }>()?;
    let expires_at = now.saturating_add(i64::from(limits::IN_PERSON_CODE_LIFE_S));
    let ended_earlier = tx.window_code(&reference)?.is_some();
    tx.put_window_code(
        &reference,
        &WindowCodeRow {
            person: person.id,
            clerk: clerk.to_owned(),
            mac: code_mac(secret, &reference, &code),
            expires_at,
            tries: 0,
        },
    )?;
    tx.prolong_session(session.id, expires_at)?;
    Ok(MadeCode {
        code,
        session: reference,
        expires_at,
        ended_earlier,
        application_pending: person.state == PermitState::Pending,
    })
}

/// Judges a code that was typed into the session's phone, and uses it up or counts the try. `given`: in the form that
/// the wire has.
pub(crate) fn judge(
    app: &App,
    tx: &Tx<'_>,
    session: &Session,
    given: &str,
    now: i64,
) -> Result<WindowJudgement, AuthorityError> {
    let reference = &session.window_reference;
    let Some(code) = tx.window_code(reference)? else {
        return Ok(WindowJudgement::Refused(WireCode::InPersonCodeExpired));
    };
    if code.tries >= limits::CODE_TRIES {
        return Ok(WindowJudgement::Refused(WireCode::InPersonTriesExhausted));
    }
    if now > code.expires_at {
        return Ok(WindowJudgement::Refused(WireCode::InPersonCodeExpired));
    }
    if mac::verify_equal(&code_mac(&app.window_secret, reference, given), &code.mac).is_ok() {
        tx.remove_window_code(reference)?;
        return Ok(WindowJudgement::Passed {
            person: code.person,
            clerk: code.clerk,
        });
    }
    tx.count_window_try(reference)?;
    Ok(WindowJudgement::Wrong(if code.tries + 1 >= limits::CODE_TRIES {
        WireCode::InPersonTriesExhausted
    } else {
        WireCode::InPersonCodeWrong
    }))
}

/// The tries that a code has left.
pub(super) fn tries_left(code: &WindowCodeRow) -> u32 {
    limits::CODE_TRIES.saturating_sub(code.tries)
}

/// References have a fixed length.
fn code_mac(secret: &[u8; 32], reference: &str, code: &str) -> [u8; 32] {
    mac::hmac_sha256(secret, &[reference.as_bytes(), code.as_bytes()])
}

#[cfg(test)]
mod tests;
