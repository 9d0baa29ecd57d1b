//! The newest beacon value of each issuer: it goes into every presentation (design 4.4).

use permitcard_credential::snapshot::Snapshot;
use permitcard_vault::{ReadTx, Table, VaultError, WriteTx};
use serde::{Deserialize, Serialize};

use crate::base::store::{get_json, put_json};

const KEY: &[u8] = b"beacons";

/// A beacon value as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BeaconRecord {
    iss: String,
    test: bool,
    value: [u8; 8],
    /// Seconds since 1970.
    published_at: i64,
}

fn records(tx: &ReadTx<'_>) -> Result<Vec<BeaconRecord>, VaultError> {
    Ok(get_json(tx, Table::Trust, KEY)?.unwrap_or_default())
}

/// The stored values after `snapshot`, which brings some newer ones; `None` if it brings none.
fn newer(mut stored: Vec<BeaconRecord>, snapshot: &Snapshot) -> Option<Vec<BeaconRecord>> {
    let mut any = false;
    for (iss, test, beacon) in snapshot.newest_beacons() {
        let known = stored.iter_mut().find(|known| known.iss == iss && known.test == test);
        let (value, published_at) = (beacon.value, beacon.published_at);
        match known {
            Some(known) if known.published_at >= published_at => continue,
            Some(known) => (known.value, known.published_at) = (value, published_at),
            None => stored.push(BeaconRecord {
                iss: iss.to_owned(),
                test,
                value,
                published_at,
            }),
        }
        any = true;
    }
    any.then_some(stored)
}

/// Keeps the newest values of `snapshot`; an older one never takes the place of a newer.
pub(crate) fn keep_beacons(tx: &mut WriteTx<'_>, snapshot: &Snapshot) -> Result<(), VaultError> {
    match newer(records(tx)?, snapshot) {
        Some(records) => put_json(tx, Table::Trust, KEY, &records),
        None => Ok(()),
    }
}

/// The newest value of an issuer, in its sandbox or outside of it.
pub(crate) fn newest_beacon(tx: &ReadTx<'_>, iss: &str, test: bool) -> Result<Option<[u8; 8]>, VaultError> {
    let found = records(tx)?
        .into_iter()
        .find(|known| known.iss == iss && known.test == test);
    Ok(found.map(|known| known.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_form_is_frozen() {
        let record = BeaconRecord {
            iss: "sandbox.example".to_owned(),
            test: true,
            value: [1, 2, 3, 4, 5, 6, 7, 255],
            published_at: 1_790_000_000,
        };
        let json = r#"[{"iss":"sandbox.example","test":true,"value":[1,2,3,4,5,6,7,255],"published_at":1790000000}]"#;
        assert_eq!(serde_json::to_string(&[&record]).unwrap(), json);
        assert_eq!(serde_json::from_str::<Vec<BeaconRecord>>(json).unwrap(), [record]);
    }
}
