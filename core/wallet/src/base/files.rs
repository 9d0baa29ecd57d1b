//! The wallet's folder: the vault file in it, and the key that wraps the vault.

use std::path::{Path, PathBuf};

use permitcard_vault::{MasterKey, VaultError, VaultFile};

use crate::base::keys::Keys;
use crate::base::store::{Store, blocking};
use crate::error::WalletError;

/// The vault file of a wallet's folder.
pub(crate) fn vault_path(dir: &Path) -> PathBuf {
    dir.join("wallet.db")
}

/// Opens the vault of a folder, or makes one; gives the name of its wrapping key with it. The key store is called while
/// no transaction runs.
pub(crate) async fn open(dir: &Path, keys: &Keys) -> Result<(Store, String), WalletError> {
    let dir = dir.to_owned();
    let (file, wrapped) = blocking(move || {
        make_private(&dir).map_err(|_| VaultError::Io)?;
        let file = VaultFile::open(&vault_path(&dir))?;
        let wrapped = file.wrapped_key()?;
        Ok((file, wrapped))
    })
    .await?;
    if let Some(wrapped) = wrapped {
        let opened = keys
            .open_sealed(&wrapped.key_id, wrapped.aad, wrapped.ciphertext)
            .await?;
        let vault = blocking(move || file.unlock(MasterKey::from_opened(opened)?)).await?;
        return Ok((Store::new(vault), wrapped.key_id));
    }
    let key_id = keys.create_wrapping().await?;
    match create(file, &key_id, keys).await {
        Ok(store) => Ok((store, key_id)),
        Err(error) => {
            // Nothing is under this key yet. One that stays does no harm.
            let _ = keys.delete(&key_id).await;
            Err(error)
        }
    }
}

async fn create(file: VaultFile, key_id: &str, keys: &Keys) -> Result<Store, WalletError> {
    let master = MasterKey::generate()?;
    let sealed = keys.seal(key_id, file.seal_context(), master.to_seal()).await?;
    let key_id = key_id.to_owned();
    let vault = blocking(move || file.create(&key_id, &sealed, master)).await?;
    Ok(Store::new(vault))
}

/// Makes the folder, for this user alone where the system knows such a thing.
fn make_private(dir: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}
