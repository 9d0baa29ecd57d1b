use permitcard_protocol::registration::StepAnswer;

use super::{
    load::Loaded,
    policy::{OpenLaunch, Step},
};
use crate::{
    app::App,
    providers::{CheckRequest, ProviderError, RegisterMatch},
    token,
};

/// What providers said, before the answer is judged.
#[derive(Default)]
pub(crate) struct Consulted {
    /// To an identity claim.
    pub(super) found: Option<Result<Option<RegisterMatch>, ProviderError>>,
    /// A launch for the check that the answer may open or repeat.
    pub(super) launch: Option<(Step, Result<OpenLaunch, ProviderError>)>,
}

/// Asks the providers that an answer needs.
pub(crate) async fn consult(app: &App, loaded: &Loaded, now: i64) -> Consulted {
    let Loaded::Answer(loaded) = loaded else {
        return Consulted::default();
    };
    let found = match &loaded.answer {
        StepAnswer::IdentityClaim(claim) => Some(app.providers.register.find(claim.clone(), now).await),
        _ => None,
    };
    let permit_number = match &found {
        Some(Ok(Some(found))) => Some(found.permit_number.clone()),
        Some(_) => None,
        None => loaded.person.as_ref().map(|person| person.permit_number.clone()),
    };
    let needed = app.policy.launch_needed(&loaded.progress, loaded.rule.step, now);
    let launch = match (needed, permit_number) {
        (Some(step), Some(permit_number)) => {
            let request = CheckRequest {
                kind: step.name(),
                session: loaded.session.reference.clone(),
                jkt: loaded.session.jkt.clone(),
                nonce: String::new(),
                permit_number,
                now,
            };
            Some((step, launch(app, step, request).await))
        }
        _ => None,
    };
    Consulted { found, launch }
}

async fn launch(app: &App, step: Step, mut request: CheckRequest) -> Result<OpenLaunch, ProviderError> {
    request.nonce = token::random().map_err(|_| ProviderError)?;
    let nonce = request.nonce.clone();
    let checker = match step {
        Step::FaceCheck => &app.providers.faces,
        _ => &app.providers.documents,
    };
    let started = checker.start(request).await?;
    Ok(OpenLaunch {
        nonce,
        provider: started.provider,
        url: started.url,
        token: started.token,
    })
}
