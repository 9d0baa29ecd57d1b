//! Providers that fail or hang. Time stands still and jumps to the next limit.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use permitcard_protocol::{
    WireCode,
    registration::{ClaimedNumber, InteractionType, OneTimeCodeAnswer, StepAnswer},
};
use tokio::time::Instant;

use super::{Flow, Next, code_of, receipt_of};
use crate::{
    outgoing,
    providers::{
        Check, CheckRef, CheckRequest, Checker, Environment, MessageToSend, Messenger, ProviderError, ProviderFuture,
        Register, RegisterRecord, StartedCheck,
    },
};

const LIMIT: Duration = Duration::from_secs(20);

/// A provider that never answers.
struct Hung;

impl Register for Hung {
    fn environment(&self) -> Environment {
        Environment::Test
    }

    fn find(&self, _: ClaimedNumber, _: i64) -> ProviderFuture<'_, Option<RegisterRecord>> {
        Box::pin(std::future::pending())
    }
}

impl Messenger for Hung {
    fn environment(&self) -> Environment {
        Environment::Test
    }

    fn send(&self, _: MessageToSend) -> ProviderFuture<'_, ()> {
        Box::pin(std::future::pending())
    }
}

impl Checker for Hung {
    fn environment(&self) -> Environment {
        Environment::Test
    }

    fn start(&self, _: CheckRequest) -> ProviderFuture<'_, StartedCheck> {
        Box::pin(std::future::pending())
    }

    fn result(&self, _: CheckRef) -> ProviderFuture<'_, Option<Check>> {
        Box::pin(std::future::pending())
    }
}

/// Starts no check, or says no result, while it is down.
struct Sometimes {
    checker: Arc<dyn Checker>,
    starts: Arc<AtomicBool>,
    results: Arc<AtomicBool>,
}

impl Checker for Sometimes {
    fn environment(&self) -> Environment {
        Environment::Test
    }

    fn start(&self, request: CheckRequest) -> ProviderFuture<'_, StartedCheck> {
        if !self.starts.load(Ordering::SeqCst) {
            return Box::pin(async { Err(ProviderError) });
        }
        self.checker.start(request)
    }

    fn result(&self, check: CheckRef) -> ProviderFuture<'_, Option<Check>> {
        if !self.results.load(Ordering::SeqCst) {
            return Box::pin(async { Err(ProviderError) });
        }
        self.checker.result(check)
    }
}

/// A register that can be asked only sometimes.
struct Away {
    register: Arc<dyn Register>,
    there: Arc<AtomicBool>,
}

impl Register for Away {
    fn environment(&self) -> Environment {
        Environment::Test
    }

    fn find(&self, number: ClaimedNumber, now: i64) -> ProviderFuture<'_, Option<RegisterRecord>> {
        if !self.there.load(Ordering::SeqCst) {
            return Box::pin(async { Err(ProviderError) });
        }
        self.register.find(number, now)
    }
}

fn switch(on: bool) -> Arc<AtomicBool> {
    Arc::new(AtomicBool::new(on))
}

/// A flow whose checks start and report as the switches say.
fn sometimes(starts: &Arc<AtomicBool>, results: &Arc<AtomicBool>) -> Flow {
    let over = |checker: &Arc<dyn Checker>| {
        Arc::new(Sometimes {
            checker: Arc::clone(checker),
            starts: Arc::clone(starts),
            results: Arc::clone(results),
        })
    };
    Flow::new(|providers| {
        providers.documents = over(&providers.documents);
        providers.faces = over(&providers.faces);
    })
}

const DOCUMENT: InteractionType = InteractionType::DocumentCheck;

#[tokio::test(start_paused = true)]
async fn a_register_that_hangs_is_unavailable_and_costs_no_try() {
    let mut flow = Flow::new(|providers| providers.register = Arc::new(Hung));
    let began = Instant::now();
    let next = flow.claim("suharto").await;
    assert_eq!(began.elapsed().as_secs(), LIMIT.as_secs());
    assert_eq!(
        (next.code, next.tries_left),
        (Some(WireCode::CheckUnavailable), Some(5))
    );
    assert_eq!(next.interaction_type_required, InteractionType::IdentityClaim);
    assert_eq!(next.interaction_types_allowed, [InteractionType::InPersonCode]);
}

#[tokio::test(start_paused = true)]
async fn a_check_that_hangs_at_its_start_is_unavailable() {
    let mut flow = Flow::new(|providers| providers.documents = Arc::new(Hung));
    let began = Instant::now();
    let next = flow.claim("suharto").await;
    assert_eq!(began.elapsed().as_secs(), LIMIT.as_secs());
    assert!(next.interaction_types_allowed.contains(&DOCUMENT));
    assert_eq!(
        (next.code, next.launch(DOCUMENT)),
        (Some(WireCode::CheckUnavailable), None)
    );
}

/// Nobody learns from an answer whether a code is sent, so nothing waits for it.
#[tokio::test(start_paused = true)]
async fn a_code_that_hangs_holds_no_answer_back_and_is_told_of_only_after_the_proof() {
    let mut flow = Flow::new(|providers| providers.messenger = Arc::new(Hung));
    let began = Instant::now();
    let next = flow.claim("maria").await;
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert!(next.one_time_code.is_some() && next.code.is_none());
    outgoing::send_due(&flow.app).await;
    assert!(began.elapsed() >= LIMIT);
    // It could not be delivered. A wrong code is a wrong code, as for a permit that nobody has.
    let next = flow.answer(code_of("123456")).await;
    assert_eq!((next.code, next.tries_left), (Some(WireCode::CodeWrong), Some(4)));
    assert_eq!(
        next.one_time_code.as_ref().map(|code| code.resend_after > 0),
        Some(true)
    );
    // With the document proven, the holder learns it, and may ask for another one at once.
    let receipt = flow.run_check(&next, DOCUMENT);
    let next = flow.document(&receipt).await;
    assert_eq!(
        (next.code, next.one_time_code.as_ref().unwrap().resend_after),
        (None, 0)
    );
    let next = flow.answer(code_of("123456")).await;
    assert_eq!(next.code, Some(WireCode::CheckUnavailable));
}

#[tokio::test]
async fn a_check_that_could_not_start_is_started_by_any_answer_and_costs_nothing() {
    let (starts, results) = (switch(false), switch(true));
    let mut flow = sometimes(&starts, &results);
    let next = flow.claim("suharto").await;
    assert_eq!(
        (next.code, next.launch(DOCUMENT)),
        (Some(WireCode::CheckUnavailable), None)
    );
    for _ in 0..7 {
        let next = flow.document("random").await;
        assert_eq!(
            (next.code, next.launch(DOCUMENT)),
            (Some(WireCode::CheckUnavailable), None)
        );
        assert_eq!(next.tries_left, Some(5));
    }
    starts.store(true, Ordering::SeqCst);
    let first = flow.document("random").await;
    assert_eq!(first.code, None);
    assert!(first.launch(DOCUMENT).is_some());
    // A receipt that was lost costs one try, and brings another launch.
    flow.run_check(&first, DOCUMENT);
    let second = flow.document("random").await;
    assert_eq!(
        (second.code, second.tries_left),
        (Some(WireCode::ReceiptRefused), Some(4))
    );
    assert_ne!(second.launch(DOCUMENT), first.launch(DOCUMENT));
    let receipt = flow.run_check(&second, DOCUMENT);
    let next = flow.document(&receipt).await;
    assert_eq!(next.interaction_type_required, InteractionType::Consent);

    // The face check as well.
    starts.store(false, Ordering::SeqCst);
    let next = flow.consent().await;
    let face = InteractionType::FaceCheck;
    assert_eq!(next.interaction_type_required, face);
    assert_eq!((next.code, next.launch(face)), (Some(WireCode::CheckUnavailable), None));
    starts.store(true, Ordering::SeqCst);
    let next = flow.answer(StepAnswer::FaceCheck(receipt_of("random"))).await;
    assert_eq!((next.code, next.tries_left), (None, Some(5)));
    let receipt = flow.run_check(&next, face);
    let end = flow.try_answer(StepAnswer::FaceCheck(receipt_of(&receipt))).await;
    assert!(matches!(end, Ok(Next::Granted)));
}

#[tokio::test]
async fn an_answer_to_another_open_step_starts_a_check_that_could_not_start() {
    let (starts, results) = (switch(false), switch(true));
    let mut flow = sometimes(&starts, &results);
    let next = flow.claim("maria").await;
    assert_eq!(
        (next.code, next.launch(DOCUMENT)),
        (Some(WireCode::CheckUnavailable), None)
    );
    starts.store(true, Ordering::SeqCst);
    let code = flow.code_of("maria").await.unwrap();
    let next = flow.answer(code_of(&code)).await;
    assert_eq!((next.code, next.tries_left), (None, Some(5)));
    assert!(next.launch(DOCUMENT).is_some());
}

/// Unavailable is never passed, and a good receipt is not lost by it.
#[tokio::test]
async fn a_provider_that_cannot_be_asked_passes_nothing_and_uses_nothing_up() {
    let (starts, results) = (switch(true), switch(false));
    let mut flow = sometimes(&starts, &results);
    let next = flow.claim("suharto").await;
    let receipt = flow.run_check(&next, DOCUMENT);
    for _ in 0..7 {
        let again = flow.document(&receipt).await;
        assert_eq!(again.code, Some(WireCode::CheckUnavailable));
        assert_eq!(again.tries_left, Some(5));
        assert_eq!(again.launch(DOCUMENT), next.launch(DOCUMENT));
    }
    results.store(true, Ordering::SeqCst);
    let next = flow.document(&receipt).await;
    assert_eq!(
        (next.code, next.interaction_type_required),
        (None, InteractionType::Consent)
    );
}

#[tokio::test]
async fn a_register_that_is_away_uses_no_receipt_up() {
    let there = switch(true);
    let mut flow = Flow::new(|providers| {
        providers.register = Arc::new(Away {
            register: Arc::clone(&providers.register),
            there: Arc::clone(&there),
        });
    });
    let next = flow.claim("suharto").await;
    let receipt = flow.run_check(&next, DOCUMENT);
    there.store(false, Ordering::SeqCst);
    let again = flow.document(&receipt).await;
    assert_eq!(
        (again.code, again.tries_left),
        (Some(WireCode::CheckUnavailable), Some(5))
    );
    let resend = StepAnswer::OneTimeCode(OneTimeCodeAnswer::Resend(true));
    assert_eq!(flow.answer(resend).await.code, Some(WireCode::CheckUnavailable));
    there.store(true, Ordering::SeqCst);
    let next = flow.document(&receipt).await;
    assert_eq!(
        (next.code, next.interaction_type_required),
        (None, InteractionType::Consent)
    );
}

/// A provider that reads what the document says, whatever name was claimed.
struct Reads {
    documents: Arc<dyn Checker>,
    mrz_name: String,
}

impl Checker for Reads {
    fn environment(&self) -> Environment {
        self.documents.environment()
    }

    fn start(&self, request: CheckRequest) -> ProviderFuture<'_, StartedCheck> {
        self.documents.start(request)
    }

    fn result(&self, check: CheckRef) -> ProviderFuture<'_, Option<Check>> {
        Box::pin(async move {
            let mut found = self.documents.result(check).await?;
            if let Some(document) = found.as_mut().and_then(|check| check.document.as_mut()) {
                document.mrz_name.clone_from(&self.mrz_name);
            }
            Ok(found)
        })
    }
}

#[tokio::test]
async fn a_name_that_the_document_puts_right_gets_its_code() {
    let mut flow = Flow::new(|providers| {
        providers.documents = Arc::new(Reads {
            documents: Arc::clone(&providers.documents),
            mrz_name: "GARCIA<LOPEZ<<MARIA".into(),
        });
    });
    flow.start().await;
    flow.consent().await;
    let mut claim = flow.claim_of("maria");
    assert_eq!(claim.name, "GARCIA<LOPEZ<<MARIA");
    claim.name = "GRACIA<<MARTA".into();
    let next = flow.answer(StepAnswer::IdentityClaim(claim)).await;
    assert_eq!(flow.code_of("maria").await, None, "the claim is not right");
    let receipt = flow.run_check(&next, DOCUMENT);
    let next = flow.document(&receipt).await;
    assert_eq!(next.code, None);
    assert!(next.one_time_code.is_some(), "the code is still needed");
    let sent = flow.code_of("maria").await.unwrap();
    // Guesses count for the person from here on, and the code passes.
    let next = flow.answer(code_of(&sent)).await;
    assert_eq!((next.code, next.one_time_code), (None, None));
}
