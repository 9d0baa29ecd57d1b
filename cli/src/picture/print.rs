//! The printed permit: a page as SVG, and the code alone as PNG for a page of one's own.
//!
//! Both say that it is a document only, and a test permit says so in large letters. It looks like no state's document: no
//! emblem, no seal, no flag.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use permitcard_credential::qr::picture::{Matrix, QUIET_ZONE};
use permitcard_messages::Language;
use permitcard_wallet::{Field, PortraitView, PrintedView};

use super::{glyphs, letters};
use crate::{failure::Outcome, time};

/// Dots of an inch that a printer has at least.
const DPI: u32 = 300;
/// Dots a module: 0.423 mm, above the 0.38 mm that cheap cameras need (design 4.3), and a whole number, so that no module is
/// blurred.
const DOTS: u32 = 5;
/// Tenths of a millimetre of a page of A4 (ISO 216), which are the units of the drawing.
const WIDTH: u32 = 2_100;
const HEIGHT: u32 = 2_970;
const MARGIN: u32 = 200;

/// Millimetres of the code's side with its quiet zone, rounded.
pub fn side_mm(matrix: &Matrix) -> u32 {
    (matrix.size_with_quiet_zone() * DOTS * 254).div_ceil(DPI * 10)
}

/// Hundredths of a millimetre of a module.
const MODULE: u32 = DOTS * 2_540 / DPI;

fn both(id: &str) -> [String; 2] {
    [Language::English, Language::Chinese]
        .map(|language| permitcard_messages::text(language, id, &[]).unwrap_or_else(|| format!("[{id}]")))
}

fn both_in_one(id: &str) -> String {
    both(id).join(" / ")
}

/// A page of A4. Its texts are in English and Chinese, whoever prints it: the reader is somebody else.
pub fn svg(printed: &PrintedView, portrait: Option<&PortraitView>, matrix: &Matrix) -> String {
    let mut out = String::with_capacity(128 * 1024);
    // Writing to a String cannot fail; so below.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"210mm\" height=\"297mm\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"'Noto Sans','Noto Sans CJK SC','Segoe UI',system-ui,sans-serif\" fill=\"#111\">\
         <path d=\"M0 0h{WIDTH}v{HEIGHT}H0z\" fill=\"#fff\"/>"
    );
    let mut y = MARGIN;
    if printed.test {
        let _ = write!(out, "<path d=\"M0 {y}h{WIDTH}v150H0z\" fill=\"#ffd23f\"/>");
        line(&mut out, MARGIN, y + 105, 100, 900, "TEST 测试", 520);
        let [en, zh] = both("cli-test-sign");
        line(&mut out, MARGIN + 560, y + 65, 42, 700, &en, WIDTH - 2 * MARGIN - 560);
        line(&mut out, MARGIN + 560, y + 120, 42, 700, &zh, WIDTH - 2 * MARGIN - 560);
        y += 150;
    }
    y += 110;
    line(
        &mut out,
        MARGIN,
        y,
        72,
        700,
        &both_in_one("cli-print-title"),
        WIDTH - 2 * MARGIN,
    );
    y += 60;
    line(
        &mut out,
        MARGIN,
        y,
        36,
        400,
        &both_in_one("cli-card-not-official"),
        WIDTH - 2 * MARGIN,
    );
    y += 80;
    let fields_end = fields(&mut out, printed, portrait.is_some(), y);
    if let Some(portrait) = portrait {
        draw_portrait(&mut out, portrait, y);
        y = y.max(y + 540);
    }
    y = y.max(fields_end) + 60;
    code(&mut out, matrix, y);
    y += matrix.size_with_quiet_zone() * MODULE / 10 + 90;
    for (weight, id) in [(700, "cli-print-document-only"), (400, "cli-print-check")] {
        for text in both(id) {
            for part in broken(&text, 40, WIDTH - 2 * MARGIN) {
                // Broken to fit by a closer estimate; all lines of a sentence have one size.
                line(&mut out, MARGIN, y, 40, weight, &part, WIDTH);
                y += 58;
            }
        }
        y += 24;
    }
    out.push_str("</svg>\n");
    out
}

/// The fields, one below the other with their names in both languages; gives the height below the last.
fn fields(out: &mut String, printed: &PrintedView, beside_portrait: bool, mut y: u32) -> u32 {
    let room = WIDTH - 2 * MARGIN - if beside_portrait { 460 } else { 0 };
    let shown = printed
        .fields
        .iter()
        .filter(|value| value.field != Field::Portrait && !value.value.is_empty())
        // No restriction is nothing to say.
        .filter(|value| value.field != Field::Restrictions || value.value != "0");
    let end = [(both_in_one("cli-print-valid-until"), day(printed.expires_at))];
    let rows = shown
        .map(|value| {
            let shown = match value.field {
                Field::Name => value.value.replace("<<", ", ").replace('<', " "),
                Field::Category => both_in_one(&format!("category-{}", value.value)),
                _ => value.value.clone(),
            };
            (both_in_one(&format!("field-{}", value.field.name())), shown)
        })
        .chain(end);
    for (label, value) in rows {
        line(out, MARGIN, y + 30, 30, 400, &label, room);
        line(out, MARGIN, y + 80, 46, 600, &value, room);
        y += 108;
    }
    y
}

/// The day of a time: what a print has on it is read by people.
fn day(seconds: i64) -> String {
    time::local(seconds).chars().take(10).collect()
}

fn draw_portrait(out: &mut String, portrait: &PortraitView, y: u32) {
    // What a browser draws; nothing else gets to the page.
    if ["image/webp", "image/png", "image/jpeg"].contains(&portrait.media_type.as_str()) {
        let _ = write!(
            out,
            "<image x=\"{}\" y=\"{y}\" width=\"400\" height=\"500\" preserveAspectRatio=\"xMidYMid meet\" \
             style=\"image-rendering:pixelated\" href=\"data:{};base64,{}\"/>",
            WIDTH - MARGIN - 400,
            portrait.media_type,
            STANDARD.encode(&portrait.bytes)
        );
    }
}

/// The code at the left margin, its modules in whole dots of a printer.
fn code(out: &mut String, matrix: &Matrix, y: u32) {
    // Hundredths of a millimetre inside, so that a module of 0.423 mm is a whole number to 0.2 %.
    let _ = write!(
        out,
        "<g transform=\"translate({MARGIN} {y}) scale(0.1)\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{0}v{0}H0z\"/>\
         <path fill=\"#000\" d=\"",
        matrix.size_with_quiet_zone() * MODULE
    );
    for row in 0..matrix.size() {
        let mut column = 0;
        while column < matrix.size() {
            let run = (column..matrix.size())
                .take_while(|column| matrix.is_dark(*column, row))
                .count() as u32;
            if run > 0 {
                let (x, y) = ((column + QUIET_ZONE) * MODULE, (row + QUIET_ZONE) * MODULE);
                let _ = write!(out, "M{x} {y}h{0}v{MODULE}h-{0}z", run * MODULE);
            }
            column += run.max(1);
        }
    }
    out.push_str("\"/></g>");
}

/// A text in lines that are not wider than `room`, broken at spaces, or anywhere in a text without them.
fn broken(text: &str, size: u32, room: u32) -> Vec<String> {
    let most = room * 100 / (54 * size.max(1));
    crate::output::wrap(text, most as usize)
}

/// One line, in smaller letters where it would be wider than `room`.
fn line(out: &mut String, x: u32, y: u32, size: u32, weight: u32, text: &str, room: u32) {
    let size = letters::fitted(text, size, room);
    let escaped = letters::escaped(text);
    let _ = write!(
        out,
        "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" font-weight=\"{weight}\">{escaped}</text>"
    );
}

/// The code alone as a PNG of 300 dots an inch, for a page of one's own: five dots a module, and below it the words DOCUMENT
/// ONLY, above it TEST where it is one. Drawn letters, so that no font is needed; sentences are on the page of [`svg`].
pub fn png(printed: &PrintedView, matrix: &Matrix) -> Outcome<Vec<u8>> {
    let side = matrix.size_with_quiet_zone() * DOTS;
    let (above, below) = (
        printed.test.then(|| glyphs::line("TEST", side, 3)),
        glyphs::line("DOCUMENT ONLY", side, 1),
    );
    let mut rows: Vec<Vec<bool>> = above.unwrap_or_default();
    for y in 0..side {
        let dark = |x: u32| {
            (x / DOTS)
                .checked_sub(QUIET_ZONE)
                .zip((y / DOTS).checked_sub(QUIET_ZONE))
                .is_some_and(|(x, y)| matrix.is_dark(x, y))
        };
        rows.push((0..side).map(dark).collect());
    }
    rows.extend(below);
    encode(side, &rows)
}

fn encode(width: u32, rows: &[Vec<bool>]) -> Outcome<Vec<u8>> {
    const NOT_WRITTEN: permitcard_credential::qr::QrError = permitcard_credential::qr::QrError::NotWritten;
    let mut bytes = Vec::new();
    let height = u32::try_from(rows.len()).map_err(|_| NOT_WRITTEN)?;
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    // Dots a metre, so that programs print it in its true size.
    let density = DPI * 10_000 / 254;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: density,
        yppu: density,
        unit: png::Unit::Meter,
    }));
    let pixels: Vec<u8> = rows
        .iter()
        .flat_map(|row| row.iter().map(|dark| if *dark { 0 } else { 255 }))
        .collect();
    let mut writer = encoder.write_header().map_err(|_| NOT_WRITTEN)?;
    writer.write_image_data(&pixels).map_err(|_| NOT_WRITTEN)?;
    writer.finish().map_err(|_| NOT_WRITTEN)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use permitcard_credential::qr::picture::EcLevel;
    use permitcard_wallet::FieldValue;

    use super::*;
    use crate::picture::read::code_in_png;

    fn printed(test: bool) -> PrintedView {
        let field = |field, value: &str| FieldValue {
            field,
            value: value.to_owned(),
        };
        PrintedView {
            text: "6BF".repeat(180),
            with_portrait: false,
            portrait_available: false,
            issued_at: 0,
            expires_at: 5_000_000,
            test,
            fields: vec![
                field(Field::Category, "B"),
                field(Field::Name, "GARCIA LOPEZ<<MARIA"),
                field(Field::Employer, "Smith & <Sons>"),
            ],
        }
    }

    fn matrix() -> Matrix {
        Matrix::new(&printed(true).text, EcLevel::M, 1).unwrap()
    }

    #[test]
    fn a_module_is_large_enough_for_cheap_cameras() {
        const { assert!(DOTS * 25_400 / DPI >= 380, "micrometres") }
        let matrix = matrix();
        assert_eq!(side_mm(&matrix), (matrix.size_with_quiet_zone() * 423).div_ceil(1_000));
    }

    #[test]
    fn a_page_says_what_it_is_in_both_languages() {
        let page = svg(&printed(true), None, &matrix());
        assert!(page.contains("TEST 测试") && page.contains("GARCIA LOPEZ, MARIA"));
        for id in ["cli-print-document-only", "cli-print-title", "cli-card-not-official"] {
            let [en, zh] = both(id);
            assert!(page.contains(en.split_whitespace().next().unwrap()), "{id}");
            assert!(page.contains(&zh.chars().take(4).collect::<String>()), "{id}");
        }
        assert!(page.contains("Smith &amp; &lt;Sons&gt;") && !page.contains("<Sons>"));
        assert!(!svg(&printed(false), None, &matrix()).contains("TEST"));
    }

    #[test]
    fn the_picture_is_read_and_has_its_size_and_marks() {
        let rows = |bytes: &[u8]| {
            let reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
            let info = reader.info();
            let dims = info.pixel_dims.unwrap();
            assert_eq!((dims.xppu, dims.unit), (11_811, png::Unit::Meter));
            (info.width, info.height)
        };
        let (test, real) = (
            png(&printed(true), &matrix()).unwrap(),
            png(&printed(false), &matrix()).unwrap(),
        );
        assert_eq!(code_in_png(&test).unwrap(), printed(true).text);
        assert_eq!(code_in_png(&real).unwrap(), printed(true).text);
        let side = matrix().size_with_quiet_zone() * DOTS;
        let ((width, tall), (_, short)) = (rows(&test), rows(&real));
        assert_eq!(width, side);
        assert!(short > side && tall > short);
    }
}
