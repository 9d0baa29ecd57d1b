use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_authority::admin::PersonView;
use permitcard_crypto::hash::sha256;
use permitcard_protocol::{
    Again, FailurePlace, endpoints,
    issuance::CONFIGURATION_SD_CWT,
    oauth::TokenResponse,
    registration::{
        AuthorizationGranted, ChallengeRequest, ClaimedNumber, ConsentDecision, ConsentRequest, IdentityClaim,
        InPersonCodeAnswer, InsufficientAuthorization, InteractionType, Launch, OneTimeCodeAnswer, ReceiptAnswer,
        SandboxCheckResponse, StepAnswer, Tier, TravelDocument,
    },
};
use serde_json::json;

use super::client::{Answer, Client};

/// 43 characters.
pub const VERIFIER: &str = "the-verifier-of-this-test-has-43-characters";

/// What a challenge led to.
#[derive(Debug, Clone)]
pub enum Step {
    Next(Box<InsufficientAuthorization>),
    Granted,
    Refused(Answer),
}

impl Step {
    #[track_caller]
    pub fn next(self) -> InsufficientAuthorization {
        match self {
            Self::Next(next) => *next,
            other => panic!("no next step: {other:?}"),
        }
    }

    #[track_caller]
    pub fn refused(self) -> Answer {
        match self {
            Self::Refused(answer) => answer,
            other => panic!("not refused: {other:?}"),
        }
    }
}

/// A client on its way through registration and issuance.
pub struct Holder {
    pub client: Client,
    pub auth_session: String,
    pub last: Option<InsufficientAuthorization>,
    pub authorization_code: String,
    pub tokens: Option<TokenResponse>,
}

/// The claim with which a person registers.
pub fn claim(person: &PersonView) -> IdentityClaim {
    IdentityClaim {
        name: person.mrz_name.clone(),
        number: ClaimedNumber::PermitNumber(person.permit_number.clone()),
        document: TravelDocument {
            number: person.passport.clone(),
            issuer: person.passport_issuer.clone(),
        },
    }
}

pub fn start_request() -> ChallengeRequest {
    start_request_for(Tier::Permit)
}

pub fn start_request_for(tier: Tier) -> ChallengeRequest {
    ChallengeRequest::Start {
        client_id: "permitcard".into(),
        code_challenge: URL_SAFE_NO_PAD.encode(sha256(VERIFIER.as_bytes())),
        authorization_details: json!([{
            "type": "openid_credential",
            "credential_configuration_id": CONFIGURATION_SD_CWT,
        }])
        .to_string(),
        interaction_types_supported: InteractionType::ALL.to_vec(),
        tier,
    }
}

impl Holder {
    pub fn new(client: Client) -> Self {
        Self {
            client,
            auth_session: String::new(),
            last: None,
            authorization_code: String::new(),
            tokens: None,
        }
    }

    pub async fn challenge(&mut self, request: &ChallengeRequest, key: &str) -> Step {
        let answer = self
            .client
            .form(endpoints::CHALLENGE, &request.to_form(), Some(key))
            .await;
        self.take(answer)
    }

    fn take(&mut self, answer: Answer) -> Step {
        match answer.status {
            200 => {
                let granted: AuthorizationGranted = answer.json();
                self.authorization_code = granted.authorization_code;
                Step::Granted
            }
            401 if serde_json::from_slice::<InsufficientAuthorization>(&answer.body).is_ok() => {
                let next: InsufficientAuthorization = answer.json();
                assert_eq!(next.error, "insufficient_authorization");
                assert!(next.auth_session.len() >= 43);
                assert_ne!(
                    next.auth_session, self.auth_session,
                    "the session is renamed with each answer"
                );
                keeps_what_the_table_says(&next);
                self.auth_session.clone_from(&next.auth_session);
                self.last = Some(next.clone());
                Step::Next(Box::new(next))
            }
            _ => Step::Refused(answer),
        }
    }

    pub async fn start(&mut self) -> Step {
        let key = self.client.new_key();
        self.challenge(&start_request(), &key).await
    }

    /// Starts the extra step for social security services.
    pub async fn start_tier_2(&mut self) -> Step {
        let key = self.client.new_key();
        self.challenge(&start_request_for(Tier::SocialSecurity), &key).await
    }

    pub fn answer_request(&self, answer: StepAnswer) -> ChallengeRequest {
        ChallengeRequest::Answer {
            auth_session: self.auth_session.clone(),
            answer,
        }
    }

    pub async fn answer(&mut self, answer: StepAnswer) -> Step {
        let key = self.client.new_key();
        self.challenge(&self.answer_request(answer), &key).await
    }

    /// The same decision about everything that is asked for.
    pub fn decisions(&self, given: bool) -> Vec<ConsentDecision> {
        let asked = self.last.as_ref().unwrap().consents.clone().unwrap();
        let decide = |asked: ConsentRequest| ConsentDecision {
            kind: asked.kind,
            version: asked.version,
            scope: asked.scope,
            given,
        };
        asked.into_iter().map(decide).collect()
    }

    pub async fn consent(&mut self, given: bool) -> Step {
        self.answer(StepAnswer::Consent(self.decisions(given))).await
    }

    pub async fn claim(&mut self, claim: IdentityClaim) -> Step {
        self.answer(StepAnswer::IdentityClaim(claim)).await
    }

    pub async fn code(&mut self, code: &str) -> Step {
        self.answer(StepAnswer::OneTimeCode(OneTimeCodeAnswer::Code(code.into())))
            .await
    }

    pub async fn resend(&mut self) -> Step {
        self.answer(StepAnswer::OneTimeCode(OneTimeCodeAnswer::Resend(true)))
            .await
    }

    pub async fn document(&mut self, receipt: &str) -> Step {
        self.answer(StepAnswer::DocumentCheck(ReceiptAnswer {
            receipt: receipt.into(),
        }))
        .await
    }

    pub async fn face(&mut self, receipt: &str) -> Step {
        self.answer(StepAnswer::FaceCheck(ReceiptAnswer {
            receipt: receipt.into(),
        }))
        .await
    }

    pub async fn bank_card(&mut self, receipt: &str) -> Step {
        self.answer(StepAnswer::BankCard(ReceiptAnswer {
            receipt: receipt.into(),
        }))
        .await
    }

    pub async fn sim(&mut self, receipt: &str) -> Step {
        self.answer(StepAnswer::Sim(ReceiptAnswer {
            receipt: receipt.into(),
        }))
        .await
    }

    pub async fn in_person(&mut self, code: &str) -> Step {
        self.answer(StepAnswer::InPersonCode(InPersonCodeAnswer { code: code.into() }))
            .await
    }

    /// What the phone shows at a service window.
    pub fn session_reference(&self) -> String {
        self.last.as_ref().unwrap().session_reference.clone().unwrap()
    }

    /// The launch of an open step.
    pub fn launch_of(&self, kind: InteractionType) -> Launch {
        self.last.as_ref().unwrap().launch(kind).unwrap().clone()
    }

    /// The launch of the one check that is open.
    pub fn launch(&self) -> Launch {
        match self.last.as_ref().unwrap().launches.as_slice() {
            [launch] => launch.clone(),
            other => panic!("{} launches", other.len()),
        }
    }

    pub fn launch_token(&self) -> String {
        self.launch().token
    }

    /// Runs the provider's check of an open step on this host.
    pub async fn run_check_of(&self, kind: InteractionType) -> String {
        let answer = run_check(&self.client, &self.launch_of(kind)).await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        answer.json::<SandboxCheckResponse>().receipt
    }

    /// Runs the one check that is open on this host.
    pub async fn run_check(&self) -> String {
        self.run_check_of(self.launch().interaction_type).await
    }

    pub async fn check_document(&mut self) -> Step {
        let receipt = self.run_check_of(InteractionType::DocumentCheck).await;
        self.document(&receipt).await
    }

    pub async fn check_face(&mut self) -> Step {
        let receipt = self.run_check_of(InteractionType::FaceCheck).await;
        self.face(&receipt).await
    }

    pub async fn check_bank_card(&mut self) -> Step {
        let receipt = self.run_check_of(InteractionType::BankCard).await;
        self.bank_card(&receipt).await
    }

    pub async fn check_sim(&mut self) -> Step {
        let receipt = self.run_check_of(InteractionType::Sim).await;
        self.sim(&receipt).await
    }

    /// A step is open now.
    pub fn is_open(&self, kind: InteractionType) -> bool {
        let last = self.last.as_ref().unwrap();
        last.interaction_type_required == kind || last.interaction_types_allowed.contains(&kind)
    }
}

/// What a provider's kit does: at the address of the launch, with its token.
pub async fn run_check(client: &Client, launch: &Launch) -> Answer {
    let body = json!({ "token": launch.token }).to_string();
    client.post_to(&launch.url, endpoints::MEDIA_JSON, body).await
}

/// What `docs/protocol.md` promises beside the words of a failure: tries left, when to try again, another way.
#[track_caller]
fn keeps_what_the_table_says(next: &InsufficientAuthorization) {
    let Some(code) = next.code else { return };
    let rule = code.failure();
    assert_eq!(next.retry_after.is_some(), rule.wait, "{code:?}");
    // A consent has no tries: a clerk's code for another person than the proven one leaves the holder there.
    let counted = next.tries_left.is_some() || next.interaction_type_required == InteractionType::Consent;
    assert!(!rule.tries || counted, "{code:?}");
    // Where a step closed, the one that is required is the other way. In tier 2 the other real-name step may have closed before.
    let is_real_name = [InteractionType::BankCard, InteractionType::Sim].contains(&next.interaction_type_required);
    let is_other = rule.again == Again::Not || rule.place == FailurePlace::Check && is_real_name;
    let other_way = is_other || !next.interaction_types_allowed.is_empty();
    assert!(!rule.other_way || other_way, "{code:?}");
}
