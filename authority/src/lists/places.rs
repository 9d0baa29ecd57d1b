use crate::{
    AuthorityError,
    store::{NewCredential, Tx},
    token,
};

/// Places of a list. A verifier takes the whole list, so that nobody learns which place he looks at.
pub(super) const LIST_SIZE: u32 = 1 << 17;
/// A list that is half full makes way for the next one: random places are found at once, and it never fills up.
const FULL: u32 = LIST_SIZE / 2;

/// Takes `count` random places for new credentials of a batch.
pub(crate) fn take_places(
    tx: &Tx<'_>,
    batch: i64,
    status: u8,
    count: usize,
) -> Result<Vec<NewCredential>, AuthorityError> {
    let list = match tx.status_lists()?.last() {
        Some(last) if tx.places_taken(*last)? < FULL => *last,
        last => {
            let next = last.map_or(1, |last| last + 1);
            tx.put_status_list(next)?;
            next
        }
    };
    let mut places = Vec::with_capacity(count);
    while places.len() < count {
        let place = NewCredential {
            list,
            idx: token::below(LIST_SIZE)?,
            status,
        };
        if tx.put_credential(batch, &place)? {
            places.push(place);
        }
    }
    Ok(places)
}
