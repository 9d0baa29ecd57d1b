use std::future::Future;
use std::pin::Pin;

use permitcard_net::{HttpClient, NetError, Request, Response};

/// What [`Link::send`] returns.
pub type Reply<'a> = Pin<Box<dyn Future<Output = Result<Response, NetError>> + Send + 'a>>;

/// How requests reach the authority. [`HttpClient`] is the one that ships; another one stands in a test between wallet
/// and authority.
pub trait Link: Send + Sync {
    /// Sends a request and reads the answer.
    ///
    /// # Errors
    /// [`NetError`].
    fn send<'a>(&'a self, request: &'a Request) -> Reply<'a>;

    /// The app went to the background: connections that nothing uses are to be dropped.
    fn on_background(&self) {}
}

impl Link for HttpClient {
    fn send<'a>(&'a self, request: &'a Request) -> Reply<'a> {
        Box::pin(HttpClient::send(self, request))
    }

    fn on_background(&self) {
        HttpClient::on_background(self);
    }
}
