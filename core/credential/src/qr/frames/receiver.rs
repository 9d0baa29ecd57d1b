use super::{Frame, Message, code, crc32, decode};
use crate::qr::QrError;

/// Frames of another message that come one after the other, before the receiver turns to that one.
const TURN_AFTER: u8 = 3;

/// How far a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Different frames that were taken.
    pub have: u8,
    /// How many are needed.
    pub need: u8,
}

/// What came of a frame.
#[derive(Clone, PartialEq, Eq)]
pub enum Received {
    /// More are needed.
    More(Progress),
    /// The message is whole, and the receiver is empty again.
    Whole(Vec<u8>),
}

// The message is a presentation.
impl std::fmt::Debug for Received {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::More(progress) => f.debug_tuple("More").field(progress).finish(),
            Self::Whole(_) => f.write_str("Whole(..)"),
        }
    }
}

/// Puts a message together from frames in any order. It keeps the frames of one message at a time, 4 kB at most.
///
/// A frame that came before changes nothing. A frame of another message changes nothing either, until three of the same
/// other message came without one of the first in between: the phone shows a new code then, and the receiver begins
/// anew with it.
#[derive(Clone, Default)]
pub struct Receiver {
    current: Option<Message>,
    /// Numbers and parts, each number once, K at most.
    pub(super) frames: Vec<(u8, Vec<u8>)>,
    /// Another message, and how many frames of it came in a row.
    other: Option<(Message, u8)>,
}

impl std::fmt::Debug for Receiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Receiver").field("progress", &self.progress()).finish()
    }
}

impl Receiver {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// How far it is; `None` before the first frame.
    pub fn progress(&self) -> Option<Progress> {
        self.current.map(|message| Progress {
            have: u8::try_from(self.frames.len()).unwrap_or(u8::MAX),
            need: message.parts,
        })
    }

    /// Takes the text of one scanned code.
    ///
    /// # Errors
    /// [`QrError::TooLong`], [`QrError::PrefixUnknown`], [`QrError::Base45Invalid`] or [`QrError::FrameInvalid`] for a text
    /// that is no frame; it changes nothing. [`QrError::MessageDamaged`] when all frames are there and do not make the
    /// message that they announced; the receiver is empty again.
    pub fn take(&mut self, text: &str) -> Result<Received, QrError> {
        let bytes = decode(text)?;
        let frame = Frame::parse(&bytes)?;
        if !self.turns_to(frame.message) {
            return Ok(self.more(frame.message));
        }
        if self.frames.iter().all(|(index, _)| *index != frame.index) {
            self.frames.push((frame.index, frame.part.to_vec()));
        }
        if self.frames.len() < usize::from(frame.message.parts) {
            return Ok(self.more(frame.message));
        }
        let frames = std::mem::take(self).frames;
        let restored = code::restore(&frames, frame.message.parts, frame.message.part_len());
        let message = restored.map(|mut message| {
            message.truncate(frame.message.len.into());
            message
        });
        match message {
            Some(message) if crc32(&message) == frame.message.crc => Ok(Received::Whole(message)),
            _ => Err(QrError::MessageDamaged),
        }
    }

    fn more(&self, message: Message) -> Received {
        let nothing = Progress {
            have: 0,
            need: message.parts,
        };
        Received::More(self.progress().unwrap_or(nothing))
    }

    /// Whether a frame of `message` is to be taken.
    fn turns_to(&mut self, message: Message) -> bool {
        match self.current {
            Some(current) if current == message => self.other = None,
            Some(_) => {
                let seen = match self.other {
                    Some((other, seen)) if other == message => seen.saturating_add(1),
                    _ => 1,
                };
                self.other = Some((message, seen));
                if seen < TURN_AFTER {
                    return false;
                }
                *self = Self::default();
                self.current = Some(message);
            }
            None => self.current = Some(message),
        }
        true
    }
}
