//! What came with a credential response, gathered and checked.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_credential::cose::Jwk;
use permitcard_protocol::issuance::CredentialResponse;
use permitcard_protocol::limits;

use super::checks::{self, Expected};
use super::record::TokenRecord;
use super::{client, trust};
use crate::base::core::Core;
use crate::base::keys::DeviceKey;
use crate::error::{CheckCode, WalletError};
use crate::held::record::{self as held, CardState, CredentialRecord, StoredStatus};

/// Longest notification id that is kept.
pub(super) const NOTIFICATION_ID_LEN: usize = 256;

/// Why a batch could not be taken.
pub(super) enum Undecided {
    /// Nothing is decided: it goes on later.
    Later(WalletError),
    /// A check failed.
    Distrusted(CheckCode),
}

impl From<WalletError> for Undecided {
    fn from(error: WalletError) -> Self {
        match error {
            WalletError::Distrusted(code) => Self::Distrusted(code),
            other => Self::Later(other),
        }
    }
}

impl From<CheckCode> for Undecided {
    fn from(code: CheckCode) -> Self {
        Self::Distrusted(code)
    }
}

/// A batch that passed every check.
pub(super) struct Batch {
    pub(super) card_bytes: Vec<u8>,
    pub(super) state: CardState,
    pub(super) portrait: Vec<u8>,
    pub(super) credentials: Vec<CredentialRecord>,
}

/// Gets what belongs to the credentials and checks all of it. Writes nothing.
pub(super) async fn received(
    core: &Core,
    tokens: &TokenRecord,
    keys: &[DeviceKey],
    response: &CredentialResponse,
) -> Result<Batch, Undecided> {
    let credentials: Vec<Vec<u8>> = response
        .credentials
        .iter()
        .take(limits::BATCH + 1)
        .map(|issued| {
            URL_SAFE_NO_PAD
                .decode(&issued.credential)
                .map_err(|_| CheckCode::Unreadable)
        })
        .collect::<Result<_, _>>()?;
    if response.notification_id.len() > NOTIFICATION_ID_LEN {
        return Err(CheckCode::Unreadable.into());
    }
    let (_, snapshot) = trust::list(core).await?;
    let card_bytes = client::card(core, tokens).await?;
    let known = core.store.read(held::card).await?.map(|(_, state)| state);
    let expected = Expected {
        now: core.now().await?.at,
        sandbox: core.sandbox,
        transport: &tokens.key.public,
        known_version: known.as_ref().map(|state| state.version),
    };
    let (card, issuer) = checks::card(&card_bytes, &snapshot, &expected)?;
    let ends = checks::batch(&credentials, keys, &card, &snapshot, &expected)?;
    let portrait = client::portrait(core, tokens, card.portrait_format.media_type()).await?;
    checks::portrait(&portrait, &card)?;
    // What was said about an older version says nothing about this one.
    let same = known.as_ref().filter(|state| state.version == card.version);
    let state = CardState {
        version: card.version,
        test: card.permit.test,
        issuer_key: Jwk::from_public_key(&issuer),
        status: same.map_or(StoredStatus::Unknown, |state| state.status),
        status_at: same.and_then(|state| state.status_at),
        newest_version: known.as_ref().map_or(0, |state| state.newest_version).max(card.version),
        // Whatever ended before, the authority gives out this one.
        end: None,
        older_seen: known.as_ref().map_or(0, |state| state.older_seen),
    };
    let credentials = credentials
        .into_iter()
        .zip(keys)
        .zip(ends)
        .map(|((bytes, key), expires_at)| CredentialRecord {
            key: key.clone(),
            uses: 0,
            last_used: 0,
            key_lost: false,
            reader: None,
            expires_at,
            bytes,
        })
        .collect();
    Ok(Batch {
        card_bytes,
        state,
        portrait,
        credentials,
    })
}
