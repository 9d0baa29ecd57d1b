use std::fmt;

use permitcard_crypto::{Zeroizing, random};

use crate::VaultError;

/// The key that all keys of a vault are derived from: 32 random bytes, wiped when dropped.
///
/// It leaves the process only as the one plaintext that the host's key store seals, and comes back only from there.
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// [`VaultError::RandomUnavailable`].
    pub fn generate() -> Result<Self, VaultError> {
        let mut key = Zeroizing::new([0; 32]);
        random::fill(key.as_mut_slice()).map_err(|_| VaultError::RandomUnavailable)?;
        Ok(Self(key))
    }

    /// Takes what `open_sealed` of the key store gave, and wipes it.
    ///
    /// # Errors
    /// [`VaultError::WrongKey`] for another length than 32 bytes.
    pub fn from_opened(opened: Vec<u8>) -> Result<Self, VaultError> {
        let opened = Zeroizing::new(opened);
        let mut key = Zeroizing::new([0; 32]);
        if opened.len() != key.len() {
            return Err(VaultError::WrongKey);
        }
        key.copy_from_slice(&opened);
        Ok(Self(key))
    }

    /// The plaintext for `seal` of the key store. The one copy that leaves this type: the key store wipes it.
    pub fn to_seal(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    pub(crate) fn copy(&self) -> Self {
        Self(self.0.clone())
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey")
    }
}
