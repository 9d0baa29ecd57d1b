use super::*;

#[test]
fn own_codes_have_an_area_and_stand_once() {
    let mut codes: Vec<&str> = WalletError::OWN_CODES.to_vec();
    codes.extend(InputCode::ALL.iter().map(|code| code.code()));
    codes.extend(StateCode::ALL.iter().map(|code| code.code()));
    codes.extend(CheckCode::ALL.iter().map(|code| code.code()));
    let count = codes.len();
    for code in &codes {
        let (area, name) = code.split_once('.').unwrap();
        assert!(["wallet", "input", "check"].contains(&area), "{code}");
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{code}");
    }
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), count);
}

#[test]
fn a_full_disk_and_a_closed_vault_are_told_apart_from_other_faults() {
    assert_eq!(WalletError::from(VaultError::Full), WalletError::StorageFull);
    assert_eq!(WalletError::StorageFull.code(), "vault.full");
    assert_eq!(WalletError::from(VaultError::Closed), WalletError::Closed);
    for error in VaultError::ALL
        .iter()
        .filter(|error| !matches!(error, VaultError::Closed))
    {
        assert_eq!(WalletError::from(*error).code(), error.code());
    }
}

#[test]
fn what_the_user_decides_is_told_apart_from_a_broken_key_store() {
    assert_eq!(WalletError::from(KeyError::NeedsUser), WalletError::NeedsUser);
    assert_eq!(WalletError::from(KeyError::Cancelled), WalletError::Cancelled);
    for error in [
        KeyError::Transient,
        KeyError::Invalidated,
        KeyError::TimedOut,
        KeyError::Busy,
    ] {
        assert_eq!(WalletError::from(error), WalletError::KeyStore(error));
        assert_eq!(WalletError::from(NetError::Keys(error)), WalletError::KeyStore(error));
    }
}

#[test]
fn only_a_definitive_no_is_a_refusal() {
    let refusal = |status, code| {
        let (body, retry_after_s, date_s) = (Vec::new(), Some(9), None);
        WalletError::from(NetError::Refused(permitcard_net::Refusal {
            status,
            code,
            body,
            retry_after_s,
            date_s,
        }))
    };
    let expected = Refusal {
        code: WireCode::GrantInvalid,
        retry_after_s: Some(9),
    };
    assert_eq!(
        refusal(400, Some(WireCode::GrantInvalid)),
        WalletError::Refused(expected)
    );
    let later = refusal(500, Some(WireCode::Internal));
    assert!(matches!(later, WalletError::Network(failure) if failure.retry_after_s == Some(9)));
    assert_eq!(later.code(), "protocol.internal");
    assert_eq!(refusal(400, None).code(), "network.refused");
}
