use std::sync::Arc;

use permitcard_crypto::mac::verify_equal;
use permitcard_protocol::registration::{ClaimedNumber, IdentityClaim};

use super::blocking;
use crate::{
    providers::{Environment, ProviderFuture, Register, RegisterMatch},
    store::{Person, Store},
};

/// The invented people of the database. It holds the names as the machine-readable zone has them and compares exactly.
pub(super) struct SandboxRegister {
    pub(super) store: Arc<Store>,
}

impl Register for SandboxRegister {
    fn environment(&self) -> Environment {
        Environment::Test
    }

    fn find(&self, claim: IdentityClaim, now: i64) -> ProviderFuture<'_, Option<RegisterMatch>> {
        Box::pin(blocking(&self.store, move |store| {
            let person = store.read(|tx| match &claim.number {
                ClaimedNumber::PermitNumber(number) => tx.person_by_permit(number),
                ClaimedNumber::SocialSecurityNumber(number) => tx.person_by_social_security(number),
            })?;
            Ok(person
                .filter(|person| matches(person, &claim) && !person.has_ended(now))
                .map(|person| RegisterMatch {
                    person: person.id,
                    permit_number: person.permit_number,
                    contact: person.contact,
                }))
        }))
    }
}

fn matches(person: &Person, claim: &IdentityClaim) -> bool {
    [
        (&person.mrz_name, &claim.name),
        (&person.passport, &claim.document.number),
        (&person.passport_issuer, &claim.document.issuer),
    ]
    .into_iter()
    .fold(true, |all, (known, claimed)| {
        verify_equal(known.as_bytes(), claimed.as_bytes()).is_ok() && all
    })
}
