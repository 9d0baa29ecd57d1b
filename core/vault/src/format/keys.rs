use permitcard_crypto::{Zeroizing, aead::AeadKey, kdf::derive_key, mac::hmac_sha256};

use super::{INSTALL_ID_LEN, KEY_VERSION, fields};
use crate::{MasterKey, VaultError};

/// Bytes of the key check value.
pub(crate) const KCV_LEN: usize = 16;

/// The keys of an unlocked vault. Only the master key is kept; the others are derived when needed and wiped after.
pub(crate) struct Keys {
    master: MasterKey,
    install_id: [u8; INSTALL_ID_LEN],
}

impl Keys {
    pub fn new(master: MasterKey, install_id: [u8; INSTALL_ID_LEN]) -> Self {
        Self { master, install_id }
    }

    pub fn install_id(&self) -> &[u8; INSTALL_ID_LEN] {
        &self.install_id
    }

    pub fn master(&self) -> &MasterKey {
        &self.master
    }

    /// Seals the records of a table.
    pub fn enc(&self, table: &str) -> Result<AeadKey, VaultError> {
        Self::aead(&self.derive(&["enc/", table]))
    }

    /// Turns the key of a record into its row id.
    pub fn idx(&self, table: &str) -> Zeroizing<[u8; 32]> {
        self.derive(&["idx/", table])
    }

    /// Seals the manifest.
    pub fn manifest(&self) -> Result<AeadKey, VaultError> {
        Self::aead(&self.derive(&["man"]))
    }

    /// Chains the disclosure log.
    pub fn log(&self) -> Zeroizing<[u8; 32]> {
        self.derive(&["log"])
    }

    /// Authenticates the mark in the lock file.
    pub fn mark(&self) -> Zeroizing<[u8; 32]> {
        self.derive(&["mark"])
    }

    /// Tells a wrong master key from damaged data.
    pub fn check_value(&self) -> [u8; KCV_LEN] {
        let mac = hmac_sha256(self.master.bytes(), &[b"kcv"]);
        mac.first_chunk().copied().unwrap_or_default()
    }

    fn derive(&self, purpose: &[&str]) -> Zeroizing<[u8; 32]> {
        let info = fields(&[purpose.concat().as_bytes(), &KEY_VERSION.to_be_bytes()]);
        derive_key(self.master.bytes(), &self.install_id, &[&info])
    }

    fn aead(key: &[u8; 32]) -> Result<AeadKey, VaultError> {
        // ring refuses only another length than 32 bytes.
        AeadKey::new(key).map_err(|_| VaultError::WrongKey)
    }
}
