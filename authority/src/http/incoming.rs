//! A request as far as it may be read: head within limits, body within its limit, text within its depth.

use std::{future::poll_fn, pin::Pin, time::Duration};

use axum::{
    body::{Body, HttpBody},
    http::{HeaderMap, Request, header::CONTENT_LENGTH, header::CONTENT_TYPE},
};
use permitcard_protocol::{WireCode, endpoints, limits};

use crate::providers::{WebhookHeaders, webhook};

/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(15);
/// How much of a body that is too long is thrown away before the answer. A caller who is still sending would see a
/// broken connection instead of it.
const DISCARDED: usize = 256 * 1024;
/// The longest access token and DPoP proof.
const CREDENTIAL_HEADER: usize = 4096;

/// The longest list of media types.
const ACCEPT_HEADER: usize = 512;

/// What was read of a request.
pub(super) struct Incoming {
    pub(super) dpop: Option<String>,
    pub(super) access_token: Option<String>,
    pub(super) idempotency_key: Option<String>,
    /// The media types that the caller takes; empty where the header is missing or none that is read.
    pub(super) accept: String,
    /// What a signed message of a provider brings; empty texts where it is none.
    pub(super) webhook: WebhookHeaders,
    pub(super) body: Vec<u8>,
}

impl Incoming {
    /// `media`: the content type that a body must have; `None`: no body is taken. `limit`: the longest body, in bytes.
    pub(super) async fn read(request: Request<Body>, media: Option<&str>, limit: usize) -> Result<Self, WireCode> {
        let (head, body) = request.into_parts();
        let headers = &head.headers;
        let dpop = single(headers, endpoints::DPOP, CREDENTIAL_HEADER).map_err(|_| WireCode::DpopInvalid)?;
        let access_token =
            match single(headers, "authorization", CREDENTIAL_HEADER).map_err(|_| WireCode::TokenInvalid)? {
                None => None,
                Some(value) => Some(value.strip_prefix("DPoP ").ok_or(WireCode::TokenInvalid)?.to_owned()),
            };
        let idempotency_key = single(headers, endpoints::IDEMPOTENCY_KEY, limits::IDEMPOTENCY_KEY)
            .map_err(|_| WireCode::RequestMalformed)?;
        if idempotency_key.as_deref() == Some("") {
            return Err(WireCode::RequestMalformed);
        }
        // Only a wish: one that cannot be read is none.
        let accept = single(headers, "accept", ACCEPT_HEADER)
            .unwrap_or_default()
            .unwrap_or_default();
        let signed = |name| {
            single(headers, name, webhook::HEADER_LIMIT)
                .unwrap_or_default()
                .unwrap_or_default()
        };
        let webhook = WebhookHeaders {
            id: signed(webhook::ID),
            timestamp: signed(webhook::TIMESTAMP),
            signature: signed(webhook::SIGNATURE),
            environment: signed(webhook::ENVIRONMENT),
        };
        let announced = match headers.get(CONTENT_LENGTH) {
            None => 0,
            Some(value) => {
                let text = value.to_str().map_err(|_| WireCode::RequestMalformed)?;
                text.parse::<usize>().map_err(|_| WireCode::RequestMalformed)?
            }
        };
        let limit = if media.is_some() { limit } else { 0 };
        if announced > limit + DISCARDED {
            return Err(WireCode::RequestTooLarge);
        }
        if let Some(media) = media {
            let given = headers
                .get(CONTENT_TYPE)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default();
            // Parameters such as a charset change nothing: both forms are defined as UTF-8.
            if !given
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .eq_ignore_ascii_case(media)
            {
                return Err(WireCode::RequestMalformed);
            }
        }
        let body = tokio::time::timeout(BODY_TIME, read_body(body, limit))
            .await
            .map_err(|_| WireCode::RequestMalformed)??;
        if media == Some(endpoints::MEDIA_JSON) && !limits::json_within_depth(&body, limits::JSON_DEPTH) {
            return Err(WireCode::RequestMalformed);
        }
        Ok(Self {
            dpop,
            access_token,
            idempotency_key,
            accept,
            webhook,
            body: body.to_vec(),
        })
    }
}

/// The body, if it is not longer than `limit`. What is beyond is thrown away as it arrives, up to [`DISCARDED`].
async fn read_body(mut body: Body, limit: usize) -> Result<Vec<u8>, WireCode> {
    let (mut kept, mut arrived) = (Vec::new(), 0usize);
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let frame = frame.map_err(|_| WireCode::RequestMalformed)?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        arrived = arrived.saturating_add(data.len());
        if arrived <= limit {
            kept.extend_from_slice(&data);
        } else if arrived > limit + DISCARDED {
            break;
        }
    }
    if arrived > limit {
        Err(WireCode::RequestTooLarge)
    } else {
        Ok(kept)
    }
}

/// A header that may stand once, as visible ASCII within a length.
fn single(headers: &HeaderMap, name: &str, limit: usize) -> Result<Option<String>, ()> {
    let mut values = headers.get_all(name).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return if headers.contains_key(name) { Err(()) } else { Ok(None) };
    };
    let text = value.to_str().map_err(|_| ())?;
    if text.len() > limit {
        Err(())
    } else {
        Ok(Some(text.to_owned()))
    }
}

/// Whether each text is within the limit for what a caller fills in. Opaque names of ours are far shorter.
pub(crate) fn within_limits(texts: &[&str]) -> bool {
    texts.iter().all(|text| text.len() <= limits::TEXT_FIELD)
}
