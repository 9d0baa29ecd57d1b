//! The text of a reverse QR: `WPR1:` and base45 of a verifier's request (CDDL in `docs/credential.md`).
//!
//! The verifier shows it, the holder's phone reads it. It names the verifier's own audience, a nonce for the presentation,
//! and what is wanted. The holder sees all of it before anything is signed. It is not signed: a signature would need a
//! list of verifiers that nobody keeps, so that an audience is a name the verifier gave itself, and is shown as such.

use super::{QrError, base45};
use crate::cose::cbor::{CborError, Key, Kind, Limits, Reader, Writer};

/// What a request begins with; the digit is the version of the format.
pub const PREFIX: &str = "WPR1:";
/// The longest text that is read, in bytes.
pub const MAX_TEXT: usize = 128;
/// The longest audience, in UTF-8 bytes, as in a presentation.
pub const MAX_AUD: usize = 8;
/// Bytes of the nonce.
pub const NONCE_LEN: usize = 8;
/// The most groups that a request names.
pub const MAX_GROUPS: usize = 16;

const LIMITS: Limits = Limits::new(MAX_TEXT);
const AUD: i64 = 1;
const NONCE: i64 = 2;
const WANTED: i64 = 3;

/// What a verifier wants to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// What the profile of this audience shows, for instance `wp.pol`; at most 8 bytes.
    Profile(String),
    /// The groups with these labels, ascending, each once.
    Groups(Vec<u8>),
}

/// What a verifier asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The verifier's own audience, 1 to 8 bytes without control characters; the presentation names it.
    pub aud: String,
    /// Random; the presentation carries it.
    pub nonce: [u8; NONCE_LEN],
    /// What it wants to see.
    pub wanted: Wanted,
}

impl Request {
    fn is_sound(&self) -> bool {
        let wanted = match &self.wanted {
            Wanted::Profile(aud) => is_name(aud),
            Wanted::Groups(labels) => {
                labels.len() <= MAX_GROUPS && labels.iter().zip(labels.iter().skip(1)).all(|(one, next)| one < next)
            }
        };
        is_name(&self.aud) && wanted
    }

    /// The text to show.
    ///
    /// # Errors
    /// [`QrError::RequestInvalid`] for an audience or groups outside of the limits.
    pub fn encode(&self) -> Result<String, QrError> {
        if !self.is_sound() {
            return Err(QrError::RequestInvalid);
        }
        let mut writer = Writer::with_capacity(64);
        writer
            .map(3)
            .int(AUD)
            .text(&self.aud)
            .int(NONCE)
            .bytes(&self.nonce)
            .int(WANTED);
        match &self.wanted {
            Wanted::Profile(aud) => {
                writer.text(aud);
            }
            Wanted::Groups(labels) => {
                writer.array(labels.len());
                for label in labels {
                    writer.uint(u64::from(*label));
                }
            }
        }
        let bytes = writer.into_bytes();
        let mut text = String::with_capacity(MAX_TEXT);
        text.push_str(PREFIX);
        base45::encode_to(&bytes, &mut text);
        Ok(text)
    }

    /// Reads a scanned text. A member that this version does not know is refused: it could ask for more than is shown to
    /// the holder.
    ///
    /// # Errors
    /// [`QrError::TooLong`], [`QrError::PrefixUnknown`], [`QrError::Base45Invalid`] or [`QrError::RequestInvalid`].
    pub fn decode(text: &str) -> Result<Self, QrError> {
        if text.len() > MAX_TEXT {
            return Err(QrError::TooLong);
        }
        let body = text.strip_prefix(PREFIX).ok_or(QrError::PrefixUnknown)?;
        let bytes = base45::decode(body.as_bytes())?;
        read(&bytes)
            .ok()
            .flatten()
            .filter(Self::is_sound)
            .ok_or(QrError::RequestInvalid)
    }
}

fn read(bytes: &[u8]) -> Result<Option<Request>, CborError> {
    let mut reader = Reader::new(bytes, &LIMITS)?;
    let (mut aud, mut nonce, mut wanted, mut unknown) = (None, None, None, false);
    reader.map(|key, reader| -> Result<(), CborError> {
        match key {
            Key::Int(AUD) => aud = Some(reader.text()?.to_owned()),
            Key::Int(NONCE) => nonce = Some(*reader.bytes_of::<NONCE_LEN>()?),
            Key::Int(WANTED) => wanted = Some(read_wanted(reader)?),
            _ => {
                unknown = true;
                reader.skip()?;
            }
        }
        Ok(())
    })?;
    reader.finish()?;
    let (Some(aud), Some(nonce), Some(Some(wanted)), false) = (aud, nonce, wanted, unknown) else {
        return Ok(None);
    };
    Ok(Some(Request { aud, nonce, wanted }))
}

fn read_wanted(reader: &mut Reader<'_>) -> Result<Option<Wanted>, CborError> {
    if reader.peek()? == Kind::Text {
        return Ok(Some(Wanted::Profile(reader.text()?.to_owned())));
    }
    let mut labels = Some(Vec::new());
    reader.array(|_, reader| -> Result<(), CborError> {
        let label = u8::try_from(reader.uint()?).ok();
        labels = labels
            .take()
            .zip(label)
            .filter(|(labels, _)| labels.len() < MAX_GROUPS)
            .map(|(mut labels, label)| {
                labels.push(label);
                labels
            });
        Ok(())
    })?;
    Ok(labels.map(Wanted::Groups))
}

/// A name that a person reads on a screen: nothing in it changes how the rest is drawn.
fn is_name(name: &str) -> bool {
    let unseen = |c: char| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
    };
    (1..=MAX_AUD).contains(&name.len()) && !name.chars().any(unseen)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn request(wanted: Wanted) -> Request {
        Request {
            aud: "gate-7".into(),
            nonce: [1, 2, 3, 4, 5, 6, 7, 8],
            wanted,
        }
    }

    fn text_of(bytes: &[u8]) -> String {
        let mut text = PREFIX.to_owned();
        base45::encode_to(bytes, &mut text);
        text
    }

    #[test]
    fn frozen_bytes() {
        for (wanted, text, bytes) in [
            (
                Wanted::Profile("wp.pol".into()),
                FROZEN_PROFILE,
                "a30166676174652d3702480102030405060708036677702e706f6c",
            ),
            (
                Wanted::Groups(vec![20, 21]),
                FROZEN_GROUPS,
                "a30166676174652d370248010203040506070803821415",
            ),
        ] {
            assert_eq!(request(wanted.clone()).encode().unwrap(), text);
            assert_eq!(text_of(&crate::testing::hex(bytes)), text);
            assert_eq!(Request::decode(text).unwrap(), request(wanted));
        }
    }

    const FROZEN_PROFILE: &str = "WPR1:ERKP.CIECQZC..6S49KB0*M0DY0Q01-.C88ES9EI2";
    const FROZEN_GROUPS: &str = "WPR1:ERKP.CIECQZC..6S49KB0*M0DY0Q010KGL0";

    #[test]
    fn what_is_outside_of_the_limits_is_neither_made_nor_read() {
        let groups = |labels: &[u8]| Wanted::Groups(labels.to_vec());
        let named = |aud: &str| Request {
            aud: aud.into(),
            ..request(groups(&[]))
        };
        for bad in [
            named(""),
            named("123456789"),
            named("医院医院"),
            named("a\nb"),
            named("a\u{202e}b"),
            named("a\u{61c}b"),
            named("a\u{ad}b"),
            named("a\u{e0041}b"),
            request(groups(&[21, 20])),
            request(groups(&[20, 20])),
            request(groups(&(0..17).collect::<Vec<u8>>())),
            request(Wanted::Profile(String::new())),
            request(Wanted::Profile("wp.police".into())),
        ] {
            assert_eq!(bad.encode(), Err(QrError::RequestInvalid), "{bad:?}");
        }
        assert!(named("医院").encode().is_ok());
        assert!(request(groups(&(0..16).collect::<Vec<u8>>())).encode().is_ok());
    }

    #[test]
    fn hostile_texts_have_stable_codes() {
        let good = request(Wanted::Groups(vec![20])).encode().unwrap();
        assert_eq!(Request::decode(&"A".repeat(129)), Err(QrError::TooLong));
        for text in ["", "WPR2:BB8", "wpr1:BB8", "WPC1:BB8"] {
            assert_eq!(Request::decode(text), Err(QrError::PrefixUnknown), "{text}");
        }
        assert_eq!(Request::decode(&format!("{good}\n")), Err(QrError::Base45Invalid));
        for (what, bytes) in [
            ("empty", ""),
            ("no map", "80"),
            ("one member missing", "a2016161024801020304050607 08"),
            ("one member more", "a4016161024801020304050607080380 0400"),
            ("a member twice", "a4016161016161024801020304050607080380"),
            ("another order", "a302480102030405060708016161 0380"),
            ("short nonce", "a3016161024701020304050607 0380"),
            ("long form of a number", "a3180 1616102480102030405060708 0380"),
            ("indefinite length", "bf016161024801020304050607080380ff"),
            ("label beyond a byte", "a30161610248010203040506070803811901 00"),
            ("negative label", "a30161610248010203040506070803 8120"),
            ("4 GiB text", "a3017affffffff"),
            ("trailing byte", "a301616102480102030405060708038000"),
        ] {
            let text = text_of(&crate::testing::hex(bytes));
            assert_eq!(Request::decode(&text), Err(QrError::RequestInvalid), "{what}");
        }
        let nested = [vec![0xa3, 1, 0x61, 0x61, 3], vec![0x81; 60]].concat();
        assert_eq!(Request::decode(&text_of(&nested)), Err(QrError::RequestInvalid));
    }

    proptest! {
        #[test]
        fn reads_back(
            aud in "[ -~]{1,8}",
            nonce in any::<[u8; 8]>(),
            labels in proptest::collection::btree_set(any::<u8>(), 0..=16),
        ) {
            let request = Request { aud, nonce, wanted: Wanted::Groups(labels.into_iter().collect()) };
            let text = request.encode().unwrap();
            prop_assert!(text.len() <= MAX_TEXT);
            prop_assert_eq!(Request::decode(&text).unwrap(), request);
        }

        #[test]
        fn no_text_panics_and_what_is_read_has_one_text(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let text = text_of(&bytes);
            if let Ok(request) = Request::decode(&text) {
                prop_assert_eq!(request.encode().unwrap(), text);
            }
        }
    }
}
