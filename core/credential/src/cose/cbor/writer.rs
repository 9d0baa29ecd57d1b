use minicbor::Encoder;

/// Writes deterministic CBOR: every head in its shortest form. The order of map keys is the caller's part, and each
/// format has a test that reads its own output back with the strict [`Reader`](super::Reader).
pub struct Writer(Encoder<Vec<u8>>);

// A Vec takes every byte: the error type of these calls has no values, so their results are dropped.
impl Writer {
    /// An empty document with room for `bytes`.
    pub fn with_capacity(bytes: usize) -> Self {
        Self(Encoder::new(Vec::with_capacity(bytes)))
    }

    /// An unsigned integer.
    pub fn uint(&mut self, value: u64) -> &mut Self {
        let _ = self.0.u64(value);
        self
    }

    /// An integer.
    pub fn int(&mut self, value: i64) -> &mut Self {
        let _ = self.0.i64(value);
        self
    }

    /// The negative integer −1 − `magnitude`, down to −2^64.
    pub fn negative(&mut self, magnitude: u64) -> &mut Self {
        // Same argument, other major type.
        let start = self.as_bytes().len();
        self.uint(magnitude);
        if let Some(first) = self.0.writer_mut().get_mut(start) {
            *first |= 1 << 5;
        }
        self
    }

    /// A byte string.
    pub fn bytes(&mut self, value: &[u8]) -> &mut Self {
        let _ = self.0.bytes(value);
        self
    }

    /// The head of a byte string of `length` bytes; they are written next, or only hashed.
    pub fn bytes_head(&mut self, length: usize) -> &mut Self {
        let _ = self.0.bytes_len(length as u64);
        self
    }

    /// A text string.
    pub fn text(&mut self, value: &str) -> &mut Self {
        let _ = self.0.str(value);
        self
    }

    /// `false` or `true`.
    pub fn bool(&mut self, value: bool) -> &mut Self {
        let _ = self.0.bool(value);
        self
    }

    /// A simple value by its number; 24 to 31 do not exist (RFC 8949 3.3).
    pub fn simple(&mut self, number: u8) -> &mut Self {
        // minicbor writes 20 to 23 in two bytes, which RFC 8949 forbids.
        match number {
            0..24 => self.raw(&[0xe0 | number]),
            24.. => {
                let _ = self.0.simple(number);
                self
            }
        }
    }

    /// A tag; its content is written next.
    pub fn tag(&mut self, number: u64) -> &mut Self {
        let _ = self.0.tag(minicbor::data::Tag::new(number));
        self
    }

    /// The head of an array; its items are written next.
    pub fn array(&mut self, length: usize) -> &mut Self {
        let _ = self.0.array(length as u64);
        self
    }

    /// The head of a map; its keys and values are written next, keys in bytewise order of their encoding.
    pub fn map(&mut self, length: usize) -> &mut Self {
        let _ = self.0.map(length as u64);
        self
    }

    /// Items that are encoded already.
    pub fn raw(&mut self, encoded: &[u8]) -> &mut Self {
        self.0.writer_mut().extend_from_slice(encoded);
        self
    }

    /// A byte string with a document inside: what `write` writes.
    pub fn embed(&mut self, write: impl FnOnce(&mut Self)) -> &mut Self {
        let mut inner = Self::with_capacity(256);
        write(&mut inner);
        self.bytes(inner.as_bytes())
    }

    /// The bytes so far.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.writer()
    }

    /// The finished bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_writer()
    }
}

// Documents may carry personal data.
impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer")
            .field("length", &self.as_bytes().len())
            .finish()
    }
}
