use std::fmt;

use permitcard_crypto::CryptoError;
use permitcard_platform::KeyError;
use permitcard_protocol::WireCode;

/// The authority said no. `Debug` does not show the body.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status, 400 to 599.
    pub status: u16,
    /// The authority's code; none where it is newer than this client.
    pub code: Option<WireCode>,
    /// The JSON body, within the limits.
    pub body: Vec<u8>,
    /// Seconds after which to try again, as the server wishes; at most 3600.
    pub retry_after_s: Option<u32>,
    /// The server's clock (header `Date`), seconds since 1970.
    pub date_s: Option<i64>,
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("status", &self.status)
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

/// Why a request has no good answer. No variant carries a URL or a text of the peer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NetError {
    /// The CA certificates or the URL of the client file cannot be used.
    #[error("the client configuration cannot be used")]
    ConfigurationInvalid,
    /// The request itself is not one that this client sends: a bad path, header value or token.
    #[error("the request cannot be sent")]
    RequestInvalid,
    /// No connection: no network, unknown host, nobody listens.
    #[error("the authority cannot be reached")]
    Offline,
    /// No connection or no answer in time.
    #[error("the authority did not answer in time")]
    Timeout,
    /// The connection was cut before the answer was complete.
    #[error("the connection was cut")]
    Interrupted,
    /// The peer's certificate is not one of the authority, or it speaks no TLS 1.3.
    #[error("the peer is not the authority")]
    TlsRefused,
    /// Something between phone and authority answered: a login page of a hotel, a redirect, a filter.
    #[error("something else answered in place of the authority")]
    Interference,
    /// The answer is longer than the limit.
    #[error("the answer is too large")]
    TooLarge,
    /// The answer is not what the protocol says.
    #[error("the answer cannot be read")]
    Unreadable,
    /// The authority, or what stands before it, failed without one of its codes.
    #[error("the authority failed")]
    Server {
        /// The HTTP status.
        status: u16,
        /// Seconds after which to try again, as the server wishes; at most 3600.
        retry_after_s: Option<u32>,
    },
    /// The authority said no.
    #[error("the authority refused")]
    Refused(Refusal),
    /// The transport key could not sign.
    #[error("the proof could not be signed")]
    Keys(#[source] KeyError),
    /// No random bytes, or a key that cannot be used.
    #[error("a cryptographic call failed")]
    Crypto(#[source] CryptoError),
}

impl NetError {
    /// The stable code: of this crate (`network.…`), of the authority where it refused, or of what failed beneath.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ConfigurationInvalid => "network.configuration_invalid",
            Self::RequestInvalid => "network.request_invalid",
            Self::Offline => "network.offline",
            Self::Timeout => "network.timeout",
            Self::Interrupted => "network.interrupted",
            Self::TlsRefused => "network.tls_refused",
            Self::Interference => "network.interference",
            Self::TooLarge => "network.too_large",
            Self::Unreadable => "network.unreadable",
            Self::Server { .. } => "network.server",
            Self::Refused(refusal) => refusal.code.map_or("network.refused", WireCode::code),
            Self::Keys(error) => error.code(),
            Self::Crypto(error) => error.code(),
        }
    }

    /// One of each variant with a code of this crate, for the table of `docs/protocol.md`.
    pub const ALL: &'static [Self] = &[
        Self::ConfigurationInvalid,
        Self::RequestInvalid,
        Self::Offline,
        Self::Timeout,
        Self::Interrupted,
        Self::TlsRefused,
        Self::Interference,
        Self::TooLarge,
        Self::Unreadable,
        Self::Server {
            status: 500,
            retry_after_s: None,
        },
        Self::Refused(Refusal {
            status: 400,
            code: None,
            body: Vec::new(),
            retry_after_s: None,
            date_s: None,
        }),
    ];

    /// The authority decided: sending the same request again will not change the answer. Anything else leaves the
    /// outcome of a mutating request open, and it is to be sent again later with the same idempotency key and body; after
    /// `protocol.update_required` by the newer version of the app.
    pub fn is_definitive(&self) -> bool {
        match self {
            Self::Refused(refusal) => {
                (400..500).contains(&refusal.status)
                    && !matches!(refusal.status, 408 | 425 | 429)
                    && !matches!(
                        refusal.code,
                        Some(WireCode::IdempotencyInFlight | WireCode::DpopNonceRequired | WireCode::UpdateRequired)
                    )
            }
            _ => false,
        }
    }

    /// Seconds after which to try again, where the server named them.
    pub fn retry_after_s(&self) -> Option<u32> {
        match self {
            Self::Server { retry_after_s, .. } => *retry_after_s,
            Self::Refused(refusal) => refusal.retry_after_s,
            _ => None,
        }
    }
}
