//! The frozen bytes of this project's own formats: what a tool for anyone's tokens sees in them.

use permitcard_cli::inspect::{Format, Report};

use super::{at, bytes, codes, keys, shown};

/// The second in which the frozen presentation was made.
const NOW: i64 = 1_793_606_400;

/// Inspects a frozen file with a frozen key.
fn checked(name: &str, key: &str) -> Report {
    let report = at(
        NOW,
        keys(&bytes(&format!("permitcard/{key}.hex"))),
        &bytes(&format!("permitcard/{name}")),
    );
    assert_eq!((report.valid(), codes(&report)), (Some(true), vec![]), "{name}");
    report
}

#[test]
fn presentation() {
    let report = checked("presentation.hex", "issuer-key");
    assert_eq!(report.format, Some(Format::SdCwtKbt));
    let shown = shown(&report);
    assert_eq!(shown["holder"]["3"], "wp.emp");
    // The groups that were chosen, behind what is always visible.
    let permit = &shown["claims"]["-65537"];
    assert_eq!(
        (&permit["20"]["6"], &permit["22"]["11"]),
        (&"MEX".into(), &"Software engineer".into())
    );
    assert!(permit.get("23").is_none() && permit.get("24").is_none());
    assert_eq!(
        (&shown["disclosures"]["matched"], &shown["disclosures"]["hash"]),
        (&2.into(), &"wrapped".into())
    );
}

#[test]
fn credential_and_card() {
    assert_eq!(checked("credential.hex", "issuer-key").format, Some(Format::SdCwt));
    assert_eq!(checked("credential-test.hex", "issuer-key").format, Some(Format::SdCwt));
    assert_eq!(checked("card.hex", "issuer-key").format, Some(Format::Cwt));
}

#[test]
fn printed_permits() {
    for name in ["printed.txt", "printed-test.txt"] {
        let report = checked(name, "printed-key");
        assert_eq!(report.format, Some(Format::Claim169));
        assert_eq!(shown(&report)["claims"]["169"]["13"], "MEX");
    }
}
