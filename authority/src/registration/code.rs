//! One-time codes. Kept as a MAC, tried five times, sent only to the register's contact.

use std::{sync::Arc, time::Duration};

use permitcard_crypto::{mac, mac::verify_equal};
use permitcard_protocol::{WireCode, limits, registration::CodeOnItsWay};

use super::policy::{Progress, Step};
use crate::{
    AuthorityError,
    app::App,
    providers::CodeToSend,
    store::{OneTimeCode, Person, SentCode, Session, Tx},
    token,
};

/// Digits of a code.
const DIGITS: u32 = 6;
const BOUND: u32 = 1_000_000;
/// How long an answer waits for the code that it tells of, well within the time that a wallet waits for the answer.
const HOLD: Duration = Duration::from_secs(5);

/// A code that goes out once the transaction that keeps it is done.
pub(crate) struct Delivery {
    session: i64,
    mac: [u8; 32],
    message: CodeToSend,
}

/// Makes a code for the person's contact and keeps its MAC.
pub(super) fn make(
    app: &App,
    tx: &Tx<'_>,
    session: &Session,
    person: &Person,
    contact: &str,
    now: i64,
) -> Result<Delivery, AuthorityError> {
    let code = format!("{:0width$}", token::below(BOUND)?, width = DIGITS as usize);
    let mac = code_mac(app, session, &code);
    tx.put_code(
        session.id,
        &SentCode {
            mac,
            sent_at: now,
            expires_at: now + i64::from(limits::CODE_LIFE_S),
        },
    )?;
    Ok(Delivery {
        session: session.id,
        mac,
        message: CodeToSend {
            person: person.id.clone(),
            permit_number: person.permit_number.clone(),
            contact: contact.to_owned(),
            code,
            now,
        },
    })
}

/// Sends a code; where that fails, the next answer says so. Returns when it is sent, at the latest after [`HOLD`]: the
/// answer that tells of the code is true already, and the sending goes on.
pub(crate) async fn deliver(app: &Arc<App>, delivery: Delivery) {
    let app = Arc::clone(app);
    let sending = tokio::spawn(async move {
        let Delivery { session, mac, message } = delivery;
        if app.providers.codes.send(message).await.is_err() {
            // If even this fails, the holder waits for a code in vain and asks for another one.
            let _ = app
                .blocking(move |app| app.store.write(|tx| tx.mark_code_undelivered(session, &mac)))
                .await;
        }
    });
    let _ = tokio::time::timeout(HOLD, sending).await;
}

/// Judges a code: `None` if it is right. Counts a wrong one.
pub(super) fn judge(
    app: &App,
    tx: &Tx<'_>,
    session: &Session,
    given: &str,
    now: i64,
) -> Result<Option<WireCode>, AuthorityError> {
    let Some(code) = tx.code(session.id)? else {
        return Ok(Some(WireCode::CodeExpired));
    };
    if code.undelivered {
        return Ok(Some(WireCode::CheckUnavailable));
    }
    if code.tries >= limits::CODE_TRIES {
        return Ok(Some(WireCode::CodeTriesExhausted));
    }
    if now > code.expires_at {
        return Ok(Some(WireCode::CodeExpired));
    }
    if verify_equal(&code_mac(app, session, given), &code.mac).is_ok() {
        tx.remove_code(session.id)?;
        return Ok(None);
    }
    tx.count_code_try(session.id)?;
    Ok(Some(if code.tries + 1 >= limits::CODE_TRIES {
        WireCode::CodeTriesExhausted
    } else {
        WireCode::CodeWrong
    }))
}

/// Seconds until another code may be asked for; one that could not be delivered is no reason to wait.
pub(super) fn resend_after(code: &OneTimeCode, now: i64) -> u32 {
    if code.undelivered {
        return 0;
    }
    seconds_until(code.sent_at + i64::from(limits::CODE_RESEND_S), now)
}

/// What a holder may know about the code on its way.
pub(super) fn on_its_way(code: &OneTimeCode, now: i64) -> CodeOnItsWay {
    CodeOnItsWay {
        digits: DIGITS,
        expires_in: seconds_until(code.expires_at, now),
        resend_after: resend_after(code, now),
    }
}

/// Tries left: for the code that is on its way.
pub(super) fn tries_left(code: &OneTimeCode) -> u32 {
    limits::CODE_TRIES.saturating_sub(code.tries)
}

/// A code is to be sent because the step opened and none was sent yet.
pub(super) fn is_due(app: &App, progress: &Progress) -> bool {
    app.policy
        .open(progress)
        .iter()
        .any(|rule| rule.step == Step::OneTimeCode)
        && !progress.tries.contains_key(&Step::OneTimeCode)
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
