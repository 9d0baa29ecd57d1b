//! One answer for one idempotency key (draft-ietf-httpapi-idempotency-key-header). An answer is kept sealed under the
//! key itself, of which only a hash is stored: whoever reads the database reads no token out of it.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use permitcard_crypto::{Zeroizing, aead::AeadKey, hash::sha256_of, kdf};
use permitcard_protocol::WireCode;

use super::{Fault, Reply};
use crate::{AuthorityError, store::Tx};

/// How long an answer can be replayed.
const KEEP_S: i64 = 48 * 3600;

/// The requests that run now. One process serves a data directory, so memory is enough.
#[derive(Clone, Default)]
pub(crate) struct InFlight(Arc<Mutex<HashSet<[u8; 32]>>>);

/// A request that runs, until it is dropped.
pub(super) struct Running {
    set: InFlight,
    key: [u8; 32],
}

impl InFlight {
    fn begin(&self, key: [u8; 32]) -> Option<Running> {
        let mut set = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        set.insert(key).then(|| Running { set: self.clone(), key })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.set
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.key);
    }
}

/// The place of one request's answer.
pub(super) struct Slot {
    key: [u8; 32],
    request: [u8; 32],
    seal: Zeroizing<[u8; 32]>,
    _running: Running,
}

impl Slot {
    /// `caller`: thumbprint of the caller's key, or another name that the caller cannot choose.
    pub(super) fn begin(
        in_flight: &InFlight,
        secret: &[u8; 32],
        caller: &str,
        idempotency_key: &str,
        (template, body): (&str, &[u8]),
    ) -> Result<Self, WireCode> {
        let length = (caller.len() as u64).to_be_bytes();
        let key = sha256_of(&[b"idempotency", &length, caller.as_bytes(), idempotency_key.as_bytes()]);
        let request = sha256_of(&[&(template.len() as u64).to_be_bytes(), template.as_bytes(), body]);
        let seal = kdf::derive_key(secret, &key, &[idempotency_key.as_bytes()]);
        let running = in_flight.begin(key).ok_or(WireCode::IdempotencyInFlight)?;
        Ok(Self {
            key,
            request,
            seal,
            _running: running,
        })
    }

    /// The answer that was given before.
    pub(super) fn stored(&self, tx: &Tx<'_>) -> Result<Option<Reply>, Fault> {
        let Some(stored) = tx.answer(&self.key)? else {
            return Ok(None);
        };
        if stored.request != self.request {
            return Err(WireCode::IdempotencyConflict.into());
        }
        let seal = AeadKey::new(&self.seal).map_err(|_| AuthorityError::CryptoFailed)?;
        let bytes = seal
            .open(&self.key, &stored.sealed)
            .map_err(|_| AuthorityError::DataDamaged)?;
        Ok(Some(Reply::from_stored(&bytes).ok_or(AuthorityError::DataDamaged)?))
    }

    /// Keeps an answer, in the transaction that made it true.
    pub(super) fn store(&self, tx: &Tx<'_>, reply: &Reply, now: i64) -> Result<(), AuthorityError> {
        let seal = AeadKey::new(&self.seal).map_err(|_| AuthorityError::CryptoFailed)?;
        let sealed = seal
            .seal(&self.key, &reply.to_stored())
            .map_err(|_| AuthorityError::CryptoFailed)?;
        tx.put_answer(&self.key, &self.request, &sealed, now + KEEP_S)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_per_caller() {
        let in_flight = InFlight::default();
        let begin = |caller: &str, key: &str| Slot::begin(&in_flight, &[0; 32], caller, key, ("/token", b"body"));
        let first = begin("a", "k").ok().unwrap();
        assert_eq!(begin("a", "k").err(), Some(WireCode::IdempotencyInFlight));
        assert!(begin("b", "k").is_ok());
        assert!(begin("a", "l").is_ok());
        drop(first);
        assert!(begin("a", "k").is_ok());
    }
}
