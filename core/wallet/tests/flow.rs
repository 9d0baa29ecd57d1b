//! The whole flow against the real authority, and the wallet as a whole.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use std::time::Duration;

use permitcard_wallet::{
    Environment, Field, InteractionType, KeyError, Phase, PresentRequest, Profile, RegistrationView, StepAnswer,
    Wallet, WalletError,
};
use support::holder::prompt;
use support::{Behaviour, Call, Holder, World};

#[tokio::test(flavor = "multi_thread")]
async fn from_nothing_to_a_shown_card() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    let wallet = &phone.wallet;
    assert_eq!(wallet.state().await.unwrap().phase, Phase::Empty);
    assert!(wallet.card().await.unwrap().is_none());
    assert!(wallet.registration().await.unwrap().is_none());

    let mut holder = Holder::new("maria");
    holder.register(wallet, &world.admin).await.unwrap();
    use InteractionType::{Consent, DocumentCheck, FaceCheck, IdentityClaim, OneTimeCode};
    assert_eq!(
        holder.asked(),
        [Consent, IdentityClaim, OneTimeCode, DocumentCheck, Consent, FaceCheck]
    );
    assert_eq!(wallet.state().await.unwrap().phase, Phase::ReadyToFetch);

    let card = wallet.fetch_card(prompt()).await.unwrap();
    assert!(card.test);
    assert_eq!((card.version, card.tier, card.credentials_left), (1, 1, 10));
    let value = |field| card.fields.iter().find(|f| f.field == field).unwrap().value.clone();
    assert_eq!(value(Field::Name), "GARCIA LOPEZ<<MARIA");
    assert_eq!(value(Field::Employer), "Shanghai Example Trading Co Ltd");
    assert!(card.has_portrait);
    let portrait = wallet.portrait().await.unwrap().unwrap();
    assert_eq!(portrait.media_type, "image/png");
    assert!(portrait.bytes.starts_with(b"\x89PNG"));

    let state = wallet.state().await.unwrap();
    assert_eq!((state.phase, state.unanswered), (Phase::Ready, 0));
    assert_eq!(wallet.registration().await.unwrap(), Some(RegistrationView::Finished));
    assert_eq!(phone.key_counts(), (10, 1, 1));
    // One prompt for the proofs, and the session did not stay open.
    assert_eq!(
        (phone.keys.count(Call::BeginSession), phone.keys.count(Call::EndSession)),
        (1, 1)
    );

    // Asked for again, it is the same card, without a request.
    let requests = phone.link.seen("/credential").len();
    assert_eq!(wallet.fetch_card(prompt()).await.unwrap(), card);
    assert_eq!(phone.link.seen("/credential").len(), requests);

    let phone = phone.reopen().await;
    assert_eq!(phone.wallet.card().await.unwrap(), Some(card));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_without_contact_and_one_with_a_social_security_number() {
    let world = World::new().await;
    let phone = world.phone("suharto").await;
    let holder = Holder::new("suharto").with_card(&phone.wallet, &world.admin).await;
    assert!(!holder.asked().contains(&InteractionType::OneTimeCode));

    let phone = world.phone("maria").await;
    let mut holder = Holder::new("maria");
    let step = holder
        .up_to(InteractionType::IdentityClaim, &phone.wallet, &world.admin)
        .await;
    assert_eq!(step.failure, None);
    let mut identity = holder.identity(&world.admin);
    let number = world.admin.person("maria").unwrap().social_security_number.unwrap();
    identity.number = permitcard_wallet::NumberInput::SocialSecurity { number };
    phone.wallet.answer(StepAnswer::Identity { identity }).await.unwrap();
    holder.register(&phone.wallet, &world.admin).await.unwrap();
    assert!(phone.wallet.fetch_card(prompt()).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_close_every_call_says_so() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    Holder::new("maria").with_card(&phone.wallet, &world.admin).await;
    let wallet = phone.wallet.clone();
    wallet.close().await;
    wallet.close().await;
    macro_rules! closed {
        ($($call:expr),* $(,)?) => {
            $(assert_eq!($call.await.err(), Some(WalletError::Closed), stringify!($call));)*
        };
    }
    closed!(
        wallet.state(),
        wallet.card(),
        wallet.portrait(),
        wallet.registration(),
        wallet.start_registration(),
        wallet.answer(StepAnswer::ResendCode),
        wallet.resume_registration(),
        wallet.cancel_registration(),
        wallet.fetch_card(prompt()),
        wallet.sync(None),
        wallet.preview(Profile::Employer),
        wallet.begin_show(Profile::Employer, prompt()),
        wallet.continue_show(prompt()),
        wallet.present(PresentRequest::default()),
        wallet.end_show(),
        wallet.disclosure_log(),
        wallet.erase(),
    );
    assert_eq!(WalletError::Closed.code(), "wallet.closed");
    // What was closed opens again.
    assert!(phone.parts.open().await.wallet.card().await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn close_waits_for_what_is_under_way() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    Holder::new("maria")
        .register(&phone.wallet, &world.admin)
        .await
        .unwrap();
    phone
        .keys
        .script(Call::SignMany, Behaviour::Hang(Duration::from_millis(300)));
    let fetching = tokio::spawn({
        let wallet = phone.wallet.clone();
        async move { wallet.fetch_card(prompt()).await }
    });
    while phone.keys.count(Call::SignMany) == 0 {
        tokio::task::yield_now().await;
    }
    phone.wallet.close().await;
    assert!(fetching.await.unwrap().is_ok());
    assert!(phone.parts.open().await.wallet.card().await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_calls_at_once() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    Holder::new("maria").with_card(&phone.wallet, &world.admin).await;
    phone.wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..60 {
        let wallet = phone.wallet.clone();
        calls.spawn(async move {
            match number % 6 {
                0 => wallet.card().await.map(|_| ()),
                1 => wallet.present(PresentRequest::default()).await.map(|_| ()),
                2 => wallet.sync(None).await.map(|_| ()),
                3 => wallet.disclosure_log().await.map(|_| ()),
                4 => wallet.preview(Profile::Bank).await.map(|_| ()),
                _ => wallet.state().await.map(|_| ()),
            }
        });
    }
    while let Some(done) = calls.join_next().await {
        done.unwrap().unwrap();
    }
    assert_eq!(phone.wallet.disclosure_log().await.unwrap().len(), 10);
    assert_eq!(phone.wallet.card().await.unwrap().unwrap().credentials_left, 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn erase_leaves_neither_file_nor_key() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    Holder::new("maria").with_card(&phone.wallet, &world.admin).await;
    assert!(!phone.parts.files().is_empty());
    // It works without a network.
    phone.link.act("/", support::Act::Offline);
    phone.wallet.erase().await.unwrap();
    assert_eq!(phone.parts.files(), Vec::<std::path::PathBuf>::new());
    assert_eq!(phone.key_counts(), (0, 0, 0));
    assert_eq!(phone.wallet.card().await.err(), Some(WalletError::Closed));
    // The folder can be used again.
    assert!(phone.parts.open().await.wallet.card().await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_whose_key_is_gone_stays_and_can_be_erased() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    Holder::new("maria").with_card(&phone.wallet, &world.admin).await;
    phone.wallet.close().await;
    let before = phone.parts.files();
    for error in [
        KeyError::Invalidated,
        KeyError::NotFound,
        KeyError::Transient,
        KeyError::Unavailable,
    ] {
        let keys = phone.parts.keys();
        keys.script(Call::OpenSealed, Behaviour::Fail(error));
        let opened = phone.parts.try_open(phone.parts.options(), keys).await;
        assert_eq!(opened.err(), Some(WalletError::KeyStore(error)));
        assert_eq!(phone.parts.files(), before);
    }
    let keys = phone.parts.keys();
    keys.script(Call::OpenSealed, Behaviour::WrongBytes);
    let opened = phone.parts.try_open(phone.parts.options(), keys.clone()).await;
    assert_eq!(
        opened.err(),
        Some(WalletError::Storage {
            code: "vault.wrong_key"
        })
    );
    assert_eq!(phone.parts.files(), before);

    keys.heal();
    let dir = phone.parts.options().dir;
    Wallet::erase_unopened(dir, keys, Duration::from_secs(20))
        .await
        .unwrap();
    assert!(phone.parts.files().is_empty());
    assert_eq!(phone.key_counts(), (0, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_first_opening_leaves_no_key() {
    let world = World::new().await;
    let parts = world.new_phone("phone");
    for (call, error) in [
        (
            Call::Create(permitcard_platform::KeyPurpose::Wrapping),
            KeyError::Unavailable,
        ),
        (Call::Seal, KeyError::Transient),
    ] {
        let keys = parts.keys();
        keys.script(call, Behaviour::Fail(error));
        let opened = parts.try_open(parts.options(), keys.clone()).await;
        assert_eq!(opened.err(), Some(WalletError::KeyStore(error)));
        assert_eq!(keys.keys(permitcard_platform::KeyPurpose::Wrapping), 0);
    }
    assert!(parts.open().await.wallet.state().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_card_opens_only_as_sandbox() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    Holder::new("maria").with_card(&phone.wallet, &world.admin).await;
    phone.wallet.close().await;
    let mut options = phone.parts.options();
    options.environment = Environment::Production;
    let keys = phone.parts.keys();
    keys.claim(permitcard_platform::KeyLevel::Software);
    let opened = phone.parts.try_open(options, keys).await;
    assert_eq!(opened.err().map(|error| error.code()), Some("check.test_mismatch"));
    assert!(phone.parts.open().await.wallet.card().await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn real_cards_want_keys_that_are_not_in_a_plain_file() {
    use permitcard_platform::{KeyLevel, KeyPurpose};
    let world = World::new().await;
    let parts = world.new_phone("phone");
    let mut options = parts.options();
    options.environment = Environment::Production;
    let keys = parts.keys();
    let opened = parts.try_open(options.clone(), keys.clone()).await;
    let error = opened.err().unwrap();
    assert_eq!(error, WalletError::KeyStore(KeyError::TooWeak));
    assert_eq!(error.code(), "keys.too_weak");
    assert_eq!(
        (parts.files().len(), keys.count(Call::Create(KeyPurpose::Wrapping))),
        (0, 0)
    );
    // Nor does the wallet take such a key from a host that promised better ones.
    keys.claim(KeyLevel::Software);
    let phone = parts.try_open(options, keys.clone()).await.unwrap();
    keys.claim(KeyLevel::File);
    assert_eq!(phone.wallet.start_registration().await, Err(error));
    assert_eq!(phone.key_counts(), (0, 0, 1));
    keys.claim(KeyLevel::SecureElement);
    phone.wallet.start_registration().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_is_in_the_files() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    Holder::new("maria").with_card(&phone.wallet, &world.admin).await;
    phone.wallet.begin_show(Profile::ServiceWindow, prompt()).await.unwrap();
    phone.wallet.present(PresentRequest::default()).await.unwrap();
    let person = world.admin.person("maria").unwrap();
    let card = phone.wallet.card().await.unwrap().unwrap();
    let portrait = phone.wallet.portrait().await.unwrap().unwrap();
    let mut needles: Vec<Vec<u8>> = card
        .fields
        .iter()
        .map(|field| field.value.clone())
        .chain([person.permit_number, person.passport, person.contact.unwrap()])
        .filter(|value| value.len() >= 8)
        .map(String::into_bytes)
        .collect();
    assert!(needles.len() > 6);
    needles.push(portrait.bytes[portrait.bytes.len() - 24..].to_vec());
    let holds = |bytes: &[u8], needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    let plain = needles.concat();
    for needle in &needles {
        assert!(holds(&plain, needle));
        for file in phone.parts.files() {
            assert!(!holds(&std::fs::read(&file).unwrap(), needle), "{}", file.display());
        }
    }
}
