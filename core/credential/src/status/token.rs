use permitcard_crypto::ecdsa::PublicKey;

use super::{StatusBits, StatusError, StatusList};
use crate::cose::{
    Algorithm, CoseError, KeyId, Sign1, Typ, Unsigned,
    cbor::{Key, Limits, Reader, Writer},
    key_id,
};

/// The longest token that is read, in bytes: a list of 2^20 entries of 8 bits that does not compress, and its claims.
pub const MAX_TOKEN: usize = (1 << 20) + (1 << 16);

/// The longest list URI that is read, in bytes.
pub(super) const MAX_URI: usize = 128;
/// The type of a status list token (draft-ietf-oauth-status-list 5.2); a text until a number is registered.
const TYP: Typ<'static> = Typ::Text("application/statuslist+cwt");
const LIMITS: Limits = Limits::new(MAX_TOKEN);

const SUB: i64 = 2;
const EXP: i64 = 4;
const IAT: i64 = 6;
const STATUS_LIST: i64 = 65_533;
const TTL: i64 = 65_534;

/// A status list with its claims, ready to be signed, or verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusToken {
    /// The logical name of the list, as credentials name it. At most 128 bytes.
    pub uri: String,
    /// When it was issued, seconds since 1970.
    pub issued_at: i64,
    /// The last second in which it counts.
    pub expires_at: i64,
    /// Seconds after which a newer one should be fetched.
    pub ttl_s: u64,
    /// Where all lists of the issuer are named, if somewhere (9.3 of the draft). At most 128 bytes.
    pub aggregation_uri: Option<String>,
    /// The statuses.
    pub list: StatusList,
}

impl StatusToken {
    /// Prepares the CWT (draft-ietf-oauth-status-list 5.2) for the signature of `signer`.
    pub fn build(&self, signer: &PublicKey) -> Unsigned {
        let lst = self.list.compress();
        let mut writer = Writer::with_capacity(96 + self.uri.len() + lst.len());
        writer
            .map(5)
            .int(SUB)
            .text(&self.uri)
            .int(EXP)
            .int(self.expires_at)
            .int(IAT)
            .int(self.issued_at);
        // "lst" before "bits": the shorter key comes first in bytewise order.
        let aggregation = self.aggregation_uri.as_deref();
        writer.int(STATUS_LIST).map(2 + usize::from(aggregation.is_some()));
        writer.text("lst").bytes(&lst);
        writer.text("bits").uint(u64::from(self.list.bits().count()));
        if let Some(uri) = aggregation {
            writer.text("aggregation_uri").text(uri);
        }
        writer.int(TTL).uint(self.ttl_s);
        let algorithm = Algorithm::of_curve(signer.curve());
        Unsigned::with_typ(algorithm, Some(&key_id(signer)), TYP, &writer.into_bytes())
    }

    /// Reads the envelope. Nothing is inflated before [`SignedStatusToken::open`] verified the signature.
    ///
    /// # Errors
    /// [`StatusError::Cose`] for another size, structure or type, or without the name of a key.
    pub fn parse(bytes: &[u8]) -> Result<SignedStatusToken<'_>, StatusError> {
        let sign1 = Sign1::parse(bytes, &LIMITS)?;
        let kid = sign1.kid().and_then(|kid| KeyId::try_from(kid).ok());
        match (sign1.typ(), kid) {
            (Some(TYP), Some(kid)) => Ok(SignedStatusToken { kid, sign1 }),
            _ => Err(CoseError::Malformed.into()),
        }
    }
}

/// A status list token whose signature is not verified yet.
#[derive(Debug, Clone)]
pub struct SignedStatusToken<'a> {
    kid: KeyId,
    sign1: Sign1<'a>,
}

impl SignedStatusToken<'_> {
    /// The name of the key that is said to have signed it.
    pub fn kid(&self) -> KeyId {
        self.kid
    }

    /// Verifies the signature, then reads the claims and inflates the list. Unknown claims are ignored.
    ///
    /// # Errors
    /// [`StatusError::Cose`] when it does not verify, [`StatusError::ClaimsInvalid`] for claims that are missing or
    /// contradict each other, or an error of the list inside.
    pub fn open(&self, signer: &PublicKey) -> Result<StatusToken, StatusError> {
        self.sign1.verify(signer)?;
        let (mut uri, mut issued_at, mut expires_at, mut list) = (None, None, None, None);
        let mut ttl_s = 0;
        let mut reader = Reader::new(self.sign1.payload(), &LIMITS).map_err(CoseError::from)?;
        reader
            .map(|key, reader| -> Result<(), CoseError> {
                match key {
                    Key::Int(SUB) => uri = Some(reader.text()?),
                    Key::Int(EXP) => expires_at = Some(reader.int()?),
                    Key::Int(IAT) => issued_at = Some(reader.int()?),
                    Key::Int(TTL) => ttl_s = reader.uint()?,
                    Key::Int(STATUS_LIST) => list = Some(read_list(reader)?),
                    _ => reader.skip()?,
                }
                Ok(())
            })
            .and_then(|_| Ok(reader.finish()?))?;
        let (Some(uri), Some(issued_at), Some(expires_at), Some(named)) = (uri, issued_at, expires_at, list) else {
            return Err(StatusError::ClaimsInvalid);
        };
        let long = |uri: &str| uri.is_empty() || uri.len() > MAX_URI;
        if long(uri) || named.aggregation_uri.is_some_and(long) || expires_at < issued_at {
            return Err(StatusError::ClaimsInvalid);
        }
        let list = StatusList::decompress(StatusBits::from_count(named.bits)?, named.lst)?;
        Ok(StatusToken {
            uri: uri.to_owned(),
            issued_at,
            expires_at,
            ttl_s,
            aggregation_uri: named.aggregation_uri.map(str::to_owned),
            list,
        })
    }
}

/// The claim `status_list`.
struct NamedList<'a> {
    bits: u64,
    lst: &'a [u8],
    aggregation_uri: Option<&'a str>,
}

fn read_list<'a>(reader: &mut Reader<'a>) -> Result<NamedList<'a>, CoseError> {
    let (mut bits, mut lst, mut aggregation_uri) = (None, None, None);
    reader.map(|key, reader| -> Result<(), CoseError> {
        match key {
            Key::Text("bits") => bits = Some(reader.uint()?),
            Key::Text("lst") => lst = Some(reader.bytes()?),
            Key::Text("aggregation_uri") => aggregation_uri = Some(reader.text()?),
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    let (bits, lst) = bits.zip(lst).ok_or(CoseError::Malformed)?;
    Ok(NamedList {
        bits,
        lst,
        aggregation_uri,
    })
}

#[cfg(test)]
mod tests;
