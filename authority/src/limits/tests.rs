use permitcard_protocol::{WireCode, registration::ClaimedNumber};

use super::*;
use crate::proofs::House;

fn number(text: &str) -> ClaimedNumber {
    ClaimedNumber::PermitNumber(text.into())
}

/// Runs a step in a transaction of its own; a refusal keeps nothing, as there is nothing to keep.
fn write<T>(house: &House, work: impl FnOnce(&App, &Tx<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
    house.app.store.write(|tx| work(&house.app, tx))
}

fn guess(house: &House, number: &ClaimedNumber, person: Option<&str>) -> Option<u32> {
    write(house, |app, tx| Ok(note_guess(app, tx, number, person, house.now())?)).unwrap()
}

fn closed(house: &House, number: &ClaimedNumber) -> Option<u32> {
    write(house, |app, tx| Ok(is_closed(app, tx, number, None, house.now())?)).unwrap()
}

fn passes(house: &House, number: &ClaimedNumber, person: Option<&str>) -> bool {
    write(house, |app, tx| Ok(may_pass(app, tx, number, person, house.now())?)).unwrap()
}

#[tokio::test]
async fn the_last_guess_of_a_day_closes_the_step_until_the_first_is_a_day_old() {
    let mut house = House::new(Limits::default());
    let known = number("310000202400000101");
    for at in 1..25 {
        assert_eq!(guess(&house, &known, Some("maria")), None, "{at}");
        house.advance(60);
    }
    house.restart();
    assert_eq!(closed(&house, &known), None);
    assert_eq!(guess(&house, &known, Some("maria")), Some(86_400 - 24 * 60));
    house.restart();
    assert_eq!(closed(&house, &known), Some(86_400 - 24 * 60));
    assert_eq!(closed(&house, &number("310000202400000102")), None, "another permit");
    house.app.store.forget_expired(house.now()).unwrap();
    house.advance(86_400 - 24 * 60 - 1);
    assert_eq!(closed(&house, &known), Some(1));
    house.advance(1);
    house.app.store.forget_expired(house.now()).unwrap();
    assert_eq!(closed(&house, &known), None);
    // One more, and it waits for the second one of the day before.
    assert_eq!(guess(&house, &known, Some("maria")), Some(60));
}

#[tokio::test]
async fn a_person_has_one_count_over_both_numbers() {
    let house = House::new(Limits::default());
    let permit = number("310000202400000101");
    let social = ClaimedNumber::SocialSecurityNumber("ESP000000XDB100101".into());
    for at in 0..25 {
        assert!(passes(&house, &permit, Some("maria")), "{at}");
        guess(&house, if at % 2 == 0 { &permit } else { &social }, Some("maria"));
    }
    // Neither number is closed, so that a caller does not learn that they belong together.
    assert_eq!((closed(&house, &permit), closed(&house, &social)), (None, None));
    assert!(!passes(&house, &permit, Some("maria")) && !passes(&house, &social, Some("maria")));
    assert!(passes(&house, &permit, Some("juergen")), "another person");
    // Whoever proved to be that person is told, and goes on without a code.
    let told = write(&house, |app, tx| {
        Ok(is_closed(app, tx, &permit, Some("maria"), house.now())?)
    });
    assert_eq!(told, Ok(Some(86_400)));
    house.advance(86_400);
    assert!(passes(&house, &permit, Some("maria")));
}

#[tokio::test]
async fn the_contact_is_told_once_a_day_whoever_tried() {
    let house = House::new(Limits::default());
    let permit = number("310000202400000101");
    // By claims with another name: nobody matched.
    for _ in 0..30 {
        guess(&house, &permit, None);
    }
    // Of a permit that nobody has, and of one without a contact.
    for other in ["310000199912319901", "310000202400000201"] {
        (0..25).for_each(|_| assert!(guess(&house, &number(other), None).is_none_or(|wait| wait > 0)));
    }
    house.send_messages().await;
    assert_eq!(house.sent.len(), 1);
    assert_eq!(house.sent.times("maria", "cap-reached"), [house.now()]);
    house.advance(86_400);
    (0..25).for_each(|_| assert!(guess(&house, &permit, None).is_none_or(|wait| wait > 0)));
    house.send_messages().await;
    assert_eq!(house.sent.times("maria", "cap-reached").len(), 2);
}

#[tokio::test]
async fn claims_are_counted_by_permit_and_key_and_starts_by_network() {
    let house = House::new(Limits::default());
    let claim =
        |permit: &str, jkt: &str| write(&house, |app, tx| note_claim(app, tx, &number(permit), jkt, house.now()));
    for _ in 0..5 {
        assert_eq!(claim("1", "key"), Ok(()));
    }
    assert_eq!(claim("1", "key"), Err(Fault::Wait(WireCode::TooManyStarts, 3_600)));
    assert_eq!(claim("1", "other key"), Ok(()));
    assert_eq!(claim("1k", "ey"), Ok(()), "parts do not run together");
    let start = |address: &str| {
        let peer = Some(address.parse().unwrap());
        write(&house, |app, tx| note_start(app, tx, peer, house.now()))
    };
    for at in 0..20 {
        assert_eq!(start(&format!("192.0.2.{at}")), Ok(()));
    }
    assert_eq!(start("192.0.2.77"), Err(Fault::Wait(WireCode::TooManyStarts, 3_600)));
    assert_eq!(start("192.0.3.77"), Ok(()));
    // A refused one does not count: the hour goes on from the first.
    house.advance(3_600);
    assert_eq!((start("192.0.2.77"), claim("1", "key")), (Ok(()), Ok(())));
}

#[tokio::test]
async fn beyond_ten_times_the_usual_nobody_starts() {
    let mut house = House::new(Limits {
        starts_per_hour_in_all: 3,
        ..Limits::default()
    });
    let start = |house: &House, address: &str| {
        let peer = Some(address.parse().unwrap());
        write(house, |app, tx| note_start(app, tx, peer, house.now()))
    };
    for network in 0..3 {
        assert_eq!(start(&house, &format!("192.0.{network}.1")), Ok(()));
        house.advance(60);
    }
    house.restart();
    let refused = Err(Fault::Wait(WireCode::TooManyStarts, 3_600 - 180));
    assert_eq!(start(&house, "198.51.100.1"), refused);
    house.advance(3_600 - 180);
    assert_eq!(start(&house, "198.51.100.1"), Ok(()), "the first is an hour old");
    assert_eq!(
        start(&house, "198.51.100.1"),
        Err(Fault::Wait(WireCode::TooManyStarts, 60))
    );
}

#[tokio::test]
async fn a_person_gets_five_codes_a_day_by_either_number() {
    let house = House::new(Limits::default());
    let permit = number("310000202400000101");
    let social = ClaimedNumber::SocialSecurityNumber("ESP000000XDB100101".into());
    let send = |number: &ClaimedNumber, person| {
        write(&house, |app, tx| Ok(note_code(app, tx, number, person, house.now())?)).unwrap()
    };
    let wait = |person| write(&house, |app, tx| Ok(until_code(app, tx, person, house.now())?)).unwrap();
    // Claims that fit nobody use up nothing of hers.
    for at in 0..9 {
        assert_eq!(send(&permit, None), at < 5, "{at}");
    }
    for at in 0..5 {
        assert_eq!(wait("maria"), None, "{at}");
        assert!(send(if at % 2 == 0 { &permit } else { &social }, Some("maria")), "{at}");
    }
    assert_eq!((wait("maria"), wait("juergen")), (Some(86_400), None));
    assert!(!send(&permit, Some("maria")) && !send(&social, Some("maria")));
    house.advance(86_400);
    assert!(send(&permit, Some("maria")));
}

#[tokio::test]
async fn a_limit_of_zero_allows_nothing() {
    let house = House::new(Limits {
        guesses_per_day: 0,
        claims_per_hour: 0,
        starts_per_hour: 0,
        codes_per_day: 0,
        starts_per_hour_in_all: 0,
    });
    assert_eq!(closed(&house, &number("1")), Some(86_400));
    let start = write(&house, |app, tx| note_start(app, tx, None, house.now()));
    assert_eq!(start, Err(Fault::Wait(WireCode::TooManyStarts, 3_600)));
}

#[tokio::test]
async fn what_is_counted_is_not_written_down() {
    let house = House::new(Limits::default());
    guess(&house, &number("310000202400000101"), Some("maria"));
    let rows: Result<Vec<(u8, Vec<u8>)>, AuthorityError> = house.app.store.read(|tx| {
        let mut statement = tx.0.prepare("SELECT cap, subject FROM attempt ORDER BY cap")?;
        let rows = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    });
    let rows = rows.unwrap();
    assert_eq!(rows.iter().map(|(cap, _)| *cap).collect::<Vec<_>>(), [1, 2]);
    assert!(rows.iter().all(|(_, subject)| subject.len() == 32));
    let plain = permitcard_crypto::hash::sha256(b"310000202400000101");
    assert!(rows.iter().all(|(_, subject)| subject != &plain));
}

/// A change of this form would let every count begin anew.
#[test]
fn the_form_of_a_subject_is_frozen() {
    let mac = subject_mac(&[7; 32], Cap::GuessesForNumber, &[b"permit", b"310000202400000101"]);
    let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, "eb1037a8c6ea005f653c7a25ce74e47678d28c9b5af0ac7c5d7cd4ab014e46ea");
}
