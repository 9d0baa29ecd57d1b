use permitcard_crypto::ecdsa::PublicKey;

use super::{SnapshotError, TrustKey};
use crate::cose::{
    Algorithm, CoseError, KeyId, Sign1, Typ, Unsigned,
    cbor::{Key, Limits, Reader, Writer},
    key_id,
};

/// The longest trust list that is read, in bytes.
pub const MAX_TRUST_LIST: usize = 256 * 1024;
/// The most keys of a trust list.
pub const MAX_KEYS: usize = 256;
/// The most status lists that a trust list points to, and that a snapshot holds.
pub const MAX_STATUS_LISTS: usize = 64;

/// The type of a trust list.
pub(super) const TYP: Typ<'static> = Typ::Text("application/vnd.permitcard.trust-list+cwt");

/// The longest name or path that is read, in bytes.
const MAX_TEXT: usize = 128;
const LIMITS: Limits = Limits::new(MAX_TRUST_LIST).entries(MAX_KEYS);

const SUB: i64 = 2;
const EXP: i64 = 4;
const IAT: i64 = 6;
const TTL: i64 = 65_534;
const TRUST: i64 = -65_537;
const SERIAL: i64 = 1;
const KEYS: i64 = 2;
const POINTERS: i64 = 3;
const NEXT_ROOT: i64 = 4;

/// Where a status list is to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusPointer {
    /// The logical name of the list, as credentials name it. At most 128 bytes.
    pub uri: String,
    /// The path below the authority's URL, beginning with `/`: letters, digits, `/`, `-`, `_`. At most 128 bytes.
    pub path: String,
}

impl StatusPointer {
    fn check(&self) -> bool {
        let path = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_');
        !self.uri.is_empty()
            && self.uri.len() <= MAX_TEXT
            && self.path.len() <= MAX_TEXT
            && self.path.starts_with('/')
            && !self.path.contains("//")
            && self.path.bytes().all(path)
    }
}

/// Who may sign what: the keys, signed by the root key (credential formats 6.7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustList {
    /// The logical name of this list. At most 128 bytes.
    pub uri: String,
    /// When it was issued, seconds since 1970.
    pub issued_at: i64,
    /// The last second in which it counts.
    pub expires_at: i64,
    /// Seconds after which a newer one should be fetched.
    pub ttl_s: u64,
    /// Rises with each list; a verifier never goes back.
    pub serial: u64,
    /// The keys, at most [`MAX_KEYS`].
    pub keys: Vec<TrustKey>,
    /// The status lists, at most [`MAX_STATUS_LISTS`].
    pub status_lists: Vec<StatusPointer>,
    /// SHA-256 of the COSE_Key that will be the next root, where it is known already.
    pub next_root: Option<[u8; 32]>,
}

impl TrustList {
    /// Prepares the CWT for the signature of `root`.
    ///
    /// # Errors
    /// [`SnapshotError::TrustListInvalid`] for a list that no reader would take.
    pub fn build(&self, root: &PublicKey) -> Result<Unsigned, SnapshotError> {
        self.check()?;
        let mut writer = Writer::with_capacity(256 + 192 * self.keys.len());
        writer
            .map(5)
            .int(SUB)
            .text(&self.uri)
            .int(EXP)
            .int(self.expires_at)
            .int(IAT)
            .int(self.issued_at);
        writer.int(TTL).uint(self.ttl_s);
        writer.int(TRUST).map(if self.next_root.is_some() { 4 } else { 3 });
        writer.int(SERIAL).uint(self.serial);
        writer.int(KEYS).array(self.keys.len());
        for key in &self.keys {
            key.write(&mut writer);
        }
        writer.int(POINTERS).array(self.status_lists.len());
        for pointer in &self.status_lists {
            writer.array(2).text(&pointer.uri).text(&pointer.path);
        }
        if let Some(hash) = &self.next_root {
            writer.int(NEXT_ROOT).bytes(hash);
        }
        let algorithm = Algorithm::of_curve(root.curve());
        Ok(Unsigned::with_typ(
            algorithm,
            Some(&key_id(root)),
            TYP,
            &writer.into_bytes(),
        ))
    }

    /// Reads and verifies a list that `root` signed. Unknown claims are ignored.
    ///
    /// # Errors
    /// [`SnapshotError::RootSignatureInvalid`], [`SnapshotError::ItemUnexpected`] for another type,
    /// [`SnapshotError::TrustListInvalid`] for its claims, or an error of the structure.
    pub fn parse(bytes: &[u8], root: &PublicKey) -> Result<Self, SnapshotError> {
        Self::parse_named(bytes, root).map(|(list, _)| list)
    }

    /// As [`parse`](Self::parse), with the name of each key beside it.
    pub(super) fn parse_named(bytes: &[u8], root: &PublicKey) -> Result<(Self, Vec<KeyId>), SnapshotError> {
        let sign1 = Sign1::parse(bytes, &LIMITS)?;
        if sign1.typ() != Some(TYP) {
            return Err(SnapshotError::ItemUnexpected);
        }
        sign1.verify(root).map_err(|_| SnapshotError::RootSignatureInvalid)?;
        let mut names = Vec::new();
        let (mut uri, mut expires_at, mut issued_at, mut serial) = (None, None, None, None);
        let (mut keys, mut status_lists, mut next_root, mut ttl_s) = (Vec::new(), Vec::new(), None, 0);
        let mut reader = Reader::new(sign1.payload(), &LIMITS).map_err(CoseError::from)?;
        reader.map(|key, reader| -> Result<(), CoseError> {
            match key {
                Key::Int(SUB) => uri = Some(reader.text()?),
                Key::Int(EXP) => expires_at = Some(reader.int()?),
                Key::Int(IAT) => issued_at = Some(reader.int()?),
                Key::Int(TTL) => ttl_s = reader.uint()?,
                Key::Int(TRUST) => {
                    reader.map(|key, reader| -> Result<(), CoseError> {
                        match key {
                            Key::Int(SERIAL) => serial = Some(reader.uint()?),
                            Key::Int(KEYS) => {
                                reader.array(|_, reader| -> Result<(), CoseError> {
                                    let (name, key) = TrustKey::read(reader)?;
                                    names.push(name);
                                    keys.push(key);
                                    Ok(())
                                })?;
                            }
                            Key::Int(POINTERS) => {
                                reader.array(|_, reader| {
                                    read_pointer(reader).map(|pointer| status_lists.push(pointer))
                                })?;
                            }
                            Key::Int(NEXT_ROOT) => next_root = Some(*reader.bytes_of::<32>()?),
                            _ => reader.skip()?,
                        }
                        Ok(())
                    })?;
                }
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        reader.finish().map_err(CoseError::from)?;
        let (Some(uri), Some(expires_at), Some(issued_at), Some(serial)) = (uri, expires_at, issued_at, serial) else {
            return Err(SnapshotError::TrustListInvalid);
        };
        if uri.len() > MAX_TEXT {
            return Err(SnapshotError::TrustListInvalid);
        }
        let uri = uri.to_owned();
        let list = Self {
            uri,
            issued_at,
            expires_at,
            ttl_s,
            serial,
            keys,
            status_lists,
            next_root,
        };
        list.check()?;
        Ok((list, names))
    }

    fn check(&self) -> Result<(), SnapshotError> {
        self.keys.iter().try_for_each(TrustKey::check)?;
        let good = !self.uri.is_empty()
            && self.uri.len() <= MAX_TEXT
            && self.issued_at <= self.expires_at
            && self.keys.len() <= MAX_KEYS
            && self.status_lists.len() <= MAX_STATUS_LISTS
            && self.status_lists.iter().all(StatusPointer::check);
        if good {
            Ok(())
        } else {
            Err(SnapshotError::TrustListInvalid)
        }
    }
}

fn read_pointer(reader: &mut Reader<'_>) -> Result<StatusPointer, CoseError> {
    reader.tuple(2, |reader| {
        let (uri, path) = (reader.text()?, reader.text()?);
        if uri.len() > MAX_TEXT || path.len() > MAX_TEXT {
            return Err(CoseError::TooLong);
        }
        Ok(StatusPointer {
            uri: uri.to_owned(),
            path: path.to_owned(),
        })
    })
}
