//! What reqwest's errors mean for us. Their texts, which carry the URL, are dropped.

use std::{error::Error, io};

use crate::NetError;

/// The meaning of a failed exchange.
pub(crate) fn classify(error: &reqwest::Error) -> NetError {
    if error.is_timeout() {
        return NetError::Timeout;
    }
    if error.is_builder() {
        return NetError::RequestInvalid;
    }
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(current) = cause {
        if let Some(meaning) = meaning(current) {
            return meaning;
        }
        cause = match current.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            // An io::Error gives its payload's source as its own, which would pass over the payload.
            Some(inner) => Some(inner),
            None => current.source(),
        };
    }
    if error.is_connect() {
        NetError::Offline
    } else {
        NetError::Interrupted
    }
}

fn meaning(error: &(dyn Error + 'static)) -> Option<NetError> {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(match error {
            // It does not even speak TLS: the plain HTTP of a login page.
            rustls::Error::InvalidMessage(_) => NetError::Interference,
            _ => NetError::TlsRefused,
        });
    }
    // Also a head that is too long or has too many headers.
    error
        .downcast_ref::<hyper::Error>()?
        .is_parse()
        .then_some(NetError::Unreadable)
}
