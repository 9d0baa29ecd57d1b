/// Why the vault did not do as asked. No variant carries data, keys or paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The disk is full. Everything that was written before is still there.
    #[error("the disk is full")]
    Full,
    /// The file was changed or damaged. It is kept as it is.
    #[error("the vault file is damaged")]
    Corrupt,
    /// The key does not belong to this vault; the data may well be whole.
    #[error("the key does not belong to this vault")]
    WrongKey,
    /// A newer version of the program wrote the file. It is left untouched.
    #[error("the vault was written by a newer version")]
    SchemaTooNew,
    /// The file, or its key slot, is an older copy than one that was already seen.
    #[error("the vault file is an older copy")]
    RolledBack,
    /// Another process holds the file for longer than five seconds.
    #[error("another process uses the vault")]
    Busy,
    /// The vault was closed.
    #[error("the vault is closed")]
    Closed,
    /// The vault has no key yet: [`create`](crate::VaultFile::create) comes first.
    #[error("the vault has no key yet")]
    NotCreated,
    /// The vault has a key already: [`unlock`](crate::VaultFile::unlock) it.
    #[error("the vault has a key already")]
    AlreadyCreated,
    /// A key of more than 1024 bytes, or a value of more than 16 MiB.
    #[error("the record is too large")]
    TooLarge,
    /// The file cannot be read or written for another reason: permissions, a missing folder, a broken disk.
    #[error("the vault file cannot be read or written")]
    Io,
    /// The operating system gave no random bytes.
    #[error("no random bytes from the operating system")]
    RandomUnavailable,
}

impl VaultError {
    /// The stable code, `vault.snake_case`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Full => "vault.full",
            Self::Corrupt => "vault.corrupt",
            Self::WrongKey => "vault.wrong_key",
            Self::SchemaTooNew => "vault.schema_too_new",
            Self::RolledBack => "vault.rolled_back",
            Self::Busy => "vault.busy",
            Self::Closed => "vault.closed",
            Self::NotCreated => "vault.not_created",
            Self::AlreadyCreated => "vault.already_created",
            Self::TooLarge => "vault.too_large",
            Self::Io => "vault.io",
            Self::RandomUnavailable => "vault.random_unavailable",
        }
    }

    /// Every code of this crate, for the table of `docs/protocol.md`.
    pub const ALL: &'static [Self] = &[
        Self::Full,
        Self::Corrupt,
        Self::WrongKey,
        Self::SchemaTooNew,
        Self::RolledBack,
        Self::Busy,
        Self::Closed,
        Self::NotCreated,
        Self::AlreadyCreated,
        Self::TooLarge,
        Self::Io,
        Self::RandomUnavailable,
    ];
}
