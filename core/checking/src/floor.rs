use permitcard_credential::{
    cose::cbor::{CborError, Limits, Reader, Writer},
    snapshot::Snapshot,
};

use crate::CheckingError;

/// The most list names that are remembered; the least recently issued ones are forgotten first.
const MAX_LISTS: usize = 1_024;
const LIMITS: Limits = Limits::new(512 * 1024).entries(MAX_LISTS);

/// What a new snapshot must not go below: the highest serial, and for each list, the trust list among them, its time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SnapshotFloor {
    serial: u64,
    lists: Vec<(String, i64)>,
}

impl SnapshotFloor {
    /// The floor after `snapshot`, or why it is refused.
    pub(crate) fn raise(&self, snapshot: &Snapshot) -> Result<Self, CheckingError> {
        if snapshot.serial() < self.serial {
            return Err(CheckingError::SerialRolledBack);
        }
        let mut lists = self.lists.clone();
        let trust = snapshot.trust_list();
        let status = snapshot.status_lists().map(|list| (list.uri, list.issued_at));
        for (uri, issued_at) in status.chain([(trust.uri.as_str(), trust.issued_at)]) {
            match lists.iter_mut().find(|(known, _)| known == uri) {
                Some((_, before)) if issued_at < *before => return Err(CheckingError::ListRolledBack),
                Some((_, before)) => *before = issued_at,
                None => lists.push((uri.to_owned(), issued_at)),
            }
        }
        lists.sort_by_key(|(_, issued_at)| std::cmp::Reverse(*issued_at));
        lists.truncate(MAX_LISTS);
        Ok(Self {
            serial: snapshot.serial(),
            lists,
        })
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(64 + 64 * self.lists.len());
        writer.array(2).uint(self.serial).array(self.lists.len());
        for (uri, issued_at) in &self.lists {
            writer.array(2).text(uri).int(*issued_at);
        }
        writer.into_bytes()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, CborError> {
        let mut reader = Reader::new(bytes, &LIMITS)?;
        let floor = reader.tuple(2, |reader| -> Result<Self, CborError> {
            let serial = reader.uint()?;
            let mut lists = Vec::new();
            reader.array(|_, reader| {
                reader.tuple(2, |reader| -> Result<(), CborError> {
                    lists.push((reader.text()?.to_owned(), reader.int()?));
                    Ok(())
                })
            })?;
            Ok(Self { serial, lists })
        })?;
        reader.finish()?;
        Ok(floor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frozen_bytes() {
        let floor = SnapshotFloor {
            serial: 7,
            lists: vec![("u".to_owned(), 1_000)],
        };
        let bytes = floor.encode();
        assert_eq!(bytes, [0x82, 7, 0x81, 0x82, 0x61, b'u', 0x19, 0x03, 0xe8]);
        assert_eq!(SnapshotFloor::decode(&bytes).unwrap(), floor);
        assert!(SnapshotFloor::decode(&bytes[..8]).is_err());
    }

    #[test]
    fn the_largest_record_reads_back() {
        let lists = (0..MAX_LISTS)
            .map(|number| (format!("{number:0>128}"), i64::MAX))
            .collect();
        let floor = SnapshotFloor {
            serial: u64::MAX,
            lists,
        };
        assert_eq!(SnapshotFloor::decode(&floor.encode()).unwrap(), floor);
    }
}
