use super::Matrix;

/// Black on white by their numbers in the 256-colour cube: unlike the first sixteen, those are not themed.
const DARK_ON_LIGHT: &str = "\x1b[38;5;16;48;5;231m";
const RESET: &str = "\x1b[0m";

/// The room that a code takes in a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalSize {
    /// Characters of a line.
    pub columns: u32,
    /// Lines.
    pub lines: u32,
}

/// The room that [`terminal`] takes, quiet zone included.
pub fn terminal_size(matrix: &Matrix) -> TerminalSize {
    let frame = matrix.size_with_quiet_zone();
    TerminalSize {
        columns: frame,
        lines: frame.div_ceil(2),
    }
}

/// The code as half blocks with explicit colours, two modules a character, the quiet zone inside.
/// Dark on light whatever the theme. Each line resets its colours before its end, so that nothing bleeds.
pub fn terminal(matrix: &Matrix) -> String {
    let size = terminal_size(matrix);
    let mut out = String::with_capacity((size.lines * (3 * size.columns + 32)) as usize);
    for line in 0..size.lines {
        out.push_str(DARK_ON_LIGHT);
        for x in 0..size.columns {
            let (upper, lower) = (
                matrix.is_dark_in_frame(x, 2 * line),
                matrix.is_dark_in_frame(x, 2 * line + 1),
            );
            out.push(match (upper, lower) {
                (false, false) => ' ',
                (true, false) => '\u{2580}',
                (false, true) => '\u{2584}',
                (true, true) => '\u{2588}',
            });
        }
        out.push_str(RESET);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{EcLevel, tests};
    use super::*;

    #[test]
    fn blocks_read_back_as_a_terminal_would_draw_them() {
        let text = tests::sample();
        let matrix = Matrix::new(&text, EcLevel::L, 1).unwrap();
        let size = terminal_size(&matrix);
        assert_eq!(
            size,
            TerminalSize {
                columns: 101,
                lines: 51
            }
        );
        let mut dark: Vec<Vec<bool>> = Vec::new();
        for line in terminal(&matrix).lines() {
            let cells = line
                .strip_prefix("\x1b[38;5;16;48;5;231m")
                .unwrap()
                .strip_suffix("\x1b[0m")
                .unwrap();
            assert_eq!(cells.chars().count(), 101);
            dark.push(cells.chars().map(|cell| "\u{2580}\u{2588}".contains(cell)).collect());
            dark.push(cells.chars().map(|cell| "\u{2584}\u{2588}".contains(cell)).collect());
        }
        assert_eq!(dark.len(), 102);
        assert!(
            dark[..4]
                .iter()
                .chain(&dark[97..])
                .all(|row| row.iter().all(|dark| !dark))
        );
        assert_eq!(tests::scan(404, |x, y| dark[y / 4][x / 4]), [text.as_str()]);
    }
}
