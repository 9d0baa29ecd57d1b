use std::{sync::Arc, time::Duration};

use permitcard_crypto::aead::AeadKey;
use permitcard_protocol::limits;
use tokio::{
    sync::oneshot,
    task::{JoinHandle, JoinSet},
};

use super::erasures;
use crate::{
    AuthorityError,
    app::App,
    providers::{MessageKind, MessageToSend},
    store::Outgoing,
    token,
};

/// How often the job looks without being roused.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The job waits a random time of at most this after a reply, so that the next request does not meet it at a fixed time.
const PAUSE_MS: u32 = 60;
/// A notice is tried so often. A code is tried once: a late one is of no use, and another one can be asked for.
const NOTICE_ATTEMPTS: u32 = 8;

/// How long a stop waits for messages that are with a provider. What is cut off then is sent by the next start.
const GRACE: Duration = Duration::from_secs(5);

/// The job while it runs.
pub(crate) struct Job {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Job {
    /// Begins to send what is kept. Needs a tokio runtime.
    pub(crate) fn start(app: Arc<App>) -> Self {
        let (stop, stopped) = oneshot::channel();
        Self {
            stop,
            task: tokio::spawn(send_all(app, stopped)),
        }
    }

    /// Lets what was taken be sent, and returns once nothing more is taken. The next process may begin then: it makes due
    /// again what lies taken, which must not be taken by this one after that.
    pub(crate) async fn stop(self) {
        // One that ended already, or that panicked, is down as well.
        let _ = self.stop.send(());
        let _ = self.task.await;
    }
}

/// Sends what is kept, until `stopped` is told or gone.
async fn send_all(app: Arc<App>, mut stopped: oneshot::Receiver<()>) {
    // One process serves a data directory: whatever was taken before is not being sent by anybody.
    let _ = app.blocking(|app| app.store.write(|tx| tx.release_outgoing())).await;
    let mut sending = JoinSet::new();
    loop {
        // Never dropped in the middle: the transaction would go on without anybody who sends what it took.
        for message in take(&app).await {
            sending.spawn(send(Arc::clone(&app), message));
        }
        for erasure in erasures::take(&app).await {
            sending.spawn(erasures::erase(Arc::clone(&app), erasure));
        }
        // Only to free what ended; a slow provider holds nobody up.
        while sending.try_join_next().is_some() {}
        tokio::select! {
            () = until_next(&app) => {}
            _ = &mut stopped => break,
        }
    }
    let _ = tokio::time::timeout(GRACE, async { while sending.join_next().await.is_some() {} }).await;
}

/// Until it is time to look again.
async fn until_next(app: &App) {
    let _ = tokio::time::timeout(LOOK_EVERY, app.outgoing.0.notified()).await;
    let pause = token::below(PAUSE_MS).unwrap_or(PAUSE_MS);
    tokio::time::sleep(Duration::from_millis(u64::from(pause))).await;
}

/// Sends what is due now, one after the other.
#[cfg(test)]
pub(crate) async fn send_due(app: &Arc<App>) {
    for message in take(app).await {
        send(Arc::clone(app), message).await;
    }
    for erasure in erasures::take(app).await {
        erasures::erase(Arc::clone(app), erasure).await;
    }
}

/// Takes what is due; nothing while the database cannot be read.
async fn take(app: &Arc<App>) -> Vec<Outgoing> {
    app.blocking(|app| {
        let now = app.now()?;
        // Looking must not wait for the write lock every second.
        if app.store.read(|tx| tx.has_outgoing(now))? {
            app.store.write(|tx| tx.take_outgoing(now))
        } else {
            Ok(Vec::new())
        }
    })
    .await
    .unwrap_or_default()
}

/// What became of a message.
enum Sent {
    /// It is with the provider.
    Yes,
    /// Nobody is to get it.
    ToNobody,
    /// The provider could not take it.
    Failed,
}

async fn send(app: Arc<App>, message: Outgoing) {
    let sent = match address(&app, &message).await {
        Err(_) => Sent::Failed,
        Ok(None) => Sent::ToNobody,
        Ok(Some(to_send)) => match app.providers.messenger.send(to_send).await {
            Ok(()) => Sent::Yes,
            Err(_) => Sent::Failed,
        },
    };
    // Where even this fails it is sent again once its lease is over.
    let _ = app
        .blocking(move |app| {
            let now = app.now()?;
            app.store.write(|tx| settle(tx, &message, &sent, now))
        })
        .await;
}

fn settle(tx: &crate::store::Tx<'_>, message: &Outgoing, sent: &Sent, now: i64) -> Result<(), AuthorityError> {
    match (sent, &message.code) {
        (Sent::Yes | Sent::ToNobody, _) => tx.remove_outgoing(message.id),
        (Sent::Failed, Some(code)) => {
            tx.mark_code_undelivered(code.session, &code.mac)?;
            tx.remove_outgoing(message.id)
        }
        (Sent::Failed, None) if message.attempts >= NOTICE_ATTEMPTS => tx.remove_outgoing(message.id),
        // 1, 2, 4 … minutes.
        (Sent::Failed, None) => tx.put_off_outgoing(message.id, now + 60 * (1 << message.attempts.min(16))),
    }
}

/// Whom a message goes to, and what it says. `Err`: the register could not say.
async fn address(app: &Arc<App>, message: &Outgoing) -> Result<Option<MessageToSend>, AuthorityError> {
    let now = app.now()?;
    let code = match &message.code {
        // Over before it could be sent.
        Some(_) if now > message.created_at + i64::from(limits::CODE_LIFE_S) => return Ok(None),
        Some(code) => Some(open(app, &code.sealed, &code.mac)?),
        None => None,
    };
    let kind = MessageKind::from_parts(&message.kind, code).ok_or(AuthorityError::DataDamaged)?;
    let (person, permit_number, contact) = match (&message.number, &message.person, &message.contact) {
        (Some(number), _, _) => {
            let found = app.providers.register.find(number.clone(), now).await;
            match found.map_err(|_| AuthorityError::DataUnusable)? {
                Some(record) => (record.person, record.permit_number, record.contact),
                None => return Ok(None),
            }
        }
        (None, Some(person), contact) => {
            let id = person.clone();
            let record = app.blocking(move |app| app.store.read(|tx| tx.person(&id))).await?;
            let record = record.ok_or(AuthorityError::PersonUnknown)?;
            (record.id, record.permit_number, contact.clone())
        }
        (None, None, _) => return Ok(None),
    };
    Ok(contact.map(|contact| MessageToSend {
        id: format!("{}-{}", message.id, message.created_at),
        person,
        permit_number,
        contact,
        kind,
        now,
    }))
}

fn open(app: &App, sealed: &[u8], mac: &[u8; 32]) -> Result<String, AuthorityError> {
    let key = AeadKey::new(&app.outgoing_secret).map_err(|_| AuthorityError::CryptoFailed)?;
    let code = key.open(mac, sealed).map_err(|_| AuthorityError::DataDamaged)?;
    String::from_utf8(code.to_vec()).map_err(|_| AuthorityError::DataDamaged)
}
