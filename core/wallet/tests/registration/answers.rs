//! Calls out of turn, and answers of the authority that are late, unreadable or of tomorrow.

use permitcard_wallet::{
    IdentityError, InputCode, InteractionType, RegistrationView, StateCode, StepAnswer, WalletError, WireCode,
};

use crate::support::holder::prompt;
use crate::support::standing::{CHALLENGE, step};
use crate::support::{Act, Holder, Standing, World};

#[tokio::test(flavor = "multi_thread")]
async fn an_old_session_says_start_again() {
    let Standing {
        world,
        phone,
        mut holder,
        step: asked,
    } = Standing::at("maria", InteractionType::OneTimeCode).await;
    let answer = holder.answer(&asked, &world.admin);
    world.forward(&phone, 72 * 3_600 + 100);
    let error = phone.wallet.answer(answer).await.unwrap_err();
    assert!(matches!(error, WalletError::Refused(refusal) if refusal.code == WireCode::SessionExpired));
    assert_eq!(error.code(), "registration.session_expired");
    phone.wallet.start_registration().await.unwrap();
    Holder::new("maria").with_card(&phone.wallet, &world.admin).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_out_of_turn_change_nothing() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    let wallet = &phone.wallet;
    let code = || StepAnswer::OneTimeCode { code: "123456".into() };
    assert_eq!(wallet.answer(code()).await, Err(StateCode::NoRegistration.into()));
    assert_eq!(
        wallet.fetch_card(prompt()).await.err(),
        Some(StateCode::NoRegistration.into())
    );
    assert_eq!(wallet.resume_registration().await, Ok(None));
    assert_eq!(wallet.sync(None).await.err(), Some(WalletError::NotRegistered));

    let first = wallet.start_registration().await.unwrap();
    assert_eq!(
        wallet.start_registration().await,
        Err(StateCode::RegistrationRunning.into())
    );
    assert_eq!(wallet.answer(code()).await, Err(StateCode::StepMismatch.into()));
    assert_eq!(
        wallet.fetch_card(prompt()).await.err(),
        Some(StateCode::NotReadyToFetch.into())
    );
    let none = StepAnswer::Consent { decisions: vec![] };
    assert_eq!(wallet.answer(none).await, Err(InputCode::ConsentsMismatch.into()));
    assert_eq!(wallet.resume_registration().await, Ok(Some(first.clone())));
    assert_eq!(wallet.registration().await, Ok(Some(first)));
    assert_eq!(phone.link.seen(CHALLENGE).len(), 1);

    let mut holder = Holder::new("maria");
    holder.up_to(InteractionType::IdentityClaim, wallet, &world.admin).await;
    let mut identity = holder.identity(&world.admin);
    identity.surname = "王".into();
    let sent = phone.link.seen(CHALLENGE).len();
    let refused = wallet.answer(StepAnswer::Identity { identity }).await;
    assert_eq!(
        refused,
        Err(WalletError::InvalidInput(InputCode::Identity(
            IdentityError::NameNotLatin
        )))
    );
    assert_eq!(phone.link.seen(CHALLENGE).len(), sent);

    holder.with_card(wallet, &world.admin).await;
    assert_eq!(
        wallet.start_registration().await,
        Err(StateCode::AlreadyRegistered.into())
    );
    assert_eq!(wallet.answer(code()).await, Err(StateCode::NoRegistration.into()));
    wallet.cancel_registration().await.unwrap();
    assert!(wallet.card().await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_no_answers_are_asked_for_again() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    let long = |member: &'static str| {
        Act::change(move |body| {
            let mut answer: serde_json::Value = serde_json::from_slice(body).unwrap();
            answer[member] = "x".repeat(5_000).into();
            *body = serde_json::to_vec(&answer).unwrap();
        })
    };
    let acts = [
        Act::change(|body| body.clear()),
        Act::change(|body| *body = b"{}".to_vec()),
        long("auth_session"),
        long("error"),
        long("session_reference"),
        Act::change(|body| {
            let mut answer: serde_json::Value = serde_json::from_slice(body).unwrap();
            answer["interaction_types_allowed"] = vec!["urn:permitcard:ia:sim"; 50].into();
            *body = serde_json::to_vec(&answer).unwrap();
        }),
    ];
    for act in acts {
        phone.link.act(CHALLENGE, act);
        let call = match phone.wallet.registration().await.unwrap() {
            None => phone.wallet.start_registration().await.map(Some),
            Some(_) => phone.wallet.resume_registration().await,
        };
        assert_eq!(call.unwrap_err().code(), "network.unreadable");
        assert_eq!(
            phone.wallet.registration().await.unwrap(),
            Some(RegistrationView::Starting)
        );
        phone.link.heal();
    }
    let seen = phone.link.seen(CHALLENGE);
    assert!(seen.iter().all(|request| *request == seen[0]));
    Holder::new("suharto").with_card(&phone.wallet, &world.admin).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_of_a_newer_authority_is_shown_as_such() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    phone.link.act(
        CHALLENGE,
        Act::change(|body| {
            let mut answer: serde_json::Value = serde_json::from_slice(body).unwrap();
            answer["interaction_type_required"] = "urn:permitcard:ia:of-tomorrow".into();
            *body = serde_json::to_vec(&answer).unwrap();
        }),
    );
    let asked = step(phone.wallet.start_registration().await.unwrap());
    assert_eq!(asked.required, InteractionType::Unknown);
    let phone = phone.reopen().await;
    assert_eq!(step(phone.wallet.registration().await.unwrap().unwrap()), asked);
    let answer = StepAnswer::OneTimeCode { code: "123456".into() };
    assert_eq!(phone.wallet.answer(answer).await, Err(StateCode::StepMismatch.into()));
    phone.wallet.cancel_registration().await.unwrap();
    Holder::new("suharto").with_card(&phone.wallet, &world.admin).await;
}
