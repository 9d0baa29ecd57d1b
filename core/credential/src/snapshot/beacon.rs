//! Beacon values: one a day, so that a presentation with one was made after that day began (credential formats 6.2).

use permitcard_crypto::ecdsa::PublicKey;

use super::SnapshotError;
use crate::cose::{
    Algorithm, CoseError, KeyId, Sign1, Typ, Unsigned,
    cbor::{Key, Limits, Reader, Writer},
    key_id,
};

/// The most values of one list: the last 30.
pub const MAX_BEACONS: usize = 30;
/// The longest list that is read, in bytes.
pub const MAX_BEACON_LIST: usize = 2_048;

/// The type of a list of beacon values.
pub(super) const TYP: Typ<'static> = Typ::Text("application/vnd.permitcard.beacons+cwt");

/// The longest name that is read, in bytes.
const MAX_URI: usize = 128;
const LIMITS: Limits = Limits::new(MAX_BEACON_LIST).entries(MAX_BEACONS);
const SUB: i64 = 2;
const IAT: i64 = 6;
/// The label that a value has in a presentation.
const BEACONS: i64 = -65_538;

/// A value that nobody knew before it was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beacon {
    /// Eight random bytes.
    pub value: [u8; 8],
    /// When it was published first, seconds since 1970.
    pub published_at: i64,
}

/// The last beacon values of an authority, to be signed by a key that may sign status lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeaconList {
    /// The logical name of this list. At most 128 bytes.
    pub uri: String,
    /// When it was issued, seconds since 1970.
    pub issued_at: i64,
    /// One to [`MAX_BEACONS`] values, oldest first; no two of one time, none later than the list.
    pub beacons: Vec<Beacon>,
}

impl BeaconList {
    /// Prepares the CWT for the signature of `signer`.
    ///
    /// # Errors
    /// [`SnapshotError::BeaconsInvalid`] for a list that no reader would take.
    pub fn build(&self, signer: &PublicKey) -> Result<Unsigned, SnapshotError> {
        self.check()?;
        let mut writer = Writer::with_capacity(64 + self.uri.len() + 24 * self.beacons.len());
        writer.map(3).int(SUB).text(&self.uri).int(IAT).int(self.issued_at);
        writer.int(BEACONS).array(self.beacons.len());
        for beacon in &self.beacons {
            writer.array(2).bytes(&beacon.value).int(beacon.published_at);
        }
        let algorithm = Algorithm::of_curve(signer.curve());
        let payload = writer.into_bytes();
        Ok(Unsigned::with_typ(algorithm, Some(&key_id(signer)), TYP, &payload))
    }

    /// Reads the envelope. The values are read once [`SignedBeacons::open`] verified the signature.
    ///
    /// # Errors
    /// [`SnapshotError::Cose`] for another size or structure, or without the name of a key,
    /// [`SnapshotError::ItemUnexpected`] for another type.
    pub fn parse(bytes: &[u8]) -> Result<SignedBeacons<'_>, SnapshotError> {
        let sign1 = Sign1::parse(bytes, &LIMITS)?;
        if sign1.typ() != Some(TYP) {
            return Err(SnapshotError::ItemUnexpected);
        }
        let kid = sign1.kid().and_then(|kid| KeyId::try_from(kid).ok());
        let kid = kid.ok_or(CoseError::Malformed)?;
        Ok(SignedBeacons { kid, sign1 })
    }

    fn check(&self) -> Result<(), SnapshotError> {
        let rising = |pair: &[Beacon]| matches!(pair, [one, next] if one.published_at < next.published_at);
        // Twice the same value would have two ages.
        let twice = self
            .beacons
            .iter()
            .enumerate()
            .any(|(at, one)| self.beacons.iter().skip(at + 1).any(|other| other.value == one.value));
        let good = !self.uri.is_empty()
            && self.uri.len() <= MAX_URI
            && self.beacons.len() <= MAX_BEACONS
            && self.beacons.windows(2).all(rising)
            && self
                .beacons
                .last()
                .is_some_and(|last| last.published_at <= self.issued_at)
            && !twice;
        if good {
            Ok(())
        } else {
            Err(SnapshotError::BeaconsInvalid)
        }
    }
}

/// A list of beacon values whose signature is not verified yet.
#[derive(Debug, Clone)]
pub struct SignedBeacons<'a> {
    kid: KeyId,
    sign1: Sign1<'a>,
}

impl SignedBeacons<'_> {
    /// The name of the key that is said to have signed it.
    pub fn kid(&self) -> KeyId {
        self.kid
    }

    /// Verifies the signature, then reads the values. Unknown claims are ignored.
    ///
    /// # Errors
    /// [`SnapshotError::Cose`] when it does not verify, [`SnapshotError::BeaconsInvalid`] for claims that are missing or
    /// contradict each other.
    pub fn open(&self, signer: &PublicKey) -> Result<BeaconList, SnapshotError> {
        self.sign1.verify(signer)?;
        let (mut uri, mut issued_at, mut beacons) = (None, None, Vec::new());
        let mut reader = Reader::new(self.sign1.payload(), &LIMITS).map_err(CoseError::from)?;
        reader.map(|key, reader| -> Result<(), CoseError> {
            match key {
                Key::Int(SUB) => uri = Some(reader.text()?),
                Key::Int(IAT) => issued_at = Some(reader.int()?),
                Key::Int(BEACONS) => {
                    reader.array(|_, reader| {
                        reader.tuple(2, |reader| -> Result<(), CoseError> {
                            beacons.push(Beacon {
                                value: *reader.bytes_of::<8>()?,
                                published_at: reader.int()?,
                            });
                            Ok(())
                        })
                    })?;
                }
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        reader.finish().map_err(CoseError::from)?;
        let (Some(uri), Some(issued_at)) = (uri, issued_at) else {
            return Err(SnapshotError::BeaconsInvalid);
        };
        let list = BeaconList {
            uri: uri.to_owned(),
            issued_at,
            beacons,
        };
        list.check()?;
        Ok(list)
    }
}
