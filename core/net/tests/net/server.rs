//! A TLS server that keeps what it was asked and answers with the bytes that a test hands it.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use permitcard_credential::cose::Jwk;
use permitcard_crypto::ecdsa::{Curve, SigningKey};
use permitcard_net::{HttpClient, NetError, NetOptions, Request, Response, RetryOptions};
use permitcard_protocol::ClientFile;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{ServerConfig, SupportedProtocolVersion, crypto::ring, pki_types::CertificateDer, version::TLS13};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

/// A certificate authority of a test.
pub struct Ca {
    /// The root's certificate.
    pub pem: String,
    issuer: Issuer<'static, KeyPair>,
    /// What a server sends behind its own certificate.
    chain: Vec<CertificateDer<'static>>,
}

impl Ca {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    /// After `change` of the root's own certificate.
    pub fn with(change: impl FnOnce(&mut CertificateParams)) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        change(&mut params);
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            pem,
            issuer: Issuer::new(params, key),
            chain: Vec::new(),
        }
    }

    /// One more step below this one; `is_ca` is what its certificate says about itself.
    pub fn below(&self, is_ca: IsCa) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.is_ca = is_ca;
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let own = certificate.der().clone();
        Self {
            pem: self.pem.clone(),
            issuer: Issuer::new(params, key),
            chain: std::iter::once(own).chain(self.chain.iter().cloned()).collect(),
        }
    }

    /// A certificate for `localhost`, after `change`.
    pub fn certificate(&self, change: impl FnOnce(&mut CertificateParams)) -> Arc<ServerConfig> {
        self.certificate_for(&[&TLS13], change)
    }

    pub fn certificate_for(
        &self,
        versions: &[&'static SupportedProtocolVersion],
        change: impl FnOnce(&mut CertificateParams),
    ) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let own = certificate.der().clone();
        let chain = std::iter::once(own).chain(self.chain.iter().cloned());
        server_config(versions, chain.collect(), &key)
    }
}

pub fn server_config(
    versions: &[&'static SupportedProtocolVersion],
    chain: Vec<CertificateDer<'static>>,
    key: &KeyPair,
) -> Arc<ServerConfig> {
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key.into())
        .unwrap();
    Arc::new(config)
}

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    pub head: String,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// What the server does after it has read a request.
pub enum Reply {
    /// Sends the bytes and closes in good order.
    Bytes(Vec<u8>),
    /// Sends the bytes and drops the connection.
    Cut(Vec<u8>),
    /// Sends the bytes, then the second ones again and again until the peer goes away.
    Endless(Vec<u8>, Vec<u8>),
    /// Sends the bytes, then one space every 20 ms until the peer goes away.
    Trickle(Vec<u8>),
    /// Sends the bytes, then waits until the peer goes away.
    Stall(Vec<u8>),
}

#[derive(Default)]
struct Shared {
    seen: Mutex<Vec<Seen>>,
    connections: AtomicUsize,
    sent: AtomicUsize,
}

pub struct Server {
    pub client_file: ClientFile,
    shared: Arc<Shared>,
    gone: Arc<Semaphore>,
}

type Script = dyn Fn(usize) -> Reply + Send + Sync;

impl Server {
    /// A server under a good certificate. `script` gets the number of the request, from 0.
    pub async fn start(script: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Self {
        let ca = Ca::new();
        Self::start_with(ca.certificate(|_| {}), &ca.pem, script).await
    }

    pub async fn start_with(
        config: Arc<ServerConfig>,
        ca: &str,
        script: impl Fn(usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let acceptor = TlsAcceptor::from(config);
        let script: Arc<Script> = Arc::new(script);
        let shared = Arc::new(Shared::default());
        let for_connections = shared.clone();
        Self::listen(ca, shared, move |stream| {
            let (acceptor, script, shared) = (acceptor.clone(), script.clone(), for_connections.clone());
            async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    serve(stream, script.as_ref(), &shared).await;
                }
            }
        })
        .await
    }

    /// A server without TLS.
    pub async fn start_raw<F: Future<Output = ()> + Send + 'static>(
        serve: impl Fn(TcpStream) -> F + Send + Sync + 'static,
    ) -> Self {
        Self::listen(&Ca::new().pem, Arc::default(), serve).await
    }

    async fn listen<F: Future<Output = ()> + Send + 'static>(
        ca: &str,
        shared: Arc<Shared>,
        serve: impl Fn(TcpStream) -> F + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let gone = Arc::new(Semaphore::new(0));
        let server = Self {
            client_file: client_file(address, ca),
            shared: shared.clone(),
            gone: gone.clone(),
        };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let (served, gone) = (serve(stream), gone.clone());
                tokio::spawn(async move {
                    served.await;
                    gone.add_permits(1);
                });
            }
        });
        server
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Bytes of endless answers that went out.
    pub fn sent(&self) -> usize {
        self.shared.sent.load(Ordering::SeqCst)
    }

    /// Waits until `count` connections are over.
    pub async fn closed(&self, count: u32) {
        self.gone.acquire_many(count).await.unwrap().forget();
    }

    pub fn client(&self, options: NetOptions) -> HttpClient {
        HttpClient::new(&self.client_file, options).unwrap()
    }

    /// Sends with short pauses between attempts.
    pub async fn send(&self, request: &Request) -> Result<Response, NetError> {
        self.client(options()).send(request).await
    }

    /// The error of a GET, which must name neither the server nor the path.
    pub async fn refuse(&self) -> NetError {
        self.refuse_with(options()).await
    }

    pub async fn refuse_with(&self, options: NetOptions) -> NetError {
        let error = self
            .client(options)
            .send(&Request::get("/secret-path"))
            .await
            .unwrap_err();
        let shown = format!("{error} {error:?} {:?}", std::error::Error::source(&error));
        for word in ["localhost", "127.0.0.1", "secret-path", "SECRET"] {
            assert!(!shown.contains(word), "{shown}");
        }
        error
    }
}

pub fn client_file(address: SocketAddr, ca: &str) -> ClientFile {
    let root = SigningKey::generate(Curve::P384).unwrap();
    ClientFile {
        url: format!("https://localhost:{}", address.port()),
        ca: ca.to_owned(),
        root_key: Jwk::from_public_key(root.public_key()),
    }
}

/// Four attempts with pauses of about a millisecond; no time limit that a busy machine could reach.
pub fn options() -> NetOptions {
    let long = Duration::from_secs(3600);
    NetOptions {
        connect_timeout: long,
        read_timeout: long,
        total_timeout: long,
        retry: RetryOptions {
            attempts: 4,
            min_delay: Duration::from_millis(1),
            max_delay: long,
            budget: long,
        },
        ..NetOptions::default()
    }
}

async fn serve(mut stream: TlsStream<TcpStream>, script: &Script, shared: &Shared) {
    let Some(seen) = read(&mut stream).await else { return };
    let number = {
        let mut all = shared.seen.lock().unwrap();
        all.push(seen);
        all.len() - 1
    };
    match script(number) {
        Reply::Bytes(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Reply::Cut(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.flush().await;
        }
        Reply::Endless(head, again) => {
            let _ = stream.write_all(&head).await;
            while stream.write_all(&again).await.is_ok() {
                shared.sent.fetch_add(again.len(), Ordering::SeqCst);
            }
        }
        Reply::Trickle(head) => {
            let _ = stream.write_all(&head).await;
            while stream.write_all(b" ").await.is_ok() && stream.flush().await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Reply::Stall(head) => {
            let _ = stream.write_all(&head).await;
            let _ = stream.flush().await;
            let _ = stream.read(&mut [0]).await;
        }
    }
}

async fn read(stream: &mut TlsStream<TcpStream>) -> Option<Seen> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap();
    let mut seen = Seen {
        head,
        body: bytes[head_end + 4..].to_vec(),
    };
    let length: usize = seen.header("content-length").map_or(0, |text| text.parse().unwrap());
    while seen.body.len() < length {
        if stream.read_buf(&mut seen.body).await.ok()? == 0 {
            return None;
        }
    }
    Some(seen)
}

/// An answer with a body and further header lines.
pub fn answer(status: u16, content_type: &str, more: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut bytes = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nconnection: close\r\n{more}\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// A JSON answer.
pub fn json(status: u16, body: &str) -> Reply {
    Reply::Bytes(answer(status, "application/json", "", body))
}
