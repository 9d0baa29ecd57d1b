//! The bytes of the vault: what is sealed, with which key, bound to what. Frozen; a change is a new version number.

pub(crate) mod keys;
pub(crate) mod manifest;
pub(crate) mod record;

/// Version of the keys in use. A rotation of the master key would add a slot of the next version.
pub(crate) const KEY_VERSION: u32 = 1;
/// Version of what is inside a seal.
pub(crate) const PLAINTEXT_SCHEMA: u32 = 1;
/// First field of everything that is bound to a seal.
pub(crate) const DOMAIN: &[u8] = b"wallet/v1";
/// Bytes of an installation's identifier.
pub(crate) const INSTALL_ID_LEN: usize = 16;

/// Joins fields so that no two lists of fields give the same bytes: each after its length as u32, big endian.
pub(crate) fn fields(parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::with_capacity(parts.iter().map(|part| 4 + part.len()).sum());
    for part in parts {
        // No field comes near 4 GiB: the longest is a record key of 1 KiB.
        out.extend_from_slice(&(part.len() as u32).to_be_bytes());
        out.extend_from_slice(part);
    }
    out
}

/// Where a sealed text stands. It opens only there.
pub(crate) struct Place<'a> {
    pub table: &'a str,
    pub id: &'a [u8],
    pub generation: u64,
}

impl Place<'_> {
    /// The additional data of the seal.
    pub fn aad(&self) -> Vec<u8> {
        fields(&[
            DOMAIN,
            self.table.as_bytes(),
            self.id,
            &KEY_VERSION.to_be_bytes(),
            &self.generation.to_be_bytes(),
            &PLAINTEXT_SCHEMA.to_be_bytes(),
        ])
    }
}

/// The additional data under which the host's key store seals the master key.
pub(crate) fn seal_context(install_id: &[u8; INSTALL_ID_LEN]) -> Vec<u8> {
    fields(&[DOMAIN, b"key_slot", install_id, &KEY_VERSION.to_be_bytes()])
}
