//! Reading with a limit, writing as one step.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use crate::failure::{CliCode, Failure, Outcome};

/// Reads a file of at most `limit` bytes.
pub fn read(path: &Path, limit: usize) -> Outcome<Vec<u8>> {
    let unreadable = |_| Failure::from(CliCode::FileUnreadable).at(path);
    read_limited(File::open(path).map_err(unreadable)?, limit, unreadable)
}

/// Reads a file, or standard input for `-`, of at most `limit` bytes.
pub fn read_or_stdin(path: &Path, limit: usize) -> Outcome<Vec<u8>> {
    if path == Path::new("-") {
        read_stdin(limit)
    } else {
        read(path, limit)
    }
}

/// Reads standard input, at most `limit` bytes.
pub fn read_stdin(limit: usize) -> Outcome<Vec<u8>> {
    read_limited(std::io::stdin().lock(), limit, |_| {
        Failure::from(CliCode::FileUnreadable).with("path", "-")
    })
}

fn read_limited(source: impl Read, limit: usize, unreadable: impl Fn(std::io::Error) -> Failure) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    source
        .take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() > limit {
        return Err(Failure::from(CliCode::FileTooLarge).with("limit", limit as i64));
    }
    Ok(bytes)
}

/// Writes a file that only its owner reads. After a crash it is the old file or the new one, never a half.
pub fn write(path: &Path, bytes: &[u8]) -> Outcome<()> {
    NewFile::begin(path)?.finish(bytes)
}

/// A file that will be written: the place for it is taken before its content is made, so that nothing is spent on content
/// that cannot be kept. Dropped unfinished, it leaves nothing behind.
pub struct NewFile {
    path: PathBuf,
    new: PathBuf,
    file: File,
}

impl NewFile {
    /// Takes the place beside `path`; a file that is already there stays as it is.
    pub fn begin(path: &Path) -> Outcome<Self> {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let new = path.with_file_name(format!(".{name}.{}.new", std::process::id()));
        if name.is_empty() || path.is_dir() {
            return Err(Failure::from(CliCode::FileUnwritable).at(path));
        }
        let file = private(&new).map_err(|error| unwritable(&error, path))?;
        Ok(Self {
            path: path.to_owned(),
            new,
            file,
        })
    }

    /// Writes the content and puts the file in its place.
    pub fn finish(mut self, bytes: &[u8]) -> Outcome<()> {
        self.file
            .write_all(bytes)
            .and_then(|()| self.file.sync_all())
            .and_then(|()| fs::rename(&self.new, &self.path))
            .map_err(|error| unwritable(&error, &self.path))
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // Gone already where it was finished; else what was written is of no use.
        let _ = fs::remove_file(&self.new);
    }
}

fn unwritable(error: &std::io::Error, path: &Path) -> Failure {
    let failure = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Failure::of(crate::failure::Exit::Later, "vault.full"),
        _ => CliCode::FileUnwritable.into(),
    };
    failure.at(path)
}

fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes a folder that only its owner reads, and those above it.
pub fn make_folder(path: &Path) -> Outcome<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map_err(|_| Failure::from(CliCode::FolderUnusable).at(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_and_replacement() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        write(&path, b"old").unwrap();
        write(&path, b"newer").unwrap();
        assert_eq!(read(&path, 5).unwrap(), b"newer");
        assert_eq!(read(&path, 4).unwrap_err().code, "cli.file_too_large");
        assert_eq!(
            read(&dir.path().join("none"), 4).unwrap_err().code,
            "cli.file_unreadable"
        );
        assert_eq!(
            write(&dir.path().join("none/file"), b"x").unwrap_err().code,
            "cli.file_unwritable"
        );
        assert_eq!(write(dir.path(), b"x").unwrap_err().code, "cli.file_unwritable");
        drop(NewFile::begin(&path).unwrap());
        assert_eq!(read(&path, 5).unwrap(), b"newer");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
