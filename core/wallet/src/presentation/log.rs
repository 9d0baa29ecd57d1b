//! The disclosure log: which groups went to which audience, and when. Never a value.

use permitcard_credential::permit::{Group, Profile};
use permitcard_vault::VaultError;
use serde::{Deserialize, Serialize};

use super::view::DisclosureEntry;

/// The stored form of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    at: i64,
    unsure: bool,
    aud: String,
    groups: Vec<String>,
    nonce: bool,
    card: u64,
}

pub(super) fn encode(entry: &DisclosureEntry) -> Result<Vec<u8>, VaultError> {
    let stored = Stored {
        at: entry.at,
        unsure: entry.time_unsure,
        aud: entry.aud.clone(),
        groups: entry.groups.iter().map(|group| group.name().to_owned()).collect(),
        nonce: entry.with_nonce,
        card: entry.card_version,
    };
    serde_json::to_vec(&stored).map_err(|_| VaultError::TooLarge)
}

pub(super) fn decode(bytes: &[u8]) -> Result<DisclosureEntry, VaultError> {
    let stored: Stored = serde_json::from_slice(bytes).map_err(|_| VaultError::Corrupt)?;
    let group = |name: &String| Group::ALL.into_iter().find(|group| group.name() == name);
    Ok(DisclosureEntry {
        at: stored.at,
        time_unsure: stored.unsure,
        profile: Profile::from_aud(&stored.aud),
        aud: stored.aud,
        groups: stored
            .groups
            .iter()
            .map(group)
            .collect::<Option<_>>()
            .ok_or(VaultError::Corrupt)?,
        with_nonce: stored.nonce,
        card_version: stored.card,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_form_is_frozen() {
        let entry = DisclosureEntry {
            at: 1_700_000_000,
            time_unsure: true,
            aud: "wp.emp".into(),
            profile: Some(Profile::Employer),
            groups: vec![Group::Person, Group::Employment],
            with_nonce: true,
            card_version: 3,
        };
        let json =
            br#"{"at":1700000000,"unsure":true,"aud":"wp.emp","groups":["person","employment"],"nonce":true,"card":3}"#;
        assert_eq!(encode(&entry).unwrap(), json);
        assert_eq!(decode(json).unwrap(), entry);
    }

    #[test]
    fn unknown_groups_are_not_passed_over() {
        let json = br#"{"at":0,"unsure":false,"aud":"x","groups":["mood"],"nonce":false,"card":1}"#;
        assert_eq!(decode(json), Err(VaultError::Corrupt));
    }
}
