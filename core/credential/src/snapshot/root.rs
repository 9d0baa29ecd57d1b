use permitcard_crypto::ecdsa::PublicKey;

use super::{Snapshot, SnapshotError};
use crate::cose::{
    Algorithm, CoseError, Sign1, Typ, Unsigned,
    cbor::{Key, Limits, Reader, Writer},
    encode_key, key_id, read_key,
};

/// The type of a change of root.
pub(super) const TYP: Typ<'static> = Typ::Text("application/vnd.permitcard.root-change+cwt");

/// The longest change of root, in bytes.
const LIMITS: Limits = Limits::new(1_024);
const IAT: i64 = 6;
const ROOT_CHANGE: i64 = -65_537;
const KEY: i64 = 1;

/// The old root key names the new one. The trust list after it is signed by the new one, so both have to agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootChange {
    /// When it was signed, seconds since 1970.
    pub issued_at: i64,
    /// The new root key.
    pub new_root: PublicKey,
}

impl RootChange {
    /// Prepares the CWT for the signature of `old_root`.
    pub fn build(&self, old_root: &PublicKey) -> Unsigned {
        let mut writer = Writer::with_capacity(160);
        writer.map(2).int(IAT).int(self.issued_at);
        writer.int(ROOT_CHANGE).map(1).int(KEY).raw(&encode_key(&self.new_root));
        let algorithm = Algorithm::of_curve(old_root.curve());
        Unsigned::with_typ(algorithm, Some(&key_id(old_root)), TYP, &writer.into_bytes())
    }

    /// Reads and verifies a change that `old_root` signed.
    ///
    /// # Errors
    /// [`SnapshotError::RootSignatureInvalid`], [`SnapshotError::ItemUnexpected`] for another type, or an error of the
    /// structure.
    pub fn parse(bytes: &[u8], old_root: &PublicKey) -> Result<Self, SnapshotError> {
        let sign1 = Sign1::parse(bytes, &LIMITS)?;
        if sign1.typ() != Some(TYP) {
            return Err(SnapshotError::ItemUnexpected);
        }
        sign1
            .verify(old_root)
            .map_err(|_| SnapshotError::RootSignatureInvalid)?;
        let (mut issued_at, mut new_root) = (None, None);
        let mut reader = Reader::new(sign1.payload(), &LIMITS).map_err(CoseError::from)?;
        reader.map(|key, reader| -> Result<(), CoseError> {
            match key {
                Key::Int(IAT) => issued_at = Some(reader.int()?),
                Key::Int(ROOT_CHANGE) => {
                    reader.map(|key, reader| -> Result<(), CoseError> {
                        match key {
                            Key::Int(KEY) => new_root = Some(read_key(reader)?),
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
        match (issued_at, new_root) {
            (Some(issued_at), Some(new_root)) => Ok(Self { issued_at, new_root }),
            _ => Err(SnapshotError::TrustListInvalid),
        }
    }
}

/// Why a file was refused by [`Roots`]. Carries no input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RootsError {
    /// The file itself.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// It is of a root key that was replaced, and does not lead to the new one.
    #[error("the snapshot is of a root key that was replaced")]
    Replaced,
}

/// The root key that was given out of band, and the one that it was changed to since. Whoever reads files one after the
/// other keeps the second one: a root key that was stolen and replaced signs nothing that counts any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roots {
    given: PublicKey,
    current: PublicKey,
}

impl Roots {
    /// `changed` is the root that the newest file ended with; `None` as long as that is the given one.
    pub fn new(given: PublicKey, changed: Option<PublicKey>) -> Self {
        let current = changed.unwrap_or_else(|| given.clone());
        Self { given, current }
    }

    /// The root key that counts now.
    pub fn current(&self) -> &PublicKey {
        &self.current
    }

    /// Reads a file of the current root, or one that leads from the given root through the current one. `now` is in seconds
    /// since 1970, as for [`Snapshot::parse`]. What it changes the root to is its [`root`](Snapshot::root).
    ///
    /// # Errors
    /// [`RootsError`].
    pub fn parse(&self, file: &[u8], now: i64) -> Result<Snapshot, RootsError> {
        if self.current != self.given {
            match Snapshot::parse(file, &self.current, now) {
                Err(SnapshotError::RootSignatureInvalid) => {}
                other => return Ok(other?),
            }
        }
        let snapshot = Snapshot::parse(file, &self.given, now)?;
        if self.accepts(&snapshot) {
            Ok(snapshot)
        } else {
            Err(RootsError::Replaced)
        }
    }

    /// Whether a file that was read before still counts: it ends with the current root, or goes through it.
    pub fn accepts(&self, snapshot: &Snapshot) -> bool {
        *snapshot.root() == self.current || snapshot.earlier_roots().contains(&self.current)
    }
}
