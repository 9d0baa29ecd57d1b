//! Panics: uniffi hands a panic's text to the host, and Rust prints it. Neither may happen here, for a text may carry
//! data (`docs/adr/0006-unwind.md`).

use std::{
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

use crate::PermitCardError;

/// From now on a panic prints the place in the source, and nothing of its text.
pub(crate) fn drop_texts() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        panic::set_hook(Box::new(|info| {
            if let Some(place) = info.location() {
                eprintln!("permitcard: fault at {}:{}", place.file(), place.line());
            }
        }));
    });
}

/// Runs synchronous work. A panic becomes [`PermitCardError::Internal`] without its text.
pub(crate) fn guard<T>(work: impl FnOnce() -> Result<T, PermitCardError>) -> Result<T, PermitCardError> {
    drop_texts();
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(PermitCardError::fault()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_without_its_text() {
        let error = guard::<()>(|| panic!("GARCIA")).unwrap_err();
        assert_eq!(error.code(), "wallet.internal");
        assert!(!format!("{error} {error:?}").contains("GARCIA"));
    }
}
