//! Property test over the whole of it, database and providers included: no sequence of answers ends in a card without the
//! checks of its policy, and each answer leaves a way on.

use permitcard_protocol::{
    WireCode,
    registration::{ClaimedNumber, InsufficientAuthorization, InteractionType, OneTimeCodeAnswer, StepAnswer},
};
use proptest::prelude::*;

use super::{Flow, Next, code_of, receipt_of, window_code_of};
use crate::{AuthorityError, http::Fault};

/// Somebody of the register; what the sandbox's checks say of whom is in `docs/sandbox.md`.
const PEOPLE: [&str; 8] = ["maria", "suharto", "piotr", "minh", "niccolo", "joao", "kofi", "lukasz"];
/// Whose document and face can pass, and whose code arrives where there is a contact.
const PASS_REMOTELY: [&str; 2] = ["maria", "suharto"];

#[derive(Debug, Clone, Copy)]
enum Try {
    Consent(bool),
    Claim(ClaimTry),
    /// The newest code that was sent to the person.
    RightCode,
    WrongCode,
    Resend,
    Document(ReceiptTry),
    Face(ReceiptTry),
    WindowCode,
    /// One that a window gave out for another registration.
    ForeignWindowCode,
    WrongWindowCode,
    BankCard,
}

#[derive(Debug, Clone, Copy)]
enum ClaimTry {
    Right,
    OtherNumber,
    OtherPassport,
    OtherName,
}

#[derive(Debug, Clone, Copy)]
enum ReceiptTry {
    /// Of the open launch.
    Own,
    /// Of the last check that was run, whichever it was.
    Last,
    Random,
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let receipt =
        || prop_oneof![4 => Just(ReceiptTry::Own), 1 => Just(ReceiptTry::Last), 1 => Just(ReceiptTry::Random)];
    let claim = prop_oneof![
        5 => Just(ClaimTry::Right),
        1 => Just(ClaimTry::OtherNumber),
        1 => Just(ClaimTry::OtherPassport),
        1 => Just(ClaimTry::OtherName),
    ];
    let one = prop_oneof![
        4 => prop_oneof![4 => Just(true), 1 => Just(false)].prop_map(Try::Consent),
        4 => claim.prop_map(Try::Claim),
        3 => Just(Try::RightCode),
        2 => Just(Try::WrongCode),
        1 => Just(Try::Resend),
        5 => receipt().prop_map(Try::Document),
        5 => receipt().prop_map(Try::Face),
        1 => Just(Try::WindowCode),
        1 => Just(Try::ForeignWindowCode),
        1 => Just(Try::WrongWindowCode),
        1 => Just(Try::BankCard),
    ];
    proptest::collection::vec(one, 8..40)
}

struct Walk {
    flow: Flow,
    person: &'static str,
    last_receipt: String,
    foreign_window_code: String,
    shown_at_window: bool,
}

impl Walk {
    async fn new(person: &'static str) -> Self {
        let mut flow = Flow::new(|_| {});
        flow.start().await;
        flow.consent().await;
        // A clerk may give nobody a code whose permit is over.
        let at_window = if person == "lukasz" { "maria" } else { person };
        let foreign_window_code = flow.window_code(at_window);
        flow.start().await;
        Self {
            flow,
            person,
            last_receipt: "none".into(),
            foreign_window_code,
            shown_at_window: false,
        }
    }

    fn receipt(&mut self, kind: InteractionType, which: ReceiptTry) -> String {
        match which {
            ReceiptTry::Random => "random".into(),
            ReceiptTry::Last => self.last_receipt.clone(),
            ReceiptTry::Own => {
                let last = self.flow.last.clone();
                if let Some(receipt) = last.and_then(|step| self.flow.try_check(&step, kind)) {
                    self.last_receipt = receipt;
                }
                self.last_receipt.clone()
            }
        }
    }

    async fn answer_for(&mut self, what: Try) -> Option<StepAnswer> {
        Some(match what {
            Try::Consent(given) => {
                self.flow.last.as_ref()?.consents.as_ref()?;
                self.flow.consent_answer(given)
            }
            Try::Claim(how) => {
                let mut claim = self.flow.claim_of(self.person);
                match how {
                    ClaimTry::Right => {}
                    ClaimTry::OtherNumber => {
                        claim.number = ClaimedNumber::PermitNumber("310000209900000101".into());
                    }
                    ClaimTry::OtherPassport => claim.document.number = "Z9".into(),
                    ClaimTry::OtherName => claim.name = "SOMEBODY<<ELSE".into(),
                }
                StepAnswer::IdentityClaim(claim)
            }
            Try::RightCode => code_of(&self.flow.code_of(self.person).await?),
            Try::WrongCode => code_of("1234567"),
            Try::Resend => StepAnswer::OneTimeCode(OneTimeCodeAnswer::Resend(true)),
            Try::Document(which) => {
                StepAnswer::DocumentCheck(receipt_of(&self.receipt(InteractionType::DocumentCheck, which)))
            }
            Try::Face(which) => StepAnswer::FaceCheck(receipt_of(&self.receipt(InteractionType::FaceCheck, which))),
            Try::WindowCode => {
                if self.person == "lukasz" {
                    return None;
                }
                self.flow.last.as_ref()?.session_reference.as_ref()?;
                self.shown_at_window = true;
                window_code_of(&self.flow.window_code(self.person))
            }
            Try::ForeignWindowCode => window_code_of(&self.foreign_window_code),
            Try::WrongWindowCode => window_code_of("0123456789"),
            Try::BankCard => StepAnswer::BankCard(receipt_of(&self.last_receipt)),
        })
    }

    /// The steps that the newest grant rests on, and its person.
    fn basis(&self) -> (String, Vec<String>) {
        let read = self.flow.app.store.read(|tx| {
            let (person, session): (String, String) =
                tx.0.query_row("SELECT person, session FROM permit_grant ORDER BY id DESC", [], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?;
            let mut statement =
                tx.0.prepare("SELECT step FROM evidence WHERE session = ?1 AND outcome = 'passed'")?;
            let steps = statement.query_map([session], |row| row.get(0))?;
            let steps: Vec<String> = steps.collect::<Result<_, _>>()?;
            Ok::<_, AuthorityError>((person, steps))
        });
        read.unwrap()
    }

    /// A way on: something is open, and after the general consent a service window is.
    fn has_a_way_on(&self, next: &InsufficientAuthorization) {
        let open = |kind| next.interaction_type_required == kind || next.interaction_types_allowed.contains(&kind);
        if next
            .consents
            .as_ref()
            .is_some_and(|asked| asked.iter().any(|asked| asked.scope == "registration"))
        {
            assert!(next.session_reference.is_none());
            return;
        }
        assert!(open(InteractionType::InPersonCode));
        assert_eq!(next.session_reference.as_ref().map(String::len), Some(8));
        for launch in &next.launches {
            assert!(open(launch.interaction_type));
        }
    }
}

async fn run(person: &'static str, tries: Vec<Try>) {
    let mut walk = Walk::new(person).await;
    for what in tries {
        let Some(answer) = walk.answer_for(what).await else {
            continue;
        };
        match walk.flow.try_answer(answer).await {
            Ok(Next::Step(next)) => walk.has_a_way_on(&next),
            Ok(Next::Granted) => {
                let (granted, steps) = walk.basis();
                assert_eq!(granted, person);
                let has = |step: &str| steps.iter().any(|known| known == step);
                if walk.shown_at_window && has("in-person-code") {
                    return;
                }
                assert!(PASS_REMOTELY.contains(&person), "{person} {steps:?}");
                assert!(
                    has("register-match") && has("document-check") && has("face-check"),
                    "{steps:?}"
                );
                // Nobody guessed 25 times here, so the code counts where there is a contact.
                assert!(has("one-time-code") || person == "suharto", "{steps:?}");
                return;
            }
            Err(Fault::Refused(WireCode::StepUnexpected)) => {}
            // He refused the general consent.
            Err(Fault::Refused(WireCode::ConsentRefused)) => return,
            Err(other) => panic!("{what:?} {other:?}"),
        }
    }
    // Whatever happened: at a service window it ends well.
    if person == "lukasz" {
        return;
    }
    if walk
        .flow
        .last
        .as_ref()
        .is_some_and(|last| last.session_reference.is_none())
    {
        walk.flow.consent().await;
    }
    let code = walk.flow.window_code(person);
    let end = walk.flow.try_answer(window_code_of(&code)).await;
    assert!(matches!(end, Ok(Next::Granted)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_way_around_the_checks_and_none_without_a_way_on(person in 0usize..PEOPLE.len(), tries in tries()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(run(PEOPLE[person], tries));
    }
}
