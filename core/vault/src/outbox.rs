use std::fmt;

/// A request that was stored before it is sent, and stays until a definitive answer came.
#[derive(Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    /// The idempotency key; names the entry.
    pub op_id: String,
    /// What kind of request it is, in words of the caller.
    pub kind: String,
    /// The request as the caller encoded it.
    pub body: Vec<u8>,
    /// When it was made: seconds since 1970.
    pub created: i64,
    /// How often it was sent.
    pub attempts: u32,
    /// Not to be sent again before this time: seconds since 1970.
    pub not_before: i64,
}

impl fmt::Debug for OutboxEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutboxEntry")
            .field("kind", &self.kind)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

const FORMAT: u8 = 1;

/// The value of a record: CBOR array of format, place in the order, kind, body, created, attempts, not before.
pub(crate) fn encode(order: u64, entry: &OutboxEntry) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = minicbor::Encoder::new(&mut out);
    // Writing to a `Vec` cannot fail.
    let _ = encoder
        .array(7)
        .and_then(|e| e.u8(FORMAT))
        .and_then(|e| e.u64(order))
        .and_then(|e| e.str(&entry.kind))
        .and_then(|e| e.bytes(&entry.body))
        .and_then(|e| e.i64(entry.created))
        .and_then(|e| e.u32(entry.attempts))
        .and_then(|e| e.i64(entry.not_before));
    out
}

/// Reads what [`encode`] wrote; `op_id` is the key of the record.
pub(crate) fn decode(op_id: &[u8], value: &[u8]) -> Option<(u64, OutboxEntry)> {
    let mut decoder = minicbor::Decoder::new(value);
    if decoder.array().ok()? != Some(7) || decoder.u8().ok()? != FORMAT {
        return None;
    }
    let order = decoder.u64().ok()?;
    let entry = OutboxEntry {
        op_id: String::from_utf8(op_id.to_vec()).ok()?,
        kind: decoder.str().ok()?.to_owned(),
        body: decoder.bytes().ok()?.to_vec(),
        created: decoder.i64().ok()?,
        attempts: decoder.u32().ok()?,
        not_before: decoder.i64().ok()?,
    };
    (decoder.position() == value.len()).then_some((order, entry))
}
