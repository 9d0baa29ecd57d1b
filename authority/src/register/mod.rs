//! The sandbox's register: invented people, in one data file, each with a drawn portrait.

mod portrait;
mod seed;

use crate::{AuthorityError, store::Store};

/// Fills the register of a new authority; leaves one that has people alone. `now`: seconds since 1970, from which the
/// permits' last days count.
pub(crate) fn fill(store: &Store, now: i64) -> Result<(), AuthorityError> {
    store.write(|tx| {
        if !tx.people()?.is_empty() {
            return Ok(());
        }
        seed::people(now)?.iter().try_for_each(|person| tx.put_person(person))
    })
}
