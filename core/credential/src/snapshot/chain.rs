use permitcard_crypto::{ecdsa::PublicKey, hash::sha256};

use super::{MAX_SNAPSHOT, RootChange, SnapshotError, TrustList, root, trust};
use crate::cose::{KeyId, Sign1, cbor::Limits, encode_key};

/// The most trust lists and changes of root in one file.
const MAX_TRUST_ITEMS: usize = 8;
const LIMITS: Limits = Limits::new(MAX_SNAPSHOT);

/// What the trust lists and changes of root of a file come to.
pub(super) struct Trusted {
    /// The newest trust list.
    pub(super) list: TrustList,
    /// The names of its keys, in the same order.
    pub(super) names: Vec<KeyId>,
    /// The root key that signed it.
    pub(super) root: PublicKey,
    /// The root keys before, the given one first.
    pub(super) earlier_roots: Vec<PublicKey>,
}

/// The trust lists and changes of root at the start of the file.
pub(super) struct Chain {
    root: PublicKey,
    earlier_roots: Vec<PublicKey>,
    trust: Option<(TrustList, Vec<KeyId>)>,
    changing: bool,
    items: usize,
}

impl Chain {
    /// Nothing read yet; `root` is the key that was given out of band.
    pub(super) fn new(root: &PublicKey) -> Self {
        Self {
            root: root.clone(),
            earlier_roots: Vec::new(),
            trust: None,
            changing: false,
            items: 0,
        }
    }

    /// What the file trusts. After a change of root only a list of the new one counts.
    pub(super) fn finish(self) -> Result<Trusted, SnapshotError> {
        let (list, names) = self
            .trust
            .filter(|_| !self.changing)
            .ok_or(SnapshotError::TrustListMissing)?;
        Ok(Trusted {
            list,
            names,
            root: self.root,
            earlier_roots: self.earlier_roots,
        })
    }

    /// Takes an item in; false for one of another kind.
    pub(super) fn take(&mut self, item: &[u8]) -> Result<bool, SnapshotError> {
        let typ = Sign1::parse(item, &LIMITS)?.typ();
        if typ != Some(trust::TYP) && typ != Some(root::TYP) {
            return Ok(false);
        }
        self.items += 1;
        if self.items > MAX_TRUST_ITEMS {
            return Err(SnapshotError::TooLarge);
        }
        if typ == Some(root::TYP) {
            let change = RootChange::parse(item, &self.root)?;
            let announced = self.trust.as_ref().and_then(|(list, _)| list.next_root);
            if announced.is_some_and(|hash| hash != sha256(&encode_key(&change.new_root))) {
                return Err(SnapshotError::RootUnannounced);
            }
            self.earlier_roots
                .push(std::mem::replace(&mut self.root, change.new_root));
            self.changing = true;
            return Ok(true);
        }
        let (list, names) = TrustList::parse_named(item, &self.root)?;
        if self
            .trust
            .as_ref()
            .is_some_and(|(before, _)| list.serial <= before.serial)
        {
            return Err(SnapshotError::SerialNotRising);
        }
        self.trust = Some((list, names));
        self.changing = false;
        Ok(true)
    }
}
