use std::io::{Read, Write};

use flate2::{Compression, bufread::ZlibDecoder, write::ZlibEncoder};

use super::StatusError;

/// Inflates a whole zlib stream (RFC 1950) to at most `limit` bytes. Memory grows with what really comes out, so that a
/// short hostile stream costs no more than the limit.
pub(crate) fn inflate(compressed: &[u8], limit: usize) -> Result<Vec<u8>, StatusError> {
    let mut decoder = ZlibDecoder::new(compressed);
    let mut out = Vec::new();
    // One byte more than allowed shows that there is more.
    let take = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    decoder
        .by_ref()
        .take(take)
        .read_to_end(&mut out)
        .map_err(|_| StatusError::InflateFailed)?;
    if out.len() > limit {
        return Err(StatusError::TooLarge);
    }
    // The stream ended, and with it the input: anything after it would be bytes that nobody reads.
    if !decoder.into_inner().is_empty() {
        return Err(StatusError::InflateFailed);
    }
    out.shrink_to_fit();
    Ok(out)
}

/// Compresses at the highest level, as the draft recommends.
pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    // Writing to a Vec cannot fail; an empty answer would be refused by every reader.
    if encoder.write_all(bytes).is_err() {
        return Vec::new();
    }
    encoder.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bombs_stop_at_the_limit() {
        let bomb = deflate(&vec![0; 64 << 20]);
        assert!(bomb.len() < 70_000);
        assert_eq!(inflate(&bomb, 1 << 20), Err(StatusError::TooLarge));
        let fits = deflate(&vec![0; 1 << 20]);
        assert_eq!(inflate(&fits, 1 << 20).unwrap().len(), 1 << 20);
        assert_eq!(inflate(&fits, (1 << 20) - 1), Err(StatusError::TooLarge));
    }

    #[test]
    fn only_one_whole_stream_is_taken() {
        let good = deflate(b"status list");
        assert_eq!(inflate(&good, 11).unwrap(), b"status list");
        for end in 0..good.len() {
            assert_eq!(
                inflate(&good[..end], 11),
                Err(StatusError::InflateFailed),
                "cut at {end}"
            );
        }
        let mut longer = good.clone();
        longer.push(0);
        assert_eq!(inflate(&longer, 11), Err(StatusError::InflateFailed));
        // The checksum at the end counts.
        let mut changed = good;
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(inflate(&changed, 11), Err(StatusError::InflateFailed));
    }
}
