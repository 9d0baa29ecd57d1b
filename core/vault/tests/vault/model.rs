//! The vault does what a map would do, whatever the order of calls, and after each reopening.

use std::collections::BTreeMap;

use permitcard_vault::{OutboxEntry, Table, Vault, VaultError, WriteTx};
use proptest::prelude::*;

use crate::common::{Content, Home, outbox_entry};

#[derive(Debug, Clone)]
enum Change {
    Put(Table, u8, Vec<u8>),
    Delete(Table, u8),
    Clear(Table),
    PutOutbox(u8, u32),
    DeleteOutbox(u8),
    Log(Vec<u8>),
    ClearLog,
}

#[derive(Debug, Clone)]
enum Step {
    Commit(Vec<Change>),
    Abandon(Vec<Change>),
    Reopen,
    Rewrap,
}

#[derive(Default, Clone)]
struct Model {
    records: BTreeMap<Table, BTreeMap<Vec<u8>, Vec<u8>>>,
    outbox: Vec<OutboxEntry>,
    log: Vec<Vec<u8>>,
}

fn table() -> impl Strategy<Value = Table> {
    prop_oneof![Just(Table::Setting), Just(Table::Card), Just(Table::Replay)]
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => prop::collection::vec(any::<u8>(), 0..600),
        // More than a page of the file.
        1 => (4000usize..9000, any::<u8>()).prop_map(|(length, byte)| vec![byte; length]),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        5 => (table(), 0u8..5, value()).prop_map(|(t, k, v)| Change::Put(t, k, v)),
        3 => (table(), 0u8..5).prop_map(|(t, k)| Change::Delete(t, k)),
        1 => table().prop_map(Change::Clear),
        2 => (0u8..4, any::<u32>()).prop_map(|(op, n)| Change::PutOutbox(op, n)),
        1 => (0u8..4).prop_map(Change::DeleteOutbox),
        3 => value().prop_map(Change::Log),
        1 => Just(Change::ClearLog),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => prop::collection::vec(change(), 0..5).prop_map(Step::Commit),
        2 => prop::collection::vec(change(), 0..5).prop_map(Step::Abandon),
        2 => Just(Step::Reopen),
        1 => Just(Step::Rewrap),
    ]
}

impl Model {
    fn apply(&mut self, change: &Change) {
        match change {
            Change::Put(table, key, value) => {
                self.records
                    .entry(*table)
                    .or_default()
                    .insert(vec![*key], value.clone());
            }
            Change::Delete(table, key) => {
                self.records.entry(*table).or_default().remove(&vec![*key]);
            }
            Change::Clear(table) => self.records.entry(*table).or_default().clear(),
            Change::PutOutbox(op, attempts) => {
                let entry = OutboxEntry {
                    attempts: *attempts,
                    ..outbox_entry(&op.to_string())
                };
                match self.outbox.iter_mut().find(|e| e.op_id == entry.op_id) {
                    Some(there) => *there = entry,
                    None => self.outbox.push(entry),
                }
            }
            Change::DeleteOutbox(op) => self.outbox.retain(|entry| entry.op_id != op.to_string()),
            Change::Log(entry) => self.log.push(entry.clone()),
            Change::ClearLog => self.log.clear(),
        }
    }

    /// Does the changes in both, and checks that the transaction sees what it wrote.
    fn run(&mut self, tx: &mut WriteTx<'_>, changes: &[Change]) -> Result<(), VaultError> {
        for change in changes {
            match change {
                Change::Put(table, key, value) => tx.put(*table, &[*key], value)?,
                Change::Delete(table, key) => {
                    let there = self.records.get(table).is_some_and(|t| t.contains_key(&vec![*key]));
                    assert_eq!(tx.delete(*table, &[*key])?, there);
                }
                Change::Clear(table) => tx.clear(*table)?,
                Change::PutOutbox(op, attempts) => {
                    tx.put_outbox(&OutboxEntry {
                        attempts: *attempts,
                        ..outbox_entry(&op.to_string())
                    })?;
                }
                Change::DeleteOutbox(op) => {
                    tx.delete_outbox(&op.to_string())?;
                }
                Change::Log(entry) => tx.append_log(entry)?,
                Change::ClearLog => tx.clear_log()?,
            }
            self.apply(change);
            assert_eq!(tx.log_len(), self.log.len() as u64);
            assert_eq!(tx.outbox()?, self.outbox);
            if let Change::Put(table, key, value) = change {
                assert_eq!(tx.get(*table, &[*key])?.as_ref(), Some(value));
            }
        }
        Ok(())
    }

    fn check(&self, vault: &Vault) {
        let content = Content::of(vault).unwrap();
        for (table, records) in &content.records {
            if *table != Table::Outbox {
                let expected: Vec<_> = self
                    .records
                    .get(table)
                    .cloned()
                    .unwrap_or_default()
                    .into_iter()
                    .collect();
                assert_eq!(*records, expected);
            }
        }
        assert_eq!(content.outbox, self.outbox);
        assert_eq!(content.log, self.log);
    }
}

pub fn rewrap(home: &Home, vault: &Vault) {
    use permitcard_platform::{DeviceKeys, KeyPurpose, KeySpec};
    let keys = home.keys();
    let old = keys.list().unwrap().remove(0).key_id;
    let new = keys
        .create_many(
            KeySpec {
                purpose: KeyPurpose::Wrapping,
            },
            1,
            vec![],
        )
        .unwrap()
        .remove(0)
        .key_id;
    let (key, aad) = vault.key_to_wrap().unwrap();
    let ciphertext = keys.seal(new.clone(), aad, key.to_seal()).unwrap();
    vault.replace_wrapping(&new, &ciphertext).unwrap();
    keys.delete(old).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn behaves_like_a_map(steps in prop::collection::vec(step(), 1..12)) {
        let home = Home::new();
        let mut vault = home.open().unwrap();
        let mut model = Model::default();
        for step in &steps {
            match step {
                Step::Commit(changes) => vault.write(|tx| model.run(tx, changes)).unwrap(),
                Step::Abandon(changes) => {
                    let mut scratch = model.clone();
                    let abandoned = vault.write(|tx| {
                        scratch.run(tx, changes)?;
                        Err::<(), _>(VaultError::NotCreated)
                    });
                    prop_assert_eq!(abandoned, Err(VaultError::NotCreated));
                }
                Step::Reopen => {
                    drop(vault);
                    vault = home.open().unwrap();
                }
                Step::Rewrap => rewrap(&home, &vault),
            }
            model.check(&vault);
        }
        drop(vault);
        model.check(&home.open().unwrap());
    }
}
