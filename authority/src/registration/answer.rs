use permitcard_protocol::{
    WireCode,
    registration::{INSUFFICIENT_AUTHORIZATION, InsufficientAuthorization, InteractionType, Launch},
};

use super::{
    code,
    policy::{Progress, Step},
    window,
};
use crate::{
    AuthorityError,
    http::{Fault, Reply},
    store::{OneTimeCode, WindowCodeRow},
};

/// Why an answer did not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Failed {
    pub(super) step: Step,
    pub(super) code: WireCode,
}

/// The 401 answer that names the next step and the other steps that are open now.
pub(super) fn next_step(
    progress: &Progress,
    (code, window): (Option<&OneTimeCode>, Option<&WindowCodeRow>),
    (auth_session, window_reference): (&str, &str),
    failed: Option<Failed>,
    now: i64,
) -> Result<Reply, Fault> {
    let policy = progress.policy();
    let open = policy.open(progress);
    let kinds: Vec<InteractionType> = open.iter().filter_map(|rule| rule.interaction).collect();
    let (required, others) = kinds.split_first().ok_or(AuthorityError::DataDamaged)?;
    let mut allowed = others.to_vec();
    allowed.retain(|kind| kind != required);

    let consents: Vec<_> = open
        .iter()
        .filter_map(|rule| rule.consent)
        .map(|rule| rule.request())
        .collect();
    let code = code.filter(|_| open.iter().any(|rule| rule.step == Step::OneTimeCode));
    let launches = open.iter().filter_map(|rule| {
        let launch = progress.launches.get(&rule.step)?;
        Some(Launch {
            interaction_type: rule.interaction?,
            provider: launch.provider.clone(),
            url: launch.url.clone(),
            token: launch.token.clone(),
        })
    });
    // Of the step that just failed, as long as it may be tried again; the holder is on that way.
    let failed_step = failed.map(|failed| failed.step);
    let counted = open
        .iter()
        .find(|rule| Some(rule.step) == failed_step)
        .or(open.first())
        .map(|rule| rule.step);
    let tries_left = counted.and_then(|step| match (step, code) {
        (Step::OneTimeCode, Some(code)) => Some(code::tries_left(code)),
        // Counted with each code of a window, and told where one was compared.
        (Step::InPersonCode, _) => window.map(window::tries_left),
        _ => policy.tries_left(progress, step),
    });
    let failed = failed.map(|failed| failed.code);
    let retry_after = match failed {
        Some(WireCode::CodeResendTooSoon) => code.map(|code| code::resend_after(progress, code, now)),
        Some(WireCode::StepClosed) => progress.capped,
        _ => None,
    };
    let in_person = open.iter().any(|rule| rule.step == Step::InPersonCode);
    Ok(Reply::json(
        401,
        &InsufficientAuthorization {
            error: INSUFFICIENT_AUTHORIZATION.to_owned(),
            auth_session: auth_session.to_owned(),
            interaction_type_required: *required,
            interaction_types_allowed: allowed,
            code: failed,
            tries_left,
            retry_after,
            consents: (!consents.is_empty()).then_some(consents),
            one_time_code: code.map(|code| code::on_its_way(progress, code, now)),
            launches: launches.collect(),
            session_reference: in_person.then(|| window_reference.to_owned()),
        },
    ))
}

impl Failed {
    /// A code of a service window was compared, or is dead after its tries: those are counted.
    pub(super) fn counts_window_tries(self) -> bool {
        self.step == Step::InPersonCode
            && matches!(
                self.code,
                WireCode::InPersonCodeWrong | WireCode::InPersonTriesExhausted
            )
    }

    /// The answer of a session whose checks became too old.
    pub(super) fn too_late() -> Self {
        Self {
            step: Step::IdentityClaim,
            code: WireCode::SessionExpired,
        }
    }
}
