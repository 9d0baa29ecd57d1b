//! A Chinese name beside the name of the passport. It is kept apart: registration compares the passport's name.

use std::fmt;

use crate::{IdentityError, fold};

/// A name in Chinese characters, as an employer or a bank may hold it. Never part of what is sent as the name, never
/// compared with it. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ChineseName(String);

impl ChineseName {
    /// Takes 2 to 20 Chinese characters, with dots between parts in any of their forms, which become `·`; drops spaces.
    ///
    /// # Errors
    /// [`IdentityError::ChineseNameInvalid`] for anything else.
    pub fn normalise(text: &str) -> Result<Self, IdentityError> {
        let invalid = Err(IdentityError::ChineseNameInvalid);
        if text.chars().take(81).count() > 80 {
            return invalid;
        }
        let mut name = String::new();
        for c in text.chars() {
            match c {
                c if is_han(c) => name.push(c),
                c if is_dot(c) && !name.is_empty() && !name.ends_with('·') => name.push('·'),
                c if c.is_whitespace() || fold::is_invisible(c) => {}
                _ => return invalid,
            }
        }
        let characters = name.chars().filter(|c| is_han(*c)).count();
        if name.ends_with('·') || !(2..=20).contains(&characters) {
            return invalid;
        }
        Ok(Self(name))
    }

    /// The name, with `·` between its parts.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ChineseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChineseName(..)")
    }
}

/// Chinese characters of names: the blocks for common, rare and compatibility ones.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' | '〇')
}

fn is_dot(c: char) -> bool {
    matches!(c, '·' | '•' | '・' | '\u{2027}' | '\u{2219}' | '.' | '．')
}

/// Takes a Chinese name off a typed one: `ZHANG WEI (张伟)` is `ZHANG WEI ` and 张伟. Nothing of the Latin letters is changed;
/// without Chinese characters, or with nothing else, the whole text comes back.
///
/// # Errors
/// [`IdentityError::ChineseNameInvalid`] for Chinese characters that are no name; [`IdentityError::NameTooLong`].
pub fn chinese_beside(text: &str) -> Result<(String, Option<ChineseName>), IdentityError> {
    if text.chars().take(super::NAME_INPUT + 1).count() > super::NAME_INPUT {
        return Err(IdentityError::NameTooLong);
    }
    let latin = text.chars().any(|c| c.is_alphabetic() && !is_han(c));
    let (Some(start), Some(end)) = (text.find(is_han), text.rfind(is_han)) else {
        return Ok((text.to_owned(), None));
    };
    if !latin {
        return Ok((text.to_owned(), None));
    }
    let end = text
        .get(end..)
        .and_then(|rest| rest.chars().next())
        .map_or(end, |c| end + c.len_utf8());
    let name = ChineseName::normalise(text.get(start..end).unwrap_or_default())?;
    let around = |c: char| matches!(c, '(' | ')' | '（' | '）' | '[' | ']' | '/') || c.is_whitespace();
    let before = text.get(..start).unwrap_or_default().trim_end_matches(around);
    let after = text.get(end..).unwrap_or_default().trim_start_matches(around);
    let gap = if before.is_empty() || after.is_empty() { "" } else { " " };
    Ok((format!("{before}{gap}{after}"), Some(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form() {
        for (text, name) in [
            ("张伟", "张伟"),
            (" 张 伟 ", "张伟"),
            ("玛丽亚．加西亚", "玛丽亚·加西亚"),
            ("阿卜杜拉・艾哈迈德", "阿卜杜拉·艾哈迈德"),
        ] {
            assert_eq!(ChineseName::normalise(text).unwrap().as_str(), name);
        }
        for text in [
            "",
            "张",
            "Zhang",
            "张伟1",
            "·张伟",
            "张伟·",
            "张··伟",
            &"张".repeat(21),
            "김철수",
        ] {
            assert_eq!(
                ChineseName::normalise(text),
                Err(IdentityError::ChineseNameInvalid),
                "{text}"
            );
        }
        assert!(!format!("{:?}", ChineseName::normalise("张伟").unwrap()).contains('张'));
    }

    #[test]
    fn taken_off_a_typed_name() {
        for (text, latin) in [
            ("ZHANG WEI (张伟)", "ZHANG WEI"),
            ("ZHANG WEI（张伟）", "ZHANG WEI"),
            ("张伟 ZHANG WEI", "ZHANG WEI"),
            ("张伟/ZHANG", "ZHANG"),
            ("ZHANG 张伟 WEI", "ZHANG WEI"),
        ] {
            let (found, name) = chinese_beside(text).unwrap();
            assert_eq!((found.as_str(), name.unwrap().as_str()), (latin, "张伟"), "{text}");
        }
        for text in ["García López", "", "张伟"] {
            assert_eq!(chinese_beside(text).unwrap(), (text.to_owned(), None));
        }
        assert_eq!(chinese_beside("ZHANG 伟"), Err(IdentityError::ChineseNameInvalid));
        assert_eq!(chinese_beside("张 Z 伟"), Err(IdentityError::ChineseNameInvalid));
        assert_eq!(chinese_beside(&"张".repeat(257)), Err(IdentityError::NameTooLong));
    }
}
