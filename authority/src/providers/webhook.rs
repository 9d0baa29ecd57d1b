//! Signed messages of providers (`POST /webhooks/{provider}`), in the manner of Standard Webhooks: an id, a time, an
//! environment and a signature over all of them and the body. `docs/providers.md`, "What a provider tells".

use base64::{Engine, engine::general_purpose::STANDARD};
use permitcard_crypto::{hash::sha256_of, mac::verify_equal};
use permitcard_protocol::WireCode;

use super::{Environment, Sender, http::wire::Event};
use crate::{
    http::{Call, Fault, Reply},
    store::Tx,
};

/// The message's name, at most 64 letters, digits, `-` and `_`.
pub(crate) const ID: &str = "webhook-id";
/// Seconds since 1970.
pub(crate) const TIMESTAMP: &str = "webhook-timestamp";
/// `v1,` and the base64 of the MAC; several with spaces between while a secret changes.
pub(crate) const SIGNATURE: &str = "webhook-signature";
/// `live` or `test`.
pub(crate) const ENVIRONMENT: &str = "webhook-environment";
/// The longest of these headers.
pub(crate) const HEADER_LIMIT: usize = 256;

/// How far the time of a message may be from ours, in seconds.
const WINDOW_S: i64 = 5 * 60;
/// How long an id is remembered: longer than a message can be repeated within its window.
const ID_LIFE_S: i64 = 24 * 3_600;
/// The most signatures of a message.
const SIGNATURES: usize = 4;

/// The four headers as they arrived, each at most [`HEADER_LIMIT`] bytes. Deliberately without `Debug`.
#[derive(Clone, Default)]
pub(crate) struct WebhookHeaders {
    pub(crate) id: String,
    pub(crate) timestamp: String,
    pub(crate) signature: String,
    pub(crate) environment: String,
}

/// The message is not to be believed. Why, its sender does not learn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refused;

impl WebhookHeaders {
    /// Signs a message, as its provider does.
    pub(super) fn sign(sender: &Sender, id: String, now: i64, body: &[u8]) -> Self {
        let environment = sender.environment.name().to_owned();
        let mac = sender.secret.sign(&id, now, &environment, body);
        Self {
            id,
            timestamp: now.to_string(),
            signature: format!("v1,{}", STANDARD.encode(mac)),
            environment,
        }
    }

    /// Checks environment, time and signature; not whether the message arrived before.
    pub(super) fn verify(&self, sender: &Sender, body: &[u8], now: i64) -> Result<(), Refused> {
        let is_id = (1..=64).contains(&self.id.len())
            && self
                .id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if !is_id {
            return Err(Refused);
        }
        // Exactly the environment that this provider is known for: no test event counts where people are real.
        if Environment::from_name(&self.environment) != Some(sender.environment) {
            return Err(Refused);
        }
        let timestamp: i64 = self.timestamp.parse().map_err(|_| Refused)?;
        // One spelling of a number only, since the number is signed and not its text.
        if timestamp.to_string() != self.timestamp || now.abs_diff(timestamp) > WINDOW_S.unsigned_abs() {
            return Err(Refused);
        }
        let expected = sender.secret.sign(&self.id, timestamp, &self.environment, body);
        let mut given = self.signature.split(' ').take(SIGNATURES);
        let is_signed = given.any(|text| {
            text.strip_prefix("v1,")
                .and_then(|encoded| STANDARD.decode(encoded).ok())
                .is_some_and(|mac| verify_equal(&mac, &expected).is_ok())
        });
        if is_signed { Ok(()) } else { Err(Refused) }
    }
}

/// `POST /webhooks/{provider}`: 204, or `protocol.webhook_refused` whatever is wrong. A provider need not repeat a message
/// that was refused: the authority asks it before a pass counts.
pub(crate) fn endpoint(call: &Call, tx: &Tx<'_>) -> Result<Reply, Fault> {
    let refused = Fault::Refused(WireCode::WebhookRefused);
    let (name, sender) = call
        .app
        .providers
        .senders
        .get_key_value(call.parameter.as_str())
        .ok_or(refused)?;
    call.webhook
        .verify(sender, &call.body, call.now)
        .map_err(|Refused| refused)?;
    // Only now: a forged message must not use up the id of a true one.
    let seen = sha256_of(&[b"webhook.", name.as_bytes(), b".", call.webhook.id.as_bytes()]);
    if !tx.first_use(&seen, call.now.saturating_add(ID_LIFE_S))? {
        return Err(refused);
    }
    let event: Event = serde_json::from_slice(&call.body).map_err(|_| refused)?;
    let check = event.into_check(name, sender.environment).map_err(|_| refused)?;
    if tx.note_check(&check, call.now)?.is_good() {
        Ok(Reply::nothing())
    } else {
        Err(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::WebhookSecret, *};

    const NOW: i64 = 1_700_000_000;
    const BODY: &[u8] = br#"{"type":"check.updated"}"#;

    fn sender(environment: Environment) -> Sender {
        Sender {
            secret: WebhookSecret::from_text("whsec_cGVybWl0Y2FyZCBleGFtcGxlIHNlY3JldCwgbm8gMSE=").unwrap(),
            environment,
        }
    }

    fn signed() -> WebhookHeaders {
        WebhookHeaders::sign(&sender(Environment::Test), "msg_1".into(), NOW, BODY)
    }

    #[test]
    fn the_bytes_are_frozen() {
        let headers = signed();
        assert_eq!(headers.timestamp, "1700000000");
        assert_eq!(headers.environment, "test");
        assert_eq!(headers.signature, "v1,p4waLy2AtPnhCwpWEXNRv/VkuUsaY1cguwK0wiEZdR8=");
        assert_eq!(headers.verify(&sender(Environment::Test), BODY, NOW), Ok(()));
    }

    #[test]
    fn each_part_is_signed() {
        let verify = |headers: &WebhookHeaders, body: &[u8]| headers.verify(&sender(Environment::Test), body, NOW);
        assert_eq!(verify(&signed(), b"{}"), Err(Refused));
        assert_eq!(verify(&signed(), b""), Err(Refused));
        type Change = fn(&mut WebhookHeaders);
        let changes: [Change; 14] = [
            |headers| headers.id = "msg_2".into(),
            |headers| headers.id.clear(),
            |headers| headers.id = "msg.1".into(),
            |headers| headers.id = "m".repeat(65),
            |headers| headers.timestamp = "1700000001".into(),
            |headers| headers.timestamp = "+1700000000".into(),
            |headers| headers.timestamp = "1700000000.0".into(),
            |headers| headers.timestamp.clear(),
            |headers| headers.environment = "live".into(),
            |headers| headers.environment = "Test".into(),
            |headers| headers.environment.clear(),
            |headers| headers.signature = headers.signature.replace("v1,", "v1a,"),
            |headers| headers.signature = headers.signature.replace("v1,", ""),
            |headers| headers.signature.clear(),
        ];
        for (number, change) in changes.iter().enumerate() {
            let mut headers = signed();
            change(&mut headers);
            assert_eq!(verify(&headers, BODY), Err(Refused), "{number}");
        }
        // Every bit of the signature.
        let mac = STANDARD.decode(&signed().signature[3..]).unwrap();
        for bit in 0..mac.len() * 8 {
            let mut flipped = mac.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let mut headers = signed();
            headers.signature = format!("v1,{}", STANDARD.encode(flipped));
            assert_eq!(verify(&headers, BODY), Err(Refused), "{bit}");
        }
    }

    #[test]
    fn id_time_and_body_do_not_run_into_each_other() {
        let secret = sender(Environment::Test).secret;
        let mac = secret.sign("a", 1, "test", b"b");
        assert_ne!(mac, secret.sign("a", 11, "test", b"b"));
        assert_ne!(mac, secret.sign("a", 1, "test", b".b"));
        assert_ne!(mac, secret.sign("a", 1, "live", b"b"));
    }

    #[test]
    fn the_window_is_five_minutes_on_both_sides() {
        for (now, good) in [
            (NOW - 301, false),
            (NOW - 300, true),
            (NOW + 300, true),
            (NOW + 301, false),
            (i64::MAX, false),
            (i64::MIN, false),
        ] {
            let verdict = signed().verify(&sender(Environment::Test), BODY, now);
            assert_eq!(verdict.is_ok(), good, "{now}");
        }
    }

    #[test]
    fn a_test_event_is_nothing_to_a_live_provider_and_the_other_way_round() {
        assert_eq!(signed().verify(&sender(Environment::Live), BODY, NOW), Err(Refused));
        let live = WebhookHeaders::sign(&sender(Environment::Live), "msg_1".into(), NOW, BODY);
        assert_eq!(live.verify(&sender(Environment::Live), BODY, NOW), Ok(()));
        assert_eq!(live.verify(&sender(Environment::Test), BODY, NOW), Err(Refused));
    }

    #[test]
    fn one_of_several_signatures_suffices_and_there_are_few() {
        let mut headers = signed();
        let good = headers.signature.clone();
        headers.signature = format!("v1,AAAA {good}");
        assert_eq!(headers.verify(&sender(Environment::Test), BODY, NOW), Ok(()));
        headers.signature = format!("{}{good}", "v1,AAAA ".repeat(SIGNATURES));
        assert_eq!(headers.verify(&sender(Environment::Test), BODY, NOW), Err(Refused));
    }
}
