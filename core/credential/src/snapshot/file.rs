use permitcard_crypto::{ecdsa::PublicKey, hash::sha256};

use super::{
    KeyState, MAX_CANDIDATES, MAX_STATUS_LISTS, RootChange, SKEW_S, SnapshotError, StatusPointer, TrustKey, TrustList,
    Usage, root, trust,
};
use crate::{
    cose::{
        CoseError, KeyId, Sign1,
        cbor::{CborError, Limits, Reader},
        encode_key,
    },
    status::{SignedStatusToken, Status, StatusList, StatusToken},
};

/// The longest snapshot that is read, in bytes.
pub const MAX_SNAPSHOT: usize = 8 << 20;
/// The most trust lists and changes of root in one file.
const MAX_TRUST_ITEMS: usize = 8;
/// The most bytes that all status lists of a snapshot may take in memory.
const MAX_STATUS_MEMORY: usize = 32 << 20;

const LIMITS: Limits = Limits::new(MAX_SNAPSHOT);

/// A key that verified a status list token: for whom, and of which kind.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Signer {
    iss: String,
    test: bool,
}

/// A status list of the snapshot, and the issuers for which it counts.
#[derive(Debug, Clone)]
struct LoadedList {
    uri: String,
    signers: Vec<Signer>,
    issued_at: i64,
    expires_at: i64,
    list: StatusList,
}

/// Name and times of a status list in the snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusListAge<'a> {
    /// The logical name.
    pub uri: &'a str,
    /// When it was issued, seconds since 1970.
    pub issued_at: i64,
    /// The last second in which it counts.
    pub expires_at: i64,
}

/// What the snapshot knows about one credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusAnswer {
    /// There is no list of that name whose signer may speak for the issuer.
    Missing,
    /// The list is too old to count.
    Expired {
        /// When it was issued, seconds since 1970.
        issued_at: i64,
    },
    /// The list has no such entry.
    Outside {
        /// When it was issued, seconds since 1970.
        issued_at: i64,
    },
    /// The entry.
    Found {
        /// What it says.
        status: Status,
        /// When the list was issued, seconds since 1970.
        issued_at: i64,
    },
}

/// A parsed and verified snapshot.
#[derive(Debug, Clone)]
pub struct Snapshot {
    trust: TrustList,
    names: Vec<KeyId>,
    root: PublicKey,
    lists: Vec<LoadedList>,
    ignored: usize,
}

impl Snapshot {
    /// Reads and verifies a snapshot file. `root` is the key that was given out of band, `now` seconds since 1970.
    /// A token of a key that may not sign status lists does not count, and is [`ignored`](Self::ignored).
    ///
    /// # Errors
    /// [`SnapshotError`]; a file counts as a whole or not at all.
    pub fn parse(bytes: &[u8], root: &PublicKey, now: i64) -> Result<Self, SnapshotError> {
        if bytes.len() > MAX_SNAPSHOT {
            return Err(SnapshotError::TooLarge);
        }
        let mut reader = Reader::new(bytes, &LIMITS).map_err(CoseError::from)?;
        let mut chain = Chain {
            root: root.clone(),
            trust: None,
            changing: false,
            items: 0,
        };
        while !reader.rest().is_empty() {
            let mut ahead = reader.clone();
            let item = raw(&mut ahead)?;
            if !chain.take(item)? {
                break;
            }
            reader = ahead;
        }
        // After a change of root only a list of the new root counts.
        let (trust, names) = chain
            .trust
            .filter(|_| !chain.changing)
            .ok_or(SnapshotError::TrustListMissing)?;
        not_from_future(trust.issued_at, now)?;
        let mut snapshot = Self {
            trust,
            names,
            root: chain.root,
            lists: Vec::new(),
            ignored: 0,
        };
        while !reader.rest().is_empty() {
            snapshot.take_status(raw(&mut reader)?, now)?;
        }
        Ok(snapshot)
    }

    fn take_status(&mut self, item: &[u8], now: i64) -> Result<(), SnapshotError> {
        if self.lists.len() + self.ignored >= MAX_STATUS_LISTS {
            return Err(SnapshotError::TooLarge);
        }
        let signed = StatusToken::parse(item).map_err(|_| SnapshotError::ItemUnexpected)?;
        let Some((token, signers)) = self.open(&signed)? else {
            self.ignored += 1;
            return Ok(());
        };
        not_from_future(token.issued_at, now)?;
        let same =
            |list: &LoadedList| list.uri == token.uri && list.signers.iter().any(|signer| signers.contains(signer));
        if self.lists.iter().any(same) {
            return Err(SnapshotError::Duplicate);
        }
        let memory: usize = self.lists.iter().map(|list| list.list.memory()).sum();
        if memory + token.list.memory() > MAX_STATUS_MEMORY {
            return Err(SnapshotError::TooLarge);
        }
        let StatusToken {
            uri,
            issued_at,
            expires_at,
            list,
            ..
        } = token;
        self.lists.push(LoadedList {
            uri,
            signers,
            issued_at,
            expires_at,
            list,
        });
        Ok(())
    }

    /// The token, and for which issuers it counts; `None` if no key of the trust list may have signed it.
    fn open(&self, signed: &SignedStatusToken<'_>) -> Result<Option<(StatusToken, Vec<Signer>)>, SnapshotError> {
        let (mut token, mut signers) = (None, Vec::new());
        let may_sign = |key: &&TrustKey| key.usage.has(Usage::STATUS) && key.state != KeyState::Compromised;
        for key in self.named(signed.kid()).filter(may_sign).take(MAX_CANDIDATES) {
            let opened = match signed.open(&key.key) {
                Ok(opened) => opened,
                Err(crate::status::StatusError::Cose(
                    CoseError::SignatureInvalid | CoseError::AlgorithmUnsupported,
                )) => {
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            if key.covers(opened.issued_at) {
                signers.push(Signer {
                    iss: key.iss.clone(),
                    test: key.usage.has(Usage::TEST),
                });
                token = Some(opened);
            }
        }
        Ok(token.map(|token| (token, signers)))
    }

    fn named(&self, kid: KeyId) -> impl Iterator<Item = &TrustKey> {
        self.names
            .iter()
            .zip(&self.trust.keys)
            .filter(move |(name, _)| **name == kid)
            .map(|(_, key)| key)
    }

    /// The keys of that name and issuer, at most [`MAX_CANDIDATES`].
    pub fn keys(&self, kid: KeyId, iss: &str) -> impl Iterator<Item = &TrustKey> {
        self.named(kid).filter(move |key| key.iss == iss).take(MAX_CANDIDATES)
    }

    /// What the list `uri` says at `index`, in constant time. It counts only if a key of issuer `iss` signed it whose
    /// test bit equals `test`.
    pub fn status(&self, uri: &str, iss: &str, test: bool, index: u64, now: i64) -> StatusAnswer {
        let counts = |list: &&LoadedList| {
            list.uri == uri
                && list
                    .signers
                    .iter()
                    .any(|signer| signer.iss == iss && signer.test == test)
        };
        let Some(list) = self.lists.iter().find(counts) else {
            return StatusAnswer::Missing;
        };
        let issued_at = list.issued_at;
        if now > list.expires_at {
            return StatusAnswer::Expired { issued_at };
        }
        match list.list.get(index) {
            Some(status) => StatusAnswer::Found { status, issued_at },
            None => StatusAnswer::Outside { issued_at },
        }
    }

    /// The serial of the trust list.
    pub fn serial(&self) -> u64 {
        self.trust.serial
    }

    /// When the trust list was issued, seconds since 1970.
    pub fn issued_at(&self) -> i64 {
        self.trust.issued_at
    }

    /// The last second in which the trust list counts.
    pub fn expires_at(&self) -> i64 {
        self.trust.expires_at
    }

    /// The trust list.
    pub fn trust_list(&self) -> &TrustList {
        &self.trust
    }

    /// Where the status lists are to be fetched.
    pub fn pointers(&self) -> &[StatusPointer] {
        &self.trust.status_lists
    }

    /// The status lists that count.
    pub fn status_lists(&self) -> impl Iterator<Item = StatusListAge<'_>> {
        self.lists.iter().map(|list| StatusListAge {
            uri: &list.uri,
            issued_at: list.issued_at,
            expires_at: list.expires_at,
        })
    }

    /// How many status list tokens did not count, because no key of the trust list may have signed them.
    pub fn ignored(&self) -> usize {
        self.ignored
    }

    /// The root key that signed the trust list: the given one, unless the file changes it.
    pub fn root(&self) -> &PublicKey {
        &self.root
    }

    /// The newest time that this file proves, seconds since 1970: it was made then or later.
    pub fn newest_time(&self) -> i64 {
        self.lists
            .iter()
            .map(|list| list.issued_at)
            .fold(self.trust.issued_at, i64::max)
    }
}

/// The trust lists and changes of root at the start of the file.
struct Chain {
    root: PublicKey,
    trust: Option<(TrustList, Vec<KeyId>)>,
    changing: bool,
    items: usize,
}

impl Chain {
    /// Takes an item in; false for one of another kind.
    fn take(&mut self, item: &[u8]) -> Result<bool, SnapshotError> {
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
            self.root = change.new_root;
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

fn raw<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], SnapshotError> {
    reader.raw().map_err(|error: CborError| CoseError::from(error).into())
}

fn not_from_future(issued_at: i64, now: i64) -> Result<(), SnapshotError> {
    if issued_at > now.saturating_add(SKEW_S) {
        Err(SnapshotError::FromFuture)
    } else {
        Ok(())
    }
}
