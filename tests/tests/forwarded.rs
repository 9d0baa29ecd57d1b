//! A launch token that is forwarded to another person's phone is worth nothing (design 4.1).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::{path::Path, sync::Arc};

use permitcard_net::{Body, HttpClient, NetOptions, Request};
use permitcard_platform::{SystemClock, file_keys::FileKeys};
use permitcard_protocol::{
    endpoints,
    registration::{SandboxCheckRequest, SandboxCheckResponse},
};
use permitcard_tests::sandbox::Sandbox;
use permitcard_wallet::{
    ConsentDecision, Environment, IdentityInput, InteractionType, NumberInput, OpenOptions, RegistrationView,
    StepAnswer, StepView, Wallet, WireCode,
};

async fn phone(sandbox: &Sandbox, dir: &Path) -> Wallet {
    let keys = Arc::new(FileKeys::open(&dir.join("keys")).unwrap());
    let options = OpenOptions::new(dir.to_owned(), sandbox.client(), Environment::Sandbox);
    Wallet::open(options, keys, Arc::new(SystemClock)).await.unwrap()
}

fn step(view: RegistrationView) -> StepView {
    match view {
        RegistrationView::Step(step) => step,
        other => panic!("no step: {other:?}"),
    }
}

/// Registers as this person until the document check.
async fn up_to_document_check(sandbox: &Sandbox, wallet: &Wallet, id: &str) -> StepView {
    let person = sandbox.person(id);
    let mut view = step(wallet.start_registration().await.unwrap());
    while view.required != InteractionType::DocumentCheck {
        let answer = match view.required {
            InteractionType::Consent => StepAnswer::Consent {
                decisions: view
                    .consents
                    .iter()
                    .map(|asked| ConsentDecision {
                        kind: asked.kind,
                        version: asked.version,
                        scope: asked.scope.clone(),
                        given: true,
                    })
                    .collect(),
            },
            InteractionType::IdentityClaim => StepAnswer::Identity {
                identity: IdentityInput {
                    surname: person.surname.clone(),
                    given_names: person.given_names.clone(),
                    number: NumberInput::WorkPermit {
                        number: person.permit_number.clone(),
                    },
                    passport_number: person.passport.clone(),
                    passport_issuer: person.passport_issuer.clone(),
                },
            },
            InteractionType::OneTimeCode => StepAnswer::OneTimeCode { code: sandbox.code(id) },
            other => panic!("unexpected step {other}"),
        };
        view = step(wallet.answer(answer).await.unwrap());
        assert_eq!(view.failed, None);
    }
    view
}

/// What the provider's kit does on the phone that runs it.
async fn run_kit(sandbox: &Sandbox, token: &str) -> Option<String> {
    let http = HttpClient::new(&sandbox.client(), NetOptions::default()).unwrap();
    let request = SandboxCheckRequest {
        token: token.to_owned(),
    };
    let body = Body::Json(serde_json::to_string(&request).unwrap());
    let response = http
        .send(&Request::post_harmless(endpoints::SANDBOX_CHECK, body))
        .await
        .ok()?;
    Some(response.json::<SandboxCheckResponse>().unwrap().receipt)
}

#[test]
fn a_forwarded_launch_token_is_refused() {
    let sandbox = Sandbox::start();
    sandbox.runtime().block_on(async {
        // The attacker knows name, number and passport of Suharto, who has no contact that a code could go to.
        let attacker = phone(&sandbox, &sandbox.home("attacker")).await;
        let victim = phone(&sandbox, &sandbox.home("victim")).await;
        let bait = up_to_document_check(&sandbox, &attacker, "suharto")
            .await
            .launch
            .unwrap();
        let own = up_to_document_check(&sandbox, &victim, "suharto").await.launch.unwrap();
        assert_ne!(bait.token, own.token);

        // The victim runs the check that the attacker sent him and passes. The receipt stays on the victim's phone.
        let receipt = run_kit(&sandbox, &bait.token).await.unwrap();
        // The attacker runs the same token to get a receipt as well: it works once.
        assert_eq!(run_kit(&sandbox, &bait.token).await, None);
        // Without the receipt the attacker can only guess.
        let guess = StepAnswer::DocumentCheck {
            receipt: "A".repeat(43),
        };
        let view = step(attacker.answer(guess).await.unwrap());
        assert_eq!(
            (view.required, view.failed),
            (InteractionType::DocumentCheck, Some(WireCode::ReceiptRefused))
        );
        // The victim's app hands the receipt to its own session: it belongs to another one.
        let view = step(victim.answer(StepAnswer::DocumentCheck { receipt }).await.unwrap());
        assert_eq!(
            (view.required, view.failed),
            (InteractionType::DocumentCheck, Some(WireCode::ReceiptRefused))
        );

        // A receipt of the victim's own check, stolen, is bound to the victim's session and key.
        let own = view.launch.unwrap_or(own);
        let stolen = run_kit(&sandbox, &own.token).await.unwrap();
        let view = step(
            attacker
                .answer(StepAnswer::DocumentCheck { receipt: stolen })
                .await
                .unwrap(),
        );
        assert_eq!(
            (view.required, view.failed),
            (InteractionType::DocumentCheck, Some(WireCode::ReceiptRefused))
        );

        // Nothing is lost for the victim: a check that he starts himself passes.
        let own = step(victim.registration().await.unwrap().unwrap()).launch.unwrap();
        let receipt = match run_kit(&sandbox, &own.token).await {
            Some(receipt) => receipt,
            // The stolen receipt used up the token: one failed try brings another one.
            None => {
                let view = step(
                    victim
                        .answer(StepAnswer::DocumentCheck {
                            receipt: "A".repeat(43),
                        })
                        .await
                        .unwrap(),
                );
                run_kit(&sandbox, &view.launch.unwrap().token).await.unwrap()
            }
        };
        let view = step(victim.answer(StepAnswer::DocumentCheck { receipt }).await.unwrap());
        assert_eq!((view.required, view.failed), (InteractionType::Consent, None));
        attacker.close().await;
        victim.close().await;
    });
}
