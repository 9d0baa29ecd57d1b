use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use permitcard_credential::qr::frames::{self, Received};

use crate::{PermitCardError, panics};

/// How far a receiver is.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct FrameProgress {
    /// Different frames of the message that were taken.
    pub have: u8,
    /// How many different ones restore it.
    pub need: u8,
    /// The message, once it is whole: the `token` of a `VerifyRequest`. The receiver is empty again then.
    pub token: Option<Vec<u8>>,
}

impl fmt::Debug for FrameProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameProgress")
            .field("have", &self.have)
            .field("need", &self.need)
            .finish_non_exhaustive()
    }
}

/// Puts together a code that is shown as several in turn (`WPM1:…`). Give it every text that the camera reads, in any
/// order, again and again. It keeps one message at a time, at most 4 kB. Safe to use from many threads.
#[derive(uniffi::Object)]
pub struct FrameReceiver {
    receiver: Mutex<frames::Receiver>,
}

#[uniffi::export]
impl FrameReceiver {
    /// An empty one.
    #[uniffi::constructor]
    #[allow(clippy::new_without_default, reason = "made by hosts, through uniffi")]
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            receiver: Mutex::new(frames::Receiver::new()),
        })
    }

    /// Takes the text of one scanned code.
    ///
    /// # Errors
    /// `InvalidInput` for a text that is no frame, which changes nothing, and for frames that do not make the message that
    /// they announced, after which the receiver is empty.
    pub fn take(&self, text: String) -> Result<FrameProgress, PermitCardError> {
        panics::guard(|| {
            let mut receiver = self.receiver();
            let needed = receiver.progress().map_or(1, |progress| progress.need);
            Ok(match receiver.take(&text)? {
                Received::More(frames::Progress { have, need }) => FrameProgress {
                    have,
                    need,
                    token: None,
                },
                Received::Whole(token) => FrameProgress {
                    have: needed,
                    need: needed,
                    token: Some(token),
                },
            })
        })
    }

    /// Forgets what was taken.
    pub fn reset(&self) {
        *self.receiver() = frames::Receiver::new();
    }
}

impl FrameReceiver {
    fn receiver(&self) -> MutexGuard<'_, frames::Receiver> {
        self.receiver.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a scanned text is one of several frames, for a `FrameReceiver`.
#[uniffi::export]
pub fn is_frame(text: &str) -> bool {
    text.starts_with(frames::PREFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_become_the_message_and_the_receiver_is_empty_again() {
        let message = vec![7; 900];
        let texts = frames::encode(&message, 1, 300).unwrap();
        let receiver = FrameReceiver::new();
        let take = |text: &String| receiver.take(text.clone()).unwrap();
        let numbers = |progress: &FrameProgress| (progress.have, progress.need, progress.token.is_some());
        assert_eq!(numbers(&take(&texts[8])), (1, 3, false));
        assert_eq!(numbers(&take(&texts[8])), (1, 3, false));
        assert_eq!(numbers(&take(&texts[1])), (2, 3, false));
        let whole = take(&texts[5]);
        assert_eq!(numbers(&whole), (3, 3, true));
        assert_eq!(whole.token, Some(message));
        assert_eq!(numbers(&take(&texts[0])), (1, 3, false));
        receiver.reset();
        assert_eq!(numbers(&take(&texts[1])), (1, 3, false));
        assert!(!format!("{whole:?}").contains('['));
    }

    #[test]
    fn another_text_is_refused_and_changes_nothing() {
        let texts = frames::encode(&[7; 900], 1, 300).unwrap();
        let receiver = FrameReceiver::new();
        receiver.take(texts[0].clone()).unwrap();
        assert!(is_frame(&texts[0]) && !is_frame("WPC1:BB8"));
        assert_eq!(
            receiver.take("WPC1:BB8".to_owned()),
            Err(PermitCardError::invalid("qr.prefix_unknown"))
        );
        assert_eq!(receiver.take(texts[1].clone()).unwrap().have, 2);
    }
}
