//! Show sessions, their codes, their log; verified with the verifier's own rules.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use permitcard_authority::admin::PermitEvent;
use permitcard_credential::permit::{PRESENTATION_LIFE_S, Presentation};
use permitcard_credential::qr::picture::{EcLevel, Matrix};
use permitcard_credential::qr::text;
use permitcard_credential::snapshot::Snapshot;
use permitcard_credential::verdict::{Outcome, Policy, Verdicts, VerifyInput, verify};
use permitcard_net::{HttpClient, NetOptions, Request};
use permitcard_protocol::{endpoints, limits};
use permitcard_wallet::{
    Field, Group, InputCode, KeyError, Nonce, PresentRequest, PresentationView, Profile, StateCode, WalletError,
};
use support::holder::prompt;
use support::{Act, Behaviour, Call, Holder, Phone, World};

async fn with_card(world: &World) -> Phone {
    let phone = world.phone("phone").await;
    Holder::new("maria").with_card(&phone.wallet, &world.admin).await;
    phone
}

fn digits(text: &str) -> PresentRequest {
    PresentRequest {
        nonce: Some(Nonce::Digits { digits: text.into() }),
    }
}

fn bytes(bytes: &[u8]) -> PresentRequest {
    PresentRequest {
        nonce: Some(Nonce::Bytes { bytes: bytes.to_vec() }),
    }
}

async fn snapshot(world: &World, now: i64) -> Snapshot {
    let client = HttpClient::new(world.authority.client_file(), NetOptions::default()).unwrap();
    let list = Request::get(endpoints::TRUST_LIST).accept(endpoints::MEDIA_TRUST_LIST);
    let status = Request::get("/status/1")
        .accept(endpoints::MEDIA_STATUS_LIST)
        .limit(limits::LARGE_RESPONSE_BODY);
    let mut bytes = client.send(&list).await.unwrap().body;
    bytes.extend(client.send(&status).await.unwrap().body);
    Snapshot::parse(
        &bytes,
        &world.authority.client_file().root_key.to_public_key().unwrap(),
        now,
    )
    .unwrap()
}

fn verdicts(code: &PresentationView, snapshot: &Snapshot, now: i64, nonce: Option<&[u8]>) -> Verdicts {
    let policy = Policy::employer();
    let input = VerifyInput {
        text: &code.text,
        snapshot,
        now,
        policy: &policy,
        aud: Some(&code.aud),
        nonce,
        sandbox: true,
        seen_before: None,
    };
    verify(&input).unwrap()
}

fn all_good(verdicts: &Verdicts) -> bool {
    [&verdicts.issuer, &verdicts.holder, &verdicts.status]
        .iter()
        .all(|verdict| verdict.outcome == Outcome::Good)
}

fn signature(code: &PresentationView) -> Vec<u8> {
    let token = text::decode(&code.text).unwrap();
    Presentation::parse(&token).unwrap().credential().signature().to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_previewed_is_what_a_verifier_reads() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    // From here on there is no network.
    let snapshot = snapshot(&world, world.clock.wall()).await;
    phone.link.act("/", Act::Offline);
    for profile in Profile::ALL {
        let preview = phone.wallet.preview(*profile).await.unwrap();
        let show = phone.wallet.begin_show(*profile, prompt()).await.unwrap();
        assert_eq!(show.disclosure, preview);
        assert!(preview.test);
        let code = phone.wallet.present(PresentRequest::default()).await.unwrap();
        assert_eq!((code.aud.as_str(), code.test), (profile.aud(), true));
        assert_eq!(code.expires_at - code.issued_at, PRESENTATION_LIFE_S);
        assert_eq!(code.refresh_at - code.issued_at, 25);
        let verdicts = verdicts(&code, &snapshot, world.clock.wall(), None);
        assert!(all_good(&verdicts), "{profile:?}: {verdicts:?}");
        let read = verdicts.disclosed.unwrap();
        let value = |field| {
            preview
                .shown
                .iter()
                .find(|shown| shown.field == field)
                .map(|shown| shown.value.clone())
        };
        assert_eq!(value(Field::Name), read.person.map(|person| person.name));
        assert_eq!(
            value(Field::Employer),
            read.employment.map(|employment| employment.employer)
        );
        assert_eq!(
            value(Field::SocialSecurityNumber),
            read.social_security.map(|social| social.number)
        );
        assert_eq!(value(Field::Passport), read.file.map(|file| file.passport));
        assert!(read.portrait.is_none());
        phone.wallet.end_show().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nonces_are_six_digits_or_eight_bytes_and_are_signed() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    let snapshot = snapshot(&world, world.clock.wall()).await;
    let show = phone.wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
    let now = world.clock.wall();
    let typed = phone.wallet.present(digits("123456")).await.unwrap();
    assert!(all_good(&verdicts(&typed, &snapshot, now, Some(b"123456"))));
    assert!(!all_good(&verdicts(&typed, &snapshot, now, Some(b"123457"))));
    let scanned = phone
        .wallet
        .present(bytes(b"\x00\x01\x02\x03\x04\x05\xfe\xff"))
        .await
        .unwrap();
    assert!(all_good(&verdicts(
        &scanned,
        &snapshot,
        now,
        Some(b"\x00\x01\x02\x03\x04\x05\xfe\xff")
    )));
    let plain = phone.wallet.present(PresentRequest::default()).await.unwrap();
    for code in [&typed, &scanned, &plain] {
        // All codes of a session are drawn in one size.
        assert_eq!(code.qr_version, show.qr_version);
        let drawn = Matrix::new(&code.text, EcLevel::L, code.qr_version).unwrap();
        assert_eq!(drawn.version(), show.qr_version);
    }
    let logged = phone.wallet.disclosure_log().await.unwrap().len();
    let wrong = [
        digits("12345"),
        digits("1234567"),
        digits("12345a"),
        digits("１２３"),
        bytes(&[0; 7]),
        bytes(&[0; 9]),
    ];
    for request in wrong {
        assert_eq!(
            phone.wallet.present(request).await.err(),
            Some(WalletError::InvalidInput(InputCode::NonceInvalid))
        );
    }
    assert_eq!(phone.wallet.disclosure_log().await.unwrap().len(), logged);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_credential_a_session_and_another_one_the_next_time() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    let mut used = Vec::new();
    for session in 0..10 {
        let show = phone.wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
        assert!(!show.reused_credential);
        assert_eq!(show.credentials_left, 9 - session);
        let first = signature(&phone.wallet.present(PresentRequest::default()).await.unwrap());
        let second = signature(&phone.wallet.present(digits("000000")).await.unwrap());
        assert_eq!(first, second);
        assert!(!used.contains(&first));
        used.push(first);
        phone.wallet.end_show().await.unwrap();
        world.forward(&phone, 60);
    }
    assert_eq!(phone.wallet.card().await.unwrap().unwrap().credentials_left, 0);
    // The batch is empty: the one that was shown longest ago comes again, and the holder is told.
    let show = phone.wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
    assert!(show.reused_credential);
    let again = signature(&phone.wallet.present(PresentRequest::default()).await.unwrap());
    assert_eq!(again, used[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_without_a_code_uses_nothing_up() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    phone.wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
    phone.wallet.end_show().await.unwrap();
    assert_eq!(phone.wallet.card().await.unwrap().unwrap().credentials_left, 10);
    assert!(phone.wallet.disclosure_log().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_and_keys_ask_again_earlier() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    let none = Err(WalletError::from(StateCode::NoShowSession));
    assert_eq!(phone.wallet.present(PresentRequest::default()).await.map(|_| ()), none);
    assert_eq!(phone.wallet.continue_show(prompt()).await, none);
    phone.wallet.end_show().await.unwrap();

    phone.wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
    let first = phone.wallet.present(PresentRequest::default()).await.unwrap();
    // Device keys sign for 180 s after the user was there.
    world.forward(&phone, 181);
    assert_eq!(
        phone.wallet.present(PresentRequest::default()).await.err(),
        Some(WalletError::NeedsUser)
    );
    phone.wallet.continue_show(prompt()).await.unwrap();
    let next = phone.wallet.present(PresentRequest::default()).await.unwrap();
    assert_eq!(signature(&first), signature(&next));
    assert_eq!(next.issued_at - first.issued_at, 181);

    world.forward(&phone, 420);
    let over = Some(WalletError::from(StateCode::ShowSessionOver));
    assert_eq!(phone.wallet.present(PresentRequest::default()).await.err(), over);
    assert_eq!(phone.wallet.present(PresentRequest::default()).await.map(|_| ()), none);

    phone.wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
    phone.wallet.end_show().await.unwrap();
    assert_eq!(phone.wallet.present(PresentRequest::default()).await.map(|_| ()), none);
    // The key store's session ended with it.
    assert_eq!(phone.keys.count(Call::EndSession), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wall_clock_that_is_put_back_does_not_lengthen_a_session() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    phone.wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
    phone.clock.change(|reading| {
        reading.boot_ms += 601_000;
        reading.wall_s -= 10_000;
    });
    let over = phone.wallet.present(PresentRequest::default()).await;
    assert_eq!(over.err(), Some(StateCode::ShowSessionOver.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_has_who_and_when_and_no_value() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    phone.wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
    let code = phone.wallet.present(digits("123456")).await.unwrap();
    phone.wallet.begin_show(Profile::Gate, prompt()).await.unwrap();
    phone.wallet.present(PresentRequest::default()).await.unwrap();
    let phone = phone.reopen().await;
    let log = phone.wallet.disclosure_log().await.unwrap();
    assert_eq!(log.len(), 2);
    assert_eq!(
        (log[0].at, log[0].aud.as_str(), log[0].with_nonce),
        (code.issued_at, "wp.emp", true)
    );
    assert_eq!(log[0].groups, [Group::Person, Group::Employment]);
    assert_eq!(
        (log[0].profile, log[0].card_version, log[0].time_unsure),
        (Some(Profile::Employer), 1, false)
    );
    assert_eq!(
        (log[1].aud.as_str(), log[1].groups.len(), log[1].with_nonce),
        ("wp.gat", 0, false)
    );
    let shown = format!("{log:?}");
    assert!(!shown.contains("GARCIA") && !shown.contains("Shanghai") && !shown.contains("123456"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_was_not_signed_is_not_in_the_log_and_keys_may_recover() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    let cases = [
        (Behaviour::Fail(KeyError::Cancelled), WalletError::Cancelled),
        (Behaviour::Fail(KeyError::NeedsUser), WalletError::NeedsUser),
        (
            Behaviour::Fail(KeyError::Transient),
            WalletError::KeyStore(KeyError::Transient),
        ),
        (Behaviour::Throw, WalletError::KeyStore(KeyError::Unexpected)),
        (Behaviour::WrongBytes, WalletError::KeyStore(KeyError::Unexpected)),
        (
            Behaviour::Fail(KeyError::NotFound),
            WalletError::KeyStore(KeyError::NotFound),
        ),
    ];
    phone.wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
    for (behaviour, error) in cases {
        phone.keys.script(Call::Sign, behaviour);
        assert_eq!(phone.wallet.present(PresentRequest::default()).await.err(), Some(error));
    }
    assert!(phone.wallet.disclosure_log().await.unwrap().is_empty());
    // A key that was not found is tried last from now on.
    assert_eq!(phone.wallet.card().await.unwrap().unwrap().credentials_left, 9);
    phone.keys.script(Call::Sign, Behaviour::Fail(KeyError::Invalidated));
    phone.wallet.present(PresentRequest::default()).await.unwrap_err();
    assert_eq!(phone.wallet.card().await.unwrap().unwrap().credentials_left, 0);
    // Other versions of a phone's software have brought such keys back.
    phone.keys.heal();
    phone.wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
    phone.wallet.present(PresentRequest::default()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prompt_that_was_refused_begins_nothing() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    for (behaviour, error) in [
        (Behaviour::Fail(KeyError::Cancelled), WalletError::Cancelled),
        (
            Behaviour::Fail(KeyError::Unavailable),
            WalletError::KeyStore(KeyError::Unavailable),
        ),
        (Behaviour::Throw, WalletError::KeyStore(KeyError::Unexpected)),
    ] {
        phone.keys.script(Call::BeginSession, behaviour);
        assert_eq!(
            phone.wallet.begin_show(Profile::Employer, prompt()).await.err(),
            Some(error)
        );
        let none = phone.wallet.present(PresentRequest::default()).await;
        assert_eq!(none.err(), Some(StateCode::NoShowSession.into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn time_is_the_authoritys_until_the_phone_restarts() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    // The phone's wall clock is set to another year; nobody notices.
    phone.clock.change(|reading| reading.wall_s -= 40_000_000);
    let show = phone.wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
    assert!(!show.time_unsure);
    let code = phone.wallet.present(PresentRequest::default()).await.unwrap();
    assert!((code.issued_at - world.clock.wall()).abs() <= 1);

    // After a restart only the wall clock is left; it is marked, and it never takes time back.
    phone.clock.restart("second");
    let phone = phone.reopen().await;
    let show = phone.wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
    assert!(show.time_unsure);
    let later = phone.wallet.present(PresentRequest::default()).await.unwrap();
    assert!(later.issued_at >= code.issued_at);
    assert!(phone.wallet.disclosure_log().await.unwrap().last().unwrap().time_unsure);

    phone
        .clock
        .change(|reading| reading.wall_s = world.clock.wall() + 1_000);
    phone.wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
    let ahead = phone.wallet.present(PresentRequest::default()).await.unwrap();
    assert_eq!(ahead.issued_at, world.clock.wall() + 1_000);
    phone.clock.change(|reading| reading.wall_s -= 500);
    // The key store sees its own clock go back and wants the user again.
    phone.wallet.continue_show(prompt()).await.unwrap();
    let back = phone.wallet.present(PresentRequest::default()).await.unwrap();
    assert_eq!(back.issued_at, ahead.issued_at);
    // The authority alone puts it right.
    phone.wallet.sync(None).await.unwrap();
    let show = phone.wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
    assert!(!show.time_unsure);
    let right = phone.wallet.present(PresentRequest::default()).await.unwrap();
    assert!((right.issued_at - world.clock.wall()).abs() <= 1);

    phone.clock.stop();
    let stopped = phone.wallet.present(PresentRequest::default()).await;
    assert_eq!(stopped.err(), Some(StateCode::TimeUnknown.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_is_over_is_not_shown() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    // Thirty days without a network: every credential is over.
    phone.link.act("/", Act::Offline);
    world.forward(&phone, 31 * 86_400);
    let over = phone.wallet.begin_show(Profile::Employer, prompt()).await;
    assert_eq!(over.err(), Some(StateCode::CardExpired.into()));
    assert!(phone.wallet.card().await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn revoked_is_not_shown_and_suspended_says_so() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    world.event(PermitEvent::Suspend, "maria");
    world.forward(&phone, 1);
    phone.wallet.sync(Some(prompt())).await.unwrap();
    let show = phone.wallet.begin_show(Profile::Employer, prompt()).await.unwrap();
    assert_eq!(show.status, permitcard_wallet::CardStatus::Suspended);
    world.event(PermitEvent::Revoke, "maria");
    world.forward(&phone, 1);
    phone.wallet.sync(Some(prompt())).await.unwrap();
    let refused = phone.wallet.begin_show(Profile::Employer, prompt()).await;
    assert_eq!(refused.err(), Some(StateCode::CardRevoked.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_card_there_is_nothing_to_show() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    assert_eq!(
        phone.wallet.preview(Profile::Employer).await.err(),
        Some(WalletError::NotRegistered)
    );
    let show = phone.wallet.begin_show(Profile::Employer, prompt()).await;
    assert_eq!(show.err(), Some(WalletError::NotRegistered));
    assert_eq!(phone.keys.count(Call::BeginSession), 0);
    assert!(phone.wallet.disclosure_log().await.unwrap().is_empty());
}
