use std::ops::Deref;

use permitcard_crypto::{Zeroizing, aead::AeadKey};
use rusqlite::{Connection, OptionalExtension};

use crate::{
    OutboxEntry, Table, VaultError,
    connection::sql,
    format::{
        Place,
        keys::Keys,
        manifest::{RowId, Stamp, log_mac, row_id},
        record::{self, LONGEST_KEY, LONGEST_VALUE},
    },
    outbox,
    schema::KeySlot,
    state::State,
};

const LOG: &str = "log";

/// The key and the value of a record.
pub type Record = (Vec<u8>, Vec<u8>);

/// A consistent view of the vault. Every record that it gives was checked against the sealed manifest.
pub struct ReadTx<'a> {
    connection: &'a Connection,
    keys: &'a Keys,
    state: State,
}

impl<'a> ReadTx<'a> {
    pub(crate) fn new(connection: &'a Connection, keys: &'a Keys, state: State) -> Self {
        Self {
            connection,
            keys,
            state,
        }
    }

    pub(crate) fn into_state(self) -> State {
        self.state
    }

    pub(crate) fn keys(&self) -> &'a Keys {
        self.keys
    }

    /// The value under `key`; `None` where there is none.
    ///
    /// # Errors
    /// [`VaultError::Corrupt`] for a record that was changed, replaced or hidden.
    pub fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, VaultError> {
        let id = row_id(self.keys, table, key);
        let Some(stamp) = self.state.index.get(table, &id) else {
            return Ok(None);
        };
        let content = self.open_record(&self.keys.enc(table.name())?, table, &id, stamp)?;
        let (found, value) = record::split(&content)?;
        if found == key {
            Ok(Some(value.to_vec()))
        } else {
            Err(VaultError::Corrupt)
        }
    }

    /// How many records a table has.
    pub fn count(&self, table: Table) -> usize {
        self.state.index.rows_of(table).count()
    }

    /// All keys and values of a table, in the order of the keys' bytes.
    ///
    /// # Errors
    /// [`VaultError::Corrupt`] for a record that was changed, replaced or hidden.
    pub fn list(&self, table: Table) -> Result<Vec<Record>, VaultError> {
        let enc = self.keys.enc(table.name())?;
        let mut records = self
            .state
            .index
            .rows_of(table)
            .map(|(id, stamp)| {
                let content = self.open_record(&enc, table, id, stamp)?;
                let (key, value) = record::split(&content)?;
                Ok((key.to_vec(), value.to_vec()))
            })
            .collect::<Result<Vec<_>, VaultError>>()?;
        records.sort();
        Ok(records)
    }

    /// All waiting requests, in the order in which they were first put.
    ///
    /// # Errors
    /// [`VaultError::Corrupt`] for a record that was changed, replaced or hidden.
    pub fn outbox(&self) -> Result<Vec<OutboxEntry>, VaultError> {
        let mut entries = self
            .list(Table::Outbox)?
            .iter()
            .map(|(key, value)| outbox::decode(key, value).ok_or(VaultError::Corrupt))
            .collect::<Result<Vec<_>, _>>()?;
        entries.sort_by_key(|(order, _)| *order);
        Ok(entries.into_iter().map(|(_, entry)| entry).collect())
    }

    /// All entries of the disclosure log, oldest first.
    ///
    /// # Errors
    /// [`VaultError::Corrupt`] for an entry that was changed, or that is missing anywhere.
    pub fn read_log(&self) -> Result<Vec<Vec<u8>>, VaultError> {
        let (enc, mac_key) = (self.keys.enc(LOG)?, self.keys.log());
        let mut query = self
            .connection
            .prepare_cached("SELECT seq, blob, mac FROM log ORDER BY seq")
            .map_err(sql)?;
        let mut rows = query.query([]).map_err(sql)?;
        let (mut entries, mut mac) = (Vec::new(), [0; 32]);
        while let Some(row) = rows.next().map_err(sql)? {
            let number = entries.len() as u64 + 1;
            let sealed: Vec<u8> = row.get(1).map_err(sql)?;
            mac = log_mac(&mac_key, &mac, &sealed);
            if row.get::<_, i64>(0).map_err(sql)? as u64 != number || row.get::<_, [u8; 32]>(2).map_err(sql)? != mac {
                return Err(VaultError::Corrupt);
            }
            let place = Place {
                table: LOG,
                id: &number.to_be_bytes(),
                generation: 0,
            };
            entries.push(record::open(&enc, &place, &sealed)?.to_vec());
        }
        let manifest = &self.state.manifest;
        if entries.len() as u64 != manifest.log_count || mac != manifest.log_mac {
            return Err(VaultError::Corrupt);
        }
        Ok(entries)
    }

    /// The number of entries of the disclosure log, without reading them.
    pub fn log_len(&self) -> u64 {
        self.state.manifest.log_count
    }

    fn open_record(
        &self,
        enc: &AeadKey,
        table: Table,
        id: &RowId,
        stamp: Stamp,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (generation, sealed): (i64, Vec<u8>) = self
            .connection
            .prepare_cached("SELECT generation, blob FROM record WHERE tbl = ?1 AND rid = ?2")
            .and_then(|mut query| {
                query
                    .query_row((table.number(), id), |row| Ok((row.get(0)?, row.get(1)?)))
                    .optional()
            })
            .map_err(sql)?
            .ok_or(VaultError::Corrupt)?;
        if u64::try_from(generation) != Ok(stamp.generation) || record::tag(&sealed)? != stamp.tag {
            return Err(VaultError::Corrupt);
        }
        record::open(
            enc,
            &Place {
                table: table.name(),
                id,
                generation: stamp.generation,
            },
            &sealed,
        )
    }
}

/// A change of the vault, all or nothing. Reads inside it see what it wrote. After a failed change every further one
/// fails in the same way, and nothing is kept.
pub struct WriteTx<'a> {
    read: ReadTx<'a>,
    generation: u64,
    done: Done,
    failed: Option<VaultError>,
}

/// What a transaction did.
#[derive(Default, Clone, Copy)]
pub(crate) struct Done {
    pub changed: bool,
    pub deleted: bool,
}

impl<'a> Deref for WriteTx<'a> {
    type Target = ReadTx<'a>;

    fn deref(&self) -> &Self::Target {
        &self.read
    }
}

impl<'a> WriteTx<'a> {
    pub(crate) fn new(read: ReadTx<'a>) -> Self {
        let generation = read.state.manifest.generation + 1;
        Self {
            read,
            generation,
            done: Done::default(),
            failed: None,
        }
    }

    /// Stores `value` under `key`, in place of what was there.
    ///
    /// # Errors
    /// [`VaultError::TooLarge`], [`VaultError::Full`], [`VaultError::Corrupt`], [`VaultError::Io`].
    pub fn put(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), VaultError> {
        self.change(|tx| {
            if key.len() > LONGEST_KEY || value.len() > LONGEST_VALUE {
                return Err(VaultError::TooLarge);
            }
            let id = row_id(tx.keys, table, key);
            let place = Place {
                table: table.name(),
                id: &id,
                generation: tx.generation,
            };
            let sealed = record::seal(&tx.keys.enc(table.name())?, &place, &record::join(key, value))?;
            let stamp = Stamp {
                generation: tx.generation,
                tag: record::tag(&sealed)?,
            };
            let statement = if tx.state.index.get(table, &id).is_some() {
                "UPDATE record SET generation = ?3, blob = ?4 WHERE tbl = ?1 AND rid = ?2"
            } else {
                "INSERT INTO record (tbl, rid, generation, blob) VALUES (?1, ?2, ?3, ?4)"
            };
            tx.one_row(statement, (table.number(), id, tx.sql_generation()?, sealed))?;
            tx.read.state.index.insert(table.number(), id, stamp);
            Ok(())
        })
    }

    /// Removes `key`; tells whether it was there.
    ///
    /// # Errors
    /// [`VaultError::Full`], [`VaultError::Corrupt`], [`VaultError::Io`].
    pub fn delete(&mut self, table: Table, key: &[u8]) -> Result<bool, VaultError> {
        let id = row_id(self.keys, table, key);
        self.delete_row(table, id)
    }

    /// Removes all records of a table.
    ///
    /// # Errors
    /// As [`delete`](Self::delete).
    pub fn clear(&mut self, table: Table) -> Result<(), VaultError> {
        let ids: Vec<RowId> = self.state.index.rows_of(table).map(|(id, _)| *id).collect();
        for id in ids {
            self.delete_row(table, id)?;
        }
        Ok(())
    }

    /// Stores a waiting request, or its new state. It keeps its place in the order.
    ///
    /// # Errors
    /// As [`put`](Self::put).
    pub fn put_outbox(&mut self, entry: &OutboxEntry) -> Result<(), VaultError> {
        let waiting = self.list(Table::Outbox)?;
        let mut order = 1;
        for (key, value) in &waiting {
            let (place, _) = outbox::decode(key, value).ok_or(VaultError::Corrupt)?;
            if key == entry.op_id.as_bytes() {
                order = place;
                break;
            }
            order = order.max(place + 1);
        }
        self.put(Table::Outbox, entry.op_id.as_bytes(), &outbox::encode(order, entry))
    }

    /// Removes a waiting request; tells whether it was there.
    ///
    /// # Errors
    /// As [`delete`](Self::delete).
    pub fn delete_outbox(&mut self, op_id: &str) -> Result<bool, VaultError> {
        self.delete(Table::Outbox, op_id.as_bytes())
    }

    /// Adds an entry at the end of the disclosure log. The cost does not grow with the log.
    ///
    /// # Errors
    /// As [`put`](Self::put).
    pub fn append_log(&mut self, entry: &[u8]) -> Result<(), VaultError> {
        self.change(|tx| {
            if entry.len() > LONGEST_VALUE {
                return Err(VaultError::TooLarge);
            }
            let number = tx.state.manifest.log_count + 1;
            let seq = i64::try_from(number).map_err(|_| VaultError::Corrupt)?;
            let place = Place {
                table: LOG,
                id: &number.to_be_bytes(),
                generation: 0,
            };
            let sealed = record::seal(&tx.keys.enc(LOG)?, &place, entry)?;
            let mac = log_mac(&tx.keys.log(), &tx.state.manifest.log_mac, &sealed);
            tx.one_row(
                "INSERT INTO log (seq, blob, mac) VALUES (?1, ?2, ?3)",
                (seq, sealed, mac),
            )?;
            tx.read.state.manifest.log_count = number;
            tx.read.state.manifest.log_mac = mac;
            Ok(())
        })
    }

    /// Removes the whole disclosure log, on the holder's word.
    ///
    /// # Errors
    /// As [`delete`](Self::delete).
    pub fn clear_log(&mut self) -> Result<(), VaultError> {
        self.change(|tx| {
            tx.connection.execute("DELETE FROM log", []).map_err(sql)?;
            tx.read.state.manifest.log_count = 0;
            tx.read.state.manifest.log_mac = [0; 32];
            tx.done.deleted = true;
            Ok(())
        })
    }

    /// The epoch after this one; only [`replace_slot`](Self::replace_slot) moves to it.
    pub(crate) fn next_epoch(&self) -> Result<u64, VaultError> {
        self.state.manifest.epoch.checked_add(1).ok_or(VaultError::Corrupt)
    }

    pub(crate) fn replace_slot(&mut self, slot: &KeySlot) -> Result<(), VaultError> {
        self.change(|tx| {
            slot.write(tx.connection)?;
            tx.read.state.manifest.epoch = slot.created_epoch;
            tx.done.deleted = true;
            Ok(())
        })
    }

    /// Seals the manifest over what the transaction leaves. The caller commits.
    pub(crate) fn finish(mut self) -> Result<(State, Done), VaultError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        if self.done.changed {
            let state = &mut self.read.state;
            state.manifest.generation = self.generation;
            state.manifest.count = state.index.count();
            state.manifest.hash = state.index.hash();
            state.sealed = state.manifest.seal(self.read.keys)?;
            let sealed = self.state.sealed.clone();
            self.one_row("UPDATE manifest SET blob = ?1 WHERE id = 1", [sealed])?;
        }
        Ok((self.read.state, self.done))
    }

    fn delete_row(&mut self, table: Table, id: RowId) -> Result<bool, VaultError> {
        if self.state.index.get(table, &id).is_none() {
            return Ok(false);
        }
        self.change(|tx| {
            tx.one_row("DELETE FROM record WHERE tbl = ?1 AND rid = ?2", (table.number(), id))?;
            tx.read.state.index.remove(table, &id);
            tx.done.deleted = true;
            Ok(true)
        })
    }

    /// Runs one change. SQLite may have rolled back everything when one fails, so that nothing may follow it.
    fn change<T>(&mut self, change: impl FnOnce(&mut Self) -> Result<T, VaultError>) -> Result<T, VaultError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        self.done.changed = true;
        change(self).inspect_err(|error| self.failed = Some(*error))
    }

    /// Runs a statement that has to change exactly one row; the index of a damaged file may find none or two.
    fn one_row(&self, statement: &str, values: impl rusqlite::Params) -> Result<(), VaultError> {
        let changed = self
            .connection
            .prepare_cached(statement)
            .and_then(|mut statement| statement.execute(values))
            .map_err(sql)?;
        if changed == 1 { Ok(()) } else { Err(VaultError::Corrupt) }
    }

    fn sql_generation(&self) -> Result<i64, VaultError> {
        i64::try_from(self.generation).map_err(|_| VaultError::Corrupt)
    }
}
