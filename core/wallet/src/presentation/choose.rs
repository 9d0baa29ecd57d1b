//! Which credential a show session takes.

use permitcard_credential::permit::PRESENTATION_LIFE_S;

use crate::held::record::CredentialRecord;

/// The credential for a session that begins now: one that was never shown; else the least used one, the longest unused
/// first. Credentials whose key is lost come last. `None` if all of them are over.
pub(super) fn choose(credentials: &[CredentialRecord], now: i64) -> Option<&CredentialRecord> {
    credentials
        .iter()
        .filter(|credential| credential.expires_at >= now.saturating_add(PRESENTATION_LIFE_S))
        .min_by_key(|credential| (credential.key_lost, credential.uses, credential.last_used))
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
            expires_at,
            bytes: vec![],
        }
    }

    fn chosen(credentials: &[CredentialRecord], now: i64) -> Option<&str> {
        choose(credentials, now).map(|credential| credential.key.key_id.as_str())
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
    fn one_that_ends_within_a_presentation_is_over() {
        let batch = [credential("a", 0, 0, 160)];
        assert_eq!(chosen(&batch, 100), Some("a"));
        assert_eq!(chosen(&batch, 101), None);
        assert_eq!(chosen(&[], 100), None);
    }
}
