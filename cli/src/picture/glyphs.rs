//! The few capital letters that stand on a printed code, as dots, so that no font is needed.

/// Five columns of seven rows, the top row first, the leftmost column in the highest of five bits.
const LETTERS: [(char, [u8; 7]); 11] = [
    ('C', [0b01110, 0b10001, 0b10000, 0b10000, 0b10000, 0b10001, 0b01110]),
    ('D', [0b11110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b11110]),
    ('E', [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111]),
    ('L', [0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111]),
    ('M', [0b10001, 0b11011, 0b10101, 0b10101, 0b10001, 0b10001, 0b10001]),
    ('N', [0b10001, 0b11001, 0b10101, 0b10101, 0b10011, 0b10001, 0b10001]),
    ('O', [0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110]),
    ('S', [0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110]),
    ('T', [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100]),
    ('U', [0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110]),
    ('Y', [0b10001, 0b10001, 0b01010, 0b00100, 0b00100, 0b00100, 0b00100]),
];
/// Columns of a letter and the gap behind it.
const PITCH: u32 = 6;
const ROWS: u32 = 7;

/// Rows of dots, `width` each, with the text in the middle and some white above and below: as large as fits, and `boldness`
/// times as tall as it has to be to be seen at all.
pub fn line(text: &str, width: u32, boldness: u32) -> Vec<Vec<bool>> {
    let letters = u32::try_from(text.chars().count()).unwrap_or(1).max(1);
    let columns = letters * PITCH;
    // A dot of a letter is three dots of the printer at least: 2 mm high.
    let scale = (width / (columns + 2)).clamp(1, 4 * boldness.max(1));
    let left = width.saturating_sub((columns - 1) * scale) / 2;
    let glyphs: Vec<Option<[u8; 7]>> = text
        .chars()
        .map(|letter| {
            LETTERS
                .iter()
                .find(|(known, _)| *known == letter)
                .map(|(_, rows)| *rows)
        })
        .collect();
    let dark = |x: u32, row: u32| {
        let Some(column) = x.checked_sub(left).map(|x| x / scale) else {
            return false;
        };
        let bit = column % PITCH;
        let rows = glyphs.get((column / PITCH) as usize).copied().flatten();
        bit < 5 && rows.is_some_and(|rows| rows.get(row as usize).is_some_and(|row| row >> (4 - bit) & 1 == 1))
    };
    let blank = || vec![false; width as usize];
    let edge = 2 * scale;
    let mut out: Vec<Vec<bool>> = (0..edge).map(|_| blank()).collect();
    for y in 0..ROWS * scale {
        out.push((0..width).map(|x| dark(x, y / scale)).collect());
    }
    out.extend((0..edge).map(|_| blank()));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_drawn_in_the_middle() {
        let rows = line("TEST", 40, 1);
        let drawn: Vec<String> = rows
            .iter()
            .map(|row| row.iter().map(|dark| if *dark { '#' } else { ' ' }).collect())
            .collect();
        assert!(drawn.iter().all(|row: &String| row.len() == 40));
        let text: Vec<&str> = drawn
            .iter()
            .map(|row| row.trim())
            .filter(|row| !row.is_empty())
            .collect();
        assert_eq!(text[0], "##### #####  #### #####");
        assert_eq!(text[6], "#   ##### ####    #");
        assert_eq!(drawn.len(), 7 + 4);
    }
}
