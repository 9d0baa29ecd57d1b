//! The holder's consents after registration: what counts, what rests on it, and its withdrawal (PIPL 15 and 47; Measures for
//! Facial Recognition, in force 1 June 2025).

use permitcard_protocol::{
    WireCode,
    consents::{ConsentStatus, ConsentsResponse, WithdrawalEffect, WithdrawalRequest, WithdrawalResponse},
    registration::{ConsentKind, InteractionType},
};

use crate::{
    AuthorityError,
    http::{Call, Fault, Reply},
    outgoing,
    registration::consent_asked_today,
    store::{GrantEnd, KeptConsent, Tx},
};

/// The steps that stand on the consent for face data.
const FACE: &[InteractionType] = &[InteractionType::FaceCheck];
/// The steps that stand on the consent for social security services.
const REAL_NAME: &[InteractionType] = &[InteractionType::BankCard, InteractionType::Sim];

/// `GET /consents`.
pub(crate) fn consents(call: &Call, tx: &Tx<'_>) -> Result<Reply, Fault> {
    let holder = Holder::of(call)?;
    let kept = tx.consents(holder.person, holder.jkt)?;
    let mut consents = Vec::new();
    for kind in ConsentKind::ALL {
        let Some(consent) = kept.iter().find(|consent| consent.kind == kind.name()) else {
            continue;
        };
        let today = consent_asked_today(*kind);
        consents.push(ConsentStatus {
            kind: *kind,
            version: consent.version,
            scope: consent.scope.clone(),
            given: consent.given,
            decided_at: consent.decided_at,
            withdrawn_at: consent.withdrawn_at,
            outdated: today != Some((consent.version, consent.scope.as_str())),
            effect: holder.effect(tx, *kind, consent)?,
        });
    }
    Ok(Reply::json(200, &ConsentsResponse { consents }))
}

/// `POST /consents/withdrawal`. What rested on the consent is deleted in the same transaction; the decision itself stays,
/// with the time of its withdrawal, because it has to be proven that it was asked for.
pub(crate) fn withdraw(call: &Call, tx: &Tx<'_>) -> Result<Reply, Fault> {
    let request: WithdrawalRequest = serde_json::from_slice(&call.body).map_err(|_| WireCode::RequestMalformed)?;
    let holder = Holder::of(call)?;
    let kind = request.kind;
    let kept = tx.consents(holder.person, holder.jkt)?;
    let counts = |consent: &&KeptConsent| consent.kind == kind.name() && consent.counts();
    let Some(consent) = kept.iter().find(counts) else {
        return Ok(Reply::json(
            200,
            &WithdrawalResponse {
                kind,
                withdrawn_at: None,
                effect: WithdrawalEffect::CardStays,
                records_deleted: 0,
            },
        ));
    };
    let effect = holder.effect(tx, kind, consent)?;
    tx.withdraw_consent(holder.person, holder.jkt, kind.name(), call.now)?;
    let steps = match kind {
        ConsentKind::General => None,
        ConsentKind::FaceData => Some(names(FACE)),
        ConsentKind::SocialSecurity => Some(names(REAL_NAME)),
    };
    let records_deleted = tx.delete_evidence(holder.person, holder.jkt, steps.as_deref(), call.now)?;
    match effect {
        WithdrawalEffect::CardEnds => {
            tx.end_card_of_key(holder.person, holder.jkt, GrantEnd::ConsentWithdrawn)?;
            let person = tx.person(holder.person)?.ok_or(AuthorityError::DataDamaged)?;
            let message = outgoing::Message {
                person: Some(holder.person),
                contact: person.contact.as_deref(),
                kind: outgoing::Kind::ConsentWithdrawn,
            };
            outgoing::put(tx, &message, call.now)?;
        }
        WithdrawalEffect::ServicesEnd => {
            tx.lower_tier(holder.person, holder.jkt)?;
            tx.bump_card_version(holder.person)?;
        }
        WithdrawalEffect::CardStays | WithdrawalEffect::Unknown => {}
    }
    Ok(Reply::json(
        200,
        &WithdrawalResponse {
            kind,
            withdrawn_at: Some(call.now),
            effect,
            records_deleted,
        },
    ))
}

/// A person on one phone.
struct Holder<'a> {
    person: &'a str,
    jkt: &'a str,
    tier: u8,
}

impl<'a> Holder<'a> {
    fn of(call: &'a Call) -> Result<Self, Fault> {
        let grant = call.grant()?;
        Ok(Self {
            person: &grant.person,
            jkt: &grant.jkt,
            tier: grant.tier,
        })
    }

    /// What a withdrawal would mean for the card.
    fn effect(
        &self,
        tx: &Tx<'_>,
        kind: ConsentKind,
        consent: &KeptConsent,
    ) -> Result<WithdrawalEffect, AuthorityError> {
        if !consent.counts() {
            return Ok(WithdrawalEffect::CardStays);
        }
        Ok(match kind {
            ConsentKind::General => WithdrawalEffect::CardEnds,
            ConsentKind::FaceData => {
                // A clerk who looked at passport and person stands for document and face: such a card rests on no face data.
                let ways = names(&[InteractionType::FaceCheck, InteractionType::InPersonCode]);
                let passed = tx.last_passed(self.person, self.jkt, &ways)?;
                let has = |step: InteractionType| passed.iter().any(|name| name == step.name());
                if has(InteractionType::FaceCheck) && !has(InteractionType::InPersonCode) {
                    WithdrawalEffect::CardEnds
                } else {
                    WithdrawalEffect::CardStays
                }
            }
            ConsentKind::SocialSecurity if self.tier > 1 => WithdrawalEffect::ServicesEnd,
            ConsentKind::SocialSecurity => WithdrawalEffect::CardStays,
        })
    }
}

fn names(steps: &[InteractionType]) -> Vec<&'static str> {
    steps.iter().map(|step| step.name()).collect()
}
