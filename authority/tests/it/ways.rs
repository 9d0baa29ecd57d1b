//! Changing over in the middle: no face and no Chinese SIM is needed for tier 1, and no registration gets stuck.

use permitcard_authority::admin::PermitEvent;
use permitcard_protocol::{
    WireCode, endpoints,
    registration::{InteractionType, StepAnswer},
};

use crate::support::{Holder, START, Step, World, claim, start_request};

const IN_PERSON: InteractionType = InteractionType::InPersonCode;

/// A code of a service window that is not the given one.
fn other(code: &str) -> String {
    let last = if code.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &code[..9])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_is_open_at_each_step_and_ends_in_a_card() {
    let world = World::new().await;
    for stop in 0..6 {
        let mut holder = world.holder();
        holder.at_window().await;
        if stop >= 1 {
            holder.claim(claim(&world.person("maria"))).await.next();
        }
        if stop >= 2 {
            holder.code(&world.code("maria")).await.next();
        }
        if stop >= 3 {
            holder.check_document().await.next();
        }
        if stop == 4 {
            // No face data, please.
            assert_eq!(holder.consent(false).await.next().code, Some(WireCode::ConsentRefused));
        }
        if stop == 5 {
            holder.consent(true).await.next();
        }
        assert!(holder.is_open(IN_PERSON), "{stop}");
        assert!(
            matches!(holder.pass_at_window(&world, "maria").await, Step::Granted),
            "{stop}"
        );
        holder.fetch_tokens().await;
        holder.accept_card().await;
        assert_eq!(holder.client.get(endpoints::CARD).await.status, 200);
    }
}

/// Everybody whose checks do not pass gets his card at the window.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_cannot_pass_remotely_passes_at_the_window() {
    let world = World::new().await;
    for (person, code) in [
        ("piotr", WireCode::DocumentRefused),
        ("niccolo", WireCode::CheckInconclusive),
        ("helene", WireCode::CheckUnavailable),
        ("kofi", WireCode::IdentityNotConfirmed),
    ] {
        let mut holder = world.holder();
        holder.identified(&world, person).await;
        assert_eq!(holder.check_document().await.next().code, Some(code), "{person}");
        assert!(
            matches!(holder.pass_at_window(&world, person).await, Step::Granted),
            "{person}"
        );
    }
    for (person, code) in [
        ("minh", WireCode::FaceRefused),
        ("minjun", WireCode::FaceRefused),
        ("yuki", WireCode::CheckInconclusive),
    ] {
        let mut holder = world.holder();
        holder.identified(&world, person).await;
        holder.check_document().await.next();
        holder.consent(true).await.next();
        assert_eq!(holder.check_face().await.next().code, Some(code), "{person}");
        assert!(
            matches!(holder.pass_at_window(&world, person).await, Step::Granted),
            "{person}"
        );
    }
    // A code that cannot be delivered.
    let mut holder = world.holder();
    holder.identified(&world, "joao").await;
    assert!(matches!(holder.pass_at_window(&world, "joao").await, Step::Granted));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_may_change_over_and_back() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.at_window().await;
    let next = holder.in_person("0123456789").await.next();
    assert_eq!(
        (next.code, next.tries_left),
        (Some(WireCode::InPersonCodeExpired), None),
        "none was given out"
    );
    assert_eq!(next.interaction_type_required, InteractionType::IdentityClaim);
    holder.claim(claim(&world.person("maria"))).await.next();
    let code = world.window_code("maria", &holder.session_reference());
    let next = holder.in_person(&other(&code)).await.next();
    assert_eq!(next.code, Some(WireCode::InPersonCodeWrong));
    holder.code(&world.code("maria")).await.next();
    holder.check_document().await.next();
    holder.consent(true).await.next();
    assert!(matches!(holder.check_face().await, Step::Granted));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_outcome_of_a_code_of_a_window() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.at_window().await;
    let make = |holder: &Holder| world.window_code("maria", &holder.session_reference());
    let code = make(&holder);
    for left in (1..5).rev() {
        let next = holder.in_person(&other(&code)).await.next();
        assert_eq!(
            (next.code, next.tries_left),
            (Some(WireCode::InPersonCodeWrong), Some(left))
        );
    }
    let next = holder.in_person(&other(&code)).await.next();
    assert_eq!(
        (next.code, next.tries_left),
        (Some(WireCode::InPersonTriesExhausted), Some(0))
    );
    assert_eq!(
        holder.in_person(&code).await.next().code,
        Some(WireCode::InPersonTriesExhausted),
        "now even the right one is dead"
    );
    // The window gives out another one. The one before counts no more.
    let second = make(&holder);
    let third = make(&holder);
    let next = holder.in_person(&second).await.next();
    assert_eq!(
        (next.code, next.tries_left),
        (Some(WireCode::InPersonCodeWrong), Some(4))
    );
    // It lives 72 hours, and the registration with it.
    world.clock.advance(72 * 3600 + 1);
    assert!(matches!(holder.in_person(&third).await, Step::Refused(_)));

    let mut in_time = world.holder();
    in_time.at_window().await;
    let code = make(&in_time);
    world.clock.advance(72 * 3600);
    assert!(matches!(in_time.in_person(&code).await, Step::Granted));
    for text in ["", "0123", "0123456789A", "abcdefghjk", "0123456789 "] {
        let mut holder = world.holder();
        holder.at_window().await;
        holder.in_person(text).await.refused().refused(WireCode::AnswerInvalid);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_a_window_counts_in_its_own_registration_only() {
    let world = World::new().await;
    let (mut one, mut two) = (world.holder(), world.holder());
    one.at_window().await;
    two.at_window().await;
    assert_ne!(one.session_reference(), two.session_reference());
    let code = world.window_code("maria", &one.session_reference());
    for _ in 0..6 {
        let next = two.in_person(&code).await.next();
        assert_eq!(next.code, Some(WireCode::InPersonCodeExpired));
    }
    // Whatever is tried elsewhere uses up nothing here.
    assert!(matches!(one.in_person(&code).await, Step::Granted));
    // And it counts once.
    one.start().await.next();
    one.consent(true).await.next();
    assert_eq!(
        one.in_person(&code).await.next().code,
        Some(WireCode::InPersonCodeExpired)
    );
}

/// A registration for which nothing but the window is left waits as long as a code of a window lives.
#[tokio::test(flavor = "multi_thread")]
async fn where_only_the_window_is_left_there_is_time_to_go_there() {
    let world = World::new().await;
    let mut refused = world.holder();
    refused.identified(&world, "suharto").await;
    refused.check_document().await.next();
    refused.consent(false).await.next();
    let mut closed = world.holder();
    closed.identified(&world, "piotr").await;
    for _ in 0..5 {
        closed.check_document().await.next();
    }
    assert_eq!(closed.last.as_ref().unwrap().interaction_type_required, IN_PERSON);
    world.clock.advance(71 * 3600);
    assert!(matches!(refused.pass_at_window(&world, "suharto").await, Step::Granted));
    assert!(matches!(closed.pass_at_window(&world, "piotr").await, Step::Granted));
}

/// A code may be older than the registration's end: the window became the only way after it was given out.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_a_window_grows_old_while_its_registration_lives() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.identified(&world, "piotr").await;
    let old = world.window_code("piotr", &holder.session_reference());
    world.clock.advance(600);
    for _ in 0..5 {
        holder.check_document().await.next();
    }
    assert_eq!(holder.last.as_ref().unwrap().interaction_type_required, IN_PERSON);
    world.clock.advance(72 * 3600 - 600 + 1);
    let next = holder.in_person(&old).await.next();
    assert_eq!(next.code, Some(WireCode::InPersonCodeExpired));
    assert_eq!(next.interaction_type_required, IN_PERSON, "it goes on");
    let new = world.window_code("piotr", &holder.session_reference());
    assert!(matches!(holder.in_person(&new).await, Step::Granted));
}

/// A face consent may still be given days later; what was proven before is proven again then.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_changes_his_mind_later_proves_again() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.identified(&world, "suharto").await;
    holder.check_document().await.next();
    holder.consent(false).await.next();
    world.clock.advance(24 * 3600);
    let next = holder.consent(true).await.next();
    assert_eq!(next.code, Some(WireCode::SessionExpired));
    holder.claim(claim(&world.person("suharto"))).await.next();
    holder.check_document().await.next();
    holder.consent(true).await.next();
    assert!(matches!(holder.check_face().await, Step::Granted));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clerk_stands_in_the_evidence() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.at_window().await;
    assert!(matches!(holder.pass_at_window(&world, "suharto").await, Step::Granted));
    let database = rusqlite::Connection::open(world.data_dir().join("authority.db")).unwrap();
    let row: (String, String, String, String, String, i64, String) = database
        .query_row(
            "SELECT step, outcome, provider, method, environment, performed_at, clerk
             FROM permit_grant JOIN evidence USING (session)",
            [],
            |row| {
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    row.get(2)?,
                    row.get(3)?,
                    row.get(4)?,
                    row.get(5)?,
                    row.get(6)?,
                ))
            },
        )
        .unwrap();
    let text = |text: &str| text.to_owned();
    assert_eq!(
        row,
        (
            text("in-person-code"),
            text("passed"),
            text("service-window"),
            text("in-person"),
            text("test"),
            START,
            text("clerk-7"),
        )
    );
}

/// The clerk saw somebody else than the one whose document was checked in this registration.
#[tokio::test(flavor = "multi_thread")]
async fn a_registration_is_about_one_person() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.identified(&world, "suharto").await;
    holder.check_document().await.next();
    let next = holder.pass_at_window(&world, "maria").await.next();
    assert_eq!(next.code, Some(WireCode::IdentityNotConfirmed));
    assert!(matches!(holder.pass_at_window(&world, "suharto").await, Step::Granted));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permit_that_ends_on_the_way_to_the_window_gives_nothing() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.at_window().await;
    let reference = holder.session_reference();
    let code = world.window_code("suharto", &reference);
    world.event(PermitEvent::Revoke, "suharto");
    assert!(world.admin.window_code("suharto", &reference, "clerk-7").is_err());
    holder.in_person(&code).await.refused().refused(WireCode::PermitEnded);
}

/// A client that has no camera is offered the window only; one that has no window is not.
#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_client_can_do_is_offered() {
    let world = World::new().await;
    let with = |kinds: &[InteractionType]| {
        let mut request = start_request();
        if let permitcard_protocol::registration::ChallengeRequest::Start {
            interaction_types_supported,
            ..
        } = &mut request
        {
            *interaction_types_supported = kinds.to_vec();
        }
        request
    };
    let mut holder = world.holder();
    let request = with(&[InteractionType::Consent, IN_PERSON]);
    holder.challenge(&request, "a").await.next();
    let next = holder.consent(true).await.next();
    assert_eq!(next.interaction_type_required, IN_PERSON);
    assert!(next.interaction_types_allowed.is_empty());
    assert!(matches!(holder.pass_at_window(&world, "maria").await, Step::Granted));

    let kinds: Vec<InteractionType> = InteractionType::ALL
        .iter()
        .copied()
        .filter(|kind| *kind != IN_PERSON)
        .collect();
    let mut holder = world.holder();
    holder.challenge(&with(&kinds), "b").await.next();
    let next = holder.consent(true).await.next();
    assert!(!holder.is_open(IN_PERSON));
    assert_eq!(next.session_reference, None);
    let unexpected = holder.answer(StepAnswer::InPersonCode(
        permitcard_protocol::registration::InPersonCodeAnswer {
            code: "0123456789".into(),
        },
    ));
    unexpected.await.refused().refused(WireCode::StepUnexpected);
}
