use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const LIMITS: Limits = Limits::new(4096);

/// Any item that the reader takes.
#[derive(Debug, Clone, PartialEq)]
enum Item {
    Unsigned(u64),
    Negative(u64),
    Bytes(Vec<u8>),
    Text(String),
    Array(Vec<Item>),
    Map(Vec<(Item, Item)>),
    Tag(u64, Box<Item>),
    Bool(bool),
    Simple(u8),
}

impl Item {
    fn write(&self, writer: &mut Writer) {
        match self {
            Self::Unsigned(n) => writer.uint(*n),
            Self::Negative(n) => {
                let mut encoder = minicbor::Encoder::new(Vec::new());
                encoder
                    .int(minicbor::data::Int::try_from(-1 - i128::from(*n)).unwrap())
                    .unwrap();
                writer.raw(&encoder.into_writer())
            }
            Self::Bytes(bytes) => writer.bytes(bytes),
            Self::Text(text) => writer.text(text),
            Self::Array(items) => {
                writer.array(items.len());
                items.iter().for_each(|item| item.write(writer));
                writer
            }
            Self::Map(entries) => {
                // Sorted by their encoding, and each key once, as RFC 8949 4.2.1 wants it.
                let sorted: BTreeMap<Vec<u8>, &Item> =
                    entries.iter().map(|(key, value)| (key.encode(), value)).collect();
                writer.map(sorted.len());
                for (key, value) in sorted {
                    writer.raw(&key);
                    value.write(writer);
                }
                writer
            }
            Self::Tag(number, item) => {
                writer.tag(*number);
                item.write(writer);
                writer
            }
            Self::Bool(value) => writer.bool(*value),
            Self::Simple(number) => writer.simple(*number),
        };
    }

    fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(64);
        self.write(&mut writer);
        writer.into_bytes()
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CborError> {
        Ok(match reader.peek()? {
            Kind::Unsigned => Self::Unsigned(reader.uint()?),
            Kind::Negative => Self::Negative(reader.int().map(|n| (-1 - n) as u64)?),
            Kind::Bytes => Self::Bytes(reader.bytes()?.to_vec()),
            Kind::Text => Self::Text(reader.text()?.to_owned()),
            Kind::Array => {
                let mut items = Vec::new();
                reader.array(|_, reader| -> Result<(), CborError> {
                    items.push(Self::read(reader)?);
                    Ok(())
                })?;
                Self::Array(items)
            }
            Kind::Map => {
                let mut entries = Vec::new();
                reader.map(|key, reader| -> Result<(), CborError> {
                    let key = match key {
                        Key::Int(n) if n < 0 => Self::Negative((-1 - n) as u64),
                        Key::Int(n) => Self::Unsigned(n as u64),
                        Key::Text(text) => Self::Text(text.to_owned()),
                        Key::Simple(number) => Self::Simple(number),
                    };
                    entries.push((key, Self::read(reader)?));
                    Ok(())
                })?;
                Self::Map(entries)
            }
            Kind::Tag => {
                // The number is not known beforehand, so it is taken from a second reader of the same bytes.
                let number = minicbor::Decoder::new(reader.rest())
                    .tag()
                    .map_or(0, |tag| tag.as_u64());
                Self::Tag(number, Box::new(reader.tagged(number, Self::read)?))
            }
            Kind::Simple => match reader.clone().bool() {
                Ok(value) => {
                    reader.bool()?;
                    Self::Bool(value)
                }
                Err(_) => match reader.key()? {
                    Key::Simple(number) => Self::Simple(number),
                    _ => unreachable!(),
                },
            },
        })
    }
}

fn keys() -> impl Strategy<Value = Item> {
    prop_oneof![
        (0..=i64::MAX as u64).prop_map(Item::Unsigned),
        (0..=i64::MAX as u64).prop_map(Item::Negative),
        (0u64..300).prop_map(Item::Unsigned),
        ".{0,12}".prop_map(Item::Text),
        (32u8..=255).prop_map(Item::Simple),
    ]
}

fn items() -> impl Strategy<Value = Item> {
    let leaf = prop_oneof![
        keys(),
        any::<bool>().prop_map(Item::Bool),
        proptest::collection::vec(any::<u8>(), 0..300).prop_map(Item::Bytes),
    ];
    leaf.prop_recursive(6, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Item::Array),
            proptest::collection::vec((keys(), inner.clone()), 0..6).prop_map(Item::Map),
            (any::<u64>(), inner).prop_map(|(number, item)| Item::Tag(number, Box::new(item))),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_to_the_same_bytes(item in items()) {
        let bytes = item.encode();
        let mut reader = Reader::new(&bytes, &Limits { bytes: 1 << 20, ..LIMITS }).unwrap();
        let read = Item::read(&mut reader).unwrap();
        reader.finish().unwrap();
        prop_assert_eq!(read.encode(), bytes.clone());
        // Another library sees one well-formed item there, too.
        let mut other = minicbor::Decoder::new(&bytes);
        other.skip().unwrap();
        prop_assert_eq!(other.position(), bytes.len());
    }

    /// Nothing that the reader accepts could have been encoded in another way.
    #[test]
    fn every_accepted_document_is_the_one_encoding_of_its_meaning(
        item in items(), at in any::<prop::sample::Index>(), bit in 0u8..8, cut in any::<bool>(),
    ) {
        let mut bytes = item.encode();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] ^= 1 << bit }
        let mut reader = Reader::new(&bytes, &Limits { bytes: 1 << 20, ..LIMITS }).unwrap();
        let skipped = reader.clone().raw().map(<[u8]>::len);
        if let Ok(read) = Item::read(&mut reader) {
            let length = bytes.len() - reader.rest().len();
            prop_assert_eq!(&read.encode(), &bytes[..length]);
            // `raw` refuses unassigned simple values, which `key` of this test takes.
            if let Ok(skipped) = skipped {
                prop_assert_eq!(skipped, length);
            }
        }
    }

    #[test]
    fn any_bytes_give_a_result(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut reader = Reader::new(&bytes, &LIMITS).unwrap();
        if let Ok(raw) = reader.raw() {
            prop_assert!(bytes.starts_with(raw));
        }
    }
}

fn raw(bytes: &[u8]) -> Result<usize, CborError> {
    let mut reader = Reader::new(bytes, &LIMITS)?;
    let length = reader.raw()?.len();
    reader.finish()?;
    Ok(length)
}

#[test]
fn long_forms_are_refused_and_the_shortest_accepted() {
    let pairs: &[(&[u8], &[u8])] = &[
        (&[0x17], &[0x18, 0x17]),
        (&[0x18, 0x18], &[0x19, 0, 0x18]),
        (&[0x18, 0xff], &[0x19, 0, 0xff]),
        (&[0x19, 1, 0], &[0x1a, 0, 0, 1, 0]),
        (&[0x19, 0xff, 0xff], &[0x1a, 0, 0, 0xff, 0xff]),
        (&[0x1a, 0, 1, 0, 0], &[0x1b, 0, 0, 0, 0, 0, 1, 0, 0]),
        (
            &[0x1a, 0xff, 0xff, 0xff, 0xff],
            &[0x1b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff],
        ),
        (&[0x20], &[0x38, 0]),
        (&[0x41, 7], &[0x58, 1, 7]),
        (&[0x61, 0x61], &[0x78, 1, 0x61]),
        (&[0x81, 1], &[0x98, 1, 1]),
        (&[0xa1, 1, 1], &[0xb8, 1, 1, 1]),
        (&[0xc1, 1], &[0xd8, 1, 1]),
    ];
    for (short, long) in pairs {
        assert_eq!(raw(short), Ok(short.len()), "{short:02x?}");
        assert_eq!(raw(long), Err(CborError::NotDeterministic), "{long:02x?}");
    }
    assert_eq!(raw(&[0x1b, 0, 0, 0, 1, 0, 0, 0, 0]), Ok(9));
}

#[test]
fn indefinite_lengths_are_refused() {
    for bytes in [
        &[0x9f, 1, 0xff][..],
        &[0xbf, 1, 1, 0xff],
        &[0x5f, 0x41, 1, 0xff],
        &[0x7f, 0x61, 0x61, 0xff],
    ] {
        assert_eq!(raw(bytes), Err(CborError::NotDeterministic), "{bytes:02x?}");
    }
    assert_eq!(raw(&[0xff]), Err(CborError::Malformed));
}

#[test]
fn map_keys_come_in_bytewise_order_and_once() {
    // 10, 100, -1, "z", "aa", simple(59): the example order of RFC 8949 4.2.1, with ours at the end.
    let ordered = [
        0xa6, 0x0a, 0, 0x18, 0x64, 0, 0x20, 0, 0x61, 0x7a, 0, 0x62, 0x61, 0x61, 0, 0xf8, 0x3b, 0,
    ];
    assert_eq!(raw(&ordered), Ok(ordered.len()));
    assert_eq!(raw(&[0xa2, 0x20, 0, 0x18, 0x64, 0]), Err(CborError::NotDeterministic));
    assert_eq!(
        raw(&[0xa2, 0xf8, 0x3b, 0, 0x61, 0x7a, 0]),
        Err(CborError::NotDeterministic)
    );
    assert_eq!(raw(&[0xa2, 1, 0, 1, 0]), Err(CborError::NotDeterministic));
    // The old order by length first is another one.
    assert_eq!(raw(&[0xa2, 0x20, 0, 0x19, 1, 0, 0]), Err(CborError::NotDeterministic));
    for key in [&[0x41, 0][..], &[0x80], &[0xa0], &[0xc1, 0]] {
        let mut bytes = vec![0xa1];
        bytes.extend_from_slice(key);
        bytes.push(0);
        assert_eq!(raw(&bytes), Err(CborError::UnexpectedType), "{bytes:02x?}");
    }
}

#[test]
fn depth_is_limited_at_eight() {
    for wrap in [&[0x81][..], &[0xa1, 0], &[0xc1]] {
        let nested = |depth: usize| [wrap.repeat(depth), vec![0]].concat();
        assert!(raw(&nested(8)).is_ok());
        assert_eq!(raw(&nested(9)), Err(CborError::TooDeep));
        assert_eq!(raw(&nested(1000)), Err(CborError::TooDeep));
    }
    // Leaving a container gives its depth back.
    assert!(raw(&[&[0x88][..], &[0x81, 0x81, 0].repeat(8)].concat()).is_ok());
}

#[test]
fn counts_are_checked_before_entries_are_read() {
    for head in [0x80, 0xa0] {
        assert_eq!(raw(&[head | 24, 65]), Err(CborError::TooMany));
        assert_eq!(
            raw(&[head | 27, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
            Err(CborError::TooMany)
        );
    }
    assert!(raw(&[&[0x98, 64][..], &[0; 64]].concat()).is_ok());
    let wide = Limits::new(4096).entries(65);
    assert!(
        Reader::new(&[&[0x98, 65][..], &[0; 65]].concat(), &wide)
            .unwrap()
            .raw()
            .is_ok()
    );
}

#[test]
fn lengths_are_checked_before_bytes_are_taken() {
    assert_eq!(
        raw(&[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        Err(CborError::Malformed)
    );
    assert_eq!(raw(&[0x42, 0]), Err(CborError::Malformed));
    assert_eq!(raw(&[0x62, 0x61]), Err(CborError::Malformed));
    assert_eq!(raw(&[]), Err(CborError::Malformed));
    assert_eq!(Reader::new(&[0; 4097], &LIMITS).err(), Some(CborError::TooLong));
    assert_eq!(raw(&[0, 0]), Err(CborError::TrailingBytes));
}

#[test]
fn floats_undefined_and_reserved_values_are_refused() {
    let refused: &[&[u8]] = &[
        &[0xf9, 0x3c, 0],
        &[0xfa, 0x3f, 0x80, 0, 0],
        &[0xfb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0],
        &[0xf7],
        &[0xe0],
        &[0xfc],
        &[0x1c],
        &[0x62, 0xff, 0xff],
    ];
    for bytes in refused {
        assert_eq!(raw(bytes), Err(CborError::Malformed), "{bytes:02x?}");
    }
    // A simple value below 32 in two bytes would be a second encoding of one.
    assert_eq!(raw(&[0xf8, 0x14]), Err(CborError::NotDeterministic));
    for bytes in [&[0xf4][..], &[0xf5], &[0xf6], &[0xf8, 0x3b]] {
        assert_eq!(raw(bytes), Ok(bytes.len()));
    }
}

#[test]
fn typed_reads_refuse_other_types_and_ranges() {
    let reader = |bytes: &'static [u8]| Reader::new(bytes, &LIMITS).unwrap();
    let unexpected = Err(CborError::UnexpectedType);
    assert_eq!(reader(&[0x20]).uint().map(drop), unexpected);
    assert_eq!(reader(&[0x1b, 0x80, 0, 0, 0, 0, 0, 0, 0]).int().map(drop), unexpected);
    assert_eq!(reader(&[0x3b, 0x80, 0, 0, 0, 0, 0, 0, 0]).int().map(drop), unexpected);
    assert_eq!(
        reader(&[0x3b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).int(),
        Ok(i64::MIN)
    );
    assert_eq!(reader(&[0x61, 0x61]).bytes().map(drop), unexpected);
    assert_eq!(reader(&[0x41, 0x61]).text().map(drop), unexpected);
    assert_eq!(reader(&[0x41, 0x61]).bytes_of::<2>().map(drop), unexpected);
    assert_eq!(reader(&[0xf6]).bool().map(drop), unexpected);
    assert_eq!(reader(&[0x82, 0, 0]).tuple(3, |_| Ok(())), unexpected);
    assert_eq!(reader(&[0xd2, 0]).tagged(17, |r| r.skip()), unexpected);
    assert_eq!(reader(&[0xd2, 0]).tagged(18, |r| r.skip()), Ok(()));
}

#[test]
fn every_code_is_named_once_in_its_area() {
    let codes: std::collections::BTreeSet<_> = CborError::ALL.iter().map(|error| error.code()).collect();
    assert_eq!(codes.len(), CborError::ALL.len());
    assert!(codes.iter().all(|code| code.starts_with("cbor.")));
}
