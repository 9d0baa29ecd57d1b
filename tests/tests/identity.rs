//! `permitcard name` and `permitcard number`: what they say to people and to programs, and how they end.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::{io::Write, process::Stdio};

use permitcard_tests::command::{Finished, permitcard};
use serde_json::{Value, json};

/// ICAO Doc 9303-4, appendix B.
const PASSPORT: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n";

fn run(args: &[&str]) -> Finished {
    Finished::from(permitcard(args).output().unwrap())
}

fn json_of(args: &[&str]) -> Finished {
    run(&[args, &["--json"]].concat())
}

fn with_input(args: &[&str], input: &str) -> Finished {
    let mut child = permitcard(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    Finished::from(child.wait_with_output().unwrap())
}

#[test]
fn a_typed_name_is_explained() {
    let name = [
        "name",
        "--surname",
        "Müller-Lüdenscheidt",
        "--given",
        "Jörg Uwe",
        "--issuer",
        "DEU",
    ];
    let event = json_of(&name).assert_good().event("name");
    assert_eq!(event["sent"], "MUELLER<LUEDENSCHEIDT<<JOERG<UWE");
    assert_eq!((&event["issuer"], &event["possibly_cut"]), (&json!("D"), &json!(false)));
    let rules: Vec<&str> = event["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["rule"].as_str().unwrap())
        .collect();
    assert_eq!(
        rules,
        [
            "identity.rule_transliterated",
            "identity.rule_separated",
            "identity.rule_transliterated",
            "identity.rule_separated"
        ]
    );
    assert!(
        event["same"]
            .as_array()
            .unwrap()
            .contains(&json!("MULLER<LUDENSCHEIDT<<JORG<UWE"))
    );
    let asked = event["advice"].as_array().unwrap();
    let codes: Vec<&str> = asked.iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(
        codes,
        [
            "identity.ask_surname_part",
            "identity.ask_given_names",
            "identity.ask_exact"
        ]
    );
    assert_eq!(
        asked[0]["held_as"],
        json!(["MUELLER<<JOERG<UWE", "LUEDENSCHEIDT<<JOERG<UWE"])
    );
    assert!(
        event["employer_question"]["zh"]
            .as_str()
            .unwrap()
            .contains("MUELLER<LUEDENSCHEIDT<<JOERG<UWE")
    );

    for language in ["en", "zh"] {
        let shown = run(&[&name[..], &["--lang", language]].concat()).assert_good().stdout;
        for text in [
            "MUELLER<LUEDENSCHEIDT<<JOERG<UWE",
            "MULLER<LUDENSCHEIDT<<JORG<UWE",
            "LUEDENSCHEIDT<<JOERG<UWE",
            "外国人来华工作管理服务系统",
        ] {
            assert!(shown.contains(text), "{text}: {shown}");
        }
        assert!(!shown.contains("[cli-") && !shown.contains("{$"), "{shown}");
    }
}

#[test]
fn a_chinese_name_is_kept_apart() {
    let event = json_of(&["name", "--surname", "Zhang", "--given", "Wei (张伟)"])
        .assert_good()
        .event("name");
    assert_eq!(
        (&event["sent"], &event["chinese"]),
        (&json!("ZHANG<<WEI"), &json!("张伟"))
    );
    let event = json_of(&["name", "--given", "Suharto", "--chinese", "苏哈托"])
        .assert_good()
        .event("name");
    assert_eq!(
        (&event["sent"], &event["secondary"], &event["chinese"]),
        (&json!("SUHARTO"), &json!(""), &json!("苏哈托"))
    );
    json_of(&["name", "--given", "Suharto", "--chinese", "X"]).assert_failed(2, "identity.chinese_name_invalid");
}

#[test]
fn the_name_that_the_authority_holds_is_compared() {
    let name = |held: &str| {
        json_of(&[
            "name",
            "--surname",
            "García López",
            "--given",
            "María",
            "--issuer",
            "ESP",
            "--held",
            held,
        ])
    };
    for same in [
        "GARCIA<LOPEZ<<MARIA",
        "MARIA GARCIA LOPEZ",
        "García López, María",
        "GARCIALOPEZ, MARIA",
    ] {
        let finished = name(same).assert_good();
        assert_eq!(finished.event("name")["held"]["same"], json!(true), "{same}");
    }
    for other in ["GARCIA, MARIA", "LOPEZ GARCIA MARIA", "GARCIA<LOPEZ<<MARIO"] {
        let finished = name(other);
        finished.assert_failed(1, "cli.name_differs");
        assert_eq!(finished.event("name")["held"]["same"], json!(false), "{other}");
    }
    name("??").assert_failed(2, "identity.name_character");
    // The authority sees what is sent, not the marks that were typed: a Spanish passport writes ü as U, and MUELLER is another.
    for (issuer, held, same) in [
        ("ESP", "MULLER, JORG", true),
        ("ESP", "Müller, Jörg", true),
        ("ESP", "MUELLER, JOERG", false),
        ("D", "MULLER, JORG", true),
    ] {
        let typed = [
            "name",
            "--surname",
            "Müller",
            "--given",
            "Jörg",
            "--issuer",
            issuer,
            "--held",
            held,
        ];
        let event = json_of(&typed).event("name");
        assert_eq!(event["held"]["same"], json!(same), "{issuer} {held}");
        let listed = event["same"].as_array().unwrap().contains(&json!("MUELLER<<JOERG"));
        assert_eq!(listed, issuer == "D", "{event}");
    }
    let german = json_of(&[
        "name",
        "--mrz",
        "MUELLER<<JOERG",
        "--issuer",
        "D",
        "--held",
        "Müller, Jorg",
    ])
    .assert_good();
    assert_eq!(german.event("name")["held"]["same"], json!(true));
}

#[test]
fn lines_of_a_passport_are_read_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("passport.txt");
    std::fs::write(&file, PASSPORT).unwrap();
    let from_file = json_of(&["name", "--mrz", file.to_str().unwrap()]).assert_good();
    let from_input = with_input(&["name", "--mrz", "-", "--json"], PASSPORT).assert_good();
    let from_text = json_of(&["name", "--mrz", PASSPORT]).assert_good();
    assert_eq!(from_file.stdout, from_input.stdout);
    assert_eq!(from_file.stdout, from_text.stdout);
    let mrz = from_file.event("mrz");
    for (field, value) in [
        ("number", "L898902C3"),
        ("nationality", "UTO"),
        ("birth", "1974-08-12"),
        ("sex", "female"),
        ("expiry", "2012-04-15"),
    ] {
        assert_eq!(mrz[field], value);
    }
    assert_eq!(from_file.event("name")["sent"], "ERIKSSON<<ANNA<MARIA");
    let shown = run(&["name", "--mrz", PASSPORT, "--lang", "en"]).assert_good().stdout;
    assert!(
        shown.contains("1974-08-12") && shown.contains("ERIKSSON<<ANNA<MARIA"),
        "{shown}"
    );
    // A name alone.
    let event = json_of(&["name", "--mrz", "GARCIA<LOPEZ<<MARIA<<<"])
        .assert_good()
        .event("name");
    assert_eq!(event["sent"], "GARCIA<LOPEZ<<MARIA");
}

#[test]
fn confused_characters_are_offered() {
    let read = PASSPORT
        .replace("UTOERIKSSON", "UT0ERIKSSON")
        .replace("L898902C3", "L8989O2C3");
    let finished = with_input(&["name", "--mrz", "-", "--json"], &read);
    finished.assert_failed(1, "identity.mrz_place");
    let mrz = finished.event("mrz");
    assert_eq!(
        mrz["faults"],
        json!([
            "identity.mrz_place",
            "identity.mrz_country",
            "identity.mrz_number_check",
            "identity.mrz_composite_check"
        ])
    );
    assert_eq!(mrz["corrections"][0]["text"], PASSPORT.trim_end());
    assert_eq!(
        mrz["corrections"][0]["changes"],
        json!([
            { "line": 1, "place": 5, "from": "0", "to": "O" },
            { "line": 2, "place": 6, "from": "O", "to": "0" },
        ])
    );
    // Nothing is taken unasked.
    assert!(finished.events().iter().all(|event| event["event"] != "name"));
    let shown = with_input(&["name", "--mrz", "-", "--lang", "en"], &read);
    assert_eq!(shown.exit, 1);
    assert!(
        shown.stdout.contains("L898902C36UTO7408122F1204159ZE184226B<<<<<10"),
        "{}",
        shown.stdout
    );
    assert!(shown.stderr.contains("identity.mrz_place"), "{}", shown.stderr);
    with_input(&["name", "--mrz", "-", "--json"], "P<UTO\n<<<\n").assert_failed(2, "identity.mrz_lines");
    json_of(&["name", "--mrz", "/nowhere/at/all"]).assert_failed(2, "cli.file_unreadable");
    json_of(&["name"]).assert_failed(2, "cli.usage");
    json_of(&["name", "--surname", "Иванов"]).assert_failed(2, "identity.name_not_latin");
}

fn kinds(event: &Value) -> Vec<(String, String)> {
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    event["kinds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (text(one, "kind"), text(one, "certainty")))
        .collect()
}

#[test]
fn numbers_are_explained() {
    let event = json_of(&["number", "911398199012310021"]).assert_good().event("number");
    assert_eq!(
        kinds(&event)[0],
        ("permanent-resident".to_owned(), "certain".to_owned())
    );
    assert_eq!(
        event["kinds"][0]["facts"],
        json!({ "edition": "2023", "nationality": "KAZ", "place": "11", "birth": "1990-12-31", "sex": "female" })
    );
    // What only seems to be one that was mistyped gets a warning; whoever says that it is one is told that it cannot be.
    let wrong = json_of(&["number", "911124198108030028"]).assert_good();
    assert_eq!(
        wrong.event("number")["kinds"][0]["warning"]["code"],
        "identity.permanent_resident_number_wrong"
    );
    json_of(&["number", "911124198108030024"]).assert_good();
    json_of(&["number", "permanent-resident=911124198108030028"])
        .assert_failed(1, "identity.permanent_resident_number_check");
    json_of(&["number", "work-permit=911124198108030028"]).assert_good();
    json_of(&["number", "?!"]).assert_failed(2, "identity.number_unknown");
    for unreadable in ["pass=CANARY77", "CANARY77@2026-02-30"] {
        let finished = run(&["number", unreadable]);
        assert_eq!(finished.exit, 2);
        assert!(!finished.stderr.contains("CANARY77"), "{}", finished.stderr);
        json_of(&["number", unreadable]).assert_failed(2, "cli.number_unreadable");
    }
    json_of(&["number"]).assert_failed(2, "cli.usage");

    // The social security number of an old passport.
    let both = json_of(&["number", "passport=C01X00T47", "DEU0 00000 C01X00T47", "--issuer", "D"]).assert_good();
    let social = &both.events()[1]["kinds"][0];
    assert_eq!(
        (&social["kind"], &social["facts"]["source"]),
        (&json!("social-security"), &json!("C01X00T47"))
    );
    for language in ["en", "zh"] {
        let shown = run(&[
            "number",
            "911398199012310021",
            "USA0 00000 123456789",
            "L898902C36",
            "--lang",
            language,
        ]);
        let shown = shown.assert_good().stdout;
        for text in ["911398199012310021", "KAZ", "USA000000123456789", "L898902C3\n"] {
            assert!(shown.contains(text), "{text}: {shown}");
        }
        assert!(
            !shown.contains("[cli-") && !shown.contains("[number-") && !shown.contains("{$"),
            "{shown}"
        );
    }
}

#[test]
fn a_field_gets_its_number() {
    let passports = [
        "passport=C01X00T47@2016-05-01..2026-04-30",
        "passport=C7V4MNPQ2@2026-03-01",
    ];
    let ask = |field: &str, more: &[&str]| {
        json_of(&[&["number", "--for", field, "--issuer", "D"], &passports[..], more].concat())
    };
    let answer = ask("护照号码", &[]).assert_good().event("answer");
    assert_eq!(
        (&answer["value"], &answer["document_type"]),
        (&json!("C7V4MNPQ2"), &json!("08"))
    );
    assert_eq!(answer["notes"][0]["code"], "identity.old_passport_known");
    let answer = ask("社会保障号码", &[]).assert_good().event("answer");
    assert_eq!(answer["value"], "DEU000000C7V4MNPQ2");
    assert_eq!(answer["notes"][1]["code"], "identity.by_usual_rule");
    let answer = ask("social-security", &["social-security=DEU000000C01X00T47"])
        .assert_good()
        .event("answer");
    assert_eq!(answer["value"], "DEU000000C01X00T47");
    assert_eq!(answer["notes"][1]["code"], "identity.from_old_passport");
    let missing = ask("work-permit", &[]);
    missing.assert_failed(1, "identity.number_missing");
    assert_eq!(missing.event("answer")["value"], Value::Null);
    ask("手机号", &[]).assert_failed(2, "cli.usage");
    let shown = run(&[&["number", "--for", "证件号码", "--lang", "zh"], &passports[..]].concat())
        .assert_good()
        .stdout;
    assert!(shown.contains("C7V4MNPQ2") && shown.contains("08"), "{shown}");
}
