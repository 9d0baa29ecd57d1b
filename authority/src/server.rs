use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum_server::{
    Handle, Server,
    accept::NoDelayAcceptor,
    tls_rustls::{RustlsAcceptor, RustlsConfig},
};
use permitcard_credential::status::StatusBits;
use permitcard_platform::Clock;
use permitcard_protocol::ClientFile;
use tokio::task::JoinHandle;

use crate::{
    AuthorityError, AuthorityOptions,
    app::App,
    data_dir::{Config, DataDir, SandboxFile, TlsMaterial},
    http, outgoing, production,
    providers::{
        ProviderSetup, Providers, SandboxService,
        sandbox::{self, Sandbox},
    },
    register,
    store::Store,
};

/// How long running requests may take to end.
const GRACE: Duration = Duration::from_secs(5);
/// How long a caller may take to send the head of a request.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// How often what is over is forgotten.
const TIDY_EVERY: Duration = Duration::from_secs(600);

/// The authority, not started.
#[derive(Debug)]
pub struct Authority;

impl Authority {
    /// Starts an authority on a data directory and returns once it accepts connections. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`AuthorityError`]; nothing listens afterwards. [`AuthorityError::ProductionRefused`] where the environment says
    /// `PERMITCARD_ENV=production`.
    pub async fn start(options: AuthorityOptions) -> Result<RunningAuthority, AuthorityError> {
        let client_file_path = options.data_dir.join("client.json");
        let prepared = tokio::task::spawn_blocking(move || prepare(options, |_, providers| providers))
            .await
            .map_err(|_| AuthorityError::DataUnusable)??;
        let Prepared {
            data,
            app,
            tls,
            listener,
            sandbox,
            client_file,
        } = prepared;

        let config = RustlsConfig::from_config(Arc::new(tls.server_config()?));
        let sandbox = match sandbox {
            Some((listener, service)) => Some(serve_sandbox(listener, service, config.clone()).await?),
            None => None,
        };
        let address = listener.local_addr().map_err(|_| AuthorityError::PortTaken)?;
        let handle = Handle::new();
        let server = tls_server(listener, config, &handle)?;
        let service = http::router(Arc::clone(&app)).into_make_service_with_connect_info::<SocketAddr>();
        let task = tokio::spawn(async move {
            let sending = outgoing::Job::start(Arc::clone(&app));
            let tidy = tokio::spawn(tidy(app));
            // It ends by the handle only; what it would report then is of no use.
            let _ = server.serve(service).await;
            tidy.abort();
            sending.stop().await;
            // Last, since requests and messages that were running may have asked it. Its port is free afterwards.
            if let Some(sandbox) = sandbox {
                sandbox.stop().await;
            }
            drop(data);
        });
        let running = RunningAuthority {
            client_file,
            client_file_path,
            address,
            handle,
            task: Some(task),
        };
        running.handle.listening().await.ok_or(AuthorityError::PortTaken)?;
        Ok(running)
    }
}

/// Stops the sandbox's service when it is dropped.
struct SandboxServer {
    handle: Handle<SocketAddr>,
    task: Option<JoinHandle<io::Result<()>>>,
}

impl SandboxServer {
    async fn stop(mut self) {
        self.handle.shutdown();
        if let Some(task) = self.task.take() {
            // One that failed is down as well.
            let _ = task.await;
        }
    }
}

impl Drop for SandboxServer {
    fn drop(&mut self) {
        self.handle.shutdown();
    }
}

/// A server on a port that is taken already, for the authority and for the sandbox's providers.
fn tls_server(
    listener: TcpListener,
    config: RustlsConfig,
    handle: &Handle<SocketAddr>,
) -> Result<Server<SocketAddr, RustlsAcceptor<NoDelayAcceptor>>, AuthorityError> {
    let mut server = axum_server::from_tcp_rustls(listener, config)
        .map_err(|_| AuthorityError::TlsFailed)?
        // The last piece of a long answer waited 40 ms for the peer to acknowledge the one before.
        .map(|acceptor| acceptor.acceptor(NoDelayAcceptor::new()))
        .handle(handle.clone());
    server.http_builder().http1().header_read_timeout(HEAD_TIME);
    Ok(server)
}

/// Serves the sandbox's providers, and returns once they accept connections.
async fn serve_sandbox(
    listener: TcpListener,
    service: Arc<Sandbox>,
    config: RustlsConfig,
) -> Result<SandboxServer, AuthorityError> {
    let handle = Handle::new();
    let server = tls_server(listener, config, &handle)?;
    let task = tokio::spawn(server.serve(sandbox::router(service).into_make_service()));
    let running = SandboxServer {
        handle: handle.clone(),
        task: Some(task),
    };
    handle.listening().await.ok_or(AuthorityError::PortTaken)?;
    Ok(running)
}

/// The sandbox's service, and where it listens.
type SandboxToServe = (TcpListener, Arc<Sandbox>);

struct Prepared {
    data: DataDir,
    app: Arc<App>,
    tls: TlsMaterial,
    listener: TcpListener,
    /// Where some provider is the sandbox.
    sandbox: Option<SandboxToServe>,
    client_file: ClientFile,
}

/// Everything that blocks: files, keys, database, ports. `providers` may take the place of the configured ones.
fn prepare(
    options: AuthorityOptions,
    providers: impl FnOnce(&Arc<Store>, Providers) -> Providers,
) -> Result<Prepared, AuthorityError> {
    production::refuse_if_set(&options.data_dir)?;
    let data = DataDir::lock(&options.data_dir)?;
    let setup = ProviderSetup::load(data.layout())?;
    let kept = data.config()?;
    let keys = data.keys()?;
    let tls = data.tls(kept.as_ref())?;
    let now = wall_s(options.clock.as_ref())?;
    let listener = listen(options.port.or(kept.as_ref().map(|config| config.port)))?;
    let port = listener.local_addr().map_err(|_| AuthorityError::PortTaken)?.port();
    let mut config = kept.unwrap_or_else(|| Config::new(port, now, tls.server_not_after));
    config.port = port;
    config.public_port = options.public_port;
    config.server_not_after = tls.server_not_after;

    let store = Arc::new(Store::open(&data.layout().database())?);
    register::fill(&store, now)?;
    store.write(|tx| {
        // The lists that the first credentials need; one of one bit for mdoc.
        for bits in [StatusBits::Two, StatusBits::One] {
            if tx.newest_status_list(bits)?.is_none() {
                tx.add_status_list(bits)?;
            }
        }
        Ok::<_, AuthorityError>(())
    })?;
    store.forget_expired(now)?;
    let document_signer = data.document_signer(&config, now)?;
    let attestation_roots = data.attestation_roots()?;
    let client_file = data.keep(&config, &tls, &keys)?;
    let (connected, sandbox) = connect(setup, &data, &options, &store, &tls, port)?;
    let providers = providers(&store, connected);
    let app = Arc::new(App::new(
        store,
        keys,
        document_signer,
        config,
        providers.within(options.provider_timeout),
        attestation_roots,
        &options,
    ));
    Ok(Prepared {
        data,
        app,
        tls,
        listener,
        sandbox,
        client_file,
    })
}

/// The providers, and the sandbox's service for the roles that nobody else fills. `port`: the authority's own.
fn connect(
    setup: ProviderSetup,
    data: &DataDir,
    options: &AuthorityOptions,
    store: &Arc<Store>,
    tls: &TlsMaterial,
    port: u16,
) -> Result<(Providers, Option<SandboxToServe>), AuthorityError> {
    if !setup.needs_sandbox() {
        return Ok((setup.connect(None, store, options.provider_timeout)?, None));
    }
    let (kept, secret) = data.sandbox()?;
    // Only checks that are open lead there: another port costs those, and nothing else.
    let listener = kept
        .and_then(|file| listen(Some(file.port)).ok())
        .map_or_else(|| listen(None), Ok)?;
    let file = SandboxFile::new(listener.local_addr().map_err(|_| AuthorityError::PortTaken)?.port());
    data.keep_sandbox(file)?;
    let origin = file.origin();
    let sandbox = Sandbox::new(
        store,
        &options.clock,
        secret.clone(),
        options.sandbox_mistakes,
        origin.clone(),
        (&format!("https://127.0.0.1:{port}"), &tls.ca_pem),
    )?;
    let service = SandboxService {
        origin: &origin,
        ca: &tls.ca_pem,
        secret,
    };
    let providers = setup.connect(Some(service), store, options.provider_timeout)?;
    Ok((providers, Some((listener, sandbox))))
}

/// An authority with other providers, without the servers around it: start from [`Providers::direct`].
#[cfg(test)]
pub(crate) fn app_with(
    options: AuthorityOptions,
    providers: impl FnOnce(&Arc<Store>, Providers) -> Providers,
) -> Result<Arc<App>, AuthorityError> {
    prepare(options, providers).map(|prepared| prepared.app)
}

fn listen(port: Option<u16>) -> Result<TcpListener, AuthorityError> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port.unwrap_or(0)));
    TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied => AuthorityError::PortTaken,
        _ => AuthorityError::DataUnusable,
    })
}

fn wall_s(clock: &dyn Clock) -> Result<i64, AuthorityError> {
    Ok(clock.now().map_err(|_| AuthorityError::ClockUnavailable)?.wall_s)
}

async fn tidy(app: Arc<App>) {
    loop {
        tokio::time::sleep(TIDY_EVERY).await;
        // What cannot be forgotten now is forgotten next time.
        let _ = app.blocking(|app| app.store.forget_expired(app.now()?)).await;
    }
}

/// An authority that accepts connections until it is shut down or dropped.
#[derive(Debug)]
pub struct RunningAuthority {
    client_file: ClientFile,
    client_file_path: PathBuf,
    address: SocketAddr,
    handle: Handle<SocketAddr>,
    task: Option<JoinHandle<()>>,
}

impl RunningAuthority {
    /// `DATA/client.json`: what wallet, verifier and tests take.
    pub fn client_file_path(&self) -> &Path {
        &self.client_file_path
    }

    /// What stands in that file.
    pub fn client_file(&self) -> &ClientFile {
        &self.client_file
    }

    /// Where this server listens; callers see [`url`](Self::url), which is another port where something stands in front.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `https://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.client_file.url
    }

    /// Stops accepting, lets running requests and the messages that are with a provider end (at most 10 s together), and
    /// frees the data directory. Whoever drops it instead ends running requests at once and waits for nothing: the data
    /// directory stays locked until the messages have ended, up to 5 s, and another start on it may be refused until then.
    pub async fn shutdown(mut self) {
        self.handle.graceful_shutdown(Some(GRACE));
        if let Some(task) = self.task.take() {
            // A server that panicked is down as well.
            let _ = task.await;
        }
    }
}

impl Drop for RunningAuthority {
    fn drop(&mut self) {
        self.handle.shutdown();
    }
}
