use super::CborError;

/// Limits of one document, checked before anything is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest document, in bytes.
    pub bytes: usize,
    /// The deepest nesting of arrays, maps and tags.
    pub depth: u8,
    /// The most entries of one array or map.
    pub entries: usize,
}

impl Limits {
    /// Limits with the depth of our formats, 8, and at most 64 entries in an array or a map.
    pub const fn new(bytes: usize) -> Self {
        Self {
            bytes,
            depth: 8,
            entries: 64,
        }
    }

    /// The same limits with another number of entries.
    pub const fn entries(self, entries: usize) -> Self {
        Self { entries, ..self }
    }
}

/// What kind of item comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An unsigned integer.
    Unsigned,
    /// A negative integer.
    Negative,
    /// A byte string.
    Bytes,
    /// A text string.
    Text,
    /// An array.
    Array,
    /// A map.
    Map,
    /// A tag with its content.
    Tag,
    /// A simple value: false, true, null or a numbered one.
    Simple,
}

/// A map key of our formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key<'a> {
    /// An integer.
    Int(i64),
    /// A text string.
    Text(&'a str),
    /// A simple value by its number.
    Simple(u8),
}

const FALSE: u64 = 20;
const TRUE: u64 = 21;
const NULL: u64 = 22;

/// Reads a document item by item. Borrowed results live as long as the input.
#[derive(Clone)]
pub struct Reader<'a> {
    rest: &'a [u8],
    limits: Limits,
    depth_left: u8,
}

impl<'a> Reader<'a> {
    /// Starts to read.
    ///
    /// # Errors
    /// [`CborError::TooLong`] for more bytes than allowed.
    pub fn new(bytes: &'a [u8], limits: &Limits) -> Result<Self, CborError> {
        if bytes.len() > limits.bytes {
            return Err(CborError::TooLong);
        }
        Ok(Self {
            rest: bytes,
            limits: *limits,
            depth_left: limits.depth,
        })
    }

    /// Starts to read the content of a byte string of this document under the same limits, depth counted anew.
    pub fn embedded(&self, bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            limits: self.limits,
            depth_left: self.limits.depth,
        }
    }

    /// The limits of this document.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The bytes not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Ends the document.
    ///
    /// # Errors
    /// [`CborError::TrailingBytes`] when bytes are left.
    pub fn finish(self) -> Result<(), CborError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(CborError::TrailingBytes)
        }
    }

    /// What comes next; nothing is consumed and nothing but the first byte is looked at.
    ///
    /// # Errors
    /// [`CborError::Malformed`] at the end of the document.
    pub fn peek(&self) -> Result<Kind, CborError> {
        let first = self.rest.first().ok_or(CborError::Malformed)?;
        Ok(match first >> 5 {
            0 => Kind::Unsigned,
            1 => Kind::Negative,
            2 => Kind::Bytes,
            3 => Kind::Text,
            4 => Kind::Array,
            5 => Kind::Map,
            6 => Kind::Tag,
            _ => Kind::Simple,
        })
    }

    /// Major type and argument of the next item (RFC 8949 3), in the shortest form only.
    fn head(&mut self) -> Result<(Kind, u64), CborError> {
        let kind = self.peek()?;
        let (first, rest) = self.rest.split_first().ok_or(CborError::Malformed)?;
        let (argument, least, rest) = match first & 31 {
            short @ 0..=23 => (u64::from(short), 0, rest),
            // Two-byte, four-byte and eight-byte simple values are floating-point numbers.
            25..=27 if kind == Kind::Simple => return Err(CborError::Malformed),
            24 => take(rest, u8::from_be_bytes, if kind == Kind::Simple { 32 } else { 24 })?,
            25 => take(rest, u16::from_be_bytes, 1 << 8)?,
            26 => take(rest, u32::from_be_bytes, 1 << 16)?,
            27 => take(rest, u64::from_be_bytes, 1 << 32)?,
            31 if matches!(kind, Kind::Bytes | Kind::Text | Kind::Array | Kind::Map) => {
                return Err(CborError::NotDeterministic);
            }
            _ => return Err(CborError::Malformed),
        };
        if argument < least {
            return Err(CborError::NotDeterministic);
        }
        self.rest = rest;
        Ok((kind, argument))
    }

    fn expect(&mut self, kind: Kind) -> Result<u64, CborError> {
        if self.peek()? != kind {
            return Err(CborError::UnexpectedType);
        }
        Ok(self.head()?.1)
    }

    fn slice(&mut self, length: u64) -> Result<&'a [u8], CborError> {
        let length = usize::try_from(length).map_err(|_| CborError::Malformed)?;
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(CborError::Malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    fn count(&self, entries: u64) -> Result<usize, CborError> {
        usize::try_from(entries)
            .ok()
            .filter(|entries| *entries <= self.limits.entries)
            .ok_or(CborError::TooMany)
    }

    fn inside<T, E: From<CborError>>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        let depth = self.depth_left;
        self.depth_left = depth.checked_sub(1).ok_or(CborError::TooDeep)?;
        let value = read(self)?;
        self.depth_left = depth;
        Ok(value)
    }

    /// An unsigned integer.
    ///
    /// # Errors
    /// [`CborError::UnexpectedType`] for another item, or any error of its encoding.
    pub fn uint(&mut self) -> Result<u64, CborError> {
        self.expect(Kind::Unsigned)
    }

    /// An integer that fits 64 bits with sign.
    ///
    /// # Errors
    /// [`CborError::UnexpectedType`] for another item or range, or any error of its encoding.
    pub fn int(&mut self) -> Result<i64, CborError> {
        match self.head()? {
            (Kind::Unsigned, n) => i64::try_from(n).map_err(|_| CborError::UnexpectedType),
            (Kind::Negative, n) => i64::try_from(n).map(|n| -1 - n).map_err(|_| CborError::UnexpectedType),
            _ => Err(CborError::UnexpectedType),
        }
    }

    /// A byte string.
    ///
    /// # Errors
    /// [`CborError::UnexpectedType`] for another item, or any error of its encoding.
    pub fn bytes(&mut self) -> Result<&'a [u8], CborError> {
        let length = self.expect(Kind::Bytes)?;
        self.slice(length)
    }

    /// A byte string of exactly `N` bytes.
    ///
    /// # Errors
    /// [`CborError::UnexpectedType`] for another item or length, or any error of its encoding.
    pub fn bytes_of<const N: usize>(&mut self) -> Result<&'a [u8; N], CborError> {
        self.bytes()?.try_into().map_err(|_| CborError::UnexpectedType)
    }

    /// A text string.
    ///
    /// # Errors
    /// [`CborError::UnexpectedType`] for another item, or any error of its encoding.
    pub fn text(&mut self) -> Result<&'a str, CborError> {
        let length = self.expect(Kind::Text)?;
        std::str::from_utf8(self.slice(length)?).map_err(|_| CborError::Malformed)
    }

    /// `false` or `true`.
    ///
    /// # Errors
    /// [`CborError::UnexpectedType`] for another item, or any error of its encoding.
    pub fn bool(&mut self) -> Result<bool, CborError> {
        match self.expect(Kind::Simple)? {
            FALSE => Ok(false),
            TRUE => Ok(true),
            _ => Err(CborError::UnexpectedType),
        }
    }

    /// Tag `number`, and its content by `read`, which reads exactly one item.
    ///
    /// # Errors
    /// [`CborError::UnexpectedType`] for another item or tag, [`CborError::TooDeep`], or what `read` returns.
    pub fn tagged<T, E: From<CborError>>(
        &mut self,
        number: u64,
        read: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.expect(Kind::Tag)? != number {
            return Err(CborError::UnexpectedType.into());
        }
        self.inside(read)
    }

    /// An array of exactly `length` items; `read` reads all of them.
    ///
    /// # Errors
    /// [`CborError::UnexpectedType`] for another item or length, [`CborError::TooDeep`], or what `read` returns.
    pub fn tuple<T, E: From<CborError>>(
        &mut self,
        length: usize,
        read: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.expect(Kind::Array)? != length as u64 {
            return Err(CborError::UnexpectedType.into());
        }
        self.inside(read)
    }

    /// An array of any length within the limits; `read` reads one item and gets its index. Returns the length.
    ///
    /// # Errors
    /// [`CborError::UnexpectedType`] for another item, [`CborError::TooMany`], [`CborError::TooDeep`], or what `read`
    /// returns.
    pub fn array<E: From<CborError>>(
        &mut self,
        mut read: impl FnMut(usize, &mut Self) -> Result<(), E>,
    ) -> Result<usize, E> {
        let length = self.expect(Kind::Array)?;
        let length = self.count(length)?;
        self.inside(|reader| {
            (0..length).try_for_each(|index| read(index, reader))?;
            Ok(length)
        })
    }

    /// A map; `read` gets each key and reads its value. Keys come in bytewise order of their encoding, none twice.
    ///
    /// # Errors
    /// [`CborError::UnexpectedType`] for another item or a key of another type, [`CborError::NotDeterministic`] for the
    /// order, [`CborError::TooMany`], [`CborError::TooDeep`], or what `read` returns.
    pub fn map<E: From<CborError>>(
        &mut self,
        mut read: impl FnMut(Key<'a>, &mut Self) -> Result<(), E>,
    ) -> Result<usize, E> {
        let length = self.expect(Kind::Map)?;
        let length = self.count(length)?;
        self.inside(|reader| {
            let mut previous: &[u8] = &[];
            for _ in 0..length {
                let before = reader.rest;
                let key = reader.key()?;
                let encoded = before.get(..before.len() - reader.rest.len()).unwrap_or_default();
                if encoded <= previous {
                    return Err(CborError::NotDeterministic.into());
                }
                previous = encoded;
                read(key, reader)?;
            }
            Ok(length)
        })
    }

    /// An item as a map key.
    ///
    /// # Errors
    /// [`CborError::UnexpectedType`] for an item that is no key of our formats, or any error of its encoding.
    pub fn key(&mut self) -> Result<Key<'a>, CborError> {
        match self.peek()? {
            Kind::Unsigned | Kind::Negative => self.int().map(Key::Int),
            Kind::Text => self.text().map(Key::Text),
            Kind::Simple => u8::try_from(self.head()?.1)
                .map(Key::Simple)
                .map_err(|_| CborError::Malformed),
            _ => Err(CborError::UnexpectedType),
        }
    }

    /// Reads over one item of any kind with all that is inside, as strictly as if it were understood, and returns its
    /// bytes.
    ///
    /// # Errors
    /// Any error of its encoding, [`CborError::TooMany`], [`CborError::TooDeep`].
    pub fn raw(&mut self) -> Result<&'a [u8], CborError> {
        let before = self.rest;
        self.skip()?;
        Ok(before.get(..before.len() - self.rest.len()).unwrap_or_default())
    }

    /// Reads over one item as [`raw`](Self::raw) does.
    ///
    /// # Errors
    /// As [`raw`](Self::raw).
    pub fn skip(&mut self) -> Result<(), CborError> {
        match self.peek()? {
            Kind::Unsigned | Kind::Negative => self.head().map(drop),
            Kind::Bytes => self.bytes().map(drop),
            Kind::Text => self.text().map(drop),
            Kind::Array => self.array(|_, reader| reader.skip()).map(drop),
            Kind::Map => self.map(|_, reader| reader.skip()).map(drop),
            Kind::Tag => {
                self.head()?;
                self.inside(Self::skip)
            }
            Kind::Simple => match self.head()?.1 {
                FALSE | TRUE | NULL | 32.. => Ok(()),
                _ => Err(CborError::Malformed),
            },
        }
    }
}

// Documents may carry personal data.
impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("left", &self.rest.len())
            .finish_non_exhaustive()
    }
}

/// The argument after the first byte, the least value that needs this form, and what follows.
fn take<const N: usize, T: Into<u64>>(
    rest: &[u8],
    read: impl FnOnce([u8; N]) -> T,
    least: u64,
) -> Result<(u64, u64, &[u8]), CborError> {
    let (argument, rest) = rest.split_first_chunk::<N>().ok_or(CborError::Malformed)?;
    Ok((read(*argument).into(), least, rest))
}
