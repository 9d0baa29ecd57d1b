use std::fmt;

use serde::de::DeserializeOwned;

use crate::{NetError, json};

/// A good answer. `Debug` does not show the body.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// 200 to 299, or 401 where [`Request::expects_steps`](crate::Request::expects_steps) was called.
    pub status: u16,
    /// Within the request's limit. Empty for 204.
    pub body: Vec<u8>,
    /// The server's clock (header `Date`), seconds since 1970. It comes through the pinned connection.
    pub date_s: Option<i64>,
}

impl Response {
    /// Reads the body as JSON.
    ///
    /// # Errors
    /// [`NetError::Unreadable`] when it is not the expected JSON, or nested deeper than 32.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, NetError> {
        json::read(&self.body)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
