use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::State,
    http::{
        Request, Response,
        header::{AUTHORIZATION, CONTENT_TYPE},
    },
    routing::post,
};
use permitcard_protocol::{
    WireCode, endpoints, limits,
    registration::{SandboxCheckRequest, SandboxCheckResponse},
};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    API, Sandbox,
    checks::{self, Host},
    deliver::deliver,
    mailbox, register,
};
use crate::{
    AuthorityError,
    http::{Fault, Reply, within_limits},
    providers::http::wire::{
        self, CheckBody, Done, FindBody, FoundBody, MessageBody, ResultAnswer, StartBody, StartedBody,
    },
    store::Tx,
};

/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(15);

/// What the service answers: the provider protocol to the authority, and the kit's one request to anybody.
pub(crate) fn router(sandbox: Arc<Sandbox>) -> Router {
    Router::new()
        .route(&format!("{API}{}", wire::CHECKS), post(start))
        .route(&format!("{API}{}", wire::RESULT), post(result))
        .route(&format!("{API}{}", wire::DELETE), post(delete))
        .route(&format!("{API}{}", wire::MESSAGES), post(send))
        .route(&format!("{API}{}", wire::REGISTER), post(find))
        .route(endpoints::SANDBOX_CHECK, post(check))
        .fallback(nothing_here)
        .method_not_allowed_fallback(nothing_here)
        .with_state(sandbox)
}

type Shared = State<Arc<Sandbox>>;

async fn start(State(sandbox): Shared, request: Request<Body>) -> Response<Body> {
    for_the_authority(sandbox, request, |sandbox, tx, body: StartBody, now| {
        let token = checks::start(tx, &body, now)?;
        Ok(StartedBody {
            url: format!("{}{}", sandbox.origin, endpoints::SANDBOX_CHECK),
            token,
        })
    })
    .await
}

async fn result(State(sandbox): Shared, request: Request<Body>) -> Response<Body> {
    for_the_authority(sandbox, request, |_, tx, query: CheckBody, _| {
        Ok(ResultAnswer {
            result: tx.sandbox_result(&query)?,
        })
    })
    .await
}

async fn delete(State(sandbox): Shared, request: Request<Body>) -> Response<Body> {
    for_the_authority(sandbox, request, |_, tx, check: CheckBody, _| {
        tx.erase_sandbox_check(&check)?;
        Ok(Done {})
    })
    .await
}

async fn send(State(sandbox): Shared, request: Request<Body>) -> Response<Body> {
    for_the_authority(sandbox, request, |_, tx, message: MessageBody, now| {
        mailbox::send(tx, message, now)?;
        Ok(Done {})
    })
    .await
}

async fn find(State(sandbox): Shared, request: Request<Body>) -> Response<Body> {
    for_the_authority(sandbox, request, |_, tx, body: FindBody, now| {
        Ok(FoundBody {
            record: register::find(tx, &body.number, now)?,
        })
    })
    .await
}

/// `POST /sandbox/check`: what a provider's kit does on the holder's phone, in one request. Takes a launch token, gives a
/// receipt, never a result; that goes to the authority.
async fn check(State(sandbox): Shared, request: Request<Body>) -> Response<Body> {
    let for_delivery = Arc::clone(&sandbox);
    let key = request
        .headers()
        .get(endpoints::IDEMPOTENCY_KEY)
        .and_then(|value| value.to_str().ok())
        .filter(|key| (1..=limits::IDEMPOTENCY_KEY).contains(&key.len()))
        .map(str::to_owned);
    let answered = answer(&sandbox, request, move |sandbox, tx, body: SandboxCheckRequest, now| {
        if !within_limits(&[&body.token]) {
            return Err(WireCode::RequestMalformed.into());
        }
        let host = Host {
            secret: &sandbox.sender.secret,
            key: key.as_deref(),
        };
        match checks::run(tx, &sandbox.mistakes, &body.token, host, now) {
            Ok(ran) => Ok(ran),
            Err(AuthorityError::LaunchRefused) => Err(WireCode::ReceiptRefused.into()),
            Err(error) => Err(error.into()),
        }
    })
    .await;
    let reply = match answered {
        Ok(ran) => {
            if let Some(result) = ran.result {
                tokio::spawn(deliver(for_delivery, result));
            }
            Reply::json(200, &SandboxCheckResponse { receipt: ran.receipt })
        }
        Err(reply) => reply,
    };
    reply.into_response(sandbox.now().unwrap_or_default(), None)
}

async fn nothing_here(State(sandbox): Shared) -> Response<Body> {
    Reply::error(WireCode::NotFound).into_response(sandbox.now().unwrap_or_default(), None)
}

/// A call with the bearer token that only the authority can make.
async fn for_the_authority<B, T>(
    sandbox: Arc<Sandbox>,
    request: Request<Body>,
    work: impl FnOnce(&Sandbox, &Tx<'_>, B, i64) -> Result<T, Fault> + Send + 'static,
) -> Response<Body>
where
    B: DeserializeOwned + Send + 'static,
    T: Serialize + Send + 'static,
{
    let is_authority = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .is_some_and(|token| sandbox.sender.secret.is_bearer(token));
    let reply = if is_authority {
        match answer(&sandbox, request, work).await {
            Ok(value) => Reply::json(200, &value),
            Err(reply) => reply,
        }
    } else {
        Reply::error(WireCode::TokenInvalid)
    };
    reply.into_response(sandbox.now().unwrap_or_default(), None)
}

/// Reads the body and does the work in one transaction, off the threads that serve connections.
async fn answer<B, T>(
    sandbox: &Arc<Sandbox>,
    request: Request<Body>,
    work: impl FnOnce(&Sandbox, &Tx<'_>, B, i64) -> Result<T, Fault> + Send + 'static,
) -> Result<T, Reply>
where
    B: DeserializeOwned + Send + 'static,
    T: Send + 'static,
{
    let is_json = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|media| media.trim().eq_ignore_ascii_case(endpoints::MEDIA_JSON));
    if !is_json {
        return Err(Reply::error(WireCode::RequestMalformed));
    }
    let body = tokio::time::timeout(BODY_TIME, to_bytes(request.into_body(), limits::REQUEST_BODY))
        .await
        .ok()
        .and_then(Result::ok)
        .filter(|body| limits::json_within_depth(body, limits::JSON_DEPTH))
        .and_then(|body| serde_json::from_slice::<B>(&body).ok())
        .ok_or_else(|| Reply::error(WireCode::RequestMalformed))?;
    let sandbox = Arc::clone(sandbox);
    let done = tokio::task::spawn_blocking(move || {
        let now = sandbox.now()?;
        sandbox.store.write(|tx| work(&sandbox, tx, body, now))
    })
    .await
    .unwrap_or(Err(Fault::Failed(AuthorityError::DatabaseFailed)));
    done.map_err(|fault| match fault {
        Fault::Refused(code) | Fault::Wait(code, _) => Reply::error(code),
        Fault::Failed(_) => Reply::error(WireCode::Internal),
    })
}
