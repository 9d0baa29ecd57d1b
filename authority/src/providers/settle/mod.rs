//! Whether a receipt counts: what a signed message or the provider itself said about one check, once.

#[cfg(test)]
mod tests;

use permitcard_crypto::{hash::sha256, mac::verify_equal};

use super::{Check, CheckKind, Outcome, ProviderError};
use crate::{AuthorityError, store::Tx};

/// The check that a step is waiting for. Deliberately without `Debug`.
pub(crate) struct Expected<'a> {
    /// What is checked.
    pub(crate) kind: CheckKind,
    /// The session's name for providers.
    pub(crate) session: &'a str,
    /// The key of the session, which is the key of the caller.
    pub(crate) jkt: &'a str,
    /// The nonce of the step's open launch.
    pub(crate) nonce: &'a str,
}

/// What a receipt came to. Deliberately without `Debug`.
pub(crate) enum Verdict {
    /// The provider confirms it now. The receipt is used up, the evidence kept.
    Passed(Box<Check>),
    /// Final for this check. The receipt is used up, the evidence kept.
    Failed,
    /// The provider could not decide. The receipt is used up, the evidence kept.
    Inconclusive,
    /// The provider was down during the check. The receipt is used up, the evidence kept: start another check.
    Unavailable,
    /// The provider cannot be asked now. Nothing is used up: the same receipt may be tried again.
    NotNow,
    /// The receipt is not that of this check, or was used, or the check is not finished.
    ReceiptRefused,
}

/// Judges a receipt and keeps the evidence. `pulled`: what [`super::Checker::result`] said just before, outside of the
/// transaction.
///
/// A pass counts only where the provider confirms it now, whatever a message said before. A failure counts from either
/// side, and no later statement lifts it.
///
/// # Errors
/// [`AuthorityError`] of the database.
pub(crate) fn settle(
    tx: &Tx<'_>,
    expected: &Expected<'_>,
    receipt: &str,
    pulled: &Result<Option<Check>, ProviderError>,
    now: i64,
) -> Result<Verdict, AuthorityError> {
    let Some(open) = tx.open_check(expected.nonce)? else {
        return Ok(Verdict::ReceiptRefused);
    };
    let belongs = open.kind == expected.kind && open.session == expected.session && open.jkt == expected.jkt;
    if !belongs || open.used {
        return Ok(Verdict::ReceiptRefused);
    }
    // A statement about another check, or one that cannot be, is none.
    let confirmed = match pulled {
        Ok(Some(check)) if tx.note_check(check, now)?.is_good() => Some(check.outcome),
        Ok(_) | Err(ProviderError) => None,
    };
    let Some(check) = tx.check(expected.nonce)? else {
        // A provider that answers and knows of no result gave no receipt either.
        return Ok(match pulled {
            Ok(None) => Verdict::ReceiptRefused,
            Ok(Some(_)) | Err(ProviderError) => Verdict::NotNow,
        });
    };
    if verify_equal(&sha256(receipt.as_bytes()), &check.receipt).is_err() {
        return Ok(Verdict::ReceiptRefused);
    }
    if check.outcome == Outcome::Passed && confirmed != Some(Outcome::Passed) {
        return Ok(Verdict::NotNow);
    }
    tx.use_check(expected.nonce)?;
    tx.put_evidence(&check.evidence())?;
    Ok(match check.outcome {
        Outcome::Passed => Verdict::Passed(Box::new(check)),
        Outcome::Failed => Verdict::Failed,
        Outcome::Inconclusive => Verdict::Inconclusive,
        Outcome::Unavailable => Verdict::Unavailable,
    })
}
