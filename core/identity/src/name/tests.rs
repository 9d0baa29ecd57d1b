use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::*;

fn form(surname: &str, given: &str) -> String {
    mrz_name(surname, given).unwrap().name.as_str().to_owned()
}

fn rules(surname: &str, given: &str) -> Vec<(NameRule, String, String)> {
    let form = mrz_name(surname, given).unwrap();
    form.steps
        .into_iter()
        .map(|step| (step.rule, step.from, step.to))
        .collect()
}

#[test]
fn names_of_icao_9303() {
    // ICAO Doc 9303-3, 4.6.
    for (surname, given, expected) in [
        ("D'ARTAGNAN", "", "DARTAGNAN"),
        ("MARIE-ELISE", "", "MARIE<ELISE"),
        ("ERIKSSON", "ANNA MARIA", "ERIKSSON<<ANNA<MARIA"),
        ("ANNA, MARIA", "", "ANNA<MARIA"),
        ("ANNA,MARIA", "", "ANNA<MARIA"),
    ] {
        assert_eq!(form(surname, given), expected);
    }
    assert_eq!(
        mrz_name_typed("ERIKSSON, ANNA MARIA").unwrap().name.as_str(),
        "ERIKSSON<<ANNA<MARIA"
    );
    // ICAO Doc 9303-4, 4.2.3.
    for (surname, given, expected) in [
        ("Eriksson", "Anna Maria", "ERIKSSON<<ANNA<MARIA"),
        ("van der Muellen", "Martin Van Der", "VAN<DER<MUELLEN<<MARTIN<VAN<DER"),
        ("O'Connor", "Enya Siobhan", "OCONNOR<<ENYA<SIOBHAN"),
        ("Smith-Jones", "Susie Margaret", "SMITH<JONES<<SUSIE<MARGARET"),
        ("Arkfreith", "", "ARKFREITH"),
        ("", "Arkfreith", "ARKFREITH"),
        ("Papandropoulous", "Jonathon", "PAPANDROPOULOUS<<JONATHON"),
        ("Hamilton, Jr.", "Robert", "HAMILTON<JR<<ROBERT"),
    ] {
        assert_eq!(form(surname, given), expected);
    }
}

#[test]
fn letters_have_one_form_each() {
    for (typed, expected) in [
        ("Müller", "MUELLER"),
        ("MÜLLER", "MUELLER"),
        ("Mu\u{308}ller", "MUELLER"),
        ("Jäger-Öztürk", "JAEGER<OEZTUERK"),
        ("Groß", "GROSS"),
        ("GROẞ", "GROSS"),
        ("Muñoz", "MUNOZ"),
        ("Mun\u{303}oz", "MUNOZ"),
        ("Ångström", "AANGSTROEM"),
        ("A\u{30a}ngstro\u{308}m", "AANGSTROEM"),
        ("Ærø", "AEROE"),
        ("Þór", "THOR"),
        ("Đặng Guðrún", "DANG<GUDRUN"),
        ("Đa\u{323}\u{306}ng", "DANG"),
        ("Lœuvre", "LOEUVRE"),
        ("Łukasiewicz", "LUKASIEWICZ"),
        ("Nguyễn Thị", "NGUYEN<THI"),
        ("Işık İnönü", "ISIK<INOENUE"),
        ("Ĳsselmeer", "IJSSELMEER"),
        ("Ｇａｒｃｉａ", "GARCIA"),
        ("García\u{a0}López\u{3000}", "GARCIA<LOPEZ"),
        ("  Al\u{2011}Sayed  –  ", "AL<SAYED"),
        ("D’Angelo Kānekoʻa", "DANGELO<KANEKOA"),
        ("\u{200e}Li\u{200b}u", "LIU"),
        ("ﬁtz ŉ", "FITZ<N"),
    ] {
        assert_eq!(form(typed, ""), expected, "{typed}");
    }
}

#[test]
fn states_choose_the_form_of_some_letters() {
    for (typed, issuer, expected) in [
        ("Agüero", "ESP", "AGUERO"),
        ("Agu\u{308}ero", "ESP", "AGUERO"),
        ("Müller Äijälä Åke Ö", "FRA", "MULLER<AIJALA<AKE<O"),
        ("Müller", "D", "MUELLER"),
        ("Müller", "DEU", "MUELLER"),
        ("Åström", "NOR", "AASTROEM"),
        ("Ærø Þór Groß", "ESP", "AEROE<THOR<GROSS"),
    ] {
        let issuer = CountryCode::normalise(issuer).unwrap();
        let form = mrz_name_for(typed, "", Some(&issuer)).unwrap();
        assert_eq!(form.name.as_str(), expected);
    }
    let issuer = CountryCode::normalise("ESP").unwrap();
    let steps = mrz_name_for("Güi", "X", Some(&issuer)).unwrap().steps;
    assert_eq!(
        (steps[0].rule, steps[0].from.as_str(), steps[0].to.as_str()),
        (NameRule::MarkLeftOut, "ü", "U")
    );
    // A cut and the border of the field are found after the choice.
    let long = "ü".repeat(36);
    assert_eq!(
        mrz_name_for(&long, "Bc", Some(&issuer)).unwrap().name.as_str().len(),
        39
    );
    assert!(
        !mrz_name_for(&long, "B", Some(&issuer))
            .unwrap()
            .steps
            .iter()
            .any(|step| step.rule == NameRule::Truncated)
    );
}

#[test]
fn other_scripts_and_signs_are_refused_by_kind() {
    for name in ["张伟", "محمد", "Иванов", "Παπαδόπουλος", "김", "Əliyev", "Zhang 伟"] {
        assert_eq!(mrz_name(name, ""), Err(IdentityError::NameNotLatin), "{name}");
        assert_eq!(mrz_name("X", name), Err(IdentityError::NameNotLatin), "{name}");
    }
    for name in ["Louis 14", "a@b", "😀", "x\u{0}", "\u{301}e", "- \u{308}", "½"] {
        assert_eq!(mrz_name(name, ""), Err(IdentityError::NameCharacter), "{name}");
    }
    for name in ["", " ", "-", "'.,", "<<<", "\u{200b}"] {
        assert_eq!(mrz_name(name, ""), Err(IdentityError::NameEmpty), "{name}");
    }
    assert_eq!(mrz_name(&"a".repeat(257), ""), Err(IdentityError::NameTooLong));
    assert_eq!(mrz_name("a", &"a ".repeat(129)), Err(IdentityError::NameTooLong));
    assert_eq!(mrz_name_typed(&"<".repeat(257)), Err(IdentityError::NameTooLong));
}

#[test]
fn each_change_is_explained_once() {
    use NameRule::*;
    let step = |rule, from: &str, to: &str| (rule, from.to_owned(), to.to_owned());
    assert_eq!(
        rules("Müller-Lüdenscheidt", "André O'Neil"),
        vec![
            step(Transliterated, "ü", "UE"),
            step(Separated, "-", "<"),
            step(MarkLeftOut, "é", "E"),
            step(Separated, " ", "<"),
            step(PunctuationLeftOut, "'", ""),
        ]
    );
    assert_eq!(rules("Garcia", "Maria"), vec![]);
    assert_eq!(rules("Suharto", ""), vec![step(OneName, "SUHARTO", "SUHARTO")]);
    assert_eq!(rules("Ｌi", "Wei"), vec![step(FullWidth, "Ｌi", "Li")]);
    let (rule, from, to) = rules(&"A".repeat(40), "B").pop().unwrap();
    assert_eq!((rule, from.len(), to.len()), (Truncated, 43, 39));
}

#[test]
fn cut_name_says_so() {
    let form = mrz_name("Nilavadhanananda", "Chayapa Dejthamrong Krasuang").unwrap();
    assert_eq!(form.name.as_str(), "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K");
    assert!(form.name.is_possibly_truncated());
    assert_eq!(form.name.primary(), "NILAVADHANANANDA");
    assert_eq!(form.name.secondary(), "CHAYAPA<DEJTHAMRONG<K");
    // Exactly 39 was not cut, but nobody can tell from the passport.
    assert!(
        mrz_name(&"A".repeat(20), &"B".repeat(17))
            .unwrap()
            .name
            .is_possibly_truncated()
    );
    assert!(
        !mrz_name(&"A".repeat(20), &"B".repeat(16))
            .unwrap()
            .name
            .is_possibly_truncated()
    );
}

#[test]
fn pasted_name_is_taken_as_it_is() {
    let line = "P<ESPGARCIA<LOPEZ<<MARIA<<<<<<<<<<<<<<<<<<<<";
    assert_eq!(line.len(), 44);
    for text in [
        "GARCIA<LOPEZ<<MARIA",
        "garcia<lopez<<maria<<<",
        line,
        &format!("\n {line} \nXDB1234565ESP9001011F3001012<<<<<<<<<<<<<<00"),
        "ＧＡＲＣＩＡ＜ＬＯＰＥＺ＜＜ＭＡＲＩＡ",
        "GARCIA LOPEZ, MARIA",
        "García López, María",
    ] {
        assert_eq!(
            mrz_name_typed(text).unwrap().name.as_str(),
            "GARCIA<LOPEZ<<MARIA",
            "{text}"
        );
    }
    assert_eq!(mrz_name_typed("SUHARTO<<<<").unwrap().name.as_str(), "SUHARTO");
    assert_eq!(mrz_name_typed("Suharto").unwrap().name.as_str(), "SUHARTO");
    assert_eq!(mrz_name_typed("P<KUMAR<<RAVI").unwrap().name.as_str(), "P<KUMAR<<RAVI");
    let field = mrz_name_typed("GARCIA<LOPEZ<<MARIA").unwrap().name.field();
    assert_eq!(format!("P<ESP{field}"), line);
}

#[test]
fn pasted_text_that_is_no_name_field_is_refused() {
    for text in [
        "GARCIA<<MARIA<<JOSE",
        "GARCIA<<<MARIA",
        "GARC1A<<MARIA",
        "GARCÍA<<MARIA",
        &("A".repeat(39) + "<<B"),
    ] {
        assert_eq!(mrz_name_typed(text), Err(IdentityError::NameMalformed), "{text}");
    }
    assert_eq!(mrz_name_typed("<<<<"), Err(IdentityError::NameEmpty));
    assert_eq!(mrz_name_typed(" "), Err(IdentityError::NameEmpty));
    assert_eq!(
        mrz_name_typed("Maria Garcia Lopez"),
        Err(IdentityError::NamePartsUnclear)
    );
}

#[test]
fn debug_shows_no_name() {
    let form = mrz_name("Canaryü", "Canary").unwrap();
    let text = format!("{form:?}");
    assert!(
        !text.contains("CANARY") && !text.contains("Canary") && !text.contains('ü'),
        "{text}"
    );
}

/// Letters, separators and signs of names, with composed and decomposed marks.
fn typed() -> impl Strategy<Value = String> {
    let c = prop_oneof![
        4 => prop::char::range('A', 'z').prop_filter("letter", |c| c.is_ascii_alphabetic()),
        2 => prop::char::range('\u{c0}', '\u{17f}').prop_filter("letter", |c| c.is_alphabetic() && *c != 'ĸ' && *c != 'ſ'),
        1 => prop::sample::select(vec![' ', '-', '\'', '.', ',', '<', '\u{2019}', '\u{3000}', 'Ａ', '\u{200b}']),
    ];
    prop::collection::vec(c, 0..60).prop_map(|letters| letters.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn every_form_is_a_name_field(surname in typed(), given in typed()) {
        let Ok(form) = mrz_name(&surname, &given) else {
            // Only signs: nothing is left. Any other error would be a letter that has no rule.
            prop_assert_eq!(mrz_name(&surname, &given), Err(IdentityError::NameEmpty));
            return Ok(());
        };
        let name = form.name.as_str();
        prop_assert!(!name.is_empty() && name.len() <= NAME_LEN);
        prop_assert!(name.bytes().all(|b| b.is_ascii_uppercase() || b == b'<'));
        prop_assert!(!name.starts_with('<') && !name.ends_with('<') && !name.contains("<<<"));
        prop_assert!(name.matches("<<").count() <= 1);
        prop_assert_eq!(form.name.field().len(), NAME_LEN);
        // Both parts stay, however long the other one is.
        let alone = |text: &str| mrz_name(text, "").is_ok();
        prop_assert_eq!(!form.name.secondary().is_empty(), alone(&surname) && alone(&given));
    }

    #[test]
    fn sending_twice_changes_nothing(surname in typed(), given in typed()) {
        if let Ok(form) = mrz_name(&surname, &given) {
            let again = mrz_name(form.name.primary(), form.name.secondary()).unwrap();
            prop_assert_eq!(&again.name, &form.name);
            prop_assert!(again.steps.iter().all(|step| step.rule == NameRule::OneName));
            if form.name.as_str().contains('<') {
                prop_assert_eq!(&mrz_name_typed(form.name.as_str()).unwrap().name, &form.name);
            }
        }
    }

    #[test]
    fn composed_and_decomposed_are_one_name(name in typed()) {
        let decomposed: String = name.nfd().collect();
        let (a, b) = (mrz_name(&name, ""), mrz_name(&decomposed, ""));
        prop_assert_eq!(a.map(|form| form.name), b.map(|form| form.name));
    }

    #[test]
    fn no_text_makes_it_fail_otherwise(surname in any::<String>(), given in any::<String>()) {
        let _ = mrz_name(&surname, &given);
        let _ = mrz_name_typed(&surname);
    }
}
