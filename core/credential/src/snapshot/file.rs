use permitcard_crypto::ecdsa::PublicKey;

use super::{
    Beacon, BeaconList, KeyState, MAX_CANDIDATES, MAX_STATUS_LISTS, SKEW_S, SnapshotError, StatusPointer, TrustKey,
    TrustList, Usage, beacon, chain::Chain,
};
use crate::{
    cose::{
        CoseError, KeyId, Sign1,
        cbor::{CborError, Limits, Reader},
    },
    status::{Status, StatusError, StatusList, StatusToken},
};

/// The longest snapshot that is read, in bytes.
pub const MAX_SNAPSHOT: usize = 8 << 20;
/// The most lists of beacon values in one file: one an issuer.
const MAX_BEACON_LISTS: usize = 16;
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
    ttl_s: u64,
    list: StatusList,
}

/// The beacon values of the snapshot, and the issuers for which they count.
#[derive(Debug, Clone)]
struct LoadedBeacons {
    signers: Vec<Signer>,
    list: BeaconList,
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
    /// Seconds after which a newer one should be fetched.
    pub ttl_s: u64,
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
    earlier_roots: Vec<PublicKey>,
    beacons: Vec<LoadedBeacons>,
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
        let mut chain = Chain::new(root);
        while !reader.rest().is_empty() {
            let mut ahead = reader.clone();
            if !chain.take(raw(&mut ahead)?)? {
                break;
            }
            reader = ahead;
        }
        let trusted = chain.finish()?;
        not_from_future(trusted.list.issued_at, now)?;
        let mut snapshot = Self {
            trust: trusted.list,
            names: trusted.names,
            root: trusted.root,
            earlier_roots: trusted.earlier_roots,
            beacons: Vec::new(),
            lists: Vec::new(),
            ignored: 0,
        };
        let (mut beacons, mut tokens) = (0, 0);
        while !reader.rest().is_empty() {
            let item = raw(&mut reader)?;
            if Sign1::parse(item, &LIMITS)?.typ() == Some(beacon::TYP) {
                beacons += 1;
                // Beacon values stand before the status lists, so that what begins a file is always small.
                if tokens > 0 {
                    return Err(SnapshotError::ItemUnexpected);
                }
                if beacons > MAX_BEACON_LISTS {
                    return Err(SnapshotError::TooLarge);
                }
                snapshot.take_beacons(item, now)?;
            } else {
                tokens += 1;
                if tokens > MAX_STATUS_LISTS {
                    return Err(SnapshotError::TooLarge);
                }
                snapshot.take_status(item, now)?;
            }
        }
        Ok(snapshot)
    }

    fn take_beacons(&mut self, item: &[u8], now: i64) -> Result<(), SnapshotError> {
        let signed = BeaconList::parse(item)?;
        let opened = self.signed_by(signed.kid(), |key| signed.open(key), |list| list.issued_at)?;
        let Some((list, signers)) = opened else {
            self.ignored += 1;
            return Ok(());
        };
        not_from_future(list.issued_at, now)?;
        let same = |loaded: &LoadedBeacons| loaded.signers.iter().any(|signer| signers.contains(signer));
        if self.beacons.iter().any(same) {
            return Err(SnapshotError::Duplicate);
        }
        self.beacons.push(LoadedBeacons { signers, list });
        Ok(())
    }

    fn take_status(&mut self, item: &[u8], now: i64) -> Result<(), SnapshotError> {
        let signed = StatusToken::parse(item).map_err(|_| SnapshotError::ItemUnexpected)?;
        let open = |key: &PublicKey| signed.open(key).map_err(SnapshotError::from);
        let Some((token, signers)) = self.signed_by(signed.kid(), open, |token| token.issued_at)? else {
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
            ttl_s,
            list,
            ..
        } = token;
        self.lists.push(LoadedList {
            uri,
            signers,
            issued_at,
            expires_at,
            ttl_s,
            list,
        });
        Ok(())
    }

    /// What `open` reads with a key of that name, and for which issuers it counts; `None` if no key of the trust list may
    /// have signed it.
    fn signed_by<T>(
        &self,
        kid: KeyId,
        open: impl Fn(&PublicKey) -> Result<T, SnapshotError>,
        issued_at: impl Fn(&T) -> i64,
    ) -> Result<Option<(T, Vec<Signer>)>, SnapshotError> {
        use CoseError::{AlgorithmUnsupported, SignatureInvalid};
        let (mut item, mut signers) = (None, Vec::new());
        let may_sign = |key: &&TrustKey| key.usage.has(Usage::STATUS) && !self.is_compromised(kid, &key.key);
        for key in self.named(kid).filter(may_sign).take(MAX_CANDIDATES) {
            let opened = match open(&key.key) {
                Ok(opened) => opened,
                Err(
                    SnapshotError::Cose(SignatureInvalid | AlgorithmUnsupported)
                    | SnapshotError::Status(StatusError::Cose(SignatureInvalid | AlgorithmUnsupported)),
                ) => continue,
                Err(error) => return Err(error),
            };
            if key.covers(issued_at(&opened)) {
                signers.push(Signer {
                    iss: key.iss.clone(),
                    test: key.usage.has(Usage::TEST),
                });
                item = Some(opened);
            }
        }
        Ok(item.map(|item| (item, signers)))
    }

    fn named(&self, kid: KeyId) -> impl Iterator<Item = &TrustKey> {
        self.names
            .iter()
            .zip(&self.trust.keys)
            .filter(move |(name, _)| **name == kid)
            .map(|(_, key)| key)
    }

    /// Whether somebody else has the key, whose name is `kid`. One entry that says so is enough, whatever the others say
    /// and whichever issuer it names: a key has one thief for all of them.
    pub fn is_compromised(&self, kid: KeyId, key: &PublicKey) -> bool {
        self.named(kid)
            .any(|entry| entry.state == KeyState::Compromised && entry.key == *key)
    }

    /// The keys of that name and issuer, at most [`MAX_CANDIDATES`].
    pub fn keys(&self, kid: KeyId, iss: &str) -> impl Iterator<Item = &TrustKey> {
        self.named(kid).filter(move |key| key.iss == iss).take(MAX_CANDIDATES)
    }

    /// What the list `uri` says at `index`: in constant time, once the list is found among the few of the file. It counts
    /// only if a key of issuer `iss` signed it whose test bit equals `test`.
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

    fn beacons_of(&self, iss: &str, test: bool) -> Option<&[Beacon]> {
        let counts = |signer: &Signer| signer.iss == iss && signer.test == test;
        let loaded = self.beacons.iter().find(|loaded| loaded.signers.iter().any(counts))?;
        Some(&loaded.list.beacons)
    }

    /// Seconds since the beacon value was published, 0 if it was just now; `None` for one that issuer `iss` did not publish
    /// lately. As for status lists, the test bits have to be equal.
    pub fn beacon_age(&self, value: &[u8; 8], iss: &str, test: bool, now: i64) -> Option<i64> {
        let beacons = self.beacons_of(iss, test)?;
        let known = beacons.iter().find(|beacon| beacon.value == *value)?;
        Some(now.saturating_sub(known.published_at).max(0))
    }

    /// The newest beacon value of each issuer: its name, whether it is its sandbox, the value.
    pub fn newest_beacons(&self) -> impl Iterator<Item = (&str, bool, Beacon)> {
        self.beacons.iter().flat_map(|loaded| {
            let newest = loaded.list.beacons.last();
            let signers = loaded.signers.iter();
            signers.filter_map(move |signer| newest.map(|newest| (signer.iss.as_str(), signer.test, *newest)))
        })
    }

    /// The newest beacon value of issuer `iss`, for the presentations of a holder.
    pub fn newest_beacon(&self, iss: &str, test: bool) -> Option<Beacon> {
        self.beacons_of(iss, test)?.last().copied()
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
            ttl_s: list.ttl_s,
        })
    }

    /// Name and time of issue, seconds since 1970, of everything that counts in the file: the trust list, the lists of
    /// beacon values, the status lists. None of these times may ever go back.
    pub fn times(&self) -> impl Iterator<Item = (&str, i64)> {
        let beacons = self.beacons.iter().map(|loaded| &loaded.list);
        let beacons = beacons.map(|list| (list.uri.as_str(), list.issued_at));
        let status = self.lists.iter().map(|list| (list.uri.as_str(), list.issued_at));
        std::iter::once((self.trust.uri.as_str(), self.trust.issued_at))
            .chain(beacons)
            .chain(status)
    }

    /// When a newer snapshot should be fetched, seconds since 1970: at the end of the first `ttl` of its lists.
    pub fn refresh_at(&self) -> i64 {
        let due = |issued_at: i64, ttl_s: u64| issued_at.saturating_add_unsigned(ttl_s);
        self.lists
            .iter()
            .map(|list| due(list.issued_at, list.ttl_s))
            .fold(due(self.trust.issued_at, self.trust.ttl_s), i64::min)
    }

    /// How many status list tokens and lists of beacon values did not count, because no key of the trust list may have signed them.
    pub fn ignored(&self) -> usize {
        self.ignored
    }

    /// The root key that signed the trust list: the given one, unless the file changes it.
    pub fn root(&self) -> &PublicKey {
        &self.root
    }

    /// The root keys that the file went through before, the given one first; empty if it changes none.
    pub fn earlier_roots(&self) -> &[PublicKey] {
        &self.earlier_roots
    }

    /// The newest time that this file proves, seconds since 1970: it was made then or later.
    pub fn newest_time(&self) -> i64 {
        self.times()
            .map(|(_, issued_at)| issued_at)
            .fold(self.trust.issued_at, i64::max)
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
