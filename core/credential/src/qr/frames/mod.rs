//! A message as several codes that are shown in turn: `WPM1:` and base45 of the deterministic CBOR
//! `[id, K, i, len, crc, part]` (CDDL in `docs/credential.md`).
//!
//! The message is cut into K parts of `ceil(len / K)` bytes, the last one filled with zeros. Frames 0 to K − 1 carry the
//! parts; every further frame carries a sum of all of them (systematic Reed–Solomon over GF(256), Cauchy rows), so that
//! any K different frames restore the message. A camera that misses one frame waits for the next one, whichever it is,
//! and not for the same one to come around again.
//!
//! The field and the code are our own, about a hundred lines: the published crates are built for large files (tables of
//! 128 kB, shards by index, panics or `unsafe` inside), and here nothing is longer than 4 kB.

mod code;
mod field;
mod receiver;

pub use receiver::{Progress, Received, Receiver};

use super::{QrError, base45};
use crate::cose::cbor::{CborError, Limits, Reader, Writer};

/// What a frame begins with; the digit is the version of the format.
pub const PREFIX: &str = "WPM1:";
/// The longest text of a frame that is read, in bytes.
pub const MAX_TEXT: usize = 1_024;
/// The longest message, in bytes: the longest presentation.
pub const MAX_MESSAGE: usize = 4_096;
/// The most parts of a message, K.
pub const MAX_PARTS: u8 = 32;
/// The most different frames of a message: the field has no more.
pub const MAX_FRAMES: u8 = 255;
/// The longest part, in bytes.
pub const MAX_PART: usize = 640;
/// Bytes of a part unless told otherwise: its frame is a QR code of version 12-L, which a 720p camera reads from 25 cm.
pub const PART: usize = 320;
/// Milliseconds that a frame is shown: phone cameras give a sharp picture of each at 300 to 400.
pub const SHOW_MS: u64 = 400;

/// A part with its heads: 21 bytes more at most.
const LIMITS: Limits = Limits::new(MAX_PART + 21);

/// What all frames of one message say about it. Two frames belong together if these are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    /// Random, another one for each message.
    pub id: u32,
    /// How many different frames restore it, K: 1 to 32.
    pub parts: u8,
    /// Its length in bytes, 1 to 4,096.
    pub len: u16,
    /// CRC-32 (ISO 3309) of it.
    pub crc: u32,
}

impl Message {
    fn part_len(&self) -> usize {
        usize::from(self.len).div_ceil(usize::from(self.parts).max(1))
    }

    /// Whether the numbers make a message: every part has at least one byte of it.
    fn is_sound(&self) -> bool {
        let (parts, len, part) = (usize::from(self.parts), usize::from(self.len), self.part_len());
        (1..=usize::from(MAX_PARTS)).contains(&parts)
            && (1..=MAX_MESSAGE).contains(&len)
            && part <= MAX_PART
            && (parts - 1) * part < len
    }
}

/// One frame. The part is borrowed from what was decoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The message that it belongs to.
    pub message: Message,
    /// Its number, 0 to 254.
    pub index: u8,
    /// Its part of the message.
    pub part: &'a [u8],
}

// A part is a piece of a presentation.
impl std::fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frame")
            .field("message", &self.message)
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}

impl<'a> Frame<'a> {
    /// Reads the CBOR of a frame and checks every number before anything is kept.
    ///
    /// # Errors
    /// [`QrError::FrameInvalid`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, QrError> {
        let read = || -> Result<(u64, [u64; 4], &'a [u8]), CborError> {
            let mut reader = Reader::new(bytes, &LIMITS)?;
            let items = reader.tuple(6, |reader| -> Result<_, CborError> {
                let id = reader.uint()?;
                let numbers = [reader.uint()?, reader.uint()?, reader.uint()?, reader.uint()?];
                Ok((id, numbers, reader.bytes()?))
            })?;
            reader.finish()?;
            Ok(items)
        };
        let (id, [parts, index, len, crc], part) = read().map_err(|_| QrError::FrameInvalid)?;
        let message = (|| {
            Some(Message {
                id: id.try_into().ok()?,
                parts: parts.try_into().ok()?,
                len: len.try_into().ok()?,
                crc: crc.try_into().ok()?,
            })
        })()
        .filter(Message::is_sound)
        .ok_or(QrError::FrameInvalid)?;
        let index = u8::try_from(index)
            .ok()
            .filter(|index| *index < MAX_FRAMES)
            .ok_or(QrError::FrameInvalid)?;
        if part.len() != message.part_len() {
            return Err(QrError::FrameInvalid);
        }
        Ok(Self { message, index, part })
    }

    fn to_text(self) -> String {
        let mut writer = Writer::with_capacity(24 + self.part.len());
        let message = self.message;
        writer.array(6).uint(message.id.into()).uint(message.parts.into());
        writer
            .uint(self.index.into())
            .uint(message.len.into())
            .uint(message.crc.into());
        writer.bytes(self.part);
        let bytes = writer.into_bytes();
        let mut text = String::with_capacity(PREFIX.len() + bytes.len() * 3 / 2 + 2);
        text.push_str(PREFIX);
        base45::encode_to(&bytes, &mut text);
        text
    }
}

/// The texts of the frames of a message, to be shown in turn, again and again: as many as restore it and twice as many
/// further ones. `part` is the most bytes of a part, 1 to [`MAX_PART`]; longer parts give fewer and larger codes.
///
/// # Errors
/// [`QrError::DoesNotFit`] for an empty message, one of more than [`MAX_MESSAGE`] bytes, or one that needs more than
/// [`MAX_PARTS`] parts.
pub fn encode(message: &[u8], id: u32, part: usize) -> Result<Vec<String>, QrError> {
    let parts = u8::try_from(message.len().div_ceil(part.clamp(1, MAX_PART))).map_err(|_| QrError::DoesNotFit)?;
    let head = Message {
        id,
        parts,
        len: u16::try_from(message.len()).map_err(|_| QrError::DoesNotFit)?,
        crc: crc32(message),
    };
    if !head.is_sound() {
        return Err(QrError::DoesNotFit);
    }
    let mut whole = message.to_vec();
    whole.resize(head.part_len() * usize::from(parts), 0);
    let data: Vec<&[u8]> = whole.chunks_exact(head.part_len()).collect();
    // 96 at most, of the 255 that there are.
    Ok((0..parts.saturating_mul(3))
        .map(|index| {
            let part = code::part(&data, index);
            let frame = Frame {
                message: head,
                index,
                part: &part,
            };
            frame.to_text()
        })
        .collect())
}

/// The bytes behind the text of a frame, for [`Frame::parse`]. The length is checked before anything else.
///
/// # Errors
/// [`QrError::TooLong`], [`QrError::PrefixUnknown`] or [`QrError::Base45Invalid`].
pub fn decode(text: &str) -> Result<Vec<u8>, QrError> {
    if text.len() > MAX_TEXT {
        return Err(QrError::TooLong);
    }
    let body = text.strip_prefix(PREFIX).ok_or(QrError::PrefixUnknown)?;
    base45::decode(body.as_bytes())
}

/// CRC-32 (ISO 3309), bit by bit: messages are short. It finds a frame that was read wrongly or replaced; that nobody made
/// the message up is what its signatures say.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
        })
    })
}

#[cfg(test)]
mod tests;
