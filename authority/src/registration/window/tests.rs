use super::*;
use crate::{
    Limits,
    admin::{PermitEvent, WindowCode},
    proofs::House,
    store::NewSession,
};

/// A registration under way that shows this reference.
fn session(house: &House, reference: &str) -> Session {
    let found: Result<Option<Session>, AuthorityError> = house.app.store.write(|tx| {
        tx.put_session(&NewSession {
            reference: &format!("reference of {reference}"),
            window_reference: reference,
            auth_session: reference,
            jkt: "jkt",
            code_challenge: "c",
            progress: "{}",
            created_at: house.now(),
            expires_at: house.now() + 3_600,
        })?;
        tx.session_at_window(reference, house.now())
    });
    found.unwrap().unwrap()
}

fn given_out(house: &House, session: &str) -> String {
    let made = house.admin.window_code("maria", session, " clerk-7 ").unwrap();
    assert_eq!((made.person.as_str(), made.clerk.as_str()), ("maria", "clerk-7"));
    made.code.replace('-', "")
}

fn judged(house: &House, session: &Session, code: &str) -> WindowJudgement {
    let judged: Result<_, AuthorityError> = house
        .app
        .store
        .write(|tx| judge(&house.app, tx, session, code, house.now()));
    judged.unwrap()
}

fn passed() -> WindowJudgement {
    WindowJudgement::Passed {
        person: "maria".into(),
        clerk: "clerk-7".into(),
    }
}

#[tokio::test]
async fn it_works_once_and_says_whom_the_clerk_saw() {
    let mut house = House::new(Limits::default());
    let session = session(&house, "7K3M9QRT");
    // As the clerk types what the phone shows.
    let code = given_out(&house, "7k3m-9qrt");
    assert_eq!(code.len(), 10);
    house.restart();
    assert_eq!(judged(&house, &session, &code), passed());
    let again = judged(&house, &session, &code);
    assert_eq!(again, WindowJudgement::Refused(WireCode::InPersonCodeExpired));
}

#[tokio::test]
async fn five_tries_then_another_code() {
    let mut house = House::new(Limits::default());
    let session = session(&house, "7K3M9QRT");
    let code = given_out(&house, "7K3M9QRT");
    for _ in 0..4 {
        let wrong = judged(&house, &session, "0000000000");
        assert_eq!(wrong, WindowJudgement::Wrong(WireCode::InPersonCodeWrong));
        house.restart();
    }
    let last = judged(&house, &session, "0000000000");
    assert_eq!(last, WindowJudgement::Wrong(WireCode::InPersonTriesExhausted));
    let dead = judged(&house, &session, &code);
    assert_eq!(dead, WindowJudgement::Refused(WireCode::InPersonTriesExhausted));
    let second = given_out(&house, "7K3M9QRT");
    assert_eq!(
        judged(&house, &session, &code),
        WindowJudgement::Wrong(WireCode::InPersonCodeWrong),
        "the first one counts no more"
    );
    assert_eq!(judged(&house, &session, &second), passed());
}

#[tokio::test]
async fn it_lives_72_hours_and_its_registration_as_long() {
    let house = House::new(Limits::default());
    let (mine, other) = (session(&house, "7K3M9QRT"), session(&house, "00000000"));
    let code = given_out(&house, "7K3M9QRT");
    let other_code = given_out(&house, "00000000");
    house.advance(72 * 3_600);
    house.app.store.forget_expired(house.now()).unwrap();
    let open: Result<_, AuthorityError> = house.app.store.read(|tx| tx.session_at_window("7K3M9QRT", house.now()));
    assert_eq!(open.unwrap().unwrap().expires_at, house.now());
    assert_eq!(judged(&house, &mine, &code), passed());
    house.advance(1);
    let late = judged(&house, &other, &other_code);
    assert_eq!(late, WindowJudgement::Refused(WireCode::InPersonCodeExpired));
}

#[tokio::test]
async fn another_registration_neither_uses_nor_touches_it() {
    let house = House::new(Limits::default());
    let (mine, thief) = (session(&house, "7K3M9QRT"), session(&house, "00000000"));
    let code = given_out(&house, "7K3M9QRT");
    for _ in 0..9 {
        let refused = judged(&house, &thief, &code);
        assert_eq!(refused, WindowJudgement::Refused(WireCode::InPersonCodeExpired));
    }
    // A code of his own does not make it his.
    given_out(&house, "00000000");
    let wrong = judged(&house, &thief, &code);
    assert_eq!(wrong, WindowJudgement::Wrong(WireCode::InPersonCodeWrong));
    assert_eq!(judged(&house, &mine, &code), passed());
}

#[tokio::test]
async fn what_a_clerk_mistypes_is_told() {
    let house = House::new(Limits::default());
    session(&house, "7K3M9QRT");
    let make = |person, session, clerk| house.admin.window_code(person, session, clerk).map(|_: WindowCode| ());
    assert_eq!(make("nobody", "7K3M9QRT", "c"), Err(AuthorityError::PersonUnknown));
    assert_eq!(make("lukasz", "7K3M9QRT", "c"), Err(AuthorityError::WindowPermitEnded));
    // Somebody who waits may come to the window, and not whose application was refused: that never was a permit.
    assert_eq!(make("thandiwe", "7K3M9QRT", "c"), Ok(()));
    house.admin.event(PermitEvent::Refuse, "thandiwe").unwrap();
    assert_eq!(
        make("thandiwe", "7K3M9QRT", "c"),
        Err(AuthorityError::WindowPermitEnded)
    );
    for reference in ["7K3M9QRS", "7K3M9QR", "", "UUUUUUUU", "7K3M9QRT7"] {
        assert_eq!(
            make("maria", reference, "c"),
            Err(AuthorityError::SessionUnknown),
            "{reference}"
        );
    }
    let long = "c".repeat(65);
    for clerk in ["", "  ", "a\nb", &long] {
        assert_eq!(make("maria", "7K3M9QRT", clerk), Err(AuthorityError::ClerkInvalid));
    }
    assert_eq!(make("maria", "7K3M9QRT", "王 4"), Ok(()));
    house.advance(72 * 3_600 + 1);
    assert_eq!(make("maria", "7K3M9QRT", "c"), Err(AuthorityError::SessionUnknown));
}

#[tokio::test]
async fn a_clerk_hears_what_to_tell_the_holder() {
    let house = House::new(Limits::default());
    session(&house, "7K3M9QRT");
    session(&house, "00000000");
    let told = |person, session| {
        let made = house.admin.window_code(person, session, "c").unwrap();
        (made.ended_earlier, made.application_pending)
    };
    assert_eq!(told("maria", "7K3M9QRT"), (false, false));
    assert_eq!(told("maria", "7K3M9QRT"), (true, false));
    assert_eq!(told("thandiwe", "00000000"), (false, true));
    house.admin.event(PermitEvent::Approve, "thandiwe").unwrap();
    assert_eq!(told("thandiwe", "00000000"), (true, false));
}

/// Whoever reads the database finds no code in it; the form of what is stored is frozen.
#[test]
fn it_is_kept_as_a_mac_over_reference_and_code() {
    let mac = code_mac(&[7; 32], "7K3M9QRT", "0123456789");
    let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, "12dbfd8306c9bcab94a78d95c133131f3c444597612f661767963d0c9a66462d");
    assert_ne!(mac, code_mac(&[7; 32], "7K3M9QRS", "0123456789"));
    assert_ne!(mac, code_mac(&[8; 32], "7K3M9QRT", "0123456789"));
}
