use crate::production::ProductionParts;

/// Why the authority could not start or carry out a command. No variant carries personal data or text of a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorityError {
    /// `PERMITCARD_ENV` says production, and these parts are good for tests only.
    #[error("PERMITCARD_ENV=production: refused because of {0}")]
    ProductionRefused(ProductionParts),
    /// `providers.json`, or a file that it names, is not as it must be.
    #[error("providers.json, or a file that it names, is not as it must be")]
    ProvidersInvalid,
    /// No authority runs on this data directory.
    #[error("no authority runs on this data directory")]
    NotRunning,
    /// Another authority runs on this data directory.
    #[error("another authority runs on this data directory")]
    DataInUse,
    /// There is no authority in this data directory yet.
    #[error("this data directory holds no authority; `serve` makes one")]
    DataMissing,
    /// The data directory cannot be read or written.
    #[error("the data directory cannot be read or written")]
    DataUnusable,
    /// A file in the data directory is not what the authority wrote.
    #[error("a file in the data directory is damaged")]
    DataDamaged,
    /// The data directory was written by a newer version.
    #[error("the data directory was written by a newer version")]
    DataTooNew,
    /// The port is taken by another program.
    #[error("the port is taken by another program")]
    PortTaken,
    /// The database failed.
    #[error("the database failed")]
    DatabaseFailed,
    /// The clock gave no time.
    #[error("the clock gave no time")]
    ClockUnavailable,
    /// The operating system gave no random bytes, or a key could not be used.
    #[error("a key could not be made or used")]
    CryptoFailed,
    /// The TLS part failed.
    #[error("the TLS certificate could not be made or used")]
    TlsFailed,
    /// The register knows no such person.
    #[error("the register knows no such person")]
    PersonUnknown,
    /// No registration that is under way shows this reference at a service window.
    #[error("no registration under way shows this reference")]
    SessionUnknown,
    /// The clerk's id is empty, too long or has control characters.
    #[error("the clerk's id is empty, too long or not printable")]
    ClerkInvalid,
    /// The event does not fit the state of the permit: it is ended for good.
    #[error("the permit is ended; no further event is possible")]
    PermitEnded,
    /// No code of a service window is given out: the person's permit is over or cancelled, or the application was refused.
    #[error("no code for this person: the permit is over or cancelled, or the application was refused")]
    WindowPermitEnded,
    /// The event needs a value that was not given.
    #[error("the event needs a value that was not given")]
    EventDataMissing,
    /// A value does not fit the event, or is of another person.
    #[error("a value does not fit the event")]
    EventDataInvalid,
    /// The event does not fit the state of the permit: only an application that is still being decided is approved or refused,
    /// and nothing else happens to it.
    #[error("the event does not fit the state of the permit")]
    EventUnfit,
    /// The launch token is unknown, used or too old.
    #[error("the launch token is unknown, used or too old")]
    LaunchRefused,
    /// A signed object could not be built.
    #[error("a signed object could not be built")]
    SigningFailed,
    /// The output could not be written.
    #[error("the output could not be written")]
    OutputFailed,
}

impl AuthorityError {
    /// The stable code, `authority.snake_case`.
    pub fn code(self) -> &'static str {
        match self {
            Self::ProductionRefused(_) => "authority.production_refused",
            Self::ProvidersInvalid => "authority.providers_invalid",
            Self::NotRunning => "authority.not_running",
            Self::DataInUse => "authority.data_in_use",
            Self::DataMissing => "authority.data_missing",
            Self::DataUnusable => "authority.data_unusable",
            Self::DataDamaged => "authority.data_damaged",
            Self::DataTooNew => "authority.data_too_new",
            Self::PortTaken => "authority.port_taken",
            Self::DatabaseFailed => "authority.database_failed",
            Self::ClockUnavailable => "authority.clock_unavailable",
            Self::CryptoFailed => "authority.crypto_failed",
            Self::TlsFailed => "authority.tls_failed",
            Self::PersonUnknown => "authority.person_unknown",
            Self::SessionUnknown => "authority.session_unknown",
            Self::ClerkInvalid => "authority.clerk_invalid",
            Self::PermitEnded => "authority.permit_ended",
            Self::WindowPermitEnded => "authority.window_permit_ended",
            Self::EventDataMissing => "authority.event_data_missing",
            Self::EventDataInvalid => "authority.event_data_invalid",
            Self::EventUnfit => "authority.event_unfit",
            Self::LaunchRefused => "authority.launch_refused",
            Self::SigningFailed => "authority.signing_failed",
            Self::OutputFailed => "authority.output_failed",
        }
    }

    /// Every code of this crate, for the table of `docs/protocol.md`.
    pub const ALL: &'static [Self] = &[
        Self::ProductionRefused(ProductionParts::ALL),
        Self::ProvidersInvalid,
        Self::NotRunning,
        Self::DataInUse,
        Self::DataMissing,
        Self::DataUnusable,
        Self::DataDamaged,
        Self::DataTooNew,
        Self::PortTaken,
        Self::DatabaseFailed,
        Self::ClockUnavailable,
        Self::CryptoFailed,
        Self::TlsFailed,
        Self::PersonUnknown,
        Self::SessionUnknown,
        Self::ClerkInvalid,
        Self::PermitEnded,
        Self::WindowPermitEnded,
        Self::EventDataMissing,
        Self::EventDataInvalid,
        Self::EventUnfit,
        Self::LaunchRefused,
        Self::SigningFailed,
        Self::OutputFailed,
    ];

    /// The exit code of a command that ends with this error (design 12): 1 refused, 2 wrong use, 3 not possible now.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::ProductionRefused(_)
            | Self::ProvidersInvalid
            | Self::PermitEnded
            | Self::WindowPermitEnded
            | Self::EventUnfit
            | Self::LaunchRefused
            | Self::DataDamaged
            | Self::DataTooNew => 1,
            Self::DataMissing
            | Self::PersonUnknown
            | Self::SessionUnknown
            | Self::ClerkInvalid
            | Self::EventDataMissing
            | Self::EventDataInvalid => 2,
            Self::DataInUse
            | Self::NotRunning
            | Self::DataUnusable
            | Self::PortTaken
            | Self::DatabaseFailed
            | Self::ClockUnavailable
            | Self::CryptoFailed
            | Self::TlsFailed
            | Self::SigningFailed
            | Self::OutputFailed => 3,
        }
    }
}
