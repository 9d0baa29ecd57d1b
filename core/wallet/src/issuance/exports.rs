//! The other forms of a batch: fetched for the keys of the stored credentials, once a batch, after the card is stored. A
//! wallet without them works as before: nothing here keeps a card from its holder.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_credential::permit::{Credential, Permit};
use permitcard_crypto::ecdsa::PublicKey;
use permitcard_net::NetError;
use permitcard_platform::PromptText;
use permitcard_protocol::WireCode;
use permitcard_protocol::issuance::{CredentialRequest, CredentialResponse, NotificationEvent, Proofs};
use permitcard_vault::{OutboxEntry, ReadTx, VaultError};

use super::attempt::User;
use super::batch::NOTIFICATION_ID_LEN;
use super::checks::{self, Expected, exports::Expectation};
use super::proofs::proofs;
use super::record::{self, TokenRecord};
use super::{client, trust};
use crate::base::core::Core;
use crate::base::keys::DeviceKey;
use crate::base::outbox::{self, Kind};
use crate::error::{CheckCode, WalletError};
use crate::held::record as held;
use crate::held::{ExportFormat, ExportRecord, export, put_export, stored_card};

/// Fetches the other forms if the batch was never asked for them. Whatever goes wrong leaves it to the next sync.
pub(crate) async fn renew_exports(core: &Core, prompt: Option<PromptText>) -> Result<(), WalletError> {
    let mut user = User::new(prompt);
    let result = renew(core, &mut user).await;
    user.end(core).await;
    result
}

/// As [`renew_exports`], within a session that began already.
pub(super) async fn renew(core: &Core, user: &mut User) -> Result<(), WalletError> {
    let Some(wanted) = core.store.read(wanted).await? else {
        return Ok(());
    };
    let tokens = client::fresh(core, wanted.tokens.clone()).await?;
    let first = entry(core, &tokens, &wanted, user).await?;
    let gathered = match gather(core, &tokens, &wanted, &first).await {
        Err(Stopped::NonceTooOld) => {
            // The request waited for too long: the same keys prove themselves with a new nonce.
            core.store.write(|tx| outbox::clear(tx, Kind::Export)).await?;
            let second = entry(core, &tokens, &wanted, user).await?;
            gather(core, &tokens, &wanted, &second).await
        }
        other => other,
    };
    let gathered = match gathered {
        Ok(gathered) => gathered,
        Err(Stopped::NonceTooOld) => return Ok(()),
        Err(Stopped::Later(error)) => return Err(error),
    };
    store(core, &wanted, gathered).await?;
    // The notifications wait in the outbox if they cannot go out now.
    let _ = client::notify(core, &tokens).await;
    Ok(())
}

/// The batch whose other forms are missing.
struct Wanted {
    tokens: TokenRecord,
    keys: Vec<DeviceKey>,
    /// The card's content, with the small portrait of its credentials.
    permit: Permit,
    iss: String,
}

/// `None` if nothing is to be fetched.
fn wanted(tx: &ReadTx<'_>) -> Result<Option<Wanted>, VaultError> {
    let (Some(tokens), Some((bytes, state))) = (record::tokens(tx)?, held::card(tx)?) else {
        return Ok(None);
    };
    let credentials = held::credentials(tx)?;
    // The authority issues the newest version, which is not what is held here: that one is fetched first.
    if tokens.exports.is_empty() || state.newest_version > state.version {
        return Ok(None);
    }
    let Some(first) = credentials.first() else {
        return Ok(None);
    };
    if export(tx, &first.key.key_id)?.is_some() {
        return Ok(None);
    }
    let card = stored_card(&bytes, &state)?;
    let shown = Credential::parse(&first.bytes)
        .and_then(|credential| credential.permit())
        .map_err(|_| VaultError::Corrupt)?;
    let permit = Permit {
        portrait: shown.portrait,
        ..card.permit
    };
    Ok(Some(Wanted {
        tokens,
        keys: credentials.into_iter().map(|credential| credential.key).collect(),
        permit,
        iss: card.iss,
    }))
}

/// The waiting request; made now if there is none, or if it is one for other keys. It holds the proofs, which every form
/// is asked for with.
async fn entry(
    core: &Core,
    tokens: &TokenRecord,
    wanted: &Wanted,
    user: &mut User,
) -> Result<OutboxEntry, WalletError> {
    let waiting = core.store.read(|tx| outbox::find(tx, Kind::Export)).await?;
    if let Some(waiting) = waiting {
        let request: Option<CredentialRequest> = serde_json::from_slice(&waiting.body).ok();
        if request.is_some_and(|request| request.proofs.jwt.len() == wanted.keys.len()) {
            return Ok(waiting);
        }
    }
    let nonce = client::nonce(core).await?;
    user.ask(core).await?;
    // The authority has seen what attests these keys, with the first request for them.
    let jwt = proofs(core, &wanted.keys, nonce, None).await?;
    let identifier = tokens.exports.first().map(|export| export.identifier.clone());
    let request = CredentialRequest::by_identifier(&identifier.unwrap_or_default(), Proofs { jwt });
    let body = serde_json::to_string(&request).map_err(|_| WalletError::Internal)?;
    let now = core.now().await?.at;
    let keys = wanted.keys.clone();
    core.store
        .write(move |tx| {
            if !is_current(tx, &keys)? {
                return Ok(None);
            }
            outbox::clear(tx, Kind::Export)?;
            let entry = outbox::entry(Kind::Export, body, now)?;
            tx.put_outbox(&entry)?;
            Ok(Some(entry))
        })
        .await?
        .ok_or(WalletError::Cancelled)
}

/// Whether the stored batch is still the one with these keys.
fn is_current(tx: &ReadTx<'_>, keys: &[DeviceKey]) -> Result<bool, VaultError> {
    let stored: Vec<DeviceKey> = held::credentials(tx)?.into_iter().map(|one| one.key).collect();
    Ok(stored == keys)
}

/// What came, checked.
struct Gathered {
    /// One a key.
    records: Vec<ExportRecord>,
    notifications: Vec<(String, NotificationEvent)>,
}

enum Stopped {
    NonceTooOld,
    Later(WalletError),
}

impl From<WalletError> for Stopped {
    fn from(error: WalletError) -> Self {
        Self::Later(error)
    }
}

async fn gather(core: &Core, tokens: &TokenRecord, wanted: &Wanted, entry: &OutboxEntry) -> Result<Gathered, Stopped> {
    let stored: CredentialRequest = serde_json::from_slice(&entry.body).map_err(|_| WalletError::Internal)?;
    let mut answers = Vec::new();
    for export in &tokens.exports {
        let request = CredentialRequest::by_identifier(&export.identifier, stored.proofs.clone());
        // Each form has a number of its own, which follows from the stored one.
        let number = format!("{}-{}", entry.op_id, export.format().name());
        match client::export(core, tokens, &request, number).await {
            Ok(response) => answers.push((export.format(), response)),
            Err(NetError::Refused(refusal)) if refusal.code == Some(WireCode::NonceInvalid) => {
                return Err(Stopped::NonceTooOld);
            }
            Err(NetError::Refused(refusal)) if refusal.code == Some(WireCode::TokenInvalid) => {
                return Err(WalletError::refused(&refusal).into());
            }
            // It does not give this form.
            Err(NetError::Refused(refusal)) if NetError::Refused(refusal.clone()).is_definitive() => {}
            Err(error) => return Err(Stopped::Later(error.into())),
        }
    }
    let (_, snapshot) = trust::list(core).await?;
    let expected = Expected {
        now: core.now().await?.at,
        sandbox: core.sandbox,
        transport: &tokens.key.public,
        known_version: None,
    };
    let expect = Expectation {
        permit: &wanted.permit,
        iss: &wanted.iss,
        snapshot: &snapshot,
        expected: &expected,
    };
    let keys: Vec<&PublicKey> = wanted.keys.iter().map(|key| &key.public).collect();
    let mut gathered = Gathered {
        records: vec![ExportRecord::default(); keys.len()],
        notifications: Vec::new(),
    };
    for (format, response) in answers {
        let event = match take(&mut gathered.records, format, &response, &keys, &expect) {
            Ok(()) => NotificationEvent::CredentialAccepted,
            Err(_) => NotificationEvent::CredentialFailure,
        };
        if response.notification_id.len() <= NOTIFICATION_ID_LEN {
            gathered.notifications.push((response.notification_id, event));
        }
    }
    Ok(gathered)
}

/// Checks one form of the batch, and takes it only if every copy is good.
fn take(
    records: &mut [ExportRecord],
    format: ExportFormat,
    response: &CredentialResponse,
    keys: &[&PublicKey],
    expect: &Expectation<'_>,
) -> Result<(), CheckCode> {
    // Counted before anything is decoded.
    if response.credentials.len() != keys.len() {
        return Err(CheckCode::CountMismatch);
    }
    match format {
        ExportFormat::Mdoc => {
            let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| CheckCode::Unreadable);
            let documents = response.credentials.iter().map(|issued| decode(&issued.credential));
            let documents: Vec<Vec<u8>> = documents.collect::<Result<_, _>>()?;
            checks::exports::mdoc(&documents, keys, expect)?;
            for (record, document) in records.iter_mut().zip(&documents) {
                record.set_mdoc(document);
            }
        }
        ExportFormat::SdJwt => {
            let texts: Vec<String> = response.credentials.iter().map(|one| one.credential.clone()).collect();
            checks::exports::sd_jwt(&texts, keys, expect)?;
            for (record, text) in records.iter_mut().zip(&texts) {
                record.set_sd_jwt(text);
            }
        }
    }
    Ok(())
}

/// One transaction for everything; nothing is kept for a batch that was replaced meanwhile.
async fn store(core: &Core, wanted: &Wanted, gathered: Gathered) -> Result<(), WalletError> {
    let now = core.now().await?.at;
    let keys = wanted.keys.clone();
    core.store
        .write(move |tx| {
            if !is_current(tx, &keys)? {
                return Ok(());
            }
            for (key, record) in keys.iter().zip(&gathered.records) {
                put_export(tx, &key.key_id, record)?;
            }
            outbox::clear(tx, Kind::Export)?;
            for (id, event) in &gathered.notifications {
                client::enqueue_notification(tx, id, *event, now)?;
            }
            Ok(())
        })
        .await
}
