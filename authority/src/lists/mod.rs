//! The signed lists that verifiers take offline: who may sign what, and what became of credentials.

mod beacons;
mod places;
mod status;
mod trust;

pub(crate) use places::take_places;
pub(crate) use status::{status_list, status_lists};
pub(crate) use trust::trust_list;

use crate::{
    AuthorityError,
    store::{SignedList, Tx},
};

/// Seconds that a signed list counts: 7 days.
const LIFE_S: i64 = 7 * 86_400;
/// Seconds after which verifiers should fetch a newer one: 6 hours.
const TTL_S: u64 = 6 * 3600;
/// An unchanged list is signed again when it is so old, so that a fetched one always has most of its life left.
const RESIGN_AFTER_S: i64 = 3600;

/// The list of that name as it was last signed, or signed anew because its content has another revision or its time has
/// come. `sign` gets the time of issue and the serial.
fn current(
    tx: &Tx<'_>,
    name: &str,
    revision: i64,
    now: i64,
    sign: impl FnOnce(i64, u32) -> Result<Vec<u8>, AuthorityError>,
) -> Result<Vec<u8>, AuthorityError> {
    let last = tx.signed_list(name)?;
    if let Some(last) = &last
        && last.revision == revision
        && now - last.signed_at < RESIGN_AFTER_S
    {
        return Ok(last.bytes.clone());
    }
    // Times of issue never go back, not even when this clock does.
    let signed_at = last.as_ref().map_or(now, |last| now.max(last.signed_at));
    let serial = last.map_or(1, |last| last.serial + 1);
    let bytes = sign(signed_at, serial)?;
    tx.put_signed_list(
        name,
        &SignedList {
            revision,
            serial,
            signed_at,
            bytes: bytes.clone(),
        },
    )?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn signed_anew_when_changed_or_old_and_never_backwards() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("db")).unwrap();
        let get = |revision, now| {
            store.write(|tx| {
                current(tx, "l", revision, now, |at, serial| {
                    Ok(format!("{at} {serial}").into_bytes())
                })
                .map(|bytes| String::from_utf8(bytes).unwrap())
            })
        };
        assert_eq!(get(1, 1000).unwrap(), "1000 1");
        assert_eq!(get(1, 1000 + RESIGN_AFTER_S - 1).unwrap(), "1000 1");
        assert_eq!(get(2, 1001).unwrap(), "1001 2");
        assert_eq!(get(2, 1001 + RESIGN_AFTER_S).unwrap(), "4601 3");
        assert_eq!(get(3, 5).unwrap(), "4601 4");
    }
}
