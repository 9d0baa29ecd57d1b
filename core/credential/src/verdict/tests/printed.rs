//! A printed permit: issuer and status as usual, never a holder.

use super::world::*;
use crate::{
    permit::{Category, Day, Permit, Person, Profile, StatusRef},
    printed::{self, PrintedInput},
    snapshot::KeyState,
    status::Status,
    verdict::{Outcome, Policy, VerdictCode, VerdictError, Verdicts, VerifyInput, verify, verify_token},
};

pub fn text(world: &World, test: bool) -> String {
    let permit = Permit {
        test,
        category: Category::B,
        valid_until: Day::of_unix(NOW + 200 * Day::SECONDS),
        restrictions: 0,
        person: Person {
            name: "GARCIA LOPEZ<<MARIA".to_owned(),
            nationality: "ESP".to_owned(),
        },
        portrait: None,
        employment: None,
        social_security: None,
        file: None,
    };
    let input = PrintedInput {
        iss: ISS,
        iat: NOW,
        exp: NOW + 60 * Day::SECONDS,
        status: StatusRef {
            idx: INDEX,
            uri: URI.to_owned(),
        },
        permit: &permit,
        portrait: None,
    };
    let unsigned = printed::issue(&input, world.issuer.public_key()).unwrap();
    printed::encode(&sign(unsigned, &world.issuer))
}

fn codes(verdicts: &Verdicts) -> [VerdictCode; 3] {
    [verdicts.issuer.code, verdicts.holder.code, verdicts.status.code]
}

#[test]
fn a_good_print_is_a_document_and_no_more() {
    let world = World::new();
    let (text, snapshot) = (text(&world, true), world.snapshot());
    let verdicts = check(&text, &snapshot);
    assert_eq!(
        codes(&verdicts),
        [
            VerdictCode::IssuerGood,
            VerdictCode::DocumentOnly,
            VerdictCode::StatusValid
        ]
    );
    assert_eq!(verdicts.holder.outcome, Outcome::Unknown);
    assert_eq!(verdicts.holder.age_s, None);
    assert_eq!(verdicts.document.as_ref().unwrap().person.name, "GARCIA LOPEZ<<MARIA");
    assert_eq!(
        verdicts.disclosed.as_ref().unwrap().person,
        verdicts.document.as_ref().map(|d| d.person.clone())
    );
    assert!(verdicts.test && !verdicts.nonce_confirmed && verdicts.beacon.is_none());
    assert_eq!(verdicts.aud, "");
}

#[test]
fn no_policy_is_ever_met() {
    let world = World::new();
    let (text, snapshot) = (text(&world, true), world.snapshot());
    for profile in Profile::ALL {
        let policy = Policy::of(*profile);
        let verdicts = check_with(&text, &snapshot, |input| input.nonce = Some(b"123456")).unwrap();
        assert!(!policy.satisfied(&verdicts), "{}", policy.name());
    }
    // Even with nothing else missing.
    let verdicts = check(&text, &snapshot);
    assert_eq!(Policy::of(Profile::Gate).unmet(&verdicts), [VerdictCode::DocumentOnly]);
}

#[test]
fn issuer_and_status_are_judged_as_usual() {
    let world = World::new();
    let text = text(&world, true);
    let issuer = |snapshot: &crate::snapshot::Snapshot| check(&text, snapshot);
    let revoked = issuer(&world.snapshot_with(Status::Invalid));
    assert_eq!(revoked.status.code, VerdictCode::StatusRevoked);
    let compromised = issuer(&world.snapshot_of(|trust, _| {
        trust.keys[0].state = KeyState::Compromised;
        trust.keys[0].compromised_at = Some(NOW);
    }));
    assert_eq!(
        codes(&compromised),
        [
            VerdictCode::KeyCompromised,
            VerdictCode::DocumentOnly,
            VerdictCode::StatusUnproven
        ]
    );
    assert!(compromised.document.is_none() && compromised.disclosed.is_none());
    let stranger = World::new();
    let unlisted = check(&text, &stranger.snapshot());
    assert_eq!(unlisted.issuer.code, VerdictCode::IssuerUnlisted);
    assert_eq!(unlisted.issuer.age_s, None);
    let refused = check_with(&text, &world.snapshot(), |input| input.sandbox = false).unwrap();
    assert_eq!(refused.issuer.code, VerdictCode::TestRefused);
    let mismatch = check(&self::text(&world, false), &world.snapshot());
    assert_eq!(mismatch.issuer.code, VerdictCode::TestMismatch);
    assert!(mismatch.test);
}

#[test]
fn the_edges_of_its_time() {
    let world = World::new();
    let text = text(&world, true);
    // A trust list that lasts: the print's own end is what is tested.
    let snapshot = world.snapshot_of(|trust, _| trust.expires_at = NOW + 365 * Day::SECONDS);
    let end = NOW + 60 * Day::SECONDS;
    let start = Day::of_unix(NOW).start();
    for (now, code) in [
        (end + 30, VerdictCode::IssuerGood),
        (end + 31, VerdictCode::CredentialExpired),
        (start - 30, VerdictCode::IssuerGood),
        (start - 31, VerdictCode::CredentialFromFuture),
    ] {
        let verdicts = check_with(&text, &snapshot, |input| input.now = now).unwrap();
        assert_eq!(verdicts.issuer.code, code, "{}", now - NOW);
    }
}

#[test]
fn texts_that_only_look_printed_have_stable_codes() {
    let world = World::new();
    let snapshot = world.snapshot();
    let good = text(&world, true);
    let code = |text: &str| check_with(text, &snapshot, |_| ()).unwrap_err().code();
    assert_eq!(code(&good[..good.len() - 3]), "verdict.text_damaged");
    assert_eq!(code(&format!("{good}\n")), "verdict.text_damaged");
    assert_eq!(code(&format!("{good}{}", "0".repeat(3_000))), "verdict.text_too_long");
    assert_eq!(code(&printed::encode(b"anything")), "verdict.presentation_malformed");
}

/// What comes in frames is judged by the same rules as what comes in one code.
#[test]
fn a_token_is_verified_as_its_text() {
    let world = World::new();
    let card = Card::new();
    let (token, snapshot) = (world.token(&card), world.snapshot());
    let policy = Policy::employer();
    let text = crate::qr::text::encode(&token);
    let input = VerifyInput {
        text: &text,
        snapshot: &snapshot,
        now: NOW,
        policy: &policy,
        aud: None,
        nonce: None,
        sandbox: true,
        seen_before: None,
    };
    let nothing = VerifyInput { text: "", ..input };
    assert_eq!(verify_token(&token, &nothing).unwrap(), verify(&input).unwrap());
    assert!(matches!(
        verify_token(&vec![0; 4_097], &nothing),
        Err(VerdictError::Malformed(_))
    ));
}
