//! For each step that a provider carries out: which receipts count, and what is left when they do not. And each way goes
//! on after a restart of the authority.

use permitcard_protocol::{
    WireCode,
    registration::{InteractionType, StepAnswer},
};

use crate::support::{Holder, Step, World, claim};

const KINDS: [InteractionType; 4] = [
    InteractionType::DocumentCheck,
    InteractionType::FaceCheck,
    InteractionType::BankCard,
    InteractionType::Sim,
];

/// A holder in front of a step of this kind, and who it is.
async fn at(world: &World, kind: InteractionType) -> Holder {
    let mut holder = world.holder();
    match kind {
        InteractionType::DocumentCheck => {
            holder.identified(world, "suharto").await;
        }
        InteractionType::FaceCheck => {
            holder.identified(world, "suharto").await;
            holder.check_document().await.next();
            holder.consent(true).await.next();
        }
        _ => {
            holder.at_window().await;
            assert!(matches!(
                holder.pass_at_window(world, "abdulrahman").await,
                Step::Granted
            ));
            holder.fetch_tokens().await;
            holder.accept_card().await;
            holder.start_tier_2().await.next();
            holder.consent(true).await.next();
        }
    }
    assert!(holder.is_open(kind));
    holder
}

async fn hand_in(holder: &mut Holder, kind: InteractionType, receipt: &str) -> Step {
    let receipt = permitcard_protocol::registration::ReceiptAnswer {
        receipt: receipt.into(),
    };
    holder
        .answer(match kind {
            InteractionType::DocumentCheck => StepAnswer::DocumentCheck(receipt),
            InteractionType::FaceCheck => StepAnswer::FaceCheck(receipt),
            InteractionType::BankCard => StepAnswer::BankCard(receipt),
            _ => StepAnswer::Sim(receipt),
        })
        .await
}

/// Receipts that do not count, each for one try.
#[tokio::test(flavor = "multi_thread")]
async fn only_the_receipt_of_this_check_counts() {
    let world = World::new().await;
    for kind in KINDS {
        let mut holder = at(&world, kind).await;
        let earlier = holder.run_check_of(kind).await;
        // Of a check of another registration with another key. The register lets the newer phone of one person have the
        // card, so in tier 2 it is another person's.
        let foreign = {
            let other = if kind == InteractionType::BankCard || kind == InteractionType::Sim {
                at_services(&world, "maria").await
            } else {
                at(&world, kind).await
            };
            other.run_check_of(kind).await
        };
        let refused = |left: u32| (Some(WireCode::ReceiptRefused), Some(left));
        for (receipt, left) in [("unknown", 4), (foreign.as_str(), 3), (earlier.as_str(), 2)] {
            let launch = holder.launch_of(kind);
            let next = hand_in(&mut holder, kind, receipt).await.next();
            assert_eq!((next.code, next.tries_left), refused(left), "{kind} {left}");
            if left == 4 {
                // The check before was carried out: there is another one now, and its receipt is the only good one.
                assert_ne!(holder.launch_of(kind), launch);
            }
        }
        // The right one still passes, once.
        let receipt = holder.run_check_of(kind).await;
        let passed = hand_in(&mut holder, kind, &receipt).await;
        if kind == InteractionType::DocumentCheck {
            assert_eq!(passed.next().code, None);
            let again = hand_in(&mut holder, kind, &receipt).await;
            again.refused().refused(WireCode::StepUnexpected);
        } else {
            assert!(matches!(passed, Step::Granted), "{kind}");
        }
    }
}

async fn at_services(world: &World, person: &str) -> Holder {
    let mut holder = world.holder();
    holder.at_window().await;
    assert!(matches!(holder.pass_at_window(world, person).await, Step::Granted));
    holder.fetch_tokens().await;
    holder.accept_card().await;
    holder.start_tier_2().await.next();
    holder.consent(true).await.next();
    holder
}

/// A receipt of the same person and the same key, of an earlier registration.
#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_counts_in_its_own_registration_only() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.identified(&world, "suharto").await;
    let earlier = holder.run_check_of(InteractionType::DocumentCheck).await;
    holder.identified(&world, "suharto").await;
    let next = holder.document(&earlier).await.next();
    assert_eq!((next.code, next.tries_left), (Some(WireCode::ReceiptRefused), Some(4)));
    holder.check_document().await.next();
}

/// A claim for somebody else starts another check; what was checked for the claim before does not count for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_counts_for_its_own_claim_only() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.at_window().await;
    let mut wrong = claim(&world.person("suharto"));
    wrong.document.number = "X0000000".into();
    holder.claim(wrong).await.next();
    let first = holder.run_check_of(InteractionType::DocumentCheck).await;
    let next = holder.document(&first).await.next();
    assert_eq!(next.code, Some(WireCode::IdentityNotConfirmed));
    holder.claim(claim(&world.person("suharto"))).await.next();
    let next = holder.document(&first).await.next();
    assert_eq!(next.code, Some(WireCode::ReceiptRefused));
    holder.check_document().await.next();
    assert!(holder.is_open(InteractionType::Consent));
}

async fn restarted(world: World, holder: Holder) -> (World, Holder) {
    let world = world.restart().await;
    let client = holder.client.again(world.running.client_file());
    (world, Holder { client, ..holder })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_ways_go_on_after_a_restart_at_every_step() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.at_window().await;
    let code = world.window_code("maria", &holder.session_reference());
    let (world, mut holder) = restarted(world, holder).await;
    assert_eq!(
        holder.in_person("0123456789").await.next().code,
        Some(WireCode::InPersonCodeWrong)
    );
    let (world, mut holder) = restarted(world, holder).await;
    assert!(matches!(holder.in_person(&code).await, Step::Granted));
    let (world, mut holder) = restarted(world, holder).await;
    holder.fetch_tokens().await;
    holder.accept_card().await;
    holder.start_tier_2().await.next();
    let (world, mut holder) = restarted(world, holder).await;
    holder.consent(true).await.next();
    let (world, holder) = restarted(world, holder).await;
    let receipt = holder.run_check_of(InteractionType::Sim).await;
    let (_world, mut holder) = restarted(world, holder).await;
    assert!(matches!(holder.sim(&receipt).await, Step::Granted));
}
