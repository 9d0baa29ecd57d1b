//! One answer before proof (design 4.1): whoever asks learns nothing about which permits the register knows. At every
//! step the same status, names and lengths of headers, body but for its random names, and the same number of database
//! statements and rows written before the reply.

use permitcard_protocol::{
    WireCode,
    registration::{ClaimedNumber, IdentityClaim, InteractionType, ReceiptAnswer, StepAnswer, TravelDocument},
};
use serde_json::{Value, json};

use super::{
    House,
    device::{Answer, Device, claim_of},
};
use crate::{AuthorityError, Limits, limits, store::Person};

/// What a caller does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Act {
    Start,
    Consent,
    Claim,
    WrongCode,
    ResendTooSoon,
    /// After the 30 seconds.
    Resend,
    WrongWindowCode,
    WrongReceipt,
    /// The provider passes the document that was claimed.
    PassDocument,
}

/// What a caller can do before he proved anything: a code tried five times and once more, another code, the other ways.
const BEFORE_PROOF: &[Act] = &[
    Act::Start,
    Act::Consent,
    Act::Claim,
    Act::WrongCode,
    Act::ResendTooSoon,
    Act::WrongCode,
    Act::WrongCode,
    Act::WrongCode,
    Act::WrongCode,
    Act::WrongCode,
    Act::Resend,
    Act::WrongCode,
    Act::WrongWindowCode,
    Act::WrongReceipt,
    Act::WrongReceipt,
];

/// What somebody with a passport of his own can do.
const WITH_OWN_PASSPORT: &[Act] = &[
    Act::Start,
    Act::Consent,
    Act::Claim,
    Act::PassDocument,
    Act::Claim,
    Act::WrongCode,
    Act::PassDocument,
    Act::Claim,
    Act::WrongWindowCode,
    Act::PassDocument,
];

/// How an answer was made.
struct Seen {
    act: Act,
    answer: Answer,
    statements: u64,
    rows: u64,
}

pub(super) async fn act(house: &House, device: &mut Device, claim: &IdentityClaim, act: Act) -> Answer {
    match act {
        Act::Start => device.start(house).await,
        Act::Consent => device.consent(house).await,
        Act::Claim => device.answer(house, StepAnswer::IdentityClaim(claim.clone())).await,
        // One that cannot be right: a code has six digits.
        Act::WrongCode => device.code(house, "0000000").await,
        Act::ResendTooSoon => device.resend(house).await,
        Act::Resend => {
            house.advance(30);
            device.resend(house).await
        }
        Act::WrongWindowCode => device.window_code(house, "0000000000").await,
        Act::WrongReceipt => {
            let receipt = "r".repeat(43);
            device
                .answer(house, StepAnswer::DocumentCheck(ReceiptAnswer { receipt }))
                .await
        }
        Act::PassDocument => device.check(house, InteractionType::DocumentCheck).await,
    }
}

async fn play(house: &House, claim: &IdentityClaim, acts: &[Act]) -> Vec<Seen> {
    let start = house.now();
    let mut device = house.device([127, 9, 9, 9]);
    let mut seen = Vec::new();
    for next in acts {
        let before = house.app.store.work();
        let answer = act(house, &mut device, claim, *next).await;
        let after = house.app.store.work();
        // The job has its turn, as between two requests of a phone.
        house.send_messages().await;
        seen.push(Seen {
            act: *next,
            answer,
            statements: after.0 - before.0,
            rows: after.1 - before.1,
        });
    }
    // Every caller plays at the same time.
    house.advance(start - house.now());
    seen
}

/// The body with the random names in it masked; their lengths stay.
fn masked(answer: &Answer) -> Value {
    fn mask(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    if let ("auth_session" | "token" | "session_reference", Some(text)) =
                        (name.as_str(), member.as_str())
                    {
                        *member = json!(text.len());
                    } else {
                        mask(member);
                    }
                }
            }
            Value::Array(members) => members.iter_mut().for_each(mask),
            _ => {}
        }
    }
    let mut body = serde_json::from_slice(&answer.body).unwrap();
    mask(&mut body);
    body
}

/// The same at every step as the first of them.
fn assert_alike(all: &[(&str, Vec<Seen>)]) {
    let (first_name, first) = &all[0];
    for (name, seen) in &all[1..] {
        assert_eq!(seen.len(), first.len());
        for (at, (one, other)) in first.iter().zip(seen).enumerate() {
            let place = format!("{first_name} against {name}, step {at}: {:?}", one.act);
            assert_eq!(one.answer.shape(), other.answer.shape(), "{place}");
            assert_eq!(masked(&one.answer), masked(&other.answer), "{place}");
            assert_eq!(one.statements, other.statements, "statements, {place}");
            assert_eq!(one.rows, other.rows, "rows written, {place}");
        }
    }
}

fn with_number(claim: &IdentityClaim, number: &str) -> IdentityClaim {
    IdentityClaim {
        number: ClaimedNumber::PermitNumber(number.into()),
        ..claim.clone()
    }
}

/// A claim with somebody else's number by a stranger who has a passport of his own.
fn stranger(number: &ClaimedNumber) -> IdentityClaim {
    IdentityClaim {
        name: "STRANGER<<SOME".into(),
        number: number.clone(),
        document: TravelDocument {
            number: "ZZ9999999".into(),
            issuer: "UTO".into(),
        },
    }
}

/// Registers a person by document and face.
pub(super) async fn register(house: &House, claim: &IdentityClaim) -> Device {
    let mut device = house.device([20, 1, 1, 1]);
    device.claim(house, claim.clone()).await;
    house.send_messages().await;
    let person = house.app.store.read(|tx| match &claim.number {
        ClaimedNumber::PermitNumber(number) => tx.person_by_permit(number),
        ClaimedNumber::SocialSecurityNumber(number) => tx.person_by_social_security(number),
    });
    let person: Result<Option<Person>, AuthorityError> = person;
    if let Some(code) = house.sent.code(&person.unwrap().unwrap().id) {
        device.code(house, &code).await;
    }
    device.check(house, InteractionType::DocumentCheck).await;
    device.consent(house).await;
    device.check(house, InteractionType::FaceCheck).await;
    assert!(device.granted.is_some());
    device.fetch_tokens(house).await;
    device
}

pub(super) fn lock(house: &House, number: &ClaimedNumber, person: Option<&str>) {
    let done: Result<(), AuthorityError> = house.app.store.write(|tx| {
        for _ in 0..house.limits.guesses_per_day {
            limits::note_guess(&house.app, tx, number, person, house.now())?;
        }
        Ok(())
    });
    done.unwrap();
}

#[tokio::test]
async fn nothing_tells_which_permits_the_register_knows() {
    let house = House::new(Limits::default());
    let claim = |id: &str| claim_of(&house.admin.person(id).unwrap());
    let maria = claim("maria");
    let unknown = with_number(&maria, "310000199912319901");
    let other_name = IdentityClaim {
        name: "MUSTERMANN<<ERIKA".into(),
        ..maria.clone()
    };
    let other_passport = stranger(&maria.number);
    let registered = claim("suharto");
    register(&house, &registered).await;
    let all = [
        ("unknown", unknown.clone()),
        ("known", maria.clone()),
        ("of another name", other_name),
        ("of a stranger", other_passport),
        ("registered, without contact", registered),
        ("ended", claim("lukasz")),
    ];
    let mut seen = Vec::new();
    for (name, claim) in &all {
        seen.push((*name, play(&house, claim, BEFORE_PROOF).await));
    }
    assert_alike(&seen);
    // The steps did what they are called.
    let codes: Vec<_> = seen[0].1.iter().map(|seen| seen.answer.code()).collect();
    assert_eq!(codes[2], None);
    assert_eq!(codes[3], Some(WireCode::CodeWrong));
    assert_eq!(codes[4], Some(WireCode::CodeResendTooSoon));
    assert_eq!(codes[8], Some(WireCode::CodeTriesExhausted));
    assert_eq!(codes[9], Some(WireCode::CodeTriesExhausted));
    assert_eq!(codes[10], None);
    assert_eq!(codes[12], Some(WireCode::InPersonCodeExpired));
    assert_eq!(codes[13], Some(WireCode::ReceiptRefused));
}

#[tokio::test]
async fn neither_does_a_step_that_a_cap_closed() {
    let house = House::new(Limits::default());
    let claim = |id: &str| claim_of(&house.admin.person(id).unwrap());
    let maria = claim("maria");
    let unknown = with_number(&maria, "310000199912319901");
    let other_name = IdentityClaim {
        name: "MUSTERMANN<<ERIKA".into(),
        ..claim("suharto")
    };
    let registered = claim("juergen");
    register(&house, &registered).await;
    let all = [
        ("unknown", unknown, None),
        ("known", maria, Some("maria")),
        ("of another name, without contact", other_name, None),
        ("ended", claim("lukasz"), None),
        ("registered", registered, Some("juergen")),
    ];
    let mut seen = Vec::new();
    for (name, claim, person) in &all {
        lock(&house, &claim.number, *person);
        seen.push((*name, play(&house, claim, BEFORE_PROOF).await));
    }
    assert_alike(&seen);
    assert!(
        !masked(&seen[0].1[2].answer).to_string().contains("one-time-code"),
        "the step is open in spite of the cap"
    );
}

#[tokio::test]
async fn neither_does_a_passport_of_ones_own() {
    let house = House::new(Limits {
        claims_per_hour: 100,
        ..Limits::default()
    });
    let claim = |id: &str| claim_of(&house.admin.person(id).unwrap());
    let registered = claim("suharto");
    register(&house, &registered).await;
    let unknown = ClaimedNumber::PermitNumber("310000199912319901".into());
    let all = [
        ("unknown", stranger(&unknown)),
        ("known", stranger(&claim("maria").number)),
        ("registered, without contact", stranger(&registered.number)),
        ("ended, with its own passport", claim("lukasz")),
        ("ended", stranger(&claim("lukasz").number)),
    ];
    let mut seen = Vec::new();
    for (name, claim) in &all {
        seen.push((*name, play(&house, claim, WITH_OWN_PASSPORT).await));
    }
    assert_alike(&seen);
    assert_eq!(seen[0].1[3].answer.code(), Some(WireCode::IdentityNotConfirmed));
}
