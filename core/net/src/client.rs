use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use backon::Retryable;
use permitcard_protocol::{ClientFile, WireCode, endpoints};
use reqwest::{
    Url,
    header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
    redirect::Policy,
};

use crate::{
    Body, NetError, NetOptions, Request, Response, answer, awake::Stopwatch, classify::classify, dpop, request::Method,
    retry, tls,
};

/// The longest path of a request.
const MAX_PATH: usize = 256;
/// The longest DPoP nonce that is kept.
const MAX_NONCE: usize = 256;
/// The most headers of an answer.
const MAX_HEADERS: usize = 64;

/// A client for one authority. Cheap to share behind an `Arc`; all methods take `&self`.
pub struct HttpClient {
    http: Mutex<reqwest::Client>,
    tls: rustls::ClientConfig,
    origin: String,
    options: NetOptions,
    /// The server's nonce for the next proof (RFC 9449, 8.2).
    nonce: Mutex<Option<String>>,
}

impl HttpClient {
    /// Makes the client. Opens no connection.
    ///
    /// # Errors
    /// [`NetError::ConfigurationInvalid`] when the CA certificates, the URL or the user agent cannot be used.
    pub fn new(file: &ClientFile, options: NetOptions) -> Result<Self, NetError> {
        let url = Url::parse(&file.url).map_err(|_| NetError::ConfigurationInvalid)?;
        let is_origin = url.scheme() == "https"
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.path() == "/"
            && !file.url.ends_with('/');
        if !is_origin {
            return Err(NetError::ConfigurationInvalid);
        }
        let tls = tls::config(&file.ca)?;
        Ok(Self {
            http: Mutex::new(connections(&tls, &options)?),
            tls,
            origin: file.url.clone(),
            options,
            nonce: Mutex::new(None),
        })
    }

    /// A client whose names are never resolved: its resolver is asked and does not answer. Nothing else is different.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    #[cfg(feature = "silent-resolver")]
    pub fn with_silent_resolver(file: &ClientFile, options: NetOptions) -> Result<Self, NetError> {
        let client = Self::new(file, options)?;
        let silent = builder(&client.tls, &client.options)
            .dns_resolver(crate::silent::Silent)
            .build()
            .map_err(|_| NetError::ConfigurationInvalid)?;
        Ok(Self {
            http: Mutex::new(silent),
            ..client
        })
    }

    /// The authority's URL, without a path and without a trailing slash.
    pub fn url(&self) -> &str {
        &self.origin
    }

    /// Drops the connections that nothing uses now; the app went to the background, where its sockets die unseen. What is
    /// under way goes on, and the next request opens a connection of its own.
    pub fn on_background(&self) {
        // The same configuration was good before; a pool that cannot be made leaves the old one, whose time limit stays.
        if let Ok(fresh) = connections(&self.tls, &self.options) {
            *self.http.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
        }
    }

    /// Sends a request and reads the answer. What may succeed on another attempt is repeated: after connection errors,
    /// timeouts, cut connections and the statuses 408, 425, 429, 502, 503 and 504, with the same idempotency key and body and
    /// a fresh proof. Needs a tokio runtime. Dropping the future closes the connection. Time in which the device sleeps counts
    /// against the limits of [`NetOptions`].
    ///
    /// # Errors
    /// [`NetError`]; see [`NetError::is_definitive`] for what it means for a mutating request.
    pub async fn send(&self, request: &Request) -> Result<Response, NetError> {
        let started = Stopwatch::start();
        let options = &self.options.retry;
        (|| self.attempt(request, &started))
            .retry(retry::builder(options))
            .when(retry::may_repeat)
            .adjust(|error, planned| retry::pause(options, error, planned, started.elapsed()))
            .await
    }

    /// One attempt; a second exchange where the server only wanted its nonce in the proof.
    async fn attempt(&self, request: &Request, started: &Stopwatch) -> Result<Response, NetError> {
        let used = self.nonce();
        match self.exchange(request, started, used.as_deref()).await {
            Err(NetError::Refused(refusal)) if refusal.code == Some(WireCode::DpopNonceRequired) => {
                let fresh = self.nonce();
                if request.dpop.is_none() || fresh.is_none() || fresh == used {
                    return Err(NetError::Refused(refusal));
                }
                self.exchange(request, started, fresh.as_deref()).await
            }
            outcome => outcome,
        }
    }

    async fn exchange(
        &self,
        request: &Request,
        started: &Stopwatch,
        nonce: Option<&str>,
    ) -> Result<Response, NetError> {
        let (method, htm) = match request.method {
            Method::Get => (reqwest::Method::GET, "GET"),
            Method::Post => (reqwest::Method::POST, "POST"),
        };
        check_path(&request.path)?;
        let url = format!("{}{}", self.origin, request.path);
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(request.accept));
        if let Some(key) = &request.idempotency_key {
            headers.insert(HeaderName::from_static(endpoints::IDEMPOTENCY_KEY), header(key)?);
        }
        if let Some(dpop) = &request.dpop {
            let elapsed_s = i64::try_from(started.elapsed().as_secs()).unwrap_or_default();
            let proof = dpop::proof(dpop, htm, &url, dpop.now_s.saturating_add(elapsed_s), nonce).await?;
            headers.insert(HeaderName::from_static(endpoints::DPOP), header(&proof)?);
            if let Some(token) = &dpop.access_token {
                headers.insert(AUTHORIZATION, header(&format!("DPoP {token}"))?);
            }
        }
        let mut builder = self.http().request(method, &url);
        let body = match &request.body {
            Body::Empty => None,
            Body::Form(form) => Some((endpoints::MEDIA_FORM, form)),
            Body::Json(json) => Some((endpoints::MEDIA_JSON, json)),
        };
        if let Some((media_type, body)) = body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
            builder = builder.body(body.clone());
        } else if request.method == Method::Post {
            // Servers may insist on a length (RFC 9110, 8.6), which only a body brings.
            builder = builder.header(CONTENT_LENGTH, "0");
        }
        let exchanged = async {
            let answer = builder
                .headers(headers)
                .send()
                .await
                .map_err(|error| classify(&error))?;
            self.keep_nonce(answer.headers());
            answer::read(request, answer).await
        };
        let awake = Stopwatch::start();
        tokio::select! {
            biased;
            answer = exchanged => answer,
            // The limit of the client itself stood still while the device slept.
            () = awake.over(self.options.total_timeout) => Err(NetError::Timeout),
        }
    }

    fn http(&self) -> reqwest::Client {
        self.http.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn nonce(&self) -> Option<String> {
        self.nonce.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep_nonce(&self, headers: &HeaderMap) {
        let nonce = headers.get(endpoints::DPOP_NONCE).and_then(|value| value.to_str().ok());
        if let Some(nonce) = nonce.filter(|nonce| !nonce.is_empty() && nonce.len() <= MAX_NONCE) {
            *self.nonce.lock().unwrap_or_else(PoisonError::into_inner) = Some(nonce.to_owned());
        }
    }
}

/// A pool of connections. None is opened before the first request.
fn connections(tls: &rustls::ClientConfig, options: &NetOptions) -> Result<reqwest::Client, NetError> {
    builder(tls, options)
        .build()
        .map_err(|_| NetError::ConfigurationInvalid)
}

fn builder(tls: &rustls::ClientConfig, options: &NetOptions) -> reqwest::ClientBuilder {
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls.clone())
        .https_only(true)
        .http1_only()
        .http1_max_headers(MAX_HEADERS)
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .user_agent(options.user_agent.as_str())
        .connect_timeout(options.connect_timeout)
        .read_timeout(options.read_timeout)
        .timeout(options.total_timeout)
        // A suspended app holds dead sockets; a sync is one to three requests.
        .pool_idle_timeout(Duration::from_secs(10))
        .pool_max_idle_per_host(1);
    #[cfg(any(target_os = "android", target_os = "linux"))]
    let builder = builder.tcp_user_timeout(Duration::from_secs(20));
    builder
}

/// A header value that no log or debug text shows.
fn header(value: &str) -> Result<HeaderValue, NetError> {
    let mut value = HeaderValue::from_str(value).map_err(|_| NetError::RequestInvalid)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Paths also come from trust lists: nothing that leaves the authority's origin or changes when a URL is parsed.
fn check_path(path: &str) -> Result<(), NetError> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~');
    let well_formed = path.starts_with('/') && path.len() <= MAX_PATH && path.bytes().all(is_plain);
    // Dot segments would be resolved, and the proof would name another URL than the one that is asked.
    if well_formed && !path.split('/').any(|segment| matches!(segment, "." | "..")) {
        Ok(())
    } else {
        Err(NetError::RequestInvalid)
    }
}
