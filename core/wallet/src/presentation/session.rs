//! Which show session runs, which one is about to begin, and which key stays for it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use permitcard_credential::permit::Group;
use permitcard_platform::KeyError;

use super::target::Target;
use crate::base::core::Core;
use crate::error::WalletError;
use crate::held::record::CredentialRecord;

/// A show session lasts at most ten minutes.
pub(super) const SESSION_S: i64 = 600;

/// A show session as it began.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) target: Target,
    /// What is disclosed: the groups that are asked for and that the card has.
    pub(super) groups: Vec<Group>,
    pub(super) credential: CredentialRecord,
    pub(super) card_version: u64,
    /// The holder was told that the card is suspended.
    pub(super) suspended: bool,
    pub(super) begun_boot_ms: u64,
    pub(super) boot_id: String,
    pub(super) ends_at: i64,
    pub(super) qr_version: u8,
    /// Its codes go out in frames.
    pub(super) framed: bool,
}

impl Session {
    pub(super) fn key_id(&self) -> &str {
        &self.credential.key.key_id
    }
}

/// The show session of a wallet, if there is one.
#[derive(Clone, Default)]
pub(crate) struct Shows(Arc<Mutex<Slot>>);

#[derive(Default)]
struct Slot {
    running: Option<Session>,
    /// The number of the session whose prompt is open.
    beginning: Option<u64>,
    begun: u64,
}

impl Shows {
    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The running session.
    pub(super) fn get(&self) -> Option<Session> {
        self.slot().running.clone()
    }

    pub(super) fn is_current(&self, session: &Session) -> bool {
        self.get().is_some_and(|current| {
            current.credential.key == session.credential.key && current.ends_at == session.ends_at
        })
    }

    /// Ends the running session, for another one.
    ///
    /// # Errors
    /// [`KeyError::Busy`] while the prompt of another one is open.
    pub(super) fn end_running(&self, core: &Core) -> Result<(), WalletError> {
        let mut slot = self.slot();
        if slot.beginning.is_some() {
            return Err(KeyError::Busy.into());
        }
        slot.running = None;
        core.set_shown_key(None);
        Ok(())
    }

    /// Notes a session whose prompt comes next. Its key stays until it ends.
    ///
    /// # Errors
    /// [`KeyError::Busy`] while the prompt of another one is open.
    pub(super) async fn begin<'a>(&'a self, core: &'a Core, key_id: &str) -> Result<Beginning<'a>, WalletError> {
        let _turn = core.session_turn().await;
        let mut slot = self.slot();
        if slot.beginning.is_some() {
            return Err(KeyError::Busy.into());
        }
        slot.begun += 1;
        slot.running = None;
        slot.beginning = Some(slot.begun);
        core.set_shown_key(Some(key_id.to_owned()));
        Ok(Beginning {
            shows: self,
            core,
            number: slot.begun,
        })
    }

    /// Ends whatever runs; tells whether anything ran. A session whose prompt is open learns of it afterwards.
    pub(super) fn end(&self, core: &Core) -> bool {
        let mut slot = self.slot();
        slot.beginning = None;
        core.set_shown_key(None);
        slot.running.take().is_some()
    }
}

/// A session whose prompt is open. Dropped, it is none.
pub(super) struct Beginning<'a> {
    shows: &'a Shows,
    core: &'a Core,
    number: u64,
}

impl Beginning<'_> {
    /// Takes another key: the batch was renewed meanwhile.
    pub(super) fn take_key(&self, key_id: &str) {
        let slot = self.shows.slot();
        if slot.beginning == Some(self.number) {
            self.core.set_shown_key(Some(key_id.to_owned()));
        }
    }

    /// The session runs from now on; `false` if it was ended meanwhile.
    pub(super) fn finish(self, session: Session) -> bool {
        let mut slot = self.shows.slot();
        let wanted = slot.beginning == Some(self.number);
        if wanted {
            slot.beginning = None;
            slot.running = Some(session);
        }
        drop(slot);
        wanted
    }
}

impl Drop for Beginning<'_> {
    fn drop(&mut self) {
        let mut slot = self.shows.slot();
        if slot.beginning == Some(self.number) {
            slot.beginning = None;
            self.core.set_shown_key(None);
        }
    }
}
