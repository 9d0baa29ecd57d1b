//! The holder's consents after registration: what was agreed to, what rests on it, and how it is withdrawn (PIPL 15, 47).
//!
//! `GET /consents` and `POST /consents/withdrawal`, both with the access token and the transport key's proof. A withdrawal
//! that ends the card ends the tokens too: when its answer is lost, the same request is answered with
//! `issuance.consent_withdrawn` once the access token is gone, and that means that it was carried out.

use serde::{Deserialize, Deserializer, Serialize};

use crate::registration::ConsentKind;

/// The answer of `GET /consents`: one entry a kind that was ever decided, in the order of [`ConsentKind::ALL`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentsResponse {
    /// The decisions; those about a kind that this version does not know are left out.
    #[serde(deserialize_with = "known")]
    pub consents: Vec<ConsentStatus>,
}

/// What became of one consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentStatus {
    /// What it is about.
    pub kind: ConsentKind,
    /// The version of the text that was shown. Its words are in `messages`, id `consent-KIND-VERSION`.
    pub version: u32,
    /// What the data may be used for.
    pub scope: String,
    /// Given or refused.
    pub given: bool,
    /// When the holder decided, seconds since 1970.
    pub decided_at: i64,
    /// When the holder withdrew it, seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub withdrawn_at: Option<i64>,
    /// The version or scope that is asked for today is another one: the next registration asks anew.
    pub outdated: bool,
    /// What a withdrawal would mean for the card.
    pub effect: WithdrawalEffect,
}

impl ConsentStatus {
    /// It was given and counts: there is something to withdraw.
    pub fn counts(&self) -> bool {
        self.given && self.withdrawn_at.is_none()
    }
}

/// What the withdrawal of a consent means for the card, or for the registration as long as there is none. The words are in
/// `messages`, id [`WithdrawalEffect::message_id`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WithdrawalEffect {
    /// The card stays as it is; what was kept with this consent is deleted.
    CardStays,
    /// The card stays and goes back to the permit alone: social security services close.
    ServicesEnd,
    /// The card rests on it: every copy of it is revoked, and the tokens of this phone end.
    CardEnds,
    /// An effect that this version does not know.
    #[serde(other)]
    Unknown,
}

impl WithdrawalEffect {
    /// Every effect that this version knows.
    pub const ALL: &'static [Self] = &[Self::CardStays, Self::ServicesEnd, Self::CardEnds];

    /// The name on the wire: `card-stays`, `services-end`, `card-ends`; `unknown` otherwise.
    pub fn name(self) -> &'static str {
        match self {
            Self::CardStays => "card-stays",
            Self::ServicesEnd => "services-end",
            Self::CardEnds => "card-ends",
            Self::Unknown => "unknown",
        }
    }

    /// The id of its words in `messages`: `withdrawal-card-ends`, and `withdrawal-without-card-card-ends` where there is no
    /// card yet, so that it is the registration that ends or stays.
    pub fn message_id(self, has_card: bool) -> String {
        let name = self.name();
        if has_card {
            format!("withdrawal-{name}")
        } else {
            format!("withdrawal-without-card-{name}")
        }
    }

    /// Whether the card is over afterwards.
    pub fn ends_card(self) -> bool {
        self == Self::CardEnds
    }
}

/// The body of `POST /consents/withdrawal`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalRequest {
    /// Which consent is withdrawn. One that was refused, withdrawn before or never asked for: nothing changes, and the
    /// answer is a good one.
    pub kind: ConsentKind,
}

/// Its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawalResponse {
    /// Which consent.
    pub kind: ConsentKind,
    /// When it was withdrawn, seconds since 1970; none if there was nothing to withdraw.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub withdrawn_at: Option<i64>,
    /// What that meant for the card.
    pub effect: WithdrawalEffect,
    /// How many records of checks were deleted.
    pub records_deleted: u32,
}

/// Reads the entries and passes over those that this version cannot read.
fn known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ConsentStatus>, D::Error> {
    let values = Vec::<serde_json::Value>::deserialize(deserializer)?;
    Ok(values
        .into_iter()
        .filter_map(|value| serde_json::from_value(value).ok())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_on_the_wire_are_frozen() {
        let status = ConsentStatus {
            kind: ConsentKind::FaceData,
            version: 1,
            scope: "face-check".into(),
            given: true,
            decided_at: 5,
            withdrawn_at: None,
            outdated: false,
            effect: WithdrawalEffect::CardStays,
        };
        let json = concat!(
            r#"{"consents":[{"kind":"face-data","version":1,"scope":"face-check","given":true,"decided_at":5,"#,
            r#""outdated":false,"effect":"card-stays"}]}"#
        );
        let response = ConsentsResponse { consents: vec![status] };
        assert_eq!(serde_json::to_string(&response).unwrap(), json);
        assert_eq!(serde_json::from_str::<ConsentsResponse>(json).unwrap(), response);

        let request = WithdrawalRequest {
            kind: ConsentKind::SocialSecurity,
        };
        let json = r#"{"kind":"social-security"}"#;
        assert_eq!(serde_json::to_string(&request).unwrap(), json);
        assert_eq!(serde_json::from_str::<WithdrawalRequest>(json).unwrap(), request);
        for wrong in [
            "{}",
            r#"{"kind":"everything"}"#,
            r#"{"kind":"general","card":true}"#,
            "[]",
        ] {
            assert!(serde_json::from_str::<WithdrawalRequest>(wrong).is_err(), "{wrong}");
        }

        let response = WithdrawalResponse {
            kind: ConsentKind::General,
            withdrawn_at: Some(9),
            effect: WithdrawalEffect::CardEnds,
            records_deleted: 4,
        };
        let json = r#"{"kind":"general","withdrawn_at":9,"effect":"card-ends","records_deleted":4}"#;
        assert_eq!(serde_json::to_string(&response).unwrap(), json);
        assert_eq!(serde_json::from_str::<WithdrawalResponse>(json).unwrap(), response);
    }

    #[test]
    fn names_are_those_on_the_wire_and_one_effect_ends_the_card() {
        for effect in WithdrawalEffect::ALL {
            assert_eq!(serde_json::to_string(effect).unwrap(), format!("\"{}\"", effect.name()));
            assert_eq!(effect.ends_card(), effect.name() == "card-ends");
        }
    }

    #[test]
    fn what_a_newer_authority_adds_leaves_the_rest_readable() {
        let json = concat!(
            r#"{"consents":[{"kind":"of-tomorrow","version":1,"scope":"x","given":true,"decided_at":1,"#,
            r#""outdated":false,"effect":"card-stays"},"#,
            r#"{"kind":"general","version":1,"scope":"registration","given":true,"decided_at":1,"more":[],"#,
            r#""withdrawn_at":3,"outdated":true,"effect":"something-else"}]}"#
        );
        let read: ConsentsResponse = serde_json::from_str(json).unwrap();
        let [general] = read.consents.as_slice() else {
            panic!("{read:?}");
        };
        assert_eq!(general.kind, ConsentKind::General);
        assert_eq!(general.effect, WithdrawalEffect::Unknown);
        assert!(!general.counts() && !general.effect.ends_card());
    }
}
