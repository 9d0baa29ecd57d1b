use super::*;
use crate::{CountryCode, Day, Sex};

#[test]
fn one_form_for_each_way_of_typing() {
    for text in [
        "1234 5678-9012‐3456 78",
        "１２３４５６７８９０１２３４５６７８",
        "\u{200b}123456789012345678\u{3000}",
    ] {
        let number = PermitNumber::normalise(text).unwrap();
        assert_eq!((number.value.as_str(), number.warning), ("123456789012345678", None));
    }
    assert_eq!(PermitNumber::normalise("ａbc123").unwrap().value.as_str(), "ABC123");
}

#[test]
fn permit_number_is_refused_only_when_it_cannot_be_one() {
    assert_eq!(
        PermitNumber::normalise("ABC123").unwrap().warning,
        Some(IdentityWarning::PermitNumberUnusual)
    );
    assert!(PermitNumber::normalise(&"A".repeat(20)).is_ok());
    for text in [
        "",
        "ABC12",
        &"A".repeat(21),
        "ABC_123",
        "许可证123456",
        "ABC123\u{0}",
        "²12345",
    ] {
        assert_eq!(
            PermitNumber::normalise(text),
            Err(IdentityError::PermitNumberInvalid),
            "{text}"
        );
    }
}

#[test]
fn social_security_number_is_warned_about() {
    for usual in ["ESP000000000000001", "usa0 00000 123456789", "911398199012310021"] {
        assert_eq!(SocialSecurityNumber::normalise(usual).unwrap().warning, None, "{usual}");
    }
    for unusual in ["ESP00000000000001", "ESPA00000000000001", "911398199012310022", "1"] {
        assert_eq!(
            SocialSecurityNumber::normalise(unusual).unwrap().warning,
            Some(IdentityWarning::SocialSecurityNumberUnusual),
            "{unusual}"
        );
    }
    for refused in ["", "社会保障", &"1".repeat(33)] {
        assert!(SocialSecurityNumber::normalise(refused).is_err(), "{refused}");
    }
}

#[test]
fn passport_number_drops_fillers() {
    assert_eq!(
        PassportNumber::normalise("xdb 123456").unwrap().value.as_str(),
        "XDB123456"
    );
    assert_eq!(PassportNumber::normalise("AB2134<<<").unwrap().value.as_str(), "AB2134");
    assert_eq!(
        PassportNumber::normalise("L898902C37").unwrap().warning,
        Some(IdentityWarning::PassportNumberUnusual)
    );
    // With its check digit from the machine-readable zone behind it.
    assert_eq!(
        PassportNumber::normalise("L898902C36").unwrap().warning,
        Some(IdentityWarning::PassportNumberWithCheck)
    );
    for refused in ["", "<<<", "A<B", &"1".repeat(21)] {
        assert!(PassportNumber::normalise(refused).is_err(), "{refused}");
    }
}

#[test]
fn hostile_length_is_refused_before_it_is_read() {
    let long = " ".repeat(10_000_000) + "123456789012345678";
    assert!(PermitNumber::normalise(&long).is_err());
}

#[test]
fn debug_shows_no_number() {
    let number = PassportNumber::normalise("CANARY77").unwrap();
    assert!(!format!("{number:?}").contains("CANARY"));
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

#[test]
fn both_permanent_resident_cards_are_taken() {
    let today = day("2026-11-24");
    let number = |text: &str| PermanentResidentNumber::normalise(text).unwrap();
    let old = number("kaz 1100 901231 05");
    assert_eq!(old.warning, None);
    let old = old.value;
    assert_eq!(
        (old.as_str(), old.edition()),
        ("KAZ110090123105", PermanentResidentEdition::Of2017)
    );
    assert_eq!((old.nationality().unwrap().alpha3(), old.place()), ("KAZ", "1100"));
    assert_eq!(
        (old.birth(today), old.sex()),
        (Some(day("1990-12-31")), Some(Sex::Female))
    );
    // The number that forms for three letters and 12 digits refuse.
    for (text, nationality, birth) in [
        ("911398199012310021", "KAZ", "1990-12-31"),
        ("911124198108030024", "CAN", "1981-08-03"),
        ("９１１１２４１９８１０８０３００２４", "CAN", "1981-08-03"),
    ] {
        let new = number(text);
        assert_eq!(new.warning, None);
        assert_eq!(new.value.edition(), PermanentResidentEdition::Of2023);
        assert_eq!(new.value.nationality().unwrap().alpha3(), nationality);
        assert_eq!((new.value.birth(today), new.value.place()), (Some(day(birth)), "11"));
        assert_eq!(new.value.sex(), Some(Sex::Female));
    }
    let with_x = (0..=999)
        .map(|sequence| format!("9313921988022{:01}{sequence:03}X", 9))
        .find(|text| mod_11_2_is_valid(text))
        .unwrap();
    assert_eq!(number(&with_x.to_lowercase()).warning, None);
}

#[test]
fn wrong_permanent_resident_numbers_are_caught() {
    use IdentityError::{PermanentResidentNumberCheck, PermanentResidentNumberInvalid};
    for (text, error) in [
        // The example of another library.
        ("911124198108030028", PermanentResidentNumberCheck),
        ("KAZ110090123104", PermanentResidentNumberCheck),
        ("811398199012310021", PermanentResidentNumberInvalid),
        ("KA1110090123105", PermanentResidentNumberInvalid),
        ("91139819901231002", PermanentResidentNumberInvalid),
        ("X11398199012310021", PermanentResidentNumberInvalid),
        ("", PermanentResidentNumberInvalid),
    ] {
        assert_eq!(PermanentResidentNumber::normalise(text).unwrap_err(), error, "{text}");
    }
    // No such day, no such country: warned about, since only the check character is sure.
    let unusual = |body: &str| {
        let text = "0123456789X"
            .chars()
            .map(|c| format!("{body}{c}"))
            .find(|text| mod_11_2_is_valid(text));
        PermanentResidentNumber::normalise(&text.unwrap()).unwrap().warning
    };
    assert_eq!(
        unusual("91139819901331002"),
        Some(IdentityWarning::PermanentResidentNumberUnusual)
    );
    assert_eq!(
        unusual("91199919901231002"),
        Some(IdentityWarning::PermanentResidentNumberUnusual)
    );
    assert_eq!(unusual("91139819901231002"), None);
}

#[test]
fn social_security_number_explains_itself() {
    let number = |text: &str| SocialSecurityNumber::normalise(text).unwrap().value;
    let parts = number("USA0 00000 123456789").parts().unwrap();
    assert_eq!(
        (parts.country.as_str(), parts.reserved, parts.document.as_str()),
        ("USA", '0', "123456789")
    );
    assert!(number("USA000000123456789").is_from("123456789"));
    assert!(!number("USA000000123456789").is_from("023456789"));
    assert!(number("USA000000012345678").is_from("012345678"));
    assert_eq!(number("911398199012310021").parts(), None);
    assert!(!number("USA000000000000000").is_from(""));
    let usual = |passport: &str, issuer: &str| {
        let passport = PassportNumber::normalise(passport).unwrap().value;
        SocialSecurityNumber::usual_for(&passport, &CountryCode::normalise(issuer).unwrap())
            .map(|number| number.as_str().to_owned())
    };
    assert_eq!(usual("123456789", "USA").as_deref(), Some("USA000000123456789"));
    // German passports say D, the number says DEU.
    assert_eq!(usual("C01X00T47", "D<<").as_deref(), Some("DEU000000C01X00T47"));
    for issuer in ["GBD", "GBN", "RKS", "XXA", "XXB", "UNO"] {
        assert_eq!(usual("123456789", issuer), None, "{issuer}");
    }
    assert_eq!(usual("123456789012345", "USA"), None);
    let resident = |text: &str| {
        let number = PermanentResidentNumber::normalise(text).unwrap().value;
        SocialSecurityNumber::usual_for_resident(&number).map(|number| number.as_str().to_owned())
    };
    assert_eq!(resident("911398199012310021").as_deref(), Some("911398199012310021"));
    assert_eq!(resident("KAZ110090123105").as_deref(), Some("KAZ000110090123105"));
}

#[test]
fn numbers_are_recognised() {
    use Certainty::{Certain, Likely, Possible};
    use IdentityWarning::{PassportNumberWithCheck, PermanentResidentNumberWrong, PermitNumberUnusual};
    use NumberKind::{Card, Issuance, Passport, PermanentResident, SocialSecurity, WorkPermit};
    for (text, expected) in [
        (
            "911398199012310021",
            vec![
                (PermanentResident, Certain, None),
                (SocialSecurity, Likely, None),
                (WorkPermit, Possible, None),
                (Issuance, Possible, None),
            ],
        ),
        (
            "911124198108030028",
            vec![
                (PermanentResident, Likely, Some(PermanentResidentNumberWrong)),
                (WorkPermit, Possible, None),
                (
                    SocialSecurity,
                    Possible,
                    Some(IdentityWarning::SocialSecurityNumberUnusual),
                ),
                (Issuance, Possible, None),
            ],
        ),
        (
            "KAZ110090123105",
            vec![
                (PermanentResident, Certain, None),
                (WorkPermit, Possible, Some(PermitNumberUnusual)),
            ],
        ),
        (
            "USA0 00000 123456789",
            vec![
                (SocialSecurity, Likely, None),
                (WorkPermit, Possible, None),
                (Issuance, Possible, None),
            ],
        ),
        (
            "203105198712345678",
            vec![
                (WorkPermit, Likely, None),
                (
                    SocialSecurity,
                    Possible,
                    Some(IdentityWarning::SocialSecurityNumberUnusual),
                ),
                (Issuance, Possible, None),
            ],
        ),
        (
            "XD1234567",
            vec![
                (Passport, Likely, None),
                (WorkPermit, Possible, Some(PermitNumberUnusual)),
                (Card, Possible, None),
            ],
        ),
        (
            "C01X00T47",
            vec![
                (Passport, Likely, None),
                (WorkPermit, Possible, Some(PermitNumberUnusual)),
            ],
        ),
        (
            "L898902C36",
            vec![
                (Passport, Likely, Some(PassportNumberWithCheck)),
                (WorkPermit, Possible, Some(PermitNumberUnusual)),
            ],
        ),
        (
            "AB2134<<<",
            vec![
                (Passport, Likely, None),
                (WorkPermit, Possible, Some(PermitNumberUnusual)),
            ],
        ),
        (
            "1234567890123456789012345678901234567890",
            vec![(Issuance, Possible, None)],
        ),
    ] {
        let found: Vec<_> = recognise(text)
            .unwrap()
            .into_iter()
            .map(|one| (one.kind, one.certainty, one.warning))
            .collect();
        assert_eq!(found, expected, "{text}");
    }
    // The check digit of the zone is no part of the number.
    assert_eq!(recognise("L898902C36").unwrap()[0].value, "L898902C3");
    for text in ["", "<<<", "许可证", "12 34 !", "12", &"1".repeat(65)] {
        assert_eq!(recognise(text), Err(IdentityError::NumberUnknown), "{text}");
    }
}

#[test]
fn labels_say_what_a_field_wants() {
    use NumberKind::*;
    for (label, wanted) in [
        ("外国人工作许可证号码", Some(FieldWanted::Number(WorkPermit))),
        ("工作许可号", Some(FieldWanted::Number(WorkPermit))),
        ("Work permit No.", Some(FieldWanted::Number(WorkPermit))),
        ("社会保障号码", Some(FieldWanted::Number(SocialSecurity))),
        ("Social security number", Some(FieldWanted::Number(SocialSecurity))),
        ("社保卡卡号", Some(FieldWanted::Number(Card))),
        ("护照号码", Some(FieldWanted::Number(Passport))),
        ("Passport", Some(FieldWanted::Number(Passport))),
        ("外国人永久居留身份证号码", Some(FieldWanted::Number(PermanentResident))),
        ("签发号", Some(FieldWanted::Number(Issuance))),
        ("证件号码", Some(FieldWanted::IdentityDocument)),
        ("ID number", Some(FieldWanted::IdentityDocument)),
        ("手机号", None),
        ("", None),
    ] {
        assert_eq!(FieldWanted::from_label(label), wanted, "{label}");
    }
    assert_eq!(FieldWanted::from_label(&"护照".repeat(40)), None);
}

fn held(kind: NumberKind, value: &str, from: Option<&str>, to: Option<&str>) -> HeldNumber {
    HeldNumber {
        kind,
        value: value.to_owned(),
        issuer: (kind == NumberKind::Passport).then(|| CountryCode::normalise("D").unwrap()),
        from: from.map(day),
        to: to.map(day),
    }
}

#[test]
fn new_passport_links_to_the_old_one() {
    let mut history = NumberHistory::default();
    let old = held(
        NumberKind::Passport,
        "C01X00T47",
        Some("2016-05-01"),
        Some("2026-04-30"),
    );
    let new = held(NumberKind::Passport, "C7V4MNPQ2", Some("2026-03-01"), None);
    assert!(history.add(new.clone()) && history.add(old.clone()));
    assert_eq!(history.replaced_by(&old), Some(&new));
    assert_eq!(history.replaced_by(&new), None);
    let current = |on: &str| {
        history
            .current(NumberKind::Passport, Some(day(on)))
            .map(|held| held.value.clone())
    };
    assert_eq!(current("2020-01-01").as_deref(), Some("C01X00T47"));
    // Both are valid in spring; the newer counts.
    assert_eq!(current("2026-03-02").as_deref(), Some("C7V4MNPQ2"));
    assert_eq!(current("2010-01-01"), None);

    // Without days the one added later is the newer, and nothing stands twice.
    let mut undated = NumberHistory::default();
    for value in ["A1", "B2", "A1"] {
        assert!(undated.add(held(NumberKind::Passport, value, None, None)));
    }
    assert_eq!(undated.all(NumberKind::Passport).len(), 2);
    assert_eq!(undated.current(NumberKind::Passport, None).unwrap().value, "A1");
    let mut full = NumberHistory::default();
    for count in 0..NumberHistory::MOST {
        assert!(full.add(held(NumberKind::Passport, &format!("A{count}"), None, None)));
    }
    assert!(!full.add(held(NumberKind::Passport, "B", None, None)));
}

#[test]
fn field_gets_the_right_number() {
    use NumberNote::*;
    let mut history = NumberHistory::default();
    let on = Some(day("2026-11-24"));
    let ask = |history: &NumberHistory, kind| {
        let answer = history.answer(FieldWanted::Number(kind), on);
        (answer.value, answer.document_type, answer.notes)
    };
    assert_eq!(
        ask(&history, NumberKind::WorkPermit),
        (None, Some("11"), vec![Missing, PermitForLife])
    );
    history.add(held(
        NumberKind::Passport,
        "C01X00T47",
        Some("2016-05-01"),
        Some("2026-04-30"),
    ));
    assert_eq!(
        ask(&history, NumberKind::Passport),
        (None, Some("08"), vec![Missing, PassportEnded])
    );
    history.add(held(NumberKind::Passport, "C7V4MNPQ2", Some("2026-03-01"), None));
    assert_eq!(
        ask(&history, NumberKind::Passport),
        (Some("C7V4MNPQ2".to_owned()), Some("08"), vec![OldPassportKnown])
    );
    // No social security number is known: the usual one, said to be a guess.
    assert_eq!(
        ask(&history, NumberKind::SocialSecurity),
        (
            Some("DEU000000C7V4MNPQ2".to_owned()),
            Some("90"),
            vec![NotTheCardNumber, ByUsualRule]
        )
    );
    // The one on the card is of the old passport.
    history.add(held(NumberKind::SocialSecurity, "DEU000000C01X00T47", None, None));
    assert_eq!(
        ask(&history, NumberKind::SocialSecurity),
        (
            Some("DEU000000C01X00T47".to_owned()),
            Some("90"),
            vec![NotTheCardNumber, FromOldPassport]
        )
    );
    let ssn = SocialSecurityNumber::normalise("DEU000000C01X00T47").unwrap().value;
    assert_eq!(history.source_of(&ssn).unwrap().value, "C01X00T47");
    let document = |history: &NumberHistory| history.answer(FieldWanted::IdentityDocument, on);
    assert_eq!(
        (document(&history).kind, document(&history).document_type),
        (NumberKind::Passport, Some("08"))
    );
    history.add(held(NumberKind::PermanentResident, "911398199012310021", None, None));
    let answer = document(&history);
    assert_eq!(
        (answer.kind, answer.document_type),
        (NumberKind::PermanentResident, Some("07"))
    );
    assert_eq!(answer.notes, [ResidentNumberRefused]);
    history.add(held(NumberKind::Card, "AB1234567", None, None));
    assert_eq!(ask(&history, NumberKind::Card).2, [NotTheSocialSecurityNumber]);
    assert!(!format!("{history:?} {answer:?}").contains("91139"));
}

#[test]
fn a_number_of_a_known_kind() {
    let of = |text: &str, kind| Recognised::of_kind(text, kind).map(|one| (one.value, one.certainty, one.warning));
    assert_eq!(
        of("l898902c36", NumberKind::Passport),
        Ok((
            "L898902C3".to_owned(),
            Certainty::Likely,
            Some(IdentityWarning::PassportNumberWithCheck)
        ))
    );
    assert_eq!(
        of("911398199012310021", NumberKind::WorkPermit),
        Ok(("911398199012310021".to_owned(), Certainty::Possible, None))
    );
    assert_eq!(
        of("abc-123", NumberKind::Card),
        Ok((
            "ABC123".to_owned(),
            Certainty::Possible,
            Some(IdentityWarning::CardNumberUnusual)
        ))
    );
    for (kind, error) in [
        (NumberKind::WorkPermit, IdentityError::PermitNumberInvalid),
        (NumberKind::SocialSecurity, IdentityError::SocialSecurityNumberInvalid),
        (
            NumberKind::PermanentResident,
            IdentityError::PermanentResidentNumberInvalid,
        ),
        (NumberKind::Passport, IdentityError::PassportNumberInvalid),
        (NumberKind::Card, IdentityError::CardNumberInvalid),
        (NumberKind::Issuance, IdentityError::IssuanceNumberInvalid),
    ] {
        assert_eq!(of("号", kind), Err(error));
    }
    assert_eq!(
        of("911124198108030028", NumberKind::PermanentResident),
        Err(IdentityError::PermanentResidentNumberCheck)
    );
}
