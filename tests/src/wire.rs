//! A client of its own, byte by byte, that writes down what travels.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_credential::cose::{Jwk, jws};
use permitcard_crypto::{
    ecdsa::{Curve, SigningKey},
    hash::sha256,
    random,
};
use permitcard_protocol::{ClientFile, endpoints};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use serde_json::{Value, json};

/// An answer.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(given, _)| given == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

/// A request, before it has its proof.
#[derive(Default)]
pub struct Sending<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// `https://HOST:PORT` of another server that the same CA vouches for; `None`: the authority.
    pub origin: Option<&'a str>,
    /// The path.
    pub path: &'a str,
    /// Media type and body.
    pub body: Option<(&'a str, String)>,
    /// The media type that is asked for.
    pub accept: Option<&'a str>,
    /// With a DPoP proof.
    pub proof: bool,
    /// The access token.
    pub token: Option<&'a str>,
    /// With an idempotency key.
    pub idempotent: bool,
}

/// The server of an address: what stands before its path.
pub fn origin_of(url: &str) -> Option<&str> {
    let host = url.strip_prefix("https://")?;
    let end = host.find('/').unwrap_or(host.len());
    url.get(.."https://".len() + end)
}

/// The client. Its transport key is its own.
pub struct WireClient {
    file: ClientFile,
    config: Arc<ClientConfig>,
    key: SigningKey,
    nonce: Option<String>,
    /// What travelled, ready for a document: values that differ each time are replaced by their names.
    pub transcript: String,
}

impl WireClient {
    /// For the authority of the client file.
    pub fn new(file: ClientFile) -> Self {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(file.ca.as_bytes()) {
            roots.add(certificate.expect("PEM")).expect("a certificate");
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("TLS 1.3")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let key = SigningKey::generate(Curve::P256).expect("a key");
        Self {
            file,
            config: Arc::new(config),
            key,
            nonce: None,
            transcript: String::new(),
        }
    }

    /// Sends, and writes request and answer down below a heading.
    pub fn send(&mut self, heading: &str, sending: &Sending<'_>) -> Answer {
        let mut headers = Vec::new();
        if let Some((media, _)) = &sending.body {
            headers.push(("content-type".to_owned(), (*media).to_owned()));
        }
        if let Some(media) = sending.accept {
            headers.push(("accept".to_owned(), media.to_owned()));
        }
        if let Some(token) = sending.token {
            headers.push(("authorization".to_owned(), format!("DPoP {token}")));
        }
        if sending.proof {
            headers.push((endpoints::DPOP.to_owned(), self.proof(sending)));
        }
        if sending.idempotent {
            let key: [u8; 16] = random::bytes().expect("random");
            headers.push((endpoints::IDEMPOTENCY_KEY.to_owned(), URL_SAFE_NO_PAD.encode(key)));
        }
        let body = sending.body.as_ref().map(|(_, body)| body.as_str()).unwrap_or_default();
        let origin = sending.origin.unwrap_or(&self.file.url);
        let answer = self.exchange(origin, (sending.method, sending.path), &headers, body);
        if let Some(nonce) = answer.header(endpoints::DPOP_NONCE) {
            self.nonce = Some(nonce.to_owned());
        }
        self.transcript.push_str(&format!("#### {heading}\n\n```http\n"));
        self.transcript.push_str(&shown_request(sending, &headers, body));
        self.transcript.push_str("```\n\n```http\n");
        self.transcript.push_str(&shown_answer(&answer));
        self.transcript.push_str("```\n\n");
        answer
    }

    /// A key proof for one credential, by a key of its own (OpenID4VCI 1.0, F.1).
    pub fn key_proof(&self, c_nonce: &str) -> String {
        self.key_proof_of(&SigningKey::generate(Curve::P256).expect("a key"), c_nonce)
    }

    /// A key proof for one credential, by this key.
    pub fn key_proof_of(&self, key: &SigningKey, c_nonce: &str) -> String {
        let header =
            json!({ "typ": "openid4vci-proof+jwt", "alg": "ES256", "jwk": Jwk::from_public_key(key.public_key()) });
        let claims = json!({ "aud": self.file.url, "iat": now(), "nonce": c_nonce });
        sign(key, &header, &claims)
    }

    /// The transport key, which DPoP proofs are made with.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    fn proof(&self, sending: &Sending<'_>) -> String {
        let jti: [u8; 16] = random::bytes().expect("random");
        let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": Jwk::from_public_key(self.key.public_key()) });
        let mut claims = json!({
            "jti": URL_SAFE_NO_PAD.encode(jti),
            "htm": sending.method,
            "htu": format!("{}{}", self.file.url, sending.path),
            "iat": now(),
        });
        if let Some(token) = sending.token {
            claims["ath"] = URL_SAFE_NO_PAD.encode(sha256(token.as_bytes())).into();
        }
        if let Some(nonce) = &self.nonce {
            claims["nonce"] = nonce.as_str().into();
        }
        sign(&self.key, &header, &claims)
    }

    fn exchange(&self, origin: &str, (method, path): (&str, &str), headers: &[(String, String)], body: &str) -> Answer {
        let address = origin.strip_prefix("https://").expect("https");
        let host = address.split(':').next().expect("a host").to_owned();
        let name = ServerName::try_from(host).expect("a name");
        let connection = ClientConnection::new(Arc::clone(&self.config), name).expect("a connection");
        let mut stream = StreamOwned::new(connection, TcpStream::connect(address).expect("the authority listens"));
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
        stream.write_all(request.as_bytes()).expect("the request goes out");
        let mut bytes = Vec::new();
        // The authority closes; that it does so without a goodbye of TLS is no matter here.
        let _ = stream.read_to_end(&mut bytes);
        parse(&bytes)
    }
}

fn now() -> u64 {
    std::time::UNIX_EPOCH.elapsed().expect("a time").as_secs()
}

fn sign(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let input = jws::signing_input(&header.to_string(), &claims.to_string());
    let signature = key.sign(input.as_bytes()).expect("a signature");
    jws::compact(&input, &signature)
}

fn parse(bytes: &[u8]) -> Answer {
    let end = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .expect("a whole head");
    let head = std::str::from_utf8(&bytes[..end]).expect("ASCII");
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .and_then(|status| status.parse().ok());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    assert!(
        headers.iter().all(|(name, _)| name != "transfer-encoding"),
        "the body has a length"
    );
    Answer {
        status: status.expect("a status"),
        headers,
        body: bytes[end + 4..].to_vec(),
    }
}

fn shown_request(sending: &Sending<'_>, headers: &[(String, String)], body: &str) -> String {
    let mut out = format!("{} {} HTTP/1.1\n", sending.method, sending.path);
    if sending.origin.is_some() {
        out.push_str("host: ‹host of the provider›\n");
    }
    for (name, value) in headers {
        let value = match name.as_str() {
            "dpop" => shown_jwt(value),
            "authorization" => "DPoP ‹access_token›".to_owned(),
            "idempotency-key" => "‹idempotency_key›".to_owned(),
            _ => value.clone(),
        };
        out.push_str(&format!("{name}: {value}\n"));
    }
    match &sending.body {
        Some((media, _)) if media.ends_with("json") => {
            let value: Value = serde_json::from_str(body).expect("JSON");
            out.push_str(&format!("\n{}\n", shown_json(&value)));
        }
        Some(_) => {
            out.push('\n');
            for (index, (name, value)) in form_urlencoded::parse(body.as_bytes()).enumerate() {
                let value = match serde_json::from_str::<Value>(&value) {
                    Ok(json) if json.is_object() || json.is_array() => redacted("", &json).to_string(),
                    _ => redacted(&name, &Value::String(value.into_owned()))
                        .as_str()
                        .unwrap_or_default()
                        .to_owned(),
                };
                out.push_str(&format!("{}{name}={value}\n", if index == 0 { "" } else { "&" }));
            }
        }
        None => {}
    }
    out
}

fn shown_answer(answer: &Answer) -> String {
    let mut out = format!("HTTP/1.1 {}\n", answer.status);
    for (name, value) in &answer.headers {
        match name.as_str() {
            "content-type" | "cache-control" => out.push_str(&format!("{name}: {value}\n")),
            "dpop-nonce" => out.push_str("dpop-nonce: ‹dpop_nonce›\n"),
            _ => {}
        }
    }
    match answer.header("content-type") {
        Some(media) if media.ends_with("+jwt") => {
            out.push_str(&format!("\n{}\n", shown_jwt(&String::from_utf8_lossy(&answer.body))));
        }
        Some(media) if media.ends_with("json") => out.push_str(&format!("\n{}\n", shown_json(&answer.json()))),
        Some(_) => out.push_str("\n‹bytes›\n"),
        None => {}
    }
    out
}

/// A JWT as its header and claims.
fn shown_jwt(compact: &str) -> String {
    let mut parts = compact.split('.').map(|part| {
        URL_SAFE_NO_PAD
            .decode(part)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
            .unwrap_or_default()
    });
    let (header, claims) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    format!("{}.{}.‹signature›", redacted("", &header), redacted("", &claims))
}

fn shown_json(value: &Value) -> String {
    serde_json::to_string_pretty(&redacted("", value)).expect("JSON")
}

/// Replaces what differs each time by its name.
fn redacted(name: &str, value: &Value) -> Value {
    const RANDOM: [&str; 22] = [
        "access_token",
        "ath",
        "auth_session",
        "authorization_code",
        "c_nonce",
        "code_challenge",
        "code_verifier",
        "credential",
        "exp",
        "iat",
        "jti",
        "jwk",
        "kid",
        "lst",
        "nonce",
        "notification_id",
        "receipt",
        "refresh_token",
        "session_reference",
        "token",
        "x",
        "y",
    ];
    match value {
        _ if RANDOM.contains(&name) => Value::String(format!("‹{name}›")),
        Value::Object(object) => Value::Object(
            object
                .iter()
                .map(|(inner, value)| match value {
                    // They run down while the example is recorded.
                    Value::Number(_) if name == "one_time_code" && inner != "digits" => {
                        (inner.clone(), Value::String("‹seconds›".to_owned()))
                    }
                    _ => (inner.clone(), redacted(inner, value)),
                })
                .collect(),
        ),
        Value::Array(values) if name == "jwt" => values
            .iter()
            .map(|jwt| Value::String(shown_jwt(jwt.as_str().unwrap_or_default())))
            .collect(),
        Value::Array(values) => values.iter().map(|value| redacted(name, value)).collect(),
        // The code of a message and the authorization code, but not a code of an error.
        Value::String(text) if name == "code" && !text.contains('.') => Value::String("‹code›".to_owned()),
        Value::String(text) => Value::String(without_port(text)),
        other => other.clone(),
    }
}

/// The port is chosen at the first start.
fn without_port(text: &str) -> String {
    match text.split_once("https://127.0.0.1:") {
        Some((before, rest)) => {
            let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{before}https://127.0.0.1:PORT{after}")
        }
        None => text.to_owned(),
    }
}
