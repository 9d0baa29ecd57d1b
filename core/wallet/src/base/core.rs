//! What the flows share: keys, clock, vault, link.

use std::sync::{Arc, Mutex, PoisonError};

use permitcard_crypto::ecdsa::PublicKey;
use permitcard_net::{Dpop, NetError, Request, Response};
use permitcard_platform::Clock;
use permitcard_protocol::ClientFile;
use permitcard_vault::{OutboxEntry, Table};

use crate::base::keys::{DeviceKey, Keys};
use crate::base::link::Link;
use crate::base::outbox;
use crate::base::store::{Store, get_json, put_json};
use crate::base::time::{self, Moment, TimeRecord};
use crate::error::{NetworkFailure, StateCode, WalletError};

/// The key of the time record in [`Table::Setting`].
const TIME: &[u8] = b"time";
/// A server time that differs less from the wallet's own is not worth a write.
const SAME_TIME_S: u64 = 2;

/// The parts of an open wallet that do not change.
#[derive(Clone)]
pub(crate) struct Core {
    pub(crate) keys: Keys,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) store: Store,
    pub(crate) link: Arc<dyn Link>,
    /// The authority's URL, the audience of key proofs.
    pub(crate) url: String,
    /// Signs the trust list.
    pub(crate) root: PublicKey,
    /// Test cards are taken, and nothing else.
    pub(crate) sandbox: bool,
    /// The key of the credential that a show session uses now: it is not destroyed under its hands.
    shown: Arc<Mutex<Option<String>>>,
}

/// Why a stored request has no good answer.
#[derive(Debug)]
pub(crate) enum Undelivered {
    /// It stays in the outbox.
    Later(WalletError),
    /// The authority decided.
    Refused(permitcard_net::Refusal),
}

impl Core {
    pub(crate) fn new(
        keys: Keys,
        clock: Arc<dyn Clock>,
        store: Store,
        link: Arc<dyn Link>,
        client: &ClientFile,
        sandbox: bool,
    ) -> Result<Self, WalletError> {
        let root = client
            .root_key
            .to_public_key()
            .map_err(|_| NetError::ConfigurationInvalid)?;
        let url = client.url.clone();
        Ok(Self {
            keys,
            clock,
            store,
            link,
            url,
            root,
            sandbox,
            shown: Arc::default(),
        })
    }

    /// The key that a show session uses now.
    pub(crate) fn shown_key(&self) -> Option<String> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes which key a show session uses.
    pub(crate) fn set_shown_key(&self, key_id: Option<String>) {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = key_id;
    }

    /// The trusted time now.
    pub(crate) async fn now(&self) -> Result<Moment, WalletError> {
        let reading = time::read(&self.clock).await.map_err(|_| StateCode::TimeUnknown)?;
        let record = self.time_record().await?;
        Ok(record.moment(&reading))
    }

    /// What is stored about time.
    pub(crate) async fn time_record(&self) -> Result<TimeRecord, WalletError> {
        let record = self
            .store
            .read(|tx| get_json::<TimeRecord>(tx, Table::Setting, TIME))
            .await?;
        Ok(record.unwrap_or_default())
    }

    /// Sends a request and learns the time from its answer.
    pub(crate) async fn send(&self, request: &Request) -> Result<Response, NetError> {
        let answer = self.link.send(request).await;
        let date = match &answer {
            Ok(response) => response.date_s,
            Err(NetError::Refused(refusal)) => refusal.date_s,
            Err(_) => None,
        };
        if let Some(server_s) = date {
            // A time that could not be stored is learnt again with the next answer; this answer counts all the same.
            let _ = self.learn_time(server_s).await;
        }
        answer
    }

    async fn learn_time(&self, server_s: i64) -> Result<(), WalletError> {
        let reading = time::read(&self.clock).await.map_err(|_| StateCode::TimeUnknown)?;
        let known = self.time_record().await?.moment(&reading);
        if !known.unsure && known.at.abs_diff(server_s) <= SAME_TIME_S {
            return Ok(());
        }
        let record = TimeRecord::contacted(server_s, &reading);
        self.store
            .write(move |tx| put_json(tx, Table::Setting, TIME, &record))
            .await
    }

    /// DPoP proofs with a transport key.
    pub(crate) async fn dpop(&self, key: &DeviceKey, access_token: Option<String>) -> Result<Dpop, WalletError> {
        let now_s = self.now().await?.at;
        Ok(Dpop {
            signer: self.keys.signer(key.clone()),
            access_token,
            now_s,
        })
    }

    /// Sends a stored request. The caller removes it from the outbox, in the transaction that keeps the answer.
    pub(crate) async fn deliver(&self, entry: &OutboxEntry, request: &Request) -> Result<Response, Undelivered> {
        let now = self.now().await.map_err(Undelivered::Later)?.at;
        if let Some(wait) = outbox::wait_s(entry, now) {
            let failure = NetworkFailure {
                code: "network.server",
                retry_after_s: Some(wait),
            };
            return Err(Undelivered::Later(WalletError::Network(failure)));
        }
        match self.send(request).await {
            Ok(response) => Ok(response),
            Err(NetError::Refused(refusal)) if NetError::Refused(refusal.clone()).is_definitive() => {
                Err(Undelivered::Refused(refusal))
            }
            Err(error) => {
                let failed = outbox::after_failure(entry.clone(), &error, now);
                self.store
                    .write(move |tx| {
                        // The holder may have cancelled meanwhile.
                        if tx.outbox()?.iter().any(|waiting| waiting.op_id == failed.op_id) {
                            tx.put_outbox(&failed)?;
                        }
                        Ok(())
                    })
                    .await
                    .map_err(Undelivered::Later)?;
                Err(Undelivered::Later(error.into()))
            }
        }
    }
}

/// Stores that a time was used for something that others see.
pub(crate) fn note_time(
    tx: &mut permitcard_vault::WriteTx<'_>,
    moment: Moment,
) -> Result<(), permitcard_vault::VaultError> {
    let record: TimeRecord = get_json(tx, Table::Setting, TIME)?.unwrap_or_default();
    put_json(tx, Table::Setting, TIME, &record.used(moment))
}
