//! Registration against the real authority: each wrong answer, each way to be interrupted.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use std::time::Duration;

use permitcard_platform::KeyPurpose;
use permitcard_wallet::{
    IdentityError, InputCode, InteractionType, KeyError, NumberInput, Phase, RegistrationView, StateCode, StepAnswer,
    StepView, Wallet, WalletError, WireCode,
};
use support::holder::prompt;
use support::{Act, Behaviour, Call, Holder, Phone, World};

const CHALLENGE: &str = "/authorize/challenge";

fn step(view: RegistrationView) -> StepView {
    match view {
        RegistrationView::Step(step) => step,
        other => panic!("no step: {other:?}"),
    }
}

/// Waits for something that happens on another thread.
async fn until(happened: impl Fn() -> bool) {
    while !happened() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn current(wallet: &Wallet) -> StepView {
    step(wallet.registration().await.unwrap().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_identity_has_the_one_answer() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    let mut holder = Holder::new("maria");
    holder
        .up_to(InteractionType::IdentityClaim, &phone.wallet, &world.admin)
        .await;
    let right = holder.identity(&world.admin);
    let with = |change: fn(&mut permitcard_wallet::IdentityInput)| {
        let mut identity = right.clone();
        change(&mut identity);
        StepAnswer::Identity { identity }
    };
    let wrong = [
        with(|identity| identity.surname = "Garcia".into()),
        with(|identity| {
            identity.number = NumberInput::WorkPermit {
                number: "310000202400009999".into(),
            }
        }),
        with(|identity| identity.passport_number = "XDB999999".into()),
        with(|identity| identity.passport_issuer = "FRA".into()),
    ];
    for (tries, answer) in wrong.into_iter().enumerate() {
        let view = step(phone.wallet.answer(answer).await.unwrap());
        assert_eq!(view.required, InteractionType::IdentityClaim);
        assert_eq!(view.failed, Some(WireCode::IdentityNotConfirmed));
        assert_eq!(view.tries_left, Some(4 - u32::try_from(tries).unwrap()));
        assert!(!view.unanswered);
    }
    // The fifth wrong one ends it, with a code, and the key goes.
    let last = with(|identity| identity.given_names = "Mario".into());
    let error = phone.wallet.answer(last).await.unwrap_err();
    assert!(matches!(error, WalletError::Refused(refusal) if refusal.code == WireCode::TriesExhausted));
    let ended = phone.wallet.registration().await.unwrap();
    assert_eq!(
        ended,
        Some(RegistrationView::Ended {
            code: WireCode::TriesExhausted
        })
    );
    assert_eq!(phone.key_counts(), (0, 0, 1));
    assert_eq!(phone.wallet.state().await.unwrap().phase, Phase::Empty);
    assert!(phone.wallet.start_registration().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_and_late_codes_can_be_answered_again() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    let mut holder = Holder::new("maria");
    let first = holder
        .up_to(InteractionType::OneTimeCode, &phone.wallet, &world.admin)
        .await;
    let on_its_way = first.one_time_code.unwrap();
    assert_eq!((on_its_way.digits, on_its_way.expires_in), (6, 600));
    // What is left to wait is counted on the phone.
    world.forward(&phone, 20);
    let waiting = current(&phone.wallet).await.one_time_code.unwrap();
    assert!((578..=580).contains(&waiting.expires_in), "{}", waiting.expires_in);

    let too_soon = step(phone.wallet.answer(StepAnswer::ResendCode).await.unwrap());
    assert_eq!(too_soon.failed, Some(WireCode::CodeResendTooSoon));
    assert!(too_soon.retry_after_s.is_some_and(|wait| (1..=30).contains(&wait)));

    let right = holder.code(&world.admin);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let answer = || StepAnswer::OneTimeCode { code: wrong.into() };
    for left in (1..5).rev() {
        let view = step(phone.wallet.answer(answer()).await.unwrap());
        assert_eq!((view.failed, view.tries_left), (Some(WireCode::CodeWrong), Some(left)));
    }
    let dead = step(phone.wallet.answer(answer()).await.unwrap());
    assert_eq!(dead.failed, Some(WireCode::CodeTriesExhausted));
    // The right one is dead too.
    let dead = step(
        phone
            .wallet
            .answer(StepAnswer::OneTimeCode { code: right })
            .await
            .unwrap(),
    );
    assert_eq!(dead.failed, Some(WireCode::CodeTriesExhausted));

    world.forward(&phone, 31);
    assert_eq!(
        step(phone.wallet.answer(StepAnswer::ResendCode).await.unwrap()).failed,
        None
    );
    let late = holder.code(&world.admin);
    world.forward(&phone, 601);
    let expired = step(
        phone
            .wallet
            .answer(StepAnswer::OneTimeCode { code: late })
            .await
            .unwrap(),
    );
    assert_eq!(expired.failed, Some(WireCode::CodeExpired));
    phone.wallet.answer(StepAnswer::ResendCode).await.unwrap();
    holder.register(&phone.wallet, &world.admin).await.unwrap();
    assert!(phone.wallet.fetch_card(prompt()).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn providers_that_refuse_and_providers_that_are_down() {
    let world = World::new().await;
    for (person, kind, code) in [
        ("piotr", InteractionType::DocumentCheck, WireCode::DocumentRefused),
        ("minh", InteractionType::FaceCheck, WireCode::FaceRefused),
        ("helene", InteractionType::DocumentCheck, WireCode::CheckUnavailable),
        ("niccolo", InteractionType::DocumentCheck, WireCode::CheckInconclusive),
        ("yuki", InteractionType::FaceCheck, WireCode::CheckInconclusive),
    ] {
        let phone = world.phone(person).await;
        let mut holder = Holder::new(person);
        let asked = holder.up_to(kind, &phone.wallet, &world.admin).await;
        let answer = holder.answer(&asked, &world.admin);
        let view = step(phone.wallet.answer(answer).await.unwrap());
        assert_eq!((view.required, view.failed), (kind, Some(code)), "{person}");
        // Another try has another launch token.
        assert_ne!(view.launch, asked.launch, "{person}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forwarded_launch_token_is_worth_nothing() {
    let world = World::new().await;
    let (thief, victim) = (world.phone("thief").await, world.phone("victim").await);
    let mut holder = Holder::new("suharto");
    holder
        .up_to(InteractionType::DocumentCheck, &thief.wallet, &world.admin)
        .await;
    let forwarded = current(&thief.wallet).await;
    // The victim passes the check on his own phone; the thief never sees that receipt, so that he invents one.
    let receipt = world.admin.check(&forwarded.launch.unwrap().token).unwrap();
    let guessed = StepAnswer::DocumentCheck {
        receipt: "A".repeat(43),
    };
    let view = step(thief.wallet.answer(guessed).await.unwrap());
    assert_eq!(view.failed, Some(WireCode::ReceiptRefused));
    // Nor does that receipt help in the victim's own registration.
    let mut other = Holder::new("suharto");
    other
        .up_to(InteractionType::DocumentCheck, &victim.wallet, &world.admin)
        .await;
    let view = step(
        victim
            .wallet
            .answer(StepAnswer::DocumentCheck { receipt })
            .await
            .unwrap(),
    );
    assert_eq!(view.failed, Some(WireCode::ReceiptRefused));
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_consent_ends_or_waits() {
    let world = World::new().await;
    let refuse = |view: &StepView| {
        let decisions = view.consents.iter().map(|asked| permitcard_wallet::ConsentDecision {
            kind: asked.kind,
            version: asked.version,
            scope: asked.scope.clone(),
            given: false,
        });
        StepAnswer::Consent {
            decisions: decisions.collect(),
        }
    };
    let phone = world.phone("phone").await;
    let first = step(phone.wallet.start_registration().await.unwrap());
    let error = phone.wallet.answer(refuse(&first)).await.unwrap_err();
    assert!(matches!(error, WalletError::Refused(refusal) if refusal.code == WireCode::ConsentRefused));
    let ended = phone.wallet.registration().await.unwrap();
    assert_eq!(
        ended,
        Some(RegistrationView::Ended {
            code: WireCode::ConsentRefused
        })
    );

    // The one for face data may be refused without an end.
    phone.wallet.start_registration().await.unwrap();
    let mut holder = Holder::new("suharto");
    let view = loop {
        let view = step(holder.step(&phone.wallet, &world.admin).await.unwrap().unwrap());
        if view
            .consents
            .iter()
            .any(|asked| asked.kind == permitcard_wallet::ConsentKind::FaceData)
        {
            break view;
        }
    };
    let view = step(phone.wallet.answer(refuse(&view)).await.unwrap());
    assert_eq!(view.required, InteractionType::Consent);
    holder.register(&phone.wallet, &world.admin).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_session_says_start_again() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    let mut holder = Holder::new("maria");
    let asked = holder
        .up_to(InteractionType::OneTimeCode, &phone.wallet, &world.admin)
        .await;
    world.forward(&phone, 3_700);
    let answer = holder.answer(&asked, &world.admin);
    let error = phone.wallet.answer(answer).await.unwrap_err();
    assert!(matches!(error, WalletError::Refused(refusal) if refusal.code == WireCode::SessionExpired));
    assert_eq!(error.code(), "registration.session_expired");
    Holder::new("maria").with_started(&phone, &world).await;
}

impl Holder {
    /// Starts anew after an end, and gets the card.
    async fn with_started(self, phone: &Phone, world: &World) {
        phone.wallet.start_registration().await.unwrap();
        self.with_card(&phone.wallet, &world.admin).await;
    }
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
                        RegistrationView::Step(step) => step.unanswered,
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
    let world = World::new().await;
    let phone = world.phone("phone").await;
    let mut holder = Holder::new("maria");
    let asked = holder
        .up_to(InteractionType::OneTimeCode, &phone.wallet, &world.admin)
        .await;
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
    assert_eq!((view.required, view.failed), (InteractionType::DocumentCheck, None));
    let sent = phone.link.seen(CHALLENGE);
    assert_eq!(sent[sent.len() - 1], sent[sent.len() - 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_call_ends_by_itself() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    let mut holder = Holder::new("maria");
    let asked = holder
        .up_to(InteractionType::IdentityClaim, &phone.wallet, &world.admin)
        .await;
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
    assert_eq!((view.required, view.failed), (InteractionType::OneTimeCode, None));
    assert_eq!(phone.link.seen(CHALLENGE).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_answers_at_once_are_one() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    let mut holder = Holder::new("maria");
    let asked = holder
        .up_to(InteractionType::IdentityClaim, &phone.wallet, &world.admin)
        .await;
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
    let world = World::new().await;
    let phone = world.phone("phone").await;
    let mut holder = Holder::new("suharto");
    let asked = holder
        .up_to(InteractionType::IdentityClaim, &phone.wallet, &world.admin)
        .await;
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
async fn key_store_faults_leave_the_registration_where_it_is() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    for (behaviour, error) in [
        (Behaviour::Fail(KeyError::Unavailable), KeyError::Unavailable),
        (
            Behaviour::Fail(KeyError::LockedOut {
                retry_after_s: Some(30),
            }),
            KeyError::LockedOut {
                retry_after_s: Some(30),
            },
        ),
        (Behaviour::Throw, KeyError::Unexpected),
        (Behaviour::WrongBytes, KeyError::Unexpected),
    ] {
        phone.keys.script(Call::Create(KeyPurpose::Transport), behaviour);
        assert_eq!(
            phone.wallet.start_registration().await,
            Err(WalletError::KeyStore(error))
        );
        assert_eq!(phone.wallet.registration().await.unwrap(), None);
    }
    phone.keys.heal();
    let mut holder = Holder::new("suharto");
    let asked = holder
        .up_to(InteractionType::IdentityClaim, &phone.wallet, &world.admin)
        .await;
    for (behaviour, error) in [
        (
            Behaviour::Fail(KeyError::Transient),
            WalletError::KeyStore(KeyError::Transient),
        ),
        (Behaviour::Fail(KeyError::NeedsUser), WalletError::NeedsUser),
        (Behaviour::Throw, WalletError::KeyStore(KeyError::Unexpected)),
        (Behaviour::WrongBytes, WalletError::KeyStore(KeyError::Unexpected)),
    ] {
        phone.keys.script(Call::Sign, behaviour);
        assert_eq!(
            phone.wallet.answer(holder.answer(&asked, &world.admin)).await,
            Err(error)
        );
        assert!(current(&phone.wallet).await.unanswered);
    }
    phone.keys.heal();
    phone.wallet.resume_registration().await.unwrap();
    holder.with_card(&phone.wallet, &world.admin).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_store_that_hangs_ends_at_the_time_limit() {
    let world = World::new().await;
    let parts = world.new_phone("phone");
    let mut options = parts.options();
    options.call_timeout = Duration::from_millis(300);
    let phone = parts.try_open(options, parts.keys()).await.unwrap();
    phone.keys.script(
        Call::Create(KeyPurpose::Transport),
        Behaviour::Hang(Duration::from_millis(900)),
    );
    let hung = phone.wallet.start_registration().await;
    assert_eq!(hung, Err(WalletError::KeyStore(KeyError::TimedOut)));
    phone.keys.heal();
    // The key of the call that came back too late is swept.
    until(|| phone.keys.keys(KeyPurpose::Transport) == 1).await;
    phone.wallet.start_registration().await.unwrap();
    assert_eq!(phone.keys.keys(KeyPurpose::Transport), 1);
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
    assert_eq!(current(&phone.wallet).await, asked);
    let answer = StepAnswer::OneTimeCode { code: "123456".into() };
    assert_eq!(phone.wallet.answer(answer).await, Err(StateCode::StepMismatch.into()));
    phone.wallet.cancel_registration().await.unwrap();
    Holder::new("suharto").with_card(&phone.wallet, &world.admin).await;
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
