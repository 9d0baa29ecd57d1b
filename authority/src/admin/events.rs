//! What can happen to a permit, and what that means for the register, the copies in people's hands and the card.

use permitcard_credential::permit::Day;
use permitcard_protocol::limits;

use crate::{
    AuthorityError,
    outgoing::{self, Kind, Message},
    store::{FormerNumber, NumberKind, PermitState, Person, Tx},
};

/// Days by which a permit is extended where no date is named.
const EXTENSION_DAYS: i32 = 365;

/// What can happen to a permit in the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[non_exhaustive]
pub enum PermitEvent {
    /// The permit is valid for another year, or until --until. Copies that are out stay good until the new ones arrive
    Extend,
    /// A change of employer is being decided: the permit stays good, and every copy says so
    EmployerChange,
    /// The permit is for another employer from now on (--employer, --employer-id; --place if it changes). Copies that name
    /// the old one end
    ChangeEmployer,
    /// Another position with the same employer (--occupation; --place if it changes). Copies that name the old one end
    ChangePosition,
    /// The person has a new passport (--passport; --passport-issuer and --social-security-number where these change too).
    /// The old numbers stay linked to the person; copies that name them end
    NewPassport,
    /// An application that was still being decided is good: there is a permit from now on, and the contact is told
    Approve,
    /// An application that was still being decided is refused, and the contact is told
    Refuse,
    /// Every copy is refused until `resume`
    Suspend,
    /// Ends a suspension, or a change of employer that was being decided
    Resume,
    /// The permit is cancelled for good: every copy ends, nothing is issued any more
    #[value(alias = "cancel")]
    Revoke,
    /// The permit's last day (--until, or yesterday) has passed: it is cancelled by itself, without a certificate
    Expire,
    /// A new version of the card with the same content: every copy ends, the holder's phone fetches new ones
    Reissue,
}

/// What an event needs to know. A value that the event does not use is refused.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EventData {
    /// The employer's name.
    pub employer: Option<String>,
    /// The employer's unified social credit code.
    pub employer_id: Option<String>,
    /// The occupation.
    pub occupation: Option<String>,
    /// The place of work.
    pub place: Option<String>,
    /// The passport's number.
    pub passport: Option<String>,
    /// The passport's issuing state, three letters.
    pub passport_issuer: Option<String>,
    /// The social security number that comes with the new passport; without it the old one stays.
    pub social_security_number: Option<String>,
    /// The permit's last day.
    pub until: Option<Day>,
}

impl std::fmt::Debug for EventData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EventData { .. }")
    }
}

/// Lets something happen to a permit: register, status lists and card version change in the caller's transaction.
pub(super) fn happen(
    tx: &Tx<'_>,
    event: PermitEvent,
    known: &Person,
    data: &EventData,
    now: i64,
) -> Result<(), AuthorityError> {
    if known.has_ended(now) {
        return Err(AuthorityError::PermitEnded);
    }
    let decides = matches!(event, PermitEvent::Approve | PermitEvent::Refuse);
    // Nothing else happens to a permit that is not there yet, and one that is there is not decided about again.
    if decides != (known.state == PermitState::Pending) {
        return Err(AuthorityError::EventUnfit);
    }
    if decides {
        tell_applicant(tx, known, now)?;
    }
    let Some(change) = change(event, known, data, Day::of_unix(now))? else {
        return Ok(());
    };
    let former = former(known, &change.person, now);
    for (kind, issuer, value) in new_numbers(known, &change.person) {
        if tx.number_is_taken(kind, issuer, value, &known.id)? {
            return Err(AuthorityError::EventDataInvalid);
        }
    }
    tx.change_person(&change.person)?;
    for number in &former {
        tx.put_former_number(&known.id, number)?;
    }
    tx.set_status_of_person(&known.id, change.copies)
}

/// Tells the register's contact that the application was decided. The words do not say how: the phone does, where the holder
/// has proven who he is.
fn tell_applicant(tx: &Tx<'_>, person: &Person, now: i64) -> Result<(), AuthorityError> {
    let message = Message {
        person: Some(&person.id),
        contact: person.contact.as_deref(),
        kind: Kind::ApplicationDecided,
    };
    outgoing::put(tx, &message, now)
}

/// What becomes of a person's permit.
struct Change {
    person: Person,
    /// The value in the status lists of the copies that are out.
    copies: u8,
}

/// `None`: nothing changes.
fn change(event: PermitEvent, known: &Person, data: &EventData, today: Day) -> Result<Option<Change>, AuthorityError> {
    let mut person = known.clone();
    let mut rest = data.clone();
    // What the copies say is no longer true, or they are to be replaced: verifiers must not take them any more.
    let mut copies_end = false;
    match event {
        PermitEvent::Extend => {
            let later = Day(known.valid_until.0.saturating_add(EXTENSION_DAYS));
            person.valid_until = rest.until.take().unwrap_or(later);
            if person.valid_until <= known.valid_until {
                return Err(AuthorityError::EventDataInvalid);
            }
        }
        PermitEvent::EmployerChange => person.state = PermitState::EmployerChangePending,
        PermitEvent::ChangeEmployer => {
            person.employer = required(&mut rest.employer)?;
            person.employer_id = required(&mut rest.employer_id)?;
            optional(&mut rest.place, &mut person.place)?;
            if person.state == PermitState::EmployerChangePending {
                person.state = PermitState::Valid;
            }
            copies_end = true;
        }
        PermitEvent::ChangePosition => {
            person.occupation = required(&mut rest.occupation)?;
            optional(&mut rest.place, &mut person.place)?;
            copies_end = true;
        }
        PermitEvent::NewPassport => {
            person.passport = required(&mut rest.passport)?;
            optional(&mut rest.passport_issuer, &mut person.passport_issuer)?;
            if rest.social_security_number.is_some() {
                person.social_security_number = Some(required(&mut rest.social_security_number)?);
            }
            let same = (&person.passport, &person.passport_issuer) == (&known.passport, &known.passport_issuer);
            if same || !is_passport(&person.passport, &person.passport_issuer) {
                return Err(AuthorityError::EventDataInvalid);
            }
            copies_end = true;
        }
        PermitEvent::Approve => person.state = PermitState::Valid,
        PermitEvent::Refuse => person.state = PermitState::Refused,
        PermitEvent::Suspend => person.state = PermitState::Suspended,
        PermitEvent::Resume => person.state = PermitState::Valid,
        PermitEvent::Revoke => person.state = PermitState::Revoked,
        PermitEvent::Expire => {
            person.valid_until = rest.until.take().unwrap_or(Day(today.0.saturating_sub(1)));
            if person.valid_until >= today {
                return Err(AuthorityError::EventDataInvalid);
            }
            copies_end = true;
        }
        PermitEvent::Reissue => copies_end = true,
    }
    if rest != EventData::default() {
        return Err(AuthorityError::EventDataInvalid);
    }
    if !copies_end && (person.state, person.valid_until) == (known.state, known.valid_until) {
        return Ok(None);
    }
    let copies = if copies_end { PermitState::Revoked } else { person.state };
    Ok(Some(Change {
        copies: copies.status(),
        person,
    }))
}

fn required(given: &mut Option<String>) -> Result<String, AuthorityError> {
    let text = given.take().ok_or(AuthorityError::EventDataMissing)?;
    let text = text.trim();
    if text.is_empty() || text.len() > limits::TEXT_FIELD || text.chars().any(char::is_control) {
        return Err(AuthorityError::EventDataInvalid);
    }
    Ok(text.to_owned())
}

fn optional(given: &mut Option<String>, field: &mut String) -> Result<(), AuthorityError> {
    if given.is_some() {
        *field = required(given)?;
    }
    Ok(())
}

/// The numbers that the person did not have until now.
fn new_numbers<'a>(known: &Person, new: &'a Person) -> Vec<(NumberKind, &'a str, &'a str)> {
    let mut numbers = Vec::new();
    if (&new.passport, &new.passport_issuer) != (&known.passport, &known.passport_issuer) {
        numbers.push((
            NumberKind::Passport,
            new.passport_issuer.as_str(),
            new.passport.as_str(),
        ));
    }
    if let Some(number) = &new.social_security_number
        && Some(number) != known.social_security_number.as_ref()
    {
        numbers.push((NumberKind::SocialSecurity, "", number.as_str()));
    }
    numbers
}

/// The numbers that the person has no longer: they stay linked, so that the new ones lead back to them.
fn former(known: &Person, new: &Person, now: i64) -> Vec<FormerNumber> {
    new_numbers(new, known)
        .into_iter()
        .map(|(kind, issuer, value)| FormerNumber {
            kind: kind.name().to_owned(),
            issuer: issuer.to_owned(),
            value: value.to_owned(),
            until: now,
        })
        .collect()
}

/// What a passport has in its machine-readable zone (ICAO 9303-4, 4.2): a number of letters and digits, a state of one to
/// three letters.
fn is_passport(number: &str, issuer: &str) -> bool {
    let letter_or_digit = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let number_fits = (1..=14).contains(&number.len()) && number.bytes().all(letter_or_digit);
    let issuer_fits = (1..=3).contains(&issuer.len()) && issuer.bytes().all(|byte| byte.is_ascii_uppercase());
    number_fits && issuer_fits
}

#[cfg(test)]
mod tests;
