//! How a card ends. It stays, to be looked at and to say what to do next, and is not shown to anybody.

use permitcard_protocol::WireCode;
use serde::{Deserialize, Serialize};

use super::record::{CardState, StoredStatus};

/// Why a card has ended. The words, and what to do next, are in `messages`, id `card-end-` and the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardEnd {
    /// The permit's last day has passed. Known without a network, by the time that the wallet trusts; where the register has
    /// an earlier day than the card, from the authority.
    PermitExpired,
    /// The permit was cancelled before its last day.
    PermitCancelled,
    /// Another device of the holder took the card over.
    DeviceReplaced,
    /// The holder withdrew the consent that the card rested on.
    ConsentWithdrawn,
    /// The status list calls every copy invalid, and the authority did not say why.
    Revoked,
}

impl CardEnd {
    /// Every end.
    pub const ALL: &'static [Self] = &[
        Self::PermitExpired,
        Self::PermitCancelled,
        Self::DeviceReplaced,
        Self::ConsentWithdrawn,
        Self::Revoked,
    ];

    /// The stable name, for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::PermitExpired => "permit-expired",
            Self::PermitCancelled => "permit-cancelled",
            Self::DeviceReplaced => "device-replaced",
            Self::ConsentWithdrawn => "consent-withdrawn",
            Self::Revoked => "revoked",
        }
    }
}

/// What the authority said when it gave out nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StoredEnd {
    PermitEnded,
    PermitExpired,
    DeviceReplaced,
    ConsentWithdrawn,
}

impl StoredEnd {
    /// The end that a refusal speaks of, if it speaks of one.
    pub(crate) fn of(code: WireCode) -> Option<Self> {
        match code {
            WireCode::PermitEnded => Some(Self::PermitEnded),
            WireCode::PermitExpired => Some(Self::PermitExpired),
            WireCode::DeviceReplaced => Some(Self::DeviceReplaced),
            WireCode::ConsentWithdrawn => Some(Self::ConsentWithdrawn),
            _ => None,
        }
    }
}

/// Whether the card has ended, and why. `permit_end`: the last second of the permit, as the card has it.
pub(crate) fn end(state: &CardState, permit_end: i64, now: i64) -> Option<CardEnd> {
    match state.end {
        Some(StoredEnd::DeviceReplaced) => Some(CardEnd::DeviceReplaced),
        Some(StoredEnd::ConsentWithdrawn) => Some(CardEnd::ConsentWithdrawn),
        Some(StoredEnd::PermitEnded) => Some(CardEnd::PermitCancelled),
        Some(StoredEnd::PermitExpired) => Some(CardEnd::PermitExpired),
        // The permit may go on with the newer version, and the copies of the older one may be invalid because of it.
        None if state.is_superseded() => None,
        None if now > permit_end => Some(CardEnd::PermitExpired),
        None => (state.status == StoredStatus::Revoked).then_some(CardEnd::Revoked),
    }
}

#[cfg(test)]
mod tests {
    use permitcard_credential::cose::Jwk;
    use permitcard_crypto::ecdsa::{Curve, PublicKey};

    use super::*;

    fn state() -> CardState {
        let key = PublicKey::from_coordinates(Curve::P256, &[1; 32], &[2; 32]).unwrap();
        CardState {
            version: 3,
            test: true,
            issuer_key: Jwk::from_public_key(&key),
            status: StoredStatus::Valid,
            status_at: None,
            newest_version: 3,
            end: None,
            older_seen: 0,
        }
    }

    #[test]
    fn a_card_ends_for_one_reason() {
        let is = |change: &dyn Fn(&mut CardState), now| {
            let mut state = state();
            change(&mut state);
            end(&state, 100, now)
        };
        assert_eq!(is(&|_| {}, 100), None);
        assert_eq!(is(&|_| {}, 101), Some(CardEnd::PermitExpired));
        assert_eq!(is(&|state| state.status = StoredStatus::Suspended, 100), None);
        assert_eq!(
            is(&|state| state.status = StoredStatus::Revoked, 100),
            Some(CardEnd::Revoked)
        );
        let replaced_by_a_newer_one = |state: &mut CardState| {
            state.status = StoredStatus::Revoked;
            state.newest_version = 4;
        };
        assert_eq!(is(&replaced_by_a_newer_one, 100), None);
        assert_eq!(is(&replaced_by_a_newer_one, 101), None);
        // What the authority said stands before and behind the last day: only one of them gives a certificate.
        for (stored, told) in [
            (StoredEnd::PermitEnded, CardEnd::PermitCancelled),
            (StoredEnd::PermitExpired, CardEnd::PermitExpired),
            (StoredEnd::DeviceReplaced, CardEnd::DeviceReplaced),
            (StoredEnd::ConsentWithdrawn, CardEnd::ConsentWithdrawn),
        ] {
            let ended = |state: &mut CardState| {
                replaced_by_a_newer_one(state);
                state.end = Some(stored);
            };
            assert_eq!(is(&ended, 100), Some(told));
            assert_eq!(is(&ended, 101), Some(told));
        }
    }

    #[test]
    fn refusals_that_end_a_card_are_told_apart() {
        let ends: Vec<WireCode> = WireCode::ALL
            .iter()
            .copied()
            .filter(|code| StoredEnd::of(*code).is_some())
            .collect();
        assert_eq!(
            ends,
            [
                WireCode::PermitEnded,
                WireCode::PermitExpired,
                WireCode::DeviceReplaced,
                WireCode::ConsentWithdrawn
            ]
        );
    }
}
