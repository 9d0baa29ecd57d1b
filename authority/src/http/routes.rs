use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{Request, Response},
    routing::{MethodFilter, on},
};
use permitcard_protocol::{WireCode, endpoints, limits};

use super::{Call, Fault, Reply, exchange::serve};
use crate::{app::App, consents, issuance, lists, providers, store::Tx};

/// What the caller must show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    Open,
    /// A DPoP proof.
    Key,
    /// A DPoP proof and an access token bound to its key.
    Token,
}

/// Whether a request is carried out once for its idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Once {
    Never,
    IfAsked,
    Always,
}

/// How an endpoint works.
#[derive(Clone, Copy)]
pub(super) enum Work {
    /// In one transaction.
    InOneStep(fn(&Call, &Tx<'_>) -> Result<Reply, Fault>),
    /// The authorization challenge, which asks providers.
    Challenge,
}

/// An endpoint.
pub(super) struct Route {
    pub(super) method: &'static str,
    /// With `{…}` for the variable part, if there is one.
    pub(super) template: &'static str,
    /// The content type of the body; `None`: no body.
    pub(super) media: Option<&'static str>,
    pub(super) guard: Guard,
    pub(super) once: Once,
    pub(super) work: Work,
}

impl Route {
    /// The longest body that is read, in bytes. Only proofs with attestations are long.
    pub(super) fn body_limit(&self) -> usize {
        match self.template {
            endpoints::CREDENTIAL => limits::CREDENTIAL_REQUEST_BODY,
            _ => limits::REQUEST_BODY,
        }
    }
}

const fn get(template: &'static str, guard: Guard, handler: fn(&Call, &Tx<'_>) -> Result<Reply, Fault>) -> Route {
    Route {
        method: "GET",
        template,
        media: None,
        guard,
        once: Once::Never,
        work: Work::InOneStep(handler),
    }
}

const fn post(template: &'static str, media: Option<&'static str>, guard: Guard, once: Once, work: Work) -> Route {
    Route {
        method: "POST",
        template,
        media,
        guard,
        once,
        work,
    }
}

/// [`endpoints::WEBHOOKS`] and the provider's name.
const WEBHOOK: &str = "/webhooks/{provider}";

static ROUTES: &[Route] = &[
    get(endpoints::ISSUER_METADATA, Guard::Open, issuance::issuer_metadata),
    get(endpoints::SERVER_METADATA, Guard::Open, issuance::server_metadata),
    get(endpoints::TRUST_LIST, Guard::Open, lists::trust_list),
    get(endpoints::STATUS, Guard::Open, lists::status_lists),
    get("/status/{list}", Guard::Open, lists::status_list),
    get(endpoints::CARD, Guard::Token, issuance::card),
    get(endpoints::PORTRAIT, Guard::Token, issuance::portrait),
    get(endpoints::CONSENTS, Guard::Token, consents::consents),
    get(endpoints::PRINTED, Guard::Token, issuance::printed),
    get(
        endpoints::PRINTED_PORTRAIT,
        Guard::Token,
        issuance::printed_with_portrait,
    ),
    post(
        endpoints::CHALLENGE,
        Some(endpoints::MEDIA_FORM),
        Guard::Key,
        Once::Always,
        Work::Challenge,
    ),
    // A wallet of other people knows OAuth and OpenID4VCI, which have no idempotency keys. Ours sends one always: a lost
    // answer is given again.
    post(
        endpoints::TOKEN,
        Some(endpoints::MEDIA_FORM),
        Guard::Key,
        Once::IfAsked,
        Work::InOneStep(issuance::token),
    ),
    // Gives out a random number and keeps nothing.
    post(
        endpoints::NONCE,
        None,
        Guard::Open,
        Once::Never,
        Work::InOneStep(issuance::nonce),
    ),
    post(
        endpoints::CREDENTIAL,
        Some(endpoints::MEDIA_JSON),
        Guard::Token,
        Once::IfAsked,
        Work::InOneStep(issuance::credential),
    ),
    post(
        endpoints::DEFERRED,
        Some(endpoints::MEDIA_JSON),
        Guard::Token,
        Once::IfAsked,
        Work::InOneStep(issuance::deferred),
    ),
    post(
        endpoints::NOTIFICATION,
        Some(endpoints::MEDIA_JSON),
        Guard::Token,
        Once::IfAsked,
        Work::InOneStep(issuance::notification),
    ),
    post(
        endpoints::CONSENT_WITHDRAWAL,
        Some(endpoints::MEDIA_JSON),
        Guard::Token,
        Once::IfAsked,
        Work::InOneStep(consents::withdraw),
    ),
    // A message's own id says whether it was here before.
    post(
        WEBHOOK,
        Some(endpoints::MEDIA_JSON),
        Guard::Open,
        Once::Never,
        Work::InOneStep(providers::webhook_endpoint),
    ),
];

/// The endpoints of the authority.
pub(crate) fn router(app: Arc<App>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        let method = if route.method == "GET" {
            MethodFilter::GET
        } else {
            MethodFilter::POST
        };
        let handler = move |State(app): State<Arc<App>>, parameter: Option<Path<String>>, request: Request<Body>| async move {
            serve(
                app,
                route,
                parameter.map(|Path(text)| text).unwrap_or_default(),
                request,
            )
            .await
        };
        router = router.route(route.template, on(method, handler));
    }
    router
        .fallback(nothing_here)
        .method_not_allowed_fallback(nothing_here)
        .with_state(app)
}

/// The answer to a request for a path without a variable part, without a connection around it.
#[cfg(test)]
pub(crate) async fn answer(app: Arc<App>, method: &str, path: &str, request: Request<Body>) -> Response<Body> {
    let mut routes = ROUTES.iter();
    match routes.find(|route| (route.method, route.template) == (method, path)) {
        Some(route) => serve(app, route, String::new(), request).await,
        None => nothing_here(State(app)).await,
    }
}

async fn nothing_here(State(app): State<Arc<App>>) -> Response<Body> {
    Reply::error(WireCode::NotFound).into_response(app.now().unwrap_or_default(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_something_is_done_once() {
        for route in ROUTES.iter().filter(|route| route.method == "POST") {
            let expected = match route.template {
                endpoints::CHALLENGE => Once::Always,
                endpoints::NONCE | WEBHOOK => Once::Never,
                _ => Once::IfAsked,
            };
            assert_eq!(route.once, expected, "{}", route.template);
        }
    }

    #[test]
    fn what_is_personal_needs_the_key_and_the_token() {
        for route in ROUTES {
            let personal = [
                endpoints::CARD,
                endpoints::PORTRAIT,
                endpoints::PRINTED,
                endpoints::PRINTED_PORTRAIT,
                endpoints::CREDENTIAL,
                endpoints::DEFERRED,
                endpoints::NOTIFICATION,
                endpoints::CONSENTS,
                endpoints::CONSENT_WITHDRAWAL,
            ];
            assert_eq!(
                route.guard == Guard::Token,
                personal.contains(&route.template),
                "{}",
                route.template
            );
        }
    }

    #[test]
    fn the_templates_with_a_variable_part_are_below_their_paths() {
        assert_eq!(WEBHOOK, format!("{}/{{provider}}", endpoints::WEBHOOKS));
        assert!(
            ROUTES
                .iter()
                .any(|route| route.template == format!("{}/{{list}}", endpoints::STATUS))
        );
    }
}
