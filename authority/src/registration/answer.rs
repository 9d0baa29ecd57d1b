use permitcard_protocol::{
    WireCode,
    registration::{INSUFFICIENT_AUTHORIZATION, InsufficientAuthorization, InteractionType, Launch},
};

use super::{
    code,
    policy::{Progress, Step},
};
use crate::{
    AuthorityError,
    app::App,
    http::{Fault, Reply},
    store::OneTimeCode,
};

/// The 401 answer that names the next step and the other steps that are open now. `failed`: why the last answer did not
/// pass.
pub(super) fn next_step(
    app: &App,
    progress: &Progress,
    code: Option<&OneTimeCode>,
    auth_session: &str,
    failed: Option<WireCode>,
    now: i64,
) -> Result<Reply, Fault> {
    let open = app.policy.open(progress);
    let (required, others) = open.split_first().ok_or(AuthorityError::DataDamaged)?;
    let mut allowed: Vec<InteractionType> = others.iter().map(|rule| rule.interaction).collect();
    allowed.retain(|kind| *kind != required.interaction);

    let consents: Vec<_> = open
        .iter()
        .filter_map(|rule| rule.consent)
        .map(|rule| rule.request())
        .collect();
    let code = code.filter(|_| open.iter().any(|rule| rule.step == Step::OneTimeCode));
    let launch = open.iter().find_map(|rule| progress.launches.get(&rule.step));
    let tries_left = match (required.step, code) {
        (Step::OneTimeCode, Some(code)) => Some(code::tries_left(code)),
        _ => app.policy.tries_left(progress, required.step),
    };
    let too_soon = failed == Some(WireCode::CodeResendTooSoon);
    Ok(Reply::json(
        401,
        &InsufficientAuthorization {
            error: INSUFFICIENT_AUTHORIZATION.to_owned(),
            auth_session: auth_session.to_owned(),
            interaction_type_required: required.interaction,
            interaction_types_allowed: allowed,
            code: failed,
            tries_left,
            retry_after: code.filter(|_| too_soon).map(|code| code::resend_after(code, now)),
            consents: (!consents.is_empty()).then_some(consents),
            one_time_code: code.map(|code| code::on_its_way(code, now)),
            launch: launch.map(|launch| Launch {
                provider: launch.provider.clone(),
                url: launch.url.clone(),
                token: launch.token.clone(),
            }),
        },
    ))
}
