//! The trust list and the status lists, as far as the holder needs them.

use permitcard_credential::permit::Credential;
use permitcard_credential::permit::card::Card;
use permitcard_credential::snapshot::{Snapshot, StatusAnswer};
use permitcard_credential::status::Status;
use permitcard_crypto::ecdsa::PublicKey;
use permitcard_net::Request;
use permitcard_protocol::{endpoints, limits};
use permitcard_vault::VaultError;

use super::checks::{self, Expected};
use super::client;
use super::known::{self, Known};
use super::record::TokenRecord;
use crate::base::core::Core;
use crate::error::{CheckCode, WalletError};
use crate::held::keep_beacons;
use crate::held::record::{self as held, StoredStatus};

/// Most status lists that the credentials of one batch may name.
const LISTS: usize = 4;

async fn known(core: &Core) -> Result<Known, WalletError> {
    let given = core.root.clone();
    core.store.read(move |tx| Known::stored(tx, &given)).await
}

/// Gets and checks the trust list, and keeps what must not go back; also gives its bytes.
pub(super) async fn list(core: &Core) -> Result<(Vec<u8>, Snapshot), WalletError> {
    let request = Request::get(endpoints::TRUST_LIST).accept(endpoints::MEDIA_TRUST_LIST);
    let response = core.send(&request).await?;
    let bytes = response.body;
    let known = known(core).await?;
    if known.is_older {
        // Not even a time is learnt from it.
        return Err(CheckCode::TrustListInvalid.into());
    }
    // Learnt before the list's own time is judged: a phone whose clock is years away gets it right here.
    if let Some(signed) = checks::signed_time(&bytes, &known.roots) {
        core.learn_signed_time(signed, response.date_s).await?;
    }
    let now = core.now().await?.at;
    let snapshot = checks::snapshot(&bytes, &known.roots, now, known.serial)?;
    keep(core, &snapshot).await?;
    Ok((bytes, snapshot))
}

/// Keeps what must not go back, and what is new among the beacon values.
async fn keep(core: &Core, snapshot: &Snapshot) -> Result<(), WalletError> {
    let (given, snapshot) = (core.root.clone(), snapshot.clone());
    let kept = core.store.write(move |tx| {
        let kept = known::keep(tx, &given, &snapshot)?;
        if kept.is_ok() {
            keep_beacons(tx, &snapshot)?;
        }
        Ok(kept)
    });
    Ok(kept.await??)
}

/// The card as the authority has it now, checked, with its signed bytes.
pub(crate) async fn card_now(core: &Core, tokens: &TokenRecord) -> Result<(Card, Vec<u8>, PublicKey), WalletError> {
    let (_, snapshot) = list(core).await?;
    let bytes = client::card(core, tokens).await?;
    // An older version is no error for the caller who compares, so it is told apart there.
    let expected = Expected {
        now: core.now().await?.at,
        sandbox: core.sandbox,
        transport: &tokens.key.public,
        known_version: None,
    };
    let (card, key) = checks::card(&bytes, &snapshot, &expected)?;
    core.learn_signed_time(card.iat, None).await?;
    Ok((card, bytes, key))
}

/// What the status lists say about a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Statuses {
    pub(crate) worst: StoredStatus,
    /// When the list was issued.
    pub(crate) issued_at: i64,
}

/// Asks for the status of the stored credentials. The lists are whole and public, so that the authority does not learn
/// which entry is meant. `None` if no list could be told to speak for them.
pub(crate) async fn statuses(core: &Core) -> Result<Option<Statuses>, WalletError> {
    let (mut bytes, snapshot) = list(core).await?;
    let serial = snapshot.serial();
    let credentials = core.store.read(held::credentials).await?;
    let mut named = Vec::new();
    for credential in &credentials {
        let parsed = Credential::parse(&credential.bytes).map_err(|_| VaultError::Corrupt)?;
        named.push((parsed.status(), parsed.iss().to_owned(), parsed.test()));
    }
    let mut uris: Vec<&str> = named.iter().map(|(status, _, _)| status.uri.as_str()).collect();
    uris.sort_unstable();
    uris.dedup();
    for uri in uris.into_iter().take(LISTS) {
        let Some(pointer) = snapshot.pointers().iter().find(|pointer| pointer.uri == uri) else {
            continue;
        };
        let request = Request::get(pointer.path.clone())
            .accept(endpoints::MEDIA_STATUS_LIST)
            .limit(limits::LARGE_RESPONSE_BODY);
        bytes.extend(core.send(&request).await?.body);
    }
    let roots = known(core).await?.roots;
    if let Some(signed) = checks::signed_time(&bytes, &roots) {
        core.learn_signed_time(signed, None).await?;
    }
    let now = core.now().await?.at;
    let snapshot = checks::snapshot(&bytes, &roots, now, Some(serial))?;
    let mut result: Option<Statuses> = None;
    for (status, iss, test) in named {
        let StatusAnswer::Found { status, issued_at } = snapshot.status(&status.uri, &iss, test, status.idx, now)
        else {
            continue;
        };
        let found = stored(status);
        let worse = result.is_none_or(|result| rank(found) > rank(result.worst));
        if worse {
            result = Some(Statuses {
                worst: found,
                issued_at,
            });
        }
    }
    Ok(result)
}

fn stored(status: Status) -> StoredStatus {
    match status {
        Status::Valid => StoredStatus::Valid,
        Status::Invalid => StoredStatus::Revoked,
        Status::EMPLOYER_CHANGE_PENDING => StoredStatus::EmployerChangePending,
        // A state that is unknown here is not a plain yes: verifiers decide by their policy, the holder sees the card as on
        // hold.
        Status::Suspended | Status::Application(_) => StoredStatus::Suspended,
    }
}

fn rank(status: StoredStatus) -> u8 {
    match status {
        StoredStatus::Unknown => 0,
        StoredStatus::Valid => 1,
        StoredStatus::EmployerChangePending => 2,
        StoredStatus::Suspended => 3,
        StoredStatus::Revoked => 4,
    }
}
