//! zlib for a few hundred bytes that hardly compress (RFC 1950, RFC 1951): always one block with the fixed codes.
//!
//! Never a stored block: PixelPass, the reference reader of claim 169, hands its inflater a plain array, which fails on one.
//! Never codes of its own: their table is longer than what they save here. The library that the status lists use chooses both.

/// Header of the stream: 32 KiB window, best compression.
const HEADER: [u8; 2] = [0x78, 0xda];
/// Modulus of the checksum, Adler-32.
const ADLER: u32 = 65_521;
/// The shortest match, in bytes; shorter ones cost more than their bytes.
const SHORTEST: usize = 3;
/// The longest match but one: 258 has a code of its own, which nothing here needs.
const LONGEST: usize = 257;
/// How far back a match is looked for.
const FARTHEST: usize = 4_096;
const END_OF_BLOCK: u16 = 256;
const FIRST_LENGTH: u16 = 257;

/// Compresses. Bytes that repeat nothing are written one by one, which makes them at most 13 % longer.
pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut out = Bits::default();
    // The last block; fixed codes.
    out.put(1, 1);
    out.put(1, 2);
    let mut rest = bytes;
    let mut at = 0;
    while let Some(first) = rest.first() {
        let step = match longest_match(bytes, at) {
            Some((distance, length)) => {
                out.length(length);
                out.distance(distance);
                length
            }
            None => {
                out.symbol(u16::from(*first));
                1
            }
        };
        at += step;
        rest = bytes.get(at..).unwrap_or_default();
    }
    out.symbol(END_OF_BLOCK);
    let mut stream = HEADER.to_vec();
    stream.append(&mut out.finish());
    stream.extend_from_slice(&adler32(bytes).to_be_bytes());
    stream
}

/// Distance and length of the longest earlier run of bytes that goes on at `at`; of equal ones the nearest.
fn longest_match(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let here = bytes.get(at..)?;
    let mut best = None;
    let mut longest = SHORTEST - 1;
    for distance in 1..=at.min(FARTHEST) {
        let there = bytes.get(at - distance..)?;
        let length = here.iter().zip(there).take(LONGEST).take_while(|(a, b)| a == b).count();
        if length > longest {
            (best, longest) = (Some((distance, length)), length);
        }
    }
    best
}

/// RFC 1950 8.2.
fn adler32(bytes: &[u8]) -> u32 {
    let (low, high) = bytes.iter().fold((1, 0), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % ADLER;
        (low, (high + low) % ADLER)
    });
    high << 16 | low
}

/// Bits, the first one in the lowest place of the first byte.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    /// Not yet a whole byte.
    pending: u32,
    count: u32,
}

impl Bits {
    /// Appends the lowest `count` bits, at most 16.
    fn put(&mut self, value: u16, count: u32) {
        self.pending |= u32::from(value) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.pending.to_le_bytes()[0]);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    /// Appends a Huffman code, whose highest bit comes first (RFC 1951 3.1.1).
    fn code(&mut self, code: u16, count: u32) {
        self.put(code.reverse_bits() >> (16 - count), count);
    }

    /// A literal, the end of the block or a length (RFC 1951 3.2.6).
    fn symbol(&mut self, symbol: u16) {
        match symbol {
            0..=143 => self.code(0x30 + symbol, 8),
            144..=255 => self.code(0x190 + (symbol - 144), 9),
            256..=279 => self.code(symbol - 256, 7),
            _ => self.code(0xc0 + (symbol - 280), 8),
        }
    }

    fn length(&mut self, length: usize) {
        let (code, extra, value) = split(length, SHORTEST, 4);
        self.symbol(FIRST_LENGTH + code);
        self.put(value, extra);
    }

    fn distance(&mut self, distance: usize) {
        let (code, extra, value) = split(distance, 1, 2);
        self.code(code, 5);
        self.put(value, extra);
    }

    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.put(0, 8 - self.count);
        }
        self.bytes
    }
}

/// The code, the count of its extra bits and their value (RFC 1951 3.2.5): the extra bits grow by one after every `step`
/// codes, from the code `2 * step` on.
fn split(value: usize, first: usize, step: u16) -> (u16, u32, u16) {
    let (mut code, mut base) = (0, first);
    loop {
        let extra = u32::from((code / step).saturating_sub(1));
        let next = base + (1 << extra);
        if value < next {
            // Below 2^extra, and extra is at most 10 for the distances that are used.
            return (
                code,
                extra,
                u16::try_from(value.saturating_sub(base)).unwrap_or_default(),
            );
        }
        base = next;
        code += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::status::inflate;

    /// The type of the first block (RFC 1951 3.2.3), where 1 has the fixed codes.
    fn block_type(stream: &[u8]) -> u8 {
        stream[2] >> 1 & 3
    }

    #[test]
    fn bytes_without_repetition_are_not_stored() {
        let random: [u8; 1_024] = permitcard_crypto::random::bytes().unwrap();
        let stream = deflate(&random);
        assert_eq!(block_type(&stream), 1);
        assert!(stream.len() < 1_024 * 108 / 100, "{}", stream.len());
        assert_eq!(inflate(&stream, 1_024).unwrap(), random);
    }

    #[test]
    fn lengths_and_distances_are_written() {
        for length in (0..600).step_by(7) {
            let stream = deflate(&vec![7; length]);
            assert_eq!(inflate(&stream, 600).unwrap(), vec![7; length]);
        }
        let random: [u8; 5_000] = permitcard_crypto::random::bytes().unwrap();
        // Around the first values of some codes, and where the search ends.
        for distance in [8, 9, 12, 13, 64, 65, 66, 192, 193, 1_024, 1_025, 3_073, 4_096, 4_097] {
            let bytes = [&random[..distance], &random[..8]].concat();
            assert_eq!(inflate(&deflate(&bytes), 6_000).unwrap(), bytes);
        }
    }

    proptest! {
        #[test]
        fn another_inflater_gives_the_bytes_back(bytes in proptest::collection::vec(0u8..6, 0..900)) {
            let stream = deflate(&bytes);
            prop_assert_eq!(block_type(&stream), 1);
            prop_assert_eq!(inflate(&stream, 900).unwrap(), bytes);
        }
    }
}
