//! How often one may try (design 4.1, "Limits"). Attempts are counted in the database, in the transaction of the attempt
//! itself, so that a restart or a second process starts no count anew. What is counted is known by a MAC only, and an
//! attempt is forgotten once it no longer counts.
//!
//! Nothing here depends on whether the register knows a permit: the same statements run for a number that nobody has.
//! A reached cap closes one step for one permit. It never touches the in-person way, document and face, or a card that
//! was issued already.

mod address;
#[cfg(test)]
mod tests;

use std::net::IpAddr;

use permitcard_crypto::mac;
use permitcard_protocol::{WireCode, limits, registration::ClaimedNumber};

use crate::{
    AuthorityError,
    app::App,
    http::Fault,
    outgoing::{self, Message},
    store::Tx,
};

const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 24 * HOUR_S;

/// How often one may try. The defaults are those of the design.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Wrong codes of any kind for one permit within 24 hours, over all keys. 25.
    pub guesses_per_day: u32,
    /// Identity claims for one permit with one key within an hour. 5.
    pub claims_per_hour: u32,
    /// Registrations that are started from one address (its /24 or /56) within an hour. 20.
    pub starts_per_hour: u32,
    /// One-time codes to one person within 24 hours, over all registrations: whoever knows a number cannot have its holder
    /// flooded with messages. 5.
    pub codes_per_day: u32,
    /// Registrations that are started from all addresses together within an hour, ten times what is usual: beyond it none
    /// begins, and those under way go on. 2,000.
    pub starts_per_hour_in_all: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            guesses_per_day: limits::GUESSES_PER_DAY,
            claims_per_hour: 5,
            starts_per_hour: 20,
            codes_per_day: limits::CODES_PER_DAY,
            starts_per_hour_in_all: 2_000,
        }
    }
}

/// What is counted. Numbers are stored; they never change their meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cap {
    /// Guesses for a number, as it was claimed.
    GuessesForNumber = 1,
    /// Guesses for a person, whichever of the two numbers was claimed.
    GuessesForPerson = 2,
    Claims = 3,
    Starts = 4,
    /// Notices to the register's contact that a cap was reached.
    Notices = 5,
    /// One-time codes for a person, whichever of the two numbers was claimed.
    Codes = 6,
    /// Starts from everywhere.
    AllStarts = 7,
}

impl Cap {
    fn limit(self, limits: &Limits) -> u32 {
        match self {
            Self::GuessesForNumber | Self::GuessesForPerson => limits.guesses_per_day,
            Self::Claims => limits.claims_per_hour,
            Self::Starts => limits.starts_per_hour,
            Self::AllStarts => limits.starts_per_hour_in_all,
            Self::Codes => limits.codes_per_day,
            Self::Notices => 1,
        }
    }

    fn window_s(self) -> i64 {
        match self {
            Self::GuessesForNumber | Self::GuessesForPerson | Self::Codes | Self::Notices => DAY_S,
            Self::Claims | Self::Starts | Self::AllStarts => HOUR_S,
        }
    }
}

/// One counter: a cap and whom it is for.
struct Counter {
    cap: Cap,
    subject: [u8; 32],
    limit: u32,
}

impl Counter {
    fn new(app: &App, cap: Cap, subject: &[&[u8]]) -> Self {
        Self {
            cap,
            subject: subject_mac(&app.limit_secret, cap, subject),
            limit: cap.limit(&app.limits),
        }
    }

    /// Seconds until one more attempt is allowed; `None`: it is allowed now.
    fn wait(&self, tx: &Tx<'_>, now: i64) -> Result<Option<u32>, AuthorityError> {
        let Some(last) = self.limit.checked_sub(1) else {
            return Ok(Some(u32::try_from(self.cap.window_s()).unwrap_or(u32::MAX)));
        };
        let open_at = tx.attempt_expires_at(self.cap as u8, &self.subject, now, last)?;
        Ok(open_at.map(|at| u32::try_from(at.saturating_sub(now)).unwrap_or(u32::MAX)))
    }

    fn note(&self, tx: &Tx<'_>, now: i64) -> Result<(), AuthorityError> {
        tx.put_attempt(self.cap as u8, &self.subject, now.saturating_add(self.cap.window_s()))
    }

    /// Counts an attempt if it is allowed; else the seconds until one is.
    fn take(&self, tx: &Tx<'_>, now: i64) -> Result<Option<u32>, AuthorityError> {
        let wait = self.wait(tx, now)?;
        if wait.is_none() {
            self.note(tx, now)?;
        }
        Ok(wait)
    }

    fn take_or_refuse(&self, tx: &Tx<'_>, now: i64) -> Result<(), Fault> {
        match self.take(tx, now)? {
            None => Ok(()),
            Some(seconds) => Err(Fault::wait(WireCode::TooManyStarts, seconds)),
        }
    }
}

/// The MAC by which a subject is known: over the cap's number, and each part with its length in front.
fn subject_mac(secret: &[u8; 32], cap: Cap, subject: &[&[u8]]) -> [u8; 32] {
    let kind = [cap as u8];
    let lengths: Vec<[u8; 8]> = subject.iter().map(|part| (part.len() as u64).to_be_bytes()).collect();
    let mut parts: Vec<&[u8]> = vec![&kind];
    for (length, part) in lengths.iter().zip(subject) {
        parts.extend([length.as_slice(), part]);
    }
    mac::hmac_sha256(secret, &parts)
}

/// Counts the start of a registration from an address, and of all. A refused one is not counted.
///
/// # Errors
/// [`WireCode::TooManyStarts`] with the seconds to wait.
pub(crate) fn note_start(app: &App, tx: &Tx<'_>, peer: Option<IpAddr>, now: i64) -> Result<(), Fault> {
    let subject = peer.map(address::group).unwrap_or_default();
    Counter::new(app, Cap::Starts, &[&subject]).take_or_refuse(tx, now)?;
    Counter::new(app, Cap::AllStarts, &[]).take_or_refuse(tx, now)
}

/// Whether a claim would be taken, asked before any provider is: one that is refused costs nobody anything. Counts
/// nothing.
///
/// # Errors
/// [`WireCode::TooManyStarts`] with the seconds to wait.
pub(crate) fn may_claim(app: &App, tx: &Tx<'_>, number: &ClaimedNumber, jkt: &str, now: i64) -> Result<(), Fault> {
    let (kind, number) = claimed(number);
    match Counter::new(app, Cap::Claims, &[kind, number, jkt.as_bytes()]).wait(tx, now)? {
        None => Ok(()),
        Some(seconds) => Err(Fault::wait(WireCode::TooManyStarts, seconds)),
    }
}

/// Counts an identity claim with a number by a key. A refused one is not counted.
///
/// # Errors
/// [`WireCode::TooManyStarts`] with the seconds to wait.
pub(crate) fn note_claim(app: &App, tx: &Tx<'_>, number: &ClaimedNumber, jkt: &str, now: i64) -> Result<(), Fault> {
    let (kind, number) = claimed(number);
    Counter::new(app, Cap::Claims, &[kind, number, jkt.as_bytes()]).take_or_refuse(tx, now)
}

/// Seconds until the step with the one-time code is open again for a claimed number; `None`: it is open. While it is
/// closed no code is compared. `proven`: the person of the register that the holder proved to be; only then the count over
/// both numbers is told ([`may_pass`]), and nothing waits any more for a code that could not pass.
pub(crate) fn is_closed(
    app: &App,
    tx: &Tx<'_>,
    number: &ClaimedNumber,
    proven: Option<&str>,
    now: i64,
) -> Result<Option<u32>, AuthorityError> {
    let (kind, text) = claimed(number);
    let by_number = Counter::new(app, Cap::GuessesForNumber, &[kind, text]).wait(tx, now)?;
    let by_person = match proven {
        Some(person) => for_proven(app, Cap::GuessesForPerson, person).wait(tx, now)?,
        None => None,
    };
    Ok(by_number.max(by_person))
}

/// Whether a right code may still pass. A person has two numbers, each with its own count that a caller sees; this one is
/// over both. It is never told, because that would say that the two numbers belong to one person: beyond it a right code
/// counts as a wrong one. `person`: the register's person that the claim matched.
pub(crate) fn may_pass(
    app: &App,
    tx: &Tx<'_>,
    number: &ClaimedNumber,
    person: Option<&str>,
    now: i64,
) -> Result<bool, AuthorityError> {
    Ok(for_person(app, Cap::GuessesForPerson, number, person)
        .wait(tx, now)?
        .is_none())
}

/// Counts a wrong code for a claimed number, and for the person that the claim matched. Returns what [`is_closed`] says
/// from now on. With the last guess of a day the register's contact is told, by a message that finds the contact itself.
pub(crate) fn note_guess(
    app: &App,
    tx: &Tx<'_>,
    number: &ClaimedNumber,
    person: Option<&str>,
    now: i64,
) -> Result<Option<u32>, AuthorityError> {
    for_person(app, Cap::GuessesForPerson, number, person).note(tx, now)?;
    let (kind, text) = claimed(number);
    let counter = Counter::new(app, Cap::GuessesForNumber, &[kind, text]);
    counter.note(tx, now)?;
    let closed = counter.wait(tx, now)?;
    if closed.is_some() && Counter::new(app, Cap::Notices, &[kind, text]).take(tx, now)?.is_none() {
        outgoing::put(tx, &Message::to_holder_of(number), now)?;
    }
    Ok(closed)
}

/// Counts a one-time code for the person that the claim matched. Whether a message may go out. Beyond the limit none does,
/// and nothing tells so before a proof ([`until_code`]): otherwise a caller would learn that somebody else claims this
/// number today.
pub(crate) fn note_code(
    app: &App,
    tx: &Tx<'_>,
    number: &ClaimedNumber,
    person: Option<&str>,
    now: i64,
) -> Result<bool, AuthorityError> {
    let counter = for_person(app, Cap::Codes, number, person);
    let may_go_out = counter.wait(tx, now)?.is_none();
    counter.note(tx, now)?;
    Ok(may_go_out)
}

/// Seconds until another message with a code may go out to the person that the holder proved to be; `None`: at once.
pub(crate) fn until_code(app: &App, tx: &Tx<'_>, proven: &str, now: i64) -> Result<Option<u32>, AuthorityError> {
    for_proven(app, Cap::Codes, proven).wait(tx, now)
}

fn for_proven(app: &App, cap: Cap, person: &str) -> Counter {
    Counter::new(app, cap, &[person.as_bytes()])
}

fn for_person(app: &App, cap: Cap, number: &ClaimedNumber, person: Option<&str>) -> Counter {
    // Nobody matched: a counter of the number's own, so that the same rows are written.
    let (kind, text) = claimed(number);
    match person {
        Some(person) => for_proven(app, cap, person),
        None => Counter::new(app, cap, &[kind, text]),
    }
}

fn claimed(number: &ClaimedNumber) -> (&'static [u8], &[u8]) {
    match number {
        ClaimedNumber::PermitNumber(number) => (b"permit", number.as_bytes()),
        ClaimedNumber::SocialSecurityNumber(number) => (b"social-security", number.as_bytes()),
    }
}
