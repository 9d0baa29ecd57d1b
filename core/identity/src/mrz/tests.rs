use proptest::prelude::*;

use super::*;
use crate::{Day, IdentityError, check_digit};

/// ICAO Doc 9303-4, appendix B.
const PASSPORT: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
/// ICAO Doc 9303-5, appendix B.
const CARD: &str = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";

fn good(text: &str) -> Mrz {
    match read_mrz(text).unwrap() {
        MrzReading::Good(mrz) => *mrz,
        MrzReading::Faulty { faults, .. } => panic!("{faults:?}"),
    }
}

fn faulty(text: &str) -> (Vec<MrzFault>, Vec<MrzCorrection>) {
    match read_mrz(text).unwrap() {
        MrzReading::Good(_) => panic!("{text} is good"),
        MrzReading::Faulty { faults, corrections } => (faults, corrections),
    }
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

#[test]
fn specimen_passport() {
    let mrz = good(PASSPORT);
    assert_eq!(mrz.format, MrzFormat::Passport);
    assert_eq!((mrz.document_code.as_str(), mrz.issuer.as_str()), ("P", "UTO"));
    assert_eq!(mrz.name.as_str(), "ERIKSSON<<ANNA<MARIA");
    assert_eq!((mrz.number.as_str(), mrz.nationality.as_str()), ("L898902C3", "UTO"));
    let today = day("2026-11-24");
    assert_eq!(mrz.birth.birth_day(today), Some(day("1974-08-12")));
    assert_eq!(mrz.expiry.expiry_day(today), Some(day("2012-04-15")));
    assert_eq!(mrz.sex, Some(Sex::Female));
    assert_eq!(mrz.optional, ["ZE184226B".to_owned(), String::new()]);
    assert!(!mrz.name_is_possibly_cut);
}

#[test]
fn specimen_card() {
    let mrz = good(CARD);
    assert_eq!(mrz.format, MrzFormat::Card);
    assert_eq!((mrz.document_code.as_str(), mrz.number.as_str()), ("I", "D23145890"));
    assert_eq!(mrz.name.as_str(), "ERIKSSON<<ANNA<MARIA");
    assert_eq!(mrz.optional, [String::new(), String::new()]);
    // A number longer than its field (ICAO Doc 9303-5, 4.2.2, note j).
    let mrz = good("I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<");
    assert_eq!(mrz.number, "D23145890734");
    let (faults, _) =
        faulty("I<UTOD23145890<7348<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<");
    assert_eq!(faults, [MrzFault::NumberCheck, MrzFault::CompositeCheck]);
}

#[test]
fn as_scanners_and_keyboards_write_it() {
    for text in [
        PASSPORT.replace('\n', ""),
        PASSPORT.replace('\n', "\r\n\n  "),
        PASSPORT.to_lowercase(),
        PASSPORT.replace('<', "＜"),
        PASSPORT.replace("<<ANNA", "«ANNA").replace("ANNA<", "ANNA‹"),
        PASSPORT.chars().flat_map(|c| [c, ' ']).collect(),
    ] {
        assert_eq!(good(&text), good(PASSPORT), "{text}");
    }
    assert_eq!(good(&CARD.replace('\n', "")), good(CARD));
}

#[test]
fn other_texts_are_refused() {
    for text in [
        "",
        "P<UTO",
        &PASSPORT[..88],
        &format!("{PASSPORT}<"),
        &PASSPORT.replace('\n', "<\n"),
    ] {
        assert_eq!(read_mrz(text), Err(IdentityError::MrzLines), "{text}");
    }
    // 88 characters in two lines of another length.
    assert_eq!(
        read_mrz(&format!("{}\n{}", "<".repeat(43), "<".repeat(45))),
        Err(IdentityError::MrzLines)
    );
    assert_eq!(read_mrz(&" ".repeat(10_000_000)), Err(IdentityError::MrzLines));
    assert_eq!(
        read_mrz(&PASSPORT.replace("ANNA", "ANN_")),
        Err(IdentityError::MrzCharacter)
    );
    assert_eq!(
        read_mrz(&PASSPORT.replace("ANNA", "ANN安")),
        Err(IdentityError::MrzCharacter)
    );
}

/// Each check digit by itself: one character of what it is over is changed, beside it nothing but the composite one.
#[test]
fn each_check_digit_is_checked() {
    use MrzFault::*;
    for (from, to, expected) in [
        ("L898902C36", "L898903C36", vec![NumberCheck, CompositeCheck]),
        ("7408122", "7408132", vec![BirthCheck, CompositeCheck]),
        ("1204159", "1204169", vec![ExpiryCheck, CompositeCheck]),
        ("ZE184226B", "ZE184227B", vec![OptionalCheck, CompositeCheck]),
        ("<<10", "<<11", vec![CompositeCheck]),
        ("P<UTO", "A<UTO", vec![Kind]),
        ("P<UTO", "P<U<O", vec![Country]),
        ("<<ANNA<MARIA", "<<ANNA<<MARI", vec![Name]),
    ] {
        assert_eq!(faulty(&PASSPORT.replace(from, to)).0, expected, "{to}");
    }
    assert_eq!(
        faulty(&CARD.replace("UTO<<<<<<<<<<<6", "UTO<<<<<<<<<<<7")).0,
        [CompositeCheck]
    );
    assert_eq!(faulty(&CARD.replace("I<UTO", "P<UTO")).0, [Kind]);
}

/// A passport with these fields and right check digits.
fn passport(name: &str, number: &str, birth: &str, expiry: &str, optional: &str) -> String {
    let checked = |text: String| format!("{text}{}", check_digit(&text).unwrap());
    let number = checked(format!("{number:<<9}"));
    let birth = checked(birth.to_owned());
    let expiry = checked(expiry.to_owned());
    let optional = checked(format!("{optional:<<14}"));
    let composite = check_digit(&format!("{number}{birth}{expiry}{optional}")).unwrap();
    format!("P<UTO{name:<<39}\n{number}UTO{birth}F{expiry}{optional}{composite}")
}

#[test]
fn optional_data_may_have_no_check_digit_when_empty() {
    let text = passport("A<<B", "X1", "800101", "300101", "");
    let without = text.replace("<<<<<<<<<<<<<<0", "<<<<<<<<<<<<<<<");
    assert_ne!(text, without);
    assert_eq!(good(&text), good(&without));
    let text = passport("A<<B", "X1", "800101", "300101", "10");
    let (faults, _) = faulty(&text.replace("10<<<<<<<<<<<<7", "10<<<<<<<<<<<<<"));
    assert_eq!(faults, [MrzFault::OptionalCheck, MrzFault::CompositeCheck]);
}

#[test]
fn parts_of_a_date_may_be_unknown() {
    let today = day("2026-11-24");
    let mrz = good(&passport("A<<B", "X1", "74<<<<", "3001<<", ""));
    assert_eq!((mrz.birth.year, mrz.birth.month, mrz.birth.day), (Some(74), None, None));
    assert_eq!(
        (mrz.birth.birth_year(today), mrz.birth.birth_day(today)),
        (Some(1974), None)
    );
    assert_eq!(
        (mrz.expiry.expiry_year(today), mrz.expiry.expiry_day(today)),
        (Some(2030), None)
    );
    assert_eq!(
        good(&passport("A<<B", "X1", "<<<<<<", "300101", ""))
            .birth
            .birth_year(today),
        None
    );
    for birth in ["741301", "740230", "7<0101", "7401<1"] {
        assert_eq!(
            faulty(&passport("A<<B", "X1", birth, "300101", "")).0,
            [MrzFault::Date],
            "{birth}"
        );
    }
}

#[test]
fn centuries_turn_with_the_day() {
    let read = |text: &[u8]| MrzDate::read(text).unwrap();
    for (birth, today, year) in [
        (b"261123", "2026-11-24", 2026),
        (b"261124", "2026-11-24", 2026),
        (b"261125", "2026-11-24", 1926),
        (b"270101", "2026-11-24", 1927),
        (b"990101", "2026-11-24", 1999),
        (b"000101", "2026-11-24", 2000),
        (b"991231", "2100-01-01", 2099),
        // 2100 has no 29 February, 2000 had one.
        (b"000229", "2150-01-01", 2000),
    ] {
        assert_eq!(read(birth).birth_year(day(today)), Some(year), "{year}");
    }
    for (expiry, today, year) in [
        (b"360101", "2026-11-24", 2036),
        (b"990101", "2026-11-24", 1999),
        (b"990101", "2095-01-01", 2099),
        (b"050101", "2095-01-01", 2105),
    ] {
        assert_eq!(read(expiry).expiry_year(day(today)), Some(year), "{year}");
    }
}

#[test]
fn confused_characters_are_offered_and_never_taken() {
    // O for 0 where only digits stand, 0 for O and 1 for I where only letters stand: sure by their place.
    let read = PASSPORT
        .replace("UTOERIKSSON", "UT0ER1KSSON")
        .replace("7408122F", "74O8122F");
    let (faults, corrections) = faulty(&read);
    assert!(faults.contains(&MrzFault::Character), "{faults:?}");
    assert_eq!(corrections.len(), 1);
    assert_eq!(corrections[0].text, PASSPORT);
    assert_eq!(corrections[0].mrz, good(PASSPORT));
    let places: Vec<(usize, usize, char, char)> = corrections[0]
        .changes
        .iter()
        .map(|change| (change.line, change.place, change.from, change.to))
        .collect();
    assert_eq!(places, [(0, 4, '0', 'O'), (0, 7, '1', 'I'), (1, 15, 'O', '0')]);

    // Within a number both kinds stand: only what makes the check digits agree.
    let right = passport("A<<B", "AO0I12340", "800101", "300101", "");
    for wrong in ["A00I12340", "AO0I1234O", "AOOI12340", "A0OI12340"] {
        let (faults, corrections) = faulty(&right.replace("AO0I12340", wrong));
        assert_eq!(faults, [MrzFault::NumberCheck, MrzFault::CompositeCheck], "{wrong}");
        assert!(corrections.iter().any(|one| one.text == right), "{wrong}");
        assert!(corrections.len() <= 4);
    }
    // S for 5 in a number: the only single change that makes all agree.
    let right = passport("A<<B", "XS1234567", "800101", "300101", "");
    let (_, corrections) = faulty(&right.replace("XS1234567", "X51234567"));
    assert!(corrections.iter().any(|one| one.text == right));
    // Nothing looks like it: no guess.
    assert_eq!(faulty(&PASSPORT.replace("L898902C36", "L898903C36")).1, []);
}

/// Where many readings would agree, the four with the fewest changes.
#[test]
fn few_corrections_are_offered() {
    let mut most = 0;
    for set in (0..512_u32).step_by(7) {
        let number: String = (0..9)
            .map(|bit| if set & (1 << bit) == 0 { 'O' } else { '0' })
            .collect();
        let right = passport("A<<B", &number, "800101", "300101", "");
        let twin = if number.starts_with('O') { '0' } else { 'O' };
        let wrong = right.replacen(&format!("\n{number}"), &format!("\n{twin}{}", &number[1..]), 1);
        let (_, corrections) = faulty(&wrong);
        let changes: Vec<usize> = corrections.iter().map(|one| one.changes.len()).collect();
        assert!(changes.is_sorted() && changes.first() == Some(&1), "{changes:?}");
        most = most.max(corrections.len());
    }
    assert_eq!(most, 4);
}

#[test]
fn optional_data_are_corrected_on_cards_too() {
    let line = |optional: &str| {
        let first = format!("I<UTOD231458907{optional:<<15}");
        let over = format!("{}74081221204159<<<<<<<<<<<", &first[5..]);
        (first, check_digit(&over).unwrap())
    };
    let (right, composite) = line("O1");
    let (wrong, _) = line("01");
    let rest = format!("\n7408122F1204159UTO<<<<<<<<<<<{composite}\nERIKSSON<<ANNA<MARIA<<<<<<<<<<");
    let (faults, corrections) = faulty(&(wrong + &rest));
    assert_eq!(faults, [MrzFault::CompositeCheck]);
    assert!(corrections.iter().any(|one| one.text == format!("{right}{rest}")));
}

#[test]
fn forms_of_a_cut_name() {
    let name = "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K";
    let whole = NameForms::typed("Nilavadhanananda", "Chayapa Dejthamrong Krasuang", None).unwrap();
    assert!(
        good(&passport(name, "X1", "800101", "300101", ""))
            .name_forms()
            .matches(&whole)
    );
    // ICAO Doc 9303-5, 4.2.3: a card has 30 characters.
    let card = CARD.replace("ERIKSSON<<ANNA<MARIA<<<<<<<<<<", "NILAVADHANANANDA<<CHAYAPA<DE<K");
    let mrz = good(&card);
    assert!(mrz.name_is_possibly_cut && mrz.name_forms().matches(&whole));
    assert!(!NameForms::of(&mrz.name, None).matches(&whole));
}

#[test]
fn debug_shows_nothing() {
    let read = PASSPORT.replace("7408122F", "74O8122F");
    let text = format!("{:?} {:?}", good(PASSPORT), read_mrz(&read).unwrap());
    for canary in ["ERIKSSON", "L898902C3", "UTO", "74", "O8"] {
        assert!(!text.contains(canary), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn any_passport_is_read_back(
        name in "[A-Z]{1,12}(<[A-Z]{1,6})?<<[A-Z]{1,10}(<[A-Z]{1,6})?",
        number in "[A-Z0-9]{1,9}",
        optional in "[A-Z0-9]{0,14}",
        (month, day) in (1u8..=12, 1u8..=28),
        year in 0u8..=99,
    ) {
        let birth = format!("{year:02}{month:02}{day:02}");
        let text = passport(&name, &number, &birth, &birth, &optional);
        let mrz = good(&text);
        prop_assert_eq!((mrz.name.as_str(), mrz.number.as_str()), (name.as_str(), number.as_str()));
        prop_assert_eq!(mrz.optional[0].as_str(), optional.as_str());
        prop_assert_eq!(mrz.birth.day, Some(day));
        // One confused character is found again, or agrees by chance.
        for (at, c) in text.char_indices().filter(|(at, c)| *at > 44 && matches!(c, '0' | 'O' | '1' | 'I')) {
            let twin = match c { '0' => 'O', 'O' => '0', '1' => 'I', _ => '1' };
            let mut wrong = text.clone();
            wrong.replace_range(at..at + 1, &twin.to_string());
            if let MrzReading::Faulty { corrections, .. } = read_mrz(&wrong).unwrap() {
                prop_assert!(corrections.iter().any(|one| one.changes.len() == 1 || one.text == text));
            }
        }
    }

    #[test]
    fn every_correction_agrees(text in "[A-Z0-9<OI01]{88}|[A-Z0-9<OI01]{90}") {
        if let Ok(MrzReading::Faulty { corrections, .. }) = read_mrz(&text) {
            for one in corrections {
                prop_assert_eq!(good(&one.text), one.mrz);
            }
        }
    }

    #[test]
    fn no_text_makes_it_fail_otherwise(text in any::<String>()) {
        let _ = read_mrz(&text);
    }
}
