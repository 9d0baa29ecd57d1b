use std::path::Path;

use permitcard_platform::{DeviceKeys, KeyError, KeyPurpose, KeySpec};

use crate::{MasterKey, Vault, VaultError, VaultFile};

/// Why [`open_with`] failed: the vault or the key store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The host's key store. The vault file stays.
    #[error(transparent)]
    Keys(#[from] KeyError),
}

impl OpenError {
    /// The stable code of the cause.
    pub fn code(self) -> &'static str {
        match self {
            Self::Vault(error) => error.code(),
            Self::Keys(error) => error.code(),
        }
    }
}

/// Opens the vault at `path` with the host's key store, and makes both the file and the wrapping key where there is
/// none. Blocks as long as the key store does.
///
/// # Errors
/// [`OpenError`]; a wrapping key made by this call is deleted again.
pub fn open_with(path: &Path, keys: &dyn DeviceKeys) -> Result<Vault, OpenError> {
    let file = VaultFile::open(path)?;
    if let Some(wrapped) = file.wrapped_key()? {
        let opened = keys.open_sealed(wrapped.key_id, wrapped.aad, wrapped.ciphertext)?;
        return Ok(file.unlock(MasterKey::from_opened(opened)?)?);
    }
    let made = keys.create_many(
        KeySpec {
            purpose: KeyPurpose::Wrapping,
        },
        1,
        Vec::new(),
    )?;
    let key_id = made.into_iter().next().ok_or(KeyError::Unexpected)?.key_id;
    create(file, &key_id, keys).inspect_err(|_| {
        // The first error is the one to tell; a key that stays behind opens nothing.
        let _ = keys.delete(key_id.clone());
    })
}

fn create(file: VaultFile, key_id: &str, keys: &dyn DeviceKeys) -> Result<Vault, OpenError> {
    let key = MasterKey::generate()?;
    let ciphertext = keys.seal(key_id.to_owned(), file.seal_context(), key.to_seal())?;
    Ok(file.create(key_id, &ciphertext, key)?)
}
