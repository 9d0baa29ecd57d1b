use permitcard_credential::qr::{
    QrError,
    picture::{self, EcLevel, Matrix},
};

use crate::{PermitCardError, panics};

/// The modules of a QR code, to be drawn dark on light, always with whole pixels for a module, whatever the theme.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct QrMatrix {
    /// Modules of one side, without the light edge.
    pub size: u32,
    /// How many light modules must stand around the code.
    pub quiet_zone: u32,
    /// Row by row from the top, one byte a module: 1 is dark, 0 is light. `size` times `size` bytes.
    pub modules: Vec<u8>,
}

impl std::fmt::Debug for QrMatrix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The modules are the presentation itself.
        f.debug_struct("QrMatrix")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl From<&Matrix> for QrMatrix {
    fn from(matrix: &Matrix) -> Self {
        let size = matrix.size();
        let modules = (0..size).flat_map(|y| (0..size).map(move |x| (x, y)));
        let modules = modules.map(|(x, y)| u8::from(matrix.is_dark(x, y))).collect();
        Self {
            size,
            quiet_zone: picture::QUIET_ZONE,
            modules,
        }
    }
}

impl From<QrError> for PermitCardError {
    fn from(error: QrError) -> Self {
        Self::invalid(error.code())
    }
}

/// The modules for a presentation's text. `min_version` is the presentation's `qr_version`, so that the picture keeps its
/// size within a session; 1 for any other text.
///
/// # Errors
/// `InvalidInput` for a text that no code can carry, or a version outside of 1 to 40.
#[uniffi::export(default(min_version = 1))]
pub fn qr_matrix(text: String, min_version: u8) -> Result<QrMatrix, PermitCardError> {
    panics::guard(|| Ok((&Matrix::new(&text, EcLevel::L, min_version)?).into()))
}

/// The modules for the text of a printed permit, with more error correction: paper is folded and stained. Print them
/// with at least 0.38 mm a module.
///
/// # Errors
/// `InvalidInput` for a text that no code can carry.
#[uniffi::export]
pub fn printed_qr_matrix(text: String) -> Result<QrMatrix, PermitCardError> {
    panics::guard(|| Ok((&Matrix::new(&text, EcLevel::M, 1)?).into()))
}

/// As `printed_qr_matrix`, as an SVG document with the light edge inside.
///
/// # Errors
/// As `printed_qr_matrix`.
#[uniffi::export]
pub fn printed_qr_svg(text: String) -> Result<String, PermitCardError> {
    panics::guard(|| Ok(picture::svg(&Matrix::new(&text, EcLevel::M, 1)?)))
}

/// As `qr_matrix`, as an SVG document with the light edge inside.
///
/// # Errors
/// As `qr_matrix`.
#[uniffi::export(default(min_version = 1))]
pub fn qr_svg(text: String, min_version: u8) -> Result<String, PermitCardError> {
    panics::guard(|| Ok(picture::svg(&Matrix::new(&text, EcLevel::L, min_version)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_those_of_the_matrix() {
        let ours = qr_matrix("WPC1:RRQGBB".to_owned(), 1).unwrap();
        let matrix = Matrix::new("WPC1:RRQGBB", EcLevel::L, 1).unwrap();
        assert_eq!(ours.modules.len(), (matrix.size() * matrix.size()) as usize);
        for y in 0..matrix.size() {
            for x in 0..matrix.size() {
                let module = ours.modules[(y * matrix.size() + x) as usize];
                assert_eq!(module == 1, matrix.is_dark(x, y), "{x} {y}");
            }
        }
        assert_eq!(format!("{ours:?}"), "QrMatrix { size: 21, .. }");
    }

    #[test]
    fn paper_has_more_error_correction() {
        let text = "6BF+70790T9WJWG.FKY*4GO0.O1CV2";
        let (paper, screen) = (printed_qr_matrix(text.to_owned()), qr_matrix(text.to_owned(), 1));
        let matrix = Matrix::new(text, EcLevel::M, 1).unwrap();
        assert_eq!(paper, Ok((&matrix).into()));
        assert_ne!(paper, screen);
        assert_eq!(printed_qr_svg(text.to_owned()), Ok(picture::svg(&matrix)));
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        assert_eq!(
            qr_matrix("a".to_owned(), 1),
            Err(PermitCardError::invalid("qr.character_invalid"))
        );
        assert_eq!(
            qr_svg("A".to_owned(), 41),
            Err(PermitCardError::invalid("qr.version_invalid"))
        );
    }
}
