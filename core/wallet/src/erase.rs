//! Erasing: keys first, then files. Without the key the files are noise, whatever becomes of their blocks.

use std::path::Path;

use permitcard_platform::{KeyError, KeyPurpose};
use permitcard_vault::{Vault, VaultFile};

use crate::base::core::Core;
use crate::base::files::vault_path;
use crate::base::keys::Keys;
use crate::base::store::blocking;
use crate::error::WalletError;

/// Erases an open wallet that nothing uses any more.
pub(crate) async fn erase(core: &Core, dir: &Path, wrapping_key: &str) -> Result<(), WalletError> {
    let keys = destroy_keys(&core.keys, Some(wrapping_key)).await;
    core.store.close().await;
    delete_files(dir).await?;
    keys.map_err(WalletError::from)
}

/// Erases a wallet that is not open.
pub(crate) async fn erase_unopened(keys: &Keys, dir: &Path) -> Result<(), WalletError> {
    let path = vault_path(dir);
    let wrapping_key = blocking(move || {
        // Opening would make a file where there is none.
        if !path.exists() {
            return Ok(None);
        }
        // A file that cannot be read names no key, and is deleted all the same.
        Ok(VaultFile::open(&path)
            .and_then(|file| file.wrapped_key())
            .ok()
            .flatten())
    })
    .await?;
    let destroyed = destroy_keys(keys, wrapping_key.as_ref().map(|wrapped| wrapped.key_id.as_str())).await;
    delete_files(dir).await?;
    destroyed.map_err(WalletError::from)
}

/// Destroys the wrapping key first, which alone makes the files unreadable, then all signing keys. Another vault's
/// wrapping key stays. The first error is told after everything was tried.
async fn destroy_keys(keys: &Keys, wrapping_key: Option<&str>) -> Result<(), KeyError> {
    let mut result = Ok(());
    if let Some(key_id) = wrapping_key {
        result = result.and(keys.delete(key_id).await);
    }
    match keys.list().await {
        Ok(listed) => {
            for key in listed.into_iter().filter(|key| key.purpose != KeyPurpose::Wrapping) {
                result = result.and(keys.delete(&key.key_id).await);
            }
            result
        }
        Err(error) => result.and(Err(error)),
    }
}

async fn delete_files(dir: &Path) -> Result<(), WalletError> {
    let path = vault_path(dir);
    blocking(move || Vault::delete_files(&path)).await
}
