//! The sandbox's own service: on a port of its own, reached as any other provider.

use std::time::Duration;

use permitcard_authority::{AuthorityError, SandboxMistakes};
use permitcard_protocol::{WireCode, endpoints, registration::InteractionType};
use serde_json::{Value, json};

use crate::support::{World, run_check};

fn origin(url: &str) -> String {
    url.strip_suffix(endpoints::SANDBOX_CHECK).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_a_service_of_its_own() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.at_document(&world, "suharto").await;
    let launch = holder.launch_of(InteractionType::DocumentCheck);
    assert_eq!(launch.provider, "sandbox");
    assert_ne!(origin(&launch.url), world.running.url());
    let body = json!({ "token": launch.token }).to_string();
    let here = holder
        .client
        .post_open(endpoints::SANDBOX_CHECK, endpoints::MEDIA_JSON, body)
        .await;
    here.refused(WireCode::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_authority_may_ask_it() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.at_document(&world, "suharto").await;
    let origin = origin(&holder.launch_of(InteractionType::DocumentCheck).url);
    for path in ["/checks", "/checks/result", "/messages", "/register/find"] {
        let url = format!("{origin}/provider{path}");
        let answer = holder.client.post_to(&url, endpoints::MEDIA_JSON, "{}").await;
        assert_eq!(answer.code(), WireCode::TokenInvalid, "{path}");
    }
    let other = holder
        .client
        .post_to(&format!("{origin}/provider"), endpoints::MEDIA_JSON, "{}")
        .await;
    assert_eq!(other.code(), WireCode::NotFound);
}

/// The message arrives by itself, without anybody handing in the receipt.
#[tokio::test(flavor = "multi_thread")]
async fn it_tells_the_authority_by_a_signed_message() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.at_document(&world, "suharto").await;
    holder.run_check().await;
    let database = rusqlite::Connection::open(world.data_dir().join("authority.db")).unwrap();
    let known = || -> Option<String> {
        database
            .query_row("SELECT result FROM provider_check", [], |row| row.get(0))
            .unwrap()
    };
    // No time limit decides: a message that never comes is a test that never ends.
    let known = loop {
        match known() {
            Some(known) => break known,
            None => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    };
    let known: Value = serde_json::from_str(&known).unwrap();
    assert_eq!(
        (&known["outcome"], &known["environment"]),
        (&json!("passed"), &json!("test"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn its_checks_can_be_wrong() {
    let with = |false_accepts, false_rejects| {
        World::prepared(move |_, options| {
            options.sandbox_mistakes = SandboxMistakes {
                false_accepts,
                false_rejects,
                seed: 1,
            };
        })
    };
    let world = with(0, 1000).await;
    let mut holder = world.holder();
    holder.at_document(&world, "suharto").await;
    let next = holder.check_document().await.next();
    assert_eq!(next.code, Some(WireCode::DocumentRefused));
    // The way over a service window is not touched.
    assert!(holder.is_open(InteractionType::InPersonCode));

    let world = with(1000, 0).await;
    let mut holder = world.holder();
    holder.at_document(&world, "piotr").await;
    let next = holder.check_document().await.next();
    assert_eq!(
        (next.code, next.interaction_type_required),
        (None, InteractionType::Consent)
    );
    // A review finds it.
    let wrong = world.admin.sandbox_checks(true).unwrap();
    assert_eq!(wrong.len(), 1);
    let check = &wrong[0];
    assert_eq!(
        (check.kind.as_str(), check.number.as_str()),
        ("document-check", "310000202400001002")
    );
    assert_eq!((check.outcome.as_str(), check.truth.as_str()), ("passed", "failed"));
    assert_eq!(format!("{check:?}"), "SandboxCheckView { .. }");
    // What is right is listed beside it.
    holder.consent(true).await.next();
    holder.run_check().await;
    assert_eq!(world.admin.sandbox_checks(false).unwrap().len(), 2);
    assert_eq!(world.admin.sandbox_checks(true).unwrap(), wrong);
}

#[tokio::test(flavor = "multi_thread")]
async fn port_and_open_checks_outlive_a_restart() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.at_document(&world, "suharto").await;
    let launch = holder.launch_of(InteractionType::DocumentCheck);
    let secret = || std::fs::read(world.data_dir().join("keys/sandbox-provider.secret")).unwrap();
    let before = secret();
    let world = world.restart().await;
    assert_eq!(
        std::fs::read(world.data_dir().join("keys/sandbox-provider.secret")).unwrap(),
        before
    );
    holder.client = holder.client.again(world.running.client_file());
    let receipt: Value = run_check(&holder.client, &launch).await.json();
    let next = holder.document(receipt["receipt"].as_str().unwrap()).await.next();
    assert_eq!(
        (next.code, next.interaction_type_required),
        (None, InteractionType::Consent)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_check_needs_a_running_authority() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.at_document(&world, "suharto").await;
    let token = holder.launch_token();
    assert_eq!(world.admin.check("unknown"), Err(AuthorityError::LaunchRefused));
    let receipt = world.admin.check(&token).unwrap();
    assert_eq!(world.admin.check(&token), Err(AuthorityError::LaunchRefused));
    assert_eq!(holder.document(&receipt).await.next().code, None);
    let World { running, admin, .. } = world;
    running.shutdown().await;
    assert_eq!(admin.check(&token), Err(AuthorityError::NotRunning));
}

/// Each entry of the evidence is in the form of OpenID Identity Assurance, without any value of the person.
#[tokio::test(flavor = "multi_thread")]
async fn the_evidence_is_in_the_form_of_identity_assurance() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.pass_until_granted(&world, "maria").await;
    let database = rusqlite::Connection::open(world.data_dir().join("authority.db")).unwrap();
    let mut statement = database
        .prepare("SELECT step, verified_claims FROM evidence ORDER BY id")
        .unwrap();
    let rows: Vec<(String, String)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let person = world.person("maria");
    let mut methods = Vec::new();
    for (step, text) in rows {
        for value in [
            &person.mrz_name,
            &person.passport,
            &person.permit_number,
            person.contact.as_ref().unwrap(),
        ] {
            assert!(!text.contains(value.as_str()), "{step}");
        }
        let json: Value = serde_json::from_str(&text).unwrap();
        let verification = &json["verification"];
        assert_eq!(verification["trust_framework"], "permitcard_sandbox");
        assert_eq!(verification["time"], "2026-09-21T14:13:20Z");
        assert_eq!(json["claims"]["test"], true);
        let evidence = &verification["evidence"][0];
        assert_eq!(evidence["attachments"][0]["digest"]["alg"], "sha-256");
        let method = evidence["check_details"][0]["check_method"]
            .as_str()
            .unwrap()
            .to_owned();
        methods.push((step, method));
    }
    for (step, method) in [
        ("one-time-code", "auth"),
        ("document-check", "vri"),
        ("face-check", "bvr"),
    ] {
        assert!(methods.contains(&(step.to_owned(), method.to_owned())), "{methods:?}");
    }
}
