use permitcard_wallet::{RegistrationView, Wallet, WalletError, WireCode};

use crate::failure::{CliCode, Failure, Outcome, refused};

/// An outcome with what is known about an application that is still being decided, or why there is no card.
pub async fn explained<T>(wallet: &Wallet, outcome: Outcome<T>) -> Outcome<T> {
    match outcome {
        Err(failure) if failure.code == WireCode::IssuancePending.code() => match wallet.pending().await? {
            Some(pending) => Err(failure.pending(pending)),
            None => Err(failure),
        },
        Err(failure) if failure.code == WalletError::NotRegistered.code() => Err(no_card(wallet).await?),
        other => other,
    }
}

/// Why there is no card: nobody registered, the registration is not finished, or the application is still being decided.
pub async fn no_card(wallet: &Wallet) -> Outcome<Failure> {
    if let Some(pending) = wallet.pending().await? {
        return Ok(refused(WireCode::IssuancePending, None, None).pending(pending));
    }
    Ok(match wallet.registration().await? {
        None | Some(RegistrationView::Finished | RegistrationView::Ended { .. }) => WalletError::NotRegistered.into(),
        Some(RegistrationView::Starting | RegistrationView::Step(_) | RegistrationView::ReadyToFetch) => {
            CliCode::RegistrationOpen.into()
        }
    })
}
