//! What the flows share: keys, clock, vault, link.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use permitcard_crypto::ecdsa::PublicKey;
use permitcard_net::{Dpop, NetError, Request, Response};
use permitcard_platform::{ClockReading, KeyError};
use permitcard_protocol::ClientFile;
use permitcard_vault::{OutboxEntry, Table};

use crate::base::keys::{DeviceKey, Keys};
use crate::base::link::Link;
use crate::base::outbox;
use crate::base::store::{Store, get_json, put_json};
use crate::base::time::{HostClock, Moment, TimeRecord};
use crate::error::{NetworkFailure, WalletError};

/// The key of the time record in [`Table::Setting`].
const TIME: &[u8] = b"time";
/// A time that is sure is kept once it is so far ahead of the kept one: nobody gains more by putting clocks back and
/// restarting the device.
const KEEP_AFTER_S: i64 = 300;
/// A server time that differs less from the wallet's own is not worth a write.
const SAME_TIME_S: u64 = 2;

/// The parts of an open wallet that do not change.
#[derive(Clone)]
pub(crate) struct Core {
    pub(crate) keys: Keys,
    pub(crate) clock: HostClock,
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
    /// Held while somebody decides whether the key store's session is still needed, and ends it.
    session: Arc<tokio::sync::Mutex<()>>,
    /// How often a registration was cancelled since the wallet was opened.
    cancels: Arc<AtomicU64>,
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
        clock: HostClock,
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
            session: Arc::default(),
            cancels: Arc::default(),
        })
    }

    /// How often a registration was cancelled. Work that began under another count must not be stored any more.
    pub(crate) fn cancels(&self) -> u64 {
        self.cancels.load(Ordering::SeqCst)
    }

    /// Notes a cancel, before the transaction that carries it out: what is stored after that one sees it.
    pub(crate) fn note_cancel(&self) {
        self.cancels.fetch_add(1, Ordering::SeqCst);
    }

    /// The key that a show session uses now.
    pub(crate) fn shown_key(&self) -> Option<String> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes which key a show session uses.
    pub(crate) fn set_shown_key(&self, key_id: Option<String>) {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = key_id;
    }

    /// For a show session that is about to begin: its key is noted only when no session is just being ended, so that the
    /// end of another one cannot hit this one.
    pub(crate) async fn session_turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.session.lock().await
    }

    /// Ends the key store's session, unless a show session is about to use it or uses it.
    pub(crate) async fn end_unshown_session(&self) -> Result<(), KeyError> {
        let _turn = self.session_turn().await;
        match self.shown_key() {
            Some(_) => Ok(()),
            None => self.keys.end_session().await,
        }
    }

    /// The trusted time now.
    pub(crate) async fn now(&self) -> Result<Moment, WalletError> {
        let reading = self.clock.read().await?;
        self.moment(&reading).await
    }

    /// The trusted time of a reading of the device's clocks.
    pub(crate) async fn moment(&self, reading: &ClockReading) -> Result<Moment, WalletError> {
        let record = self.time_record().await?;
        let moment = record.moment(reading);
        if record.is_behind(moment, KEEP_AFTER_S) {
            // It rests on what the authority said; should that have said another time meanwhile, it counts for nothing. What
            // could not be kept is kept with the next look: a full disk hides no card.
            let _ = self
                .change_time(move |now| (now.server == record.server).then(|| now.used(moment)))
                .await;
        }
        Ok(moment)
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
        let reading = self.clock.read().await?;
        let known = self.time_record().await?.moment(&reading);
        if !known.unsure && known.at.abs_diff(server_s) <= SAME_TIME_S {
            return Ok(());
        }
        self.change_time(move |record| record.contacted(server_s, &reading))
            .await
    }

    /// Learns the time from something that the authority signed, and from the answer that brought it.
    pub(crate) async fn learn_signed_time(&self, signed_s: i64, answered_s: Option<i64>) -> Result<(), WalletError> {
        if self.time_record().await?.signed < signed_s {
            self.change_time(move |record| Some(record.signed(signed_s))).await?;
        }
        match answered_s {
            // What was too far from all that was known may be near now.
            Some(server_s) => self.learn_time(server_s).await,
            None => Ok(()),
        }
    }

    /// Changes what is stored about time, in one transaction: another answer may have come meanwhile.
    async fn change_time(
        &self,
        change: impl FnOnce(TimeRecord) -> Option<TimeRecord> + Send + 'static,
    ) -> Result<(), WalletError> {
        self.store
            .write(move |tx| {
                let record: TimeRecord = get_json(tx, Table::Setting, TIME)?.unwrap_or_default();
                match change(record) {
                    Some(record) => put_json(tx, Table::Setting, TIME, &record),
                    None => Ok(()),
                }
            })
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
