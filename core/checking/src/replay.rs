//! What this verifier has seen: one record a presentation, kept for as long as it could be shown again.

use permitcard_credential::{
    cose::cbor::{CborError, Limits, Reader, Writer},
    verdict::Verdicts,
};
use permitcard_vault::{ReadTx, Table, VaultError, WriteTx};

/// Seconds that a presentation is remembered after it was seen, or after its end if that is later. Clocks differ by
/// half a minute at most, so this is more than enough.
const MEMORY_S: i64 = 300;
/// The most presentations that are remembered. A gate that sees one a second stays far below it.
pub(crate) const MOST: usize = 16_384;
const LIMITS: Limits = Limits::new(32);

struct Seen {
    at_s: i64,
    until_s: i64,
}

impl Seen {
    fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(24);
        writer.array(2).int(self.at_s).int(self.until_s);
        writer.into_bytes()
    }

    fn decode(bytes: &[u8]) -> Result<Self, VaultError> {
        let read = || -> Result<Self, CborError> {
            let mut reader = Reader::new(bytes, &LIMITS)?;
            let seen = reader.tuple(2, |reader| -> Result<Self, CborError> {
                Ok(Self {
                    at_s: reader.int()?,
                    until_s: reader.int()?,
                })
            })?;
            reader.finish()?;
            Ok(seen)
        };
        read().map_err(|_| VaultError::Corrupt)
    }
}

/// When the presentation was seen, seconds since 1970.
pub(crate) fn seen(tx: &ReadTx<'_>, key: &[u8; 32]) -> Result<Option<i64>, VaultError> {
    let record = tx.get(Table::Replay, key)?;
    record
        .map(|record| Seen::decode(&record).map(|seen| seen.at_s))
        .transpose()
}

/// Remembers a presentation.
pub(crate) fn remember(tx: &mut WriteTx<'_>, verdicts: &Verdicts, now_s: i64) -> Result<(), VaultError> {
    let until_s = verdicts.expires_at.max(now_s).saturating_add(MEMORY_S);
    tx.put(
        Table::Replay,
        &verdicts.replay_key,
        &Seen { at_s: now_s, until_s }.encode(),
    )
}

/// Makes room for one more where `most` are remembered: what is over goes, and if that is not enough a sixteenth of the
/// rest, what was seen first.
pub(crate) fn make_room(tx: &mut WriteTx<'_>, now_s: i64, most: usize) -> Result<(), VaultError> {
    if tx.count(Table::Replay) < most {
        return Ok(());
    }
    prune(tx, now_s)?;
    let above = (tx.count(Table::Replay) + 1).saturating_sub(most);
    if above == 0 {
        return Ok(());
    }
    let mut seen = Vec::new();
    for (key, record) in tx.list(Table::Replay)? {
        seen.push((Seen::decode(&record)?.at_s, key));
    }
    seen.sort();
    // Many at once, so that a flood does not pay for this with each code.
    for (_, key) in seen.iter().take(above.max(most / 16)) {
        tx.delete(Table::Replay, key)?;
    }
    Ok(())
}

/// Forgets what is over.
pub(crate) fn prune(tx: &mut WriteTx<'_>, now_s: i64) -> Result<(), VaultError> {
    for (key, record) in tx.list(Table::Replay)? {
        if Seen::decode(&record)?.until_s < now_s {
            tx.delete(Table::Replay, &key)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frozen_bytes() {
        let bytes = Seen {
            at_s: 1_000,
            until_s: 1_360,
        }
        .encode();
        assert_eq!(bytes, [0x82, 0x19, 0x03, 0xe8, 0x19, 0x05, 0x50]);
        let seen = Seen::decode(&bytes).unwrap();
        assert_eq!((seen.at_s, seen.until_s), (1_000, 1_360));
        assert!(Seen::decode(&bytes[1..]).is_err());
    }
}
