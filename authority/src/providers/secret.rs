use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use permitcard_crypto::{CryptoError, Zeroizing, hash::sha256, mac, random};

/// In front of the base64 of a secret, in the manner of Standard Webhooks.
const PREFIX: &str = "whsec_";
/// The fewest bytes of a secret.
const MIN: usize = 32;
/// The most bytes of a secret.
const MAX: usize = 64;
/// The secret that the manual shows; whoever copied it has none.
const EXAMPLE: &[u8; 32] = b"permitcard example secret, no 1!";
/// Tells the bearer token of calls from signatures of messages.
const CALLS: &[u8] = b"permitcard-provider-calls/1";
/// Tells receipts of the sandbox from both.
const RECEIPTS: &[u8] = b"permitcard-sandbox-receipts/1";

/// What the authority and one provider share. It signs the provider's messages and never travels; calls of the authority
/// carry a token that is derived from it. Deliberately without `Debug`.
#[derive(Clone)]
pub(crate) struct WebhookSecret(Zeroizing<Vec<u8>>);

impl WebhookSecret {
    /// A new one.
    pub(crate) fn generate() -> Result<Self, CryptoError> {
        let bytes: [u8; MIN] = random::bytes()?;
        Ok(Self(Zeroizing::new(bytes.to_vec())))
    }

    /// Reads `whsec_` and base64 of 32 to 64 bytes; white space around it is passed over.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let encoded = text.trim().strip_prefix(PREFIX)?;
        let bytes = Zeroizing::new(STANDARD.decode(encoded).ok()?);
        (MIN..=MAX).contains(&bytes.len()).then_some(Self(bytes))
    }

    /// The form that [`from_text`](Self::from_text) reads.
    pub(crate) fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", STANDARD.encode(self.0.as_slice())))
    }

    /// The manual's example, or one byte again and again.
    pub(crate) fn is_default(&self) -> bool {
        let is_repeated = self.0.iter().all(|byte| Some(byte) == self.0.first());
        is_repeated || mac::verify_equal(&self.0, EXAMPLE).is_ok()
    }

    /// HMAC-SHA-256 over `id.timestamp.environment.body`. The first three hold no full stop, so the text reads one way only.
    pub(crate) fn sign(&self, id: &str, timestamp: i64, environment: &str, body: &[u8]) -> [u8; 32] {
        let timestamp = timestamp.to_string();
        mac::hmac_sha256(
            &self.0,
            &[
                id.as_bytes(),
                b".",
                timestamp.as_bytes(),
                b".",
                environment.as_bytes(),
                b".",
                body,
            ],
        )
    }

    /// The bearer token of the authority's calls.
    pub(crate) fn bearer(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(mac::hmac_sha256(&self.0, &[CALLS])))
    }

    /// The sandbox's receipt for a host that names its request: the same for the same check and name, and known to nobody
    /// without this secret.
    pub(crate) fn receipt(&self, nonce: &str, host: &str) -> String {
        let mac = mac::hmac_sha256(
            &self.0,
            &[RECEIPTS, &sha256(nonce.as_bytes()), &sha256(host.as_bytes())],
        );
        URL_SAFE_NO_PAD.encode(mac)
    }

    /// Whether a caller's bearer token is the one of this secret, in time that tells nothing.
    pub(crate) fn is_bearer(&self, given: &str) -> bool {
        mac::verify_equal(&sha256(given.as_bytes()), &sha256(self.bearer().as_bytes())).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_read_back_and_have_limits() {
        let secret = WebhookSecret::generate().unwrap();
        let text = secret.to_text();
        let again = WebhookSecret::from_text(&format!(" {}\n", text.as_str())).unwrap();
        assert_eq!(again.to_text().as_str(), text.as_str());
        assert!(!again.is_default());
        let of = |bytes: &[u8]| WebhookSecret::from_text(&format!("whsec_{}", STANDARD.encode(bytes)));
        assert!(of(&[1; 31]).is_none() && of(&[1; 65]).is_none());
        assert!(of(&[1; 32]).is_some() && of(&[1; 64]).is_some());
        assert!(WebhookSecret::from_text(&STANDARD.encode([1; 32])).is_none());
        assert!(WebhookSecret::from_text("whsec_!").is_none());
    }

    #[test]
    fn what_everybody_knows_is_a_default() {
        let of = |bytes: &[u8]| WebhookSecret::from_text(&format!("whsec_{}", STANDARD.encode(bytes))).unwrap();
        assert!(of(EXAMPLE).is_default());
        assert!(of(&[0; 32]).is_default());
        assert!(of(&[b'x'; 40]).is_default());
        let mut almost = [0; 32];
        almost[31] = 1;
        assert!(!of(&almost).is_default());
        let manual = include_str!("../../../docs/providers.md");
        assert!(manual.contains(of(EXAMPLE).to_text().as_str()));
    }

    #[test]
    fn the_token_of_calls_is_no_signature_and_frozen() {
        let secret = WebhookSecret(Zeroizing::new(EXAMPLE.to_vec()));
        assert_eq!(secret.bearer().as_str(), "40fJoTomyzt9RViuJM5OQsxPsEajlBDHBqwhpwjIl+Y=");
        assert!(secret.is_bearer(&secret.bearer()));
        assert!(!secret.is_bearer("") && !secret.is_bearer(&secret.to_text()));
    }
}
