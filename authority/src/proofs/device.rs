//! A caller: a key, an address, and what a phone remembers of its registration.

use std::{
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};

use axum::{
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderName, HeaderValue, Request},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_credential::cose::{Jwk, jws};
use permitcard_crypto::{
    ecdsa::{Curve, SigningKey},
    hash::sha256,
    random,
};
use permitcard_protocol::{
    WireCode, endpoints,
    issuance::CONFIGURATION_SD_CWT,
    registration::{
        AuthorizationGranted, ChallengeRequest, ClaimedNumber, ConsentDecision, IdentityClaim, InPersonCodeAnswer,
        InsufficientAuthorization, InteractionType, OneTimeCodeAnswer, ReceiptAnswer, StepAnswer, Tier, TravelDocument,
    },
};
use serde_json::json;

use super::House;
use crate::{admin::PersonView, http};

const VERIFIER: &str = "the-verifier-of-this-test-has-43-characters";

/// An answer as a caller sees it.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// What tells answers apart without reading them: status, names and lengths of headers, length of the body.
    pub(super) fn shape(&self) -> (u16, Vec<(String, usize)>, usize) {
        let headers = self.headers.iter().map(|(name, value)| (name.to_string(), value.len()));
        (self.status, headers.collect(), self.body.len())
    }

    pub(super) fn code(&self) -> Option<WireCode> {
        let body: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_default();
        body["code"].as_str().and_then(WireCode::from_code)
    }
}

/// A phone, or what pretends to be one.
pub(super) struct Device {
    key: SigningKey,
    pub(super) address: IpAddr,
    nonce: String,
    auth_session: String,
    pub(super) next: Option<InsufficientAuthorization>,
    /// From a registration that led to its end.
    pub(super) granted: Option<String>,
    access_token: Option<String>,
    refresh_token: Option<String>,
    /// From the last request to its answer, without what the device itself did for it.
    pub(super) took: Duration,
}

/// The claim with which a person registers.
pub(super) fn claim_of(person: &PersonView) -> IdentityClaim {
    IdentityClaim {
        name: person.mrz_name.clone(),
        number: ClaimedNumber::PermitNumber(person.permit_number.clone()),
        document: TravelDocument {
            number: person.passport.clone(),
            issuer: person.passport_issuer.clone(),
        },
    }
}

impl Device {
    pub(super) fn new(address: IpAddr) -> Self {
        Self {
            key: SigningKey::generate(Curve::P256).unwrap(),
            address,
            nonce: String::new(),
            auth_session: String::new(),
            next: None,
            granted: None,
            access_token: None,
            refresh_token: None,
            took: Duration::ZERO,
        }
    }

    fn proof(&self, house: &House, method: &str, path: &str) -> String {
        let jti: [u8; 16] = random::bytes().unwrap();
        let mut claims = json!({
            "jti": URL_SAFE_NO_PAD.encode(jti),
            "htm": method,
            "htu": format!("{}{path}", house.app.url()),
            "iat": 1,
            "nonce": self.nonce,
        });
        if let Some(token) = &self.access_token {
            claims["ath"] = json!(URL_SAFE_NO_PAD.encode(sha256(token.as_bytes())));
        }
        let jwk = Jwk::from_public_key(self.key.public_key());
        let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk });
        let input = jws::signing_input(&header.to_string(), &claims.to_string());
        jws::compact(&input, &self.key.sign(input.as_bytes()).unwrap())
    }

    /// One request to an endpoint, with a fresh proof and idempotency key.
    async fn send(&mut self, house: &House, method: &str, path: &'static str, body: Option<String>) -> Answer {
        // As if it had called a moment ago.
        self.nonce = house.app.dpop_nonces.make(house.now()).unwrap();
        let key: [u8; 16] = random::bytes().unwrap();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(endpoints::DPOP, self.proof(house, method, path))
            .header(endpoints::IDEMPOTENCY_KEY, URL_SAFE_NO_PAD.encode(key))
            .header("content-type", endpoints::MEDIA_FORM);
        if let Some(token) = &self.access_token {
            request = request.header("authorization", format!("DPoP {token}"));
        }
        let body = body.map_or_else(Body::empty, Body::from);
        let mut request = request.body(body).unwrap();
        let peer = SocketAddr::from((self.address, 40_000));
        request.extensions_mut().insert(ConnectInfo(peer));
        let start = Instant::now();
        let response = http::answer(house.app.clone(), method, path, request).await;
        self.took = start.elapsed();
        let status = response.status().as_u16();
        let headers = response.headers().clone().into_iter();
        let headers = headers
            .filter_map(|(name, value)| name.map(|name| (name, value)))
            .collect();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec();
        Answer { status, headers, body }
    }

    /// One request of a registration.
    pub(super) async fn challenge(&mut self, house: &House, request: &ChallengeRequest) -> Answer {
        let token = self.access_token.take();
        let answer = self
            .send(house, "POST", endpoints::CHALLENGE, Some(request.to_form()))
            .await;
        self.access_token = token;
        if let Ok(next) = serde_json::from_slice::<InsufficientAuthorization>(&answer.body) {
            self.auth_session.clone_from(&next.auth_session);
            self.next = Some(next);
        } else if answer.status == 200 {
            let granted: AuthorizationGranted = serde_json::from_slice(&answer.body).unwrap();
            self.granted = Some(granted.authorization_code);
        }
        answer
    }

    pub(super) async fn start(&mut self, house: &House) -> Answer {
        let details = json!([{ "type": "openid_credential", "credential_configuration_id": CONFIGURATION_SD_CWT }]);
        let request = ChallengeRequest::Start {
            client_id: "permitcard".into(),
            code_challenge: URL_SAFE_NO_PAD.encode(sha256(VERIFIER.as_bytes())),
            authorization_details: details.to_string(),
            interaction_types_supported: InteractionType::ALL.to_vec(),
            tier: Tier::Permit,
        };
        self.challenge(house, &request).await
    }

    pub(super) async fn answer(&mut self, house: &House, answer: StepAnswer) -> Answer {
        let request = ChallengeRequest::Answer {
            auth_session: self.auth_session.clone(),
            answer,
        };
        self.challenge(house, &request).await
    }

    pub(super) async fn consent(&mut self, house: &House) -> Answer {
        let asked = self.next.as_ref().unwrap().consents.clone().unwrap();
        let decisions = asked.into_iter().map(|asked| ConsentDecision {
            kind: asked.kind,
            version: asked.version,
            scope: asked.scope,
            given: true,
        });
        self.answer(house, StepAnswer::Consent(decisions.collect())).await
    }

    /// Start, consent and claim.
    pub(super) async fn claim(&mut self, house: &House, claim: IdentityClaim) -> Answer {
        let started = self.start(house).await;
        if started.status != 401 {
            return started;
        }
        self.consent(house).await;
        self.answer(house, StepAnswer::IdentityClaim(claim)).await
    }

    pub(super) async fn code(&mut self, house: &House, code: &str) -> Answer {
        self.answer(house, StepAnswer::OneTimeCode(OneTimeCodeAnswer::Code(code.into())))
            .await
    }

    pub(super) async fn resend(&mut self, house: &House) -> Answer {
        self.answer(house, StepAnswer::OneTimeCode(OneTimeCodeAnswer::Resend(true)))
            .await
    }

    pub(super) async fn window_code(&mut self, house: &House, code: &str) -> Answer {
        let code = code.replace('-', "");
        self.answer(house, StepAnswer::InPersonCode(InPersonCodeAnswer { code }))
            .await
    }

    /// Carries a provider's check out and sends the receipt.
    pub(super) async fn check(&mut self, house: &House, kind: InteractionType) -> Answer {
        let launch = self.next.as_ref().and_then(|next| next.launch(kind));
        let receipt = launch.map(|launch| launch.token.clone()).unwrap_or("none".into());
        let answer = ReceiptAnswer { receipt };
        let answer = match kind {
            InteractionType::DocumentCheck => StepAnswer::DocumentCheck(answer),
            _ => StepAnswer::FaceCheck(answer),
        };
        self.answer(house, answer).await
    }

    /// Whether a step can be answered now.
    pub(super) fn is_open(&self, kind: InteractionType) -> bool {
        self.next.as_ref().is_some_and(|next| {
            next.interaction_type_required == kind || next.interaction_types_allowed.contains(&kind)
        })
    }

    /// The tokens for what was granted.
    pub(super) async fn fetch_tokens(&mut self, house: &House) {
        use permitcard_protocol::oauth::{TokenRequest, TokenResponse};
        let request = match (&self.granted, &self.refresh_token) {
            (Some(code), None) => TokenRequest::AuthorizationCode {
                code: code.clone(),
                code_verifier: VERIFIER.into(),
            },
            (_, Some(token)) => TokenRequest::RefreshToken {
                refresh_token: token.clone(),
            },
            (None, None) => panic!("nothing was granted"),
        };
        self.access_token = None;
        let answer = self
            .send(house, "POST", endpoints::TOKEN, Some(request.to_form()))
            .await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        let tokens: TokenResponse = serde_json::from_slice(&answer.body).unwrap();
        self.access_token = Some(tokens.access_token);
        self.refresh_token = tokens.refresh_token.or(self.refresh_token.take());
    }

    /// Whether the card that this device registered for is still given to it.
    pub(super) async fn has_card(&mut self, house: &House) -> bool {
        self.fetch_tokens(house).await;
        self.send(house, "GET", endpoints::CARD, None).await.status == 200
    }
}
