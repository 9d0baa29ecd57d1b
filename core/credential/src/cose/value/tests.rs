use proptest::prelude::*;

use super::*;
use crate::testing::hex;

const LIMITS: Limits = Limits::new(1 << 16);

fn decode(text: &str) -> Result<Value, CborError> {
    Value::decode(&hex(text), &LIMITS)
}

fn int(number: i128) -> Value {
    Value::Int(number)
}

/// Bytes, value: RFC 8949, appendix A, as far as definite lengths go.
fn appendix_a() -> Vec<(&'static str, Value)> {
    let text = |text: &str| Value::from(text);
    let map = |entries: &[(Value, Value)]| Value::Map(entries.to_vec());
    vec![
        ("00", int(0)),
        ("17", int(23)),
        ("1818", int(24)),
        ("1903e8", int(1000)),
        ("1a000f4240", int(1_000_000)),
        ("1b000000e8d4a51000", int(1_000_000_000_000)),
        ("1bffffffffffffffff", int(18_446_744_073_709_551_615)),
        ("3bffffffffffffffff", int(-18_446_744_073_709_551_616)),
        ("20", int(-1)),
        ("3903e7", int(-1000)),
        ("f90000", Value::Float(0.0)),
        ("f98000", Value::Float(-0.0)),
        ("f93c00", Value::Float(1.0)),
        ("fb3ff199999999999a", Value::Float(1.1)),
        ("f93e00", Value::Float(1.5)),
        ("f97bff", Value::Float(65504.0)),
        ("fa47c35000", Value::Float(100_000.0)),
        ("fa7f7fffff", Value::Float(3.402_823_466_385_288_6e38)),
        ("fb7e37e43c8800759c", Value::Float(1.0e300)),
        ("f90001", Value::Float(5.960_464_477_539_063e-8)),
        ("f90400", Value::Float(0.000_061_035_156_25)),
        ("f9c400", Value::Float(-4.0)),
        ("fbc010666666666666", Value::Float(-4.1)),
        ("f97c00", Value::Float(f64::INFINITY)),
        ("f9fc00", Value::Float(f64::NEG_INFINITY)),
        ("f4", Value::Bool(false)),
        ("f5", Value::Bool(true)),
        ("f6", Value::Null),
        ("f7", Value::Undefined),
        ("f0", Value::Simple(16)),
        ("f8ff", Value::Simple(255)),
        ("c11a514b67b0", Value::Tag(1, Box::new(int(1_363_896_240)))),
        (
            "d74401020304",
            Value::Tag(23, Box::new(Value::from(&[1u8, 2, 3, 4][..]))),
        ),
        ("40", Value::Bytes(Vec::new())),
        ("60", text("")),
        ("62c3bc", text("\u{fc}")),
        ("64f0908591", text("\u{10151}")),
        ("80", Value::Array(Vec::new())),
        ("83010203", Value::Array(vec![int(1), int(2), int(3)])),
        ("a0", map(&[])),
        ("a201020304", map(&[(int(1), int(2)), (int(3), int(4))])),
        (
            "826161a161626163",
            Value::Array(vec![text("a"), map(&[(text("b"), text("c"))])]),
        ),
    ]
}

#[test]
fn examples_of_rfc_8949() {
    for (bytes, value) in appendix_a() {
        assert!(decode(bytes).as_ref() == Ok(&value), "{bytes}");
        assert_eq!(value.encode(), hex(bytes), "{bytes}");
    }
    // Zero has a sign, which equality does not see; not-a-number equals nothing.
    assert_eq!(Value::Float(-0.0).encode(), hex("f98000"));
    assert!(matches!(decode("f97e00"), Ok(Value::Float(number)) if number.is_nan()));
    assert_eq!(Value::Float(f64::NAN).encode(), hex("f97e00"));
}

#[test]
fn every_half_float_is_read_and_written() {
    for half in 0..=u16::MAX {
        let bytes = [&[0xf9][..], &half.to_be_bytes()].concat();
        let Ok(Value::Float(number)) = Value::decode(&bytes, &LIMITS) else {
            panic!("{half:04x}");
        };
        let other = f64::from(single_of_half(half));
        assert!(number.to_bits() == other.to_bits() || number.is_nan(), "{half:04x}");
        let expected = if number.is_nan() { hex("f97e00") } else { bytes };
        assert_eq!(Value::Float(number).encode(), expected, "{half:04x}");
    }
}

/// The single-precision number of a half: by moving its bits, where the reader calculates.
fn single_of_half(half: u16) -> f32 {
    let sign = u32::from(half & 0x8000) << 16;
    let (exponent, fraction) = (u32::from((half >> 10) & 0x1f), u32::from(half & 0x3ff));
    let bits = match (exponent, fraction) {
        (0, 0) => 0,
        (0, _) => {
            let shift = fraction.leading_zeros() - 21;
            ((113 - shift) << 23) | ((fraction << (13 + shift)) & 0x7f_ffff)
        }
        (31, _) => 0x7f80_0000 | (fraction << 13),
        _ => ((exponent + 112) << 23) | (fraction << 13),
    };
    f32::from_bits(sign | bits)
}

#[test]
fn floats_may_come_in_any_width_and_leave_in_the_shortest() {
    for long in ["fa3f800000", "fb3ff0000000000000"] {
        assert_eq!(decode(long).unwrap().encode(), hex("f93c00"), "{long}");
    }
    assert_eq!(decode("fb40f86a0000000000").unwrap().encode(), hex("fa47c35000"));
    // Not exactly a half: one bit of fraction too many, too small, too large.
    for single in ["fa3f801000", "fa33000000", "fa47800000"] {
        assert_eq!(decode(single).unwrap().encode(), hex(single), "{single}");
    }
}

#[test]
fn numbers_beyond_64_bits_are_bignums() {
    assert_eq!(int(1 << 64).encode(), hex("c249010000000000000000"));
    assert_eq!(int(-(1 << 64) - 1).encode(), hex("c349010000000000000000"));
    assert_eq!(int(i128::MAX).encode(), hex("c2507fffffffffffffffffffffffffffffff"));
    assert_eq!(int(i128::MIN).encode(), hex("c3507fffffffffffffffffffffffffffffff"));
}

#[test]
fn what_two_readers_could_see_differently_is_refused() {
    let refused = [
        // Long forms of numbers, lengths, tags and simple values.
        ("1817", CborError::NotDeterministic),
        ("190017", CborError::NotDeterministic),
        ("1a0000ffff", CborError::NotDeterministic),
        ("1b00000000ffffffff", CborError::NotDeterministic),
        ("3817", CborError::NotDeterministic),
        ("580100", CborError::NotDeterministic),
        ("780161", CborError::NotDeterministic),
        ("980100", CborError::NotDeterministic),
        ("b8010000", CborError::NotDeterministic),
        ("d81200", CborError::NotDeterministic),
        ("f814", CborError::NotDeterministic),
        // Indefinite lengths.
        ("5f4100ff", CborError::NotDeterministic),
        ("7f6161ff", CborError::NotDeterministic),
        ("9fff", CborError::NotDeterministic),
        ("bfff", CborError::NotDeterministic),
        // Keys that stand twice, also as maps whose own order differs, and as floats of two widths.
        ("a200010002", CborError::DuplicateKey),
        ("a2616100616101", CborError::DuplicateKey),
        ("a2 a20102030400 a20304010200", CborError::DuplicateKey),
        ("a2 f93c0000 fa3f80000001", CborError::DuplicateKey),
        ("81a200010002", CborError::DuplicateKey),
        // Not well-formed.
        ("", CborError::Malformed),
        ("18", CborError::Malformed),
        ("1c", CborError::Malformed),
        ("3f", CborError::Malformed),
        ("df00", CborError::Malformed),
        ("ff", CborError::Malformed),
        ("fc", CborError::Malformed),
        ("8201", CborError::Malformed),
        ("a101", CborError::Malformed),
        ("4100ff", CborError::TrailingBytes),
        ("61ff", CborError::Malformed),
        ("c1", CborError::Malformed),
        ("0000", CborError::TrailingBytes),
        // A length of 4 GiB, of 2^64 - 1, and so many entries.
        ("5affffffff", CborError::Malformed),
        ("5bffffffffffffffff", CborError::Malformed),
        ("9affffffff", CborError::TooMany),
        ("bbffffffffffffffff", CborError::TooMany),
        ("9a00003fff", CborError::NotDeterministic),
        ("993fff", CborError::Malformed),
    ];
    for (bytes, error) in refused {
        assert_eq!(decode(bytes).err(), Some(error), "{bytes}");
    }
    // Numbers and floats are different keys.
    assert!(decode("a2 0100 f93c0000").is_ok());
}

#[test]
fn limits_hold_exactly() {
    let nested = |open: &str, levels: usize| decode(&format!("{}00", open.repeat(levels)));
    for open in ["81", "a100", "c1"] {
        assert!(nested(open, 16).is_ok(), "{open}");
        assert_eq!(nested(open, 17).err(), Some(CborError::TooDeep), "{open}");
        assert_eq!(nested(open, 10_000).err(), Some(CborError::TooDeep), "{open}");
    }
    let limits = Limits::new(8).items(4);
    let decode = |bytes: &str| Value::decode(&hex(bytes), &limits).err();
    assert_eq!(decode("83010203"), None);
    assert_eq!(decode("8401020304"), Some(CborError::TooMany));
    assert_eq!(decode("a2 01020304"), Some(CborError::TooMany));
    assert_eq!(decode("8281018100"), Some(CborError::TooMany));
    assert_eq!(decode("4700010203040506"), None);
    assert_eq!(decode("480001020304050607"), Some(CborError::TooLong));
    let key = |length: usize| Value::Map(vec![(Value::from("k".repeat(length).as_str()), int(0))]).encode();
    assert!(Value::decode(&key(MAX_KEY_TEXT), &LIMITS).is_ok());
    assert_eq!(Value::decode(&key(256), &LIMITS).err(), Some(CborError::TooLong));
}

#[test]
fn members_are_found_by_their_keys() {
    let map = decode("a3 01f5 6161 02 20 4101").unwrap();
    assert!(map.label(1) == Some(&Value::Bool(true)) && map.label(2).is_none());
    assert!(map.get(&"a".into()).and_then(Value::as_int) == Some(2));
    assert_eq!(map.label(-1).and_then(Value::as_bytes), Some(&[1][..]));
    assert!(int(1).label(1).is_none());
}

#[test]
fn debug_shows_kinds_and_no_content() {
    let value = Value::Array(vec![
        Value::from("GARCIA"),
        int(4711),
        Value::Tag(1, Box::new(int(4711))),
    ]);
    assert_eq!(format!("{value:?}"), "Array(3)");
    assert_eq!(format!("{:?}", Value::from("GARCIA")), "Text(6)");
    assert!(!format!("{:?}", Value::Tag(1, Box::new(int(4711)))).contains("4711"));
}

/// Any value within the limits whose maps have no key twice.
pub(crate) fn values() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<i64>().prop_map(i128::from),
        any::<u64>().prop_map(i128::from),
        any::<u64>().prop_map(|magnitude| -1 - i128::from(magnitude)),
        -30i128..300,
    ];
    let leaf = prop_oneof![
        number.prop_map(Value::Int),
        proptest::collection::vec(any::<u8>(), 0..300).prop_map(Value::Bytes),
        ".{0,30}".prop_map(Value::Text),
        any::<bool>().prop_map(Value::Bool),
        Just(Value::Null),
        Just(Value::Undefined),
        (0u8..20).prop_map(Value::Simple),
        (32u8..).prop_map(Value::Simple),
        any::<f64>().prop_map(Value::Float),
        any::<f32>().prop_map(|single| Value::Float(single.into())),
        (-4096i16..4096).prop_map(|number| Value::Float(f64::from(number) / 16.0)),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            proptest::collection::vec((inner.clone(), inner.clone()), 0..6).prop_map(|entries| {
                let mut seen = std::collections::HashSet::new();
                let once = entries.into_iter().filter(|(key, _)| seen.insert(key.encode()));
                Value::Map(once.collect())
            }),
            (any::<u64>(), inner).prop_map(|(number, content)| Value::Tag(number, Box::new(content))),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(value in values()) {
        let bytes = value.encode();
        let read = Value::decode(&bytes, &LIMITS).unwrap();
        prop_assert_eq!(read.encode(), bytes.clone());
        // Another library sees one well-formed item there, too.
        let mut other = minicbor::Decoder::new(&bytes);
        other.skip().unwrap();
        prop_assert_eq!(other.position(), bytes.len());
    }

    #[test]
    fn maps_in_any_order_are_written_alike(value in values()) {
        fn turned(value: &Value) -> Value {
            match value {
                Value::Map(entries) => {
                    Value::Map(entries.iter().rev().map(|(key, value)| (turned(key), turned(value))).collect())
                }
                Value::Array(items) => Value::Array(items.iter().map(turned).collect()),
                Value::Tag(number, content) => Value::Tag(*number, Box::new(turned(content))),
                other => other.clone(),
            }
        }
        prop_assert_eq!(turned(&value).encode(), value.encode());
    }

    #[test]
    fn any_bytes_give_a_result(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(value) = Value::decode(&bytes, &LIMITS) {
            let again = Value::decode(&value.encode(), &LIMITS).unwrap();
            prop_assert_eq!(again.encode(), value.encode());
        }
    }

    #[test]
    fn a_changed_byte_gives_a_result(
        value in values(), at in any::<prop::sample::Index>(), bit in 0u8..8,
    ) {
        let mut bytes = value.encode();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(value) = Value::decode(&bytes, &LIMITS) {
            prop_assert_eq!(Value::decode(&value.encode(), &LIMITS).unwrap().encode(), value.encode());
        }
    }
}
