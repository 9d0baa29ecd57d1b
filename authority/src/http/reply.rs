use std::fmt;

use axum::{
    body::Body,
    http::{
        HeaderValue, Response, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, DATE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use permitcard_credential::permit::PortraitFormat;
use permitcard_protocol::{ErrorBody, WireCode, endpoints};
use serde::Serialize;

use crate::AuthorityError;

/// What the body of a reply is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Media {
    Nothing,
    Json,
    Cwt,
    TrustList,
    StatusList,
    StatusListJwt,
    Png,
}

impl Media {
    /// Numbers are stored; they never change their meaning.
    const STORED: [(u8, Self); 7] = [
        (0, Self::Nothing),
        (1, Self::Json),
        (2, Self::Cwt),
        (3, Self::TrustList),
        (4, Self::StatusList),
        (5, Self::Png),
        (6, Self::StatusListJwt),
    ];

    fn name(self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::Json => Some(endpoints::MEDIA_JSON),
            Self::Cwt => Some(endpoints::MEDIA_CWT),
            Self::TrustList => Some(endpoints::MEDIA_TRUST_LIST),
            Self::StatusList => Some(endpoints::MEDIA_STATUS_LIST),
            Self::StatusListJwt => Some(endpoints::MEDIA_STATUS_LIST_JWT),
            Self::Png => Some(PortraitFormat::Png.media_type()),
        }
    }
}

/// An answer, before it becomes HTTP. `Debug` does not show the body.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    media: Media,
    body: Vec<u8>,
    retry_after_s: Option<u32>,
    /// The caller is to authenticate (RFC 9449, 7.1 and 9), with this error.
    challenge: Option<&'static str>,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.status)
            .field("media", &self.media)
            .finish_non_exhaustive()
    }
}

/// Why a request got no regular answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It was refused; what was written on the way stays.
    Refused(WireCode),
    /// It was refused for now; after so many seconds it may be asked again.
    Wait(WireCode, u32),
    /// The authority failed; nothing stays.
    Failed(AuthorityError),
}

/// A refusal: its code, and where it is for now only, the seconds to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: WireCode,
    pub(super) retry_after_s: Option<u32>,
}

impl Fault {
    /// A refusal for now.
    pub(crate) fn wait(code: WireCode, seconds: u32) -> Self {
        Self::Wait(code, seconds)
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        match refusal.retry_after_s {
            None => Self::Refused(refusal.code),
            Some(seconds) => Self::Wait(refusal.code, seconds),
        }
    }
}

impl From<AuthorityError> for Fault {
    fn from(error: AuthorityError) -> Self {
        Self::Failed(error)
    }
}

impl From<WireCode> for Fault {
    fn from(code: WireCode) -> Self {
        Self::Refused(code)
    }
}

impl Reply {
    pub(crate) fn bytes(media: Media, body: Vec<u8>) -> Self {
        Self {
            status: 200,
            media,
            body,
            retry_after_s: None,
            challenge: None,
        }
    }

    pub(crate) fn json(status: u16, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => Self {
                status,
                ..Self::bytes(Media::Json, body)
            },
            Err(_) => Self::error(WireCode::Internal),
        }
    }

    pub(crate) fn nothing() -> Self {
        Self {
            status: 204,
            ..Self::bytes(Media::Nothing, Vec::new())
        }
    }

    pub(crate) fn error(code: WireCode) -> Self {
        Self::json(code.http().0, &ErrorBody::of(code))
    }

    /// As [`error`](Self::error), with the OAuth error that the endpoint's specification demands.
    pub(crate) fn error_named(code: WireCode, error: &str) -> Self {
        Self::json(
            code.http().0,
            &ErrorBody {
                error: error.to_owned(),
                code: Some(code),
            },
        )
    }

    /// As [`error`](Self::error), at an endpoint that takes access tokens: there a bad proof or token is a 401 with a
    /// challenge.
    pub(crate) fn unauthorized(code: WireCode) -> Self {
        Self {
            status: 401,
            challenge: Some(code.http().1),
            ..Self::error(code)
        }
    }

    /// As [`error`](Self::error), with the time to wait, where there is one.
    pub(super) fn refused(refusal: Refusal) -> Self {
        Self {
            retry_after_s: refusal.retry_after_s,
            ..Self::error(refusal.code)
        }
    }

    pub(crate) fn retry_after(self, seconds: u32) -> Self {
        Self {
            retry_after_s: Some(seconds),
            ..self
        }
    }

    /// What is kept for a replay: media, status, body.
    pub(crate) fn to_stored(&self) -> Vec<u8> {
        let number = Media::STORED
            .iter()
            .find(|(_, media)| *media == self.media)
            .map_or(0, |(number, _)| *number);
        let mut bytes = vec![number];
        bytes.extend_from_slice(&self.status.to_be_bytes());
        bytes.extend_from_slice(&self.body);
        bytes
    }

    pub(crate) fn from_stored(bytes: &[u8]) -> Option<Self> {
        let (number, rest) = bytes.split_first()?;
        let (status, body) = rest.split_first_chunk::<2>()?;
        let (_, media) = Media::STORED.iter().find(|(stored, _)| stored == number)?;
        Some(Self {
            status: u16::from_be_bytes(*status),
            ..Self::bytes(*media, body.to_vec())
        })
    }

    /// The HTTP response. `now`: seconds since 1970 for the `Date` header, so that callers see the authority's clock.
    pub(crate) fn into_response(self, now: i64, dpop_nonce: Option<String>) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(media) = self.media.name() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
        }
        if let Some(seconds) = self.retry_after_s {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(date) = http_date(now) {
            headers.insert(DATE, date);
        }
        if let Some(error) = self.challenge
            && let Ok(value) = HeaderValue::from_str(&format!("DPoP error=\"{error}\", algs=\"ES256\""))
        {
            headers.insert(WWW_AUTHENTICATE, value);
        }
        if let Some(nonce) = dpop_nonce.and_then(|nonce| HeaderValue::from_str(&nonce).ok()) {
            headers.insert(endpoints::DPOP_NONCE, nonce);
        }
        response
    }
}

/// RFC 9110, 5.6.7.
fn http_date(now: i64) -> Option<HeaderValue> {
    let time = chrono::DateTime::from_timestamp(now, 0)?;
    HeaderValue::from_str(&time.format("%a, %d %b %Y %H:%M:%S GMT").to_string()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_form_is_frozen_and_reads_back() {
        let reply = Reply::json(401, &serde_json::json!({"a": 1}));
        let stored = reply.to_stored();
        assert_eq!(stored, b"\x01\x01\x91{\"a\":1}");
        assert_eq!(Reply::from_stored(&stored), Some(reply));
        assert_eq!(
            Reply::from_stored(&Reply::nothing().to_stored()),
            Some(Reply::nothing())
        );
        assert_eq!(Reply::from_stored(b"\xff\x00\xc8"), None);
        assert_eq!(Reply::from_stored(b"\x01\x00"), None);
    }

    #[test]
    fn debug_shows_no_body() {
        let reply = Reply::bytes(Media::Cwt, b"CANARY".to_vec());
        let shown = format!("{reply:?} {reply:#?}");
        assert!(
            shown.contains("Cwt") && !shown.contains("CANARY") && !shown.contains("67"),
            "{shown}"
        );
    }

    #[test]
    fn date_is_that_of_the_authoritys_clock() {
        let response = Reply::nothing().into_response(784_111_777, None);
        assert_eq!(response.headers().get(DATE).unwrap(), "Sun, 06 Nov 1994 08:49:37 GMT");
    }
}
