//! A text as QR modules (ISO/IEC 18004), and those as SVG, PNG or terminal blocks.
//!
//! Always dark on light with a quiet zone of four modules: scanners fail on inverted codes and on codes without a light
//! edge, so no theme changes that. Always whole pixels for a module: fractions make codes unreadable.

#[cfg(feature = "png")]
mod png;
mod svg;
mod terminal;
mod version;

use fast_qr::{ECL, Mode, QRBuilder};

use super::{QrError, base45};

#[cfg(feature = "png")]
pub use self::png::{MAX_SIDE, png};
pub use self::svg::svg;
pub use self::terminal::{TerminalSize, terminal, terminal_size};

/// The light edge around a code, in modules.
pub const QUIET_ZONE: u32 = 4;

/// How much of a code may be unreadable and still be corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EcLevel {
    /// About 7 %: on a screen, where larger modules help more than correction.
    L,
    /// About 15 %: in print, and behind scratched glass.
    M,
}

/// The modules of one QR code, without the quiet zone.
#[derive(Clone, PartialEq, Eq)]
pub struct Matrix {
    version: u8,
    /// Row by row, `true` is dark.
    modules: Vec<bool>,
}

impl std::fmt::Debug for Matrix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The modules are the presentation itself.
        f.debug_struct("Matrix")
            .field("version", &self.version())
            .finish_non_exhaustive()
    }
}

impl Matrix {
    /// Draws `text` in one alphanumeric segment, at the smallest version that holds it and is at least `min_version`
    /// (1 to 40). A session that hands in the version of its first code never jumps in size. The level stays as given.
    ///
    /// # Errors
    /// [`QrError::VersionInvalid`], [`QrError::CharacterInvalid`] or [`QrError::DoesNotFit`].
    pub fn new(text: &str, level: EcLevel, min_version: u8) -> Result<Self, QrError> {
        /// Characters of the largest code, 40-L.
        const LARGEST: usize = 4_296;
        if !(1..=40).contains(&min_version) {
            return Err(QrError::VersionInvalid);
        }
        if text.len() > LARGEST {
            return Err(QrError::DoesNotFit);
        }
        if !text.bytes().all(base45::is_character) {
            return Err(QrError::CharacterInvalid);
        }
        let level = match level {
            EcLevel::L => ECL::L,
            EcLevel::M => ECL::M,
        };
        let mut builder = QRBuilder::new(text);
        builder.ecl(level).mode(Mode::Alphanumeric);
        // At the given version if the text fits it, else at the smallest that holds it, which is larger.
        let code = match version::of(min_version).map(|version| builder.version(version).build()) {
            Some(Ok(code)) => code,
            _ => {
                let mut builder = QRBuilder::new(text);
                let larger = builder.ecl(level).mode(Mode::Alphanumeric).build();
                larger.map_err(|_| QrError::DoesNotFit)?
            }
        };
        let version = code.size.checked_sub(17).and_then(|size| u8::try_from(size / 4).ok());
        let modules = code.data.iter().take(code.size * code.size);
        Ok(Self {
            version: version.ok_or(QrError::DoesNotFit)?,
            modules: modules.map(|module| module.value()).collect(),
        })
    }

    /// The QR version, 1 to 40.
    pub fn version(&self) -> u8 {
        self.version
    }

    /// Modules of one side, without the quiet zone: 21 to 177.
    pub fn size(&self) -> u32 {
        17 + 4 * u32::from(self.version)
    }

    /// Modules of one side with the quiet zone on both ends.
    pub fn size_with_quiet_zone(&self) -> u32 {
        self.size() + 2 * QUIET_ZONE
    }

    /// Whether the module in column `x` and row `y` is dark; what lies outside of the code is light.
    pub fn is_dark(&self, x: u32, y: u32) -> bool {
        let size = self.size();
        // Both are below 177 here, so that the place fits.
        x < size && y < size && self.modules.get((y * size + x) as usize).copied().unwrap_or(false)
    }

    /// As [`is_dark`](Self::is_dark), counted from the corner of the quiet zone.
    fn is_dark_in_frame(&self, x: u32, y: u32) -> bool {
        match (x.checked_sub(QUIET_ZONE), y.checked_sub(QUIET_ZONE)) {
            (Some(x), Some(y)) => self.is_dark(x, y),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a picture of `side` pixels with a decoder that is not ours.
    pub(super) fn scan(side: usize, mut dark: impl FnMut(usize, usize) -> bool) -> Vec<String> {
        let mut picture =
            rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| if dark(x, y) { 0 } else { 255 });
        picture
            .detect_grids()
            .iter()
            .map(|grid| grid.decode().unwrap().1)
            .collect()
    }

    /// A text as long as that of an employer presentation, of all characters.
    pub(super) fn sample() -> String {
        let bytes: Vec<u8> = (0..740u32).map(|n| (n * n % 253) as u8).collect();
        crate::qr::text::encode(&bytes)
    }

    #[test]
    fn a_foreign_decoder_reads_every_level_and_version() {
        let text = sample();
        for (level, min, version) in [
            (EcLevel::L, 1, 19),
            (EcLevel::L, 25, 25),
            (EcLevel::M, 1, 22),
            (EcLevel::L, 40, 40),
        ] {
            let matrix = Matrix::new(&text, level, min).unwrap();
            assert_eq!(matrix.version(), version);
            assert_eq!(matrix.size(), 17 + 4 * u32::from(version));
            let side = matrix.size_with_quiet_zone() as usize * 4;
            let read = scan(side, |x, y| matrix.is_dark_in_frame((x / 4) as u32, (y / 4) as u32));
            assert_eq!(read, [text.as_str()]);
        }
    }

    #[test]
    fn capacities_of_the_design_are_those_of_the_code() {
        // Payload bytes at level L, versions 16 to 23, and at M, 15 to 22 would be one more: the last that fits, then the next.
        for (version, bytes) in (16u8..).zip([566usize, 622, 694, 765, 829, 898, 970, 1_055]) {
            let fits = Matrix::new(&crate::qr::text::encode(&vec![7; bytes]), EcLevel::L, 1).unwrap();
            let next = Matrix::new(&crate::qr::text::encode(&vec![7; bytes + 1]), EcLevel::L, 1).unwrap();
            assert_eq!((fits.version(), next.version()), (version, version + 1), "{bytes}");
        }
    }

    #[test]
    fn the_version_never_shrinks_within_a_session_and_the_level_is_never_raised() {
        let first = Matrix::new(&sample(), EcLevel::L, 1).unwrap();
        let shorter = Matrix::new("WPC1:BB8", EcLevel::L, first.version()).unwrap();
        assert_eq!(shorter.version(), first.version());
        assert_eq!(level_of(&shorter), EcLevel::L);
        assert_eq!(level_of(&Matrix::new("A", EcLevel::M, 1).unwrap()), EcLevel::M);
    }

    /// The level that a code says that it has: the first two bits of its format, unmasked (ISO/IEC 18004 7.9).
    fn level_of(matrix: &Matrix) -> EcLevel {
        match (!matrix.is_dark(0, 8), matrix.is_dark(1, 8)) {
            (false, true) => EcLevel::L,
            (false, false) => EcLevel::M,
            _ => panic!("another level"),
        }
    }

    /// The mask that a code says that it has: the three bits after the level.
    fn mask_of(matrix: &Matrix) -> u8 {
        let bit = |x: u32, flip: bool| u8::from(matrix.is_dark(x, 8) != flip);
        bit(2, true) << 2 | bit(3, false) << 1 | bit(4, true)
    }

    /// Module by module, under the mask that was chosen.
    fn assert_drawn_as_by_another_library(matrix: &Matrix, text: &str, level: EcLevel) {
        use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};
        assert_eq!(level_of(matrix), level);
        let level = match level {
            EcLevel::L => QrCodeEcc::Low,
            EcLevel::M => QrCodeEcc::Medium,
        };
        let (version, mask) = (Version::new(matrix.version()), Mask::new(mask_of(matrix)));
        let segments = [QrSegment::make_alphanumeric(text)];
        let code = QrCode::encode_segments_advanced(&segments, level, version, version, Some(mask), false).unwrap();
        let size = code.size();
        assert_eq!(size, matrix.size() as i32);
        for (x, y) in (0..size).flat_map(|y| (0..size).map(move |x| (x, y))) {
            assert_eq!(
                matrix.is_dark(x as u32, y as u32),
                code.get_module(x, y),
                "version {version:?}, {} characters, column {x}, row {y}",
                text.len()
            );
        }
    }

    #[test]
    fn another_library_draws_the_same_modules_at_every_version() {
        let characters: Vec<char> = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".chars().collect();
        let long: String = (0..4_296usize).map(|n| characters[n * n * 7 % 45]).collect();
        let mut seen = std::collections::BTreeSet::new();
        for level in [EcLevel::L, EcLevel::M] {
            for length in (0..=long.len()).step_by(37) {
                let Ok(matrix) = Matrix::new(&long[..length], level, 1) else {
                    assert!(level == EcLevel::M && length > 3_391);
                    continue;
                };
                assert_drawn_as_by_another_library(&matrix, &long[..length], level);
                seen.insert((matrix.version(), level == EcLevel::L));
            }
            for version in 1..=40 {
                let matrix = Matrix::new("A", level, version).unwrap();
                assert_eq!(matrix.version(), version);
                assert_drawn_as_by_another_library(&matrix, "A", level);
            }
        }
        // The smallest hold less than the step.
        assert!(seen.len() > 70, "{seen:?}");
    }

    #[test]
    fn the_same_text_gives_the_same_modules() {
        let draw = || Matrix::new(&sample(), EcLevel::L, 1).unwrap();
        assert!(draw() == draw());
        // Frozen: the pictures of a session stay what they were. SHA-256 over the modules, a byte each.
        let modules: Vec<u8> = draw().modules.iter().map(|dark| u8::from(*dark)).collect();
        let hash: String = permitcard_crypto::hash::sha256(&modules)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(hash, "8afd5adc9713314a9378a960d87db8ea5c26af1b2b5d77846a7e4af7a0427d13");
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        assert_eq!(Matrix::new("A", EcLevel::L, 0), Err(QrError::VersionInvalid));
        assert_eq!(Matrix::new("A", EcLevel::L, 41), Err(QrError::VersionInvalid));
        assert_eq!(Matrix::new("a", EcLevel::L, 1), Err(QrError::CharacterInvalid));
        assert_eq!(Matrix::new(&"A".repeat(4_297), EcLevel::L, 1), Err(QrError::DoesNotFit));
        assert_eq!(Matrix::new(&"A".repeat(3_392), EcLevel::M, 1), Err(QrError::DoesNotFit));
        assert_eq!(Matrix::new(&"A".repeat(4_296), EcLevel::L, 1).unwrap().version(), 40);
    }

    #[test]
    fn debug_shows_no_module() {
        assert_eq!(
            format!("{:?}", Matrix::new("A", EcLevel::L, 1).unwrap()),
            "Matrix { version: 1, .. }"
        );
    }
}
