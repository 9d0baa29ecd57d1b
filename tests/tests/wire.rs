//! The protocol as a client of its own speaks it, byte by byte. What travels becomes the examples of `docs/protocol.md`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_credential::permit::Credential;
use permitcard_crypto::{hash::sha256, random};
use permitcard_protocol::{
    endpoints,
    issuance::{CONFIGURATION_SD_CWT, CredentialRequest, NotificationEvent, NotificationRequest, Proofs},
    oauth::{AuthorizationDetail, CLIENT_ID, OPENID_CREDENTIAL, TokenRequest},
    registration::{
        ChallengeRequest, ClaimedNumber, ConsentDecision, IdentityClaim, InPersonCodeAnswer, InsufficientAuthorization,
        InteractionType, OneTimeCodeAnswer, ReceiptAnswer, SandboxCheckRequest, SandboxCheckResponse, StepAnswer, Tier,
        TravelDocument,
    },
};
use permitcard_tests::{
    binaries::workspace,
    documents,
    sandbox::Sandbox,
    wire::{Answer, Sending, WireClient, origin_of},
};

struct Flow {
    sandbox: Sandbox,
    client: WireClient,
    verifier: String,
    session: String,
}

impl Flow {
    fn challenge(&mut self, heading: &str, request: &ChallengeRequest) -> Answer {
        self.client.send(
            heading,
            &Sending {
                method: "POST",
                path: endpoints::CHALLENGE,
                body: Some((endpoints::MEDIA_FORM, request.to_form())),
                proof: true,
                idempotent: true,
                ..Sending::default()
            },
        )
    }

    fn start(&mut self, heading: &str, tier: Tier) -> Answer {
        let wanted = [AuthorizationDetail {
            kind: OPENID_CREDENTIAL.to_owned(),
            credential_configuration_id: CONFIGURATION_SD_CWT.to_owned(),
        }];
        self.challenge(
            heading,
            &ChallengeRequest::Start {
                client_id: CLIENT_ID.to_owned(),
                code_challenge: URL_SAFE_NO_PAD.encode(sha256(self.verifier.as_bytes())),
                authorization_details: serde_json::to_string(&wanted).unwrap(),
                interaction_types_supported: InteractionType::ALL.to_vec(),
                tier,
            },
        )
    }

    /// Reads the next step out of an answer and remembers its session.
    fn step(&mut self, answer: &Answer) -> InsufficientAuthorization {
        assert_eq!(answer.status, 401);
        let step: InsufficientAuthorization = serde_json::from_slice(&answer.body).unwrap();
        self.session.clone_from(&step.auth_session);
        step
    }

    fn answer(&mut self, heading: &str, answer: StepAnswer) -> Answer {
        self.challenge(
            heading,
            &ChallengeRequest::Answer {
                auth_session: self.session.clone(),
                answer,
            },
        )
    }

    fn consent(&mut self, heading: &str, step: &InsufficientAuthorization) -> Answer {
        let decide = |asked: &permitcard_protocol::registration::ConsentRequest| ConsentDecision {
            kind: asked.kind,
            version: asked.version,
            scope: asked.scope.clone(),
            given: true,
        };
        let decisions = step.consents.iter().flatten().map(decide).collect();
        self.answer(heading, StepAnswer::Consent(decisions))
    }

    /// What the provider's kit does on the phone.
    fn receipt(&mut self, heading: &str, step: &InsufficientAuthorization, kind: InteractionType) -> ReceiptAnswer {
        let launch = step.launch(kind).unwrap();
        let request = SandboxCheckRequest {
            token: launch.token.clone(),
        };
        let answer = self.client.send(
            heading,
            &Sending {
                method: "POST",
                origin: origin_of(&launch.url),
                path: endpoints::SANDBOX_CHECK,
                body: Some((endpoints::MEDIA_JSON, serde_json::to_string(&request).unwrap())),
                ..Sending::default()
            },
        );
        let response: SandboxCheckResponse = serde_json::from_slice(&answer.body).unwrap();
        ReceiptAnswer {
            receipt: response.receipt,
        }
    }

    fn get(&mut self, heading: &str, path: &str, token: Option<&str>) -> Answer {
        let sending = Sending {
            method: "GET",
            path,
            proof: token.is_some(),
            token,
            ..Sending::default()
        };
        let answer = self.client.send(heading, &sending);
        assert_eq!(answer.status, 200, "{path}");
        answer
    }

    fn post(&mut self, heading: &str, path: &str, token: &str, body: String) -> Answer {
        self.client.send(
            heading,
            &Sending {
                origin: None,
                accept: None,
                method: "POST",
                path,
                body: Some((endpoints::MEDIA_JSON, body)),
                proof: true,
                token: Some(token),
                idempotent: true,
            },
        )
    }

    /// Registration and real-name verification, to the authorization code.
    fn register(&mut self) -> String {
        let refused = self.start("Start, without a nonce", Tier::Permit);
        assert_eq!(
            (refused.status, refused.json()["code"].as_str()),
            (400, Some("protocol.dpop_nonce_required"))
        );
        let answer = self.start("Start again, with the nonce", Tier::Permit);
        let step = self.step(&answer);
        let answer = self.consent("Answer to `consent`", &step);
        self.step(&answer);
        let answer = self.answer(
            "Answer to `identity-claim`, with another name: nothing is said before the document is proven",
            claim("GARCIA<<MARIA"),
        );
        let step = self.step(&answer);
        assert_eq!(step.code, None);
        assert_eq!(step.interaction_type_required, InteractionType::OneTimeCode);
        let receipt = self.receipt(
            "The provider's kit runs the document check",
            &step,
            InteractionType::DocumentCheck,
        );
        let answer = self.answer("Answer to `document-check`", StepAnswer::DocumentCheck(receipt));
        let step = self.step(&answer);
        assert_eq!(step.code.unwrap().code(), "registration.name_differs");
        let answer = self.answer(
            "Answer to `identity-claim` again; the document stays passed",
            claim("GARCIA<LOPEZ<<MARIA"),
        );
        let step = self.step(&answer);
        assert_eq!(step.interaction_type_required, InteractionType::OneTimeCode);
        let code = OneTimeCodeAnswer::Code(self.sandbox.code("maria"));
        let answer = self.answer("Answer to `one-time-code`", StepAnswer::OneTimeCode(code));
        let step = self.step(&answer);
        let answer = self.consent("Answer to `consent` for face data", &step);
        let step = self.step(&answer);
        let receipt = self.receipt(
            "The provider's kit runs the face check",
            &step,
            InteractionType::FaceCheck,
        );
        let granted = self.answer("Answer to `face-check`", StepAnswer::FaceCheck(receipt));
        assert_eq!(granted.status, 200);
        granted.json()["authorization_code"].as_str().unwrap().to_owned()
    }

    /// The extra step for social security services, to the authorization code.
    fn register_for_services(&mut self) {
        let answer = self.start("Start for social security services", Tier::SocialSecurity);
        let step = self.step(&answer);
        let answer = self.consent("Answer to `consent` for social security services", &step);
        let step = self.step(&answer);
        assert_eq!(step.interaction_types_allowed, [InteractionType::Sim]);
        let receipt = self.receipt("The provider's kit asks the bank", &step, InteractionType::BankCard);
        let granted = self.answer("Answer to `bank-card`", StepAnswer::BankCard(receipt));
        assert_eq!(granted.status, 200);
    }

    /// Another phone, over a service window.
    fn register_at_a_window(&mut self) {
        self.client = WireClient::new(self.sandbox.client());
        // What came before is known from the first example.
        self.start("-", Tier::Permit);
        let answer = self.start("-", Tier::Permit);
        let step = self.step(&answer);
        self.client.transcript.clear();
        let answer = self.consent("On another phone: answer to `consent`", &step);
        let step = self.step(&answer);
        let reference = step.session_reference.unwrap();
        let made = self.sandbox.admin.window_code("maria", &reference, "clerk-1").unwrap();
        let code = made.code.replace('-', "");
        let granted = self.answer(
            "Answer to `in-person-code`",
            StepAnswer::InPersonCode(InPersonCodeAnswer { code }),
        );
        assert_eq!(granted.status, 200);
    }

    fn token(&mut self, code: String) -> (String, String) {
        let request = TokenRequest::AuthorizationCode {
            code,
            code_verifier: self.verifier.clone(),
        };
        let sending = Sending {
            method: "POST",
            path: endpoints::TOKEN,
            body: Some((endpoints::MEDIA_FORM, request.to_form())),
            proof: true,
            idempotent: true,
            ..Sending::default()
        };
        let tokens = self.client.send("Tokens", &sending).json();
        let identifier = &tokens["authorization_details"][0]["credential_identifiers"][0];
        (
            tokens["access_token"].as_str().unwrap().to_owned(),
            identifier.as_str().unwrap().to_owned(),
        )
    }

    /// Issuance of two credentials, card, portrait, confirmation.
    fn issue(&mut self, token: &str, identifier: String) {
        let nonce = Sending {
            method: "POST",
            path: endpoints::NONCE,
            ..Sending::default()
        };
        let c_nonce = self.client.send("A nonce for the key proofs", &nonce).json();
        let c_nonce = c_nonce["c_nonce"].as_str().unwrap();
        let jwt = vec![self.client.key_proof(c_nonce), self.client.key_proof(c_nonce)];
        let request = CredentialRequest::by_identifier(&identifier, Proofs { jwt });
        let body = serde_json::to_string(&request).unwrap();
        let answer = self.post("Credentials, here for two keys", endpoints::CREDENTIAL, token, body);
        assert_eq!(answer.status, 200);
        let issued = answer.json();
        for credential in issued["credentials"].as_array().unwrap() {
            let bytes = URL_SAFE_NO_PAD
                .decode(credential["credential"].as_str().unwrap())
                .unwrap();
            assert!(Credential::parse(&bytes).unwrap().test());
        }
        self.get("The card", endpoints::CARD, Some(token));
        self.get("The portrait", endpoints::PORTRAIT, Some(token));
        let request = NotificationRequest {
            notification_id: issued["notification_id"].as_str().unwrap().to_owned(),
            event: NotificationEvent::CredentialAccepted,
        };
        let body = serde_json::to_string(&request).unwrap();
        let answer = self.post("Confirmation", endpoints::NOTIFICATION, token, body);
        assert_eq!(answer.status, 204);
    }
}

fn claim(name: &str) -> StepAnswer {
    StepAnswer::IdentityClaim(IdentityClaim {
        name: name.to_owned(),
        number: ClaimedNumber::PermitNumber("310000202400000101".to_owned()),
        document: TravelDocument {
            number: "XDB100101".to_owned(),
            issuer: "ESP".to_owned(),
        },
    })
}

#[test]
fn the_whole_flow_is_as_the_document_shows_it() {
    let sandbox = Sandbox::start();
    let verifier = URL_SAFE_NO_PAD.encode(random::bytes::<32>().unwrap());
    let client = WireClient::new(sandbox.client());
    let mut flow = Flow {
        sandbox,
        client,
        verifier,
        session: String::new(),
    };
    flow.get("Issuer metadata", endpoints::ISSUER_METADATA, None);
    flow.get("Authorization server metadata", endpoints::SERVER_METADATA, None);
    let code = flow.register();
    let (token, identifier) = flow.token(code);
    flow.issue(&token, identifier);
    flow.get("For a snapshot: the trust list", endpoints::TRUST_LIST, None);
    flow.get(
        "For a snapshot: a status list",
        &format!("{}/1", endpoints::STATUS),
        None,
    );
    let jwt = Sending {
        method: "GET",
        path: &format!("{}/1", endpoints::STATUS),
        accept: Some(endpoints::MEDIA_STATUS_LIST_JWT),
        ..Sending::default()
    };
    let answer = flow.client.send("The same list as JWT", &jwt);
    assert_eq!(answer.status, 200);
    flow.register_for_services();
    let mut transcript = flow.client.transcript.clone();
    flow.register_at_a_window();
    transcript.push_str(&flow.client.transcript);
    documents::check(&workspace().join("docs/protocol.md"), "wire", &transcript);
}
