//! Providers that answer at once: the register is the database, every check passes, and messages are kept in memory.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use permitcard_crypto::hash::sha256;
use permitcard_protocol::registration::ClaimedNumber;

use super::TestClock;
use crate::{
    providers::{
        Check, CheckKind, CheckRef, CheckRequest, Checker, DocumentFacts, Environment, Eraser, MessageToSend,
        Messenger, Outcome, ProviderError, ProviderFuture, Providers, Register, RegisterRecord, StartedCheck,
    },
    store::{Person, Store},
};

/// What is outside of the authority and goes on when it is restarted: messages that were sent, checks that were started.
#[derive(Clone)]
pub(crate) struct Sent {
    clock: Arc<TestClock>,
    messages: Arc<Mutex<Vec<(i64, MessageToSend)>>>,
    down: Arc<AtomicBool>,
    started: Arc<Mutex<Vec<CheckRequest>>>,
}

impl Sent {
    pub(super) fn new(clock: Arc<TestClock>) -> Self {
        Self {
            clock,
            messages: Arc::default(),
            down: Arc::default(),
            started: Arc::default(),
        }
    }

    /// The newest code that a person got.
    pub(crate) fn code(&self, person: &str) -> Option<String> {
        let sent = self.messages.lock().unwrap();
        let mut codes = sent.iter().rev().filter(|(_, message)| message.person == person);
        codes.find_map(|(_, message)| message.kind.code().map(str::to_owned))
    }

    /// When a person was told something of a kind.
    pub(crate) fn times(&self, person: &str, kind: &str) -> Vec<i64> {
        let sent = self.messages.lock().unwrap();
        let is_it = |message: &MessageToSend| message.person == person && message.kind.name() == kind;
        let of_kind = sent.iter().filter(|(_, message)| is_it(message));
        of_kind.map(|(at, _)| *at).collect()
    }

    /// Whether messages can be delivered at all.
    pub(crate) fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// The names under which a provider takes each message once.
    pub(crate) fn ids(&self) -> Vec<String> {
        let sent = self.messages.lock().unwrap();
        sent.iter().map(|(_, message)| message.id.clone()).collect()
    }

    /// The checks that a provider keeps, by their nonces.
    pub(crate) fn checks(&self) -> Vec<String> {
        let started = self.started.lock().unwrap();
        started.iter().map(|request| request.nonce.clone()).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.messages.lock().unwrap().len()
    }
}

pub(super) fn at_hand(store: &Arc<Store>, sent: Sent) -> Providers {
    let checker = Arc::new(Passing {
        store: Arc::clone(store),
        started: Arc::clone(&sent.started),
        down: Arc::clone(&sent.down),
    });
    Providers {
        register: Arc::new(FromDatabase(Arc::clone(store))),
        messenger: Arc::new(sent),
        documents: checker.clone(),
        faces: checker.clone(),
        bank_cards: checker.clone(),
        sims: checker.clone(),
        senders: Arc::default(),
        erasers: Arc::new(BTreeMap::from([("at-hand".to_owned(), checker as Arc<dyn Eraser>)])),
    }
}

struct FromDatabase(Arc<Store>);

fn record(person: Person, now: i64) -> RegisterRecord {
    let birth = chrono::NaiveDate::default() + chrono::TimeDelta::days(person.birth_day);
    RegisterRecord {
        ended: person.has_ended(now),
        person: person.id,
        permit_number: person.permit_number,
        mrz_name: person.mrz_name,
        passport: person.passport,
        passport_issuer: person.passport_issuer,
        birth_date: birth.to_string(),
        contact: person.contact,
    }
}

fn find(store: &Store, number: &ClaimedNumber) -> Result<Option<Person>, ProviderError> {
    let found = store.read(|tx| match number {
        ClaimedNumber::PermitNumber(number) => tx.person_by_permit(number),
        ClaimedNumber::SocialSecurityNumber(number) => tx.person_by_social_security(number),
    });
    found.map_err(|_: crate::AuthorityError| ProviderError)
}

impl Register for FromDatabase {
    fn environment(&self) -> Environment {
        Environment::Test
    }

    fn find(&self, number: ClaimedNumber, now: i64) -> ProviderFuture<'_, Option<RegisterRecord>> {
        Box::pin(async move { Ok(find(&self.0, &number)?.map(|person| record(person, now))) })
    }
}

impl Messenger for Sent {
    fn environment(&self) -> Environment {
        Environment::Test
    }

    fn send(&self, message: MessageToSend) -> ProviderFuture<'_, ()> {
        Box::pin(async move {
            if self.down.load(Ordering::SeqCst) {
                return Err(ProviderError);
            }
            let at = self.clock.0.load(Ordering::SeqCst);
            self.messages.lock().unwrap().push((at, message));
            Ok(())
        })
    }
}

/// Passes every check that was started, with the document that was claimed. The receipt is the nonce.
struct Passing {
    store: Arc<Store>,
    /// With the provider, which is not restarted with the authority.
    started: Arc<Mutex<Vec<CheckRequest>>>,
    down: Arc<AtomicBool>,
}

impl Eraser for Passing {
    fn erase(&self, check: CheckRef) -> ProviderFuture<'_, ()> {
        Box::pin(async move {
            if self.down.load(Ordering::SeqCst) {
                return Err(ProviderError);
            }
            let is_it = |request: &CheckRequest| request.nonce == check.nonce;
            self.started.lock().unwrap().retain(|request| !is_it(request));
            Ok(())
        })
    }
}

impl Checker for Passing {
    fn environment(&self) -> Environment {
        Environment::Test
    }

    fn start(&self, request: CheckRequest) -> ProviderFuture<'_, StartedCheck> {
        Box::pin(async move {
            let kept = self.store.write(|tx| tx.put_open_check("at-hand", &request));
            kept.map_err(|_| ProviderError)?;
            let started = StartedCheck {
                provider: "at-hand".into(),
                url: "https://provider.invalid".into(),
                token: request.nonce.clone(),
            };
            self.started.lock().unwrap().push(request);
            Ok(started)
        })
    }

    fn result(&self, check: CheckRef) -> ProviderFuture<'_, Option<Check>> {
        Box::pin(async move {
            let started = self.started.lock().unwrap();
            let request = started.iter().rev().find(|request| request.nonce == check.nonce);
            let Some(request) = request.cloned() else {
                return Ok(None);
            };
            drop(started);
            let person = find(&self.store, &request.number)?;
            let birth_date = person.map_or("1970-01-01".to_owned(), |person| record(person, 0).birth_date);
            let read = request.document.clone().filter(|_| request.kind == CheckKind::Document);
            let document = read.map(|document| DocumentFacts {
                number: document.number,
                issuer: document.issuer,
                birth_date,
                mrz_name: document.mrz_name,
            });
            Ok(Some(Check {
                kind: request.kind,
                session: request.session,
                jkt: request.jkt,
                outcome: Outcome::Passed,
                provider: "at-hand".into(),
                method: "none".into(),
                environment: Environment::Test,
                performed_at: request.now,
                sequence: 1,
                receipt: sha256(request.nonce.as_bytes()),
                evidence: [7; 32],
                document,
                nonce: request.nonce,
            }))
        })
    }
}
