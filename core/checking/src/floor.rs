use permitcard_credential::{
    cose::cbor::{CborError, Limits, Reader, Writer},
    snapshot::Snapshot,
};

use crate::CheckingError;

/// The most list names that are remembered; the least recently issued ones are forgotten first.
const MAX_LISTS: usize = 1_024;
const LIMITS: Limits = Limits::new(512 * 1024).entries(MAX_LISTS);

/// What a new snapshot must not go below: the highest serial, and for each list, trust list and beacon values among them,
/// its time.
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
        for (uri, issued_at) in snapshot.times() {
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
    use crate::tests::world::{Authority, ISSUE, NOW, URI};

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
    fn names_of_lists_do_not_pile_up() {
        let authority = Authority::new();
        let snapshot = Snapshot::parse(&authority.snapshot(ISSUE), authority.root.public_key(), NOW).unwrap();
        let lists = (0..MAX_LISTS as i64)
            .map(|number| (format!("u/{number}"), number))
            .collect();
        let floor = SnapshotFloor { serial: 0, lists }.raise(&snapshot).unwrap();
        assert_eq!(floor.lists.len(), MAX_LISTS);
        let has = |uri: &str| floor.lists.iter().any(|(known, _)| known == uri);
        // The two oldest made room for the trust list and its status list.
        assert!(has(URI) && has("u/2") && !has("u/1") && !has("u/0"));
        assert_eq!(SnapshotFloor::decode(&floor.encode()).unwrap(), floor);
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
