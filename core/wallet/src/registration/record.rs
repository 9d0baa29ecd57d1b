//! What is stored of a registration, and the transaction that moves it on.

use std::fmt;

use permitcard_protocol::registration::{
    ChallengeRequest, ConsentDecision, ConsentKind, StepAnswer as WireAnswer, Tier,
};
use permitcard_vault::{ReadTx, Table, VaultError, WriteTx};
use serde::{Deserialize, Serialize};

use super::machine::{self, Effect, Event, State};
use crate::base::keys::DeviceKey;
use crate::base::outbox::{self, Kind};
use crate::base::store::{get_json, put_json};
use crate::error::StateCode;

const CURRENT: &[u8] = b"current";

/// The registration as stored. `Debug` shows no secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    /// Where it stands.
    pub(crate) state: State,
    /// The transport key, while it is needed.
    pub(crate) key: Option<DeviceKey>,
    /// The PKCE verifier (RFC 7636).
    pub(crate) code_verifier: String,
    /// It is for tier 2: there is a card already, whose key is `key`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) tier_2: bool,
    /// The last claim's name, as far as it is needed for advice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) claimed: Option<ClaimedName>,
}

/// What the advice about a name is made of.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimedName {
    /// As the machine-readable zone has it.
    pub(crate) name: String,
    /// The passport's issuing state.
    pub(crate) issuer: String,
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl Record {
    pub(crate) fn idle() -> Self {
        Self {
            state: State::Idle,
            key: None,
            code_verifier: String::new(),
            tier_2: false,
            claimed: None,
        }
    }

    /// What the running registration is for.
    pub(crate) fn tier(&self) -> Tier {
        if self.tier_2 {
            Tier::SocialSecurity
        } else {
            Tier::Permit
        }
    }
}

/// A consent as the holder decided it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsentRecord {
    decision: ConsentDecision,
    at: i64,
}

pub(crate) fn load(tx: &ReadTx<'_>) -> Result<Record, VaultError> {
    Ok(get_json(tx, Table::Registration, CURRENT)?.unwrap_or_else(Record::idle))
}

/// The record after an event, or why the event does not fit; and the key that is not needed any more.
pub(crate) type Advanced = Result<(Record, Option<DeviceKey>), StateCode>;

/// Applies an event to what is stored now, effects included. `reply_to` names the request that the event answers: without
/// it in the outbox the event comes too late, for instance after a cancel, and does not count.
pub(crate) fn advance(
    tx: &mut WriteTx<'_>,
    event: Event,
    reply_to: Option<&str>,
    now: i64,
) -> Result<Advanced, VaultError> {
    let mut record = load(tx)?;
    if let Some(op_id) = reply_to
        && !tx.outbox()?.iter().any(|entry| entry.op_id == op_id)
    {
        return Ok(Err(StateCode::NoRegistration));
    }
    let (state, effects) = match machine::step(&record.state, record.tier(), event) {
        Ok(next) => next,
        Err(code) => return Ok(Err(code)),
    };
    record.state = state;
    let mut dropped = None;
    for effect in effects {
        match effect {
            Effect::Enqueue(request) => {
                note(tx, &mut record, &request, now)?;
                tx.put_outbox(&outbox::entry(Kind::Registration, request.to_form(), now)?)?;
            }
            Effect::Dequeue => outbox::clear(tx, Kind::Registration)?,
            Effect::DropKey => dropped = record.key.take(),
        }
    }
    if !record.state.is_running() {
        record.code_verifier.clear();
        record.tier_2 = false;
        record.claimed = None;
    }
    store(tx, &record)?;
    Ok(Ok((record, dropped)))
}

/// What is kept of a request beside the request itself.
fn note(tx: &mut WriteTx<'_>, record: &mut Record, request: &ChallengeRequest, now: i64) -> Result<(), VaultError> {
    match request {
        ChallengeRequest::Start { tier, .. } => record.tier_2 = *tier == Tier::SocialSecurity,
        ChallengeRequest::Answer { answer, .. } => match answer {
            WireAnswer::Consent(decisions) => keep_consents(tx, decisions, now)?,
            WireAnswer::IdentityClaim(claim) => {
                record.claimed = Some(ClaimedName {
                    name: claim.name.clone(),
                    issuer: claim.document.issuer.clone(),
                });
            }
            _ => {}
        },
    }
    Ok(())
}

/// Applies the start of a registration: with a new key, or with the one of the card where there is one.
pub(crate) fn begin(
    tx: &mut WriteTx<'_>,
    event: Event,
    key: Option<DeviceKey>,
    code_verifier: String,
    now: i64,
) -> Result<Result<(), StateCode>, VaultError> {
    match advance(tx, event, None, now)? {
        Ok((mut record, _)) => {
            record.key = key.or(record.key);
            record.code_verifier = code_verifier;
            store(tx, &record)?;
            Ok(Ok(()))
        }
        Err(code) => Ok(Err(code)),
    }
}

fn store(tx: &mut WriteTx<'_>, record: &Record) -> Result<(), VaultError> {
    if *record == Record::idle() {
        tx.delete(Table::Registration, CURRENT).map(|_| ())
    } else {
        put_json(tx, Table::Registration, CURRENT, record)
    }
}

/// Notes that a consent was withdrawn, whatever its version and scope.
pub(crate) fn note_withdrawal(tx: &mut WriteTx<'_>, kind: ConsentKind, now: i64) -> Result<(), VaultError> {
    for (_, value) in tx.list(Table::Consent)? {
        let record: ConsentRecord = serde_json::from_slice(&value).map_err(|_| VaultError::Corrupt)?;
        if record.decision.kind == kind && record.decision.given {
            let given = false;
            keep_consents(
                tx,
                &[ConsentDecision {
                    given,
                    ..record.decision
                }],
                now,
            )?;
        }
    }
    Ok(())
}

fn keep_consents(tx: &mut WriteTx<'_>, decisions: &[ConsentDecision], now: i64) -> Result<(), VaultError> {
    for decision in decisions {
        let key = serde_json::to_vec(&(decision.kind, decision.version, &decision.scope));
        let record = ConsentRecord {
            decision: decision.clone(),
            at: now,
        };
        put_json(tx, Table::Consent, &key.map_err(|_| VaultError::TooLarge)?, &record)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use permitcard_crypto::ecdsa::{Curve, PublicKey};
    use permitcard_protocol::registration::ConsentKind;

    use super::*;

    fn vault(dir: &std::path::Path) -> permitcard_vault::Vault {
        let file = permitcard_vault::VaultFile::open(&dir.join("test.db")).unwrap();
        file.create("k", b"sealed", permitcard_vault::MasterKey::generate().unwrap())
            .unwrap()
    }

    fn start() -> Event {
        Event::Start {
            request: ChallengeRequest::Start {
                client_id: "permitcard".into(),
                code_challenge: "c".into(),
                authorization_details: "[]".into(),
                interaction_types_supported: vec![],
                tier: Tier::Permit,
            },
        }
    }

    fn device_key() -> DeviceKey {
        let public = PublicKey::from_coordinates(Curve::P256, &[1; 32], &[2; 32]).unwrap();
        DeviceKey {
            key_id: "k".into(),
            public,
        }
    }

    #[test]
    fn a_reply_counts_only_while_its_request_waits() {
        let dir = tempfile::tempdir().unwrap();
        let vault = vault(dir.path());
        let granted = || Event::Granted { code: "g".into() };
        vault
            .write(|tx| begin(tx, start(), Some(device_key()), "v".into(), 5))
            .unwrap()
            .unwrap();
        let op_id = vault.read(|tx| Ok(tx.outbox()?[0].op_id.clone())).unwrap();
        // Of another request, and after a cancel and another start.
        let late = vault.write(|tx| advance(tx, granted(), Some("other"), 6)).unwrap();
        assert_eq!(late.err(), Some(StateCode::NoRegistration));
        let (_, dropped) = vault.write(|tx| advance(tx, Event::Cancel, None, 7)).unwrap().unwrap();
        assert_eq!(dropped, Some(device_key()));
        assert_eq!(
            vault.read(|tx| Ok((load(tx)?, tx.outbox()?.len()))).unwrap(),
            (Record::idle(), 0)
        );
        vault
            .write(|tx| begin(tx, start(), Some(device_key()), "v".into(), 8))
            .unwrap()
            .unwrap();
        let late = vault.write(|tx| advance(tx, granted(), Some(&op_id), 9)).unwrap();
        assert_eq!(late.err(), Some(StateCode::NoRegistration));
        let op_id = vault.read(|tx| Ok(tx.outbox()?[0].op_id.clone())).unwrap();
        let (record, _) = vault
            .write(|tx| advance(tx, granted(), Some(&op_id), 9))
            .unwrap()
            .unwrap();
        assert_eq!(record.state, State::Granted { code: "g".into() });
        assert_eq!(
            vault.read(|tx| Ok((load(tx)?, tx.outbox()?.len()))).unwrap(),
            (record, 0)
        );
    }

    #[test]
    fn consents_are_kept_with_the_answer_that_carries_them() {
        let dir = tempfile::tempdir().unwrap();
        let vault = vault(dir.path());
        let decision = |kind, given| ConsentDecision {
            kind,
            version: 1,
            scope: "registration".into(),
            given,
        };
        let decisions = vec![
            decision(ConsentKind::General, true),
            decision(ConsentKind::FaceData, false),
        ];
        let reply = permitcard_protocol::registration::InsufficientAuthorization {
            error: "insufficient_authorization".into(),
            auth_session: "s".into(),
            interaction_type_required: permitcard_protocol::registration::InteractionType::Consent,
            interaction_types_allowed: vec![],
            code: None,
            tries_left: None,
            retry_after: None,
            consents: None,
            one_time_code: None,
            launches: vec![],
            session_reference: None,
        };
        vault
            .write(|tx| begin(tx, start(), Some(device_key()), "v".into(), 5))
            .unwrap()
            .unwrap();
        let stepped = Event::Stepped(machine::Step {
            reply,
            received_at: 6,
            refused: None,
        });
        vault.write(|tx| advance(tx, stepped, None, 6)).unwrap().unwrap();
        let answer = Event::Answer {
            answer: WireAnswer::Consent(decisions),
        };
        vault.write(|tx| advance(tx, answer, None, 7)).unwrap().unwrap();
        let kept = vault.read(|tx| tx.list(Table::Consent)).unwrap();
        let kept: Vec<ConsentRecord> = kept
            .iter()
            .map(|(_, value)| serde_json::from_slice(value).unwrap())
            .collect();
        assert_eq!(kept.len(), 2);
        assert!(kept.iter().all(|consent| consent.at == 7));
        assert!(
            kept.iter()
                .any(|consent| consent.decision.kind == ConsentKind::FaceData && !consent.decision.given)
        );
    }

    #[test]
    fn stored_forms_are_frozen() {
        let public = PublicKey::from_coordinates(Curve::P256, &[1; 32], &[2; 32]).unwrap();
        let record = Record {
            state: State::Starting,
            key: Some(DeviceKey {
                key_id: "k".into(),
                public,
            }),
            code_verifier: "v".into(),
            tier_2: false,
            claimed: None,
        };
        let json = concat!(
            r#"{"state":"starting","key":{"key_id":"k","#,
            r#""point":"BAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI"},"#,
            r#""code_verifier":"v"}"#
        );
        assert_eq!(serde_json::to_string(&record).unwrap(), json);
        assert_eq!(serde_json::from_str::<Record>(json).unwrap(), record);
        assert!(serde_json::from_str::<Record>(&json.replace("BAEB", "AAEB")).is_err());
        let further = Record {
            tier_2: true,
            claimed: Some(ClaimedName {
                name: "GARCIA<LOPEZ<<MARIA".into(),
                issuer: "ESP".into(),
            }),
            ..record
        };
        let json = json.replace(
            r#""code_verifier":"v""#,
            r#""code_verifier":"v","tier_2":true,"claimed":{"name":"GARCIA<LOPEZ<<MARIA","issuer":"ESP"}"#,
        );
        assert_eq!(serde_json::to_string(&further).unwrap(), json);
        assert_eq!(serde_json::from_str::<Record>(&json).unwrap(), further);

        let decision = ConsentDecision {
            kind: ConsentKind::FaceData,
            version: 1,
            scope: "registration".into(),
            given: true,
        };
        let consent = ConsentRecord { decision, at: 7 };
        let json = r#"{"decision":{"kind":"face-data","version":1,"scope":"registration","given":true},"at":7}"#;
        assert_eq!(serde_json::to_string(&consent).unwrap(), json);
        assert_eq!(serde_json::from_str::<ConsentRecord>(json).unwrap(), consent);
    }
}
