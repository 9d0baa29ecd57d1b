use permitcard_protocol::{
    WireCode, endpoints,
    registration::{InteractionType, Launch, SandboxCheckResponse},
};
use serde_json::json;

use crate::support::{Holder, START, Step, World, run_check};

async fn at_document(world: &World, person: &str) -> Holder {
    let mut holder = world.holder();
    holder.at_document(world, person).await;
    assert!(holder.is_open(InteractionType::DocumentCheck));
    holder
}

#[tokio::test(flavor = "multi_thread")]
async fn each_outcome_of_the_document_check() {
    let world = World::new().await;
    for (person, code, left) in [
        ("piotr", WireCode::DocumentRefused, 4),
        ("niccolo", WireCode::CheckInconclusive, 4),
        ("helene", WireCode::CheckUnavailable, 5),
    ] {
        let mut holder = at_document(&world, person).await;
        let first = holder.launch_token();
        let next = holder.check_document().await.next();
        assert_eq!((next.code, next.tries_left), (Some(code), Some(left)), "{person}");
        assert!(holder.is_open(InteractionType::DocumentCheck));
        assert_ne!(holder.launch_token(), first, "a fresh launch for the next try");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_outcome_of_the_face_check() {
    let world = World::new().await;
    for (person, code) in [
        ("minh", WireCode::FaceRefused),
        ("minjun", WireCode::FaceRefused),
        ("yuki", WireCode::CheckInconclusive),
    ] {
        let mut holder = world.holder();
        holder.at_face(&world, person).await;
        let next = holder.check_face().await.next();
        assert_eq!((next.code, next.tries_left), (Some(code), Some(4)), "{person}");
        assert_eq!(next.interaction_type_required, InteractionType::FaceCheck);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_comes_back_lets_pass() {
    let world = World::new().await;
    let mut holder = at_document(&world, "bjoern").await;
    assert_eq!(
        holder.check_document().await.next().code,
        Some(WireCode::CheckUnavailable)
    );
    holder.check_document().await.next();
    holder.consent(true).await.next();
    assert_eq!(holder.check_face().await.next().code, Some(WireCode::CheckUnavailable));
    assert!(matches!(holder.check_face().await, Step::Granted));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_down_never_lets_pass() {
    let world = World::new().await;
    let mut holder = at_document(&world, "helene").await;
    for _ in 0..10 {
        let next = holder.check_document().await.next();
        assert_eq!(
            (next.code, next.tries_left),
            (Some(WireCode::CheckUnavailable), Some(5))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_failed_checks_close_the_step_and_leave_the_window() {
    let world = World::new().await;
    let mut holder = at_document(&world, "piotr").await;
    for left in (1..5).rev() {
        assert_eq!(holder.check_document().await.next().tries_left, Some(left));
    }
    let last = holder.launch_of(InteractionType::DocumentCheck);
    let next = holder.check_document().await.next();
    assert_eq!(next.code, Some(WireCode::TriesExhausted));
    assert_eq!(next.interaction_type_required, InteractionType::InPersonCode);
    assert!(next.interaction_types_allowed.is_empty() && next.launches.is_empty());
    let body = json!({ "token": last.token }).to_string();
    holder
        .client
        .post_to(&last.url, endpoints::MEDIA_JSON, body)
        .await
        .refused(WireCode::ReceiptRefused);
    holder.document("x").await.refused().refused(WireCode::StepUnexpected);
    assert!(matches!(holder.pass_at_window(&world, "piotr").await, Step::Granted));
}

#[tokio::test(flavor = "multi_thread")]
async fn five_failed_faces_leave_the_window() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.at_face(&world, "minh").await;
    for left in (1..5).rev() {
        let next = holder.check_face().await.next();
        assert_eq!((next.code, next.tries_left), (Some(WireCode::FaceRefused), Some(left)));
    }
    let next = holder.check_face().await.next();
    assert_eq!(next.code, Some(WireCode::TriesExhausted));
    assert_eq!(next.interaction_type_required, InteractionType::InPersonCode);
    assert!(matches!(holder.pass_at_window(&world, "minh").await, Step::Granted));
}

/// The attack of design 4.1: somebody starts a registration for a victim and lets the victim pass the check on his own
/// phone.
#[tokio::test(flavor = "multi_thread")]
async fn a_launch_token_forwarded_to_a_second_device_is_worth_nothing() {
    let world = World::new().await;
    let mut attacker = at_document(&world, "suharto").await;
    let mut victim = at_document(&world, "suharto").await;
    let forwarded = attacker.launch();

    // The victim's phone runs the forwarded check: it has the receipt, the attacker has not.
    let receipt: SandboxCheckResponse = run_check(&victim.client, &forwarded).await.json();
    // The attacker cannot run it a second time to get the receipt.
    let again = run_check(&attacker.client, &forwarded).await;
    again.refused(WireCode::ReceiptRefused);
    // In the victim's session and with the victim's key the receipt is of another check.
    let next = victim.document(&receipt.receipt).await.next();
    assert_eq!(next.code, Some(WireCode::ReceiptRefused));
    assert!(victim.is_open(InteractionType::DocumentCheck));
    // With the victim's key in the attacker's session there is no session.
    let mut crossed = Holder::new(world.client());
    crossed.auth_session.clone_from(&attacker.auth_session);
    crossed
        .document(&receipt.receipt)
        .await
        .refused()
        .refused(WireCode::SessionUnknown);
    // And without a receipt the attacker stays where he is.
    let next = attacker.document("guess").await.next();
    assert_eq!(next.code, Some(WireCode::ReceiptRefused));
    assert!(attacker.is_open(InteractionType::DocumentCheck));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_of_an_earlier_check_of_the_same_session_is_refused() {
    let world = World::new().await;
    let mut holder = at_document(&world, "suharto").await;
    let early = holder.run_check().await;
    // A wrong receipt makes a new check, with a nonce of its own.
    assert_eq!(holder.document("wrong").await.next().tries_left, Some(4));
    let next = holder.document(&early).await.next();
    assert_eq!((next.code, next.tries_left), (Some(WireCode::ReceiptRefused), Some(3)));
    holder.check_document().await.next();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_of_the_other_kind_of_check_is_refused() {
    let world = World::new().await;
    let mut holder = at_document(&world, "suharto").await;
    let document = holder.run_check().await;
    holder.document(&document).await.next();
    holder.consent(true).await.next();
    let next = holder.face(&document).await.next();
    assert_eq!(next.code, Some(WireCode::ReceiptRefused));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_counts_once() {
    let world = World::new().await;
    let mut holder = at_document(&world, "piotr").await;
    let receipt = holder.run_check().await;
    assert_eq!(
        holder.document(&receipt).await.next().code,
        Some(WireCode::DocumentRefused)
    );
    assert_eq!(
        holder.document(&receipt).await.next().code,
        Some(WireCode::ReceiptRefused)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_launch_token_has_an_end() {
    let world = World::new().await;
    let holder = at_document(&world, "suharto").await;
    world.clock.advance(3601);
    let launch = holder.launch();
    run_check(&holder.client, &launch)
        .await
        .refused(WireCode::ReceiptRefused);
    let unknown = Launch {
        token: "unknown".into(),
        ..launch.clone()
    };
    run_check(&holder.client, &unknown)
        .await
        .refused(WireCode::ReceiptRefused);
    let body = json!({ "token": 5 }).to_string();
    let answer = holder.client.post_to(&launch.url, endpoints::MEDIA_JSON, body).await;
    answer.refused(WireCode::RequestMalformed);
}

/// A host whose connection broke repeats the check under its own key; nobody else knows that key.
#[tokio::test(flavor = "multi_thread")]
async fn a_check_can_be_repeated_by_the_host_that_ran_it() {
    let world = World::new().await;
    let mut holder = at_document(&world, "suharto").await;
    let launch = holder.launch();
    let body = json!({ "token": launch.token }).to_string();
    let run = |key: &'static str| {
        let request = holder
            .client
            .request_to(&launch.url)
            .header("content-type", endpoints::MEDIA_JSON)
            .header(endpoints::IDEMPOTENCY_KEY, key)
            .body(body.clone());
        holder.client.raw(request)
    };
    let first = run("host").await;
    assert_eq!(run("host").await, first);
    run("other").await.refused(WireCode::ReceiptRefused);
    let receipt: SandboxCheckResponse = first.json();
    holder.document(&receipt.receipt).await.next();
}

/// The command for hosts without HTTP takes the same way.
#[tokio::test(flavor = "multi_thread")]
async fn the_operators_check_is_the_same_check() {
    let world = World::new().await;
    let mut holder = at_document(&world, "suharto").await;
    let receipt = world.admin.check(&holder.launch_token()).unwrap();
    assert!(world.admin.check(&holder.launch_token()).is_err());
    holder.document(&receipt).await.next();
}

/// What led to a card is kept, with the environment that it came from, and without any value of the person.
#[tokio::test(flavor = "multi_thread")]
async fn the_evidence_of_a_registration_is_kept() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.pass_until_granted(&world, "maria").await;
    let database = rusqlite::Connection::open(world.data_dir().join("authority.db")).unwrap();
    let mut statement = database
        .prepare("SELECT step, outcome, provider, method, environment, performed_at, length(digest) FROM evidence ORDER BY id")
        .unwrap();
    let rows: Vec<(String, String, String, String, String, i64, u32)> = statement
        .query_map([], |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
                row.get(6)?,
            ))
        })
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let row = |step: &str, provider: &str, method: &str| {
        let words = [step, "passed", provider, method, "test"].map(str::to_owned);
        let [step, outcome, provider, method, environment] = words;
        (step, outcome, provider, method, environment, START, 32)
    };
    assert_eq!(
        rows,
        [
            row("one-time-code", "authority", "one-time-code"),
            row("document-check", "sandbox", "magic-number"),
            row("register-match", "authority", "name-forms"),
            row("face-check", "sandbox", "magic-number"),
        ]
    );
}

/// From a grant one gets to the checks and the consents that it rests on, after the registration itself is gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_grant_names_the_checks_and_consents_that_it_rests_on() {
    let world = World::new().await;
    let mut other = world.holder();
    other.at_face(&world, "suharto").await;
    let mut holder = world.holder();
    holder.at_document(&world, "maria").await;
    holder.check_document().await.next();
    for _ in 0..3 {
        world.clock.advance(1);
        holder.consent(false).await.next();
    }
    world.clock.advance(1);
    holder.consent(true).await.next();
    assert!(matches!(holder.check_face().await, Step::Granted));

    let world = world.restart().await;
    let database = rusqlite::Connection::open(world.data_dir().join("authority.db")).unwrap();
    let all = |query: &str| -> Vec<String> {
        let mut statement = database.prepare(query).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    let steps =
        all("SELECT step || ' ' || outcome FROM permit_grant JOIN evidence USING (session) ORDER BY evidence.id");
    assert_eq!(
        steps,
        [
            "one-time-code passed",
            "document-check passed",
            "register-match passed",
            "face-check passed"
        ]
    );
    let consents = all(
        "SELECT printf('%s %d %s %d %d', kind, version, scope, given, decided_at)
         FROM permit_grant JOIN consent USING (session) ORDER BY kind DESC",
    );
    assert_eq!(
        consents,
        [
            format!("general 1 registration 1 {START}"),
            format!("face-data 2 face-check 1 {}", START + 4)
        ]
    );
}
