use permitcard_credential::cose::value::Value;

use crate::{
    inspect::{
        claims::{self, Place},
        diagnostic::{key_text, lower_hex, notation},
        time::seconds,
    },
    output::{Output, Tone, columns, pad, wrap},
    time::rfc3339,
};

/// Byte strings are shown whole up to this length, in bytes; of longer ones the beginning.
const SHOWN_BYTES: usize = 64;
/// Texts are shown whole up to this length, in characters; of longer ones the beginning.
const SHOWN_TEXT: usize = 600;
/// Beyond this many columns the indentation stays as it is.
const DEEPEST: usize = 40;

/// Prints a map of claims, one a line, maps and arrays indented below their keys.
pub(super) fn print_claims(claims: &Value, indent: usize, out: &Output) {
    print_inside(claims, Place::Claims, indent, out);
}

fn print_inside(value: &Value, place: Place, indent: usize, out: &Output) {
    let indent = indent.min(DEEPEST);
    let entries: Vec<(String, Place, bool, &Value)> = match value {
        Value::Map(entries) => entries
            .iter()
            .map(|(key, value)| {
                let label = match place.name(key) {
                    Some(name) => format!("{} {name}", key_text(key)),
                    None => clean(&key_text(key)),
                };
                (label, place.inside(key), claims::is_time(place, key), value)
            })
            .collect(),
        Value::Array(items) => items
            .iter()
            .map(|item| ("-".to_owned(), Place::Inside, false, item))
            .collect(),
        _ => return,
    };
    // Keys of one level stand below each other, and their values as well; very long keys do not push the others away.
    let widest = entries
        .iter()
        .map(|(label, ..)| columns(label))
        .filter(|width| *width <= 24)
        .max();
    let widest = widest.unwrap_or_default();
    for (label, inside, time, value) in entries {
        let painted = out.style().paint(Tone::Quiet, &pad(&label, widest));
        if nested(value) {
            out.line(&format!("{:indent$}{}", "", painted.trim_end()));
            print_inside(value, inside, indent + 2, out);
            continue;
        }
        let lead = indent + widest.max(columns(&label)) + 2;
        let text = scalar(value, time, out.width().saturating_sub(lead).max(16), out);
        for (index, line) in wrap(&text, out.width().saturating_sub(lead).max(16)).iter().enumerate() {
            if index == 0 {
                out.line(&format!("{:indent$}{painted}  {line}", ""));
            } else {
                out.line(&format!("{:lead$}{line}", ""));
            }
        }
    }
}

fn nested(value: &Value) -> bool {
    match value {
        Value::Map(entries) => !entries.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    }
}

/// A value without a level of its own; never empty.
fn scalar(value: &Value, time: bool, width: usize, out: &Output) -> String {
    if time && let Some(seconds) = seconds(value) {
        return format!("{}  {}", rfc3339(seconds.floor() as i64), notation(value));
    }
    match value {
        Value::Bytes(bytes) => hex_lines(bytes, width, out),
        Value::Text(text) if text.trim().is_empty() => notation(value),
        Value::Text(text) => shown_text(&clean(text), width, out),
        other => shown_text(&clean(&notation(other)), width, out),
    }
}

/// Hex that breaks into lines of `width`, and the length of what is left out.
pub(super) fn hex_lines(bytes: &[u8], width: usize, out: &Output) -> String {
    let words = out.words();
    if bytes.is_empty() {
        return words.text("cli-inspect-empty", &[]);
    }
    let shown = bytes.get(..SHOWN_BYTES).unwrap_or(bytes);
    // Whole bytes in a line, and not more than are good to read.
    let in_line = (width / 2).clamp(8, 32);
    let mut lines: Vec<String> = shown.chunks(in_line).map(lower_hex).collect();
    if shown.len() < bytes.len() {
        let count = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        lines.push(format!(
            "… {}",
            words.text("cli-inspect-bytes", &[("count", count.into())])
        ));
    }
    lines.join("\n")
}

/// The beginning of a long text, broken where a word is wider than a line, and its length.
fn shown_text(text: &str, width: usize, out: &Output) -> String {
    let mut shown = String::new();
    let mut word = 0;
    for character in text.chars().take(SHOWN_TEXT) {
        word = if character == ' ' {
            0
        } else {
            word + columns(character.encode_utf8(&mut [0; 4]))
        };
        if word > width {
            shown.push('\n');
            word = 1;
        }
        shown.push(character);
    }
    if text.chars().nth(SHOWN_TEXT).is_some() {
        let count = i64::try_from(text.len()).unwrap_or(i64::MAX);
        let length = out.words().text("cli-inspect-bytes", &[("count", count.into())]);
        shown.push_str(&format!("\n… {length}"));
    }
    shown
}

/// A text of the input for a terminal: what could move the cursor, change colours or turn the direction of writing stands
/// as its escape.
pub(super) fn clean(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if hidden(character) {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_input_reaches_the_terminal_as_a_command() {
        assert_eq!(
            clean("a\u{1b}[31mb\nc\u{202e}d\u{9b}"),
            "a\\u{1b}[31mb\\u{a}c\\u{202e}d\\u{9b}"
        );
        assert_eq!(clean("Jürgen 王"), "Jürgen 王");
    }
}
