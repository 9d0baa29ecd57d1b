use proptest::prelude::*;

use super::*;

fn message(len: usize) -> Vec<u8> {
    (0..len).map(|at| (at * at % 251) as u8).collect()
}

fn text_of(bytes: &[u8]) -> String {
    let mut text = PREFIX.to_owned();
    base45::encode_to(bytes, &mut text);
    text
}

fn need(progress: Received) -> Progress {
    match progress {
        Received::More(progress) => progress,
        Received::Whole(_) => panic!("whole"),
    }
}

/// The frame's bytes with other numbers: id, K, i, len, crc.
fn frame(numbers: [u64; 5], part: &[u8]) -> String {
    let mut writer = Writer::with_capacity(64);
    writer.array(6);
    for number in numbers {
        writer.uint(number);
    }
    writer.bytes(part);
    text_of(writer.as_bytes())
}

#[test]
fn checksum_of_the_standard() {
    assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    assert_eq!(crc32(b""), 0);
}

#[test]
fn frozen_frames() {
    let frames = encode(b"permit card", 0x0102_0304, 4).unwrap();
    assert_eq!(frames.len(), 9);
    // Three parts of four bytes, one byte of filling; then sums.
    assert_eq!(
        frames[0],
        text_of(&crate::testing::hex("861a0102030403000b1a4fdc5c38447065726d"))
    );
    assert_eq!(frames[0], FROZEN[0]);
    assert_eq!(frames[3], FROZEN[1]);
    assert_eq!(frames[8], FROZEN[2]);
    for subset in [[0, 1, 2], [8, 3, 1], [3, 5, 8]] {
        let mut receiver = Receiver::new();
        let mut last = None;
        for index in subset {
            last = Some(receiver.take(&frames[index]).unwrap());
        }
        assert_eq!(last, Some(Received::Whole(b"permit card".to_vec())));
    }
}

// Made by another program, in Python, from the description in `docs/credential.md`.
const FROZEN: [&str; 3] = [
    "WPM1:+.GX507H03H07I1E4ASTBFT85$CJ2",
    "WPM1:+.GX507H06H07I1E4ASTB%Q8WPDL2",
    "WPM1:+.GX507H0BH07I1E4ASTBFW8$7JT1",
];

#[test]
fn limits_of_a_message() {
    assert_eq!(encode(&[], 1, PART), Err(QrError::DoesNotFit));
    assert_eq!(encode(&message(4_097), 1, PART), Err(QrError::DoesNotFit));
    assert_eq!(encode(&message(33), 1, 1), Err(QrError::DoesNotFit));
    assert_eq!(encode(&message(4_096), 1, 127), Err(QrError::DoesNotFit));
    assert_eq!(encode(&message(32), 1, 0).unwrap().len(), 96);
    assert_eq!(encode(&message(1), 1, PART).unwrap().len(), 3);
    let most = encode(&message(4_096), u32::MAX, 128).unwrap();
    assert_eq!(most.len(), 96);
    let longest = encode(&message(3_840), u32::MAX, usize::MAX).unwrap();
    assert_eq!(longest.len(), 18);
    assert!(longest.iter().all(|text| text.len() <= MAX_TEXT));
    assert!(longest.iter().any(|text| text.len() > MAX_TEXT - 40));
}

#[test]
fn the_usual_part_fits_version_12() {
    use crate::qr::picture::{EcLevel, Matrix};
    let frames = encode(&message(3 * PART), u32::MAX, PART).unwrap();
    let versions: Vec<u8> = frames
        .iter()
        .map(|text| Matrix::new(text, EcLevel::L, 1).unwrap().version())
        .collect();
    assert_eq!(versions, [12; 9]);
}

#[test]
fn every_pair_of_frames_of_a_small_message_restores_it() {
    let text = message(7);
    let head = Message {
        id: 7,
        parts: 2,
        len: 7,
        crc: crc32(&text),
    };
    let mut whole = text.clone();
    whole.push(0);
    let data: Vec<&[u8]> = whole.chunks(4).collect();
    let frames: Vec<(u8, Vec<u8>)> = (0..MAX_FRAMES).map(|index| (index, code::part(&data, index))).collect();
    for one in &frames {
        for other in frames.iter().filter(|other| other.0 != one.0) {
            let restored = code::restore(&[one.clone(), other.clone()], 2, head.part_len()).unwrap();
            assert_eq!(restored, whole, "{} and {}", one.0, other.0);
        }
        assert_eq!(code::restore(std::slice::from_ref(one), 2, 4), None);
    }
}

#[test]
fn progress_counts_different_frames_of_one_message() {
    let frames = encode(&message(900), 1, 300).unwrap();
    let mut receiver = Receiver::new();
    assert_eq!(receiver.progress(), None);
    assert_eq!(need(receiver.take(&frames[4]).unwrap()), Progress { have: 1, need: 3 });
    assert_eq!(need(receiver.take(&frames[4]).unwrap()), Progress { have: 1, need: 3 });
    assert_eq!(need(receiver.take(&frames[0]).unwrap()), Progress { have: 2, need: 3 });
    assert_eq!(receiver.take(&frames[8]).unwrap(), Received::Whole(message(900)));
    assert_eq!(receiver.progress(), None);
}

#[test]
fn another_message_is_passed_over_until_it_stays() {
    let (one, other) = (
        encode(&message(900), 1, 300).unwrap(),
        encode(&message(1_200), 2, 300).unwrap(),
    );
    let mut receiver = Receiver::new();
    receiver.take(&one[0]).unwrap();
    // Two at a time, and frames of the first in between: nothing changes.
    for foreign in [0, 1, 2, 3] {
        assert_eq!(
            need(receiver.take(&other[foreign]).unwrap()),
            Progress { have: 1, need: 3 }
        );
        if foreign % 2 == 1 {
            receiver.take(&one[0]).unwrap();
        }
    }
    for index in [0, 1] {
        assert_eq!(need(receiver.take(&other[index]).unwrap()).need, 3);
    }
    assert_eq!(need(receiver.take(&other[2]).unwrap()), Progress { have: 1, need: 4 });
    for index in [5, 6] {
        receiver.take(&other[index]).unwrap();
    }
    assert_eq!(receiver.take(&other[7]).unwrap(), Received::Whole(message(1_200)));
}

#[test]
fn a_replaced_part_is_found_and_the_receiver_begins_anew() {
    let frames = encode(&message(900), 1, 300).unwrap();
    let bytes = decode(&frames[1]).unwrap();
    let honest = Frame::parse(&bytes).unwrap();
    let forged = Frame {
        part: &vec![9; honest.part.len()],
        ..honest
    };
    let mut receiver = Receiver::new();
    receiver.take(&frames[0]).unwrap();
    receiver.take(&forged.to_text()).unwrap();
    assert_eq!(receiver.take(&frames[2]), Err(QrError::MessageDamaged));
    assert_eq!(receiver.progress(), None);
    for text in &frames[1..3] {
        receiver.take(text).unwrap();
    }
    assert_eq!(receiver.take(&frames[3]).unwrap(), Received::Whole(message(900)));
}

#[test]
fn hostile_frames_have_stable_codes_and_change_nothing() {
    let frames = encode(&message(900), 1, 300).unwrap();
    let mut receiver = Receiver::new();
    receiver.take(&frames[0]).unwrap();
    assert_eq!(receiver.take(&"A".repeat(1_025)), Err(QrError::TooLong));
    for text in ["", "WPM2:BB8", "wpm1:BB8", "WPC1:BB8"] {
        assert_eq!(receiver.take(text), Err(QrError::PrefixUnknown), "{text}");
    }
    assert_eq!(receiver.take(&format!("{}\n", frames[1])), Err(QrError::Base45Invalid));
    let part = [1u8; 300];
    for (what, numbers, part) in [
        ("no part", [1, 0, 0, 900, 0], &part[..]),
        ("too many parts", [1, 33, 0, 900, 0], &part[..28]),
        ("frame beyond the field", [1, 3, 255, 900, 0], &part),
        ("no message", [1, 3, 0, 0, 0], &[]),
        ("message too long", [1, 32, 0, 4_097, 0], &part[..129]),
        ("part too short", [1, 3, 0, 900, 0], &part[..299]),
        ("part too long", [1, 3, 0, 897, 0], &part),
        ("a part of filling alone", [1, 4, 0, 9, 0], &part[..3]),
        ("long id", [1 << 32, 3, 0, 900, 0], &part),
        ("long checksum", [1, 3, 0, 900, 1 << 32], &part),
        ("4 GiB", [1, 3, 0, 1 << 32, 0], &part),
        ("the most", [u64::MAX; 5], &part),
    ] {
        assert_eq!(
            receiver.take(&frame(numbers, part)),
            Err(QrError::FrameInvalid),
            "{what}"
        );
    }
    for (what, bytes) in [
        ("nothing", ""),
        ("five items", "850101000300"),
        ("seven items", "87010100010041ff00"),
        ("negative", "8620010001004100"),
        ("long form", "86180101000100 4100"),
        ("a 4 GiB part", "860101000100 5affffffff"),
        ("text for bytes", "860101000100 6161"),
        ("indefinite", "9f0101000100 4100ff"),
        ("trailing byte", "860101000100 410000"),
    ] {
        let text = text_of(&crate::testing::hex(bytes));
        assert_eq!(receiver.take(&text), Err(QrError::FrameInvalid), "{what}");
    }
    assert_eq!(receiver.progress(), Some(Progress { have: 1, need: 3 }));
}

#[test]
fn nothing_shows_a_part() {
    let frames = encode(b"GARCIA", 1, 3).unwrap();
    let mut receiver = Receiver::new();
    receiver.take(&frames[0]).unwrap();
    assert_eq!(
        format!("{receiver:?}"),
        "Receiver { progress: Some(Progress { have: 1, need: 2 }) }"
    );
    assert_eq!(format!("{:?}", receiver.take(&frames[1]).unwrap()), "Whole(..)");
}

proptest! {
    #[test]
    fn any_k_frames_restore(
        message in proptest::collection::vec(any::<u8>(), 1..1_500),
        id in any::<u32>(),
        part in 47usize..640,
        order in any::<u64>(),
    ) {
        let mut frames = encode(&message, id, part).unwrap();
        // A shuffle that depends on nothing but the case.
        let mut state = order | 1;
        for at in (1..frames.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            frames.swap(at, (state >> 33) as usize % (at + 1));
        }
        let needed = frames.len() / 3;
        let mut receiver = Receiver::new();
        for text in &frames[..needed - 1] {
            prop_assert!(matches!(receiver.take(text).unwrap(), Received::More(_)));
        }
        prop_assert_eq!(receiver.take(&frames[needed - 1]).unwrap(), Received::Whole(message));
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64), head in any::<[u8; 6]>()) {
        let mut receiver = Receiver::new();
        let _ = receiver.take(&text_of(&bytes));
        let close = [&[0x86][..], &head.map(|byte| byte & 0x17), &bytes].concat();
        let _ = receiver.take(&text_of(&close));
        let kept: usize = receiver.frames.iter().map(|(_, part)| part.len()).sum();
        prop_assert!(kept <= MAX_MESSAGE);
    }
}
