//! An answer with its head: what its status, type and length mean.

use permitcard_protocol::{WireCode, endpoints, registration::INSUFFICIENT_AUTHORIZATION};
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER};
use serde::Deserialize;

use crate::{
    NetError, Refusal, Request, Response,
    classify::classify,
    json,
    retry::{MAX_RETRY_AFTER_S, is_retry_status},
};

/// What a piece of a body counts at least, in bytes: a million pieces of one byte cost more time than they hold.
const SMALLEST_PIECE: usize = 64;

/// The members of an error body; all of them may be missing, and a code may be newer than this client.
#[derive(Deserialize)]
struct LenientError {
    error: String,
    #[serde(default)]
    code: Option<serde_json::Value>,
}

/// Reads an answer to `request`.
pub(crate) async fn read(request: &Request, mut answer: reqwest::Response) -> Result<Response, NetError> {
    let status = answer.status().as_u16();
    let date_s = date_s(answer.headers());
    if encoded(answer.headers()) {
        // No encoding was offered, and nothing here would undo one.
        return Err(NetError::Unreadable);
    }
    match status {
        204 => Ok(Response {
            status,
            body: Vec::new(),
            date_s,
        }),
        200..=202 => {
            content_type(answer.headers(), request.accept)?;
            let body = body(&mut answer, request.limit).await?;
            if request.accept == endpoints::MEDIA_JSON {
                json::check_depth(&body)?;
            }
            Ok(Response { status, body, date_s })
        }
        400..=599 if status != 511 => {
            let retry_after_s = retry_after_s(answer.headers(), date_s);
            let server = NetError::Server { status, retry_after_s };
            let by_server = status >= 500 || is_retry_status(status);
            if content_type(answer.headers(), endpoints::MEDIA_JSON).is_err() {
                return Err(if by_server { server } else { NetError::Interference });
            }
            let body = body(&mut answer, request.limit).await?;
            let Ok(LenientError { error, code }) = json::read(&body) else {
                return Err(if by_server { server } else { NetError::Unreadable });
            };
            if request.steps && status == 401 && error == INSUFFICIENT_AUTHORIZATION {
                return Ok(Response { status, body, date_s });
            }
            let code: Option<WireCode> = code.and_then(|code| serde_json::from_value(code).ok());
            // RFC 9449, 8 and 9 name this error; our code is an addition.
            let code = code.or((error == "use_dpop_nonce").then_some(WireCode::DpopNonceRequired));
            // What a much newer authority says in words of its own must reach an old app all the same (RFC 9110, 15.5.22).
            let code = code.or((status == 426).then_some(WireCode::UpdateRequired));
            if by_server && code.is_none() {
                return Err(server);
            }
            Err(NetError::Refused(Refusal {
                status,
                code,
                body,
                retry_after_s,
                date_s,
            }))
        }
        // Redirects and 511 are not the authority; any other success is none that the protocol has.
        300..=399 | 511 => Err(NetError::Interference),
        _ => Err(NetError::Unreadable),
    }
}

/// The type must be `expected`, letter for letter; a web page is somebody else's.
fn content_type(headers: &HeaderMap, expected: &str) -> Result<(), NetError> {
    let found = headers
        .get(CONTENT_TYPE)
        .map(|value| value.as_bytes())
        .unwrap_or_default();
    if found == expected.as_bytes() {
        Ok(())
    } else if found.to_ascii_lowercase().starts_with(b"text/html") {
        Err(NetError::Interference)
    } else {
        Err(NetError::Unreadable)
    }
}

fn encoded(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_ENCODING)
        .is_some_and(|value| value.as_bytes() != b"identity")
}

/// The body, counted while it arrives.
async fn body(answer: &mut reqwest::Response, limit: usize) -> Result<Vec<u8>, NetError> {
    let announced = usize::try_from(answer.content_length().unwrap_or_default()).unwrap_or(usize::MAX);
    if announced > limit {
        return Err(NetError::TooLarge);
    }
    let mut body = Vec::with_capacity(announced);
    let mut counted = 0usize;
    while let Some(chunk) = answer.chunk().await.map_err(|error| classify(&error))? {
        counted = counted.saturating_add(chunk.len().max(SMALLEST_PIECE));
        if counted > limit {
            return Err(NetError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn http_date_s(text: &str) -> Option<i64> {
    let time = httpdate::parse_http_date(text).ok()?;
    i64::try_from(time.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs()).ok()
}

fn date_s(headers: &HeaderMap) -> Option<i64> {
    http_date_s(headers.get(DATE)?.to_str().ok()?)
}

/// `Retry-After` (RFC 9110, 10.2.3): seconds, or a date, which counts from the server's own clock.
fn retry_after_s(headers: &HeaderMap, now_s: Option<i64>) -> Option<u32> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    let seconds = match text.parse::<u64>() {
        Ok(seconds) => i64::try_from(seconds).unwrap_or(i64::MAX),
        Err(_) => http_date_s(text)?.saturating_sub(now_s?).max(0),
    };
    Some(u32::try_from(seconds).unwrap_or(u32::MAX).min(MAX_RETRY_AFTER_S))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: reqwest::header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn dates_of_rfc_9110() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(date_s(&headers(DATE, text)), Some(784_111_777), "{text}");
        }
        for text in ["", "1994-11-06", "Sun, 06 Nov 1894 08:49:37 GMT"] {
            assert_eq!(date_s(&headers(DATE, text)), None, "{text}");
        }
    }

    #[test]
    fn retry_after_is_capped_at_one_hour() {
        let parse = |text: &str, now_s| retry_after_s(&headers(RETRY_AFTER, text), now_s);
        assert_eq!(parse("30", None), Some(30));
        assert_eq!(parse("0", None), Some(0));
        assert_eq!(parse("86400", None), Some(3600));
        assert_eq!(parse("18446744073709551615", None), Some(3600));
        assert_eq!(parse("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_700)), Some(77));
        assert_eq!(parse("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_112_700)), Some(0));
        assert_eq!(parse("Sun, 06 Nov 1994 08:49:37 GMT", None), None);
        for text in ["soon", "-1", "1.5"] {
            assert_eq!(parse(text, Some(0)), None, "{text}");
        }
    }
}
