//! An advisory lock between processes.

use std::{
    fs::{File, OpenOptions},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

/// How often a taken lock is tried again.
const RETRY: Duration = Duration::from_millis(5);

/// An advisory lock on a file of its own (`flock` on Unix), held until dropped. It also excludes other holders in
/// the same process.
#[derive(Debug)]
pub struct FileLock {
    file: File,
    path: PathBuf,
}

impl FileLock {
    /// Takes the lock on `path`, which is made where it is missing (mode 0600 on Unix), and waits at most `wait`.
    ///
    /// # Errors
    /// [`ErrorKind::WouldBlock`] when another holder kept it, or put another file in its place again and again, for that
    /// long; else what the file system says.
    pub fn acquire(path: &Path, wait: Duration) -> io::Result<Self> {
        Self::acquire_if(path, wait, is_still_at)
    }

    /// As [`acquire`](Self::acquire); `is_at` tells whether the locked file is the one at the path.
    fn acquire_if(path: &Path, wait: Duration, is_at: impl Fn(&File, &Path) -> bool) -> io::Result<Self> {
        let start = Instant::now();
        loop {
            let file = private_options().read(true).create(true).truncate(false).open(path)?;
            match try_lock(&file) {
                // A holder may have removed the file after we opened it: then the lock is on nothing.
                Ok(()) if is_at(&file, path) => {
                    return Ok(Self {
                        file,
                        path: path.to_owned(),
                    });
                }
                // Not for ever: a file system may give the same file another number each time.
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
            if start.elapsed() >= wait {
                return Err(ErrorKind::WouldBlock.into());
            }
            thread::sleep(RETRY);
        }
    }

    /// The locked file, open for reading and writing.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Frees the lock and keeps the file open.
    ///
    /// # Errors
    /// What the file system says.
    pub fn into_unlocked(self) -> io::Result<File> {
        unlock(&self.file)?;
        Ok(self.file)
    }

    /// Removes the file and frees the lock. Whoever waits for it makes a new one.
    ///
    /// # Errors
    /// What the file system says.
    pub fn remove(self) -> io::Result<()> {
        std::fs::remove_file(&self.path)
    }
}

/// Options to write a file that, once made, only its owner may read and write (mode 0600 on Unix).
pub fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(unix)]
fn try_lock(file: &File) -> io::Result<()> {
    rustix::fs::flock(file, rustix::fs::FlockOperation::NonBlockingLockExclusive).map_err(io::Error::from)
}

#[cfg(not(unix))]
fn try_lock(file: &File) -> io::Result<()> {
    file.try_lock().map_err(io::Error::from)
}

#[cfg(unix)]
fn unlock(file: &File) -> io::Result<()> {
    rustix::fs::flock(file, rustix::fs::FlockOperation::Unlock).map_err(io::Error::from)
}

#[cfg(not(unix))]
fn unlock(file: &File) -> io::Result<()> {
    file.unlock()
}

#[cfg(unix)]
fn is_still_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(ours), Ok(there)) => ours.ino() == there.ino() && ours.dev() == there.dev(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_still_at(_file: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excludes_a_second_holder_until_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let first = FileLock::acquire(&path, Duration::ZERO).unwrap();
        let refused = FileLock::acquire(&path, Duration::ZERO).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::WouldBlock);
        drop(first);
        FileLock::acquire(&path, Duration::ZERO).unwrap();
    }

    #[test]
    fn a_file_that_is_never_the_same_is_given_up() {
        let dir = tempfile::tempdir().unwrap();
        for wait in [Duration::ZERO, 3 * RETRY] {
            let refused = FileLock::acquire_if(&dir.path().join("lock"), wait, |_, _| false).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::WouldBlock);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_removed_file_is_not_taken_for_the_lock() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let first = FileLock::acquire(&path, Duration::ZERO).unwrap();
        let waiting = {
            let path = path.clone();
            thread::spawn(move || FileLock::acquire(&path, Duration::from_secs(60)).unwrap())
        };
        // However the two interleave, the waiting one must end up with the file that is at the path now.
        thread::sleep(4 * RETRY);
        first.remove().unwrap();
        let second = waiting.join().unwrap();
        assert!(is_still_at(second.file(), &path));
    }
}
