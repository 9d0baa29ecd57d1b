//! Requests that are stored before they are sent, and stay until a definitive answer came.

use permitcard_crypto::random;
use permitcard_net::NetError;
use permitcard_vault::{OutboxEntry, ReadTx, VaultError, WriteTx};

use crate::error::WalletError;

/// What a stored request is. The names are part of the stored form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// To the authorization challenge endpoint.
    Registration,
    /// To the token endpoint, with the authorization code.
    Token,
    /// To the token endpoint, with the refresh token.
    Refresh,
    /// To the credential endpoint.
    Credential,
    /// To the deferred credential endpoint.
    Deferred,
    /// To the credential endpoint, for the other forms of a batch.
    Export,
    /// To the notification endpoint.
    Notification,
    /// To the endpoint that withdraws a consent.
    Withdrawal,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Token => "token",
            Self::Refresh => "refresh",
            Self::Credential => "credential",
            Self::Deferred => "deferred",
            Self::Export => "export",
            Self::Notification => "notification",
            Self::Withdrawal => "withdrawal",
        }
    }
}

/// The longest wait that a server may ask for; a longer one is a clock that jumped.
const LONGEST_WAIT_S: i64 = 3_600;

/// A new request with an idempotency key of its own.
pub(crate) fn entry(kind: Kind, body: String, now: i64) -> Result<OutboxEntry, VaultError> {
    Ok(OutboxEntry {
        op_id: uuid_v4().map_err(|_| VaultError::RandomUnavailable)?,
        kind: kind.name().to_owned(),
        body: body.into_bytes(),
        created: now,
        attempts: 0,
        not_before: 0,
    })
}

/// The oldest waiting request of a kind.
pub(crate) fn find(tx: &ReadTx<'_>, kind: Kind) -> Result<Option<OutboxEntry>, VaultError> {
    Ok(tx.outbox()?.into_iter().find(|entry| entry.kind == kind.name()))
}

/// The waiting request of a kind with this body; put there now if there is none. One with another body is left over from
/// something that nobody wants any more, and goes.
pub(crate) fn enqueue_once(
    tx: &mut WriteTx<'_>,
    kind: Kind,
    body: String,
    now: i64,
) -> Result<OutboxEntry, VaultError> {
    if let Some(waiting) = find(tx, kind)?.filter(|waiting| waiting.body == body.as_bytes()) {
        return Ok(waiting);
    }
    clear(tx, kind)?;
    let entry = entry(kind, body, now)?;
    tx.put_outbox(&entry)?;
    Ok(entry)
}

/// Whether a request is of a kind.
pub(crate) fn is(entry: &OutboxEntry, kind: Kind) -> bool {
    entry.kind == kind.name()
}

/// Removes all waiting requests of a kind.
pub(crate) fn clear(tx: &mut WriteTx<'_>, kind: Kind) -> Result<(), VaultError> {
    for entry in tx.outbox()? {
        if entry.kind == kind.name() {
            tx.delete_outbox(&entry.op_id)?;
        }
    }
    Ok(())
}

/// The body as it goes out.
pub(crate) fn body(entry: &OutboxEntry) -> Result<String, WalletError> {
    String::from_utf8(entry.body.clone()).map_err(|_| VaultError::Corrupt.into())
}

/// Seconds until the server wants to see the request again; none if it may go out now.
pub(crate) fn wait_s(entry: &OutboxEntry, now: i64) -> Option<u32> {
    let wait = entry.not_before.saturating_sub(now);
    if (1..=LONGEST_WAIT_S).contains(&wait) {
        u32::try_from(wait).ok()
    } else {
        None
    }
}

/// The entry after a send without a definitive answer.
pub(crate) fn after_failure(mut entry: OutboxEntry, error: &NetError, now: i64) -> OutboxEntry {
    entry.attempts = entry.attempts.saturating_add(1);
    entry.not_before = error
        .retry_after_s()
        .map_or(0, |wait| now.saturating_add(i64::from(wait)));
    entry
}

/// A random UUID (RFC 9562, version 4).
fn uuid_v4() -> Result<String, permitcard_crypto::CryptoError> {
    let mut bytes = random::bytes::<16>()?;
    let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
    *version = (*version & 0x0f) | 0x40;
    *variant = (*variant & 0x3f) | 0x80;
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 0x0f] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_random_uuids() {
        let (a, b) = (uuid_v4().unwrap(), uuid_v4().unwrap());
        assert_ne!(a, b);
        for text in [a, b] {
            assert_eq!(text.len(), 36);
            assert_eq!(text.as_bytes()[14], b'4');
            assert!(b"89ab".contains(&text.as_bytes()[19]));
            assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        }
    }

    #[test]
    fn a_waiting_request_is_used_again_only_with_the_same_body() {
        let dir = tempfile::tempdir().unwrap();
        let file = permitcard_vault::VaultFile::open(&dir.path().join("test.db")).unwrap();
        let key = permitcard_vault::MasterKey::generate().unwrap();
        let vault = file.create("k", b"sealed", key).unwrap();
        let put = |kind, body: &str| {
            let body = body.to_owned();
            vault.write(move |tx| enqueue_once(tx, kind, body, 1_000)).unwrap()
        };
        let first = put(Kind::Token, "code=a");
        let refresh = put(Kind::Refresh, "code=b");
        assert_eq!(put(Kind::Token, "code=a").op_id, first.op_id);
        let second = put(Kind::Token, "code=b");
        assert_eq!(second.body, b"code=b");
        let mut waiting: Vec<String> = vault
            .read(|tx| tx.outbox())
            .unwrap()
            .into_iter()
            .map(|e| e.op_id)
            .collect();
        let mut expected = vec![refresh.op_id, second.op_id];
        waiting.sort();
        expected.sort();
        assert_eq!(waiting, expected);
    }

    #[test]
    fn waits_as_the_server_says_but_not_for_a_jumped_clock() {
        let fresh = entry(Kind::Token, String::new(), 1_000).unwrap();
        assert_eq!(wait_s(&fresh, 1_000), None);
        let error = NetError::Server {
            status: 503,
            retry_after_s: Some(40),
        };
        let failed = after_failure(fresh, &error, 1_000);
        assert_eq!((failed.attempts, wait_s(&failed, 1_010)), (1, Some(30)));
        assert_eq!(wait_s(&failed, 1_040), None);
        assert_eq!(wait_s(&failed, -90_000), None);
        let again = after_failure(failed, &NetError::Timeout, 2_000);
        assert_eq!((again.attempts, wait_s(&again, 1_000)), (2, None));
    }
}
