//! The vault from async code: each transaction runs on a blocking thread and ends there, also when its caller is dropped.

use std::sync::Arc;

use permitcard_vault::{ReadTx, Table, Vault, VaultError, WriteTx};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::base::task;
use crate::error::WalletError;

/// The open vault.
#[derive(Clone)]
pub(crate) struct Store(Arc<Vault>);

impl Store {
    pub(crate) fn new(vault: Vault) -> Self {
        Self(Arc::new(vault))
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&ReadTx<'_>) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, WalletError> {
        let vault = self.0.clone();
        blocking(move || vault.read(work)).await
    }

    /// All of it is on the disk when this returns `Ok`, none of it otherwise.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut WriteTx<'_>) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, WalletError> {
        let vault = self.0.clone();
        blocking(move || vault.write(work)).await
    }

    pub(crate) async fn close(&self) {
        let vault = self.0.clone();
        // The only way to fail is a thread that could not be made; the file closes with the last handle then.
        let _ = task::spawn_blocking(move || vault.close()).result().await;
    }
}

/// Runs work of the vault on a blocking thread.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, WalletError> {
    task::spawn_blocking(work)
        .result()
        .await
        .map_err(|_| WalletError::Internal)?
        .map_err(WalletError::from)
}

/// Reads a record that was stored with [`put_json`].
pub(crate) fn get_json<T: DeserializeOwned>(
    tx: &ReadTx<'_>,
    table: Table,
    key: &[u8],
) -> Result<Option<T>, VaultError> {
    let Some(bytes) = tx.get(table, key)? else {
        return Ok(None);
    };
    // The record opened under its key, so that another form is one of another version of the program.
    serde_json::from_slice(&bytes)
        .map(Some)
        .map_err(|_| VaultError::Corrupt)
}

/// Stores a record as JSON.
pub(crate) fn put_json<T: Serialize>(
    tx: &mut WriteTx<'_>,
    table: Table,
    key: &[u8],
    record: &T,
) -> Result<(), VaultError> {
    let bytes = serde_json::to_vec(record).map_err(|_| VaultError::TooLarge)?;
    tx.put(table, key, &bytes)
}
