//! From what is stored to what the holder is shown.

use permitcard_identity::{CountryCode, MrzName, name_advice};
use permitcard_protocol::WireCode;
use permitcard_protocol::registration::{InteractionType, Tier};

use super::machine::{State, Step};
use super::record::{ClaimedName, Record};
use super::view::{NameAdviceView, RegistrationView, StepFailure, StepView};

/// The view of a record; none for no registration.
pub(super) fn view_of(record: &Record, now: i64) -> Option<RegistrationView> {
    let tier = record.tier();
    Some(match &record.state {
        State::Idle => return None,
        State::Starting => RegistrationView::Starting,
        State::AtStep(step) => {
            let mut view = step_view(step, tier, now, None);
            if let Some(failure) = &mut view.failure {
                failure.name_advice = advice(failure.code, record.claimed.as_ref());
            }
            RegistrationView::Step(view)
        }
        State::Answering { step, answered } => RegistrationView::Step(step_view(step, tier, now, Some(*answered))),
        State::Granted { .. } => RegistrationView::ReadyToFetch,
        State::Ended { code } => RegistrationView::Ended { code: *code },
        State::Finished => RegistrationView::Finished,
    })
}

fn step_view(step: &Step, tier: Tier, now: i64, unanswered: Option<InteractionType>) -> StepView {
    let reply = &step.reply;
    let passed = now.saturating_sub(step.received_at).clamp(0, i64::from(u32::MAX));
    let passed = u32::try_from(passed).unwrap_or_default();
    let left = |seconds: u32| seconds.saturating_sub(passed);
    let mut one_time_code = reply.one_time_code.clone();
    if let Some(code) = &mut one_time_code {
        code.expires_in = left(code.expires_in);
        code.resend_after = left(code.resend_after);
    }
    let mut view = StepView {
        required: reply.interaction_type_required,
        allowed: reply.interaction_types_allowed.clone(),
        failure: None,
        tries_left: reply.tries_left,
        consents: reply.consents.clone().unwrap_or_default(),
        one_time_code,
        launches: reply.launches.clone(),
        session_reference: reply.session_reference.as_deref().map(grouped),
        tier,
        unanswered,
    };
    let wait = reply.retry_after.map(left).filter(|seconds| *seconds > 0);
    view.failure = reply.code.map(|code| failure(code, step, &view, wait));
    view
}

fn failure(code: WireCode, step: &Step, view: &StepView, wait: Option<u32>) -> StepFailure {
    let failed = match code {
        // Told after the document, about the claim: that is what is put right, and whose tries are counted.
        WireCode::NameDiffers | WireCode::IdentityNotConfirmed if step.is_open(InteractionType::IdentityClaim) => {
            InteractionType::IdentityClaim
        }
        // A registration that was stored by an older version does not say which step it was.
        _ => step.refused.unwrap_or(view.required),
    };
    let mut other_ways = view.ways();
    other_ways.retain(|kind| *kind != failed);
    let again = step.is_open(failed);
    StepFailure {
        code,
        step: failed,
        again,
        // Of a step that is closed the authority counts nothing: what it tells is about the required one then.
        tries_left: view.tries_left.filter(|_| again),
        retry_after_s: wait,
        other_ways,
        name_advice: Vec::new(),
    }
}

/// Advice about the name that was sent, where the name may be the reason.
fn advice(code: WireCode, claimed: Option<&ClaimedName>) -> Vec<NameAdviceView> {
    let may_be_the_name = matches!(code, WireCode::NameDiffers | WireCode::IdentityNotConfirmed);
    let Some(claimed) = claimed.filter(|_| may_be_the_name) else {
        return Vec::new();
    };
    let issuer = CountryCode::normalise(&claimed.issuer).ok();
    // What was sent is a name field; another one would be advised nothing.
    let name = MrzName::from_field(&claimed.name).ok();
    name.map(|name| name_advice(&name, issuer.as_ref(), false))
        .unwrap_or_default()
        .into_iter()
        .map(Into::into)
        .collect()
}

/// Four characters and four, as people read them out.
fn grouped(reference: &str) -> String {
    let (first, second) = reference
        .split_at_checked(reference.len() / 2)
        .unwrap_or((reference, ""));
    format!("{first}-{second}")
}

#[cfg(test)]
mod tests {
    use permitcard_protocol::registration::{CodeOnItsWay, InsufficientAuthorization};

    use super::*;

    fn step(required: InteractionType, allowed: &[InteractionType], code: Option<WireCode>) -> Step {
        Step {
            reply: InsufficientAuthorization {
                error: "insufficient_authorization".into(),
                auth_session: "s".into(),
                interaction_type_required: required,
                interaction_types_allowed: allowed.to_vec(),
                code,
                tries_left: Some(4),
                retry_after: Some(90),
                consents: None,
                one_time_code: Some(CodeOnItsWay {
                    digits: 6,
                    expires_in: 600,
                    resend_after: 30,
                }),
                launches: vec![],
                session_reference: Some("0123ABCD".into()),
            },
            received_at: 1_000,
            refused: None,
        }
    }

    use InteractionType::{DocumentCheck, IdentityClaim, InPersonCode, OneTimeCode, Unknown};

    #[test]
    fn a_failure_names_its_step_what_is_left_and_the_other_ways() {
        let mut wrong = step(OneTimeCode, &[DocumentCheck, InPersonCode], Some(WireCode::CodeWrong));
        wrong.refused = Some(OneTimeCode);
        let view = step_view(&wrong, Tier::Permit, 1_050, None);
        let expected = StepFailure {
            code: WireCode::CodeWrong,
            step: OneTimeCode,
            again: true,
            tries_left: Some(4),
            retry_after_s: Some(40),
            other_ways: vec![DocumentCheck, InPersonCode],
            name_advice: vec![],
        };
        assert_eq!(view.failure, Some(expected));
        assert_eq!(view.session_reference.as_deref(), Some("0123-ABCD"));
        // The wait is over.
        let view = step_view(&wrong, Tier::Permit, 1_090, None);
        assert_eq!(view.failure.unwrap().retry_after_s, None);
        // A step that was allowed and not required: the holder is on that way, and the authority counts there.
        wrong.refused = Some(InPersonCode);
        let failure = step_view(&wrong, Tier::Permit, 1_000, None).failure.unwrap();
        assert_eq!((failure.step, failure.tries_left), (InPersonCode, Some(4)));
        assert_eq!(failure.other_ways, [OneTimeCode, DocumentCheck]);
    }

    #[test]
    fn what_is_told_after_the_document_is_about_the_claim() {
        for code in [WireCode::IdentityNotConfirmed, WireCode::NameDiffers] {
            let mut told = step(IdentityClaim, &[InPersonCode], Some(code));
            told.refused = Some(DocumentCheck);
            let failure = step_view(&told, Tier::Permit, 1_000, None).failure.unwrap();
            assert_eq!(
                (failure.step, failure.again, failure.tries_left),
                (IdentityClaim, true, Some(4))
            );
            assert_eq!(failure.other_ways, [InPersonCode]);
        }
    }

    #[test]
    fn a_closed_step_says_so_and_the_others_stay() {
        let mut closed = step(InPersonCode, &[], Some(WireCode::TriesExhausted));
        closed.refused = Some(IdentityClaim);
        let failure = step_view(&closed, Tier::Permit, 1_000, None).failure.unwrap();
        assert!(!failure.again && failure.tries_left.is_none());
        assert_eq!((failure.step, failure.other_ways), (IdentityClaim, vec![InPersonCode]));
    }

    #[test]
    fn advice_about_a_name_is_for_answers_that_may_be_about_the_name() {
        let claimed = ClaimedName {
            name: "GARCIA<LOPEZ<<MARIA".into(),
            issuer: "ESP".into(),
        };
        for code in WireCode::ALL {
            let about_name = matches!(code, WireCode::NameDiffers | WireCode::IdentityNotConfirmed);
            let told = advice(*code, Some(&claimed));
            assert_eq!(!told.is_empty(), about_name, "{code:?}");
            assert!(advice(*code, None).is_empty());
            let shown = format!("{told:?}");
            assert!(!shown.contains("GARCIA"), "{shown}");
        }
        let told = advice(WireCode::NameDiffers, Some(&claimed));
        let held: Vec<_> = told.iter().flat_map(|one| &one.held_as).collect();
        assert!(held.iter().any(|name| *name == "GARCIA<<MARIA"), "{held:?}");
    }

    #[test]
    fn waiting_times_run_on_the_phone_and_never_below_zero() {
        let asked = step(OneTimeCode, &[], None);
        let view = step_view(&asked, Tier::SocialSecurity, 1_020, Some(DocumentCheck));
        let code = view.one_time_code.unwrap();
        assert_eq!((code.expires_in, code.resend_after), (580, 10));
        assert_eq!(
            (view.unanswered, view.tier),
            (Some(DocumentCheck), Tier::SocialSecurity)
        );
        assert!(view.failure.is_none());
        let late = step_view(&asked, Tier::Permit, 90_000, None).one_time_code.unwrap();
        assert_eq!((late.expires_in, late.resend_after), (0, 0));
        // A clock that went back adds nothing.
        let early = step_view(&asked, Tier::Permit, 0, None).one_time_code.unwrap();
        assert_eq!((early.expires_in, early.resend_after), (600, 30));
    }

    #[test]
    fn a_step_of_a_newer_authority_is_no_way() {
        let view = step_view(&step(Unknown, &[InPersonCode], None), Tier::Permit, 1_000, None);
        assert_eq!(view.ways(), [InPersonCode]);
    }
}
