//! Random bytes of the operating system.

use ring::rand::{SecureRandom, SystemRandom};

use crate::CryptoError;

/// `N` random bytes.
///
/// # Errors
/// [`CryptoError::RandomUnavailable`] when the operating system gives none.
pub fn bytes<const N: usize>() -> Result<[u8; N], CryptoError> {
    let mut out = [0; N];
    fill(&mut out)?;
    Ok(out)
}

/// Fills `out` with random bytes.
///
/// # Errors
/// [`CryptoError::RandomUnavailable`] when the operating system gives none.
pub fn fill(out: &mut [u8]) -> Result<(), CryptoError> {
    SystemRandom::new()
        .fill(out)
        .map_err(|_| CryptoError::RandomUnavailable)
}
