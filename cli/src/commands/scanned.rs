//! What a scanner would give: texts from the command line, standard input, text files or pictures; frames put together.

use std::path::{Path, PathBuf};

use permitcard_credential::qr::{
    QrError,
    frames::{self, Received, Receiver},
};

use crate::{
    failure::{CliCode, Failure, Outcome},
    files,
    picture::read,
};

/// The longest text that is read, in bytes; the checks know the true limits.
const LONGEST_TEXT: usize = 256 * 1024;
/// What a PNG begins with.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A scanned code.
pub struct Scanned {
    /// Its text; empty if it came in frames.
    pub text: String,
    /// The token that came in frames.
    pub token: Option<Vec<u8>>,
}

/// A text that was typed, `-` for standard input, or the name of a file: a text, or a PNG with a code in it.
pub fn one(given: &str) -> Outcome<String> {
    if given == "-" {
        return Ok(text_of(&files::read_stdin(LONGEST_TEXT)?));
    }
    // No text of this product is the name of a file that is there.
    let path = Path::new(given);
    if given.starts_with("WP") && !path.exists() {
        return Ok(given.trim().to_owned());
    }
    let bytes = files::read(path, read::MAX_FILE)?;
    if bytes.starts_with(PNG) {
        return read::code_in_png(&bytes);
    }
    if bytes.len() > LONGEST_TEXT {
        return Err(Failure::from(CliCode::FileTooLarge).with("limit", LONGEST_TEXT as i64));
    }
    Ok(text_of(&bytes))
}

/// A text, `-` for standard input; several lines are the frames of one code.
pub fn from_text(given: &str) -> Outcome<Scanned> {
    let text = if given == "-" {
        text_of(&files::read_stdin(LONGEST_TEXT)?)
    } else {
        given.to_owned()
    };
    together(
        text.lines()
            .map(str::to_owned)
            .filter(|line| !line.is_empty())
            .collect(),
        text,
    )
}

/// Pictures: one with the code, or one for each frame.
pub fn from_pictures(paths: &[PathBuf]) -> Outcome<Scanned> {
    let texts = paths
        .iter()
        .map(|path| read::code_in_png(&files::read(path, read::MAX_FILE)?))
        .collect::<Outcome<Vec<String>>>()?;
    let whole = texts.first().cloned().unwrap_or_default();
    together(texts, whole)
}

/// Puts frames together; anything else is taken as it is.
fn together(texts: Vec<String>, whole: String) -> Outcome<Scanned> {
    if !texts.first().is_some_and(|text| text.starts_with(frames::PREFIX)) {
        return Ok(Scanned {
            text: whole,
            token: None,
        });
    }
    let mut receiver = Receiver::new();
    let mut wrong = None;
    for text in &texts {
        match receiver.take(text) {
            Ok(Received::Whole(token)) => {
                return Ok(Scanned {
                    text: String::new(),
                    token: Some(token),
                });
            }
            Ok(Received::More(_)) => {}
            Err(error @ QrError::MessageDamaged) => return Err(error.into()),
            // One bad picture does no harm while there are enough others.
            Err(error) => wrong = Some(error),
        }
    }
    match (receiver.progress(), wrong) {
        (Some(progress), _) => Err(Failure::from(CliCode::FramesMissing)
            .with("have", u32::from(progress.have))
            .with("need", u32::from(progress.need))),
        (None, Some(error)) => Err(error.into()),
        (None, None) => Err(CliCode::Usage.into()),
    }
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_put_together_and_missing_ones_counted() {
        let message = vec![7u8; 900];
        let texts = frames::encode(&message, 1, 300).unwrap();
        let lines = |texts: &[String]| texts.join("\r\n");
        let scanned = from_text(&lines(&texts[4..8])).unwrap();
        assert_eq!(scanned.token, Some(message));
        let missing = from_text(&lines(&texts[..2])).err().unwrap();
        assert_eq!(missing.code, "cli.frames_missing");
        let one_bad = format!("{}\nWPM1:0\n{}\n{}", texts[0], texts[1], texts[2]);
        assert!(from_text(&one_bad).unwrap().token.is_some());
        assert_eq!(from_text("WPM1:BB8").err().unwrap().code, "qr.frame_invalid");
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        let scanned = from_text("WPC1:BB8").unwrap();
        assert_eq!((scanned.text.as_str(), scanned.token), ("WPC1:BB8", None));
        assert_eq!(from_text(" ").unwrap().text, " ");
    }

    #[test]
    fn a_request_is_a_text_or_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("request.txt");
        std::fs::write(&path, "WPR1:BB8\n").unwrap();
        assert_eq!(one(path.to_str().unwrap()).unwrap(), "WPR1:BB8");
        assert_eq!(one("WPR1:BB8").unwrap(), "WPR1:BB8");
        assert_eq!(one("no such file").unwrap_err().code, "cli.file_unreadable");
    }
}
