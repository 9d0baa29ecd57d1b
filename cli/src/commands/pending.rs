use permitcard_wallet::{Wallet, WireCode};

use crate::failure::Outcome;

/// An outcome with what is known about an application, where it is still being decided.
pub async fn explained<T>(wallet: &Wallet, outcome: Outcome<T>) -> Outcome<T> {
    match outcome {
        Err(failure) if failure.code == WireCode::IssuancePending.code() => match wallet.pending().await? {
            Some(pending) => Err(failure.pending(pending)),
            None => Err(failure),
        },
        other => other,
    }
}
