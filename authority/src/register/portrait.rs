use permitcard_crypto::hash::sha256;

use crate::AuthorityError;

const WIDTH: i32 = 48;
const HEIGHT: i32 = 60;

/// Draws a small picture, plainly a drawing: a face of three colours on a coloured ground, chosen by the name. A PNG of
/// a few hundred bytes; `note` goes into it as a text.
pub(super) fn draw(name: &str, note: Option<&str>) -> Result<Vec<u8>, AuthorityError> {
    let choice = sha256(name.as_bytes());
    let pick = |at: usize, from: &[[u8; 3]]| {
        let byte = choice.get(at).copied().unwrap_or_default();
        from.get(usize::from(byte) % from.len().max(1))
            .copied()
            .unwrap_or_default()
    };
    let ground = pick(
        0,
        &[
            [205, 225, 240],
            [225, 235, 215],
            [240, 225, 215],
            [230, 220, 240],
            [220, 235, 235],
        ],
    );
    let skin = pick(
        1,
        &[
            [255, 224, 189],
            [234, 192, 134],
            [198, 134, 66],
            [141, 85, 36],
            [255, 205, 148],
        ],
    );
    let hair = pick(
        2,
        &[
            [40, 26, 13],
            [90, 56, 37],
            [180, 130, 60],
            [120, 120, 120],
            [20, 20, 30],
        ],
    );
    let coat = pick(
        3,
        &[
            [60, 90, 140],
            [140, 60, 60],
            [60, 120, 80],
            [90, 70, 120],
            [120, 100, 60],
        ],
    );
    let style = choice.get(4).copied().unwrap_or_default();

    let mut pixels = Vec::with_capacity((WIDTH * HEIGHT / 4) as usize);
    for y in 0..HEIGHT {
        for x in (0..WIDTH).step_by(4) {
            // Four pixels of two bits in a byte, leftmost first.
            pixels.push((0..4).fold(0u8, |byte, step| byte << 2 | colour(x + step, y, style)));
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, WIDTH as u32, HEIGHT as u32);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Two);
    encoder.set_compression(png::Compression::High);
    encoder.set_palette([ground, skin, hair, coat].concat());
    if let Some(note) = note {
        encoder
            .add_text_chunk("Comment".to_owned(), note.to_owned())
            .map_err(|_| AuthorityError::DataDamaged)?;
    }
    let mut writer = encoder.write_header().map_err(|_| AuthorityError::DataDamaged)?;
    writer
        .write_image_data(&pixels)
        .map_err(|_| AuthorityError::DataDamaged)?;
    writer.finish().map_err(|_| AuthorityError::DataDamaged)?;
    Ok(bytes)
}

/// 0 ground, 1 skin, 2 hair, 3 coat.
fn colour(x: i32, y: i32, style: u8) -> u8 {
    let inside = |cx: i32, cy: i32, rx: i32, ry: i32| {
        let (dx, dy) = (x - cx, y - cy);
        dx * dx * ry * ry + dy * dy * rx * rx <= rx * rx * ry * ry
    };
    let long_hair = style & 1 == 1;
    let fringe = 18 + i32::from(style >> 1 & 3);
    let eye = inside(19, 28, 1, 2) || inside(29, 28, 1, 2);
    let mouth = inside(24, 38, 4 + i32::from(style >> 3 & 1), 1);
    let face = inside(24, 30, 11, 14);
    let head = inside(24, 27, 14, 16);
    let neck = (20..29).contains(&x) && (40..50).contains(&y);
    let locks = long_hair && (26..48).contains(&y) && (inside(12, 36, 4, 14) || inside(36, 36, 4, 14));
    if (face && y >= fringe) || (neck && !face) {
        return if face && (eye || mouth) { 2 } else { 1 };
    }
    if head && y < 30 || locks {
        return 2;
    }
    if inside(24, 62, 21, 15) { 3 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_and_readable() {
        for name in ["a", "b", "c", "d"] {
            let bytes = draw(name, None).unwrap();
            assert!(bytes.len() <= 700, "{}", bytes.len());
            let mut reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
            let mut image = vec![0; reader.output_buffer_size().unwrap()];
            let info = reader.next_frame(&mut image).unwrap();
            assert_eq!((info.width, info.height), (48, 60));
        }
        assert_eq!(draw("a", None).unwrap(), draw("a", None).unwrap());
        assert_ne!(draw("a", None).unwrap(), draw("b", None).unwrap());
    }
}
