use permitcard_crypto::ecdsa::PublicKey;

use super::SnapshotError;
use crate::cose::{
    CoseError, KeyId,
    cbor::{Reader, Writer},
    encode_key, key_id, read_key,
};

/// The most keys that are tried for one name and issuer: names are short, and each wrong key costs a verification.
pub const MAX_CANDIDATES: usize = 4;

/// The longest issuer name that is read, in bytes.
const MAX_ISS: usize = 64;

/// What a key may sign: a set of bits. Unknown bits are kept and mean nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Usage(pub u8);

impl Usage {
    /// Credentials.
    pub const CREDENTIAL: Self = Self(1);
    /// Status list tokens.
    pub const STATUS: Self = Self(2);
    /// Cards, which are never presented.
    pub const CARD: Self = Self(4);
    /// The other forms of the permit, mdoc and SD-JWT VC: the key of the document signer's certificate.
    pub const DOCUMENT: Self = Self(8);
    /// Everything that the key signs is a test and proves nothing about a person.
    pub const TEST: Self = Self(128);

    /// Both sets together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every bit of `other` is set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// The state of a key in the trust list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyState {
    /// 0: signs.
    Active,
    /// 1: signs no more; what it signed before still verifies.
    Retired,
    /// 2: somebody else has it. Everything that it signed is refused, because a thief chooses the time of issue.
    Compromised,
}

impl KeyState {
    const fn value(self) -> u64 {
        match self {
            Self::Active => 0,
            Self::Retired => 1,
            Self::Compromised => 2,
        }
    }

    fn from_value(value: u64) -> Option<Self> {
        match value {
            0 => Some(Self::Active),
            1 => Some(Self::Retired),
            2 => Some(Self::Compromised),
            _ => None,
        }
    }
}

/// One key of the trust list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustKey {
    /// The issuer that it signs for: a logical name. At most 64 bytes.
    pub iss: String,
    /// The key.
    pub key: PublicKey,
    /// The first second of what it may sign, seconds since 1970.
    pub not_before: i64,
    /// The last second of what it may sign.
    pub expires_at: i64,
    /// What it may sign.
    pub usage: Usage,
    /// Its state.
    pub state: KeyState,
    /// Since when it is known to be compromised; for display only.
    pub compromised_at: Option<i64>,
}

impl TrustKey {
    /// The key's name.
    pub fn kid(&self) -> KeyId {
        key_id(&self.key)
    }

    /// Whether the key may have signed something issued at `issued_at` for `usage`, as far as its period goes.
    /// Credentials carry the start of their day as time of issue, so the period begins with the day of `not_before`.
    pub fn covers(&self, issued_at: i64) -> bool {
        const DAY_S: i64 = 86_400;
        let first = self.not_before.saturating_sub(self.not_before.rem_euclid(DAY_S));
        (first..=self.expires_at).contains(&issued_at)
    }

    pub(super) fn check(&self) -> Result<(), SnapshotError> {
        let good = !self.iss.is_empty() && self.iss.len() <= MAX_ISS && self.not_before <= self.expires_at;
        if good {
            Ok(())
        } else {
            Err(SnapshotError::TrustListInvalid)
        }
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.array(if self.compromised_at.is_some() { 8 } else { 7 });
        writer.bytes(&self.kid()).text(&self.iss).raw(&encode_key(&self.key));
        writer.int(self.not_before).int(self.expires_at);
        writer.uint(u64::from(self.usage.0)).uint(self.state.value());
        if let Some(at) = self.compromised_at {
            writer.int(at);
        }
    }

    /// Reads an entry; also gives the name that it states, which is the key's own.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<(KeyId, Self), CoseError> {
        let (mut kid, mut iss, mut key, mut not_before, mut expires_at) = (None, None, None, None, None);
        let (mut usage, mut state, mut compromised_at) = (None, None, None);
        reader.array(|index, reader| -> Result<(), CoseError> {
            match index {
                0 => kid = Some(*reader.bytes_of::<8>()?),
                1 => iss = Some(reader.text()?),
                2 => key = Some(read_key(reader)?),
                3 => not_before = Some(reader.int()?),
                4 => expires_at = Some(reader.int()?),
                5 => usage = Some(u8::try_from(reader.uint()?).map_err(|_| CoseError::Malformed)?),
                6 => state = Some(KeyState::from_value(reader.uint()?).ok_or(CoseError::Malformed)?),
                7 => compromised_at = Some(reader.int()?),
                _ => return Err(CoseError::Malformed),
            }
            Ok(())
        })?;
        let (Some(kid), Some(iss), Some(key), Some(not_before), Some(expires_at), Some(usage), Some(state)) =
            (kid, iss, key, not_before, expires_at, usage, state)
        else {
            return Err(CoseError::Malformed);
        };
        if iss.len() > MAX_ISS || key_id(&key) != kid {
            return Err(CoseError::Malformed);
        }
        let iss = iss.to_owned();
        Ok((
            kid,
            Self {
                iss,
                key,
                not_before,
                expires_at,
                usage: Usage(usage),
                state,
                compromised_at,
            },
        ))
    }
}
