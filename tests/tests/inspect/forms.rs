//! What is recognised, and how values look in JSON.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use permitcard_cli::inspect::{Format, Json, Mode, inspect};
use permitcard_credential::{cose::value::Value, qr::text::encode, status::StatusBits};
use serde_json::json;

use crate::{assert_valid, codes_of, forge::*, options, shown, with_keys};

#[test]
fn every_format_is_recognised_and_can_be_valid() {
    let (issuer, holder) = (key(), key());
    let binding = kbt(sd_cwt(&holder).item(&issuer), &binding_claims()).sign(&holder);
    let person = with(
        claims(),
        169,
        map([(4, text("GARCIA LOPEZ MARIA")), (8, text("19900101"))]),
    );
    let mut opaque = Parts::new(&int(0));
    opaque.payload = b"This is the content.".to_vec();
    let inputs: [(Format, Vec<u8>); 8] = [
        (Format::SdCwt, sd_cwt(&holder).sign(&issuer)),
        (Format::SdCwtKbt, binding.clone()),
        (Format::SdCwtKbt, encode(&binding).into_bytes()),
        (
            Format::StatusListToken,
            status_token(list(2, &zlib(&[0b0110_0001]))).sign(&issuer),
        ),
        (Format::Cwt, Parts::new(&claims()).sign(&issuer)),
        (
            Format::Cwt,
            Value::Tag(61, Box::new(Parts::new(&claims()).item(&issuer))).encode(),
        ),
        (Format::CoseSign1, opaque.array(&issuer, &[]).encode()),
        (Format::Claim169, printed(&Parts::new(&person).sign(&issuer))),
    ];
    let mut seen: Vec<Format> = inputs.iter().map(|(format, _)| *format).collect();
    for (format, input) in &inputs {
        let report = with_keys(input, &[&issuer]);
        assert_eq!(report.format, Some(*format));
        assert_valid(&report);
        assert_eq!(shown(&report)["format"], format.name());
        // A text file ends with a line end; binary files do not.
        if input.is_ascii() {
            for end in ["\n", "\r\n"] {
                assert_eq!(with_keys(&[input, end.as_bytes()].concat(), &[&issuer]), report);
            }
            assert_eq!(
                with_keys(&[b"\xef\xbb\xbf", input.as_slice()].concat(), &[&issuer]),
                report
            );
        } else {
            let hex: String = input.iter().map(|byte| format!("{byte:02x}")).collect();
            let lines = hex.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap());
            let lines: Vec<&str> = lines.collect();
            let base64 = URL_SAFE_NO_PAD.encode(input);
            for text in [
                hex.clone(),
                hex.to_uppercase(),
                lines.join("\n"),
                base64,
                STANDARD.encode(input),
            ] {
                assert_eq!(with_keys(text.as_bytes(), &[&issuer]), report, "{text}");
                assert_eq!(with_keys(format!("{text}\n").as_bytes(), &[&issuer]), report);
            }
        }
    }
    let mut bare = options(&[]);
    bare.mode = Mode::StatusList(StatusBits::Two);
    let zlib = zlib(&[0b0110_0001]);
    let hex: String = zlib.iter().map(|byte| format!("{byte:02x}")).collect();
    for input in [
        zlib.clone(),
        hex.into_bytes(),
        URL_SAFE_NO_PAD.encode(&zlib).into_bytes(),
    ] {
        let report = inspect(&input, &bare);
        assert_eq!((report.format, report.valid()), (Some(Format::StatusList), Some(true)));
        let expected = json!({
            "format": "status-list",
            "status_list": { "bits": 2, "size": 4, "nonzero": { "0": 1, "2": 2, "3": 1 }, "nonzero_count": 3 },
            "verdict": { "valid": true, "errors": [] },
        });
        assert_eq!(shown(&report), expected);
    }
    seen.push(Format::StatusList);
    assert!(Format::ALL.iter().all(|format| seen.contains(format)));
}

#[test]
fn the_kind_of_a_token_is_its_typ_or_else_its_content() {
    let (issuer, holder) = (key(), key());
    let format = |parts: &Parts| with_keys(&parts.sign(&issuer), &[&issuer]).format;
    for typ in [
        int(293),
        text("application/sd-cwt"),
        text("sd-cwt"),
        text("Application/SD-CWT"),
    ] {
        let parts = Parts::new(&claims()).header(16, typ);
        assert_eq!(format(&parts), Some(Format::SdCwt));
    }
    for typ in [int(294), text("application/kb+cwt"), text("kb+cwt")] {
        assert_eq!(format(&Parts::new(&claims()).header(16, typ)), Some(Format::SdCwtKbt));
    }
    for typ in ["application/statuslist+cwt", "statuslist+cwt"] {
        assert_eq!(
            format(&Parts::new(&claims()).header(16, text(typ))),
            Some(Format::StatusListToken)
        );
    }
    assert_eq!(
        format(&Parts::new(&claims()).header(16, text("application/cwt"))),
        Some(Format::Cwt)
    );

    // Without a type: the header of disclosures, the key of redacted claims, a redacted item, at any depth.
    let content = with(claims(), 17, int(1));
    assert_eq!(format(&Parts::new(&content)), Some(Format::Cwt));
    let disclosed = Parts::new(&claims()).outside(17, Value::Array(vec![bytes(&disclosure(1, &[]))]));
    assert_eq!(format(&disclosed), Some(Format::SdCwt));
    let inside = Value::Map(vec![redacted(vec![bytes(&[1; 32])])]);
    assert_eq!(format(&Parts::new(&with(claims(), 500, inside))), Some(Format::SdCwt));
    let item = Value::Array(vec![Value::Tag(60, Box::new(bytes(&[1; 32])))]);
    assert_eq!(format(&Parts::new(&with(claims(), 500, item))), Some(Format::SdCwt));
    let binding = Parts::new(&binding_claims()).header(13, sd_cwt(&holder).item(&issuer));
    assert_eq!(format(&binding), Some(Format::SdCwtKbt));
    let status = Parts::new(&with(claims(), 65_533, list(1, &zlib(&[0]))));
    assert_eq!(format(&status), Some(Format::StatusListToken));
    // All of these specifications demand a type.
    for parts in [disclosed, binding, status] {
        assert!(codes_of(&with_keys(&parts.sign(&issuer), &[&issuer])).contains(&"type_unexpected"));
    }
}

#[test]
fn what_is_none_of_the_formats_is_told_so_and_never_panics() {
    let issuer = key();
    let array = Value::Array(vec![int(1), int(2), int(3), int(4)]).encode();
    let wrong_tag = Value::Tag(98, Box::new(Parts::new(&claims()).array(&issuer, &[]))).encode();
    let inputs: [&[u8]; 10] = [
        b"",
        b"\n",
        b"hello",
        b"WPC2:BB8",
        b"wpc1:BB8",
        b"{\"format\": \"cwt\"}",
        b"\xff\xfe\x00",
        b"d2",
        &array,
        &wrong_tag,
    ];
    for input in inputs {
        let report = with_keys(input, &[&issuer]);
        let expected = json!({ "valid": false });
        assert_eq!(shown(&report)["verdict"]["valid"], expected["valid"], "{input:?}");
        if input != b"d2" {
            assert_eq!(
                (report.format, codes_of(&report)),
                (None, vec!["unrecognised"]),
                "{input:?}"
            );
            let members: Vec<String> = shown(&report).as_object().unwrap().keys().cloned().collect();
            assert_eq!(members, ["verdict"]);
        }
    }
}

#[test]
fn a_map_whose_keys_are_no_claims_is_a_payload() {
    let issuer = key();
    let format = |payload: Value| with_keys(&Parts::new(&payload).sign(&issuer), &[&issuer]).format;
    assert_eq!(format(Value::Map(vec![])), Some(Format::Cwt));
    assert_eq!(format(Value::Map(vec![(text("private"), int(1))])), Some(Format::Cwt));
    for key in [bytes(b"key"), Value::Bool(true), Value::Array(vec![])] {
        assert_eq!(format(Value::Map(vec![(key, int(1))])), Some(Format::CoseSign1));
    }
}

#[test]
fn every_cut_of_every_format_gives_an_answer() {
    let (issuer, holder) = (key(), key());
    let binding = kbt(sd_cwt(&holder).item(&issuer), &binding_claims()).sign(&holder);
    let printed = printed(&Parts::new(&with(claims(), 169, map([]))).sign(&issuer));
    let status = status_token(list(2, &zlib(&[1, 2, 3]))).sign(&issuer);
    for input in [&binding, &encode(&binding).into_bytes(), &printed, &status] {
        for end in 0..input.len() {
            assert_eq!(
                with_keys(&input[..end], &[&issuer]).valid(),
                Some(false),
                "cut at {end}"
            );
        }
    }
}

#[test]
fn a_payload_that_is_no_map_is_shown_in_hex() {
    let issuer = key();
    for (payload, hex) in [
        (&b""[..], ""),
        (&[0x01], "01"),
        (&[0x81, 0x01], "8101"),
        (&[0xff, 0x00], "ff00"),
    ] {
        let mut parts = Parts::new(&int(0));
        parts.payload = payload.to_vec();
        let report = with_keys(&parts.sign(&issuer), &[&issuer]);
        assert_valid(&report);
        assert_eq!(
            (&shown(&report)["format"], &shown(&report)["payload"]),
            (&json!("cose-sign1"), &json!(hex))
        );
        assert!(shown(&report).get("claims").is_none());
    }
}

/// A value as JSON.
fn as_json(value: &Value) -> String {
    serde_json::to_string(&Json(value)).unwrap()
}

#[test]
fn every_kind_of_value_has_its_form() {
    let forms = [
        (int(-1), "-1"),
        (Value::Int(u64::MAX.into()), "18446744073709551615"),
        (Value::Int(i64::MIN.into()), "-9223372036854775808"),
        (Value::Int(-1 - i128::from(u64::MAX)), "\"-18446744073709551616\""),
        (bytes(&[0, 0xab]), "\"00ab\""),
        (text("a\"b"), "\"a\\\"b\""),
        (Value::Array(vec![Value::Null, Value::Bool(true)]), "[null,true]"),
        (Value::Tag(1, Box::new(int(5))), "{\"tag\":1,\"value\":5}"),
        (
            Value::Tag(2, Box::new(bytes(&[1; 9]))),
            "{\"tag\":2,\"value\":\"010101010101010101\"}",
        ),
        (Value::Simple(99), "{\"simple\":99}"),
        (Value::Undefined, "{\"simple\":23}"),
        (Value::Float(1.5), "1.5"),
        (Value::Float(f64::NAN), "{\"float\":\"NaN\"}"),
        (Value::Float(f64::INFINITY), "{\"float\":\"Infinity\"}"),
        (Value::Float(f64::NEG_INFINITY), "{\"float\":\"-Infinity\"}"),
    ];
    for (value, json) in forms {
        assert_eq!(as_json(&value), json);
    }
}

#[test]
fn no_two_keys_of_a_map_become_one_member() {
    let keys = [
        (int(1), "1"),
        (text("1"), "\"1\""),
        (int(-2), "-2"),
        (text("-2"), "\"-2\""),
        (text("\"1\""), "\"\\\"1\\\"\""),
        (bytes(&[0xff]), "h'ff'"),
        (text("h'ff'"), "\"h'ff'\""),
        (Value::Bool(true), "true"),
        (text("true"), "\"true\""),
        (Value::Simple(59), "simple(59)"),
        (text("simple(59)"), "\"simple(59)\""),
        (Value::Float(1.5), "1.5"),
        (text("1.5"), "\"1.5\""),
        (Value::Tag(1, Box::new(int(2))), "1(2)"),
        (text("1(2)"), "\"1(2)\""),
        (Value::Array(vec![int(1)]), "[1]"),
        (text("[1]"), "\"[1]\""),
        (text("name"), "name"),
        (text("2nd name (old)"), "2nd name (old)"),
        (text(""), ""),
    ];
    let map = Value::Map(keys.iter().map(|(key, _)| (key.clone(), int(0))).collect());
    let written: Vec<String> = keys.iter().map(|(_, name)| format!("{}:0", json!(name))).collect();
    // In the order of the input.
    assert_eq!(as_json(&map), format!("{{{}}}", written.join(",")));
}

#[test]
fn a_status_list_token_names_its_list_and_its_time() {
    let issuer = key();
    let good = map([
        (2, text("https://issuer.example/s/1")),
        (6, int(NOW)),
        (65_533, list(1, &zlib(&[0]))),
    ]);
    let codes = |claims: &Value| {
        let parts = Parts::new(claims).header(16, text("application/statuslist+cwt"));
        codes_of(&with_keys(&parts.sign(&issuer), &[&issuer]))
    };
    assert_eq!(codes(&good), Vec::<&str>::new());
    assert_eq!(codes(&without(good.clone(), 2)), ["subject_missing"]);
    assert_eq!(codes(&with(good.clone(), 2, int(1))), ["subject_missing"]);
    assert_eq!(codes(&without(good.clone(), 6)), ["issued_at_missing"]);
    assert_eq!(codes(&without(good, 65_533)), ["status_list_malformed"]);
}
