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
    ClientFile, endpoints,
    registration::{Launch, SandboxCheckRequest, SandboxCheckResponse},
};
use permitcard_tests::{sandbox::Sandbox, wire::origin_of};
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
    while view.launch(InteractionType::DocumentCheck).is_none() {
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
            other => panic!("unexpected step {other}"),
        };
        view = step(wallet.answer(answer).await.unwrap());
        assert!(view.failure.is_none());
    }
    view
}

/// What the provider's kit does on the phone that runs it.
async fn run_kit(sandbox: &Sandbox, launch: &Launch) -> Option<String> {
    let file = ClientFile {
        url: origin_of(&launch.url).unwrap().to_owned(),
        ..sandbox.client()
    };
    let http = HttpClient::new(&file, NetOptions::default()).unwrap();
    let request = SandboxCheckRequest {
        token: launch.token.clone(),
    };
    let body = Body::Json(serde_json::to_string(&request).unwrap());
    let response = http
        .send(&Request::post_harmless(endpoints::SANDBOX_CHECK, body))
        .await
        .ok()?;
    Some(response.json::<SandboxCheckResponse>().unwrap().receipt)
}

fn launch(view: &StepView) -> Launch {
    view.launch(InteractionType::DocumentCheck).unwrap().clone()
}

/// The receipt did not count, and the document check is still to be done.
fn is_refused(view: &StepView) {
    let failure = view.failure.as_ref().unwrap();
    assert_eq!(
        (failure.step, failure.code),
        (InteractionType::DocumentCheck, WireCode::ReceiptRefused)
    );
    assert!(view.ways().contains(&InteractionType::DocumentCheck));
}

#[test]
fn a_forwarded_launch_token_is_refused() {
    let sandbox = Sandbox::start();
    sandbox.runtime().block_on(async {
        // The attacker knows name, number and passport of Suharto, who has no contact that a code could go to.
        let attacker = phone(&sandbox, &sandbox.home("attacker")).await;
        let victim = phone(&sandbox, &sandbox.home("victim")).await;
        let bait = launch(&up_to_document_check(&sandbox, &attacker, "suharto").await);
        let own = launch(&up_to_document_check(&sandbox, &victim, "suharto").await);
        assert_ne!(bait.token, own.token);

        // The victim runs the check that the attacker sent him and passes. The receipt stays on the victim's phone.
        let receipt = run_kit(&sandbox, &bait).await.unwrap();
        // The attacker runs the same token to get a receipt as well: it works once.
        assert_eq!(run_kit(&sandbox, &bait).await, None);
        // Without the receipt the attacker can only guess.
        let guess = StepAnswer::DocumentCheck {
            receipt: "A".repeat(43),
        };
        let view = step(attacker.answer(guess).await.unwrap());
        is_refused(&view);
        // The victim's app hands the receipt to its own session: it belongs to another one.
        let view = step(victim.answer(StepAnswer::DocumentCheck { receipt }).await.unwrap());
        is_refused(&view);

        // A receipt of the victim's own check, stolen, is bound to the victim's session and key.
        let own = launch(&view);
        let stolen = run_kit(&sandbox, &own).await.unwrap();
        let view = step(
            attacker
                .answer(StepAnswer::DocumentCheck { receipt: stolen })
                .await
                .unwrap(),
        );
        is_refused(&view);

        // Nothing is lost for the victim: a check that he starts himself passes.
        let own = launch(&step(victim.registration().await.unwrap().unwrap()));
        let receipt = match run_kit(&sandbox, &own).await {
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
                run_kit(&sandbox, &launch(&view)).await.unwrap()
            }
        };
        let view = step(victim.answer(StepAnswer::DocumentCheck { receipt }).await.unwrap());
        assert_eq!((view.required, view.failure), (InteractionType::Consent, None));
        attacker.close().await;
        victim.close().await;
    });
}
