//! mdoc and SD-JWT VC: fetched beside the card, kept, renewed, presented, erased; and a wallet without them.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod support;

use permitcard_authority::admin::PermitEvent;
use permitcard_credential::cose::jws::ParsedJws;
use permitcard_credential::sdjwt::SdJwt;
use permitcard_wallet::{ExportFormat, ExportRequest, ExportTarget, Field, Group, InputCode, StateCode, WalletError};
use support::holder::prompt;
use support::{Act, Holder, Phone, World};

/// `[null, null, ["x", h'01']]`.
const TRANSCRIPT: &[u8] = b"\x83\xf6\xf6\x82\x61x\x41\x01";

async fn with_card(world: &World) -> Phone {
    let phone = world.phone("phone").await;
    Holder::new("suharto").with_card(&phone.wallet, &world.admin).await;
    phone
}

fn sd_jwt(groups: &[Group]) -> ExportRequest {
    ExportRequest {
        target: ExportTarget::SdJwt {
            aud: "https://verifier.example".into(),
            nonce: "n-0S6".into(),
        },
        groups: groups.to_vec(),
    }
}

fn mdoc(groups: &[Group]) -> ExportRequest {
    ExportRequest {
        target: ExportTarget::Mdoc {
            session_transcript: TRANSCRIPT.to_vec(),
        },
        groups: groups.to_vec(),
    }
}

fn missing() -> WalletError {
    WalletError::WrongState(StateCode::ExportMissing)
}

#[tokio::test(flavor = "multi_thread")]
async fn both_forms_come_with_the_card_and_are_presented_offline() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    assert_eq!(phone.link.seen("/credential").len(), 3, "one request a form");
    assert_eq!(phone.link.seen("/notification").len(), 3);
    phone.link.act("/", Act::Offline);

    let view = phone.wallet.export(sd_jwt(&[Group::Person]), prompt()).await.unwrap();
    assert_eq!((view.format, view.test), (ExportFormat::SdJwt, true));
    let text = String::from_utf8(view.bytes).unwrap();
    let (shown, kb) = text.rsplit_once('~').unwrap();
    let shown = format!("{shown}~");
    let parsed = SdJwt::parse(&shown).unwrap();
    parsed.check_digests().unwrap();
    assert_eq!(parsed.elements().len(), 2, "Suharto has one name, and a nationality");
    let kb = ParsedJws::parse(kb).unwrap();
    kb.verify(parsed.holder_key()).unwrap();
    assert_eq!(kb.claims["aud"], "https://verifier.example");
    assert_eq!(kb.claims["nonce"], "n-0S6");

    let view = phone.wallet.export(mdoc(&[Group::Employment]), prompt()).await.unwrap();
    assert_eq!((view.format, view.test), (ExportFormat::Mdoc, true));
    let has = |text: &str| view.bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("org.permitcard.workpermit.1.test") && has("employer_name") && has("expiry_date"));
    assert!(!has("family_name") && !has("passport_number"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_has_the_groups_and_no_value() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    phone
        .wallet
        .export(sd_jwt(&[Group::File, Group::Person, Group::File]), prompt())
        .await
        .unwrap();
    let view = phone.wallet.export(mdoc(&[]), prompt()).await.unwrap();
    let log = phone.wallet.disclosure_log().await.unwrap();
    assert_eq!(log.len(), 2);
    assert_eq!(log[0].aud, "https://verifier.example");
    assert_eq!(log[0].groups, [Group::Person, Group::File]);
    assert!(log[0].with_nonce && log[0].profile.is_none());
    assert_eq!(log[1].aud, view.aud);
    assert!(view.aud.starts_with("mdoc:") && view.aud.len() == 21, "{}", view.aud);
    assert!(log[1].groups.is_empty());
    // What was shown is what the holder saw before.
    let fields = phone.wallet.preview_export(vec![Group::Person]).await.unwrap();
    let names: Vec<Field> = fields.iter().map(|field| field.field).collect();
    assert_eq!(
        names,
        [
            Field::Category,
            Field::ValidUntil,
            Field::Restrictions,
            Field::Name,
            Field::Nationality
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_verifier_gets_another_copy_and_the_same_one_again() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    let to = |aud: &str| ExportRequest {
        target: ExportTarget::SdJwt {
            aud: aud.into(),
            nonce: "n".into(),
        },
        groups: vec![],
    };
    let mut copies = Vec::new();
    for aud in ["a", "b", "a"] {
        let view = phone.wallet.export(to(aud), prompt()).await.unwrap();
        let text = String::from_utf8(view.bytes).unwrap();
        copies.push(text.split('~').next().unwrap().to_owned());
    }
    assert_ne!(copies[0], copies[1]);
    assert_eq!(copies[0], copies[2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_for() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    assert_eq!(
        phone.wallet.export(sd_jwt(&[]), prompt()).await.unwrap_err(),
        WalletError::NotRegistered
    );
    Holder::new("suharto").with_card(&phone.wallet, &world.admin).await;
    let long = "x".repeat(256);
    for (aud, nonce) in [
        ("", "n"),
        ("a", ""),
        (long.as_str(), "n"),
        ("a", long.as_str()),
        ("a\n", "n"),
    ] {
        let request = ExportRequest {
            target: ExportTarget::SdJwt {
                aud: aud.into(),
                nonce: nonce.into(),
            },
            groups: vec![],
        };
        assert_eq!(
            phone.wallet.export(request, prompt()).await.unwrap_err(),
            WalletError::InvalidInput(InputCode::ExportInvalid)
        );
    }
    for transcript in [vec![], vec![0; 20_000], b"\x82\xf6\xf6".to_vec()] {
        let request = ExportRequest {
            target: ExportTarget::Mdoc {
                session_transcript: transcript,
            },
            groups: vec![],
        };
        assert_eq!(
            phone.wallet.export(request, prompt()).await.unwrap_err(),
            WalletError::InvalidInput(InputCode::ExportInvalid)
        );
    }
    assert!(phone.wallet.disclosure_log().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_card_is_not_exported() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    world.event(PermitEvent::Revoke, "suharto");
    phone.wallet.sync(None).await.unwrap();
    for request in [sd_jwt(&[]), mdoc(&[])] {
        assert_eq!(
            phone.wallet.export(request, prompt()).await.unwrap_err(),
            WalletError::WrongState(StateCode::CardRevoked)
        );
    }
}

/// An authority of before: its token response names one form.
#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_whose_authority_has_no_other_form_works() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    phone.link.act(
        "/token",
        Act::change(|body| {
            let mut tokens: serde_json::Value = serde_json::from_slice(body).unwrap();
            tokens["authorization_details"].as_array_mut().unwrap().truncate(1);
            *body = tokens.to_string().into_bytes();
        }),
    );
    Holder::new("suharto").with_card(&phone.wallet, &world.admin).await;
    assert_eq!(phone.link.seen("/credential").len(), 1);
    assert_eq!(phone.wallet.export(mdoc(&[]), prompt()).await.unwrap_err(), missing());
    phone
        .wallet
        .begin_show(permitcard_wallet::Profile::Gate, prompt())
        .await
        .unwrap();
    phone.wallet.sync(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_fails_a_check_is_not_kept_and_the_authority_hears_of_it() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    // The mobile documents of all keys in the wrong order; the SD-JWTs are good.
    phone.link.act(
        "/credential",
        Act::change(|body| {
            let mut response: serde_json::Value = serde_json::from_slice(body).unwrap();
            let list = response["credentials"].as_array_mut().unwrap();
            let is_mdoc = list[0]["credential"].as_str().unwrap().starts_with("ompp");
            if is_mdoc {
                list.reverse();
            }
            *body = response.to_string().into_bytes();
        }),
    );
    Holder::new("suharto").with_card(&phone.wallet, &world.admin).await;
    assert_eq!(phone.wallet.export(mdoc(&[]), prompt()).await.unwrap_err(), missing());
    phone.wallet.export(sd_jwt(&[]), prompt()).await.unwrap();
    let told: Vec<String> = phone
        .link
        .seen("/notification")
        .into_iter()
        .map(|seen| seen.body)
        .collect();
    let failures = told.iter().filter(|body| body.contains("credential_failure")).count();
    assert_eq!((told.len(), failures), (3, 1));
    // It was asked for once; the next batch is another chance.
    phone.wallet.sync(Some(prompt())).await.unwrap();
    assert_eq!(phone.link.seen("/credential").len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_arrive_comes_with_the_next_sync() {
    let world = World::new().await;
    let phone = world.phone("phone").await;
    Holder::new("suharto")
        .register(&phone.wallet, &world.admin)
        .await
        .unwrap();
    // The answers to everything but the first request get lost.
    phone.link.act(
        "/credential",
        Act::change(|body| {
            let response: serde_json::Value = serde_json::from_slice(body).unwrap();
            let first = response["credentials"][0]["credential"].as_str().unwrap();
            // base64url of tag 18: the primary form.
            if !first.starts_with("0oR") {
                *body = b"{".to_vec();
            }
        }),
    );
    phone.wallet.fetch_card(prompt()).await.unwrap();
    assert_eq!(phone.wallet.export(mdoc(&[]), prompt()).await.unwrap_err(), missing());
    let before = phone.link.seen("/credential");
    phone.link.heal();
    phone.wallet.sync(Some(prompt())).await.unwrap();
    phone.wallet.export(mdoc(&[]), prompt()).await.unwrap();
    phone.wallet.export(sd_jwt(&[]), prompt()).await.unwrap();
    // The same request under the same number.
    let after = phone.link.seen("/credential");
    assert_eq!(before.last().unwrap().key, after[before.len()].key);
    assert_eq!(before.last().unwrap().body, after[before.len()].body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_batch_has_forms_of_its_own() {
    let world = World::new().await;
    let phone = with_card(&world).await;
    world.event(PermitEvent::Extend, "suharto");
    let report = phone.wallet.sync(Some(prompt())).await.unwrap();
    assert!(report.renewed && report.new_version);
    assert_eq!(phone.link.seen("/credential").len(), 6);
    let view = phone.wallet.export(mdoc(&[]), prompt()).await.unwrap();
    assert!(!view.bytes.is_empty());
    let fields = phone.wallet.preview_export(vec![]).await.unwrap();
    let until = &fields.iter().find(|one| one.field == Field::ValidUntil).unwrap().value;
    let text = String::from_utf8_lossy(&view.bytes).into_owned();
    assert!(text.contains(until.as_str()), "{until}");
}
