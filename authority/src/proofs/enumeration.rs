//! One answer before proof (design 4.1): whoever asks learns nothing about which permits the register knows. At every
//! step the same status, names and lengths of headers, body but for its random names, and the same number of database
//! statements and rows written before the reply; in the long run the same time.

use std::{collections::BTreeMap, time::Instant};

use permitcard_protocol::{
    WireCode,
    registration::{ClaimedNumber, IdentityClaim, InteractionType, ReceiptAnswer, StepAnswer, TravelDocument},
};
use serde_json::{Value, json};

use super::{
    Dice, House, START,
    device::{Answer, Device, claim_of},
    seed,
};
use crate::{
    AuthorityError, Limits, limits, outgoing,
    store::{PermitState, Person},
};

/// What a caller does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Act {
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

async fn act(house: &House, device: &mut Device, claim: &IdentityClaim, act: Act) -> Answer {
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
async fn register(house: &House, claim: &IdentityClaim) -> Device {
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

fn lock(house: &House, number: &ClaimedNumber, person: Option<&str>) {
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
    let all = [
        ("unknown", unknown, None),
        ("known", maria, Some("maria")),
        ("of another name, without contact", other_name, None),
        ("ended", claim("lukasz"), None),
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

/// People in each class of the long run: enough that each of them stays below the limits of a day.
const EACH: usize = 250;
/// Rounds of the long run.
const ROUNDS: usize = 10_000;
/// What is timed: each of them once a round.
const TIMED: &[Act] = &[
    Act::Start,
    Act::Consent,
    Act::Claim,
    Act::WrongCode,
    Act::WrongCode,
    Act::Resend,
    Act::WrongWindowCode,
    Act::WrongReceipt,
];
/// The goal: medians of two classes differ by less, microseconds.
const GOAL_US: f64 = 1_000.0;

/// One class of permits of the long run.
struct Class {
    name: &'static str,
    claims: Vec<(IdentityClaim, Option<String>)>,
    locked: bool,
    times: BTreeMap<usize, Vec<f64>>,
}

fn class(house: &House, name: &'static str, index: usize, change: impl Fn(&mut Person), is_known: bool) -> Class {
    let template: Person = house.app.store.read(|tx| tx.person("maria")).unwrap().unwrap();
    let mut claims = Vec::new();
    let filled: Result<(), AuthorityError> = house.app.store.write(|tx| {
        for number in 0..EACH {
            let mut person = template.clone();
            person.id = format!("p{index}-{number}");
            person.permit_number = format!("3100002000{index:02}{number:04}01");
            person.passport = format!("P{index:02}{number:05}");
            person.social_security_number = None;
            change(&mut person);
            claims.push((
                IdentityClaim {
                    name: person.mrz_name.clone(),
                    number: ClaimedNumber::PermitNumber(person.permit_number.clone()),
                    document: TravelDocument {
                        number: person.passport.clone(),
                        issuer: person.passport_issuer.clone(),
                    },
                },
                is_known.then(|| person.id.clone()),
            ));
            if is_known {
                tx.put_person(&person)?;
            }
        }
        Ok(())
    });
    filled.unwrap();
    Class {
        name,
        claims,
        locked: name.contains("locked"),
        times: BTreeMap::new(),
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// The largest distance of two distribution functions, and the chance of at least that distance if both are one
/// (Kolmogorov and Smirnov, two samples).
fn kolmogorov_smirnov(one: &[f64], other: &[f64]) -> (f64, f64) {
    let sorted = |values: &[f64]| {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted
    };
    let (one, other) = (sorted(one), sorted(other));
    let (mut at, mut beside, mut most) = (0, 0, 0.0_f64);
    while at < one.len() && beside < other.len() {
        let value = one[at].min(other[beside]);
        at += one[at..].iter().take_while(|next| **next <= value).count();
        beside += other[beside..].iter().take_while(|next| **next <= value).count();
        most = most.max((at as f64 / one.len() as f64 - beside as f64 / other.len() as f64).abs());
    }
    let size = (one.len() * other.len()) as f64 / (one.len() + other.len()) as f64;
    let lambda = (size.sqrt() + 0.12 + 0.11 / size.sqrt()) * most;
    let terms = (1..=100).map(|k| {
        let k = f64::from(k);
        2.0 * (-1.0_f64).powf(k - 1.0) * (-2.0 * k * k * lambda * lambda).exp()
    });
    let chance: f64 = if lambda < 0.2 { 1.0 } else { terms.sum() };
    (most, chance.clamp(0.0, 1.0))
}

#[test]
fn the_distance_of_distributions_is_known() {
    let even: Vec<f64> = (0..1000).map(|at| f64::from(at * 2)).collect();
    let odd: Vec<f64> = (0..1000).map(|at| f64::from(at * 2 + 1)).collect();
    let (distance, chance) = kolmogorov_smirnov(&even, &odd);
    assert!(distance < 0.002 && chance > 0.99, "{distance} {chance}");
    let shifted: Vec<f64> = even.iter().map(|value| value + 200.0).collect();
    let (distance, chance) = kolmogorov_smirnov(&even, &shifted);
    assert!((distance - 0.1).abs() < 0.002 && chance < 0.001, "{distance} {chance}");
}

/// `cargo xtask soak enumeration`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn soak_enumeration() {
    let seconds = std::env::var("PERMITCARD_SOAK_SECONDS")
        .ok()
        .and_then(|text| text.parse().ok());
    let mut dice = Dice::new(seed());
    let house = House::new(Limits::default());
    let alive = |_: &mut Person| {};
    let mut classes = [
        class(&house, "unknown", 0, alive, false),
        class(&house, "known", 1, alive, true),
        class(&house, "registered", 2, alive, true),
        class(&house, "ended", 3, |person| person.state = PermitState::Revoked, true),
        class(&house, "without contact", 4, |person| person.contact = None, true),
        class(&house, "unknown, locked", 5, alive, false),
        class(&house, "known, locked", 6, alive, true),
    ];
    for (claim, _) in classes[2].claims.clone() {
        house.advance(3_600);
        register(&house, &claim).await;
    }
    house.advance(START - house.now());
    let job = tokio::spawn(outgoing::send_all(house.app.clone()));
    let begun = Instant::now();
    let mut rounds = 0;
    while rounds < ROUNDS && seconds.is_none_or(|seconds: u64| begun.elapsed().as_secs() < seconds) {
        let at = rounds % EACH;
        if at == 0 && rounds > 0 {
            house.advance(86_400);
            house.app.store.forget_expired(house.now()).unwrap();
        }
        house.advance(180);
        let mut order: Vec<usize> = (0..classes.len()).collect();
        for place in (1..order.len()).rev() {
            order.swap(place, dice.below(place as u64 + 1) as usize);
        }
        for index in order {
            let class = &mut classes[index];
            let (claim, person) = class.claims[at].clone();
            if class.locked {
                lock(&house, &claim.number, person.as_deref());
            }
            let address = [127, dice.below(256) as u8, dice.below(256) as u8, 1];
            let mut device = house.device(address);
            for (step, next) in TIMED.iter().enumerate() {
                act(&house, &mut device, &claim, *next).await;
                let took = device.took.as_secs_f64() * 1e6;
                class.times.entry(step).or_default().push(took);
            }
        }
        rounds += 1;
    }
    job.abort();
    println!("{rounds} calls each");
    println!("| step | class | median, µs | difference, µs | Kolmogorov–Smirnov p |");
    println!("|---|---|---|---|---|");
    let mut worst = 0.0_f64;
    for (step, act) in TIMED.iter().enumerate() {
        for locked in [false, true] {
            let group: Vec<&Class> = classes.iter().filter(|class| class.locked == locked).collect();
            let reference = &group[0].times[&step];
            for class in &group {
                let times = &class.times[&step];
                let difference = median(times) - median(reference);
                let (_, chance) = kolmogorov_smirnov(times, reference);
                worst = worst.max(difference.abs());
                println!(
                    "| {step} {act:?} | {} | {:.0} | {difference:+.0} | {chance:.3} |",
                    class.name,
                    median(times)
                );
            }
        }
    }
    println!("largest difference of medians: {worst:.0} µs");
    assert!(rounds > 0 && worst < GOAL_US, "{worst} µs");
}
