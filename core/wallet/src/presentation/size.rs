//! How large the codes of a session are: all of one size, so that the screen stands still.

use permitcard_credential::permit::{Credential, Group, PRESENTATION_LIFE_S, PresentInput, present};
use permitcard_credential::qr::picture::{EcLevel, Matrix};
use permitcard_credential::qr::{frames, text};

use super::show::{NONCE_LEN, permit_error};
use crate::error::WalletError;

/// A larger code than this is shown in frames: cheap cameras do not read it from a hand's distance (design 4.3).
const LARGEST_VERSION: u8 = 25;

/// How the codes of a session are drawn.
pub(super) struct CodeSize {
    pub(super) version: u8,
    pub(super) framed: bool,
}

/// The size of a code with the longest nonce and a beacon, from one with a signature of zeros.
pub(super) fn code_size(
    credential: &Credential<'_>,
    groups: &[Group],
    aud: &str,
    now: i64,
) -> Result<CodeSize, WalletError> {
    let input = PresentInput {
        groups,
        aud,
        iat: now,
        exp: now.saturating_add(PRESENTATION_LIFE_S),
        nonce: Some(&[0; NONCE_LEN]),
        beacon: Some([0; 8]),
    };
    let unsigned = present(credential, &input).map_err(permit_error)?;
    let length = unsigned.algorithm().signature_len();
    let token = unsigned.finish(&vec![0; length]).map_err(|_| WalletError::Internal)?;
    let version = |text: &str| Matrix::new(text, EcLevel::L, 1).map(|matrix| matrix.version());
    // A text beyond the largest code does not fit either.
    if let Ok(version) = version(&text::encode(&token))
        && version <= LARGEST_VERSION
    {
        return Ok(CodeSize { version, framed: false });
    }
    let frames = frames::encode(&token, u32::MAX, frames::PART).map_err(|_| WalletError::Internal)?;
    let largest = frames.iter().filter_map(|text| version(text).ok()).max();
    Ok(CodeSize {
        version: largest.ok_or(WalletError::Internal)?,
        framed: true,
    })
}
