//! Reading with a limit, writing as one step.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Read, Write},
    path::Path,
};

use crate::failure::{CliCode, Failure, Outcome};

/// Reads a file of at most `limit` bytes.
pub fn read(path: &Path, limit: usize) -> Outcome<Vec<u8>> {
    let unreadable = |_| Failure::from(CliCode::FileUnreadable).at(path);
    read_limited(File::open(path).map_err(unreadable)?, limit, unreadable)
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
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let new = path.with_file_name(format!(".{name}.{}.new", std::process::id()));
    let written = private(&new)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&new, path));
    written.map_err(|error| {
        // What was written is of no use; that it is there matters less than the error.
        let _ = fs::remove_file(&new);
        let code = match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Failure::of(crate::failure::Exit::Later, "vault.full"),
            _ => CliCode::FileUnwritable.into(),
        };
        code.at(path)
    })
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
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
