//! A drawn picture of the card, with a code beside it where one is given.
//!
//! It never looks like the state's own card: another shape, no emblem, no flag, no red and gold, and a band that says what
//! it is.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use permitcard_credential::qr::picture::{Matrix, QUIET_ZONE};
use permitcard_wallet::{CardView, Field, PortraitView};

use super::letters;
use crate::{view::card::label, words::Words};

/// Units of the drawing: tenths of a millimetre of a card of ID-1 size (ISO/IEC 7810).
const WIDTH: u32 = 856;
const HEIGHT: u32 = 540;
const GAP: u32 = 40;
const MARGIN: u32 = 36;
/// Below the code.
const CAPTION: u32 = 30;

/// What is drawn beside the card.
pub struct Code<'a> {
    /// Its modules.
    pub matrix: &'a Matrix,
    /// One line below it.
    pub caption: String,
}

/// The card as an SVG document.
pub fn svg(card: &CardView, portrait: Option<&PortraitView>, code: Option<&Code<'_>>, words: &Words) -> String {
    let width = WIDTH + code.map_or(0, |_| GAP + HEIGHT);
    let (full_width, full_height) = (width + 2 * MARGIN, HEIGHT + 2 * MARGIN);
    let mut out = String::with_capacity(64 * 1024);
    // Writing to a String cannot fail; so below.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{full_width}\" height=\"{full_height}\" \
         viewBox=\"0 0 {full_width} {full_height}\" font-family=\"'Noto Sans','Noto Sans CJK SC','Segoe UI',system-ui,sans-serif\">\
         <defs><linearGradient id=\"paper\" x1=\"0\" y1=\"0\" x2=\"1\" y2=\"1\"><stop offset=\"0\" stop-color=\"#f3f7fa\"/>\
         <stop offset=\"1\" stop-color=\"#d5e3ec\"/></linearGradient>\
         <pattern id=\"hatch\" width=\"28\" height=\"28\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(-45)\">\
         <path d=\"M0 0h28v28H0z\" fill=\"#ffd23f\"/><path d=\"M0 0h14v28H0z\" fill=\"#f2b705\"/></pattern>\
         <clipPath id=\"edge\"><rect width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"32\"/></clipPath></defs>\
         <path d=\"M0 0h{full_width}v{full_height}H0z\" fill=\"#fff\"/><g transform=\"translate({MARGIN} {MARGIN})\">"
    );
    draw_card(&mut out, card, portrait, words);
    if let Some(code) = code {
        draw_code(&mut out, code);
    }
    out.push_str("</g></svg>\n");
    out
}

fn draw_card(out: &mut String, card: &CardView, portrait: Option<&PortraitView>, words: &Words) {
    let _ = write!(
        out,
        "<g clip-path=\"url(#edge)\"><path d=\"M0 0h{WIDTH}v{HEIGHT}H0z\" fill=\"url(#paper)\"/>\
         <g fill=\"none\" stroke=\"#b9cfdc\" stroke-width=\"2\">"
    );
    for radius in (120..=600).step_by(60) {
        let _ = write!(out, "<circle cx=\"{WIDTH}\" cy=\"{HEIGHT}\" r=\"{radius}\"/>");
    }
    out.push_str("</g>");
    text(
        out,
        Text {
            x: 36,
            y: 64,
            size: 30,
            weight: 700,
            fill: "#16324a",
        },
        &words.text("cli-card-title", &[]),
        784,
    );
    text(
        out,
        Text {
            x: 36,
            y: 94,
            size: 18,
            weight: 400,
            fill: "#466176",
        },
        &words.text("cli-card-not-official", &[]),
        784,
    );
    draw_portrait(out, portrait);
    draw_fields(out, card, words);
    if card.test {
        let _ = write!(
            out,
            "<path d=\"M0 {}h{WIDTH}v96H0z\" fill=\"url(#hatch)\"/>",
            HEIGHT - 96
        );
        text(
            out,
            Text {
                x: 36,
                y: HEIGHT - 40,
                size: 44,
                weight: 900,
                fill: "#3a2a00",
            },
            "TEST 测试",
            220,
        );
        text(
            out,
            Text {
                x: 272,
                y: HEIGHT - 41,
                size: 20,
                weight: 700,
                fill: "#3a2a00",
            },
            &words.text("cli-test-sign", &[]),
            556,
        );
    }
    let _ = write!(
        out,
        "</g><rect x=\"1\" y=\"1\" width=\"{}\" height=\"{}\" rx=\"31\" fill=\"none\" stroke=\"#16324a\" stroke-width=\"2\"/>",
        WIDTH - 2,
        HEIGHT - 2
    );
}

fn draw_portrait(out: &mut String, portrait: Option<&PortraitView>) {
    const FRAME: &str = "x=\"36\" y=\"124\" width=\"186\" height=\"248\"";
    // What a browser draws; anything else becomes the outline of a head.
    let drawn =
        portrait.filter(|portrait| ["image/webp", "image/png", "image/jpeg"].contains(&portrait.media_type.as_str()));
    let _ = match drawn {
        Some(portrait) => write!(
            out,
            "<image {FRAME} preserveAspectRatio=\"xMidYMid slice\" style=\"image-rendering:pixelated\" href=\"data:{};base64,{}\"/>",
            portrait.media_type,
            STANDARD.encode(&portrait.bytes)
        ),
        None => write!(
            out,
            "<rect {FRAME} fill=\"#c3d5e0\"/><circle cx=\"129\" cy=\"222\" r=\"46\" fill=\"#9db6c5\"/>\
             <path d=\"M50 372a79 79 0 0 1 158 0z\" fill=\"#9db6c5\"/>"
        ),
    };
    let _ = write!(
        out,
        "<rect {FRAME} fill=\"none\" stroke=\"#16324a\" stroke-width=\"1.5\"/>"
    );
}

fn draw_fields(out: &mut String, card: &CardView, words: &Words) {
    const LINES: [&[Field]; 5] = [
        &[Field::Name],
        &[Field::Nationality, Field::Category, Field::ValidUntil],
        &[Field::PermitNumber, Field::Passport],
        &[Field::Employer],
        &[Field::Occupation, Field::Place],
    ];
    let mut y = 142;
    for line in LINES {
        let shown: Vec<_> = line
            .iter()
            .filter_map(|field| {
                card.fields
                    .iter()
                    .find(|value| value.field == *field && !value.value.is_empty())
            })
            .collect();
        let column = 572 / u32::try_from(shown.len().max(1)).unwrap_or(1);
        for (at, field) in (0u32..).zip(&shown) {
            let x = 248 + at * column;
            let value = match field.field {
                Field::Name => field.value.replace("<<", ", ").replace('<', " "),
                _ => field.value.clone(),
            };
            let size = if field.field == Field::Name { 32 } else { 24 };
            text(
                out,
                Text {
                    x,
                    y,
                    size: 15,
                    weight: 400,
                    fill: "#466176",
                },
                &label(field.field, words),
                column - 12,
            );
            text(
                out,
                Text {
                    x,
                    y: y + 30,
                    size,
                    weight: 600,
                    fill: "#16324a",
                },
                &value,
                column - 12,
            );
        }
        if !shown.is_empty() {
            y += 61;
        }
    }
}

fn draw_code(out: &mut String, code: &Code<'_>) {
    let frame = code.matrix.size_with_quiet_zone();
    // Whole units a module, so that no module is blurred at the drawing's own size.
    let unit = (HEIGHT - CAPTION) / frame;
    let side = unit * frame;
    let (x, y) = (WIDTH + GAP + (HEIGHT - side) / 2, (HEIGHT - CAPTION - side) / 2);
    let _ = write!(
        out,
        "<g shape-rendering=\"crispEdges\"><path d=\"M{x} {y}h{side}v{side}h-{side}z\" fill=\"#fff\"/><path fill=\"#000\" d=\""
    );
    for row in 0..code.matrix.size() {
        let mut column = 0;
        while column < code.matrix.size() {
            let run = (column..code.matrix.size())
                .take_while(|column| code.matrix.is_dark(*column, row))
                .count() as u32;
            if run > 0 {
                let (left, top) = (x + unit * (column + QUIET_ZONE), y + unit * (row + QUIET_ZONE));
                let _ = write!(out, "M{left} {top}h{0}v{unit}h-{0}z", run * unit);
            }
            column += run.max(1);
        }
    }
    out.push_str("\"/></g>");
    let place = Text {
        x: WIDTH + GAP + HEIGHT / 2,
        y: HEIGHT - 6,
        size: 20,
        weight: 400,
        fill: "#466176",
    };
    let _ = write!(out, "<g text-anchor=\"middle\">");
    text(out, place, &code.caption, HEIGHT);
    out.push_str("</g>");
}

struct Text {
    x: u32,
    y: u32,
    size: u32,
    weight: u32,
    fill: &'static str,
}

/// One line, in smaller letters where it would be wider than `room`.
fn text(out: &mut String, place: Text, text: &str, room: u32) {
    let Text {
        x,
        y,
        size,
        weight,
        fill,
    } = place;
    let size = letters::fitted(text, size, room);
    let escaped = letters::escaped(text);
    let _ = write!(
        out,
        "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" font-weight=\"{weight}\" fill=\"{fill}\">{escaped}</text>"
    );
}

#[cfg(test)]
mod tests {
    use permitcard_credential::qr::picture::EcLevel;
    use permitcard_wallet::{CardStatus, FieldValue};

    use super::*;

    fn card(test: bool, name: &str) -> CardView {
        let field = |field, value: &str| FieldValue {
            field,
            value: value.to_owned(),
        };
        CardView {
            version: 1,
            tier: 1,
            test,
            issuer: "sandbox.example".to_owned(),
            issued_at: 0,
            fields: vec![field(Field::Name, name), field(Field::Employer, "Smith & <Sons>")],
            has_portrait: false,
            status: CardStatus::Unknown,
            status_at: None,
            superseded: false,
            end: None,
            older_versions_seen: 0,
            credentials_left: 10,
            credentials_expire_at: 0,
        }
    }

    fn draw(card: &CardView, code: Option<&Code<'_>>) -> String {
        svg(card, None, code, &Words::choose(None, |_| None))
    }

    #[test]
    fn a_test_card_says_so_and_values_cannot_leave_their_place() {
        let drawn = draw(&card(true, "GARCIA LOPEZ<<MARIA"), None);
        assert!(drawn.contains("TEST 测试") && drawn.contains("GARCIA LOPEZ, MARIA"));
        assert!(drawn.contains("Smith &amp; &lt;Sons&gt;") && !drawn.contains("<Sons>"));
        assert!(!draw(&card(false, "A"), None).contains("TEST"));
    }

    #[test]
    fn long_names_get_smaller_letters() {
        let size = |name: &str| {
            let drawn = draw(&card(true, name), None);
            let before = drawn.split(&format!(">{name}<")).next().unwrap();
            before
                .rsplit_once("font-size=\"")
                .unwrap()
                .1
                .split('"')
                .next()
                .unwrap()
                .parse::<u32>()
                .unwrap()
        };
        assert_eq!(size("SUHARTO"), 32);
        let long = size("WICKRAMASINGHE MUDIYANSELAGE NIMALKAAAA");
        assert!((12..32).contains(&long), "{long}");
    }

    #[test]
    fn the_code_has_whole_units_and_a_quiet_zone() {
        let matrix = Matrix::new("WPC1:", EcLevel::L, 19).unwrap();
        let code = Code {
            matrix: &matrix,
            caption: String::new(),
        };
        let drawn = draw(&card(true, "A"), Some(&code));
        // 93 modules and 8 of quiet zone at 5 units, centred beside the card; the first dark run is a finder of 7.
        let (x, y) = (WIDTH + GAP + (HEIGHT - 505) / 2, (HEIGHT - CAPTION - 505) / 2);
        assert!(
            drawn.contains(&format!("<path d=\"M{x} {y}h505v505h-505z\" fill=\"#fff\"/>")),
            "{drawn}"
        );
        assert!(drawn.contains(&format!("d=\"M{} {}h35v5h-35z", x + 20, y + 20)));
    }
}
