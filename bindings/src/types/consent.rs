use permitcard_wallet as core;

/// What a consent is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum ConsentKind {
    /// Registration as a whole; comes first, before any name is sent.
    General,
    /// Face data; separate, and stands before the face step.
    FaceData,
    /// Social security services (tier 2).
    SocialSecurity,
}

impl From<core::ConsentKind> for ConsentKind {
    fn from(kind: core::ConsentKind) -> Self {
        match kind {
            core::ConsentKind::General => Self::General,
            core::ConsentKind::FaceData => Self::FaceData,
            core::ConsentKind::SocialSecurity => Self::SocialSecurity,
        }
    }
}

impl From<ConsentKind> for core::ConsentKind {
    fn from(kind: ConsentKind) -> Self {
        match kind {
            ConsentKind::General => Self::General,
            ConsentKind::FaceData => Self::FaceData,
            ConsentKind::SocialSecurity => Self::SocialSecurity,
        }
    }
}

/// A consent that the authority asks for.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ConsentRequest {
    /// What it is about.
    pub kind: ConsentKind,
    /// The version of its text.
    pub version: u32,
    /// What the data may be used for: one short machine-readable word.
    pub scope: String,
}

impl From<core::ConsentRequest> for ConsentRequest {
    fn from(consent: core::ConsentRequest) -> Self {
        let core::ConsentRequest { kind, version, scope } = consent;
        Self {
            kind: kind.into(),
            version,
            scope,
        }
    }
}

/// The holder's answer to one consent.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ConsentDecision {
    /// What it is about.
    pub kind: ConsentKind,
    /// The version that was shown.
    pub version: u32,
    /// The scope that was shown.
    pub scope: String,
    /// Given or refused.
    pub given: bool,
}

impl From<ConsentDecision> for core::ConsentDecision {
    fn from(decision: ConsentDecision) -> Self {
        let ConsentDecision {
            kind,
            version,
            scope,
            given,
        } = decision;
        Self {
            kind: kind.into(),
            version,
            scope,
            given,
        }
    }
}

/// What the withdrawal of a consent means for the card, or for the registration as long as there is none. The words have the
/// id that `withdrawal_text_id` gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum WithdrawalEffect {
    /// The card stays as it is; what was kept with this consent is deleted.
    CardStays,
    /// The card stays and goes back to the permit alone: social security services close.
    ServicesEnd,
    /// The card rests on it: every copy of it is revoked, and the tokens of this phone end.
    CardEnds,
    /// An effect that this version does not know.
    Unknown,
}

impl From<WithdrawalEffect> for core::WithdrawalEffect {
    fn from(effect: WithdrawalEffect) -> Self {
        match effect {
            WithdrawalEffect::CardStays => Self::CardStays,
            WithdrawalEffect::ServicesEnd => Self::ServicesEnd,
            WithdrawalEffect::CardEnds => Self::CardEnds,
            WithdrawalEffect::Unknown => Self::Unknown,
        }
    }
}

/// The id, for `explain`, of what a withdrawal means. `has_card`: whether the wallet has a card; without one the words are
/// about the registration. To be asked before the withdrawal.
#[uniffi::export]
pub fn withdrawal_text_id(effect: WithdrawalEffect, has_card: bool) -> String {
    core::WithdrawalEffect::from(effect).message_id(has_card)
}

impl From<core::WithdrawalEffect> for WithdrawalEffect {
    fn from(effect: core::WithdrawalEffect) -> Self {
        match effect {
            core::WithdrawalEffect::CardStays => Self::CardStays,
            core::WithdrawalEffect::ServicesEnd => Self::ServicesEnd,
            core::WithdrawalEffect::CardEnds => Self::CardEnds,
            core::WithdrawalEffect::Unknown => Self::Unknown,
        }
    }
}

/// What became of one consent.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ConsentStatus {
    /// What it is about.
    pub kind: ConsentKind,
    /// The version of the text that was shown.
    pub version: u32,
    /// What the data may be used for.
    pub scope: String,
    /// Given or refused.
    pub given: bool,
    /// When the holder decided, seconds since 1970.
    pub decided_at: i64,
    /// When the holder withdrew it, seconds since 1970.
    pub withdrawn_at: Option<i64>,
    /// The version or scope that is asked for today is another one: the next registration asks anew.
    pub outdated: bool,
    /// What a withdrawal would mean for the card.
    pub effect: WithdrawalEffect,
}

impl From<core::ConsentStatus> for ConsentStatus {
    fn from(status: core::ConsentStatus) -> Self {
        let core::ConsentStatus {
            kind,
            version,
            scope,
            given,
            decided_at,
            withdrawn_at,
            outdated,
            effect,
        } = status;
        Self {
            kind: kind.into(),
            version,
            scope,
            given,
            decided_at,
            withdrawn_at,
            outdated,
            effect: effect.into(),
        }
    }
}

/// What a withdrawal did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Withdrawal {
    /// Which consent.
    pub kind: ConsentKind,
    /// When, seconds since 1970; none if there was nothing to withdraw.
    pub withdrawn_at: Option<i64>,
    /// What that means for the card.
    pub effect: WithdrawalEffect,
    /// How many records of checks the authority deleted, where it told.
    pub records_deleted: Option<u32>,
}

impl From<core::Withdrawal> for Withdrawal {
    fn from(withdrawal: core::Withdrawal) -> Self {
        let core::Withdrawal {
            kind,
            withdrawn_at,
            effect,
            records_deleted,
        } = withdrawal;
        Self {
            kind: kind.into(),
            withdrawn_at,
            effect: effect.into(),
            records_deleted,
        }
    }
}
