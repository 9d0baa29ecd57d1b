//! A provider for document and face checks and for the register, on a port of its own, with certificates of its own. It
//! does what a test tells it to.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::State,
    http::{Request, Response},
};
use axum_server::{Handle, tls_rustls::RustlsConfig};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use permitcard_crypto::{hash::sha256, mac::hmac_sha256, random};
use permitcard_protocol::endpoints;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};
use serde_json::{Value, json};

use crate::support::{Answer, Client};

/// How it answers.
#[derive(Debug, Clone)]
pub enum Manner {
    Well,
    Status(u16),
    Text(&'static str),
    Huge,
    Deep,
    Redirect,
    Never,
    Cut,
}

pub struct Script {
    pub starts: Manner,
    pub results: Manner,
    /// Bodies of the checks that were started, oldest first.
    pub started: Vec<Value>,
    /// Bodies of the calls to delete a check, answered as results are.
    pub deleted: Vec<Value>,
    /// What it says when asked, whatever it is asked for.
    pub result: Value,
    /// The `authorization` of the last call.
    pub authorization: String,
}

pub struct Fake {
    pub ca: String,
    url: String,
    secret: Vec<u8>,
    environment: &'static str,
    state: Arc<Mutex<Script>>,
    handle: Handle<SocketAddr>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.handle.shutdown();
    }
}

impl Fake {
    pub async fn start(environment: &'static str) -> Self {
        let certified = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
        let key = PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from(certified.cert.der().to_vec())],
                PrivateKeyDer::from(key),
            )
            .unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(Script {
            starts: Manner::Well,
            results: Manner::Well,
            started: Vec::new(),
            deleted: Vec::new(),
            result: Value::Null,
            authorization: String::new(),
        }));
        let handle = Handle::new();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&state));
        let server = axum_server::from_tcp_rustls(listener, RustlsConfig::from_config(Arc::new(config)))
            .unwrap()
            .handle(handle.clone());
        tokio::spawn(server.serve(router.into_make_service()));
        handle.listening().await.unwrap();
        let secret: [u8; 32] = random::bytes().unwrap();
        Self {
            ca: certified.cert.pem(),
            url: format!("https://127.0.0.1:{port}/v1"),
            secret: secret.to_vec(),
            environment,
            state,
            handle,
        }
    }

    pub fn state(&self) -> MutexGuard<'_, Script> {
        self.state.lock().unwrap()
    }

    /// Makes it the provider of an authority that was not started yet. `ca`: the certificates to trust for it.
    pub fn configure(&self, data: &Path, roles: &[&str], ca: &str) {
        let secret = format!("whsec_{}", STANDARD.encode(&self.secret));
        std::fs::write(data.join("acme.secret"), secret).unwrap();
        std::fs::write(data.join("acme.pem"), ca).unwrap();
        let file = json!({ "version": 1, "providers": [{
            "name": "acme", "roles": roles, "url": self.url, "ca_file": "acme.pem",
            "secret_file": "acme.secret", "environment": self.environment,
        }]});
        std::fs::write(data.join("providers.json"), file.to_string()).unwrap();
    }

    /// The check that was started last.
    pub fn last_started(&self) -> Value {
        self.state().started.last().unwrap().clone()
    }

    /// A result of a started check.
    pub fn result_of(&self, started: &Value, outcome: &str, sequence: u32, receipt: &str, at: i64) -> Value {
        let mut result = json!({
            "kind": started["kind"], "session": started["session"], "jkt": started["jkt"], "nonce": started["nonce"],
            "outcome": outcome, "method": "chip", "environment": self.environment, "performed_at": at,
            "sequence": sequence,
            "receipt_sha256": URL_SAFE_NO_PAD.encode(sha256(receipt.as_bytes())),
            "evidence_sha256": URL_SAFE_NO_PAD.encode([7; 32]),
        });
        if started["kind"] == "document-check" {
            let claimed = &started["document"];
            result["document"] = json!({
                "number": claimed["number"], "issuer": claimed["issuer"], "mrz_name": claimed["mrz_name"],
                "birth_date": "1985-02-11",
            });
        }
        result
    }

    /// A signed message; tests bend it.
    pub fn message(&self, id: &str, at: i64, result: &Value) -> Message {
        let body = json!({ "type": "check.updated", "result": result }).to_string();
        Message {
            provider: "acme".into(),
            id: id.into(),
            timestamp: at.to_string(),
            environment: self.environment.into(),
            signature: String::new(),
            body,
        }
        .signed(&self.secret)
    }

    /// Signs again what was bent.
    pub fn sign(&self, message: Message) -> Message {
        message.signed(&self.secret)
    }
}

/// A signed message, as it travels.
#[derive(Clone)]
pub struct Message {
    pub provider: String,
    pub id: String,
    pub timestamp: String,
    pub environment: String,
    pub signature: String,
    pub body: String,
}

impl Message {
    pub fn signed(self, secret: &[u8]) -> Self {
        let text = format!("{}.{}.{}.{}", self.id, self.timestamp, self.environment, self.body);
        Self {
            signature: format!("v1,{}", STANDARD.encode(hmac_sha256(secret, &[text.as_bytes()]))),
            ..self
        }
    }

    pub async fn send(&self, client: &Client) -> Answer {
        let request = client
            .request("POST", &format!("{}/{}", endpoints::WEBHOOKS, self.provider))
            .header("content-type", endpoints::MEDIA_JSON)
            .header("webhook-id", &self.id)
            .header("webhook-timestamp", &self.timestamp)
            .header("webhook-environment", &self.environment)
            .header("webhook-signature", &self.signature)
            .body(self.body.clone());
        client.raw(request).await
    }
}

async fn answer(State(state): State<Arc<Mutex<Script>>>, request: Request<Body>) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let is_followed = request.uri().query().is_some();
    let authorization = request
        .headers()
        .get("authorization")
        .map(|value| value.to_str().unwrap().to_owned())
        .unwrap_or_default();
    let body = to_bytes(request.into_body(), 65_536).await.unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    let (manner, good) = {
        let mut state = state.lock().unwrap();
        state.authorization = authorization;
        match path.as_str() {
            "/v1/checks" => {
                state.started.push(body);
                let token = format!("launch-{}", state.started.len());
                let good = json!({ "url": "https://kit.example/run", "token": token });
                (state.starts.clone(), good)
            }
            "/v1/checks/delete" => {
                state.deleted.push(body);
                (state.results.clone(), json!({}))
            }
            "/v1/checks/result" => (state.results.clone(), json!({ "result": state.result })),
            _ => (state.results.clone(), json!({ "record": null })),
        }
    };
    let response = Response::builder().header("content-type", "application/json");
    // Whoever follows a redirect gets a good answer.
    match if is_followed { Manner::Well } else { manner } {
        Manner::Well => response.body(Body::from(good.to_string())),
        // The right answer under the wrong status is none.
        Manner::Status(status) => response.status(status).body(Body::from(good.to_string())),
        Manner::Text(text) => response.body(Body::from(text)),
        Manner::Huge => {
            let mut huge = good.clone();
            huge["padding"] = json!("x".repeat(70_000));
            response.body(Body::from(huge.to_string()))
        }
        Manner::Deep => {
            let mut deep = good.to_string();
            deep.truncate(deep.len() - 1);
            response.body(Body::from(format!(
                "{deep},\"more\":{}{}}}",
                "[".repeat(100),
                "]".repeat(100)
            )))
        }
        Manner::Redirect => response
            .status(307)
            .header("location", format!("{path}?again"))
            .body(Body::from(good.to_string())),
        Manner::Never => std::future::pending().await,
        Manner::Cut => response
            .header("content-length", "10000")
            .body(Body::from(good.to_string())),
    }
    .unwrap()
}
