use permitcard_authority::admin::PermitEvent;
use permitcard_protocol::{
    WireCode, endpoints,
    registration::{ClaimedNumber, IdentityClaim, InteractionType, StepAnswer},
};
use serde_json::Value;

use crate::support::{World, claim};

/// The body of a refused claim without the session's name, which is random.
async fn body(world: &World, claim: IdentityClaim) -> String {
    let mut holder = world.holder();
    holder.start().await.next();
    holder.consent(true).await.next();
    let request = holder.answer_request(StepAnswer::IdentityClaim(claim));
    let answer = holder
        .client
        .form(endpoints::CHALLENGE, &request.to_form(), Some("k"))
        .await;
    assert_eq!(answer.status, 401);
    let json: Value = answer.json();
    String::from_utf8(answer.body)
        .unwrap()
        .replace(json["auth_session"].as_str().unwrap(), "SESSION")
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
    let unknown = body(
        &world,
        wrong(&|claim| claim.number = ClaimedNumber::PermitNumber("310000202499999901".into())),
    )
    .await;
    assert!(
        unknown.contains("registration.identity_not_confirmed") && unknown.contains("\"tries_left\":4"),
        "{unknown}"
    );

    world.event(PermitEvent::Revoke, "juergen");
    for (what, claim) in [
        ("name", wrong(&|claim| claim.name = "GARCIA<<MARIA".into())),
        ("name with a filler", wrong(&|claim| claim.name.push('<'))),
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
            "unknown social security number",
            wrong(&|claim| {
                claim.number = ClaimedNumber::SocialSecurityNumber("ESP099999999999999".into());
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
    ] {
        assert_eq!(body(&world, claim).await, unknown, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn either_number_leads_to_the_person() {
    let world = World::new().await;
    let person = world.person("maria");
    let mut holder = world.holder();
    holder.start().await.next();
    holder.consent(true).await.next();
    let mut claim = claim(&person);
    claim.number = ClaimedNumber::SocialSecurityNumber(person.social_security_number.unwrap());
    assert_eq!(
        holder.claim(claim).await.next().interaction_type_required,
        InteractionType::OneTimeCode
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_claims_end_the_registration() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.start().await.next();
    holder.consent(true).await.next();
    let good = claim(&world.person("maria"));
    let mut wrong = good.clone();
    wrong.name = "SOMEBODY<<ELSE".into();
    for left in (1..5).rev() {
        let next = holder.claim(wrong.clone()).await.next();
        assert_eq!(next.code, Some(WireCode::IdentityNotConfirmed));
        assert_eq!(next.tries_left, Some(left));
        assert!(next.launch.is_none());
    }
    holder.claim(wrong).await.refused().refused(WireCode::TriesExhausted);
    holder.claim(good).await.refused().refused(WireCode::TriesExhausted);
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_survive_a_restart() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.start().await.next();
    holder.consent(true).await.next();
    let mut wrong = claim(&world.person("maria"));
    wrong.name = "SOMEBODY<<ELSE".into();
    holder.claim(wrong.clone()).await.next();
    let world = world.restart().await;
    holder.client = holder.client.again(world.running.client_file());
    assert_eq!(holder.claim(wrong).await.next().tries_left, Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_outside_of_its_limits_is_no_try() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.start().await.next();
    holder.consent(true).await.next();
    let mut long = claim(&world.person("maria"));
    long.name = "A".repeat(40);
    holder.claim(long).await.refused().refused(WireCode::AnswerInvalid);
    let mut wrong = claim(&world.person("maria"));
    wrong.name = "A".into();
    assert_eq!(holder.claim(wrong).await.next().tries_left, Some(4));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_permit_can_still_be_registered() {
    let world = World::new().await;
    world.event(PermitEvent::Suspend, "suharto");
    let holder = world.register("suharto").await;
    let (batch, _) = holder.batch(1).await;
    assert_eq!(batch.credentials.len(), 1);
}
