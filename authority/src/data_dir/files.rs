//! Files that are whole or absent, and private where they must be.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::Path,
};

use crate::AuthorityError;

/// The longest file of ours that is read.
const READ_LIMIT: u64 = 64 * 1024;

pub(super) fn create_private_dir(path: &Path) -> Result<(), AuthorityError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|_| AuthorityError::DataUnusable)
}

/// Opens a file for writing without truncating it, mode 0600 if it is new.
pub(super) fn open_private(path: &Path) -> Result<File, AuthorityError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|_| AuthorityError::DataUnusable)
}

/// Reads a file of ours; `None` if it is not there.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, AuthorityError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(_) => return Err(AuthorityError::DataUnusable),
    };
    let mut bytes = Vec::new();
    let read = file
        .take(READ_LIMIT + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| AuthorityError::DataUnusable)?;
    if read as u64 > READ_LIMIT {
        return Err(AuthorityError::DataDamaged);
    }
    Ok(Some(bytes))
}

/// Writes a file that only its owner reads.
pub(super) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), AuthorityError> {
    write_whole(path, bytes, 0o600).map_err(|_| AuthorityError::DataUnusable)
}

/// Writes a file that everybody may read.
pub(super) fn write_public(path: &Path, bytes: &[u8]) -> Result<(), AuthorityError> {
    write_whole(path, bytes, 0o644).map_err(|_| AuthorityError::DataUnusable)
}

fn write_whole(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let temporary = path.with_extension("new");
    let _ = fs::remove_file(&temporary);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = options.open(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&temporary, path)?;
    // The rename is durable only once the directory is; where directories cannot be synced, nothing is lost but that.
    if let Some(parent) = path.parent()
        && let Ok(directory) = File::open(parent)
    {
        let _ = directory.sync_all();
    }
    Ok(())
}
