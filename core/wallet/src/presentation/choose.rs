//! Which credential a show session takes, and how its use is counted.

use permitcard_credential::permit::PRESENTATION_LIFE_S;
use permitcard_platform::KeyError;
use permitcard_vault::{VaultError, WriteTx};

use crate::held::record::{self, CredentialRecord};

/// The credential for a session that begins now: the one of the key `wanted`, if it is there and good; the one that the
/// verifier of the audience `reader` got before; one that was never shown; else the least used one, the longest unused
/// first. Credentials whose key is lost come last. `None` if all of them are over.
pub(super) fn choose<'a>(
    credentials: &'a [CredentialRecord],
    now: i64,
    wanted: Option<&str>,
    reader: Option<&str>,
) -> Option<&'a CredentialRecord> {
    credentials
        .iter()
        .filter(|credential| credential.expires_at >= now.saturating_add(PRESENTATION_LIFE_S))
        .min_by_key(|credential| {
            let is_other = wanted.is_none_or(|wanted| credential.key.key_id != wanted);
            let is_new_to_reader = reader.is_none() || credential.reader.as_deref() != reader;
            (
                credential.key_lost,
                is_other,
                is_new_to_reader,
                credential.uses,
                credential.last_used,
            )
        })
}

/// Counts the session once, however many codes it has. A batch that was renewed meanwhile has no such credential.
pub(super) fn mark_used(
    tx: &mut WriteTx<'_>,
    begun_with: CredentialRecord,
    reader: Option<String>,
    now: i64,
) -> Result<(), VaultError> {
    let stored = record::credentials(tx)?;
    let Some(credential) = stored.into_iter().find(|credential| credential.key == begun_with.key) else {
        return Ok(());
    };
    let uses = begun_with.uses.saturating_add(1);
    if credential.uses == uses && !credential.key_lost {
        return Ok(());
    }
    record::put_credential(
        tx,
        &CredentialRecord {
            uses,
            last_used: now,
            key_lost: false,
            reader: reader.or_else(|| credential.reader.clone()),
            ..credential
        },
    )
}

/// Keeps credentials whose key did not sign, but tries them last: a key store may recover.
pub(super) fn mark_lost(tx: &mut WriteTx<'_>, key_id: &str, error: KeyError) -> Result<(), VaultError> {
    for credential in record::credentials(tx)? {
        // What invalidates one key, such as another fingerprint, invalidates all of them.
        if credential.key.key_id == key_id || error == KeyError::Invalidated {
            record::put_credential(
                tx,
                &CredentialRecord {
                    key_lost: true,
                    ..credential
                },
            )?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use permitcard_crypto::ecdsa::{Curve, PublicKey};

    use super::*;
    use crate::base::keys::DeviceKey;

    fn credential(name: &str, uses: u32, last_used: i64, expires_at: i64) -> CredentialRecord {
        let public = PublicKey::from_coordinates(Curve::P256, &[1; 32], &[2; 32]).unwrap();
        let key = DeviceKey {
            key_id: name.into(),
            public,
        };
        CredentialRecord {
            key,
            uses,
            last_used,
            key_lost: false,
            reader: None,
            expires_at,
            bytes: vec![],
        }
    }

    fn chosen(credentials: &[CredentialRecord], now: i64) -> Option<&str> {
        choose(credentials, now, None, None).map(|credential| credential.key.key_id.as_str())
    }

    #[test]
    fn unused_before_least_used_before_longest_unused() {
        let mut batch = vec![
            credential("a", 2, 10, 1_000),
            credential("b", 1, 30, 1_000),
            credential("c", 1, 20, 1_000),
            credential("d", 0, 0, 1_000),
        ];
        assert_eq!(chosen(&batch, 100), Some("d"));
        batch.pop();
        assert_eq!(chosen(&batch, 100), Some("c"));
        batch[2].key_lost = true;
        assert_eq!(chosen(&batch, 100), Some("b"));
    }

    #[test]
    fn the_wanted_one_if_it_is_good() {
        let mut batch = [credential("a", 2, 10, 1_000), credential("b", 0, 0, 1_000)];
        let chosen = |batch: &[CredentialRecord], wanted| {
            choose(batch, 100, Some(wanted), None).map(|credential| credential.key.key_id.clone())
        };
        assert_eq!(chosen(&batch, "a").as_deref(), Some("a"));
        assert_eq!(chosen(&batch, "gone").as_deref(), Some("b"));
        batch[0].key_lost = true;
        assert_eq!(chosen(&batch, "a").as_deref(), Some("b"));
        batch[0] = credential("a", 0, 0, 159);
        assert_eq!(chosen(&batch, "a").as_deref(), Some("b"));
    }

    #[test]
    fn the_same_verifier_gets_the_same_one() {
        let mut batch = [
            credential("a", 2, 10, 1_000),
            credential("b", 0, 0, 1_000),
            credential("c", 1, 5, 1_000),
        ];
        batch[0].reader = Some("gate-7".into());
        let chosen = |reader| choose(&batch, 100, None, reader).map(|credential| credential.key.key_id.as_str());
        assert_eq!(chosen(Some("gate-7")), Some("a"));
        assert_eq!(chosen(Some("gate-8")), Some("b"));
        assert_eq!(chosen(None), Some("b"));
        let before_the_prompt = choose(&batch, 100, Some("c"), Some("gate-7"));
        assert_eq!(
            before_the_prompt.map(|credential| credential.key.key_id.as_str()),
            Some("c")
        );
    }

    #[test]
    fn one_that_ends_within_a_presentation_is_over() {
        let batch = [credential("a", 0, 0, 160)];
        assert_eq!(chosen(&batch, 100), Some("a"));
        assert_eq!(chosen(&batch, 101), None);
        assert_eq!(chosen(&[], 100), None);
    }
}
