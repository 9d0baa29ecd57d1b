use permitcard_protocol::{
    WireCode, limits,
    oauth::{AuthorizationDetail, CLIENT_ID, OPENID_CREDENTIAL},
    registration::{
        ChallengeRequest, ClaimedNumber, IdentityClaim, InteractionType, OneTimeCodeAnswer, StepAnswer, Tier,
    },
};

use super::{
    code, consult,
    policy::{Progress, StepRule},
};
use crate::{
    AuthorityError,
    http::{Call, Fault, within_limits},
    issuance::Form,
    limits as caps,
    providers::CheckKind,
    store::{Person, Session, Tx},
};

/// TD3: 39 characters for the name.
const MRZ_NAME: usize = 39;
/// The longest list of wanted credentials; there are three to want.
const DETAILS: usize = 1024;
/// The longest number that anybody might hold.
const NUMBER: usize = 32;

/// A challenge request whose session was found and whose answer was read.
pub(crate) enum Loaded {
    Start {
        code_challenge: String,
        progress: Box<Progress>,
    },
    Answer(Box<LoadedAnswer>),
    /// An answer to a step that is not open any more, because what stood before it was proven too long ago.
    TooLate {
        auth_session: String,
        session: Session,
        progress: Box<Progress>,
    },
}

/// An answer to an open step.
pub(crate) struct LoadedAnswer {
    pub(super) auth_session: String,
    pub(super) session: Session,
    pub(super) progress: Progress,
    /// The person of the register, once it is proven who the holder is.
    pub(super) person: Option<Person>,
    pub(super) rule: &'static StepRule,
    pub(super) answer: StepAnswer,
}

impl LoadedAnswer {
    /// The check that the step is.
    pub(super) fn kind(&self) -> Option<CheckKind> {
        consult::check_kind(self.rule.step)
    }
}

/// Reads a request and finds its session.
pub(crate) fn load(call: &Call, tx: &Tx<'_>) -> Result<Loaded, Fault> {
    match ChallengeRequest::from_form(&call.body).map_err(|_| unreadable(&call.body))? {
        ChallengeRequest::Start {
            client_id,
            code_challenge,
            authorization_details,
            interaction_types_supported,
            tier,
        } => {
            caps::note_start(&call.app, tx, call.peer, call.now)?;
            is_offered(&client_id, &code_challenge, &authorization_details)?;
            let progress = begin(call, tx, tier, &interaction_types_supported)?;
            Ok(Loaded::Start {
                code_challenge,
                progress: Box::new(progress),
            })
        }
        ChallengeRequest::Answer { auth_session, answer } => {
            if !within_limits(&[&auth_session]) {
                return Err(WireCode::SessionUnknown.into());
            }
            let session = tx
                .session(&auth_session, &call.caller()?.jkt)?
                .ok_or(WireCode::SessionUnknown)?;
            continue_session(call, tx, auth_session, session, answer)
        }
    }
}

/// An answer that cannot be read concerns the step; anything else concerns the request.
fn unreadable(body: &[u8]) -> WireCode {
    let names_a_session = body
        .split(|byte| *byte == b'&')
        .any(|field| field.starts_with(b"auth_session="));
    if names_a_session {
        WireCode::AnswerInvalid
    } else {
        WireCode::RequestMalformed
    }
}

fn is_offered(client_id: &str, code_challenge: &str, authorization_details: &str) -> Result<(), WireCode> {
    let details_fit = authorization_details.len() <= DETAILS
        && limits::json_within_depth(authorization_details.as_bytes(), limits::JSON_DEPTH);
    // SHA-256 in base64url (RFC 7636, 4.2).
    let challenge = code_challenge.len() == 43
        && code_challenge
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if client_id != CLIENT_ID || !challenge || !details_fit {
        return Err(WireCode::RequestMalformed);
    }
    let details: Vec<AuthorizationDetail> =
        serde_json::from_str(authorization_details).map_err(|_| WireCode::RequestMalformed)?;
    // One grant gives every form; whoever asks for one names it, or more of them.
    let is_offered = |wanted: &AuthorizationDetail| {
        wanted.kind == OPENID_CREDENTIAL && Form::from_configuration(&wanted.credential_configuration_id).is_some()
    };
    if details.is_empty() || details.len() > Form::ALL.len() || !details.iter().all(is_offered) {
        return Err(WireCode::CredentialUnknown);
    }
    Ok(())
}

/// A new registration, without what the client cannot do. Tier 2 is for the key that holds a card of tier 1.
fn begin(call: &Call, tx: &Tx<'_>, tier: Tier, supported: &[InteractionType]) -> Result<Progress, Fault> {
    let mut progress = Progress::new(tier);
    let policy = progress.policy();
    policy.close_unsupported(&mut progress, supported);
    if policy.is_lost(&progress) {
        return Err(WireCode::RequestMalformed.into());
    }
    if tier == Tier::SocialSecurity {
        let card = tx
            .grant_with_card(&call.caller()?.jkt, call.now)?
            .ok_or(WireCode::CardMissing)?;
        let person = tx.person(&card.person)?.ok_or(AuthorityError::DataDamaged)?;
        if let Some(code) = person.end_code(call.now) {
            return Err(code.into());
        }
        if !person.physical_card {
            return Err(WireCode::PhysicalCardMissing.into());
        }
        progress.person = Some(person.id);
        progress.basis = Some(card.session);
    }
    Ok(progress)
}

fn continue_session(
    call: &Call,
    tx: &Tx<'_>,
    auth_session: String,
    session: Session,
    answer: StepAnswer,
) -> Result<Loaded, Fault> {
    if let Some(ended) = &session.ended {
        return Err(WireCode::from_code(ended).unwrap_or(WireCode::SessionExpired).into());
    }
    if call.now > session.expires_at {
        tx.end_session(session.id, WireCode::SessionExpired.code(), call.now)?;
        return Err(WireCode::SessionExpired.into());
    }
    let mut progress: Progress = serde_json::from_str(&session.progress).map_err(|_| AuthorityError::DataDamaged)?;
    let policy = progress.policy();
    let forgotten = policy.forget_stale(&mut progress, call.now);
    let kind = answer.interaction_type();
    // A code whose step the cap closed is answered with that, not as an unexpected one.
    let without_cap = policy.open_of_kind(&progress, kind);
    if progress.claim.is_some() {
        progress.capped = code::closed(&call.app, tx, &session, &progress, call.now)?;
    }
    // The cap may also open what waited for a code.
    let rule = policy.open_of_kind(&progress, kind).or(without_cap);
    let Some(rule) = rule else {
        if !forgotten {
            return Err(WireCode::StepUnexpected.into());
        }
        return Ok(Loaded::TooLate {
            auth_session,
            session,
            progress: Box::new(progress),
        });
    };
    if !is_well_formed(&answer) {
        return Err(WireCode::AnswerInvalid.into());
    }
    if let StepAnswer::IdentityClaim(claim) = &answer {
        caps::may_claim(&call.app, tx, &claim.number, &session.jkt, call.now)?;
    }
    let person = match &progress.person {
        Some(id) => tx.person(id)?,
        None => None,
    };
    Ok(Loaded::Answer(Box::new(LoadedAnswer {
        auth_session,
        session,
        progress,
        person,
        rule,
        answer,
    })))
}

/// Lengths and alphabets; an answer outside of them is not a try.
fn is_well_formed(answer: &StepAnswer) -> bool {
    match answer {
        StepAnswer::Consent(decisions) => decisions.len() <= 4,
        StepAnswer::IdentityClaim(claim) => is_claim(claim),
        StepAnswer::OneTimeCode(OneTimeCodeAnswer::Code(code)) => {
            (1..=16).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit())
        }
        StepAnswer::OneTimeCode(OneTimeCodeAnswer::Resend(resend)) => *resend,
        StepAnswer::InPersonCode(answer) => is_window_code(&answer.code),
        StepAnswer::DocumentCheck(answer)
        | StepAnswer::FaceCheck(answer)
        | StepAnswer::BankCard(answer)
        | StepAnswer::Sim(answer) => (1..=limits::TEXT_FIELD).contains(&answer.receipt.len()),
    }
}

/// Crockford's base32 in upper case.
fn is_window_code(code: &str) -> bool {
    let known =
        |byte: u8| byte.is_ascii_digit() || (byte.is_ascii_uppercase() && !matches!(byte, b'I' | b'L' | b'O' | b'U'));
    code.len() == limits::IN_PERSON_CODE && code.bytes().all(known)
}

fn is_claim(claim: &IdentityClaim) -> bool {
    let is_word = |text: &str, limit: usize, extra: &[u8]| {
        let known = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || extra.contains(&byte);
        (1..=limit).contains(&text.len()) && text.bytes().all(known)
    };
    let (ClaimedNumber::PermitNumber(number) | ClaimedNumber::SocialSecurityNumber(number)) = &claim.number;
    is_word(&claim.name, MRZ_NAME, b"<")
        && is_word(number, NUMBER, b"")
        && is_word(&claim.document.number, NUMBER, b"<")
        && is_word(&claim.document.issuer, 3, b"<")
}

#[cfg(test)]
mod tests {
    use permitcard_protocol::registration::{InPersonCodeAnswer, ReceiptAnswer, TravelDocument};

    use super::*;

    fn claim(name: &str, number: &str, passport: &str, issuer: &str) -> StepAnswer {
        StepAnswer::IdentityClaim(IdentityClaim {
            name: name.into(),
            number: ClaimedNumber::PermitNumber(number.into()),
            document: TravelDocument {
                number: passport.into(),
                issuer: issuer.into(),
            },
        })
    }

    fn receipt(text: &str) -> ReceiptAnswer {
        ReceiptAnswer { receipt: text.into() }
    }

    fn window_code(text: &str) -> StepAnswer {
        StepAnswer::InPersonCode(InPersonCodeAnswer { code: text.into() })
    }

    #[test]
    fn answers_have_limits() {
        let long = "A".repeat(40);
        for (answer, good) in [
            (
                claim("GARCIA<LOPEZ<<MARIA", "310000199001010101", "XDB123456", "ESP"),
                true,
            ),
            (claim(&long[..39], "A", "A", "D"), true),
            (claim(&long, "A", "A", "D"), false),
            (claim("", "A", "A", "D"), false),
            (claim("garcia", "A", "A", "D"), false),
            (claim("A", &long[..33], "A", "D"), false),
            (claim("A", "A B", "A", "D"), false),
            (claim("A", "A", "", "D"), false),
            (claim("A", "A", "A", "ESPX"), false),
            (StepAnswer::OneTimeCode(OneTimeCodeAnswer::Code("123456".into())), true),
            (StepAnswer::OneTimeCode(OneTimeCodeAnswer::Code("12345६".into())), false),
            (StepAnswer::OneTimeCode(OneTimeCodeAnswer::Code("1".repeat(17))), false),
            (StepAnswer::OneTimeCode(OneTimeCodeAnswer::Resend(true)), true),
            (StepAnswer::OneTimeCode(OneTimeCodeAnswer::Resend(false)), false),
            (StepAnswer::FaceCheck(receipt(&"r".repeat(256))), true),
            (StepAnswer::FaceCheck(receipt(&"r".repeat(257))), false),
            (StepAnswer::FaceCheck(receipt("")), false),
            (StepAnswer::BankCard(receipt("")), false),
            (StepAnswer::Sim(receipt(&"r".repeat(257))), false),
            (window_code("0123ABCXYZ"), true),
            (window_code("0123ABCXY"), false),
            (window_code("0123ABCXYZ0"), false),
            (window_code("0123abcxyz"), false),
            (window_code("0123ABCXYU"), false),
            (window_code("01234-ABCX"), false),
            (window_code("0123ABCXé"), false),
        ] {
            assert_eq!(is_well_formed(&answer), good, "{}", answer.to_json());
        }
    }
}
