//! The table of elements in `docs/credential.md`.

use std::fmt::Write;

use crate::doc;
use permitcard_credential::permit::Element;

/// What an element is in the card, and its types in the two forms.
fn row(element: Element) -> (&'static str, &'static str, &'static str) {
    match element {
        Element::Category => ("1 category", "`\"A\"`, `\"B\"`, `\"C\"`", "the same"),
        Element::ValidUntil => ("2 valid until", "full-date", "`YYYY-MM-DD`"),
        Element::Restrictions => ("3 restrictions", "uint", "number"),
        Element::FamilyName => ("4 name, before `<<`", "tstr", "string"),
        Element::GivenName => ("4 name, after `<<`", "tstr", "string"),
        Element::Nationality => ("6 nationality", "tstr", "string"),
        Element::Portrait => ("16 portrait", "bstr", "data URL"),
        Element::Employer => ("9 employer", "tstr", "string"),
        Element::EmployerId => ("10 employer id", "tstr", "string"),
        Element::Occupation => ("11 occupation", "tstr", "string"),
        Element::Place => ("14 place", "tstr", "string"),
        Element::SocialSecurityNumber => ("12 social security number", "tstr", "string"),
        Element::InsuranceRecord => ("13 insurance record", "tstr", "string"),
        Element::BirthDay => ("5 birth day", "full-date", "`YYYY-MM-DD`"),
        Element::Passport => ("7 passport", "tstr", "string"),
        Element::PermitNumber => ("15 permit number", "tstr", "string"),
        Element::Phone => ("16 phone", "tstr", "string"),
    }
}

#[test]
fn elements_are_documented() {
    let mut table =
        String::from("| group | field | mdoc element | type | SD-JWT claim | type |\n|---|---|---|---|---|---|\n");
    for element in Element::ALL {
        let group = element.group().map_or("always visible", |group| group.name());
        let (field, mdoc, claim) = row(element);
        let (mdoc_name, claim_name) = (element.mdoc_name(), element.claim_name());
        writeln!(
            table,
            "| {group} | {field} | `{mdoc_name}` | {mdoc} | `{claim_name}` | {claim} |"
        )
        .unwrap();
    }
    doc::compare("elements", &table);
}
