use permitcard_authority::admin::PermitEvent;
use permitcard_protocol::{
    ErrorBody, WireCode, endpoints,
    issuance::{CONFIGURATION_MDOC, CONFIGURATION_SD_CWT, CONFIGURATION_SD_JWT},
    oauth::{TokenRequest, TokenResponse},
};

use crate::support::{Holder, VERIFIER, World};

async fn granted(world: &World) -> Holder {
    let mut holder = world.holder();
    holder.pass_until_granted(world, "suharto").await;
    holder
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_becomes_tokens_once() {
    let world = World::new().await;
    let holder = granted(&world).await;
    let answer = holder.token(&holder.code_request()).await;
    let tokens: TokenResponse = answer.json();
    assert_eq!((tokens.token_type.as_str(), tokens.expires_in), ("DPoP", 300));
    assert!(tokens.refresh_token.is_some());
    let granted: Vec<(&str, &[String])> = tokens
        .authorization_details
        .iter()
        .map(|detail| {
            (
                detail.credential_configuration_id.as_str(),
                detail.credential_identifiers.as_slice(),
            )
        })
        .collect();
    assert_eq!(
        granted,
        [
            (CONFIGURATION_SD_CWT, ["work-permit".to_owned()].as_slice()),
            (CONFIGURATION_MDOC, &["work-permit-mdoc".to_owned()]),
            (CONFIGURATION_SD_JWT, &["work-permit-sdjwt".to_owned()]),
        ]
    );
    holder
        .token(&holder.code_request())
        .await
        .refused(WireCode::GrantInvalid);
    // The second try took nothing away.
    *holder.client.access_token.lock().unwrap() = Some(tokens.access_token);
    assert_eq!(holder.client.get(endpoints::CARD).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_needs_its_key_its_verifier_and_its_time() {
    let world = World::new().await;
    let holder = granted(&world).await;
    // Another key.
    let mut thief = Holder::new(world.client());
    thief.authorization_code.clone_from(&holder.authorization_code);
    thief.token(&thief.code_request()).await.refused(WireCode::GrantInvalid);
    // Another verifier, a short one, a long one.
    for verifier in [VERIFIER.replace("the", "not"), "short".into(), "v".repeat(129)] {
        let request = TokenRequest::AuthorizationCode {
            code: holder.authorization_code.clone(),
            code_verifier: verifier,
        };
        holder.token(&request).await.refused(WireCode::GrantInvalid);
    }
    // Another code.
    let request = TokenRequest::AuthorizationCode {
        code: "guess".into(),
        code_verifier: VERIFIER.into(),
    };
    holder.token(&request).await.refused(WireCode::GrantInvalid);
    world.clock.advance(601);
    holder
        .token(&holder.code_request())
        .await
        .refused(WireCode::GrantInvalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_lives_ten_minutes() {
    let world = World::new().await;
    let holder = granted(&world).await;
    world.clock.advance(600);
    assert_eq!(holder.token(&holder.code_request()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_none() {
    let world = World::new().await;
    let client = world.client();
    for body in [
        "",
        "grant_type=password&client_id=permitcard",
        "grant_type=refresh_token&refresh_token=x",
        "grant_type=refresh_token&client_id=other&refresh_token=x",
        "grant_type=refresh_token&client_id=permitcard&refresh_token=x&refresh_token=y",
    ] {
        let key = client.new_key();
        client
            .form(endpoints::TOKEN, body, Some(&key))
            .await
            .refused(WireCode::RequestMalformed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_lives_five_minutes_and_a_refresh_token_four_hundred_days() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.pass_until_granted(&world, "maryann").await;
    holder.fetch_tokens().await;
    world.clock.advance(300);
    assert_eq!(holder.client.get(endpoints::CARD).await.status, 200);
    world.clock.advance(1);
    assert_eq!(holder.client.get(endpoints::CARD).await.code(), WireCode::TokenInvalid);

    world.clock.advance(400 * 86_400 - 301);
    let answer = holder.refresh().await;
    assert_eq!(answer.status, 200);
    assert!(
        answer.json::<TokenResponse>().refresh_token.is_none(),
        "it does not rotate"
    );
    assert_eq!(holder.client.get(endpoints::CARD).await.status, 200);
    assert_eq!(holder.refresh().await.status, 200);
    world.clock.advance(1);
    holder.refresh().await.refused(WireCode::GrantInvalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_without_its_key_is_nothing() {
    let world = World::new().await;
    let holder = world.register("suharto").await;
    let thief = Holder {
        tokens: holder.tokens.clone(),
        ..Holder::new(world.client())
    };
    thief.refresh().await.refused(WireCode::GrantInvalid);
    assert_eq!(holder.refresh().await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_permit_gives_no_tokens_and_says_why() {
    let world = World::new().await;
    let holder = world.register("suharto").await;
    world.event(PermitEvent::Revoke, "suharto");
    let answer = holder.refresh().await;
    assert_eq!((answer.status, answer.code()), (400, WireCode::PermitEnded));
    assert_eq!(answer.json::<ErrorBody>().error, "invalid_grant");
    // Who is not the holder learns nothing.
    let thief = Holder {
        tokens: holder.tokens.clone(),
        ..Holder::new(world.client())
    };
    thief.refresh().await.refused(WireCode::GrantInvalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permit_that_ends_during_the_registration_gives_nothing() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.at_face(&world, "suharto").await;
    let receipt = holder.run_check().await;
    world.event(PermitEvent::Revoke, "suharto");
    holder.face(&receipt).await.refused().refused(WireCode::PermitEnded);
}
