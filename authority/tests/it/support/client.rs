use std::{
    net::IpAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_credential::cose::{Jwk, jws};
use permitcard_crypto::{
    ecdsa::{Curve, SigningKey},
    hash::sha256,
    random,
};
use permitcard_protocol::{ClientFile, ErrorBody, WireCode, endpoints};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub media: String,
    pub nonce: Option<String>,
    pub challenge: Option<String>,
    pub retry_after: Option<String>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json<T: DeserializeOwned>(&self) -> T {
        assert_eq!(self.media, endpoints::MEDIA_JSON);
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The code of an error answer.
    pub fn code(&self) -> WireCode {
        let body: ErrorBody = self.json();
        body.code.unwrap()
    }

    /// Asserts an error answer with its usual status.
    #[track_caller]
    pub fn refused(&self, code: WireCode) {
        self.refused_as(code, code.http().1);
    }

    /// As [`refused`](Self::refused), with the error that the endpoint's own standard names.
    pub fn refused_as(&self, code: WireCode, error: &str) {
        assert_eq!((self.code(), self.status), (code, code.http().0));
        assert_eq!(self.json::<ErrorBody>().error, error);
    }
}

/// A DPoP proof, before it is signed; tests bend it.
pub struct Proof {
    pub header: Value,
    pub claims: Value,
}

/// A transport key and an HTTPS connection that trusts one CA.
pub struct Client {
    http: reqwest::Client,
    pub url: String,
    pub key: Arc<SigningKey>,
    nonce: Mutex<Option<String>>,
    pub access_token: Mutex<Option<String>>,
}

impl Client {
    pub fn new(file: &ClientFile) -> Self {
        Self::from(file, None)
    }

    /// Calls from an address of this machine.
    pub fn from(file: &ClientFile, address: Option<IpAddr>) -> Self {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(file.ca.as_bytes()) {
            roots.add(certificate.unwrap()).unwrap();
        }
        let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .no_proxy()
            .local_address(address)
            .timeout(Duration::from_secs(120))
            .build()
            .unwrap();
        Self {
            http,
            url: file.url.clone(),
            key: Arc::new(SigningKey::generate(Curve::P256).unwrap()),
            nonce: Mutex::default(),
            access_token: Mutex::default(),
        }
    }

    /// The same transport key, as after a restart of the app.
    pub fn again(&self, file: &ClientFile) -> Self {
        let again = Self {
            key: self.key.clone(),
            ..Self::new(file)
        };
        *again.access_token.lock().unwrap() = self.access_token.lock().unwrap().clone();
        again
    }

    /// A key that was not used before.
    pub fn new_key(&self) -> String {
        let key: [u8; 16] = random::bytes().unwrap();
        URL_SAFE_NO_PAD.encode(key)
    }

    /// A good proof for a request.
    pub fn proof(&self, method: &str, path: &str) -> Proof {
        let jti: [u8; 16] = random::bytes().unwrap();
        let mut claims = json!({
            "jti": URL_SAFE_NO_PAD.encode(jti),
            "htm": method,
            "htu": format!("{}{path}", self.url),
            "iat": 1,
        });
        if let Some(nonce) = self.nonce.lock().unwrap().as_ref() {
            claims["nonce"] = json!(nonce);
        }
        if let Some(token) = self.access_token.lock().unwrap().as_ref() {
            claims["ath"] = json!(URL_SAFE_NO_PAD.encode(sha256(token.as_bytes())));
        }
        let jwk = Jwk::from_public_key(self.key.public_key());
        Proof {
            header: json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk }),
            claims,
        }
    }

    pub fn sign(&self, proof: &Proof) -> String {
        sign(&self.key, &proof.header, &proof.claims)
    }

    /// Forgets the access token for requests that take none.
    fn without_token(&self) -> Option<String> {
        self.access_token.lock().unwrap().take()
    }

    pub async fn get_open(&self, path: &str) -> Answer {
        self.raw(self.http.get(format!("{}{path}", self.url))).await
    }

    pub async fn post_open(&self, path: &str, media: &str, body: impl Into<Vec<u8>>) -> Answer {
        let request = self
            .http
            .post(format!("{}{path}", self.url))
            .header("content-type", media)
            .body(body.into());
        self.raw(request).await
    }

    /// As [`post_open`](Self::post_open), at another server that the same CA vouches for.
    pub async fn post_to(&self, url: &str, media: &str, body: impl Into<Vec<u8>>) -> Answer {
        let request = self.http.post(url).header("content-type", media).body(body.into());
        self.raw(request).await
    }

    /// A form with a proof, without an access token.
    pub async fn form(&self, path: &str, body: &str, key: Option<&str>) -> Answer {
        let token = self.without_token();
        let answer = self
            .with_proof(
                "POST",
                path,
                Some((endpoints::MEDIA_FORM, body.as_bytes())),
                key,
                &|_| {},
            )
            .await;
        *self.access_token.lock().unwrap() = token;
        answer
    }

    pub async fn json(&self, path: &str, body: &Value, key: Option<&str>) -> Answer {
        let body = serde_json::to_vec(body).unwrap();
        self.with_proof("POST", path, Some((endpoints::MEDIA_JSON, &body)), key, &|_| {})
            .await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.with_proof("GET", path, None, None, &|_| {}).await
    }

    /// Sends with a proof that `bend` may change; fetches a nonce first where the server wants one.
    pub async fn with_proof(
        &self,
        method: &str,
        path: &str,
        body: Option<(&str, &[u8])>,
        key: Option<&str>,
        bend: &(dyn Fn(&mut Proof) + Sync),
    ) -> Answer {
        let mut last = None;
        for _ in 0..2 {
            let mut proof = self.proof(method, path);
            bend(&mut proof);
            let answer = self.with_signed(method, path, body, key, &self.sign(&proof)).await;
            let wants_nonce = answer.media == endpoints::MEDIA_JSON && answer.status >= 400 && answer.wants_nonce();
            last = Some(answer);
            if !wants_nonce {
                break;
            }
        }
        last.unwrap()
    }

    /// Sends with a finished proof.
    pub async fn with_signed(
        &self,
        method: &str,
        path: &str,
        body: Option<(&str, &[u8])>,
        key: Option<&str>,
        proof: &str,
    ) -> Answer {
        let url = format!("{}{path}", self.url);
        let mut request = if method == "GET" {
            self.http.get(url)
        } else {
            self.http.post(url)
        };
        request = request.header(endpoints::DPOP, proof);
        if let Some((media, body)) = body {
            request = request.header("content-type", media).body(body.to_vec());
        }
        if let Some(key) = key {
            request = request.header(endpoints::IDEMPOTENCY_KEY, key);
        }
        if let Some(token) = self.access_token.lock().unwrap().as_ref() {
            request = request.header("authorization", format!("DPoP {token}"));
        }
        self.raw(request).await
    }

    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.url);
        if method == "GET" {
            self.http.get(url)
        } else {
            self.http.post(url)
        }
    }

    pub fn request_to(&self, url: &str) -> reqwest::RequestBuilder {
        self.http.post(url)
    }

    pub async fn raw(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
        };
        let answer = Answer {
            status: response.status().as_u16(),
            media: header("content-type").unwrap_or_default(),
            nonce: header(endpoints::DPOP_NONCE),
            challenge: header("www-authenticate"),
            retry_after: header("retry-after"),
            body: Vec::new(),
        };
        assert_eq!(header("cache-control").as_deref(), Some("no-store"));
        let answer = Answer {
            body: response.bytes().await.unwrap().to_vec(),
            ..answer
        };
        if answer.nonce.is_some() {
            *self.nonce.lock().unwrap() = answer.nonce.clone();
        }
        answer
    }
}

impl Answer {
    fn wants_nonce(&self) -> bool {
        serde_json::from_slice::<ErrorBody>(&self.body).is_ok_and(|body| body.code == Some(WireCode::DpopNonceRequired))
    }
}

/// A JWS of any header and claims.
pub fn sign(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let input = jws::signing_input(&header.to_string(), &claims.to_string());
    jws::compact(&input, &key.sign(input.as_bytes()).unwrap())
}

impl Client {
    /// Sends a request to another address than the authority's.
    pub async fn execute(&self, request: reqwest::Request) -> reqwest::Response {
        self.http.execute(request).await.unwrap()
    }
}
