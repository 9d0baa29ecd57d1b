//! Registration with providers that fail or hang. Time stands still and jumps to the next limit.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use permitcard_crypto::ecdsa::{Curve, SigningKey};
use permitcard_protocol::{
    WireCode,
    issuance::CONFIGURATION_SD_CWT,
    registration::{
        ChallengeRequest, ClaimedNumber, ConsentDecision, IdentityClaim, InsufficientAuthorization, InteractionType,
        OneTimeCodeAnswer, ReceiptAnswer, StepAnswer, TravelDocument,
    },
};
use tokio::time::Instant;

use super::{apply, consult, deliver, load};
use crate::{
    AuthorityOptions,
    app::App,
    http::{Call, Caller, Fault},
    providers::{
        CheckRequest, Checker, CodeSender, CodeToSend, Environment, ProviderError, ProviderFuture, Providers, Register,
        RegisterMatch, StartedCheck, sandbox,
    },
    server,
};

const LIMIT: Duration = Duration::from_secs(20);

/// A provider that never answers.
struct Hung;

impl Register for Hung {
    fn environment(&self) -> Environment {
        Environment::Test
    }

    fn find(&self, _: IdentityClaim, _: i64) -> ProviderFuture<'_, Option<RegisterMatch>> {
        Box::pin(std::future::pending())
    }
}

impl CodeSender for Hung {
    fn environment(&self) -> Environment {
        Environment::Test
    }

    fn send(&self, _: CodeToSend) -> ProviderFuture<'_, ()> {
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
}

/// Starts no check while it is down.
struct Sometimes {
    checker: Arc<dyn Checker>,
    down: Arc<AtomicBool>,
}

impl Checker for Sometimes {
    fn environment(&self) -> Environment {
        Environment::Test
    }

    fn start(&self, request: CheckRequest) -> ProviderFuture<'_, StartedCheck> {
        if self.down.load(Ordering::SeqCst) {
            return Box::pin(async { Err(ProviderError) });
        }
        self.checker.start(request)
    }
}

/// A holder, as the endpoint calls the three parts.
struct Flow {
    app: Arc<App>,
    caller: Caller,
    session: String,
    _dir: tempfile::TempDir,
}

impl Flow {
    fn new(change: impl FnOnce(&mut Providers)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let app = server::app_with(AuthorityOptions::new(dir.path()), |store, url| {
            let mut providers = Providers::sandbox(store, url);
            change(&mut providers);
            providers
        });
        let key = SigningKey::generate(Curve::P256).unwrap();
        Self {
            app: app.unwrap(),
            caller: Caller {
                jkt: "jkt".into(),
                key: key.public_key().clone(),
                grant: None,
            },
            session: String::new(),
            _dir: dir,
        }
    }

    async fn send(&mut self, request: &ChallengeRequest) -> Result<InsufficientAuthorization, Fault> {
        let call = Call {
            now: self.app.now().unwrap(),
            app: Arc::clone(&self.app),
            caller: Some(self.caller.clone()),
            parameter: String::new(),
            accept: String::new(),
            body: request.to_form().into_bytes(),
        };
        let loaded = self.app.store.write(|tx| load(&call, tx))?;
        let consulted = consult(&self.app, &loaded, call.now).await;
        let (reply, code) = self.app.store.write(|tx| apply(&call, tx, loaded, consulted))?;
        if let Some(code) = code {
            deliver(&self.app, code).await;
        }
        let next: InsufficientAuthorization = serde_json::from_slice(&reply.to_stored()[3..]).unwrap();
        self.session.clone_from(&next.auth_session);
        Ok(next)
    }

    async fn answer(&mut self, answer: StepAnswer) -> InsufficientAuthorization {
        let request = ChallengeRequest::Answer {
            auth_session: self.session.clone(),
            answer,
        };
        self.send(&request).await.unwrap()
    }

    async fn document(&mut self, receipt: &str) -> InsufficientAuthorization {
        let receipt = receipt.to_owned();
        self.answer(StepAnswer::DocumentCheck(ReceiptAnswer { receipt })).await
    }

    async fn consent(&mut self, asked: &InsufficientAuthorization) -> InsufficientAuthorization {
        let asked = asked.consents.as_ref().unwrap().first().unwrap();
        let decision = ConsentDecision {
            kind: asked.kind,
            version: asked.version,
            scope: asked.scope.clone(),
            given: true,
        };
        self.answer(StepAnswer::Consent(vec![decision])).await
    }

    /// Up to the answer to the identity claim.
    async fn claim(&mut self, person: &str) -> InsufficientAuthorization {
        let start = ChallengeRequest::Start {
            client_id: "permitcard".into(),
            code_challenge: "c".repeat(43),
            authorization_details: serde_json::json!([{
                "type": "openid_credential",
                "credential_configuration_id": CONFIGURATION_SD_CWT,
            }])
            .to_string(),
            interaction_types_supported: InteractionType::ALL.to_vec(),
        };
        let asked = self.send(&start).await.unwrap();
        self.consent(&asked).await;
        let person = self.app.store.read(|tx| tx.person(person)).unwrap().unwrap();
        let claim = IdentityClaim {
            name: person.mrz_name,
            number: ClaimedNumber::PermitNumber(person.permit_number),
            document: TravelDocument {
                number: person.passport,
                issuer: person.passport_issuer,
            },
        };
        self.answer(StepAnswer::IdentityClaim(claim)).await
    }

    /// What the provider's kit does with the launch token of an answer.
    fn run_check(&self, step: &InsufficientAuthorization) -> String {
        let token = &step.launch.as_ref().unwrap().token;
        sandbox::run_check(&self.app.store, token, self.app.now().unwrap()).unwrap()
    }
}

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
}

#[tokio::test(start_paused = true)]
async fn a_check_that_hangs_at_its_start_is_unavailable() {
    let mut flow = Flow::new(|providers| providers.documents = Arc::new(Hung));
    let began = Instant::now();
    let next = flow.claim("suharto").await;
    assert_eq!(began.elapsed().as_secs(), LIMIT.as_secs());
    assert_eq!(next.interaction_type_required, InteractionType::DocumentCheck);
    assert_eq!((next.code, next.launch), (Some(WireCode::CheckUnavailable), None));
}

#[tokio::test(start_paused = true)]
async fn a_code_that_hangs_does_not_hold_the_answer_back_for_long() {
    let mut flow = Flow::new(|providers| providers.codes = Arc::new(Hung));
    let began = Instant::now();
    let next = flow.claim("maria").await;
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert!(next.one_time_code.is_some() && next.code.is_none());
    // After its limit it counts as not delivered.
    let undelivered = || {
        let code = flow.app.store.read(|tx| {
            let session = tx.session(&flow.session, "jkt")?.unwrap();
            tx.code(session.id)
        });
        code.unwrap().unwrap().undelivered
    };
    assert!(!undelivered());
    while !undelivered() {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!(began.elapsed() >= LIMIT);
    let next = flow
        .answer(StepAnswer::OneTimeCode(OneTimeCodeAnswer::Code("123456".into())))
        .await;
    assert_eq!(next.code, Some(WireCode::CheckUnavailable));
}

#[tokio::test]
async fn a_check_without_a_launch_has_a_way_on() {
    let down = Arc::new(AtomicBool::new(true));
    let sometimes = |checker: &Arc<dyn Checker>| {
        Arc::new(Sometimes {
            checker: Arc::clone(checker),
            down: Arc::clone(&down),
        })
    };
    let mut flow = Flow::new(|providers| {
        providers.documents = sometimes(&providers.documents);
        providers.faces = sometimes(&providers.faces);
    });
    // It opens without one, and stays so while the provider is down.
    let next = flow.claim("suharto").await;
    assert_eq!((next.code, next.launch), (Some(WireCode::CheckUnavailable), None));
    assert_eq!(next.tries_left, Some(5));
    let next = flow.document("random").await;
    assert_eq!((next.code, next.launch), (Some(WireCode::ReceiptRefused), None));
    assert_eq!(next.tries_left, Some(4));
    // Any receipt starts it when the provider is back, and costs one try.
    down.store(false, Ordering::SeqCst);
    let first = flow.document("random").await;
    assert_eq!(
        (first.code, first.tries_left),
        (Some(WireCode::ReceiptRefused), Some(3))
    );
    assert!(first.launch.is_some());
    // The same where there was a launch, for instance with a receipt that was lost.
    flow.run_check(&first);
    let second = flow.document("random").await;
    assert_eq!(
        (second.code, second.tries_left),
        (Some(WireCode::ReceiptRefused), Some(2))
    );
    assert_ne!(second.launch, first.launch);
    let receipt = flow.run_check(&second);
    let next = flow.document(&receipt).await;
    assert_eq!(next.interaction_type_required, InteractionType::Consent);

    // The face check as well.
    down.store(true, Ordering::SeqCst);
    let next = flow.consent(&next).await;
    assert_eq!(next.interaction_type_required, InteractionType::FaceCheck);
    assert_eq!((next.code, next.launch), (Some(WireCode::CheckUnavailable), None));
    down.store(false, Ordering::SeqCst);
    let face = |receipt: &str| {
        StepAnswer::FaceCheck(ReceiptAnswer {
            receipt: receipt.to_owned(),
        })
    };
    let next = flow.answer(face("random")).await;
    assert_eq!((next.code, next.tries_left), (Some(WireCode::ReceiptRefused), Some(4)));
    assert!(!flow.run_check(&next).is_empty());
}

#[tokio::test]
async fn an_answer_to_another_open_step_starts_a_check_that_could_not_start() {
    let down = Arc::new(AtomicBool::new(true));
    let mut flow = Flow::new(|providers| {
        providers.documents = Arc::new(Sometimes {
            checker: Arc::clone(&providers.documents),
            down: Arc::clone(&down),
        });
    });
    let next = flow.claim("maria").await;
    assert_eq!((next.code, next.launch), (Some(WireCode::CheckUnavailable), None));
    down.store(false, Ordering::SeqCst);
    let code = flow.app.store.read(|tx| tx.mail(Some("maria"))).unwrap()[0]
        .code
        .clone();
    let next = flow
        .answer(StepAnswer::OneTimeCode(OneTimeCodeAnswer::Code(code)))
        .await;
    assert_eq!((next.code, next.tries_left), (None, Some(5)));
    assert!(next.launch.is_some());
}
