//! One code, or several that are shown in turn: as files, and in a terminal.

use std::{
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use permitcard_credential::qr::picture::{EcLevel, Matrix, png, svg, terminal, terminal_size};

use crate::{
    failure::Outcome,
    files::{self, NewFile},
    output::{Output, window},
};

/// Pixels a module: enough for a photo of a screen, and a picture that still fits one.
pub const PIXELS: u32 = 6;

/// Draws each text, all in one size.
pub fn draw(texts: &[String], min_version: u8) -> Outcome<Vec<Matrix>> {
    let drawn: Result<Vec<Matrix>, _> = texts
        .iter()
        .map(|text| Matrix::new(text, EcLevel::L, min_version))
        .collect();
    let drawn = drawn?;
    // Numbers in the heads differ by a byte or two: without this the picture would jump.
    match drawn.iter().map(Matrix::version).max() {
        Some(largest) if drawn.iter().any(|matrix| matrix.version() < largest) => draw(texts, largest),
        _ => Ok(drawn),
    }
}

/// The files that the command line asked for. Their place is taken before a code is made: one that cannot be written would
/// spend a copy of the credential for nothing.
pub struct PictureFiles {
    svg: Option<(PathBuf, NewFile)>,
    png: Option<(PathBuf, NewFile)>,
}

impl PictureFiles {
    /// Takes the places.
    pub fn begin(svg: Option<&Path>, png: Option<&Path>) -> Outcome<Self> {
        let begin = |path: Option<&Path>| -> Outcome<Option<(PathBuf, NewFile)>> {
            path.map(|path| Ok((path.to_owned(), NewFile::begin(path)?)))
                .transpose()
        };
        Ok(Self {
            svg: begin(svg)?,
            png: begin(png)?,
        })
    }

    /// Writes the codes and says where: one code as the file that was named, several with a number each.
    pub fn finish(self, codes: &[Matrix]) -> Outcome<Vec<PathBuf>> {
        let mut written = write(self.svg, codes, |matrix| Ok(svg(matrix).into_bytes()))?;
        written.extend(write(self.png, codes, |matrix| Ok(png(matrix, PIXELS)?))?);
        Ok(written)
    }
}

fn write(
    place: Option<(PathBuf, NewFile)>,
    codes: &[Matrix],
    picture: impl Fn(&Matrix) -> Outcome<Vec<u8>>,
) -> Outcome<Vec<PathBuf>> {
    let Some((path, file)) = place else {
        return Ok(Vec::new());
    };
    if let [code] = codes {
        file.finish(&picture(code)?)?;
        return Ok(vec![path]);
    }
    drop(file);
    let mut written = Vec::with_capacity(codes.len());
    for (index, code) in codes.iter().enumerate() {
        let path = numbered(&path, index);
        files::write(&path, &picture(code)?)?;
        written.push(path);
    }
    Ok(written)
}

/// `code.png` and 3 give `code-003.png`.
pub fn numbered(path: &Path, index: usize) -> PathBuf {
    let part = |name: Option<&std::ffi::OsStr>| name.map(|name| name.to_string_lossy().into_owned());
    let stem = part(path.file_stem()).unwrap_or_default();
    path.with_file_name(match part(path.extension()) {
        Some(extension) => format!("{stem}-{index:03}.{extension}"),
        None => format!("{stem}-{index:03}"),
    })
}

/// Whether the window shows the whole code with a line to spare; where there is no window, everything fits.
pub fn fits(matrix: &Matrix) -> bool {
    let needed = terminal_size(matrix);
    window::size()
        .is_none_or(|window| u32::from(window.columns) >= needed.columns && u32::from(window.lines) > needed.lines)
}

/// Says how large the window would have to be.
pub fn print_too_small(matrix: &Matrix, indent: usize, out: &Output) {
    let needed = terminal_size(matrix);
    let window = window::size().unwrap_or(window::WindowSize { columns: 0, lines: 0 });
    out.say(
        indent,
        "cli-window-too-small",
        &[
            ("columns", needed.columns.into()),
            ("lines", (needed.lines + 1).into()),
            ("has-columns", u32::from(window.columns).into()),
            ("has-lines", u32::from(window.lines).into()),
        ],
    );
}

/// Shows several codes in turn, each in the place of the one before, for `seconds` or until the person stops it. Where
/// there is no window they follow each other once.
pub async fn show_in_turn(codes: &[Matrix], frame_ms: u64, seconds: u64, out: &Output) {
    if !io::stdout().is_terminal() {
        for code in codes {
            out.line(terminal(code).trim_end_matches('\n'));
            out.line("");
        }
        return;
    }
    let end = tokio::time::Instant::now() + Duration::from_secs(seconds);
    let stop = tokio::signal::ctrl_c();
    tokio::pin!(stop);
    let mut drawn = 0;
    for code in codes.iter().cycle() {
        let text = terminal(code);
        let mut to = io::stdout().lock();
        // Back to the first line of the code before. Nobody is left to tell if this cannot be written.
        let back = if drawn == 0 {
            String::new()
        } else {
            format!("\x1b[{drawn}A\r")
        };
        let _ = write!(to, "{back}{text}").and_then(|()| to.flush());
        drop(to);
        drawn = text.lines().count();
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(frame_ms)) => {}
            _ = &mut stop => return,
        }
        if tokio::time::Instant::now() >= end {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_codes_get_numbers_and_one_size() {
        assert_eq!(numbered(Path::new("a/code.png"), 7), Path::new("a/code-007.png"));
        assert_eq!(numbered(Path::new("code"), 12), Path::new("code-012"));
        let texts = ["A".repeat(25), "A".repeat(26)];
        let codes = draw(&texts, 1).unwrap();
        assert_eq!(codes.iter().map(Matrix::version).collect::<Vec<_>>(), [2, 2]);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("code.png");
        let written = PictureFiles::begin(None, Some(&path)).unwrap().finish(&codes).unwrap();
        assert_eq!(
            written,
            [dir.path().join("code-000.png"), dir.path().join("code-001.png")]
        );
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2);
        let written = PictureFiles::begin(Some(&path), None)
            .unwrap()
            .finish(&codes[..1])
            .unwrap();
        assert_eq!(written, [path]);
        assert!(PictureFiles::begin(None, Some(&dir.path().join("none/x.png"))).is_err());
    }
}
