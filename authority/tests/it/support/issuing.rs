//! What a holder does once the registration is granted: tokens, proofs, credentials, notifications.

use permitcard_credential::cose::Jwk;
use permitcard_crypto::ecdsa::{Curve, SigningKey};
use permitcard_protocol::{
    endpoints,
    issuance::{CredentialResponse, NonceResponse},
    oauth::{TokenRequest, TokenResponse},
};
use serde_json::{Value, json};

use super::{
    client::{Answer, sign},
    holder::{Holder, VERIFIER},
};

impl Holder {
    pub async fn token(&self, request: &TokenRequest) -> Answer {
        self.client
            .form(endpoints::TOKEN, &request.to_form(), Some(&self.client.new_key()))
            .await
    }

    pub fn code_request(&self) -> TokenRequest {
        TokenRequest::AuthorizationCode {
            code: self.authorization_code.clone(),
            code_verifier: VERIFIER.into(),
        }
    }

    pub fn refresh_request(&self) -> TokenRequest {
        let refresh_token = self.tokens.as_ref().unwrap().refresh_token.clone().unwrap();
        TokenRequest::RefreshToken { refresh_token }
    }

    pub async fn fetch_tokens(&mut self) {
        let answer = self.token(&self.code_request()).await;
        assert_eq!(answer.status, 200);
        let tokens: TokenResponse = answer.json();
        *self.client.access_token.lock().unwrap() = Some(tokens.access_token.clone());
        self.tokens = Some(tokens);
    }

    pub async fn refresh(&self) -> Answer {
        let answer = self.token(&self.refresh_request()).await;
        if answer.status == 200 {
            *self.client.access_token.lock().unwrap() = Some(answer.json::<TokenResponse>().access_token);
        }
        answer
    }

    pub async fn c_nonce(&self) -> String {
        let answer = self.client.post_open(endpoints::NONCE, "text/plain", "").await;
        answer.json::<NonceResponse>().c_nonce
    }

    /// Header and claims of a good key proof.
    pub fn key_proof(&self, key: &SigningKey, nonce: &str) -> (Value, Value) {
        let jwk = Jwk::from_public_key(key.public_key());
        (
            json!({ "typ": "openid4vci-proof+jwt", "alg": "ES256", "jwk": jwk }),
            json!({ "aud": self.client.url, "iat": 1, "nonce": nonce }),
        )
    }

    pub fn credential_request(&self, keys: &[SigningKey], nonce: &str) -> Value {
        let proofs: Vec<String> = keys
            .iter()
            .map(|key| {
                let (header, claims) = self.key_proof(key, nonce);
                sign(key, &header, &claims)
            })
            .collect();
        json!({ "credential_identifier": "work-permit", "proofs": { "jwt": proofs } })
    }

    pub async fn post_credential(&self, request: &Value) -> Answer {
        self.client
            .json(endpoints::CREDENTIAL, request, Some(&self.client.new_key()))
            .await
    }

    /// A batch of another form, asked for by the name of its configuration, as a wallet of other people does: without an
    /// idempotency key.
    pub async fn batch_of(&self, configuration: &str, count: usize) -> (CredentialResponse, Vec<SigningKey>) {
        let keys: Vec<SigningKey> = (0..count).map(|_| SigningKey::generate(Curve::P256).unwrap()).collect();
        let nonce = self.c_nonce().await;
        let mut request = self.credential_request(&keys, &nonce);
        request.as_object_mut().unwrap().remove("credential_identifier");
        request["credential_configuration_id"] = json!(configuration);
        let answer = self.client.json(endpoints::CREDENTIAL, &request, None).await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        (answer.json(), keys)
    }

    /// A batch with its keys.
    pub async fn batch(&self, count: usize) -> (CredentialResponse, Vec<SigningKey>) {
        let keys: Vec<SigningKey> = (0..count).map(|_| SigningKey::generate(Curve::P256).unwrap()).collect();
        let nonce = self.c_nonce().await;
        let answer = self.post_credential(&self.credential_request(&keys, &nonce)).await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        (answer.json(), keys)
    }

    pub async fn notify(&self, notification_id: &str, event: &str) -> Answer {
        let body = json!({ "notification_id": notification_id, "event": event });
        self.client
            .json(endpoints::NOTIFICATION, &body, Some(&self.client.new_key()))
            .await
    }

    /// Says that a batch is stored, so that the card is the live one.
    pub async fn accept(&self, batch: &CredentialResponse) {
        let answer = self.notify(&batch.notification_id, "credential_accepted").await;
        assert_eq!(answer.status, 204);
    }

    /// Fetches a batch and says that it is stored.
    pub async fn accept_card(&self) {
        let (batch, _) = self.batch(1).await;
        self.accept(&batch).await;
    }
}
