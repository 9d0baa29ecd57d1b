//! One request, from its head to its answer.
//!
//! Order: limits, proof of the caller's key, access token, idempotency key, work. What is checked before the idempotency
//! key is never stored as an answer, so that a request can be repeated with a fresh proof or token.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Request, Response},
};
use permitcard_crypto::ecdsa::PublicKey;
use permitcard_protocol::WireCode;

use super::{
    Fault, Reply,
    access_log::Line,
    client_version,
    dpop::{self, Expected, Proof},
    floor::Floor,
    idempotency::Slot,
    incoming::Incoming,
    reply::Refusal,
    routes::{Guard, Once, Route, Work},
};
use crate::{
    AuthorityError,
    app::App,
    providers::WebhookHeaders,
    registration,
    store::{Grant, GrantEnd, Tx},
};

/// The status of "come back later" (RFC 6585, 4).
const TOO_MANY: u16 = 429;

/// Who calls.
#[derive(Clone)]
pub(crate) struct Caller {
    /// RFC 7638 thumbprint of the transport key.
    pub(crate) jkt: String,
    pub(crate) key: PublicKey,
    /// What the access token stands for.
    pub(crate) grant: Option<Grant>,
}

/// A call of an endpoint.
pub(crate) struct Call {
    pub(crate) app: Arc<App>,
    /// Seconds since 1970.
    pub(crate) now: i64,
    pub(crate) caller: Option<Caller>,
    /// The variable part of the path.
    pub(crate) parameter: String,
    /// The media types that the caller takes, as the header `Accept` says.
    pub(crate) accept: String,
    /// The signature of a provider's message.
    pub(crate) webhook: WebhookHeaders,
    /// Where the request came from; `None` only where no connection is known.
    pub(crate) peer: Option<IpAddr>,
    pub(crate) body: Vec<u8>,
}

impl Call {
    /// The caller; there is one wherever the route demands a proof.
    pub(crate) fn caller(&self) -> Result<&Caller, Fault> {
        self.caller.as_ref().ok_or(Fault::Refused(WireCode::DpopInvalid))
    }

    /// The grant; there is one wherever the route demands a token.
    pub(crate) fn grant(&self) -> Result<&Grant, Fault> {
        self.caller()?
            .grant
            .as_ref()
            .ok_or(Fault::Refused(WireCode::TokenInvalid))
    }
}

/// Answers one request. The work goes on when the caller hangs up, so that an answer is never half given.
pub(super) async fn serve(
    app: Arc<App>,
    route: &'static Route,
    parameter: String,
    request: Request<Body>,
) -> Response<Body> {
    let line = app.access_log.then(|| Line::begin(route.method, route.template));
    let floor = matches!(route.work, Work::Challenge).then(|| Floor::begin(app.reply_floor));
    let work = tokio::spawn(respond(Arc::clone(&app), route, parameter, request));
    let (reply, now) = match work.await {
        Ok(Ok(answered)) => answered,
        Ok(Err(_)) | Err(_) => (Reply::error(WireCode::Internal), app.now().unwrap_or_default()),
    };
    if let Some(floor) = floor {
        floor.wait().await;
    }
    if let Some(line) = line {
        line.end(reply.status);
    }
    if route.method == "POST" {
        app.outgoing.rouse();
    }
    let nonce = match route.guard {
        Guard::Open => None,
        Guard::Key | Guard::Token => app.dpop_nonces.make(now).ok(),
    };
    reply.into_response(now, nonce)
}

async fn respond(
    app: Arc<App>,
    route: &'static Route,
    parameter: String,
    request: Request<Body>,
) -> Result<(Reply, i64), AuthorityError> {
    let url = format!("{}{}", app.url(), request.uri().path());
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|ConnectInfo(address)| address.ip());
    let now = app.now()?;
    // Signed lists are for everybody: an app that is too old still learns that its card was revoked.
    if route.guard != Guard::Open
        && let Err(code) = client_version::check(request.headers(), app.least_client)
    {
        return Ok((Reply::error(code), now));
    }
    let incoming = match Incoming::read(request, route.media, route.body_limit()).await {
        Ok(incoming) => incoming,
        Err(code) => return Ok((refusal(route, code), now)),
    };
    // The body may have taken its time.
    let now = app.now()?;
    let reply = match authenticate(&app, route, &url, &incoming, now) {
        Err(code) => refusal(route, code),
        Ok(identified) => {
            let call = Call {
                app,
                now,
                caller: None,
                parameter,
                accept: incoming.accept,
                webhook: incoming.webhook,
                peer,
                body: incoming.body,
            };
            match work(route, call, identified).await {
                Ok(reply) => reply,
                Err(Fault::Refused(code)) => refusal(route, code),
                Err(Fault::Wait(code, seconds)) => Reply::error(code).retry_after(seconds),
                Err(Fault::Failed(error)) => return Err(error),
            }
        }
    };
    Ok((reply, now))
}

/// An error in front of the endpoint's work. Where access tokens are taken, proofs and tokens are challenged.
fn refusal(route: &Route, code: WireCode) -> Reply {
    match code {
        WireCode::DpopInvalid | WireCode::DpopNonceRequired if route.guard == Guard::Token => Reply::unauthorized(code),
        WireCode::TokenInvalid => Reply::unauthorized(code),
        WireCode::IdempotencyInFlight => Reply::error(code).retry_after(1),
        _ => Reply::error(code),
    }
}

/// What the caller showed, and the place of the answer.
struct Identified {
    proof: Option<Proof>,
    access_token: Option<String>,
    slot: Option<Slot>,
}

fn authenticate(
    app: &App,
    route: &'static Route,
    url: &str,
    incoming: &Incoming,
    now: i64,
) -> Result<Identified, WireCode> {
    let access_token = match route.guard {
        Guard::Token => Some(incoming.access_token.clone().ok_or(WireCode::TokenInvalid)?),
        Guard::Key | Guard::Open => None,
    };
    let proof = match route.guard {
        Guard::Open => None,
        Guard::Key | Guard::Token => {
            let text = incoming.dpop.as_deref().ok_or(WireCode::DpopInvalid)?;
            let expected = Expected {
                method: route.method,
                url,
                access_token: access_token.as_deref(),
                now,
            };
            Some(dpop::check(text, &expected, &app.dpop_nonces)?)
        }
    };
    let key = match (route.once, &incoming.idempotency_key) {
        (Once::Never, _) | (Once::IfAsked, None) => None,
        (Once::Always, None) => return Err(WireCode::IdempotencyKeyMissing),
        (Once::IfAsked | Once::Always, Some(key)) => Some(key),
    };
    let caller = proof.as_ref().map_or("", |proof| proof.jkt.as_str());
    let slot = key
        .map(|key| {
            Slot::begin(
                &app.in_flight,
                &app.answer_secret,
                caller,
                key,
                (route.template, incoming.body.as_slice()),
            )
        })
        .transpose()?;
    Ok(Identified {
        proof,
        access_token,
        slot,
    })
}

/// What the check in front of the work found.
enum Gate {
    Answered(Reply),
    Open(Option<Caller>),
}

fn gate(app: &App, tx: &Tx<'_>, identified: &Identified, now: i64) -> Result<Gate, Fault> {
    let Some(proof) = &identified.proof else {
        return stored_or_open(tx, identified, None);
    };
    if !tx.first_use(&proof.seen, now + app.dpop_nonces.life_s())? {
        return Err(WireCode::DpopInvalid.into());
    }
    let grant = match &identified.access_token {
        None => None,
        Some(token) => {
            let grant = tx.grant_by_access(token, &proof.jkt, now)?;
            let grant = grant.ok_or(WireCode::TokenInvalid)?;
            if grant.ended {
                return Err(grant.end.map_or(WireCode::TokenInvalid, GrantEnd::code).into());
            }
            Some(grant)
        }
    };
    stored_or_open(
        tx,
        identified,
        Some(Caller {
            jkt: proof.jkt.clone(),
            key: proof.key.clone(),
            grant,
        }),
    )
}

fn stored_or_open(tx: &Tx<'_>, identified: &Identified, caller: Option<Caller>) -> Result<Gate, Fault> {
    let stored = match &identified.slot {
        Some(slot) => slot.stored(tx)?,
        None => None,
    };
    Ok(stored.map_or(Gate::Open(caller), Gate::Answered))
}

/// Keeps what was written by a refused request; only failures undo.
fn keep<T>(result: Result<T, Fault>) -> Result<Result<T, Refusal>, AuthorityError> {
    let refused = |code, retry_after_s| Ok(Err(Refusal { code, retry_after_s }));
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Fault::Refused(code)) => refused(code, None),
        Err(Fault::Wait(code, seconds)) => refused(code, Some(seconds)),
        Err(Fault::Failed(error)) => Err(error),
    }
}

/// Turns a refusal by the endpoint itself into its answer, and keeps the answer.
fn settle<T>(
    tx: &Tx<'_>,
    slot: Option<&Slot>,
    now: i64,
    worked: Result<T, Refusal>,
    reply: impl FnOnce(T) -> Reply,
) -> Result<Reply, AuthorityError> {
    let reply = match worked {
        Ok(value) => reply(value),
        Err(refusal) => Reply::refused(refusal),
    };
    // Whoever waits as he was told asks again with the same key, and is answered anew.
    if let Some(slot) = slot
        && reply.status != TOO_MANY
    {
        slot.store(tx, &reply, now)?;
    }
    Ok(reply)
}

async fn work(route: &'static Route, call: Call, identified: Identified) -> Result<Reply, Fault> {
    match route.work {
        Work::InOneStep(handler) => in_one_step(handler, call, identified).await,
        Work::Challenge => challenge(call, identified).await,
    }
}

type Handler = fn(&Call, &Tx<'_>) -> Result<Reply, Fault>;

async fn in_one_step(handler: Handler, mut call: Call, identified: Identified) -> Result<Reply, Fault> {
    let app = Arc::clone(&call.app);
    let done = app
        .blocking(move |app| {
            app.store.write(|tx| {
                match keep(gate(app, tx, &identified, call.now))? {
                    Err(code) => return Ok(Err(code)),
                    Ok(Gate::Answered(reply)) => return Ok(Ok(reply)),
                    Ok(Gate::Open(caller)) => call.caller = caller,
                }
                let worked = keep(handler(&call, tx))?;
                settle(tx, identified.slot.as_ref(), call.now, worked, |reply| reply).map(Ok)
            })
        })
        .await?;
    Ok(done?)
}

/// The authorization challenge asks providers between two transactions. The second one checks that the session is still
/// where the first one found it.
async fn challenge(mut call: Call, identified: Identified) -> Result<Reply, Fault> {
    let app = Arc::clone(&call.app);
    let now = call.now;
    type Loaded = Result<Reply, (Call, registration::Loaded, Identified)>;
    let loaded: Result<Loaded, Refusal> = app
        .blocking(move |app| {
            app.store.write(|tx| {
                match keep(gate(app, tx, &identified, now))? {
                    Err(code) => return Ok(Err(code)),
                    Ok(Gate::Answered(reply)) => return Ok(Ok(Ok(reply))),
                    Ok(Gate::Open(caller)) => call.caller = caller,
                }
                match keep(registration::load(&call, tx))? {
                    Ok(loaded) => Ok(Ok(Err((call, loaded, identified)))),
                    Err(code) => settle(tx, identified.slot.as_ref(), now, Err(code), |never: Reply| never)
                        .map(|reply| Ok(Ok(reply))),
                }
            })
        })
        .await?;
    let (call, loaded, identified) = match loaded? {
        Ok(reply) => return Ok(reply),
        Err(loaded) => loaded,
    };
    let consulted = registration::consult(&app, &loaded, now).await;
    let reply = app
        .blocking(move |app| {
            app.store.write(|tx| {
                let worked = keep(registration::apply(&call, tx, loaded, consulted))?;
                settle(tx, identified.slot.as_ref(), now, worked, |reply| reply)
            })
        })
        .await?;
    Ok(reply)
}
