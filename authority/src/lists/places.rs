use permitcard_credential::status::StatusBits;

use crate::{
    AuthorityError,
    store::{NewCredential, Tx, entry},
    token,
};

/// Places of a list. A verifier takes the whole list, so that nobody learns which place he looks at.
pub(super) const LIST_SIZE: u32 = 1 << 17;
/// A list that is half full makes way for the next one: random places are found at once, and it never fills up.
const FULL: u32 = LIST_SIZE / 2;

/// Takes `count` random places for new credentials of a batch, in a list whose entries have `bits`: two for what can be
/// suspended, one for mdoc. `status` is that of the permit; what the list says of it is [`entry`]'s to decide.
pub(crate) fn take_places(
    tx: &Tx<'_>,
    batch: i64,
    status: u8,
    bits: StatusBits,
    count: usize,
) -> Result<Vec<NewCredential>, AuthorityError> {
    let list = match tx.newest_status_list(bits)? {
        Some(newest) if tx.places_taken(newest)? < FULL => newest,
        _ => tx.add_status_list(bits)?,
    };
    let mut places = Vec::with_capacity(count);
    while places.len() < count {
        let place = NewCredential {
            list,
            idx: token::below(LIST_SIZE)?,
            status: entry(status, bits),
        };
        if tx.put_credential(batch, &place)? {
            places.push(place);
        }
    }
    Ok(places)
}
