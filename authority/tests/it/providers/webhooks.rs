//! Signed messages over real HTTPS: forged, replayed, of a foreign session, out of order, of the wrong environment.

use permitcard_protocol::{WireCode, registration::InteractionType};
use serde_json::{Value, json};

use super::fake::{Fake, Manner, Message};
use crate::support::{Holder, START, World};

const ROLES: &[&str] = &["document-check", "face-check"];

/// An authority with a provider of that environment, and a holder at its document check.
struct At {
    world: World,
    fake: Fake,
    holder: Holder,
    /// The check as the provider knows it.
    started: Value,
}

impl At {
    async fn document_check(environment: &'static str) -> Self {
        let fake = Fake::start(environment).await;
        let world = World::prepared(|data, _| fake.configure(data, ROLES, &fake.ca)).await;
        let (holder, started) = begin(&world, &fake).await;
        Self {
            world,
            fake,
            holder,
            started,
        }
    }

    fn result(&self, outcome: &str, sequence: u32) -> Value {
        self.fake
            .result_of(&self.started, outcome, sequence, "receipt", self.world.clock.now_s())
    }

    fn message(&self, id: &str, result: &Value) -> Message {
        self.fake.message(id, self.world.clock.now_s(), result)
    }

    async fn refused(&self, message: &Message, why: &str) {
        let answer = message.send(&self.holder.client).await;
        assert_eq!((answer.status, answer.code()), (401, WireCode::WebhookRefused), "{why}");
        assert_eq!(self.known(), None, "{why}");
    }

    async fn taken(&self, message: &Message) {
        assert_eq!(message.send(&self.holder.client).await.status, 204);
    }

    /// The outcome that the authority knows of the check.
    fn known(&self) -> Option<String> {
        let database = rusqlite::Connection::open(self.world.data_dir().join("authority.db")).unwrap();
        let known: Option<String> = database
            .query_row(
                "SELECT result FROM provider_check WHERE nonce = ?1",
                [self.started["nonce"].as_str().unwrap()],
                |row| row.get(0),
            )
            .unwrap();
        known.map(|text| {
            let json: Value = serde_json::from_str(&text).unwrap();
            json["outcome"].as_str().unwrap().to_owned()
        })
    }
}

async fn begin(world: &World, fake: &Fake) -> (Holder, Value) {
    let mut holder = world.holder();
    holder.at_document(world, "suharto").await;
    (holder, fake.last_started())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_and_the_providers_own_word_pass_a_step() {
    let mut at = At::document_check("live").await;
    let pass = at.result("passed", 1);
    at.fake.state().result = pass.clone();
    at.taken(&at.message("m1", &pass)).await;
    assert_eq!(at.known().as_deref(), Some("passed"));
    let next = at.holder.document("receipt").await.next();
    assert_eq!(
        (next.code, next.interaction_type_required),
        (None, InteractionType::Consent)
    );
    assert!(at.fake.state().authorization.starts_with("Bearer "));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_providers_own_word_is_enough_where_its_message_was_lost() {
    let mut at = At::document_check("live").await;
    at.fake.state().result = at.result("passed", 1);
    let next = at.holder.document("receipt").await.next();
    assert_eq!(
        (next.code, next.interaction_type_required),
        (None, InteractionType::Consent)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_that_only_a_message_tells_of_is_none() {
    let mut at = At::document_check("live").await;
    at.taken(&at.message("m1", &at.result("passed", 1))).await;
    for manner in [Manner::Status(503), Manner::Text("null"), Manner::Cut] {
        at.fake.state().results = manner.clone();
        let next = at.holder.document("receipt").await.next();
        assert_eq!(next.code, Some(WireCode::CheckUnavailable), "{manner:?}");
        assert!(at.holder.is_open(InteractionType::DocumentCheck));
    }
    // The receipt was not used up.
    at.fake.state().results = Manner::Well;
    at.fake.state().result = at.result("passed", 1);
    let next = at.holder.document("receipt").await.next();
    assert_eq!(
        (next.code, next.interaction_type_required),
        (None, InteractionType::Consent)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_message_is_refused_and_uses_up_nothing() {
    let at = At::document_check("live").await;
    let good = at.message("m1", &at.result("passed", 1));
    let other = at.message("m2", &at.result("passed", 1));
    for (why, forged) in [
        (
            "no signature",
            Message {
                signature: String::new(),
                ..good.clone()
            },
        ),
        ("another secret", good.clone().signed(&[9; 32])),
        (
            "the signature of another message",
            Message {
                signature: other.signature,
                ..good.clone()
            },
        ),
        (
            "another body",
            Message {
                body: good.body.replace("passed", "failed"),
                ..good.clone()
            },
        ),
        (
            "a longer body",
            Message {
                body: format!("{} ", good.body),
                ..good.clone()
            },
        ),
        (
            "another id",
            Message {
                id: "m3".into(),
                ..good.clone()
            },
        ),
        (
            "another time",
            Message {
                timestamp: (START + 1).to_string(),
                ..good.clone()
            },
        ),
        (
            "another environment",
            Message {
                environment: "test".into(),
                ..good.clone()
            },
        ),
        (
            "an unknown provider",
            Message {
                provider: "nobody".into(),
                ..good.clone()
            },
        ),
        (
            "another provider",
            Message {
                provider: "sandbox".into(),
                ..good.clone()
            },
        ),
    ] {
        at.refused(&forged, why).await;
    }
    at.taken(&good).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replayed_message_is_refused() {
    let at = At::document_check("live").await;
    let failed = at.message("m1", &at.result("inconclusive", 1));
    at.taken(&failed).await;
    let again = failed.send(&at.holder.client).await;
    assert_eq!(again.code(), WireCode::WebhookRefused);
    // Under the same id with another body and a good signature.
    let other = at.message("m1", &at.result("passed", 2)).send(&at.holder.client).await;
    assert_eq!(other.code(), WireCode::WebhookRefused);
    assert_eq!(at.known().as_deref(), Some("inconclusive"));
    // Later on as well, and after a restart.
    at.world.clock.advance(299);
    let again = failed.send(&at.holder.client).await;
    assert_eq!(again.code(), WireCode::WebhookRefused);
    let At { world, holder, .. } = at;
    let world = world.restart().await;
    let client = holder.client.again(world.running.client_file());
    assert_eq!(failed.send(&client).await.code(), WireCode::WebhookRefused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_counts_for_five_minutes_on_both_sides() {
    let at = At::document_check("live").await;
    let result = at.result("failed", 1);
    for (offset, why) in [(-301, "too old"), (301, "of the future"), (-86_400, "of yesterday")] {
        at.refused(&at.fake.message("m1", START + offset, &result), why).await;
    }
    at.taken(&at.fake.message("m1", START - 300, &result)).await;
    // Known already, and no second statement.
    at.taken(&at.fake.message("m2", START + 300, &result)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_about_a_foreign_session_is_refused() {
    let at = At::document_check("live").await;
    let (_other, other_started) = begin(&at.world, &at.fake).await;
    assert_ne!(at.started["session"], other_started["session"]);
    for (number, (member, value)) in [
        ("session", other_started["session"].clone()),
        ("jkt", other_started["jkt"].clone()),
        ("nonce", json!("of-nobody")),
        ("kind", json!("face-check")),
        ("performed_at", json!(START + 301)),
        ("performed_at", json!(START - 301)),
        ("sequence", json!(0)),
        ("receipt_sha256", json!("AAAA")),
        ("environment", json!("test")),
        ("outcome", json!("great")),
        ("more", json!(1)),
    ]
    .into_iter()
    .enumerate()
    {
        let mut result = at.result("passed", 1);
        result[member] = value;
        at.refused(&at.message(&format!("m{number}"), &result), member).await;
    }
    let mut other_type = at.message("type", &at.result("passed", 1));
    other_type.body = other_type.body.replace("check.updated", "check.deleted");
    at.refused(&at.fake.sign(other_type), "another type").await;
    let mut no_json = at.message("json", &at.result("passed", 1));
    no_json.body = "{}".into();
    at.refused(&at.fake.sign(no_json), "another form").await;
    // In the sandbox's name nobody speaks about a check of this provider.
    at.taken(&at.message("good", &at.result("passed", 1))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_arrives_out_of_order_changes_nothing() {
    let mut at = At::document_check("live").await;
    at.taken(&at.message("m2", &at.result("inconclusive", 2))).await;
    let early = at.message("m1", &at.result("passed", 1)).send(&at.holder.client).await;
    assert_eq!(early.code(), WireCode::WebhookRefused);
    assert_eq!(at.known().as_deref(), Some("inconclusive"));
    // A failure is final, even if it was said earlier.
    at.taken(&at.message("m3", &at.result("failed", 1))).await;
    for sequence in [2, 3, 100] {
        let id = format!("lift-{sequence}");
        let lifted = at
            .message(&id, &at.result("passed", sequence))
            .send(&at.holder.client)
            .await;
        assert_eq!(lifted.code(), WireCode::WebhookRefused);
    }
    assert_eq!(at.known().as_deref(), Some("failed"));
    // Also where the provider itself says otherwise when it is asked.
    at.fake.state().result = at.result("passed", 101);
    let next = at.holder.document("receipt").await.next();
    assert_eq!(next.code, Some(WireCode::DocumentRefused));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_event_is_refused_where_people_are_real_and_the_other_way_round() {
    for (ours, theirs) in [("live", "test"), ("test", "live")] {
        let at = At::document_check(ours).await;
        let mut result = at.result("passed", 1);
        result["environment"] = json!(theirs);
        let mut message = at.message("m1", &result);
        message.environment = theirs.into();
        at.refused(&at.fake.sign(message.clone()), "said twice").await;
        // Said in the header only, or in the body only.
        let mut header = at.message("m2", &at.result("passed", 1));
        header.environment = theirs.into();
        at.refused(&at.fake.sign(header), "in the header").await;
        at.refused(&at.message("m3", &result), "in the body").await;
        // And when the provider is asked.
        let mut holder = at.holder;
        at.fake.state().result = result;
        let next = holder.document("receipt").await.next();
        assert_eq!(next.code, Some(WireCode::CheckUnavailable), "{ours}");
    }
}
