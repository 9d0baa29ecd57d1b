use std::fmt;

use permitcard_checking as checking;

/// A verifier's request that waits for its answer. `Debug` shows no nonce.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct OpenRequest {
    /// The verifier's own audience, which the answer has to name.
    pub aud: String,
    /// The eight bytes that the answer has to carry.
    pub nonce: Vec<u8>,
    /// When it was made, seconds since 1970.
    pub made_at: i64,
    /// The last second in which an answer is awaited.
    pub expires_at: i64,
}

impl fmt::Debug for OpenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenRequest")
            .field("aud", &self.aud)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl From<checking::OpenRequest> for OpenRequest {
    fn from(request: checking::OpenRequest) -> Self {
        let checking::OpenRequest {
            aud,
            nonce,
            made_at,
            expires_at,
        } = request;
        Self {
            aud,
            nonce: nonce.to_vec(),
            made_at,
            expires_at,
        }
    }
}

/// A verifier's request, to show as a code (reverse QR). `Debug` shows no nonce.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct ReaderRequest {
    /// The QR text, `WPR1:…`.
    pub text: String,
    /// What the answer has to name and to carry.
    pub open: OpenRequest,
}

impl fmt::Debug for ReaderRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReaderRequest")
            .field("open", &self.open)
            .finish_non_exhaustive()
    }
}

impl From<checking::ReaderRequest> for ReaderRequest {
    fn from(request: checking::ReaderRequest) -> Self {
        let checking::ReaderRequest { text, open } = request;
        Self {
            text,
            open: open.into(),
        }
    }
}
