//! Registration inside of this process: with providers that fail or hang, and against random answers.

mod answers;
mod machine;
mod trouble;

use std::sync::Arc;

use permitcard_crypto::ecdsa::{Curve, SigningKey};
use permitcard_protocol::{
    issuance::CONFIGURATION_SD_CWT,
    registration::{
        AuthorizationGranted, ChallengeRequest, ClaimedNumber, ConsentDecision, IdentityClaim, InPersonCodeAnswer,
        InsufficientAuthorization, InteractionType, OneTimeCodeAnswer, ReceiptAnswer, StepAnswer, Tier, TravelDocument,
    },
};

use super::{apply, consult, load, window};
use crate::{
    AuthorityOptions, Limits,
    app::App,
    http::{Call, Caller, Fault},
    outgoing,
    proofs::TestClock,
    providers::{Providers, sandbox},
    server,
};

/// What an answer led to.
enum Next {
    Step(Box<InsufficientAuthorization>),
    Granted,
}

/// A holder, as the endpoint calls the three parts.
struct Flow {
    app: Arc<App>,
    caller: Caller,
    session: String,
    last: Option<InsufficientAuthorization>,
    _dir: tempfile::TempDir,
}

impl Flow {
    fn new(change: impl FnOnce(&mut Providers)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let options = AuthorityOptions {
            clock: Arc::new(TestClock::new()),
            limits: Limits {
                claims_per_hour: u32::MAX,
                starts_per_hour: u32::MAX,
                starts_per_hour_in_all: u32::MAX,
                codes_per_day: u32::MAX,
                ..Limits::default()
            },
            ..AuthorityOptions::new(dir.path())
        };
        let app = server::app_with(options, |store, _| {
            let mut providers = Providers::direct(store);
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
            last: None,
            _dir: dir,
        }
    }

    fn now(&self) -> i64 {
        self.app.now().unwrap()
    }

    async fn try_send(&mut self, request: &ChallengeRequest) -> Result<Next, Fault> {
        let call = Call {
            now: self.now(),
            app: Arc::clone(&self.app),
            caller: Some(self.caller.clone()),
            parameter: String::new(),
            accept: String::new(),
            webhook: crate::providers::WebhookHeaders::default(),
            peer: None,
            body: request.to_form().into_bytes(),
        };
        let loaded = self.app.store.write(|tx| load(&call, tx))?;
        let consulted = consult(&self.app, &loaded, call.now).await;
        let reply = self.app.store.write(|tx| apply(&call, tx, loaded, consulted))?;
        let body = reply.to_stored().split_off(3);
        if reply.status == 200 {
            let granted: AuthorizationGranted = serde_json::from_slice(&body).unwrap();
            assert!(!granted.authorization_code.is_empty());
            return Ok(Next::Granted);
        }
        let next: InsufficientAuthorization = serde_json::from_slice(&body).unwrap();
        self.session.clone_from(&next.auth_session);
        self.last = Some(next.clone());
        Ok(Next::Step(Box::new(next)))
    }

    async fn try_answer(&mut self, answer: StepAnswer) -> Result<Next, Fault> {
        let request = ChallengeRequest::Answer {
            auth_session: self.session.clone(),
            answer,
        };
        self.try_send(&request).await
    }

    async fn answer(&mut self, answer: StepAnswer) -> InsufficientAuthorization {
        match self.try_answer(answer).await.unwrap() {
            Next::Step(next) => *next,
            Next::Granted => panic!("granted"),
        }
    }

    async fn document(&mut self, receipt: &str) -> InsufficientAuthorization {
        self.answer(StepAnswer::DocumentCheck(receipt_of(receipt))).await
    }

    fn consent_answer(&self, given: bool) -> StepAnswer {
        let asked = self.last.as_ref().unwrap().consents.as_ref().unwrap();
        let decide = |asked: &permitcard_protocol::registration::ConsentRequest| ConsentDecision {
            kind: asked.kind,
            version: asked.version,
            scope: asked.scope.clone(),
            given,
        };
        StepAnswer::Consent(asked.iter().map(decide).collect())
    }

    async fn consent(&mut self) -> InsufficientAuthorization {
        let answer = self.consent_answer(true);
        self.answer(answer).await
    }

    async fn start(&mut self) -> InsufficientAuthorization {
        let start = ChallengeRequest::Start {
            client_id: "permitcard".into(),
            code_challenge: "c".repeat(43),
            authorization_details: serde_json::json!([{
                "type": "openid_credential",
                "credential_configuration_id": CONFIGURATION_SD_CWT,
            }])
            .to_string(),
            interaction_types_supported: InteractionType::ALL.to_vec(),
            tier: Tier::Permit,
        };
        match self.try_send(&start).await.unwrap() {
            Next::Step(next) => *next,
            Next::Granted => panic!("granted"),
        }
    }

    /// The claim with which a person registers.
    fn claim_of(&self, person: &str) -> IdentityClaim {
        let person = self.app.store.read(|tx| tx.person(person)).unwrap().unwrap();
        IdentityClaim {
            name: person.mrz_name,
            number: ClaimedNumber::PermitNumber(person.permit_number),
            document: TravelDocument {
                number: person.passport,
                issuer: person.passport_issuer,
            },
        }
    }

    /// Up to the answer to the identity claim.
    async fn claim(&mut self, person: &str) -> InsufficientAuthorization {
        self.start().await;
        self.consent().await;
        let claim = self.claim_of(person);
        self.answer(StepAnswer::IdentityClaim(claim)).await
    }

    /// What the provider's kit does with the launch token of an answer; `None` for a token that was used.
    fn try_check(&self, step: &InsufficientAuthorization, kind: InteractionType) -> Option<String> {
        let token = &step.launch(kind)?.token;
        sandbox::run_check(&self.app.store, token, self.now()).ok()
    }

    fn run_check(&self, step: &InsufficientAuthorization, kind: InteractionType) -> String {
        self.try_check(step, kind).unwrap()
    }

    /// The newest code that a person was sent.
    async fn code_of(&self, person: &str) -> Option<String> {
        outgoing::send_due(&self.app).await;
        let mail = self.app.store.read(|tx| tx.mail(Some(person))).unwrap();
        mail.into_iter()
            .find(|mail| mail.kind == "one-time-code")
            .map(|mail| mail.code)
    }

    /// A code of a service window for this registration.
    fn window_code(&self, person: &str) -> String {
        let reference = self.last.as_ref().unwrap().session_reference.clone().unwrap();
        let now = self.now();
        let made = self
            .app
            .store
            .write(|tx| window::make(&self.app.window_secret, tx, (person, &reference, "clerk-1"), now));
        made.unwrap().code
    }
}

fn receipt_of(text: &str) -> ReceiptAnswer {
    ReceiptAnswer {
        receipt: text.to_owned(),
    }
}

fn code_of(text: &str) -> StepAnswer {
    StepAnswer::OneTimeCode(OneTimeCodeAnswer::Code(text.to_owned()))
}

fn window_code_of(text: &str) -> StepAnswer {
    StepAnswer::InPersonCode(InPersonCodeAnswer { code: text.to_owned() })
}
