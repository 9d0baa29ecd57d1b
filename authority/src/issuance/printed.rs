//! The printed permit: a credential of its own for paper, without a key of the holder.

use std::io::Cursor;

use permitcard_credential::{
    permit::{Day, Portrait, PortraitFormat, StatusRef, field},
    printed::{self, PrintedInput},
    status::StatusBits,
};
use permitcard_protocol::WireCode;

use super::{ProvenLevel, card::person, permit::permit};
use crate::{
    AuthorityError,
    http::{Call, Fault, Media, Reply},
    lists,
    store::Tx,
};

/// Seconds that a printed permit counts: between 30 and 90 days, because paper is not renewed by itself.
const LIFE_S: i64 = 60 * Day::SECONDS;

/// `GET /printed`: without portrait.
pub(crate) fn printed(call: &Call, tx: &Tx<'_>) -> Result<Reply, Fault> {
    issue(call, tx, None)
}

/// `GET /printed/portrait`: with the small portrait; not found where there is none that fits.
pub(crate) fn printed_with_portrait(call: &Call, tx: &Tx<'_>) -> Result<Reply, Fault> {
    let portrait = webp(&person(call, tx)?.portrait).ok_or(WireCode::NotFound)?;
    issue(call, tx, Some(&portrait))
}

fn issue(call: &Call, tx: &Tx<'_>, portrait: Option<&Portrait>) -> Result<Reply, Fault> {
    let app = &call.app;
    let (person, grant) = (person(call, tx)?, call.grant()?);
    // One place in the status list for each version of a card, however often it is asked for: paper bears the name, so that
    // nothing is gained by telling its copies apart. It shares the fate of the credentials of that version. A notification
    // that names it is the holder's own word about his own paper.
    let name = format!("printed/{}/{}", grant.id, person.card_version);
    let batch = match tx.batch(&name, grant.id)? {
        Some(batch) => batch.id,
        None => {
            let batch = tx.put_batch(&name, grant.id, &person.id, person.card_version, ProvenLevel::Unproven)?;
            lists::take_places(tx, batch, person.state.status(), StatusBits::Two, 1)?;
            batch
        }
    };
    let place = tx.place_of_batch(batch)?.ok_or(AuthorityError::DataDamaged)?;
    let permit = permit(&person, app.is_test())?;
    let input = PrintedInput {
        iss: &app.config.iss,
        iat: call.now,
        exp: (Day::of_unix(call.now).start() + LIFE_S).min(person.valid_until.ends_at()),
        status: StatusRef {
            idx: u64::from(place.idx),
            uri: app.config.status_uri(place.list),
        },
        permit: &permit,
        portrait,
    };
    let unsigned = printed::issue(&input, app.keys.issuer.public_key()).map_err(|_| AuthorityError::SigningFailed)?;
    Ok(Reply::bytes(Media::Cwt, app.keys.sign_with_issuer(unsigned)?))
}

/// The register's picture as WebP, for claim 169 has no number for PNG; none if it cannot be read or gets too large.
fn webp(png: &[u8]) -> Option<Portrait> {
    /// More than any small portrait has.
    const MOST_PIXELS: usize = 1 << 16;
    let mut decoder = png::Decoder::new(Cursor::new(png));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let size = reader.output_buffer_size().filter(|size| *size <= 4 * MOST_PIXELS)?;
    let mut pixels = vec![0; size];
    let info = reader.next_frame(&mut pixels).ok()?;
    let colour = match info.color_type {
        png::ColorType::Rgb => image_webp::ColorType::Rgb8,
        png::ColorType::Rgba => image_webp::ColorType::Rgba8,
        png::ColorType::Grayscale => image_webp::ColorType::L8,
        png::ColorType::GrayscaleAlpha => image_webp::ColorType::La8,
        png::ColorType::Indexed => return None,
    };
    let mut bytes = Vec::new();
    image_webp::WebPEncoder::new(&mut bytes)
        .encode(pixels.get(..info.buffer_size())?, info.width, info.height, colour)
        .ok()?;
    (bytes.len() <= field::PORTRAIT.limit).then_some(Portrait {
        bytes,
        format: PortraitFormat::WebP,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(side: u32, colours: impl Fn(u32) -> [u8; 3]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, side, side);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let data: Vec<u8> = (0..side * side).flat_map(colours).collect();
        encoder.write_header().unwrap().write_image_data(&data).unwrap();
        bytes
    }

    #[test]
    fn a_picture_keeps_every_pixel() {
        let picture = png(20, |at| [at as u8, 7, (at / 40) as u8]);
        let portrait = webp(&picture).unwrap();
        assert_eq!(portrait.format, PortraitFormat::WebP);
        let mut decoder = image_webp::WebPDecoder::new(Cursor::new(&portrait.bytes)).unwrap();
        assert_eq!(decoder.dimensions(), (20, 20));
        let mut pixels = vec![0; decoder.output_buffer_size().unwrap()];
        decoder.read_image(&mut pixels).unwrap();
        let expected: Vec<u8> = (0..400u32).flat_map(|at| [at as u8, 7, (at / 40) as u8]).collect();
        assert_eq!(pixels, expected);
    }

    #[test]
    fn what_is_no_small_picture_gives_none() {
        let noise = png(64, |at| {
            let x = at.wrapping_mul(2_654_435_761).rotate_left(7).wrapping_mul(40_503);
            [x as u8, (x >> 8) as u8, (x >> 16) as u8]
        });
        assert!(webp(&noise).is_none(), "too large as WebP");
        assert!(webp(&png(300, |_| [0; 3])).is_none(), "too many pixels");
        assert!(webp(b"no picture").is_none());
        assert!(webp(&noise[..60]).is_none());
    }
}
