use clap::ValueEnum;

use super::*;
use crate::{register, store::Store};

const NOW: i64 = 1_790_000_000;

fn register() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("db")).unwrap();
    register::fill(&store, NOW).unwrap();
    (dir, store)
}

fn person(store: &Store, id: &str) -> Person {
    store.read(|tx| tx.person(id)).unwrap().unwrap()
}

fn event(store: &Store, event: PermitEvent, data: &EventData) -> Result<Person, AuthorityError> {
    store.write(|tx| {
        let known = tx.person("maria")?.unwrap();
        happen(tx, event, &known, data, NOW)
    })?;
    Ok(person(store, "maria"))
}

/// Data that every event which takes any is content with.
fn data_for(event: PermitEvent) -> EventData {
    let text = |text: &str| Some(text.to_owned());
    match event {
        PermitEvent::ChangeEmployer => EventData {
            employer: text("Suzhou Example Precision Co Ltd"),
            employer_id: text("91320500EXAMPLE0X1"),
            ..EventData::default()
        },
        PermitEvent::ChangePosition => EventData {
            occupation: text("Head of engineering"),
            ..EventData::default()
        },
        PermitEvent::NewPassport => EventData {
            passport: text("XDD123456"),
            ..EventData::default()
        },
        _ => EventData::default(),
    }
}

/// The events of a permit that is there; what is decided about an application has its own tests.
fn events() -> impl Iterator<Item = PermitEvent> {
    let decides = |event: &PermitEvent| matches!(event, PermitEvent::Approve | PermitEvent::Refuse);
    PermitEvent::value_variants()
        .iter()
        .copied()
        .filter(move |event| !decides(event))
}

#[test]
fn every_event_gives_one_new_version() {
    for happening in events() {
        let (_dir, store) = register();
        let before = person(&store, "maria");
        let after = event(&store, happening, &data_for(happening)).unwrap();
        let is_new = u32::from(happening != PermitEvent::Resume);
        assert_eq!(after.card_version, before.card_version + is_new, "{happening:?}");
    }
}

#[test]
fn data_are_asked_for_and_no_other_is_taken() {
    for happening in events() {
        let (_dir, store) = register();
        let needs = data_for(happening) != EventData::default();
        if needs {
            let missing = event(&store, happening, &EventData::default()).err();
            assert_eq!(missing, Some(AuthorityError::EventDataMissing), "{happening:?}");
        }
        let mut more = data_for(happening);
        match happening {
            PermitEvent::ChangeEmployer => more.passport = Some("X1".into()),
            _ => more.employer_id = Some("91320500EXAMPLE0X1".into()),
        }
        let refused = event(&store, happening, &more).err();
        assert_eq!(refused, Some(AuthorityError::EventDataInvalid), "{happening:?}");
        assert_eq!(person(&store, "maria").card_version, 1, "{happening:?}");
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let (_dir, store) = register();
    let other = person(&store, "suharto");
    let passport = |number: &str, issuer: Option<&str>| EventData {
        passport: Some(number.into()),
        passport_issuer: issuer.map(str::to_owned),
        ..EventData::default()
    };
    for data in [
        passport("", None),
        passport("xd 1", None),
        passport("X123456789012345", None),
        passport("X1", Some("spain")),
        passport(&other.passport, Some(&other.passport_issuer)),
        passport(&person(&store, "maria").passport, None),
    ] {
        let refused = event(&store, PermitEvent::NewPassport, &data).err();
        assert_eq!(refused, Some(AuthorityError::EventDataInvalid));
    }
    let until = |day| EventData {
        until: Some(day),
        ..EventData::default()
    };
    let last = person(&store, "maria").valid_until;
    assert!(event(&store, PermitEvent::Extend, &until(last)).is_err());
    assert!(event(&store, PermitEvent::Expire, &until(Day::of_unix(NOW))).is_err());
    let mut long = data_for(PermitEvent::ChangePosition);
    long.occupation = Some("x".repeat(limits::TEXT_FIELD + 1));
    assert!(event(&store, PermitEvent::ChangePosition, &long).is_err());
    assert_eq!(person(&store, "maria").card_version, 1);
}

#[test]
fn an_employer_that_is_decided_ends_the_deciding() {
    let (_dir, store) = register();
    event(&store, PermitEvent::EmployerChange, &EventData::default()).unwrap();
    let data = data_for(PermitEvent::ChangeEmployer);
    let after = event(&store, PermitEvent::ChangeEmployer, &data).unwrap();
    assert_eq!(after.state, PermitState::Valid);
    assert_eq!(Some(after.employer), data.employer);
    // A suspension is not lifted by it.
    event(&store, PermitEvent::Suspend, &EventData::default()).unwrap();
    let after = event(&store, PermitEvent::ChangeEmployer, &data).unwrap();
    assert_eq!(after.state, PermitState::Suspended);
}

#[test]
fn old_numbers_stay_linked_and_belong_to_one_person() {
    let (_dir, store) = register();
    let before = person(&store, "maria");
    let old_number = before.social_security_number.clone().unwrap();
    let mut data = data_for(PermitEvent::NewPassport);
    // Without a new social security number the old one stays.
    let kept = event(&store, PermitEvent::NewPassport, &data).unwrap();
    assert_eq!(kept.social_security_number.as_ref(), Some(&old_number));
    data.passport = Some("XDD999999".into());
    data.social_security_number = Some("ESP000000XDD999999".into());
    event(&store, PermitEvent::NewPassport, &data).unwrap();
    let former = || -> Vec<(String, String)> {
        let numbers = store.read(|tx| tx.former_numbers("maria")).unwrap();
        let mut numbers: Vec<_> = numbers.into_iter().map(|number| (number.kind, number.value)).collect();
        numbers.sort();
        numbers
    };
    let passport = |value: &str| ("passport".to_owned(), value.to_owned());
    let mut expected = vec![
        passport(&before.passport),
        passport("XDD123456"),
        ("social-security".to_owned(), old_number.clone()),
    ];
    expected.sort();
    assert_eq!(former(), expected);
    // The old number still leads to the person, and nobody else gets one of them.
    let found = store.read(|tx| tx.person_by_social_security(&old_number)).unwrap();
    assert_eq!(found.map(|person| person.id).as_deref(), Some("maria"));
    let taken = |value: &str| {
        store.read(|tx| tx.number_is_taken(NumberKind::Passport, &before.passport_issuer, value, "suharto"))
    };
    assert_eq!(taken("XDD123456"), Ok(true));
    assert_eq!(taken("XDD123457"), Ok(false));
    // A passport that comes back is no former one.
    data.passport = Some("XDD123456".into());
    data.social_security_number = Some(old_number);
    event(&store, PermitEvent::NewPassport, &data).unwrap();
    assert!(!former().contains(&passport("XDD123456")));
}

#[test]
fn nothing_happens_to_a_permit_that_has_ended() {
    for end in [PermitEvent::Revoke, PermitEvent::Expire] {
        let (_dir, store) = register();
        event(&store, end, &EventData::default()).unwrap();
        for &happening in PermitEvent::value_variants() {
            let refused = event(&store, happening, &data_for(happening)).err();
            assert_eq!(refused, Some(AuthorityError::PermitEnded), "{end:?} {happening:?}");
        }
    }
}
