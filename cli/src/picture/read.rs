//! The text of a QR code in a PNG: a screenshot, or a photo.

use std::io::Cursor;

use png::{BitDepth, Decoder, Limits, Transformations};
use rxing::{
    BinaryBitmap, DecodeHints, Luma8Source, Reader,
    common::{GlobalHistogramBinarizer, HybridBinarizer},
    qrcode::cpp_port::QrReader,
};

use crate::failure::{CliCode, Outcome};

/// The longest picture file, in bytes.
pub const MAX_FILE: usize = 64 * 1024 * 1024;
/// The most pixels; a phone of today takes 50 million.
const MAX_PIXELS: u64 = 64_000_000;
/// Sides, in pixels, that large pictures are also tried at: with many pixels a module, noise hides the edges.
const SMALLER: [u32; 3] = [2_000, 1_200, 700];

/// A grey picture, row by row.
struct Grey {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

/// Finds the code in a PNG and reads it.
pub fn code_in_png(bytes: &[u8]) -> Outcome<String> {
    let picture = decode(bytes).ok_or(CliCode::PictureUnreadable)?;
    if let Some(text) = scan(&picture) {
        return Ok(text);
    }
    SMALLER
        .iter()
        .filter_map(|side| shrink(&picture, *side))
        .find_map(|smaller| scan(&smaller))
        .ok_or_else(|| CliCode::PictureWithoutCode.into())
}

fn decode(bytes: &[u8]) -> Option<Grey> {
    let mut decoder = Decoder::new_with_limits(
        Cursor::new(bytes),
        Limits {
            bytes: 256 * 1024 * 1024,
        },
    );
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = (reader.info().width, reader.info().height);
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return None;
    }
    let mut buffer = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut buffer).ok()?;
    if frame.bit_depth != BitDepth::Eight {
        return None;
    }
    buffer.truncate(frame.buffer_size());
    let pixels = buffer.chunks_exact(frame.color_type.samples()).map(luma).collect();
    Some(Grey { width, height, pixels })
}

/// ITU-R BT.601 luma, over white where the picture is transparent.
fn luma(samples: &[u8]) -> u8 {
    let over_white = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        (value * alpha + 255 * (255 - alpha)) / 255
    };
    let grey = match *samples {
        [grey] => u32::from(grey),
        [grey, alpha] => over_white(grey, alpha),
        [r, g, b] => (299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b)) / 1000,
        [r, g, b, a] => (299 * over_white(r, a) + 587 * over_white(g, a) + 114 * over_white(b, a)) / 1000,
        _ => 255,
    };
    u8::try_from(grey).unwrap_or(255)
}

/// Tries a threshold for each part of the picture (uneven light), then one for the whole (flat screenshots).
fn scan(picture: &Grey) -> Option<String> {
    let source = || Luma8Source::new(picture.pixels.clone(), picture.width, picture.height).ok();
    let hints = DecodeHints {
        TryHarder: Some(true),
        ..DecodeHints::default()
    };
    let mut reader = QrReader;
    let local = reader.decode_with_hints(&mut BinaryBitmap::new(HybridBinarizer::new(source()?)), &hints);
    let found = match local {
        Ok(found) => found,
        Err(_) => {
            let mut whole = BinaryBitmap::new(GlobalHistogramBinarizer::new(source()?));
            reader.decode_with_hints(&mut whole, &hints).ok()?
        }
    };
    Some(found.getText().to_owned())
}

/// The picture with its longer side at `side` pixels, each pixel the mean of those it stands for; nothing if it is not
/// larger than that.
fn shrink(picture: &Grey, side: u32) -> Option<Grey> {
    let longest = picture.width.max(picture.height);
    if longest <= side {
        return None;
    }
    let scaled = |length: u32| (u64::from(length) * u64::from(side) / u64::from(longest)).max(1) as u32;
    let (width, height) = (scaled(picture.width), scaled(picture.height));
    let from = |at: u32, of: u32, length: u32| (u64::from(at) * u64::from(length) / u64::from(of)) as usize;
    let mut pixels = Vec::with_capacity(width as usize * height as usize);
    for y in 0..height {
        let (top, bottom) = (from(y, height, picture.height), from(y + 1, height, picture.height));
        for x in 0..width {
            let (left, right) = (from(x, width, picture.width), from(x + 1, width, picture.width));
            let rows = (top..bottom).filter_map(|row| {
                let start = row * picture.width as usize;
                picture.pixels.get(start + left..start + right)
            });
            let (sum, count) = rows
                .flatten()
                .fold((0u64, 0u64), |(sum, count), pixel| (sum + u64::from(*pixel), count + 1));
            pixels.push(u8::try_from(sum.checked_div(count).unwrap_or(255)).unwrap_or(255));
        }
    }
    Some(Grey { width, height, pixels })
}

#[cfg(test)]
mod tests {
    use permitcard_credential::qr::picture::{EcLevel, Matrix};

    use super::*;

    /// A code as long as that of an employer, and its text.
    fn sample() -> (Matrix, String) {
        let text = format!("WPC1:{}", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".repeat(25));
        (Matrix::new(&text, EcLevel::L, 1).unwrap(), text)
    }

    fn encode(width: u32, height: u32, pixels: &[u8], colour: png::ColorType) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(colour);
        encoder.write_header().unwrap().write_image_data(pixels).unwrap();
        bytes
    }

    /// A photo of a screen: the code tilted and seen from the side, soft, on a grey ground, in little contrast, with noise.
    fn photo(matrix: &Matrix, side: u32, module: f64, soft: u32, seed: u64) -> Vec<u8> {
        let frame = f64::from(matrix.size_with_quiet_zone());
        let (mut state, centre) = (seed, f64::from(side) / 2.0);
        let mut noise = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            f64::from((state >> 56) as u8) / 16.0 - 8.0
        };
        let shade = |x: f64, y: f64| {
            let (dx, dy) = (x - centre, y - centre);
            let depth = 1.0 + 0.00008 * dx;
            let (u, v) = ((dx * 0.9945 + dy * 0.1045) * depth, (dy * 0.9945 - dx * 0.1045) * depth);
            let (column, row) = (u / module + frame / 2.0, v / module + frame / 2.0);
            if column < 0.0 || row < 0.0 || column >= frame || row >= frame {
                return 120.0;
            }
            match (column as u32).checked_sub(4).zip((row as u32).checked_sub(4)) {
                Some((column, row)) if matrix.is_dark(column, row) => 55.0,
                _ => 190.0,
            }
        };
        let mut pixels = Vec::new();
        for y in 0..side {
            for x in 0..side {
                let taps = i64::from(soft) * 2 + 1;
                let mut sum = 0.0;
                for tap in 0..taps * taps {
                    let offset = |at: i64| (at as f64 - soft as f64) * 0.5;
                    sum += shade(f64::from(x) + offset(tap % taps), f64::from(y) + offset(tap / taps));
                }
                pixels.push((sum / (taps * taps) as f64 + noise()).clamp(0.0, 255.0) as u8);
            }
        }
        encode(side, side, &pixels, png::ColorType::Grayscale)
    }

    #[test]
    fn photos_are_read() {
        let (matrix, text) = sample();
        for (module, soft, seed) in [(4.0, 1, 1), (4.6, 2, 2), (6.3, 2, 3)] {
            let side = (module * f64::from(matrix.size_with_quiet_zone()) * 1.3) as u32;
            let read = code_in_png(&photo(&matrix, side, module, soft, seed));
            assert_eq!(read.unwrap(), text, "module {module}, soft {soft}, seed {seed}");
        }
    }

    #[test]
    fn transparent_and_coloured_pictures_are_read() {
        let (matrix, text) = sample();
        let side = matrix.size_with_quiet_zone() * 3;
        let dark = |at: u32| {
            let (x, y) = (at % side / 3, at / side / 3);
            x.checked_sub(4)
                .zip(y.checked_sub(4))
                .is_some_and(|(x, y)| matrix.is_dark(x, y))
        };
        // Dark blue on what is black but transparent, as some programs save a screenshot.
        let rgba: Vec<u8> = (0..side * side)
            .flat_map(|at| if dark(at) { [0, 0, 120, 255] } else { [0, 0, 0, 0] })
            .collect();
        assert_eq!(
            code_in_png(&encode(side, side, &rgba, png::ColorType::Rgba)).unwrap(),
            text
        );
        let grey: Vec<u8> = (0..side * side)
            .flat_map(|at| if dark(at) { [20, 255] } else { [230, 255] })
            .collect();
        assert_eq!(
            code_in_png(&encode(side, side, &grey, png::ColorType::GrayscaleAlpha)).unwrap(),
            text
        );
    }

    #[test]
    fn a_small_code_in_a_large_noisy_picture_is_read() {
        let (matrix, text) = sample();
        let picture = photo(&matrix, 1_700, 15.0, 1, 4);
        assert_eq!(code_in_png(&picture).unwrap(), text);
    }

    #[test]
    fn what_has_no_code_is_refused_with_the_right_code() {
        let white = encode(50, 50, &[255; 2_500], png::ColorType::Grayscale);
        assert_eq!(code_in_png(&white).unwrap_err().code, "cli.picture_without_code");
        let one = encode(1, 1, &[0], png::ColorType::Grayscale);
        assert_eq!(code_in_png(&one).unwrap_err().code, "cli.picture_without_code");
        for bytes in [&b""[..], b"GIF89a", &white[..40], &white[..white.len() - 20]] {
            assert_eq!(code_in_png(bytes).unwrap_err().code, "cli.picture_unreadable");
        }
    }

    #[test]
    fn sides_are_limited_before_allocation() {
        let mut huge = encode(1, 1, &[0], png::ColorType::Grayscale);
        // Width and height of the header, and its checksum.
        huge[16..24].copy_from_slice(&[0, 0, 0x7f, 0xff, 0, 0, 0x7f, 0xff]);
        let checksum = crc32(&huge[12..29]);
        huge[29..33].copy_from_slice(&checksum.to_be_bytes());
        assert_eq!(code_in_png(&huge).unwrap_err().code, "cli.picture_unreadable");
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
            })
        })
    }
}
