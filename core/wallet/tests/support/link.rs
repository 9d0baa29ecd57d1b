use std::sync::{Arc, Mutex};

use permitcard_net::{Body, HttpClient, NetError, NetOptions, Request, Response, RetryOptions};
use permitcard_protocol::ClientFile;
use permitcard_wallet::{Link, Reply};

use super::KillSwitch;

/// Makes another answer out of an answer.
pub type Change = dyn Fn(&mut Vec<u8>) + Send + Sync;

/// What happens to a request on its way.
#[derive(Clone)]
pub enum Act {
    /// It does not arrive.
    Offline,
    /// Whoever stands before the authority asks to wait so many seconds.
    Busy(u32),
    /// The authority says that a registration was begun too often; seconds to wait.
    TooManyStarts(u32),
    /// It arrives, but its answer does not.
    LoseAnswer,
    /// It arrives, and the answer never comes.
    Hang,
    /// The answer is another one.
    Change(Arc<Change>),
    /// The answer names another time, seconds since 1970.
    Date(i64),
}

impl Act {
    pub fn change(change: impl Fn(&mut Vec<u8>) + Send + Sync + 'static) -> Self {
        Self::Change(Arc::new(change))
    }
}

/// A request as it was seen on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub path: String,
    pub key: Option<String>,
    pub body: String,
}

/// The real client with somebody in between.
pub struct TestLink {
    inner: HttpClient,
    acts: Mutex<Vec<(String, Act)>>,
    seen: Mutex<Vec<Seen>>,
    kill: Arc<KillSwitch>,
}

impl TestLink {
    pub fn new(client: &ClientFile, kill: Arc<KillSwitch>) -> Self {
        let retry = RetryOptions {
            attempts: 1,
            ..RetryOptions::default()
        };
        let inner = HttpClient::new(
            client,
            NetOptions {
                retry,
                ..NetOptions::default()
            },
        )
        .unwrap();
        Self {
            inner,
            acts: Mutex::default(),
            seen: Mutex::default(),
            kill,
        }
    }

    /// From now on requests to paths that begin so fare so.
    pub fn act(&self, path: &str, act: Act) {
        self.acts.lock().unwrap().push((path.to_owned(), act));
    }

    pub fn heal(&self) {
        self.acts.lock().unwrap().clear();
    }

    fn act_for(&self, path: &str) -> Option<Act> {
        let acts = self.acts.lock().unwrap();
        acts.iter()
            .find(|(begin, _)| path.starts_with(begin.as_str()))
            .map(|(_, act)| act.clone())
    }

    pub fn seen(&self, path: &str) -> Vec<Seen> {
        self.seen
            .lock()
            .unwrap()
            .iter()
            .filter(|seen| seen.path == path)
            .cloned()
            .collect()
    }
}

impl Link for TestLink {
    fn send<'a>(&'a self, request: &'a Request) -> Reply<'a> {
        Box::pin(async move {
            let body = match request.body() {
                Body::Empty => String::new(),
                Body::Form(text) | Body::Json(text) => text.clone(),
            };
            let key = request.idempotency_key().map(str::to_owned);
            self.seen.lock().unwrap().push(Seen {
                path: request.path().to_owned(),
                key,
                body,
            });
            let act = self.act_for(request.path());
            self.kill.point().await;
            match act {
                Some(Act::Offline) => return Err(NetError::Offline),
                Some(Act::Busy(wait)) => {
                    return Err(NetError::Server {
                        status: 503,
                        retry_after_s: Some(wait),
                    });
                }
                Some(Act::TooManyStarts(wait)) => {
                    return Err(NetError::Refused(permitcard_net::Refusal {
                        status: 429,
                        code: Some(permitcard_protocol::WireCode::TooManyStarts),
                        body: Vec::new(),
                        retry_after_s: Some(wait),
                        date_s: None,
                    }));
                }
                _ => {}
            }
            let mut answer: Result<Response, NetError> = self.inner.send(request).await;
            self.kill.point().await;
            match (act, &mut answer) {
                (Some(Act::LoseAnswer), _) => return Err(NetError::Interrupted),
                (Some(Act::Hang), _) => std::future::pending().await,
                (Some(Act::Change(change)), Ok(response)) => change(&mut response.body),
                (Some(Act::Date(date)), Ok(response)) => response.date_s = Some(date),
                _ => {}
            }
            answer
        })
    }
}
