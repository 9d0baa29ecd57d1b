use super::{Status, StatusError, inflate};

/// The most entries of one list: 2^20.
pub const MAX_ENTRIES: usize = 1 << 20;

/// Bits of one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatusBits {
    /// Valid or invalid only, as mdoc wants it.
    One,
    /// Four values: what this product uses.
    Two,
    /// Sixteen values.
    Four,
    /// All 256 values.
    Eight,
}

impl StatusBits {
    /// The number: 1, 2, 4 or 8.
    pub const fn count(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
            Self::Eight => 8,
        }
    }

    /// From the number.
    ///
    /// # Errors
    /// [`StatusError::BitsInvalid`] for any other.
    pub fn from_count(count: u64) -> Result<Self, StatusError> {
        match count {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            4 => Ok(Self::Four),
            8 => Ok(Self::Eight),
            _ => Err(StatusError::BitsInvalid),
        }
    }

    /// Entries in one byte, as a power of two: a look-up shifts and does not divide.
    const fn per_byte_log2(self) -> u32 {
        match self {
            Self::One => 3,
            Self::Two => 2,
            Self::Four => 1,
            Self::Eight => 0,
        }
    }

    /// Entries in one byte.
    const fn per_byte(self) -> usize {
        1 << self.per_byte_log2()
    }

    /// The highest value of an entry.
    const fn max(self) -> u8 {
        u8::MAX >> (8 - self.count())
    }
}

/// A packed array of statuses: entry 0 is in the lowest bits of byte 0 (draft-ietf-oauth-status-list 4.1).
#[derive(Clone, PartialEq, Eq)]
pub struct StatusList {
    bits: StatusBits,
    packed: Vec<u8>,
}

impl std::fmt::Debug for StatusList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StatusList")
            .field("bits", &self.bits)
            .field("size", &self.size())
            .finish()
    }
}

impl StatusList {
    /// A list of at least `size` entries, all valid; rounded up to whole bytes.
    ///
    /// # Errors
    /// [`StatusError::TooLarge`] above [`MAX_ENTRIES`].
    pub fn new(bits: StatusBits, size: usize) -> Result<Self, StatusError> {
        if size > MAX_ENTRIES {
            return Err(StatusError::TooLarge);
        }
        Ok(Self {
            bits,
            packed: vec![0; size.div_ceil(bits.per_byte())],
        })
    }

    /// Bits of one entry.
    pub fn bits(&self) -> StatusBits {
        self.bits
    }

    /// The number of entries.
    pub fn size(&self) -> usize {
        self.packed.len() * self.bits.per_byte()
    }

    /// Bytes that the list keeps in memory.
    pub fn memory(&self) -> usize {
        self.packed.capacity()
    }

    /// The status at `index`, in constant time. `None` outside of the list.
    #[inline]
    pub fn get(&self, index: u64) -> Option<Status> {
        let index = usize::try_from(index).ok()?;
        let byte = self.packed.get(index >> self.bits.per_byte_log2())?;
        Some(Status::from_value((byte >> self.shift(index)) & self.bits.max()))
    }

    /// Sets the status at `index`.
    ///
    /// # Errors
    /// [`StatusError::IndexOutside`], or [`StatusError::ValueInvalid`] for a value that an entry cannot hold.
    pub fn set(&mut self, index: u64, status: Status) -> Result<(), StatusError> {
        let value = status.value();
        if value > self.bits.max() {
            return Err(StatusError::ValueInvalid);
        }
        let index = usize::try_from(index).map_err(|_| StatusError::IndexOutside)?;
        let shift = self.shift(index);
        let byte = self
            .packed
            .get_mut(index >> self.bits.per_byte_log2())
            .ok_or(StatusError::IndexOutside)?;
        *byte = (*byte & !(self.bits.max() << shift)) | (value << shift);
        Ok(())
    }

    /// The zlib stream of the packed bytes. Other writers give other bytes for the same list: compare lists, not streams.
    pub fn compress(&self) -> Vec<u8> {
        inflate::deflate(&self.packed)
    }

    /// Inflates a list of entries of `bits`.
    ///
    /// # Errors
    /// [`StatusError::TooLarge`] above [`MAX_ENTRIES`] without inflating more than that;
    /// [`StatusError::InflateFailed`] for anything but one whole zlib stream.
    pub fn decompress(bits: StatusBits, compressed: &[u8]) -> Result<Self, StatusError> {
        let limit = MAX_ENTRIES / bits.per_byte();
        Ok(Self {
            bits,
            packed: inflate::inflate(compressed, limit)?,
        })
    }

    fn shift(&self, index: usize) -> u32 {
        // At most 7: the remainder is below 8 / bits.
        (index & (self.bits.per_byte() - 1)) as u32 * u32::from(self.bits.count())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [StatusBits; 4] = [StatusBits::One, StatusBits::Two, StatusBits::Four, StatusBits::Eight];

    #[test]
    fn entries_are_packed_from_the_lowest_bits() {
        let mut list = StatusList::new(StatusBits::Two, 5).unwrap();
        list.set(0, Status::Invalid).unwrap();
        list.set(3, Status::Application(3)).unwrap();
        list.set(4, Status::Suspended).unwrap();
        assert_eq!(list.packed, [0b1100_0001, 0b10]);
        assert_eq!(list.size(), 8);
    }

    #[test]
    fn what_is_outside_or_does_not_fit_is_refused() {
        for bits in ALL {
            let mut list = StatusList::new(bits, 16).unwrap();
            assert_eq!(list.get(15), Some(Status::Valid));
            assert_eq!(list.get(16), None);
            assert_eq!(list.get(u64::MAX), None);
            assert_eq!(list.set(16, Status::Valid), Err(StatusError::IndexOutside));
            if let Some(above) = bits.max().checked_add(1) {
                assert_eq!(list.set(0, Status::from_value(above)), Err(StatusError::ValueInvalid));
            }
            list.set(0, Status::from_value(bits.max())).unwrap();
            assert_eq!(StatusBits::from_count(u64::from(bits.count())), Ok(bits));
        }
        for count in [0, 3, 5, 7, 9, 16, 258] {
            assert_eq!(StatusBits::from_count(count), Err(StatusError::BitsInvalid));
        }
        assert_eq!(
            StatusList::new(StatusBits::One, MAX_ENTRIES + 1),
            Err(StatusError::TooLarge)
        );
    }

    #[test]
    fn the_largest_list_of_two_bits_stays_below_a_mebibyte() {
        let list = StatusList::new(StatusBits::Two, MAX_ENTRIES).unwrap();
        let loaded = StatusList::decompress(StatusBits::Two, &list.compress()).unwrap();
        assert_eq!(loaded, list);
        assert_eq!(loaded.size(), MAX_ENTRIES);
        assert!(loaded.memory() < 1 << 20, "{}", loaded.memory());
    }

    #[test]
    fn the_limit_counts_entries_whatever_their_bits() {
        for bits in ALL {
            let bytes = MAX_ENTRIES / bits.per_byte();
            let fits = inflate::deflate(&vec![0; bytes]);
            assert_eq!(StatusList::decompress(bits, &fits).unwrap().size(), MAX_ENTRIES);
            let above = inflate::deflate(&vec![0; bytes + 1]);
            assert_eq!(StatusList::decompress(bits, &above), Err(StatusError::TooLarge));
        }
    }

    proptest! {
        #[test]
        fn pack_and_unpack_agree(which in 0usize..4, values in proptest::collection::vec(any::<u8>(), 1..300)) {
            let bits = ALL[which];
            let mut list = StatusList::new(bits, values.len()).unwrap();
            for (index, value) in (0u64..).zip(&values) {
                list.set(index, Status::from_value(value & bits.max())).unwrap();
            }
            let loaded = StatusList::decompress(bits, &list.compress()).unwrap();
            for (index, value) in (0u64..).zip(&values) {
                prop_assert_eq!(loaded.get(index).unwrap().value(), value & bits.max());
            }
            for index in values.len()..loaded.size() {
                prop_assert_eq!(loaded.get(index as u64), Some(Status::Valid));
            }
        }

        #[test]
        fn hostile_streams_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = StatusList::decompress(StatusBits::Two, &bytes);
        }
    }
}
