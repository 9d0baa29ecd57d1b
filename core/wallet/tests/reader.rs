//! Showing to one verifier that asks, and with portrait; verified with the verifier's own rules.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use permitcard_credential::permit::{Presentation, Profile};
use permitcard_credential::qr::frames::{Received, Receiver};
use permitcard_credential::qr::picture::{EcLevel, Matrix};
use permitcard_credential::qr::request::{Request, Wanted};
use permitcard_credential::qr::text;
use permitcard_wallet::{
    DisclosureView, Field, Group, InputCode, Nonce, PresentRequest, PresentationView, ShowTarget, WalletError,
};
use support::holder::prompt;
use support::{Act, Holder, Phone, World};

async fn with_card(world: &World, person: &'static str) -> Phone {
    let phone = world.phone("phone").await;
    Holder::new(person).with_card(&phone.wallet, &world.admin).await;
    // From here on there is no network.
    phone.link.act("/", Act::Offline);
    phone
}

fn asks(aud: &str, wanted: Wanted) -> ShowTarget {
    let request = Request {
        aud: aud.to_owned(),
        nonce: *b"nonce-08",
        wanted,
    };
    ShowTarget::Request {
        text: request.encode().unwrap(),
    }
}

fn to(profile: Profile, portrait: bool) -> ShowTarget {
    ShowTarget::Profile { profile, portrait }
}

async fn shown(phone: &Phone, target: ShowTarget) -> PresentationView {
    phone.wallet.begin_show_for(target, prompt()).await.unwrap();
    let code = phone.wallet.present(PresentRequest::default()).await.unwrap();
    phone.wallet.end_show().await.unwrap();
    code
}

/// The token behind a code, of one picture or of several.
fn token(code: &PresentationView) -> Vec<u8> {
    if code.frames.is_empty() {
        return text::decode(&code.text).unwrap();
    }
    let mut receiver = Receiver::new();
    // The camera misses the first half.
    for frame in &code.frames[code.frames.len() / 2..] {
        if let Received::Whole(token) = receiver.take(frame).unwrap() {
            return token;
        }
    }
    panic!("the frames are not enough");
}

fn signature(code: &PresentationView) -> Vec<u8> {
    let token = token(code);
    Presentation::parse(&token).unwrap().credential().signature().to_vec()
}

fn fields(view: &DisclosureView) -> Vec<Field> {
    view.shown.iter().map(|value| value.field).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verifier_that_asks_gets_what_the_holder_saw_first() {
    let world = World::new().await;
    let phone = with_card(&world, "maria").await;
    let target = asks("gate-7", Wanted::Groups(vec![20, 24]));
    let preview = phone.wallet.preview_for(target.clone()).await.unwrap();
    assert_eq!(
        (preview.aud.as_str(), preview.by_request, preview.profile),
        ("gate-7", true, None)
    );
    assert_eq!(preview.groups, [Group::Person, Group::File]);
    assert!(preview.missing.is_empty());
    assert!(fields(&preview).contains(&Field::Passport) && !fields(&preview).contains(&Field::Employer));
    // Looking at it signs nothing and logs nothing.
    assert!(phone.wallet.disclosure_log().await.unwrap().is_empty());

    let show = phone.wallet.begin_show_for(target, prompt()).await.unwrap();
    assert_eq!(show.disclosure, preview);
    for _ in 0..2 {
        let code = phone.wallet.present(PresentRequest::default()).await.unwrap();
        let token = token(&code);
        let presentation = Presentation::parse(&token).unwrap();
        assert_eq!(
            (presentation.aud(), presentation.nonce()),
            ("gate-7", Some(&b"nonce-08"[..]))
        );
        let disclosed = presentation.disclosed().unwrap();
        assert!(disclosed.person.is_some() && disclosed.file.is_some());
        assert!(disclosed.employment.is_none() && disclosed.portrait.is_none());
    }
    // The nonce is the request's; another one beside it is a mistake.
    let typed = PresentRequest {
        nonce: Some(Nonce::Digits {
            digits: "123456".into(),
        }),
    };
    let refused = phone.wallet.present(typed).await;
    assert_eq!(refused.err(), Some(WalletError::InvalidInput(InputCode::NonceInvalid)));
    let log = phone.wallet.disclosure_log().await.unwrap();
    assert_eq!(log.len(), 2);
    assert_eq!(
        (log[0].aud.as_str(), log[0].profile, log[0].with_nonce),
        ("gate-7", None, true)
    );
    assert_eq!(log[0].groups, [Group::Person, Group::File]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_verifier_gets_the_same_credential_and_another_one_does_not() {
    let world = World::new().await;
    let phone = with_card(&world, "maria").await;
    let ask = |aud: &str| asks(aud, Wanted::Profile("wp.hot".into()));
    let first = shown(&phone, ask("gate-7")).await;
    let other = shown(&phone, ask("gate-8")).await;
    let broadcast = shown(&phone, to(Profile::Hotel, false)).await;
    // A restart of the app forgets nothing of it.
    let phone = phone.reopen().await;
    phone.link.act("/", Act::Offline);
    let again = phone.wallet.begin_show_for(ask("gate-7"), prompt()).await.unwrap();
    assert!(!again.reused_credential, "on purpose, and no loss of privacy");
    assert_eq!(again.credentials_left, 7);
    let again = phone.wallet.present(PresentRequest::default()).await.unwrap();
    assert_eq!(signature(&first), signature(&again));
    assert_ne!(signature(&first), signature(&other));
    assert_ne!(signature(&first), signature(&broadcast));
    assert_ne!(signature(&other), signature(&broadcast));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_batch_reuses_the_least_used_and_says_so() {
    let world = World::new().await;
    let phone = with_card(&world, "maria").await;
    let mut seen = Vec::new();
    for left in (0..10).rev() {
        let show = phone
            .wallet
            .begin_show_for(to(Profile::Gate, false), prompt())
            .await
            .unwrap();
        assert_eq!((show.reused_credential, show.credentials_left), (false, left));
        seen.push(signature(
            &phone.wallet.present(PresentRequest::default()).await.unwrap(),
        ));
        world.forward(&phone, 5);
    }
    assert!(
        (1..10).all(|at| !seen[..at].contains(&seen[at])),
        "one credential a session"
    );
    for first in &seen[..2] {
        let show = phone
            .wallet
            .begin_show_for(to(Profile::Gate, false), prompt())
            .await
            .unwrap();
        assert_eq!((show.reused_credential, show.credentials_left), (true, 0));
        let code = phone.wallet.present(PresentRequest::default()).await.unwrap();
        assert_eq!(&signature(&code), first, "the one that was not shown for longest");
        world.forward(&phone, 5);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_and_not_on_the_card_is_said_and_left_out() {
    let world = World::new().await;
    // No social security number.
    let phone = with_card(&world, "suharto").await;
    let target = asks("hosp-1", Wanted::Profile("wp.hos".into()));
    let preview = phone.wallet.preview_for(target.clone()).await.unwrap();
    assert_eq!(preview.profile, Some(Profile::Hospital));
    assert_eq!(
        (preview.groups.as_slice(), preview.missing.as_slice()),
        (&[Group::Person][..], &[Group::SocialSecurity][..])
    );
    shown(&phone, target).await;
    assert_eq!(phone.wallet.disclosure_log().await.unwrap()[0].groups, [Group::Person]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portrait_comes_in_one_code_or_in_frames_and_reads_the_same() {
    let world = World::new().await;
    let phone = with_card(&world, "maria").await;
    let mut framed = 0;
    for profile in [Profile::Police, Profile::Hospital, Profile::ServiceWindow] {
        let target = to(profile, true);
        let preview = phone.wallet.preview_for(target.clone()).await.unwrap();
        assert!(fields(&preview).contains(&Field::Portrait));
        let show = phone.wallet.begin_show_for(target, prompt()).await.unwrap();
        let code = phone.wallet.present(PresentRequest::default()).await.unwrap();
        let token = token(&code);
        let presentation = Presentation::parse(&token).unwrap();
        assert_eq!(presentation.aud(), profile.aud());
        assert!(!presentation.disclosed().unwrap().portrait.unwrap().bytes.is_empty());
        assert_eq!(show.framed, !code.frames.is_empty());
        if show.framed {
            framed += 1;
            assert_eq!(code.frame_ms, 400);
            let parts = token.len().div_ceil(320);
            assert_eq!(code.frames.len(), 3 * parts);
            for frame in &code.frames {
                let matrix = Matrix::new(frame, EcLevel::L, 1).unwrap();
                assert!(matrix.version() <= show.qr_version && show.qr_version <= 12);
            }
            assert!(Matrix::new(&code.text, EcLevel::L, 1).unwrap().version() > 24);
        } else {
            let matrix = Matrix::new(&code.text, EcLevel::L, code.qr_version).unwrap();
            assert_eq!((matrix.version(), show.qr_version <= 25), (show.qr_version, true));
        }
    }
    assert!(framed > 0, "the service window's is too large for one code");
    let log = phone.wallet.disclosure_log().await.unwrap();
    assert_eq!(log[0].groups, [Group::Person, Group::Portrait, Group::File]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_shown_is_refused_before_any_prompt() {
    let world = World::new().await;
    let phone = with_card(&world, "maria").await;
    for (target, code) in [
        (to(Profile::Hotel, true), InputCode::PortraitNotAllowed),
        (
            asks("gate-7", Wanted::Groups(vec![20, 99])),
            InputCode::RequestUnsupported,
        ),
        (
            asks("gate-7", Wanted::Profile("wp.new".into())),
            InputCode::RequestUnsupported,
        ),
        (
            ShowTarget::Request {
                text: "WPC1:BB8".into(),
            },
            InputCode::RequestInvalid,
        ),
        (
            ShowTarget::Request {
                text: "WPR1:BB8".into(),
            },
            InputCode::RequestInvalid,
        ),
    ] {
        let expected = Some(WalletError::InvalidInput(code));
        assert_eq!(phone.wallet.preview_for(target.clone()).await.err(), expected);
        assert_eq!(phone.wallet.begin_show_for(target, prompt()).await.err(), expected);
    }
    assert_eq!(
        phone.keys.count(support::Call::BeginSession),
        1,
        "only that of the card"
    );
}

/// The words of a request go nowhere but to the holder.
#[test]
fn nothing_of_a_request_is_in_its_debug_output() {
    let target = asks("gate-7", Wanted::Groups(vec![]));
    assert_eq!(format!("{target:?}"), "Request { .. }");
}
