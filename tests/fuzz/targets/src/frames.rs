use permitcard_credential::qr::{
    QrError, base45,
    frames::{self as wpm, MAX_MESSAGE, MAX_PARTS, Received, Receiver},
};

use crate::{pieces, split};

/// Frames: texts as they came, one a line; the CBOR of frames; a message, of which some frames arrive in some order.
pub fn frames(data: &[u8]) {
    let (way, rest) = split(data, 3);
    match way {
        0 => {
            let mut receiver = Receiver::new();
            for line in rest.split(|byte| *byte == b'\n') {
                if let Ok(text) = std::str::from_utf8(line) {
                    take(&mut receiver, text);
                }
            }
        }
        1 => {
            let mut receiver = Receiver::new();
            for piece in pieces(rest) {
                let mut text = wpm::PREFIX.to_owned();
                base45::encode_to(piece, &mut text);
                take(&mut receiver, &text);
            }
        }
        _ => arrive(rest),
    }
}

fn take(receiver: &mut Receiver, text: &str) {
    match receiver.take(text) {
        Ok(Received::Whole(message)) => assert!((1..=MAX_MESSAGE).contains(&message.len())),
        Ok(Received::More(progress)) => assert!(progress.have < progress.need && progress.need <= MAX_PARTS),
        Err(QrError::MessageDamaged) => assert_eq!(receiver.progress(), None),
        Err(_) => {}
    }
}

/// The first two bytes are the length of a part; the next sixteen say which frames arrive, the rest is the message.
fn arrive(data: &[u8]) {
    let Some((part, rest)) = data.split_first_chunk::<2>() else {
        return;
    };
    let Some((which, message)) = rest.split_first_chunk::<16>() else {
        return;
    };
    // Longer ones take long and say nothing new.
    let message = message.get(..1_500).unwrap_or(message);
    let Ok(texts) = wpm::encode(message, 1, usize::from(u16::from_be_bytes(*part))) else {
        return;
    };
    let need = texts.len().div_ceil(3);
    let mut receiver = Receiver::new();
    let mut order: Vec<&String> = Vec::new();
    // Every frame once, those first that the input names.
    for at in which
        .iter()
        .map(|at| usize::from(*at) % texts.len())
        .chain(0..texts.len())
    {
        if !order.contains(&&texts[at]) {
            order.push(&texts[at]);
        }
    }
    for (count, text) in order.into_iter().enumerate() {
        if let Received::Whole(whole) = receiver.take(text).unwrap() {
            assert_eq!(
                (whole.as_slice(), count + 1),
                (message, need),
                "any K frames restore the message"
            );
            return;
        }
    }
    panic!("all frames do not restore the message");
}
