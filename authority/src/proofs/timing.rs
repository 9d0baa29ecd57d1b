//! How long answers take before proof, for each class of permits: in the long run the same time.

use std::{collections::BTreeMap, time::Instant};

use permitcard_protocol::registration::{ClaimedNumber, IdentityClaim, TravelDocument};

use super::{
    Dice, House, START,
    enumeration::{Act, act, lock, register},
    seed,
};
use crate::{
    AuthorityError, Limits, outgoing,
    store::{PermitState, Person},
};

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
        class(&house, "registered, locked", 7, alive, true),
    ];
    for index in [2, 7] {
        for (claim, _) in classes[index].claims.clone() {
            house.advance(3_600);
            register(&house, &claim).await;
        }
    }
    house.advance(START - house.now());
    let job = outgoing::Job::start(house.app.clone());
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
    job.stop().await;
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
