use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The columns that a text takes in a terminal: Chinese characters take two.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// `text` followed by spaces up to `width` columns.
pub fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// Breaks `text` into lines of at most `width` columns: at spaces, and between Chinese characters but never before
/// punctuation that closes. A single word that is longer stands alone. Line breaks in the text stay.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for piece in pieces(paragraph) {
            if !line.is_empty() && columns(&line) + columns(piece.trim_end()) > width {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
            }
            line.push_str(piece);
        }
        lines.push(line);
    }
    lines
}

/// Splits after each space and each wide character, so that the pieces joined are the text.
fn pieces(text: &str) -> Vec<&str> {
    const CLOSING: &str = "，。、；：？！）》」』”’,.;:?!)";
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((index, character)) = characters.next() {
        let end = index + character.len_utf8();
        let next = characters.peek().map(|(_, next)| *next);
        let wide = |c: char| c.width().unwrap_or_default() == 2;
        let closes = next.is_some_and(|next| CLOSING.contains(next));
        let breaks = character == ' ' && next != Some(' ') || (wide(character) || next.is_some_and(wide)) && !closes;
        let opens = "（《「『“‘(".contains(character);
        if breaks && !opens || next.is_none() {
            pieces.extend(text.get(start..end));
            start = end;
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_at_spaces_and_keeps_long_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("a\n\nb", 7), ["a", "", "b"]);
        assert_eq!(wrap("verylongword x", 4), ["verylongword", "x"]);
        assert_eq!(wrap(" x ", 4), [" x "]);
        assert_eq!(wrap("", 4), Vec::<String>::new());
    }

    #[test]
    fn chinese_breaks_between_characters_but_not_before_a_full_stop() {
        assert_eq!(wrap("本卡仅供测试。", 12), ["本卡仅供测", "试。"]);
        assert_eq!(wrap("本卡仅供测试。", 14), ["本卡仅供测试。"]);
        assert_eq!(wrap("代码（一）", 6), ["代码", "（一）"]);
    }

    #[test]
    fn nothing_is_lost() {
        let text = "permitcard 把二维码写进图片 code.png，因为窗口太小 (80×24).";
        for width in 1..60 {
            let joined: String = wrap(text, width).concat();
            assert_eq!(joined.replace(' ', ""), text.replace(' ', ""));
        }
    }

    #[test]
    fn padding_counts_columns() {
        assert_eq!(pad("中文", 6), "中文  ");
        assert_eq!(pad("long", 2), "long");
    }
}
