//! What a claim leads to: nothing before a document was checked, then one of three answers.

use permitcard_authority::admin::PermitEvent;
use permitcard_protocol::{
    WireCode, endpoints,
    registration::{ClaimedNumber, IdentityClaim, InteractionType, ReceiptAnswer, StepAnswer},
};
use serde_json::Value;

use crate::support::{Holder, Step, World, claim};

const IN_PERSON: InteractionType = InteractionType::InPersonCode;

/// The body of an answer without what is random.
fn without_chance(body: Vec<u8>) -> String {
    let json: Value = serde_json::from_slice(&body).unwrap();
    let mut text = String::from_utf8(body).unwrap();
    for name in ["auth_session", "session_reference"] {
        text = text.replace(json[name].as_str().unwrap(), name);
    }
    for launch in json["launches"].as_array().into_iter().flatten() {
        text = text.replace(launch["token"].as_str().unwrap(), "token");
    }
    text
}

/// What a claim is answered with, and the check of the document that it names.
async fn bodies(world: &World, claim: IdentityClaim) -> [String; 2] {
    let mut holder = world.holder();
    holder.at_window().await;
    let request = holder.answer_request(StepAnswer::IdentityClaim(claim));
    let taken = raw(&mut holder, &request).await;
    let receipt = holder.run_check().await;
    let request = holder.answer_request(StepAnswer::DocumentCheck(ReceiptAnswer { receipt }));
    let checked = raw(&mut holder, &request).await;
    [taken, checked]
}

async fn raw(holder: &mut Holder, request: &permitcard_protocol::registration::ChallengeRequest) -> String {
    let key = holder.client.new_key();
    let answer = holder
        .client
        .form(endpoints::CHALLENGE, &request.to_form(), Some(&key))
        .await;
    assert_eq!(answer.status, 401);
    // The same request again is answered with the same.
    let step = holder.challenge(request, &key).await;
    step.next();
    without_chance(answer.body)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_answer_whatever_does_not_fit() {
    let world = World::new().await;
    let person = world.person("maria");
    let good = claim(&person);
    let other = claim(&world.person("sean"));
    let wrong = |change: &dyn Fn(&mut IdentityClaim)| {
        let mut claim = good.clone();
        change(&mut claim);
        claim
    };
    let unknown = bodies(
        &world,
        wrong(&|claim| claim.number = ClaimedNumber::PermitNumber("310000202499999901".into())),
    )
    .await;
    assert!(
        unknown[0].contains("urn:permitcard:ia:one-time-code") && !unknown[0].contains("\"code\""),
        "{}",
        unknown[0]
    );
    assert!(
        unknown[1].contains("registration.identity_not_confirmed") && unknown[1].contains("\"tries_left\":4"),
        "{}",
        unknown[1]
    );

    world.event(PermitEvent::Revoke, "juergen");
    for (what, claim) in [
        (
            "number of another person",
            wrong(&|claim| claim.number = other.number.clone()),
        ),
        (
            "passport",
            wrong(&|claim| claim.document.number = other.document.number.clone()),
        ),
        ("issuing state", wrong(&|claim| claim.document.issuer = "FRA".into())),
        (
            "passport and name of another person",
            wrong(&|claim| {
                claim.document = other.document.clone();
                claim.name = other.name.clone();
            }),
        ),
        (
            "unknown social security number",
            wrong(&|claim| {
                claim.number = ClaimedNumber::SocialSecurityNumber("ESP099999999999901".into());
            }),
        ),
        (
            "permit number as social security number",
            wrong(&|claim| {
                claim.number = ClaimedNumber::SocialSecurityNumber(person.permit_number.clone());
            }),
        ),
        ("permit over", self::claim(&world.person("lukasz"))),
        ("permit cancelled", self::claim(&world.person("juergen"))),
        ("another document at the provider", self::claim(&world.person("kofi"))),
    ] {
        assert_eq!(bodies(&world, claim).await, unknown, "{what}");
    }
    // A claim that fits looks the same, until the document was checked.
    let [taken, checked] = bodies(&world, good.clone()).await;
    assert_eq!(taken, unknown[0]);
    assert!(!checked.contains("\"code\""));
    let without_contact = bodies(&world, claim(&world.person("suharto"))).await;
    assert_eq!(without_contact[0], unknown[0]);
    // So does another name; that it differs is said once the document is proven.
    let [taken, checked] = bodies(&world, wrong(&|claim| claim.name = "GARCIA<<MARIA".into())).await;
    assert_eq!(taken, unknown[0]);
    assert!(checked.contains("registration.name_differs"), "{checked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn either_number_leads_to_the_person() {
    let world = World::new().await;
    let person = world.person("maria");
    let mut holder = world.holder();
    holder.at_window().await;
    let mut claim = claim(&person);
    claim.number = ClaimedNumber::SocialSecurityNumber(person.social_security_number.unwrap());
    holder.claim(claim).await.next();
    holder.code(&world.code("maria")).await.next();
    let next = holder.check_document().await.next();
    assert_eq!(
        (next.code, next.interaction_type_required),
        (None, InteractionType::Consent)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_of_a_name_is_the_name() {
    let world = World::new().await;
    for (id, name) in [
        ("maria", "MARIA<<GARCIA<LOPEZ"),
        ("maria", "GARCIALOPEZ<<MARIA"),
        ("maryann", "SMITHJONES<<MARYANN"),
        ("sean", "O<CONNOR<<SEAN"),
    ] {
        let mut holder = world.holder();
        holder.at_window().await;
        let mut claim = claim(&world.person(id));
        claim.name = name.into();
        holder.claim(claim).await.next();
        let next = holder.check_document().await.next();
        assert_eq!(next.code, None, "{id} {name}");
        assert!(holder.is_open(InteractionType::Consent));
    }
}

/// The document stays passed, and the code as well: only the name is sent again.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_differs_can_be_put_right() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.at_window().await;
    let good = claim(&world.person("maria"));
    let mut other = good.clone();
    other.name = "GARCIA<<MARIA".into();
    holder.claim(other.clone()).await.next();
    // No code is sent while the claim is not right.
    assert_eq!(world.codes_sent("maria"), 0);
    for left in (2..5).rev() {
        let next = if left == 4 {
            holder.check_document().await.next()
        } else {
            holder.claim(other.clone()).await.next()
        };
        assert_eq!((next.code, next.tries_left), (Some(WireCode::NameDiffers), Some(left)));
        assert_eq!(next.interaction_type_required, InteractionType::IdentityClaim);
        assert_eq!(next.interaction_types_allowed, [IN_PERSON]);
    }
    let next = holder.claim(good).await.next();
    assert_eq!(
        (next.code, next.interaction_type_required),
        (None, InteractionType::OneTimeCode)
    );
    assert!(holder.is_open(InteractionType::Consent), "the document is still passed");
    assert_eq!(world.codes_sent("maria"), 1);
    holder.code(&world.code("maria")).await.next();
    holder.consent(true).await.next();
    assert!(matches!(holder.check_face().await, Step::Granted));
}

/// Somebody's own good document opens nothing about other people's numbers.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_name_that_differs_another_number_is_not_confirmed() {
    let world = World::new().await;
    for number in ["310000202400000401", "310000209900000401"] {
        let mut holder = world.holder();
        holder.at_window().await;
        let mut mine = claim(&world.person("maria"));
        mine.name = "GARCIA<<MARIA".into();
        holder.claim(mine.clone()).await.next();
        assert_eq!(holder.check_document().await.next().code, Some(WireCode::NameDiffers));
        mine.number = ClaimedNumber::PermitNumber(number.into());
        let next = holder.claim(mine.clone()).await.next();
        assert_eq!(
            (next.code, next.tries_left),
            (Some(WireCode::IdentityNotConfirmed), Some(3))
        );
        // And the document has to be checked again.
        holder.claim(claim(&world.person("maria"))).await.next();
        assert!(holder.is_open(InteractionType::DocumentCheck));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_claims_that_are_not_confirmed_leave_the_window() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.at_window().await;
    let mut wrong = claim(&world.person("maria"));
    wrong.document.number = "X0000000".into();
    for left in (0..5).rev() {
        holder.claim(wrong.clone()).await.next();
        let next = holder.check_document().await.next();
        if left > 0 {
            assert_eq!(
                (next.code, next.tries_left),
                (Some(WireCode::IdentityNotConfirmed), Some(left))
            );
            assert_eq!(next.interaction_type_required, InteractionType::IdentityClaim);
        } else {
            assert_eq!(next.code, Some(WireCode::TriesExhausted));
            assert_eq!(next.interaction_type_required, IN_PERSON);
            assert!(next.interaction_types_allowed.is_empty() && next.launches.is_empty());
        }
    }
    holder.claim(wrong).await.refused().refused(WireCode::StepUnexpected);
    assert!(matches!(holder.pass_at_window(&world, "maria").await, Step::Granted));
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_survive_a_restart() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.at_window().await;
    let mut wrong = claim(&world.person("maria"));
    wrong.document.number = "X0000000".into();
    holder.claim(wrong.clone()).await.next();
    assert_eq!(holder.check_document().await.next().tries_left, Some(4));
    let world = world.restart().await;
    holder.client = holder.client.again(world.running.client_file());
    holder.claim(wrong).await.next();
    assert_eq!(holder.check_document().await.next().tries_left, Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_outside_of_its_limits_is_not_taken() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.at_window().await;
    let mut long = claim(&world.person("maria"));
    long.name = "A".repeat(40);
    holder.claim(long).await.refused().refused(WireCode::AnswerInvalid);
    assert!(holder.is_open(InteractionType::IdentityClaim));
    holder.claim(claim(&world.person("maria"))).await.next();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_permit_can_still_be_registered() {
    let world = World::new().await;
    world.event(PermitEvent::Suspend, "suharto");
    let holder = world.register("suharto").await;
    let (batch, _) = holder.batch(1).await;
    assert_eq!(batch.credentials.len(), 1);
}
