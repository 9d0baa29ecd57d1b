use permitcard_credential::snapshot::{Beacon, BeaconList};

use super::current;
use crate::{AuthorityError, app::App, store::Tx};

const DAY_S: i64 = 86_400;

/// The signed list of the last beacon values. The day's value is made when somebody asks first.
pub(super) fn beacons(app: &App, tx: &Tx<'_>, now: i64) -> Result<Vec<u8>, AuthorityError> {
    let today = publish(tx, now)?;
    current(tx, "beacons", today, now, |issued_at, _| {
        let list = BeaconList {
            uri: app.config.beacons_uri(),
            issued_at,
            beacons: tx.beacons()?,
        };
        let unsigned = list
            .build(app.keys.status.public_key())
            .map_err(|_| AuthorityError::SigningFailed)?;
        app.keys.sign_with_status(unsigned)
    })
}

/// Makes the value of the day, unless there is one of that day or a later one. Gives the day of the newest value.
fn publish(tx: &Tx<'_>, now: i64) -> Result<i64, AuthorityError> {
    let day = now.div_euclid(DAY_S);
    match tx.newest_beacon_day()? {
        // A clock that was set back makes no second value of a day, and no time goes back.
        Some(newest) if newest >= day => Ok(newest),
        _ => {
            let value = permitcard_crypto::random::bytes().map_err(|_| AuthorityError::CryptoFailed)?;
            let published_at = now;
            tx.put_beacon(day, &Beacon { value, published_at })?;
            Ok(day)
        }
    }
}

#[cfg(test)]
mod tests {
    use permitcard_credential::snapshot::MAX_BEACONS;

    use super::*;
    use crate::store::Store;

    #[test]
    fn one_value_a_day_and_the_last_thirty_are_kept() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("db")).unwrap();
        let at = |now| {
            let made: Result<_, AuthorityError> = store.write(|tx| {
                publish(tx, now)?;
                tx.beacons()
            });
            made.unwrap()
        };
        let first = at(1_000);
        assert_eq!(first.len(), 1);
        assert_eq!(first[0].published_at, 1_000);
        assert_eq!(at(DAY_S - 1), first);
        let second = at(DAY_S + 5);
        assert_eq!(
            (second.len(), second[0], second[1].published_at),
            (2, first[0], DAY_S + 5)
        );
        assert_ne!(second[0].value, second[1].value);
        // A clock set back publishes nothing.
        assert_eq!(at(7), second);
        let days = i64::try_from(MAX_BEACONS).unwrap();
        for day in 2..=days {
            at(day * DAY_S);
        }
        let last = at(days * DAY_S);
        assert_eq!(last.len(), MAX_BEACONS);
        assert_eq!(last[0], second[1]);
    }
}
