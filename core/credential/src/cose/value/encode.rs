use super::Value;
use crate::cose::cbor::Writer;

/// Tags of numbers beyond 64 bits (RFC 8949 3.4.3).
const POSITIVE_BIGNUM: u64 = 2;
const NEGATIVE_BIGNUM: u64 = 3;
/// The one encoding of "not a number" (RFC 8949 4.2.2).
const NAN: [u8; 3] = [0xf9, 0x7e, 0x00];

pub(super) fn encode(value: &Value) -> Vec<u8> {
    let mut writer = Writer::with_capacity(64);
    write(value, &mut writer);
    writer.into_bytes()
}

fn write(value: &Value, writer: &mut Writer) {
    match value {
        Value::Int(number) => write_int(*number, writer),
        Value::Bytes(bytes) => drop(writer.bytes(bytes)),
        Value::Text(text) => drop(writer.text(text)),
        Value::Array(items) => {
            writer.array(items.len());
            items.iter().for_each(|item| write(item, writer));
        }
        Value::Map(entries) => {
            let mut sorted: Vec<(Vec<u8>, &Value)> = entries.iter().map(|(key, value)| (encode(key), value)).collect();
            sorted.sort_by(|(one, _), (other, _)| one.cmp(other));
            writer.map(sorted.len());
            for (key, value) in sorted {
                write(value, writer.raw(&key));
            }
        }
        Value::Tag(number, content) => write(content, writer.tag(*number)),
        Value::Simple(number) => drop(writer.simple(*number)),
        Value::Bool(value) => drop(writer.bool(*value)),
        Value::Null => drop(writer.simple(22)),
        Value::Undefined => drop(writer.simple(23)),
        Value::Float(number) => write_float(*number, writer),
    }
}

fn write_int(number: i128, writer: &mut Writer) {
    // -1 - n of a negative number is its magnitude in CBOR.
    let (magnitude, negative) = if number < 0 {
        (-1 - number, true)
    } else {
        (number, false)
    };
    match u64::try_from(magnitude) {
        Ok(magnitude) if negative => drop(writer.negative(magnitude)),
        Ok(magnitude) => drop(writer.uint(magnitude)),
        Err(_) => {
            let bytes = magnitude.to_be_bytes();
            let start = bytes.iter().take_while(|byte| **byte == 0).count();
            let tag = if negative { NEGATIVE_BIGNUM } else { POSITIVE_BIGNUM };
            writer.tag(tag).bytes(bytes.get(start..).unwrap_or_default());
        }
    }
}

fn write_float(number: f64, writer: &mut Writer) {
    if number.is_nan() {
        writer.raw(&NAN);
        return;
    }
    // A cast to f32 rounds; only a number that comes back unchanged is written so.
    #[allow(clippy::cast_possible_truncation, reason = "the result is compared with the number")]
    let single = number as f32;
    if f64::from(single).to_bits() != number.to_bits() {
        writer.raw(&[0xfb]).raw(&number.to_be_bytes());
    } else if let Some(half) = half_of(single) {
        writer.raw(&[0xf9]).raw(&half.to_be_bytes());
    } else {
        writer.raw(&[0xfa]).raw(&single.to_be_bytes());
    }
}

/// The same number as IEEE 754 binary16, if it has that form. `single` is not NaN.
fn half_of(single: f32) -> Option<u16> {
    let bits = single.to_bits();
    let sign = u16::try_from(bits >> 16).ok()? & 0x8000;
    let fraction = bits & 0x7f_ffff;
    let exponent = i32::try_from((bits >> 23) & 0xff).ok()?;
    let magnitude = match exponent {
        0 if fraction == 0 => 0,
        255 => 0x7c00,
        // Normal numbers of binary16: exponents -14 to 15, ten bits of fraction.
        113..=142 if fraction & 0x1fff == 0 => {
            let exponent = u16::try_from(exponent - 112).ok()?;
            (exponent << 10) | u16::try_from(fraction >> 13).ok()?
        }
        // Subnormal ones: multiples of 2^-24 below 2^-14.
        103..=112 => {
            let shift = u32::try_from(126 - exponent).ok()?;
            let significand = fraction | 0x80_0000;
            if significand.trailing_zeros() < shift {
                return None;
            }
            u16::try_from(significand >> shift).ok()?
        }
        _ => return None,
    };
    Some(sign | magnitude)
}
