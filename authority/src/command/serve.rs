use std::{
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::sync::oneshot;

use super::{ServeArgs, print};
use crate::{Authority, AuthorityError, AuthorityOptions, Limits, SandboxMistakes, token};

/// Serves until the process is asked to stop.
pub(super) fn serve(args: &ServeArgs, data_dir: PathBuf, out: &mut dyn Write) -> Result<(), AuthorityError> {
    refuse_foreign(&data_dir)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|_| AuthorityError::DataUnusable)?;
    let mistakes = mistakes(args)?;
    let options = AuthorityOptions {
        port: args.port,
        access_log: args.access_log,
        sandbox_mistakes: mistakes,
        reply_floor: Duration::from_millis(u64::from(args.reply_floor_ms)),
        limits: Limits {
            starts_per_hour: args.starts_per_hour,
            starts_per_hour_in_all: args.starts_per_hour_in_all,
            codes_per_day: args.codes_per_day,
            ..Limits::default()
        },
        attestation: args.attestation,
        ask_again: Duration::from_secs(u64::from(args.ask_again_s)),
        least_client: args.least_client,
        ..AuthorityOptions::new(data_dir)
    };
    runtime.block_on(async {
        // Before the readiness line, so that a signal right after it is not lost.
        let stop = Stop::listen(args.exit_with_parent)?;
        let running = Authority::start(options).await?;
        let client_file = running.client_file_path().to_string_lossy().into_owned();
        let is_wrong = mistakes.false_accepts > 0 || mistakes.false_rejects > 0;
        let seed = is_wrong.then_some(mistakes.seed);
        print::ready(out, running.url(), &client_file, seed, args.common.json)?;
        stop.wait().await;
        running.shutdown().await;
        Ok(())
    })
}

/// The sandbox's mistakes; without a seed, of one that nobody chose.
fn mistakes(args: &ServeArgs) -> Result<SandboxMistakes, AuthorityError> {
    Ok(SandboxMistakes {
        false_accepts: args.sandbox_false_accepts,
        false_rejects: args.sandbox_false_rejects,
        seed: match args.sandbox_seed {
            Some(seed) => seed,
            None => u64::from(token::below(u32::MAX)?),
        },
    })
}

/// Keys are not written among the files of something else. A first start that was cut short left its lock behind, and a
/// folder out of a copy may lack it.
fn refuse_foreign(data_dir: &Path) -> Result<(), AuthorityError> {
    let has = |name: &str| data_dir.join(name).is_file();
    // An operator names the real providers before the first start.
    if has("authority.lock") || has("providers.json") || (has("config.json") && has("authority.db")) {
        return Ok(());
    }
    // A folder that is missing is made; one that cannot be read is told about when it is used.
    let Ok(mut entries) = fs::read_dir(data_dir) else {
        return Ok(());
    };
    let empty_keys = |entry: &fs::DirEntry| {
        entry.file_name() == "keys" && fs::read_dir(entry.path()).is_ok_and(|mut keys| keys.next().is_none())
    };
    if entries.all(|entry| entry.is_ok_and(|entry| empty_keys(&entry))) {
        Ok(())
    } else {
        Err(AuthorityError::DataDamaged)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_not_written_among_files_of_something_else() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path();
        assert_eq!(refuse_foreign(&data.join("new")), Ok(()));
        assert_eq!(refuse_foreign(data), Ok(()));
        fs::create_dir(data.join("keys")).unwrap();
        assert_eq!(refuse_foreign(data), Ok(()));
        fs::write(data.join("config.json"), "{}").unwrap();
        assert_eq!(refuse_foreign(data), Err(AuthorityError::DataDamaged));
        fs::write(data.join("authority.db"), "").unwrap();
        assert_eq!(refuse_foreign(data), Ok(()));
        fs::remove_file(data.join("authority.db")).unwrap();
        fs::write(data.join("authority.lock"), "").unwrap();
        assert_eq!(refuse_foreign(data), Ok(()));
    }
}
