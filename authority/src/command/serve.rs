use std::{
    io::{Read, Write},
    path::PathBuf,
};

use tokio::sync::oneshot;

use super::{ServeArgs, print};
use crate::{Authority, AuthorityError, AuthorityOptions};

/// Serves until the process is asked to stop.
pub(super) fn serve(args: &ServeArgs, data_dir: PathBuf, out: &mut dyn Write) -> Result<(), AuthorityError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|_| AuthorityError::DataUnusable)?;
    let options = AuthorityOptions {
        port: args.port,
        access_log: args.access_log,
        ..AuthorityOptions::new(data_dir)
    };
    runtime.block_on(async {
        // Before the readiness line, so that a signal right after it is not lost.
        let stop = Stop::listen(args.exit_with_parent)?;
        let running = Authority::start(options).await?;
        let client_file = running.client_file_path().to_string_lossy().into_owned();
        print::ready(out, running.url(), &client_file, args.common.json)?;
        stop.wait().await;
        running.shutdown().await;
        Ok(())
    })
}

/// What may ask the process to stop.
struct Stop {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    input_closed: Option<oneshot::Receiver<()>>,
}

impl Stop {
    fn listen(with_parent: bool) -> Result<Self, AuthorityError> {
        #[cfg(unix)]
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate()).map_err(|_| AuthorityError::DataUnusable)?,
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt()).map_err(|_| AuthorityError::DataUnusable)?,
            input_closed: with_parent.then(input_closed),
        })
    }

    async fn wait(mut self) {
        let closed = async move {
            match self.input_closed {
                Some(closed) => {
                    // The sender is dropped only when the input closed.
                    let _ = closed.await;
                }
                None => std::future::pending().await,
            }
        };
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            () = closed => {}
        }
        #[cfg(not(unix))]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            () = closed => {}
        }
    }
}

/// Resolves when standard input closes. A thread of its own, because a blocked read would keep the runtime alive.
fn input_closed() -> oneshot::Receiver<()> {
    let (closed, receiver) = oneshot::channel();
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        let mut buffer = [0; 256];
        while input.read(&mut buffer).is_ok_and(|read| read > 0) {}
        let _ = closed.send(());
    });
    receiver
}
