//! One-time codes. Kept as a MAC, tried five times, sent only to the register's contact.
//!
//! Where the claim is not right, or the register has no contact, the same row is kept with the MAC of a text that cannot be
//! typed in, and the same message for nobody.

use permitcard_crypto::{mac, mac::verify_equal};
use permitcard_protocol::{WireCode, limits, registration::CodeOnItsWay};

use super::policy::{Claim, Progress, Step};
use crate::{
    AuthorityError,
    app::App,
    limits as caps,
    outgoing::{self, Kind, Message},
    providers::RegisterRecord,
    store::{OneTimeCode, SentCode, Session, Tx},
    token,
};

/// Digits of a code.
const DIGITS: u32 = 6;
const BOUND: u32 = 1_000_000;

/// Makes a code, keeps its MAC, and a message with it to the contact of `record`, if the claim was right or a document
/// proved since that it is the holder's.
pub(super) fn send(
    app: &App,
    tx: &Tx<'_>,
    session: &Session,
    claim: &Claim,
    record: Option<&RegisterRecord>,
    now: i64,
) -> Result<(), AuthorityError> {
    let may_go_out = caps::note_code(app, tx, &claim.claim.number, claim.matched.as_deref(), now)?;
    let is_matched = |record: &&RegisterRecord| !record.ended && claim.matched.as_ref() == Some(&record.person);
    let record = record.filter(is_matched).filter(|_| may_go_out);
    let contact = record.and_then(|record| record.contact.as_deref());
    let digits = format!("{:0width$}", token::below(BOUND)?, width = DIGITS as usize);
    let code = match contact {
        Some(_) => digits,
        None => untypable(&digits),
    };
    let mac = code_mac(app, session, &code);
    tx.put_code(
        session.id,
        &SentCode {
            mac,
            sent_at: now,
            expires_at: now + i64::from(limits::CODE_LIFE_S),
            undelivered: !may_go_out,
        },
    )?;
    let message = Message {
        person: contact.and(record).map(|record| record.person.as_str()),
        contact,
        kind: Kind::Code(outgoing::seal_code(app, session.id, mac, &code)?),
    };
    outgoing::put(tx, &message, now)
}

/// As long as a code, and none: an answer has digits only.
fn untypable(digits: &str) -> String {
    let letter = |digit: u8| char::from(digit.wrapping_sub(b'0').wrapping_add(b'a'));
    digits.bytes().map(letter).collect()
}

/// What a tried code came to.
pub(super) enum CodeJudgement {
    Right,
    /// Not compared: none is on its way, it is dead, too old, or codes are not taken for now.
    NotTaken(WireCode),
    Wrong,
}

/// Judges a code, and counts a wrong one in this session and for the permit.
pub(super) fn judge(
    app: &App,
    tx: &Tx<'_>,
    session: &Session,
    progress: &mut Progress,
    given: &str,
    now: i64,
) -> Result<CodeJudgement, AuthorityError> {
    let claim = progress.claim.clone().ok_or(AuthorityError::DataDamaged)?;
    if progress.capped.is_some() {
        return Ok(CodeJudgement::NotTaken(WireCode::StepClosed));
    }
    let Some(code) = tx.code(session.id)? else {
        return Ok(CodeJudgement::NotTaken(WireCode::CodeExpired));
    };
    if code.undelivered && may_be_told(progress) {
        return Ok(CodeJudgement::NotTaken(WireCode::CheckUnavailable));
    }
    if code.tries >= limits::CODE_TRIES {
        return Ok(CodeJudgement::NotTaken(WireCode::CodeTriesExhausted));
    }
    if now > code.expires_at {
        return Ok(CodeJudgement::NotTaken(WireCode::CodeExpired));
    }
    let person = claim.matched.as_deref();
    let may_pass = caps::may_pass(app, tx, &claim.claim.number, person, now)?;
    if verify_equal(&code_mac(app, session, given), &code.mac).is_ok() && may_pass {
        tx.remove_code(session.id)?;
        return Ok(CodeJudgement::Right);
    }
    tx.count_code_try(session.id)?;
    progress.capped = caps::note_guess(app, tx, &claim.claim.number, person, now)?;
    Ok(CodeJudgement::Wrong)
}

/// Seconds for which the step is closed: after too many guesses, or, for whoever proved to be that person, where no code
/// can be tried and none may be sent.
pub(super) fn closed(
    app: &App,
    tx: &Tx<'_>,
    session: &Session,
    progress: &Progress,
    now: i64,
) -> Result<Option<u32>, AuthorityError> {
    let Some(claim) = &progress.claim else { return Ok(None) };
    let number = &claim.claim.number;
    let proven = progress.person.as_deref();
    let by_guesses = caps::is_closed(app, tx, number, proven, now)?;
    let Some(person) = proven else { return Ok(by_guesses) };
    let may_be_tried =
        |code: &OneTimeCode| code.tries < limits::CODE_TRIES && now <= code.expires_at && !code.undelivered;
    let has_code = tx.code(session.id)?.as_ref().is_some_and(may_be_tried);
    let until_code = caps::until_code(app, tx, person, now)?.filter(|_| !has_code);
    Ok(by_guesses.max(until_code))
}

/// That a code could not be delivered says that there is somebody to deliver it to.
fn may_be_told(progress: &Progress) -> bool {
    progress.passed.contains_key(&Step::RegisterMatch)
}

/// Seconds until another code may be asked for; one that could not be delivered is no reason to wait.
pub(super) fn resend_after(progress: &Progress, code: &OneTimeCode, now: i64) -> u32 {
    if code.undelivered && may_be_told(progress) {
        return 0;
    }
    seconds_until(code.sent_at + i64::from(limits::CODE_RESEND_S), now)
}

/// What a holder may know about the code on its way.
pub(super) fn on_its_way(progress: &Progress, code: &OneTimeCode, now: i64) -> CodeOnItsWay {
    CodeOnItsWay {
        digits: DIGITS,
        expires_in: seconds_until(code.expires_at, now),
        resend_after: resend_after(progress, code, now),
    }
}

/// Tries left: for the code that is on its way.
pub(super) fn tries_left(code: &OneTimeCode) -> u32 {
    limits::CODE_TRIES.saturating_sub(code.tries)
}

fn code_mac(app: &App, session: &Session, code: &str) -> [u8; 32] {
    // References have a fixed length.
    mac::hmac_sha256(
        app.code_secret.as_slice(),
        &[session.reference.as_bytes(), code.as_bytes()],
    )
}

fn seconds_until(time: i64, now: i64) -> u32 {
    u32::try_from(time.saturating_sub(now).max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_gets_cannot_be_typed_in() {
        let code = untypable("0123456789");
        assert_eq!(code, "abcdefghij");
        assert!(!code.bytes().any(|byte| byte.is_ascii_digit()));
    }
}
