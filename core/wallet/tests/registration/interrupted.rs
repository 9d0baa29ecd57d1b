//! The network, the process and the holder stop a registration anywhere; nothing is lost and nobody is asked twice.

use std::time::Duration;

use permitcard_platform::KeyPurpose;
use permitcard_wallet::{InteractionType, RegistrationView, StateCode, StepAnswer, Wallet, WalletError};

use crate::support::holder::prompt;
use crate::support::standing::{CHALLENGE, step};
use crate::support::{Act, Behaviour, Call, Holder, Standing, World};

/// Waits for something that happens on another thread.
async fn until(happened: impl Fn() -> bool) {
    while !happened() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_nothing_is_lost_and_nobody_is_asked_twice() {
    let world = World::new().await;
    for act in [Act::Offline, Act::LoseAnswer] {
        let mut phone = world
            .new_phone(if matches!(act, Act::Offline) { "offline" } else { "lost" })
            .open()
            .await;
        let mut holder = Holder::new("suharto");
        let mut done = false;
        while !done {
            // Every request fails once, and the app is restarted in between.
            phone.link.act(CHALLENGE, act.clone());
            let sent = phone.link.seen(CHALLENGE).len();
            match holder.step(&phone.wallet, &world.admin).await {
                Ok(None) => done = true,
                Ok(Some(view)) => panic!("{view:?} without a network"),
                Err(error) => {
                    assert!(matches!(error, WalletError::Network(_)), "{error:?}");
                    assert!(["network.offline", "network.interrupted"].contains(&error.code()));
                    assert_eq!(phone.wallet.state().await.unwrap().unanswered, 1);
                    let before = phone.link.seen(CHALLENGE)[sent].clone();
                    phone = phone.reopen().await;
                    let waiting = match phone.wallet.registration().await.unwrap().unwrap() {
                        RegistrationView::Starting => true,
                        RegistrationView::Step(step) => step.unanswered.is_some(),
                        _ => false,
                    };
                    assert!(waiting);
                    phone.wallet.resume_registration().await.unwrap().unwrap();
                    assert_eq!(phone.wallet.state().await.unwrap().unanswered, 0);
                    // Byte for byte the same request, under the same key.
                    assert_eq!(phone.link.seen(CHALLENGE), [before]);
                }
            }
            phone.link.heal();
        }
        use InteractionType::{Consent, DocumentCheck, FaceCheck, IdentityClaim};
        assert_eq!(
            holder.asked(),
            [Consent, IdentityClaim, DocumentCheck, Consent, FaceCheck]
        );
        assert!(phone.wallet.fetch_card(prompt()).await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_with_an_older_one_waiting_sends_the_older_one() {
    let Standing {
        world,
        phone,
        mut holder,
        step: asked,
    } = Standing::at("maria", InteractionType::OneTimeCode).await;
    phone.link.act(CHALLENGE, Act::LoseAnswer);
    let answer = holder.answer(&asked, &world.admin);
    phone.wallet.answer(answer).await.unwrap_err();
    phone.link.heal();
    // The app shows the step again by mistake, and the holder types something else.
    let view = step(
        phone
            .wallet
            .answer(StepAnswer::OneTimeCode { code: "999999".into() })
            .await
            .unwrap(),
    );
    assert_eq!((view.required, view.failure), (InteractionType::DocumentCheck, None));
    let sent = phone.link.seen(CHALLENGE);
    assert_eq!(sent[sent.len() - 1], sent[sent.len() - 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_call_ends_by_itself() {
    let Standing {
        world,
        phone,
        mut holder,
        step: asked,
    } = Standing::at("maria", InteractionType::IdentityClaim).await;
    phone
        .keys
        .script(Call::Sign, Behaviour::Hang(Duration::from_millis(200)));
    let answer = holder.answer(&asked, &world.admin);
    let signed = phone.keys.count(Call::Sign);
    tokio::select! {
        answered = phone.wallet.answer(answer) => panic!("not dropped: {answered:?}"),
        () = until(|| phone.keys.count(Call::Sign) > signed) => {}
    }
    // The next call waits for its turn and finds the answer there.
    let view = step(phone.wallet.resume_registration().await.unwrap().unwrap());
    assert_eq!((view.required, view.failure), (InteractionType::OneTimeCode, None));
    assert_eq!(phone.link.seen(CHALLENGE).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_answers_at_once_are_one() {
    let Standing {
        world,
        phone,
        mut holder,
        step: asked,
    } = Standing::at("maria", InteractionType::IdentityClaim).await;
    let answer = holder.answer(&asked, &world.admin);
    let sent = phone.link.seen(CHALLENGE).len();
    let (one, other) = tokio::join!(phone.wallet.answer(answer.clone()), phone.wallet.answer(answer));
    let passed = one.is_ok();
    let (good, late) = if passed { (one, other) } else { (other, one) };
    assert_eq!(step(good.unwrap()).required, InteractionType::OneTimeCode);
    assert_eq!(late, Err(StateCode::StepMismatch.into()));
    assert_eq!(phone.link.seen(CHALLENGE).len(), sent + 1);

    let other = world.phone("other").await;
    let (one, two) = tokio::join!(other.wallet.start_registration(), other.wallet.start_registration());
    assert!(one.is_ok() != two.is_ok());
    assert_eq!(other.keys.keys(KeyPurpose::Transport), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn cancel_works_offline_at_every_step() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    phone.wallet.cancel_registration().await.unwrap();
    for steps in 0..6 {
        let mut holder = Holder::new("suharto");
        for _ in 0..steps {
            holder.step(&phone.wallet, &world.admin).await.unwrap();
        }
        phone.link.act("/", Act::Offline);
        phone.wallet.cancel_registration().await.unwrap();
        phone.link.heal();
        assert_eq!(phone.wallet.registration().await.unwrap(), None);
        assert_eq!(phone.wallet.state().await.unwrap().unanswered, 0);
        assert_eq!(phone.key_counts(), (0, 0, 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cancel_does_not_wait_for_an_answer_that_never_comes() {
    let Standing {
        world,
        phone,
        mut holder,
        step: asked,
    } = Standing::at("suharto", InteractionType::IdentityClaim).await;
    phone.link.act(CHALLENGE, Act::Hang);
    let sent = phone.link.seen(CHALLENGE).len();
    let answering = tokio::spawn({
        let (wallet, answer) = (phone.wallet.clone(), holder.answer(&asked, &world.admin));
        async move { wallet.answer(answer).await }
    });
    until(|| phone.link.seen(CHALLENGE).len() > sent).await;
    phone.wallet.cancel_registration().await.unwrap();
    assert_eq!(answering.await.unwrap(), Err(WalletError::Cancelled));
    assert_eq!(phone.wallet.registration().await.unwrap(), None);
    phone.link.heal();
    Holder::new("suharto").with_card(&phone.wallet, &world.admin).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_asks_to_wait_is_left_alone() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    phone.link.act(CHALLENGE, Act::Busy(40));
    let wait = |error: WalletError| match error {
        WalletError::Network(failure) => failure.retry_after_s.unwrap(),
        other => panic!("{other:?}"),
    };
    assert_eq!(wait(phone.wallet.start_registration().await.unwrap_err()), 40);
    phone.link.heal();
    world.forward(&phone, 10);
    let phone = phone.reopen().await;
    assert_eq!(wait(phone.wallet.resume_registration().await.unwrap_err()), 30);
    assert!(phone.link.seen(CHALLENGE).is_empty());
    world.forward(&phone, 30);
    assert!(phone.wallet.resume_registration().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_authority_is_not_talked_to() {
    let (world, other) = (World::new().await, World::new().await);
    let mut options = world.new_phone("phone").options();
    options.client.ca = other.authority.client_file().ca.clone();
    let keys = world.new_phone("phone").keys();
    let wallet = Wallet::open(options, keys, world.new_phone("phone").clock)
        .await
        .unwrap();
    let error = wallet.start_registration().await.unwrap_err();
    assert_eq!(error.code(), "network.tls_refused");
    assert_eq!(wallet.registration().await.unwrap(), Some(RegistrationView::Starting));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_listens() {
    let world = World::new().await;
    let parts = world.new_phone("phone");
    world.authority.shutdown().await;
    let phone = parts.open().await;
    let error = phone.wallet.start_registration().await.unwrap_err();
    assert_eq!(error.code(), "network.offline");
    assert_eq!(
        phone.wallet.registration().await.unwrap(),
        Some(RegistrationView::Starting)
    );
}
