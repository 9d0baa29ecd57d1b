//! What was encoded is read back, and no bytes at all make a reader panic.

use proptest::prelude::*;

use crate::{
    MasterKey, OutboxEntry, VaultError,
    format::{Place, fields, keys::Keys, manifest::Manifest, record},
    mark::{self, Reached},
    outbox,
};

fn keys() -> Keys {
    Keys::new(MasterKey::from_opened(vec![7; 32]).unwrap(), [8; 16])
}

proptest! {
    #[test]
    fn records(key in prop::collection::vec(any::<u8>(), 0..40), value in prop::collection::vec(any::<u8>(), 0..900),
               generation: u64, other: u64, flip: prop::sample::Index) {
        let enc = keys().enc("card").unwrap();
        let place = |generation| Place { table: "card", id: &key, generation };
        let sealed = record::seal(&enc, &place(generation), &record::join(&key, &value)).unwrap();
        let content = record::open(&enc, &place(generation), &sealed).unwrap();
        prop_assert_eq!(record::split(&content).unwrap(), (&key[..], &value[..]));
        if other != generation {
            prop_assert_eq!(record::open(&enc, &place(other), &sealed), Err(VaultError::Corrupt));
        }
        let mut changed = sealed.clone();
        let bit = flip.index(sealed.len() * 8);
        changed[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(record::open(&enc, &place(generation), &changed), Err(VaultError::Corrupt));
        prop_assert_eq!(record::open(&enc, &place(generation), &sealed[..bit / 8]), Err(VaultError::Corrupt));
    }

    #[test]
    fn lists_of_fields_are_never_the_same_bytes(
        a in prop::collection::vec(prop::collection::vec(0u8..3, 0..4), 0..4),
        b in prop::collection::vec(prop::collection::vec(0u8..3, 0..4), 0..4),
    ) {
        let join = |list: &[Vec<u8>]| fields(&list.iter().map(Vec::as_slice).collect::<Vec<_>>());
        prop_assert_eq!(join(&a) == join(&b), a == b);
    }

    #[test]
    fn manifests(epoch: u64, generation: u64, count: u64, hash: [u8; 32], log_count: u64, log_mac: [u8; 32]) {
        let manifest = Manifest { epoch, generation, count, hash, log_count, log_mac };
        let bytes = manifest.encode();
        prop_assert_eq!(Manifest::decode(&bytes), Some(manifest));
        prop_assert_eq!(Manifest::decode(&bytes[1..]), None);
        prop_assert_eq!(Manifest::decode(&[&bytes[..], &[0]].concat()), None);
    }

    #[test]
    fn marks(epoch: u64, generation: u64, flip in 0usize..33 * 8) {
        let reached = Reached { epoch, generation };
        let mut bytes = mark::encode(&keys(), reached);
        prop_assert_eq!(mark::check(&keys(), &bytes), Some(reached));
        bytes[flip / 8] ^= 1 << (flip % 8);
        prop_assert_eq!(mark::check(&keys(), &bytes), None);
    }

    #[test]
    fn outbox_entries(order: u64, op_id: String, kind: String, body: Vec<u8>, created: i64, attempts: u32,
                      not_before: i64) {
        let entry = OutboxEntry { op_id, kind, body, created, attempts, not_before };
        let bytes = outbox::encode(order, &entry);
        prop_assert_eq!(outbox::decode(entry.op_id.as_bytes(), &bytes), Some((order, entry)));
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let enc = keys().enc("card").unwrap();
        let place = Place { table: "card", id: &[], generation: 0 };
        prop_assert_eq!(record::open(&enc, &place, &bytes), Err(VaultError::Corrupt));
        prop_assert_eq!(Manifest::open(&keys(), &bytes), Err(VaultError::Corrupt));
        prop_assert_eq!(mark::check(&keys(), &bytes), None);
        let _ = (record::split(&bytes), record::tag(&bytes), Manifest::decode(&bytes), outbox::decode(&bytes, &bytes));
    }
}
