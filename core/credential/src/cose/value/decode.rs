use super::{Limits, MAX_KEY_TEXT, Value};
use crate::cose::cbor::CborError;

/// Reads item by item where a format needs the bytes behind the tree. Borrowed results live as long as the input.
#[derive(Clone)]
pub(crate) struct Decoder<'a> {
    rest: &'a [u8],
    limits: Limits,
    depth_left: u8,
    items_left: usize,
}

/// One entry of a map.
#[derive(Clone)]
pub(crate) struct Entry<'a> {
    pub(crate) key: Value,
    pub(crate) value: Value,
    /// The bytes of the value.
    pub(crate) raw: &'a [u8],
}

/// Major type (RFC 8949 3.1), additional information and argument.
struct Head {
    major: u8,
    info: u8,
    argument: u64,
}

impl<'a> Decoder<'a> {
    pub(crate) fn new(bytes: &'a [u8], limits: &Limits) -> Result<Self, CborError> {
        if bytes.len() > limits.bytes {
            return Err(CborError::TooLong);
        }
        Ok(Self {
            rest: bytes,
            limits: *limits,
            depth_left: limits.depth,
            items_left: limits.items,
        })
    }

    /// Reads the content of a byte string of this document under the same limits.
    pub(crate) fn embedded(&self, bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            limits: self.limits,
            depth_left: self.limits.depth,
            items_left: self.limits.items,
        }
    }

    pub(crate) fn finish(self) -> Result<(), CborError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(CborError::TrailingBytes)
        }
    }

    /// The tag number, if a tag comes next; its content is read next.
    pub(crate) fn tag(&mut self) -> Result<Option<u64>, CborError> {
        match self.rest.first() {
            Some(first) if first >> 5 == 6 => Ok(Some(self.head()?.argument)),
            _ => Ok(None),
        }
    }

    /// The head of an array of exactly `length` items, which are read next.
    pub(crate) fn tuple(&mut self, length: u64) -> Result<(), CborError> {
        let head = self.head()?;
        if head.major == 4 && head.argument == length {
            Ok(())
        } else {
            Err(CborError::UnexpectedType)
        }
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], CborError> {
        let head = self.head()?;
        if head.major != 2 {
            return Err(CborError::UnexpectedType);
        }
        self.slice(head.argument)
    }

    /// A byte string, or nothing for `null`.
    pub(crate) fn bytes_or_null(&mut self) -> Result<Option<&'a [u8]>, CborError> {
        match self.rest.split_first() {
            Some((0xf6, rest)) => {
                self.rest = rest;
                Ok(None)
            }
            _ => self.bytes().map(Some),
        }
    }

    /// A map whose values also come as their bytes.
    pub(crate) fn map(&mut self) -> Result<Vec<Entry<'a>>, CborError> {
        let head = self.head()?;
        if head.major != 5 {
            return Err(CborError::UnexpectedType);
        }
        let length = self.entries(head.argument, 2)?;
        let mut entries = Vec::new();
        self.inside(|decoder| {
            for _ in 0..length {
                let key = decoder.key()?;
                let before = decoder.rest;
                let value = decoder.value()?;
                let raw = before.get(..before.len() - decoder.rest.len()).unwrap_or_default();
                entries.push(Entry { key, value, raw });
            }
            Ok(())
        })?;
        no_duplicates(entries.iter().map(|entry| &entry.key))?;
        Ok(entries)
    }

    /// One item of any kind.
    pub(crate) fn value(&mut self) -> Result<Value, CborError> {
        let head = self.head()?;
        Ok(match head.major {
            0 => Value::Int(head.argument.into()),
            1 => Value::Int(-1 - i128::from(head.argument)),
            2 => Value::Bytes(self.slice(head.argument)?.to_vec()),
            3 => Value::Text(self.text(head.argument)?.to_owned()),
            4 => {
                let length = self.entries(head.argument, 1)?;
                let mut items = Vec::new();
                self.inside(|decoder| {
                    for _ in 0..length {
                        items.push(decoder.value()?);
                    }
                    Ok(())
                })?;
                Value::Array(items)
            }
            5 => {
                let length = self.entries(head.argument, 2)?;
                let mut entries = Vec::new();
                self.inside(|decoder| {
                    for _ in 0..length {
                        let key = decoder.key()?;
                        entries.push((key, decoder.value()?));
                    }
                    Ok(())
                })?;
                no_duplicates(entries.iter().map(|(key, _)| key))?;
                Value::Map(entries)
            }
            6 => {
                let mut content = Value::Null;
                self.inside(|decoder| {
                    content = decoder.value()?;
                    Ok(())
                })?;
                Value::Tag(head.argument, Box::new(content))
            }
            _ => simple(&head)?,
        })
    }

    fn key(&mut self) -> Result<Value, CborError> {
        let key = self.value()?;
        match &key {
            Value::Text(text) if text.len() > MAX_KEY_TEXT => Err(CborError::TooLong),
            _ => Ok(key),
        }
    }

    fn head(&mut self) -> Result<Head, CborError> {
        self.items_left = self.items_left.checked_sub(1).ok_or(CborError::TooMany)?;
        let (first, rest) = self.rest.split_first().ok_or(CborError::Malformed)?;
        let (major, info) = (first >> 5, first & 31);
        let (argument, least, rest) = match info {
            short @ 0..=23 => (u64::from(short), 0, rest),
            24 => {
                let least = if major == 7 { 32 } else { 24 };
                argument(rest, |bytes: [u8; 1]| u8::from_be_bytes(bytes).into(), least)?
            }
            25 => argument(rest, |bytes: [u8; 2]| u16::from_be_bytes(bytes).into(), 1 << 8)?,
            26 => argument(rest, |bytes: [u8; 4]| u32::from_be_bytes(bytes).into(), 1 << 16)?,
            27 => argument(rest, u64::from_be_bytes, 1 << 32)?,
            31 if (2..=5).contains(&major) => return Err(CborError::NotDeterministic),
            _ => return Err(CborError::Malformed),
        };
        // The argument of a floating-point number is no length: its width is free.
        let floating = major == 7 && info > 24;
        if argument < least && !floating {
            return Err(CborError::NotDeterministic);
        }
        self.rest = rest;
        Ok(Head { major, info, argument })
    }

    fn slice(&mut self, length: u64) -> Result<&'a [u8], CborError> {
        let length = usize::try_from(length).map_err(|_| CborError::Malformed)?;
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(CborError::Malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    fn text(&mut self, length: u64) -> Result<&'a str, CborError> {
        std::str::from_utf8(self.slice(length)?).map_err(|_| CborError::Malformed)
    }

    /// The number of entries, if so many items can still come: within the limit, and each has at least one byte.
    fn entries(&self, length: u64, each: usize) -> Result<usize, CborError> {
        let length = usize::try_from(length).map_err(|_| CborError::TooMany)?;
        let items = length.checked_mul(each).ok_or(CborError::TooMany)?;
        if items > self.items_left {
            Err(CborError::TooMany)
        } else if items > self.rest.len() {
            Err(CborError::Malformed)
        } else {
            Ok(length)
        }
    }

    fn inside(&mut self, read: impl FnOnce(&mut Self) -> Result<(), CborError>) -> Result<(), CborError> {
        let depth = self.depth_left;
        self.depth_left = depth.checked_sub(1).ok_or(CborError::TooDeep)?;
        read(self)?;
        self.depth_left = depth;
        Ok(())
    }
}

fn argument<const N: usize>(
    rest: &[u8],
    read: impl FnOnce([u8; N]) -> u64,
    least: u64,
) -> Result<(u64, u64, &[u8]), CborError> {
    let (argument, rest) = rest.split_first_chunk::<N>().ok_or(CborError::Malformed)?;
    Ok((read(*argument), least, rest))
}

fn simple(head: &Head) -> Result<Value, CborError> {
    Ok(match (head.info, head.argument) {
        (25, bits) => Value::Float(f64_of_half(u16::try_from(bits).map_err(|_| CborError::Malformed)?)),
        (26, bits) => {
            let bits = u32::try_from(bits).map_err(|_| CborError::Malformed)?;
            Value::Float(f32::from_bits(bits).into())
        }
        (27, bits) => Value::Float(f64::from_bits(bits)),
        (_, 20) => Value::Bool(false),
        (_, 21) => Value::Bool(true),
        (_, 22) => Value::Null,
        (_, 23) => Value::Undefined,
        (_, number) => Value::Simple(u8::try_from(number).map_err(|_| CborError::Malformed)?),
    })
}

/// IEEE 754 binary16 (RFC 8949, appendix D).
fn f64_of_half(half: u16) -> f64 {
    let exponent = i32::from((half >> 10) & 0x1f);
    let fraction = f64::from(half & 0x3ff);
    let magnitude = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (fraction + 1024.0) * 2f64.powi(exponent - 25),
    };
    if half & 0x8000 == 0 { magnitude } else { -magnitude }
}

/// Keys are compared by their deterministic encoding, so that a map as a key counts once in any order of its own keys.
fn no_duplicates<'v>(keys: impl Iterator<Item = &'v Value>) -> Result<(), CborError> {
    let mut encoded: Vec<Vec<u8>> = keys.map(Value::encode).collect();
    encoded.sort_unstable();
    let twice = encoded
        .windows(2)
        .any(|pair| matches!(pair, [one, other] if one == other));
    if twice { Err(CborError::DuplicateKey) } else { Ok(()) }
}
