use std::sync::Arc;

use permitcard_crypto::{hash::sha256, mac::verify_equal};
use permitcard_protocol::registration::{ClaimedNumber, IdentityClaim, OneTimeCodeAnswer, StepAnswer};

use super::{
    load::{Loaded, LoadedAnswer},
    policy::{OpenLaunch, Step},
};
use crate::{
    app::App,
    providers::{Check, CheckKind, CheckRef, CheckRequest, ClaimedDocument, Outcome, ProviderError, RegisterRecord},
    token,
};

/// What providers said, before the answer is judged.
#[derive(Default)]
pub(crate) struct Consulted {
    /// The register's record of the claimed number, where the answer needs it. Asked for in the same way whether there is
    /// one or not.
    pub(super) found: Option<Result<Option<RegisterRecord>, ProviderError>>,
    /// What the provider says now about the check whose receipt was given.
    pub(super) pulled: Option<Result<Option<Check>, ProviderError>>,
    /// Launches for the checks that the answer may open or repeat.
    pub(super) launches: Vec<(Step, Result<OpenLaunch, ProviderError>)>,
}

/// Asks the providers that an answer needs.
pub(crate) async fn consult(app: &Arc<App>, loaded: &Loaded, now: i64) -> Consulted {
    let Loaded::Answer(loaded) = loaded else {
        return Consulted::default();
    };
    let found = match number_to_find(loaded) {
        Some(number) => Some(app.providers.register.find(number, now).await),
        None => None,
    };
    let pulled = match (receipt(&loaded.answer), loaded.kind()) {
        (Some(_), Some(kind)) => pull(app, loaded, kind).await,
        _ => None,
    };
    let mut launches = Vec::new();
    if let Some(about) = about(loaded) {
        for step in steps_to_launch(loaded, &found, &pulled, now) {
            let Some(kind) = check_kind(step) else {
                continue;
            };
            let request = CheckRequest {
                kind,
                session: loaded.session.reference.clone(),
                jkt: loaded.session.jkt.clone(),
                nonce: String::new(),
                number: about.number.clone(),
                document: Some(about.document.clone()),
                now,
            };
            launches.push((step, launch(app, request).await));
        }
    }
    Consulted {
        found,
        pulled,
        launches,
    }
}

/// The check of a step.
pub(super) fn check_kind(step: Step) -> Option<CheckKind> {
    CheckKind::from_name(step.name())
}

/// Before anything is proven the register is asked by the claimed number, each time anew: what it says may have changed.
fn number_to_find(loaded: &LoadedAnswer) -> Option<ClaimedNumber> {
    let claimed = || loaded.progress.claim.as_ref().map(|claim| claim.claim.number.clone());
    match &loaded.answer {
        StepAnswer::IdentityClaim(claim) => Some(claim.number.clone()),
        StepAnswer::OneTimeCode(OneTimeCodeAnswer::Resend(_)) | StepAnswer::DocumentCheck(_) => claimed(),
        _ => None,
    }
}

fn receipt(answer: &StepAnswer) -> Option<&str> {
    match answer {
        StepAnswer::DocumentCheck(answer)
        | StepAnswer::FaceCheck(answer)
        | StepAnswer::BankCard(answer)
        | StepAnswer::Sim(answer) => Some(&answer.receipt),
        _ => None,
    }
}

async fn pull(app: &Arc<App>, loaded: &LoadedAnswer, kind: CheckKind) -> Option<Result<Option<Check>, ProviderError>> {
    let launch = loaded.progress.launches.get(&loaded.rule.step)?;
    let nonce = launch.nonce.clone();
    let open = app
        .blocking(move |app| app.store.read(|tx| tx.open_check(&nonce)))
        .await;
    match open {
        Ok(Some(open)) if !open.used => {}
        // Its result was forgotten: whatever the provider says now, its receipt counts no more.
        Ok(_) => return Some(Ok(None)),
        Err(_) => return Some(Err(ProviderError)),
    }
    let check = CheckRef {
        kind,
        session: loaded.session.reference.clone(),
        nonce: launch.nonce.clone(),
    };
    Some(app.providers.checker(kind).result(check).await)
}

/// The person that a check is about: as claimed, or in tier 2 as the register knows him.
struct About {
    number: ClaimedNumber,
    document: ClaimedDocument,
}

impl About {
    fn of(claim: &IdentityClaim) -> Self {
        Self {
            number: claim.number.clone(),
            document: ClaimedDocument {
                number: claim.document.number.clone(),
                issuer: claim.document.issuer.clone(),
                mrz_name: claim.name.clone(),
            },
        }
    }
}

fn about(loaded: &LoadedAnswer) -> Option<About> {
    match (&loaded.answer, &loaded.progress.claim, &loaded.person) {
        (StepAnswer::IdentityClaim(claim), _, _) => Some(About::of(claim)),
        (_, Some(claim), _) => Some(About::of(&claim.claim)),
        (_, None, Some(person)) => Some(About {
            number: ClaimedNumber::PermitNumber(person.permit_number.clone()),
            document: ClaimedDocument {
                number: person.passport.clone(),
                issuer: person.passport_issuer.clone(),
                mrz_name: person.mrz_name.clone(),
            },
        }),
        (_, None, None) => None,
    }
}

/// A check that was answered is launched anew, unless its receipt is good or may be tried again; others when they open. One
/// whose result was forgotten has no good receipt.
fn steps_to_launch(
    loaded: &LoadedAnswer,
    found: &Option<Result<Option<RegisterRecord>, ProviderError>>,
    pulled: &Option<Result<Option<Check>, ProviderError>>,
    now: i64,
) -> Vec<Step> {
    let step = loaded.rule.step;
    let policy = loaded.progress.policy();
    if matches!(found, Some(Err(ProviderError))) {
        return Vec::new();
    }
    if !loaded.rule.is_by_provider() {
        return policy.launches_needed(&loaded.progress, step, now);
    }
    let given = receipt(&loaded.answer).unwrap_or_default();
    match pulled {
        Some(Err(ProviderError)) => Vec::new(),
        Some(Ok(Some(check)))
            if check.outcome == Outcome::Passed && verify_equal(&sha256(given.as_bytes()), &check.receipt).is_ok() =>
        {
            policy.launches_needed(&loaded.progress, step, now)
        }
        _ => vec![step],
    }
}

async fn launch(app: &App, mut request: CheckRequest) -> Result<OpenLaunch, ProviderError> {
    request.nonce = token::random().map_err(|_| ProviderError)?;
    let nonce = request.nonce.clone();
    let started = app.providers.checker(request.kind).start(request).await?;
    Ok(OpenLaunch {
        nonce,
        provider: started.provider,
        url: started.url,
        token: started.token,
    })
}
