//! Keys and values in one line: CBOR diagnostic notation (RFC 8949 8) where JSON has no form.

use std::fmt::Write;

use permitcard_credential::cose::value::Value;

/// Lower-case hex.
pub fn lower_hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut out, byte| {
            // Writing to a String cannot fail.
            let _ = write!(out, "{byte:02x}");
            out
        })
}

/// A map key as a JSON member name. Integers are decimal, texts stand as they are; a text that would read as another kind of
/// key, and every other key, stands in diagnostic notation, so that two keys of a map never become one member.
pub fn key_text(key: &Value) -> String {
    match key {
        Value::Text(text) if !ambiguous(text) => text.clone(),
        other => notation(other),
    }
}

/// A text that a key of another kind has in diagnostic notation.
fn ambiguous(text: &str) -> bool {
    let tag = text
        .split_once('(')
        .is_some_and(|(tag, _)| tag == "simple" || tag.parse::<u64>().is_ok());
    tag || text.parse::<f64>().is_ok()
        || text.starts_with(['"', '[', '{'])
        || text.starts_with("h'")
        || ["true", "false", "null", "undefined"].contains(&text)
}

/// A value in diagnostic notation (RFC 8949 8).
pub fn notation(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = match value {
        Value::Int(number) => write!(out, "{number}"),
        Value::Bytes(bytes) => write!(out, "h'{}'", lower_hex(bytes)),
        Value::Text(text) => write!(out, "{}", quoted(text)),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write(item, out);
            }
            out.push(']');
            Ok(())
        }
        Value::Map(entries) => {
            out.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write(key, out);
                out.push_str(": ");
                write(value, out);
            }
            out.push('}');
            Ok(())
        }
        Value::Tag(tag, content) => {
            let _ = write!(out, "{tag}(");
            write(content, out);
            out.push(')');
            Ok(())
        }
        Value::Simple(number) => write!(out, "simple({number})"),
        Value::Bool(value) => write!(out, "{value}"),
        Value::Null => write!(out, "null"),
        Value::Undefined => write!(out, "undefined"),
        Value::Float(number) if number.is_nan() => write!(out, "NaN"),
        Value::Float(number) if number.is_infinite() => {
            write!(out, "{}Infinity", if *number < 0.0 { "-" } else { "" })
        }
        Value::Float(number) => write!(out, "{number:?}"),
    };
}

fn quoted(text: &str) -> String {
    // JSON's escapes are those of the notation.
    serde_json::Value::from(text).to_string()
}
