use proptest::prelude::*;

use super::*;
use crate::mrz_name;

fn typed(surname: &str, given: &str) -> NameForms {
    NameForms::typed(surname, given, None).unwrap()
}

fn field(name: &str) -> NameForms {
    NameForms::of(&MrzName::from_field(name).unwrap(), None)
}

fn of(name: &str, issuer: &str) -> NameForms {
    NameForms::of(
        &MrzName::from_field(name).unwrap(),
        Some(&CountryCode::normalise(issuer).unwrap()),
    )
}

fn check(a: &NameForms, b: &NameForms, expected: bool, what: &str) {
    assert_eq!(a.matches(b), expected, "{what}");
    assert_eq!(b.matches(a), expected, "{what}, the other way");
}

#[test]
fn same_name_in_other_forms() {
    for (a, b) in [
        // Order, and the border elsewhere.
        ("GARCIA<LOPEZ<<MARIA", "MARIA<<GARCIA<LOPEZ"),
        ("GARCIA<LOPEZ<<MARIA", "MARIA<GARCIA<LOPEZ"),
        ("GARCIA<LOPEZ<<MARIA", "GARCIA<<LOPEZ<MARIA"),
        // Separators.
        ("SMITH<JONES<<SUSIE<MARGARET", "SMITHJONES<<SUSIE<MARGARET"),
        ("AL<SAYED<<ABD<EL<RAHMAN", "ALSAYED<<ABDELRAHMAN"),
        ("DE<LA<CRUZ<<ANNAMARIA", "DELACRUZ<<ANNA<MARIA"),
        ("O<CONNOR<<ENYA", "OCONNOR<<ENYA"),
        // One name.
        ("SUHARTO", "SUHARTO"),
        ("RAVI<KUMAR", "KUMAR<<RAVI"),
        // Ñ and Ü of ICAO in any passport.
        ("MUNXXOZ<<ANA", "MUNOZ<<ANA"),
        ("AGUXXERO<<ANA", "AGUERO<<ANA"),
    ] {
        check(&field(a), &field(b), true, a);
    }
}

#[test]
fn other_names_are_other_people() {
    for (a, b) in [
        // A part left out or added.
        ("GARCIA<LOPEZ<<MARIA", "GARCIA<<MARIA"),
        ("SMITH<<SUSIE<MARGARET", "SMITH<<SUSIE"),
        // Other words in another order.
        ("GARCIA<LOPEZ<<MARIA", "LOPEZ<GARCIA<<MARIA"),
        ("KIM<<SUN<GI", "KIM<<GI<SUN"),
        // Syllables divided otherwise.
        ("KIM<<SUN<GI", "KIM<<SUNG<I"),
        // The border is never left out.
        ("LI<<ANNA", "LIANNA"),
        // Digraphs are letters of their own in most of the world.
        ("XUE<<LI", "XU<<LI"),
        ("CHAE<<MINHO", "CHA<<MINHO"),
        ("IVANOV<<PETR", "IVANOVA<<PETR"),
        ("IVANOV<<PETR", "IVANOV<<PET"),
    ] {
        check(&field(a), &field(b), false, a);
    }
    check(&of("XUE<<LI", "SGP"), &of("XU<<LI", "SGP"), false, "another state");
}

#[test]
fn letters_have_all_their_forms() {
    let mueller = typed("Müller", "Jörg Åke");
    for form in [
        "MUELLER<<JOERG<AAKE",
        "MULLER<<JORG<AKE",
        "MUXXLLER<<JOERG<AKE",
        "MUELLER<<JORG<AAKE",
        "MULLER<<JOERG<AAKE",
    ] {
        check(&mueller, &field(form), true, form);
    }
    check(&mueller, &typed("Muller", "Jorg Ake"), true, "typed without marks");
    check(&mueller, &field("MUELER<<JOERG<AAKE"), false, "a letter is missing");
    check(&typed("Mun\u{303}oz", "A"), &field("MUNXXOZ<<A"), true, "decomposed");
    check(&typed("Đorđević", "Ana"), &field("DJORDJEVIC<<ANA"), true, "Đ");
    // A zone does not say which letters were one; the state does.
    check(&of("MUELLER<<JOERG", "D"), &field("MULLER<<JOERG"), true, "Germany");
    check(
        &of("MUELLER<<MANUEL", "DEU"),
        &field("MULLER<<MANUEL"),
        true,
        "each letter by itself",
    );
    check(&of("MUELLER<<JOERG", "D"), &of("MULLER<<JORG", "D"), true, "Germany");
    check(&field("MUELLER<<JOERG"), &field("MULLER<<JOERG"), false, "no state");
    check(
        &of("MUELLER<<JOERG", "USA"),
        &field("MULLER<<JOERG"),
        false,
        "no such state",
    );
}

#[test]
fn cut_names_go_on() {
    let whole = typed("Nilavadhanananda", "Chayapa Dejthamrong Krasuang");
    for cut in [
        // ICAO Doc 9303-4, 4.2.3, and this crate's own way.
        "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K",
        // Another state cuts elsewhere.
        "NILAVADHANANANDA<<CHAYAP<DEJTHAMRO<KRAS",
        "NILAVADHANANANDA<<C<DEJTHAMRONG<KRASUAN",
    ] {
        assert_eq!(cut.len(), 39);
        check(&whole, &field(cut), true, cut);
        check(
            &typed("", "Chayapa Dejthamrong Krasuang Nilavadhanananda"),
            &field(cut),
            true,
            cut,
        );
    }
    check(
        &whole,
        &field("NILAVADHANANANDA<<CHAYAPA<DEJTHAMRANG<K"),
        false,
        "a letter before the cut differs",
    );
    check(
        &typed("Nilavadhanananda", "Chayapa Dejthamrong"),
        &field("NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K"),
        false,
        "a name that fits was never cut",
    );
    check(
        &whole,
        &field("NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG"),
        false,
        "a field with room was never cut",
    );
    for (given, why) in [
        (
            "Chayapa Krit Dejthamrong Krasuang",
            "a component in the middle was never left out",
        ),
        ("Chayapakrit-Dejthamrong Krasuang", ""),
        (
            "ChayapakritDejthamrong Krasuang",
            "behind a cut component there is a gap on both sides",
        ),
    ] {
        let other = typed("Nilavadhanananda", given);
        let cut = field("NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K");
        check(&other, &cut, why.is_empty(), given);
    }
    check(
        &field("PAPANDROPOULOUS<<JONATHON<WARREN<TREVOR"),
        &field("PAPANDROPOULOUS<<JONATHONWARRENTREVORS"),
        false,
        "38 characters were never cut",
    );
    let surname = typed("Bennelong Wooloomooloo Warrandyte Warnambool", "Dingo Potoroo");
    for cut in [
        "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI",
        "BENNELONG<WOOLOOM<WARRAND<WARNAM<<DINGO",
        "BENNEL<WOOLOO<WARRAN<WARNAM<<DINGO<POTO",
    ] {
        assert_eq!(cut.len(), 39);
        check(&surname, &field(cut), true, cut);
    }
    check(
        &field("BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI"),
        &field("BENNEL<WOOLOO<WARRAN<WARNAM<<DINGO<POTO"),
        true,
        "two ways to cut one name",
    );
    check(
        &field("BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI"),
        &field("BENNEL<WOOLOO<WARRAN<WARNAM<<JINGO<POTO"),
        false,
        "two people",
    );
}

#[test]
fn forms_are_written_out_for_people() {
    let list: Vec<String> = typed("O'Neill-Müller", "Ana")
        .list()
        .iter()
        .map(|name| name.as_str().to_owned())
        .collect();
    assert_eq!(
        list,
        [
            "ONEILL<MUELLER<<ANA",
            "ONEILL<MULLER<<ANA",
            "O<NEILL<MUELLER<<ANA",
            "ONEILLMUELLER<<ANA",
            "ANA<<ONEILL<MUELLER",
            "O<NEILL<MULLER<<ANA",
            "ONEILLMULLER<<ANA",
            "ANA<<ONEILL<MULLER",
            "ANA<<O<NEILL<MUELLER",
            "ANA<<ONEILLMUELLER",
            "ANA<<O<NEILL<MULLER",
            "ANA<<ONEILLMULLER",
            "ONEILL<MUXXLLER<<ANA",
            "O<NEILL<MUXXLLER<<ANA",
            "ONEILLMUXXLLER<<ANA",
            "ANA<<ONEILL<MUXXLLER",
            "ANA<<O<NEILL<MUXXLLER",
            "ANA<<ONEILLMUXXLLER",
        ]
    );
    assert_eq!(typed("", "Suharto").list().len(), 1);
}

/// A pattern of many forms is compared by its length: 3 to the power of 256 forms would never end.
#[test]
fn hostile_names_end() {
    let letters = "Üüå".repeat(85);
    let one = typed(&letters, &letters);
    let other = typed(&letters, &format!("{}x", "üÅå".repeat(85)));
    check(&one, &one, true, "itself");
    check(&one, &other, false, "another");
    check(
        &one,
        &mrz_name(&letters, &letters)
            .map(|form| NameForms::of(&form.name, None))
            .unwrap(),
        true,
        "cut",
    );
    assert!(one.list().len() <= 24);
}

#[test]
fn debug_shows_no_name() {
    assert_eq!(format!("{:?}", typed("Canary", "Canary")), "NameForms(..)");
}

/// Typed parts of names, with letters of several forms, hyphens and apostrophes, short enough not to be cut.
fn part() -> impl Strategy<Value = String> {
    let letter = prop_oneof![
        6 => prop::char::range('a', 'z').prop_filter("kept for changes", |c| !matches!(c, 'q' | 'j' | 'x')),
        1 => prop::sample::select(vec!['ä', 'Ö', 'ü', 'å', 'ñ', 'ß', 'é', 'ø', 'đ', '\'', '-', ' ']),
    ];
    prop::collection::vec(letter, 2..9).prop_map(|letters| letters.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn a_name_matches_its_forms_and_no_changed_one(
        surname in part(),
        given in part(),
        issuer in prop::sample::select(vec!["D", "ESP", "NOR", "KOR"]),
        at in 0..40usize,
        changed in prop::sample::select(vec!['Q', 'J']),
    ) {
        let issuer = CountryCode::normalise(issuer).unwrap();
        let Ok(typed) = NameForms::typed(&surname, &given, Some(&issuer)) else {
            // Only signs.
            return Ok(());
        };
        for form in typed.list() {
            let held = NameForms::of(&form, Some(&issuer));
            prop_assert!(typed.matches(&held) && held.matches(&typed), "{} {}: {}", surname, given, form.as_str());
            let swapped = format!("{}<{}", form.secondary(), form.primary());
            let swapped = MrzName::from_field(swapped.trim_start_matches('<')).unwrap();
            prop_assert!(typed.matches(&NameForms::of(&swapped, Some(&issuer))), "{}", swapped.as_str());
            // One letter is another one that is no part of any form: another name.
            let mut letters: Vec<char> = form.as_str().chars().collect();
            let at = at % letters.len();
            if letters[at] != '<' {
                letters[at] = changed;
                let other: String = letters.into_iter().collect();
                let other = NameForms::of(&MrzName::from_field(&other).unwrap(), Some(&issuer));
                // DJ is a form of Đ.
                prop_assume!(changed == 'Q' || !surname.contains('đ') && !given.contains('đ'));
                prop_assert!(!typed.matches(&other) && !other.matches(&typed), "{}", form.as_str());
            }
        }
    }

    #[test]
    fn comparing_is_symmetric_and_ends(a in "[A-Z<]{1,39}", b in "[A-Z<]{1,39}", issuer in prop::sample::select(vec!["D", "SWE"])) {
        let issuer = CountryCode::normalise(issuer).unwrap();
        if let (Ok(a), Ok(b)) = (MrzName::from_field(&a), MrzName::from_field(&b)) {
            let (a, b) = (NameForms::of(&a, Some(&issuer)), NameForms::of(&b, None));
            prop_assert_eq!(a.matches(&b), b.matches(&a));
            prop_assert!(a.matches(&a) && b.matches(&b));
        }
    }
}
