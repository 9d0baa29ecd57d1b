use ::png::{BitDepth, ColorType, Encoder};

use super::{Matrix, QrError};

/// The longest side of a picture, in pixels.
pub const MAX_SIDE: u32 = 8_192;

/// The code as a PNG of one bit a pixel (black is dark), `pixels` by `pixels` for a module, the quiet zone inside.
///
/// # Errors
/// [`QrError::SizeInvalid`] for no pixels or a side above [`MAX_SIDE`]; [`QrError::NotWritten`] if the encoder fails.
pub fn png(matrix: &Matrix, pixels: u32) -> Result<Vec<u8>, QrError> {
    let frame = matrix.size_with_quiet_zone();
    let side = frame
        .checked_mul(pixels)
        .filter(|side| (1..=MAX_SIDE).contains(side))
        .ok_or(QrError::SizeInvalid)?;
    let mut rows = Vec::with_capacity((side.div_ceil(8) * side) as usize);
    for y in 0..frame {
        let row = packed_row(side, |x| matrix.is_dark_in_frame(x / pixels, y));
        for _ in 0..pixels {
            rows.extend_from_slice(&row);
        }
    }
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, side, side);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    let mut writer = encoder.write_header().map_err(|_| QrError::NotWritten)?;
    writer.write_image_data(&rows).map_err(|_| QrError::NotWritten)?;
    writer.finish().map_err(|_| QrError::NotWritten)?;
    Ok(out)
}

/// One row of `side` pixels, the first in the highest bit; a set bit is light.
fn packed_row(side: u32, dark: impl Fn(u32) -> bool) -> Vec<u8> {
    (0..side.div_ceil(8))
        .map(|byte| (0..8).fold(0, |bits, bit| bits << 1 | u8::from(!dark(8 * byte + bit))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{EcLevel, tests};
    use super::*;

    #[test]
    fn a_foreign_decoder_reads_the_picture() {
        let text = tests::sample();
        let matrix = Matrix::new(&text, EcLevel::L, 1).unwrap();
        for pixels in [3, 4, 7] {
            let bytes = png(&matrix, pixels).unwrap();
            let mut decoder = ::png::Decoder::new(std::io::Cursor::new(bytes));
            decoder.set_transformations(::png::Transformations::EXPAND);
            let mut reader = decoder.read_info().unwrap();
            let mut grey = vec![0; reader.output_buffer_size().unwrap()];
            let info = reader.next_frame(&mut grey).unwrap();
            let side = info.width as usize;
            assert_eq!((info.width, info.height), (101 * pixels, 101 * pixels));
            // The quiet zone is light on all four sides, and modules are whole pixels.
            let edge = 4 * pixels as usize;
            for y in 0..side {
                for x in 0..side {
                    let in_zone = x < edge || y < edge || x >= side - edge || y >= side - edge;
                    let pixel = grey[y * side + x];
                    assert!(pixel == 255 || (pixel == 0 && !in_zone));
                    let (px, py) = (
                        x / pixels as usize * pixels as usize,
                        y / pixels as usize * pixels as usize,
                    );
                    assert_eq!(pixel, grey[py * side + px]);
                }
            }
            assert_eq!(tests::scan(side, |x, y| grey[y * side + x] == 0), [text.as_str()]);
        }
    }

    #[test]
    fn sides_are_limited_before_allocation() {
        let matrix = Matrix::new("A", EcLevel::L, 1).unwrap();
        assert_eq!(png(&matrix, 0), Err(QrError::SizeInvalid));
        assert_eq!(png(&matrix, MAX_SIDE / 29 + 1), Err(QrError::SizeInvalid));
        assert_eq!(png(&matrix, u32::MAX), Err(QrError::SizeInvalid));
    }
}
