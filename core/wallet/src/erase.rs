//! Erasing: keys first, then files. Without the key the files are noise, whatever becomes of their blocks.

use std::path::Path;

use permitcard_platform::{KeyError, KeyPurpose};
use permitcard_vault::{Vault, VaultError, VaultFile};

use crate::base::core::Core;
use crate::base::files::vault_path;
use crate::base::keys::Keys;
use crate::base::store::blocking;
use crate::error::WalletError;

/// Erases an open wallet that nothing uses any more.
pub(crate) async fn erase(core: &Core, dir: &Path, wrapping_key: &str) -> Result<(), WalletError> {
    core.store.close().await;
    destroy(&core.keys, dir, Some(wrapping_key)).await
}

/// Erases a wallet that is not open.
pub(crate) async fn erase_unopened(keys: &Keys, dir: &Path) -> Result<(), WalletError> {
    let path = vault_path(dir);
    let wrapping_key = blocking(move || {
        // Opening would make a file where there is none.
        if !path.exists() {
            return Ok(None);
        }
        match VaultFile::open(&path).and_then(|file| file.wrapped_key()) {
            Ok(wrapped) => Ok(wrapped),
            // In use, or out of reach for now: it may still name a key.
            Err(error @ (VaultError::Busy | VaultError::Io)) => Err(error),
            // A file that cannot be read names no key, and is deleted all the same.
            Err(_) => Ok(None),
        }
    })
    .await?;
    destroy(keys, dir, wrapping_key.as_ref().map(|wrapped| wrapped.key_id.as_str())).await
}

/// Destroys the wrapping key first, which alone makes the files unreadable, then all signing keys, then the files.
/// Another vault's wrapping key stays. The first error is told after everything was tried; only the file that names a
/// wrapping key stays as long as that key does, for nothing else would ever find it again.
async fn destroy(keys: &Keys, dir: &Path, wrapping_key: Option<&str>) -> Result<(), WalletError> {
    let wrapping = match wrapping_key {
        Some(key_id) => gone(keys.delete(key_id).await),
        None => Ok(()),
    };
    let signing = destroy_signing_keys(keys).await;
    if wrapping.is_ok() {
        delete_files(dir).await?;
    }
    Ok(wrapping.and(signing)?)
}

async fn destroy_signing_keys(keys: &Keys) -> Result<(), KeyError> {
    // A call that was under way when its flow was stopped may still make keys: they are not in a list made before.
    let mut result = keys.all_returned().await;
    match keys.list().await {
        Ok(listed) => {
            for key in listed.into_iter().filter(|key| key.purpose != KeyPurpose::Wrapping) {
                result = result.and(gone(keys.delete(&key.key_id).await));
            }
            result
        }
        Err(error) => result.and(Err(error)),
    }
}

/// A key that is not there, or that signs and opens nothing any more, is gone.
fn gone(deleted: Result<(), KeyError>) -> Result<(), KeyError> {
    match deleted {
        Err(KeyError::NotFound | KeyError::Invalidated) => Ok(()),
        other => other,
    }
}

async fn delete_files(dir: &Path) -> Result<(), WalletError> {
    let path = vault_path(dir);
    blocking(move || Vault::delete_files(&path)).await
}
