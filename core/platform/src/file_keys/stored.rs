//! The bytes of the key file: a first line that names the format, the number of keys u16, then one entry a key:
//! length of the name u8, name, purpose u8, length of the secret u16, secret. Numbers are big endian.

use permitcard_crypto::{
    CryptoError, Zeroizing,
    ecdsa::{Curve, SigningKey},
    random,
};

use super::new_id;
use crate::KeyPurpose;

const FIRST_LINE: &[u8] = b"permitcard file keys 1, not for phones\n";

pub(super) enum Secret {
    Signing(Box<SigningKey>),
    Wrapping(Zeroizing<[u8; 32]>),
}

pub(super) struct StoredKey {
    pub id: String,
    pub purpose: KeyPurpose,
    pub secret: Secret,
}

impl StoredKey {
    pub fn generate(purpose: KeyPurpose) -> Result<Self, CryptoError> {
        let secret = match purpose {
            KeyPurpose::Wrapping => Secret::Wrapping(Zeroizing::new(random::bytes()?)),
            KeyPurpose::Transport | KeyPurpose::Presentation => {
                Secret::Signing(Box::new(SigningKey::generate(Curve::P256)?))
            }
        };
        Ok(Self {
            id: new_id()?,
            purpose,
            secret,
        })
    }
}

pub(super) fn encode(keys: &[StoredKey]) -> Zeroizing<Vec<u8>> {
    // Enough from the start, so that no copy of a secret stays behind in a smaller buffer.
    let mut out = Zeroizing::new(Vec::with_capacity(FIRST_LINE.len() + keys.len() * 512));
    out.extend_from_slice(FIRST_LINE);
    out.extend_from_slice(&(keys.len() as u16).to_be_bytes());
    for key in keys {
        let secret = match &key.secret {
            Secret::Signing(key) => key.to_pkcs8(),
            Secret::Wrapping(bytes) => Zeroizing::new(bytes.to_vec()),
        };
        out.push(key.id.len() as u8);
        out.extend_from_slice(key.id.as_bytes());
        out.push(match key.purpose {
            KeyPurpose::Wrapping => 1,
            KeyPurpose::Transport => 2,
            KeyPurpose::Presentation => 3,
        });
        out.extend_from_slice(&(secret.len() as u16).to_be_bytes());
        out.extend_from_slice(&secret);
    }
    out
}

pub(super) fn decode(bytes: &[u8]) -> Option<Vec<StoredKey>> {
    let (count, mut rest) = bytes.strip_prefix(FIRST_LINE)?.split_first_chunk::<2>()?;
    let mut keys = Vec::new();
    while let Some((length, after)) = rest.split_first() {
        let (id, after) = after.split_at_checked(usize::from(*length))?;
        let (purpose, after) = after.split_first()?;
        let (length, after) = after.split_first_chunk::<2>()?;
        let (secret, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        rest = after;
        let purpose = match purpose {
            1 => KeyPurpose::Wrapping,
            2 => KeyPurpose::Transport,
            3 => KeyPurpose::Presentation,
            _ => return None,
        };
        keys.push(StoredKey {
            id: String::from_utf8(id.to_vec()).ok()?,
            purpose,
            secret: match purpose {
                KeyPurpose::Wrapping => Secret::Wrapping(Zeroizing::new(secret.try_into().ok()?)),
                _ => Secret::Signing(Box::new(SigningKey::from_pkcs8(Curve::P256, secret).ok()?)),
            },
        });
    }
    // A file that was cut between two keys must not look like one with fewer keys.
    (keys.len() == usize::from(u16::from_be_bytes(*count))).then_some(keys)
}
