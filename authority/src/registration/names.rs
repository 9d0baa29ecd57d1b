//! Whether a claim and a checked document are those of a record of the register.

use permitcard_crypto::mac::verify_equal;
use permitcard_identity::{CountryCode, NameForms, mrz_name_typed};
use permitcard_protocol::registration::{IdentityClaim, TravelDocument};

use crate::providers::{DocumentFacts, RegisterRecord};

/// What a claim and a checked document together say about a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    /// It is the holder's.
    Good,
    /// The document is that of the record's person; the name is none of the forms of the record's name.
    NameDiffers,
    /// No record, another document, another person, a permit that is over: one answer.
    NotConfirmed,
}

/// Compares a claim and the document that a provider checked with the record of the claimed number.
pub(super) fn judge(record: Option<&RegisterRecord>, claim: &IdentityClaim, document: &DocumentFacts) -> Match {
    let read = TravelDocument {
        number: document.number.clone(),
        issuer: document.issuer.clone(),
    };
    let Some(record) = record.filter(|record| {
        let born = verify_equal(record.birth_date.as_bytes(), document.birth_date.as_bytes()).is_ok();
        let is_claimed = same_document(&read, &claim.document);
        !record.ended && born && is_claimed && same_document(&read, &document_of(record))
    }) else {
        return Match::NotConfirmed;
    };
    // The document alone says which person it is. The name is good as the passport has it and as the holder wrote it.
    let names = [
        (&claim.name, &claim.document.issuer),
        (&document.mrz_name, &document.issuer),
    ];
    if names
        .into_iter()
        .any(|(name, issuer)| names_match(&record.mrz_name, &record.passport_issuer, name, issuer))
    {
        Match::Good
    } else {
        Match::NameDiffers
    }
}

/// The record, if a claim is right as far as the register knows: name, document, a permit that is not over. It proves
/// nothing, and nobody is told. Names are compared in any case, without a record with the claim's own name, so that the
/// time tells nothing either.
pub(super) fn if_right<'a>(record: Option<&'a RegisterRecord>, claim: &IdentityClaim) -> Option<&'a RegisterRecord> {
    let (name, issuer) = match record {
        Some(record) => (&record.mrz_name, &record.passport_issuer),
        None => (&claim.name, &claim.document.issuer),
    };
    let same_name = names_match(name, issuer, &claim.name, &claim.document.issuer);
    record.filter(|record| same_name && !record.ended && same_document(&document_of(record), &claim.document))
}

/// Two names are the same if some form of one is a form of the other. A text that is no name matches nothing.
fn names_match(one: &str, one_issuer: &str, other: &str, other_issuer: &str) -> bool {
    let forms = |name: &str, issuer: &str| {
        let name = mrz_name_typed(name).ok()?.name;
        let issuer = CountryCode::normalise(issuer).ok();
        Some(NameForms::of(&name, issuer.as_ref()))
    };
    match (forms(one, one_issuer), forms(other, other_issuer)) {
        (Some(one), Some(other)) => one.matches(&other),
        _ => false,
    }
}

fn document_of(record: &RegisterRecord) -> TravelDocument {
    TravelDocument {
        number: record.passport.clone(),
        issuer: record.passport_issuer.clone(),
    }
}

/// Fillers at the end of a field of the machine-readable zone are no part of it.
fn same_document(one: &TravelDocument, other: &TravelDocument) -> bool {
    [(&one.number, &other.number), (&one.issuer, &other.issuer)]
        .into_iter()
        .all(|(one, other)| {
            let (one, other) = (one.trim_end_matches('<'), other.trim_end_matches('<'));
            !one.is_empty() && verify_equal(one.as_bytes(), other.as_bytes()).is_ok()
        })
}

#[cfg(test)]
mod tests {
    use permitcard_protocol::registration::ClaimedNumber;

    use super::*;

    fn record() -> RegisterRecord {
        RegisterRecord {
            person: "p".into(),
            permit_number: "310000202400000101".into(),
            mrz_name: "GARCIA<LOPEZ<<MARIA".into(),
            passport: "XDB100101".into(),
            passport_issuer: "ESP".into(),
            birth_date: "1990-05-17".into(),
            contact: None,
            ended: false,
        }
    }

    fn claim() -> IdentityClaim {
        IdentityClaim {
            name: "GARCIA<LOPEZ<<MARIA".into(),
            number: ClaimedNumber::PermitNumber("310000202400000101".into()),
            document: TravelDocument {
                number: "XDB100101".into(),
                issuer: "ESP".into(),
            },
        }
    }

    fn document() -> DocumentFacts {
        DocumentFacts {
            number: "XDB100101".into(),
            issuer: "ESP".into(),
            birth_date: "1990-05-17".into(),
            mrz_name: "GARCIA<LOPEZ<<MARIA".into(),
        }
    }

    #[test]
    fn each_fact_counts() {
        assert_eq!(judge(Some(&record()), &claim(), &document()), Match::Good);
        assert_eq!(judge(None, &claim(), &document()), Match::NotConfirmed);
        let changed = |change: &dyn Fn(&mut RegisterRecord, &mut IdentityClaim, &mut DocumentFacts)| {
            let (mut record, mut claim, mut document) = (record(), claim(), document());
            change(&mut record, &mut claim, &mut document);
            judge(Some(&record), &claim, &document)
        };
        for (what, found) in [
            ("record over", changed(&|record, _, _| record.ended = true)),
            (
                "another passport in the record",
                changed(&|record, _, _| record.passport = "XDB100102".into()),
            ),
            (
                "another state in the record",
                changed(&|record, _, _| record.passport_issuer = "FRA".into()),
            ),
            (
                "another birthday in the record",
                changed(&|record, _, _| record.birth_date = "1990-05-18".into()),
            ),
            (
                "another passport claimed",
                changed(&|_, claim, _| claim.document.number = "XDB100102".into()),
            ),
            (
                "another state claimed",
                changed(&|_, claim, _| claim.document.issuer = "FRA".into()),
            ),
            (
                "another passport checked",
                changed(&|_, _, document| document.number = "XDB100102".into()),
            ),
            (
                "another state checked",
                changed(&|_, _, document| document.issuer = "FRA".into()),
            ),
            (
                "another birthday checked",
                changed(&|_, _, document| document.birth_date = "1990-05-18".into()),
            ),
            (
                "no number at all",
                changed(&|record, claim, document| {
                    record.passport = "<".into();
                    claim.document.number = "<".into();
                    document.number = "<".into();
                }),
            ),
        ] {
            assert_eq!(found, Match::NotConfirmed, "{what}");
        }
        let other = |_: &mut RegisterRecord, claim: &mut IdentityClaim, document: &mut DocumentFacts| {
            claim.name = "SOMEBODY<<ELSE".into();
            document.mrz_name = "SOMEBODY<<ELSE".into();
        };
        assert_eq!(changed(&other), Match::NameDiffers);
        // A slip of the pen does not matter where the passport's own name fits, and the other way round.
        assert_eq!(
            changed(&|_, claim, _| claim.name = "GARCIA<LOPES<<MARIA".into()),
            Match::Good
        );
        assert_eq!(
            changed(&|_, _, document| document.mrz_name = "GARC1A".into()),
            Match::Good
        );
        // Somebody else's name never hides that the permit is over.
        assert_eq!(
            changed(&|record, claim, document| {
                record.ended = true;
                other(record, claim, document);
            }),
            Match::NotConfirmed
        );
    }

    #[test]
    fn a_claim_is_right_in_any_form_of_the_name_and_of_no_other_person() {
        assert!(if_right(Some(&record()), &claim()).is_some());
        let named = |name: &str| {
            let mut claim = claim();
            claim.name = name.to_owned();
            if_right(Some(&record()), &claim).is_some()
        };
        for same in ["MARIA<<GARCIA<LOPEZ", "GARCIALOPEZ<<MARIA", "GARCIA<LOPEZ<MARIA"] {
            assert!(named(same), "{same}");
        }
        for other in ["GARCIA<LOPEZ<<MARIO", "GARCIA<<MARIA", "LOPEZ<<MARIA", "", "1"] {
            assert!(!named(other), "{other}");
        }
        let mut over = record();
        over.ended = true;
        assert!(if_right(Some(&over), &claim()).is_none());
        let mut filled = claim();
        filled.document.number = "XDB100101<".into();
        assert!(if_right(Some(&record()), &filled).is_some());
        filled.document.number = "XDB10010".into();
        assert!(if_right(Some(&record()), &filled).is_none());
    }
}
