use std::fmt;

use permitcard_protocol::{endpoints, limits};

use crate::Dpop;

/// The body of a request.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// No body.
    Empty,
    /// `application/x-www-form-urlencoded`, already encoded.
    Form(String),
    /// `application/json`, already encoded.
    Json(String),
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "Empty",
            Self::Form(_) => "Form(..)",
            Self::Json(_) => "Json(..)",
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
}

/// One request to the authority. `Debug` shows neither body nor token.
#[derive(Clone)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Body,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) dpop: Option<Dpop>,
    pub(crate) accept: &'static str,
    pub(crate) limit: usize,
    pub(crate) steps: bool,
}

impl Request {
    fn new(method: Method, path: impl Into<String>, body: Body, idempotency_key: Option<String>) -> Self {
        Self {
            method,
            path: path.into(),
            body,
            idempotency_key,
            dpop: None,
            accept: endpoints::MEDIA_JSON,
            limit: limits::RESPONSE_BODY,
            steps: false,
        }
    }

    /// A GET of `path`, which begins with `/` and is appended to the authority's URL.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::Get, path, Body::Empty, None)
    }

    /// A POST that changes something at the authority. `idempotency_key` was stored with the body before the first send;
    /// every repetition, also after a restart, uses the same two.
    pub fn post(path: impl Into<String>, body: Body, idempotency_key: impl Into<String>) -> Self {
        Self::new(Method::Post, path, body, Some(idempotency_key.into()))
    }

    /// A POST that changes nothing that matters, such as the nonce endpoint, and so needs no idempotency key.
    pub fn post_harmless(path: impl Into<String>, body: Body) -> Self {
        Self::new(Method::Post, path, body, None)
    }

    /// The path below the authority's URL.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The body.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// The idempotency key of a POST that changes something.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    /// Adds DPoP proofs and, where there is one, the access token.
    #[must_use]
    pub fn dpop(mut self, dpop: Dpop) -> Self {
        self.dpop = Some(dpop);
        self
    }

    /// The media type that a good answer must have, exactly. `application/json` if not called.
    #[must_use]
    pub fn accept(mut self, media_type: &'static str) -> Self {
        self.accept = media_type;
        self
    }

    /// The longest body of the answer, in bytes. [`limits::RESPONSE_BODY`] if not called.
    #[must_use]
    pub fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// Takes `401 insufficient_authorization` as an answer, not as an error: the registration has a next step.
    #[must_use]
    pub fn expects_steps(mut self) -> Self {
        self.steps = true;
        self
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}
