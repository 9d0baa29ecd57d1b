/// What a record is about. Each kind has keys of its own, so that a record of one kind never opens as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// Small facts of the installation.
    Setting,
    /// The registration that is under way.
    Registration,
    /// Access and refresh tokens.
    Token,
    /// The card, all versions that are kept.
    Card,
    /// The portrait.
    Portrait,
    /// Credentials of a batch, each with its device key.
    Credential,
    /// Requests that wait for an answer; through the outbox methods only.
    Outbox,
    /// Consents that were given or refused.
    Consent,
    /// Trust lists and status lists.
    Trust,
    /// Presentations that a verifier has seen.
    Replay,
    /// Other forms of the credentials of a batch.
    Export,
}

impl Table {
    /// All kinds, in the order of their numbers.
    pub const ALL: &'static [Self] = &[
        Self::Setting,
        Self::Registration,
        Self::Token,
        Self::Card,
        Self::Portrait,
        Self::Credential,
        Self::Outbox,
        Self::Consent,
        Self::Trust,
        Self::Replay,
        Self::Export,
    ];

    /// The number in the file. Frozen.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Setting => 1,
            Self::Registration => 2,
            Self::Token => 3,
            Self::Card => 4,
            Self::Portrait => 5,
            Self::Credential => 6,
            Self::Outbox => 7,
            Self::Consent => 8,
            Self::Trust => 9,
            Self::Replay => 10,
            Self::Export => 11,
        }
    }

    /// The name that keys and seals are bound to. Frozen.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Setting => "setting",
            Self::Registration => "registration",
            Self::Token => "token",
            Self::Card => "card",
            Self::Portrait => "portrait",
            Self::Credential => "credential",
            Self::Outbox => "outbox",
            Self::Consent => "consent",
            Self::Trust => "trust",
            Self::Replay => "replay",
            Self::Export => "export",
        }
    }
}
