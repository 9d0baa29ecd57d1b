use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_crypto::{ecdsa::SigningKey, hash::sha256, random};
use permitcard_protocol::{
    endpoints,
    issuance::{CredentialRequest, Proofs},
    oauth::{AuthorizationDetail, CLIENT_ID, OPENID_CREDENTIAL, TokenRequest},
    registration::{
        AuthorizationGranted, ChallengeRequest, ClaimedNumber, ConsentDecision, IdentityClaim,
        InsufficientAuthorization, InteractionType, OneTimeCodeAnswer, ReceiptAnswer, SandboxCheckRequest,
        SandboxCheckResponse, StepAnswer, Tier, TravelDocument,
    },
};
use serde_json::Value;

use crate::{
    sandbox::Sandbox,
    wire::{Answer, Sending, WireClient, origin_of},
};

/// A person who went through every step of registration, as far as the authorization code.
pub struct Registered {
    /// The client; its key is the one that the code is bound to.
    pub client: WireClient,
    /// The authorization code.
    pub code: String,
    /// Whose hash the authority was given at the start (RFC 7636).
    pub code_verifier: String,
}

impl Registered {
    /// Registers the person with this short name for a credential of this configuration.
    pub fn new(sandbox: &Sandbox, id: &str, configuration: &str) -> Self {
        let mut client = WireClient::new(sandbox.client());
        let code_verifier = URL_SAFE_NO_PAD.encode(random::bytes::<32>().expect("random"));
        let wanted = [AuthorizationDetail {
            kind: OPENID_CREDENTIAL.to_owned(),
            credential_configuration_id: configuration.to_owned(),
        }];
        let start = ChallengeRequest::Start {
            client_id: CLIENT_ID.to_owned(),
            code_challenge: URL_SAFE_NO_PAD.encode(sha256(code_verifier.as_bytes())),
            authorization_details: serde_json::to_string(&wanted).expect("JSON"),
            interaction_types_supported: InteractionType::ALL.to_vec(),
            tier: Tier::Permit,
        };
        // The first answer brings nothing but the nonce for DPoP.
        challenge(&mut client, &start);
        let mut answer = challenge(&mut client, &start);
        while answer.status == 401 {
            let step: InsufficientAuthorization = serde_json::from_slice(&answer.body).expect("a step");
            assert_eq!(step.code, None, "{id}: a step was not passed");
            let request = ChallengeRequest::Answer {
                auth_session: step.auth_session.clone(),
                answer: respond(sandbox, &mut client, id, &step),
            };
            answer = challenge(&mut client, &request);
        }
        assert_eq!(answer.status, 200, "{id}");
        let granted: AuthorizationGranted = serde_json::from_slice(&answer.body).expect("a code");
        Self {
            client,
            code: granted.authorization_code,
            code_verifier,
        }
    }

    /// Redeems the code. The access token.
    pub fn token(&mut self) -> String {
        let request = TokenRequest::AuthorizationCode {
            code: self.code.clone(),
            code_verifier: self.code_verifier.clone(),
        };
        let answer = self.client.send(
            "Tokens",
            &Sending {
                method: "POST",
                path: endpoints::TOKEN,
                body: Some((endpoints::MEDIA_FORM, request.to_form())),
                proof: true,
                idempotent: true,
                ..Sending::default()
            },
        );
        text(&answer.json(), "access_token")
    }

    /// One credential of a configuration, for a key.
    pub fn credential(&mut self, token: &str, configuration: &str, key: &SigningKey) -> String {
        let nonce = Sending {
            method: "POST",
            path: endpoints::NONCE,
            ..Sending::default()
        };
        let c_nonce = text(&self.client.send("Nonce", &nonce).json(), "c_nonce");
        let request = CredentialRequest {
            credential_identifier: None,
            credential_configuration_id: Some(configuration.to_owned()),
            proofs: Proofs {
                jwt: vec![self.client.key_proof_of(key, &c_nonce)],
            },
        };
        let body = serde_json::to_string(&request).expect("JSON");
        let answer = self.client.send(
            "Credential",
            &Sending {
                method: "POST",
                path: endpoints::CREDENTIAL,
                body: Some((endpoints::MEDIA_JSON, body)),
                proof: true,
                token: Some(token),
                idempotent: true,
                ..Sending::default()
            },
        );
        let issued = answer.json();
        assert_eq!(answer.status, 200, "{configuration}: {}", issued["error"]);
        text(&issued["credentials"][0], "credential")
    }

    /// What is at a path for the holder of the token.
    pub fn get(&mut self, token: &str, path: &str) -> Vec<u8> {
        let sending = Sending {
            method: "GET",
            path,
            proof: true,
            token: Some(token),
            ..Sending::default()
        };
        let answer = self.client.send(path, &sending);
        assert_eq!(answer.status, 200, "{path}");
        answer.body
    }
}

fn text(json: &Value, member: &str) -> String {
    json[member].as_str().expect("a text").to_owned()
}

fn challenge(client: &mut WireClient, request: &ChallengeRequest) -> Answer {
    client.send(
        "Challenge",
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

fn respond(sandbox: &Sandbox, client: &mut WireClient, id: &str, step: &InsufficientAuthorization) -> StepAnswer {
    match step.interaction_type_required {
        InteractionType::Consent => StepAnswer::Consent(
            step.consents
                .iter()
                .flatten()
                .map(|asked| ConsentDecision {
                    kind: asked.kind,
                    version: asked.version,
                    scope: asked.scope.clone(),
                    given: true,
                })
                .collect(),
        ),
        InteractionType::IdentityClaim => {
            let person = sandbox.person(id);
            StepAnswer::IdentityClaim(IdentityClaim {
                name: person.mrz_name,
                number: ClaimedNumber::PermitNumber(person.permit_number),
                document: TravelDocument {
                    number: person.passport,
                    issuer: person.passport_issuer,
                },
            })
        }
        // Nobody is told before the document check whether a code is on its way.
        InteractionType::OneTimeCode if sandbox.person(id).contact.is_none() => {
            StepAnswer::DocumentCheck(receipt(client, step, InteractionType::DocumentCheck))
        }
        InteractionType::OneTimeCode => StepAnswer::OneTimeCode(OneTimeCodeAnswer::Code(sandbox.code(id))),
        InteractionType::DocumentCheck => {
            StepAnswer::DocumentCheck(receipt(client, step, InteractionType::DocumentCheck))
        }
        InteractionType::FaceCheck => StepAnswer::FaceCheck(receipt(client, step, InteractionType::FaceCheck)),
        other => panic!("{id}: nothing answers {other:?}"),
    }
}

/// What the provider's kit does on the phone.
fn receipt(client: &mut WireClient, step: &InsufficientAuthorization, kind: InteractionType) -> ReceiptAnswer {
    let launch = step.launch(kind).expect("a launch");
    let request = SandboxCheckRequest {
        token: launch.token.clone(),
    };
    let answer = client.send(
        "Check",
        &Sending {
            method: "POST",
            origin: origin_of(&launch.url),
            path: endpoints::SANDBOX_CHECK,
            body: Some((endpoints::MEDIA_JSON, serde_json::to_string(&request).expect("JSON"))),
            ..Sending::default()
        },
    );
    let response: SandboxCheckResponse = serde_json::from_slice(&answer.body).expect("a receipt");
    ReceiptAnswer {
        receipt: response.receipt,
    }
}
