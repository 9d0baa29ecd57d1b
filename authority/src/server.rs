use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum_server::{Handle, tls_rustls::RustlsConfig};
use permitcard_credential::status::StatusBits;
use permitcard_platform::Clock;
use permitcard_protocol::{ClientFile, endpoints};
use tokio::task::JoinHandle;

use crate::{
    AuthorityError, AuthorityOptions,
    app::App,
    data_dir::{Config, DataDir, TlsMaterial},
    http, production,
    providers::Providers,
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
        let prepared = tokio::task::spawn_blocking(move || prepare(options, Providers::sandbox))
            .await
            .map_err(|_| AuthorityError::DataUnusable)??;
        let Prepared {
            data,
            app,
            tls,
            listener,
            client_file,
        } = prepared;

        let config = RustlsConfig::from_config(Arc::new(tls.server_config()?));
        let handle = Handle::new();
        let mut server = axum_server::from_tcp_rustls(listener, config)
            .map_err(|_| AuthorityError::TlsFailed)?
            .handle(handle.clone());
        server.http_builder().http1().header_read_timeout(HEAD_TIME);
        let service = http::router(Arc::clone(&app)).into_make_service();
        let task = tokio::spawn(async move {
            let tidy = tokio::spawn(tidy(app));
            // It ends by the handle only; what it would report then is of no use.
            let _ = server.serve(service).await;
            tidy.abort();
            drop(data);
        });
        let running = RunningAuthority {
            client_file,
            client_file_path,
            handle,
            task: Some(task),
        };
        running.handle.listening().await.ok_or(AuthorityError::PortTaken)?;
        Ok(running)
    }
}

struct Prepared {
    data: DataDir,
    app: Arc<App>,
    tls: TlsMaterial,
    listener: TcpListener,
    client_file: ClientFile,
}

/// Everything that blocks: files, keys, database, port. `providers` get the database and the address of the sandbox's
/// checks.
fn prepare(
    options: AuthorityOptions,
    providers: impl FnOnce(&Arc<Store>, &str) -> Providers,
) -> Result<Prepared, AuthorityError> {
    production::refuse_if_set()?;
    let data = DataDir::lock(&options.data_dir)?;
    let kept = data.config()?;
    let keys = data.keys()?;
    let tls = data.tls(kept.as_ref())?;
    let now = wall_s(options.clock.as_ref())?;
    let listener = listen(options.port.or(kept.as_ref().map(|config| config.port)))?;
    let port = listener.local_addr().map_err(|_| AuthorityError::PortTaken)?.port();
    let mut config = kept.unwrap_or_else(|| Config::new(port, now, tls.server_not_after));
    config.port = port;
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
    let client_file = data.keep(&config, &tls, &keys)?;
    let providers = providers(&store, &format!("{}{}", config.url(), endpoints::SANDBOX_CHECK));
    let app = Arc::new(App::new(
        store,
        keys,
        document_signer,
        config,
        providers.within(options.provider_timeout),
        options.clock,
        options.access_log,
    ));
    Ok(Prepared {
        data,
        app,
        tls,
        listener,
        client_file,
    })
}

/// An authority with other providers, without the server around it.
#[cfg(test)]
pub(crate) fn app_with(
    options: AuthorityOptions,
    providers: impl FnOnce(&Arc<Store>, &str) -> Providers,
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

    /// `https://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.client_file.url
    }

    /// Stops accepting, lets running requests end (at most 5 s), and frees the data directory.
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
