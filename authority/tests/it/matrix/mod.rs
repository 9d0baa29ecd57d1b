//! Each step of a registration against each way in which it may end, as one table. What cannot happen says why; everything
//! else is played, and from wherever it ends a way leads to a card.

mod run;

use permitcard_protocol::{
    WireCode,
    registration::{ConsentKind, InteractionType},
};

use crate::{
    providers::fake::{Fake, Manner},
    support::World,
};
use run::Run;

/// What may become of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    Inconclusive,
    Unavailable,
    TriesExhausted,
    /// The right answer, too late.
    Expired,
    /// The right answer, after somebody used up the guesses of the permit; of a claim: its own cap.
    Capped,
    /// The right answer by another key, then in the own registration what was made for another one.
    Foreign,
    /// The right answer, after the authority was stopped and started.
    Restarted,
}

impl Outcome {
    const ALL: [Self; 9] = [
        Self::Passed,
        Self::Failed,
        Self::Inconclusive,
        Self::Unavailable,
        Self::TriesExhausted,
        Self::Expired,
        Self::Capped,
        Self::Foreign,
        Self::Restarted,
    ];
}

#[derive(Debug, Clone, Copy)]
enum End {
    /// Another answer is wanted: why, and the tries left where the table cares.
    Next(Option<WireCode>, Option<u32>),
    Granted,
    Refused(WireCode),
}

#[derive(Debug, Clone, Copy)]
enum Cell {
    /// It ends so for this person.
    Is(&'static str, End),
    /// It cannot happen.
    Never(&'static str),
}

const fn passes(person: &'static str) -> Cell {
    Cell::Is(person, End::Next(None, None))
}

const fn grants(person: &'static str) -> Cell {
    Cell::Is(person, End::Granted)
}

const fn says(person: &'static str, code: WireCode) -> Cell {
    Cell::Is(person, End::Next(Some(code), None))
}

const fn leaves(person: &'static str, code: WireCode, tries: u32) -> Cell {
    Cell::Is(person, End::Next(Some(code), Some(tries)))
}

const fn refuses(person: &'static str, code: WireCode) -> Cell {
    Cell::Is(person, End::Refused(code))
}

const YES_OR_NO: Cell = Cell::Never("the holder says yes or no");
const NOBODY_ASKED: Cell = Cell::Never("the authority decides alone, nobody who may be down is asked");
const ENDS_AT_ONCE: Cell = Cell::Never("the first refusal ends the registration");

/// A row has the outcomes in the order of [`Outcome::ALL`].
type Row = [Cell; 9];

/// A consent with which something begins: without it there is nothing.
fn first_consent() -> Row {
    [
        passes("maria"),
        refuses("maria", WireCode::ConsentRefused),
        YES_OR_NO,
        NOBODY_ASKED,
        ENDS_AT_ONCE,
        refuses("maria", WireCode::SessionExpired),
        passes("maria"),
        refuses("maria", WireCode::AnswerInvalid),
        passes("maria"),
    ]
}

/// Who passes a provider's check, who fails it, whom it cannot decide about, and whose provider is down.
struct Checked {
    passes: &'static str,
    fails: &'static str,
    undecided: &'static str,
    down: &'static str,
}

/// A provider's check that ends well so, and badly with this code.
fn by_provider(who: &Checked, well: fn(&'static str) -> Cell, refused: WireCode, expired: Cell) -> Row {
    [
        well(who.passes),
        leaves(who.fails, refused, 4),
        leaves(who.undecided, WireCode::CheckInconclusive, 4),
        leaves(who.down, WireCode::CheckUnavailable, 5),
        says(who.fails, WireCode::TriesExhausted),
        expired,
        well("maria"),
        leaves(who.passes, WireCode::ReceiptRefused, 4),
        well(who.passes),
    ]
}

fn row(place: Place) -> Row {
    use WireCode::{
        AnswerInvalid, BankCardRefused, CheckUnavailable, CodeExpired, CodeTriesExhausted, CodeWrong, ConsentRefused,
        DocumentRefused, FaceRefused, IdentityNotConfirmed, InPersonCodeWrong, InPersonTriesExhausted, SessionExpired,
        SessionUnknown, SimRefused, StepClosed, TooManyStarts, TriesExhausted,
    };
    match place {
        Place::GeneralConsent | Place::SocialSecurityConsent => first_consent(),
        Place::IdentityClaim => [
            passes("maria"),
            leaves("maria", IdentityNotConfirmed, 4),
            Cell::Never("a claim fits the register or it does not; what cannot be decided is the document"),
            leaves("maria", CheckUnavailable, 5),
            says("maria", TriesExhausted),
            refuses("maria", SessionExpired),
            refuses("maria", TooManyStarts),
            refuses("maria", SessionUnknown),
            passes("maria"),
        ],
        Place::OneTimeCode => [
            passes("maria"),
            leaves("maria", CodeWrong, 4),
            Cell::Never("a code is right or wrong"),
            says("joao", CheckUnavailable),
            leaves("maria", CodeTriesExhausted, 0),
            says("maria", CodeExpired),
            says("maria", StepClosed),
            leaves("maria", CodeWrong, 4),
            passes("maria"),
        ],
        Place::DocumentCheck => by_provider(
            &Checked {
                passes: "suharto",
                fails: "piotr",
                undecided: "niccolo",
                down: "helene",
            },
            passes,
            DocumentRefused,
            refuses("suharto", SessionExpired),
        ),
        Place::FaceConsent => [
            passes("suharto"),
            says("suharto", ConsentRefused),
            YES_OR_NO,
            NOBODY_ASKED,
            Cell::Never("it may be refused as often as the holder likes, and given later"),
            says("suharto", SessionExpired),
            passes("maria"),
            refuses("suharto", AnswerInvalid),
            passes("suharto"),
        ],
        Place::FaceCheck => by_provider(
            &Checked {
                passes: "suharto",
                fails: "minh",
                undecided: "yuki",
                down: "bjoern",
            },
            grants,
            FaceRefused,
            says("suharto", SessionExpired),
        ),
        Place::InPersonCode => [
            grants("maria"),
            leaves("maria", InPersonCodeWrong, 4),
            Cell::Never("a clerk who is not sure hands over no code"),
            NOBODY_ASKED,
            leaves("maria", InPersonTriesExhausted, 0),
            refuses("maria", SessionExpired),
            grants("maria"),
            leaves("maria", InPersonCodeWrong, 4),
            grants("maria"),
        ],
        Place::BankCard => by_provider(
            &Checked {
                passes: "maria",
                fails: "amina",
                undecided: "ingrid",
                down: "helene",
            },
            grants,
            BankCardRefused,
            refuses("maria", SessionExpired),
        ),
        Place::Sim => by_provider(
            &Checked {
                passes: "maria",
                fails: "dmitri",
                undecided: "ingrid",
                down: "helene",
            },
            grants,
            SimRefused,
            refuses("maria", SessionExpired),
        ),
    }
}

/// The steps: consents are one kind of step for three purposes. One test for each.
macro_rules! places {
    ($($test:ident: $place:ident $kind:ident $($consent:ident)?,)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        enum Place { $($place),* }

        impl Place {
            const ALL: &[Self] = &[$(Self::$place),*];

            fn kind(self) -> InteractionType {
                match self { $(Self::$place => InteractionType::$kind),* }
            }

            fn consent(self) -> Option<ConsentKind> {
                match self { $(Self::$place => { None::<ConsentKind> $(.or(Some(ConsentKind::$consent)))? })* }
            }
        }

        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                each_outcome(Place::$place).await;
            }
        )*
    };
}

places! {
    general_consent: GeneralConsent Consent General,
    identity_claim: IdentityClaim IdentityClaim,
    one_time_code: OneTimeCode OneTimeCode,
    document_check: DocumentCheck DocumentCheck,
    face_consent: FaceConsent Consent FaceData,
    face_check: FaceCheck FaceCheck,
    in_person_code: InPersonCode InPersonCode,
    social_security_consent: SocialSecurityConsent Consent SocialSecurity,
    bank_card: BankCard BankCard,
    sim: Sim Sim,
}

#[test]
fn no_kind_of_step_and_no_outcome_is_missing() {
    for kind in InteractionType::ALL {
        let of_kind: Vec<Place> = Place::ALL
            .iter()
            .copied()
            .filter(|place| place.kind() == *kind)
            .collect();
        if *kind == InteractionType::Consent {
            let consents: Vec<ConsentKind> = of_kind.iter().filter_map(|place| place.consent()).collect();
            assert_eq!(consents, ConsentKind::ALL);
        } else {
            assert_eq!(of_kind.len(), 1, "{kind}");
        }
    }
    for place in Place::ALL {
        for (outcome, cell) in Outcome::ALL.into_iter().zip(row(*place)) {
            // What a provider carries out may end in every way, and every step can be passed.
            if let Cell::Never(why) = cell {
                assert!(!why.is_empty() && outcome != Outcome::Passed, "{place:?} {outcome:?}");
                assert!(!place.kind().is_by_provider(), "{place:?} {outcome:?}");
            }
        }
    }
}

async fn each_outcome(place: Place) {
    let mut world = World::new().await;
    // Of all who have a physical card none has a number whose providers are down.
    let database = rusqlite::Connection::open(world.data_dir().join("authority.db")).unwrap();
    let changed = database
        .execute("UPDATE person SET physical_card = 1 WHERE id = 'helene'", [])
        .unwrap();
    assert_eq!(changed, 1);
    for (outcome, cell) in Outcome::ALL.into_iter().zip(row(place)) {
        let Cell::Is(person, end) = cell else {
            continue;
        };
        let run = Run {
            place,
            outcome,
            person,
            end,
        };
        match (place, outcome) {
            (_, Outcome::Capped) => {
                let world = World::prepared(|_, options| options.limits.guesses_per_day = 1).await;
                run.play(world).await;
            }
            (Place::IdentityClaim, Outcome::Unavailable) => {
                let fake = Fake::start("live").await;
                let world = World::prepared(|data, _| fake.configure(data, &["register"], &fake.ca)).await;
                fake.state().results = Manner::Status(503);
                run.play(world).await;
            }
            _ => world = run.play(world).await,
        }
    }
}
