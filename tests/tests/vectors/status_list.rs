//! Examples of draft-ietf-oauth-status-list.

use permitcard_cli::inspect::{Format, Mode, Options, inspect};
use permitcard_credential::status::StatusBits;
use serde_json::{Value, json};

use super::{at, codes, json, run, shown, unhex};

const FILE: &str = "token-status-list/short.json";
/// Between `iat` and `exp` of the token.
const NOW: i64 = 1_700_000_000;

/// The statuses that the vector lists, as a report shows them.
fn expected(list: &Value) -> Value {
    let statuses: Vec<u64> = list["statuses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one.as_u64().unwrap())
        .collect();
    let nonzero: serde_json::Map<String, Value> = statuses
        .iter()
        .enumerate()
        .filter(|(_, status)| **status != 0)
        .map(|(index, status)| (index.to_string(), (*status).into()))
        .collect();
    json!({ "bits": list["bits"], "size": statuses.len(), "nonzero_count": nonzero.len(), "nonzero": nonzero })
}

fn bare(list: &Value) -> Value {
    let options = Options {
        keys: Vec::new(),
        now: NOW,
        external_aad: Vec::new(),
        mode: Mode::StatusList(StatusBits::from_count(list["bits"].as_u64().unwrap()).unwrap()),
    };
    let report = inspect(&unhex(list["lst_zlib"].as_str().unwrap()), &options);
    assert_eq!((report.format, report.valid()), (Some(Format::StatusList), Some(true)));
    shown(&report)
}

#[test]
fn list_of_one_bit() {
    let list = &json(FILE)["lists"][0];
    let shown = bare(list);
    assert_eq!(shown["status_list"], expected(list));
    assert!(shown.get("signatures").is_none());
}

#[test]
fn list_of_two_bits() {
    let list = &json(FILE)["lists"][1];
    assert_eq!(bare(list)["status_list"], expected(list));
}

#[test]
fn token_around_the_list_of_one_bit() {
    let vector = json(FILE);
    let report = at(
        NOW,
        Vec::new(),
        &unhex(vector["status_list_token_cwt"].as_str().unwrap()),
    );
    assert_eq!((report.format, report.valid()), (Some(Format::StatusListToken), None));
    assert_eq!(codes(&report), Vec::<&str>::new());
    let shown = shown(&report);
    assert_eq!(shown["status_list"], expected(&vector["lists"][0]));
    assert_eq!(shown["claims"]["2"], "https://example.com/statuslists/1");
    assert_eq!(
        (&shown["claims"]["6"], &shown["claims"]["4"], &shown["claims"]["65534"]),
        (&json!(1_686_920_170), &json!(2_291_720_170_u64), &json!(43_200))
    );
    assert_eq!(shown["claims"]["65533"]["lst"], vector["lists"][0]["lst_zlib"]);
    // Its key is named in the unprotected header, its claims stand in another order than the canonical one.
    let signature = json!({ "layer": "issuer", "alg": "ES256", "kid": "3132", "verified": null });
    assert_eq!(shown["signatures"], json!([signature]));
}

#[test]
fn token_that_refers_to_a_list() {
    let report = at(
        NOW,
        Vec::new(),
        &unhex(json(FILE)["referenced_token_cwt"].as_str().unwrap()),
    );
    assert_eq!((report.format, report.valid()), (Some(Format::Cwt), None));
    assert_eq!(
        shown(&report)["claims"]["65535"],
        json!({ "status_list": { "idx": 0, "uri": "https://example.com/statuslists/1" } })
    );
}

#[test]
fn the_program_says_the_same() {
    let vector = json(FILE);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("list");
    for list in vector["lists"].as_array().unwrap() {
        std::fs::write(&file, unhex(list["lst_zlib"].as_str().unwrap())).unwrap();
        let bits = list["bits"].to_string();
        let (exit, shown) = run(&["--status-list", "--bits", &bits, file.to_str().unwrap()]);
        assert_eq!((exit, &shown["status_list"]), (0, &expected(list)));
    }
}
