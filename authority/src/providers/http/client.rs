//! The HTTPS client for one provider: its own roots, no redirect, no proxy, little time, little memory.

use std::{sync::Arc, time::Duration};

use permitcard_crypto::Zeroizing;
use permitcard_protocol::{endpoints, limits};
use reqwest::{
    StatusCode, Url,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
    redirect::Policy,
};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
    version::TLS13,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{AuthorityError, providers::ProviderError};

/// The longest answer.
const ANSWER: usize = 64 * 1024;
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// The most headers of an answer.
const MAX_HEADERS: usize = 64;

/// A client for one URL. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    /// Without a trailing slash.
    url: String,
}

impl Client {
    /// `ca`: PEM of the only roots that count. `limit`: for one whole call.
    ///
    /// # Errors
    /// [`AuthorityError::ProvidersInvalid`] for a URL that is not plain https, or for certificates that cannot be used.
    pub(crate) fn new(url: &str, ca: &str, limit: Duration) -> Result<Self, AuthorityError> {
        let parsed = Url::parse(url).map_err(|_| AuthorityError::ProvidersInvalid)?;
        let is_plain = parsed.scheme() == "https"
            && parsed.has_host()
            && parsed.username().is_empty()
            && parsed.password().is_none()
            && parsed.query().is_none()
            && parsed.fragment().is_none()
            && !url.ends_with('/');
        if !is_plain {
            return Err(AuthorityError::ProvidersInvalid);
        }
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls(ca)?)
            .https_only(true)
            .http1_only()
            .http1_max_headers(MAX_HEADERS)
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .user_agent("permitcard-authority")
            .connect_timeout(CONNECT)
            .timeout(limit)
            .pool_idle_timeout(Duration::from_secs(10))
            .build()
            .map_err(|_| AuthorityError::ProvidersInvalid)?;
        Ok(Self {
            http,
            url: url.to_owned(),
        })
    }

    /// One call with a bearer token. Only a 200 with JSON that reads as `T` is an answer.
    ///
    /// # Errors
    /// [`ProviderError`] for everything else: no connection, too slow, a redirect, an error, too large, not understood.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        bearer: &Zeroizing<String>,
        body: &impl Serialize,
    ) -> Result<T, ProviderError> {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", bearer.as_str())).map_err(|_| ProviderError)?;
        value.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, value);
        let body = serde_json::to_vec(body).map_err(|_| ProviderError)?;
        let (status, answer) = self.exchange(path, headers, body).await?;
        if status != StatusCode::OK {
            return Err(ProviderError);
        }
        read(&answer)
    }

    /// One call with headers of the caller; the status and the body of the answer, whatever they are.
    ///
    /// # Errors
    /// [`ProviderError`] for no answer, or one that is too large.
    pub(crate) async fn exchange(
        &self,
        path: &str,
        mut headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<(StatusCode, Vec<u8>), ProviderError> {
        headers.insert(ACCEPT, HeaderValue::from_static(endpoints::MEDIA_JSON));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(endpoints::MEDIA_JSON));
        let mut answer = self
            .http
            .post(format!("{}{path}", self.url))
            .headers(headers)
            .body(body)
            .send()
            .await
            .map_err(|_| ProviderError)?;
        let mut bytes = Vec::new();
        // Counted while it arrives: what an answer announces may be a lie.
        while let Some(chunk) = answer.chunk().await.map_err(|_| ProviderError)? {
            if bytes.len() + chunk.len() > ANSWER {
                return Err(ProviderError);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok((answer.status(), bytes))
    }
}

/// Reads JSON of a provider within the depth that any JSON may have.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ProviderError> {
    if !limits::json_within_depth(bytes, limits::JSON_DEPTH) {
        return Err(ProviderError);
    }
    serde_json::from_slice(bytes).map_err(|_| ProviderError)
}

/// A header that no log shows.
pub(crate) fn header(headers: &mut HeaderMap, name: &'static str, value: &str) -> Result<(), ProviderError> {
    let value = HeaderValue::from_str(value).map_err(|_| ProviderError)?;
    headers.insert(HeaderName::from_static(name), value);
    Ok(())
}

fn tls(ca: &str) -> Result<ClientConfig, AuthorityError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(ca.as_bytes()) {
        let certificate = certificate.map_err(|_| AuthorityError::ProvidersInvalid)?;
        roots.add(certificate).map_err(|_| AuthorityError::ProvidersInvalid)?;
    }
    if roots.is_empty() {
        return Err(AuthorityError::ProvidersInvalid);
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&TLS13])
        .map_err(|_| AuthorityError::ProvidersInvalid)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
