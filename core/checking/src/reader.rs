//! The verifier's own request (reverse QR): made, shown, remembered until its answer was checked.

use std::fmt;

use permitcard_credential::{
    cose::cbor::{CborError, Limits, Reader, Writer},
    permit::Profile,
    qr::request::{NONCE_LEN, Request},
};
use permitcard_crypto::random;
use permitcard_vault::{ReadTx, Table, VaultError, WriteTx};

use crate::CheckingError;

const KEY: &[u8] = b"request";
const LIMITS: Limits = Limits::new(64);
/// Seconds that a request may be answered: as long as a show session lasts (design 4.3).
const LIFE_S: i64 = 600;

/// A request that waits for its answer. `Debug` shows no nonce.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenRequest {
    /// The verifier's own audience, which the answer has to name.
    pub aud: String,
    /// The nonce that the answer has to carry.
    pub nonce: [u8; NONCE_LEN],
    /// When it was made, seconds since 1970.
    pub made_at: i64,
    /// The last second in which an answer is awaited.
    pub expires_at: i64,
}

impl fmt::Debug for OpenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenRequest")
            .field("aud", &self.aud)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A request to show. `Debug` shows no nonce, and so no text.
#[derive(Clone, PartialEq, Eq)]
pub struct ReaderRequest {
    /// The QR text, `WPR1:…`.
    pub text: String,
    /// What is remembered of it.
    pub open: OpenRequest,
}

impl fmt::Debug for ReaderRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReaderRequest")
            .field("open", &self.open)
            .finish_non_exhaustive()
    }
}

/// A request for what `profile` shows, with the portrait as well if it is wanted; with a new nonce.
pub(crate) fn make(aud: &str, profile: Profile, portrait: bool, now_s: i64) -> Result<ReaderRequest, CheckingError> {
    if portrait && !profile.portrait_on_request() {
        return Err(CheckingError::PortraitNotAllowed);
    }
    let nonce = random::bytes().map_err(|_| VaultError::Io)?;
    let request = Request {
        aud: aud.to_owned(),
        nonce,
        wanted: profile.wanted(portrait),
    };
    Ok(ReaderRequest {
        text: request.encode().map_err(|_| CheckingError::AudienceInvalid)?,
        open: OpenRequest {
            aud: request.aud,
            nonce,
            made_at: now_s,
            expires_at: now_s.saturating_add(LIFE_S),
        },
    })
}

impl OpenRequest {
    fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(32);
        writer.array(3).text(&self.aud).bytes(&self.nonce).int(self.made_at);
        writer.into_bytes()
    }

    fn decode(bytes: &[u8]) -> Result<Self, VaultError> {
        let read = || -> Result<Self, CborError> {
            let mut reader = Reader::new(bytes, &LIMITS)?;
            let open = reader.tuple(3, |reader| -> Result<Self, CborError> {
                let (aud, nonce, made_at) = (reader.text()?.to_owned(), *reader.bytes_of()?, reader.int()?);
                Ok(Self {
                    aud,
                    nonce,
                    made_at,
                    expires_at: made_at.saturating_add(LIFE_S),
                })
            })?;
            reader.finish()?;
            Ok(open)
        };
        read().map_err(|_| VaultError::Corrupt)
    }
}

/// The request that waits, unless its time is over. A clock that went back ends it as well.
pub(crate) fn open(tx: &ReadTx<'_>, now_s: i64) -> Result<Option<OpenRequest>, VaultError> {
    let open = tx
        .get(Table::Setting, KEY)?
        .map(|bytes| OpenRequest::decode(&bytes))
        .transpose()?;
    Ok(open.filter(|open| (open.made_at..=open.expires_at).contains(&now_s)))
}

/// Remembers a request in place of the one before.
pub(crate) fn keep(tx: &mut WriteTx<'_>, open: &OpenRequest) -> Result<(), VaultError> {
    tx.put(Table::Setting, KEY, &open.encode())
}

/// Forgets the request: a nonce is good for one answer.
pub(crate) fn forget(tx: &mut WriteTx<'_>) -> Result<(), VaultError> {
    tx.delete(Table::Setting, KEY).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frozen_bytes() {
        let open = OpenRequest {
            aud: "gate-7".into(),
            nonce: [1, 2, 3, 4, 5, 6, 7, 8],
            made_at: 1_000,
            expires_at: 1_600,
        };
        let bytes = open.encode();
        assert_eq!(bytes, b"\x83\x66gate-7\x48\x01\x02\x03\x04\x05\x06\x07\x08\x19\x03\xe8");
        assert_eq!(OpenRequest::decode(&bytes).unwrap(), open);
        assert!(OpenRequest::decode(&bytes[1..]).is_err());
    }

    #[test]
    fn a_request_is_new_each_time_and_within_its_limits() {
        let one = make("gate-7", Profile::Police, true, 5).unwrap();
        let other = make("gate-7", Profile::Police, true, 5).unwrap();
        assert_ne!(one.open.nonce, other.open.nonce);
        let read = Request::decode(&one.text).unwrap();
        assert_eq!((read.aud.as_str(), read.nonce), ("gate-7", one.open.nonce));
        let shown = format!("{one:?}");
        assert!(shown.contains("gate-7") && !shown.contains("WPR1:"), "{shown}");
        assert_eq!(
            make("gate-7", Profile::Hotel, true, 5),
            Err(CheckingError::PortraitNotAllowed)
        );
        for aud in ["", "123456789", "a\nb"] {
            assert_eq!(make(aud, Profile::Gate, false, 5), Err(CheckingError::AudienceInvalid));
        }
    }
}
