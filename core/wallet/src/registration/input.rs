//! From what the holder gave to what is sent: limits first, normalised, never guessed.

use permitcard_identity::{CountryCode, PassportNumber, PermitNumber, SocialSecurityNumber, mrz_name_for, name_advice};
use permitcard_protocol::limits;
use permitcard_protocol::registration::{
    self as wire, ClaimedNumber, ConsentDecision, ConsentRequest, IdentityClaim, InPersonCodeAnswer, OneTimeCodeAnswer,
    ReceiptAnswer, TravelDocument,
};

use super::view::{IdentityInput, IdentityPreview, NumberInput, StepAnswer};
use crate::error::{InputCode, WalletError};

/// Shortest and longest one-time code; the authority sends 6 or more digits.
const CODE_LEN: std::ops::RangeInclusive<usize> = 6..=10;
/// The shortest receipt: 128 bits in base64url.
const RECEIPT_LEN: std::ops::RangeInclusive<usize> = 22..=limits::TEXT_FIELD;

/// How an identity will be sent.
pub(crate) fn preview(identity: &IdentityInput) -> Result<IdentityPreview, WalletError> {
    let issuer = CountryCode::normalise(&identity.passport_issuer);
    let name = mrz_name_for(&identity.surname, &identity.given_names, issuer.as_ref().ok())?;
    let (number, number_warning) = match &identity.number {
        NumberInput::WorkPermit { number } => {
            let number = PermitNumber::normalise(number)?;
            (number.value.as_str().to_owned(), number.warning)
        }
        NumberInput::SocialSecurity { number } => {
            let number = SocialSecurityNumber::normalise(number)?;
            (number.value.as_str().to_owned(), number.warning)
        }
    };
    let passport = PassportNumber::normalise(&identity.passport_number)?;
    let issuer = issuer?;
    let advice = name_advice(&name.name, Some(&issuer), false);
    Ok(IdentityPreview {
        name: name.name.as_str().to_owned(),
        steps: name.steps,
        number,
        passport_number: passport.value.as_str().to_owned(),
        passport_issuer: issuer.as_str().to_owned(),
        warnings: number_warning.into_iter().chain(passport.warning).collect(),
        name_advice: advice.into_iter().map(Into::into).collect(),
    })
}

/// The answer as it travels. `asked` is what the step asked consent for.
pub(crate) fn to_wire(answer: StepAnswer, asked: &[ConsentRequest]) -> Result<wire::StepAnswer, WalletError> {
    Ok(match answer {
        StepAnswer::Consent { decisions } => {
            if !answers_all(&decisions, asked) {
                return Err(InputCode::ConsentsMismatch.into());
            }
            wire::StepAnswer::Consent(decisions)
        }
        StepAnswer::Identity { identity } => wire::StepAnswer::IdentityClaim(claim(&identity)?),
        StepAnswer::OneTimeCode { code } => wire::StepAnswer::OneTimeCode(OneTimeCodeAnswer::Code(digits(&code)?)),
        StepAnswer::ResendCode => wire::StepAnswer::OneTimeCode(OneTimeCodeAnswer::Resend(true)),
        StepAnswer::DocumentCheck { receipt } => wire::StepAnswer::DocumentCheck(checked_receipt(receipt)?),
        StepAnswer::FaceCheck { receipt } => wire::StepAnswer::FaceCheck(checked_receipt(receipt)?),
        StepAnswer::InPersonCode { code } => wire::StepAnswer::InPersonCode(InPersonCodeAnswer {
            code: in_person_code(&code)?,
        }),
        StepAnswer::BankCard { receipt } => wire::StepAnswer::BankCard(checked_receipt(receipt)?),
        StepAnswer::Sim { receipt } => wire::StepAnswer::Sim(checked_receipt(receipt)?),
    })
}

fn claim(identity: &IdentityInput) -> Result<IdentityClaim, WalletError> {
    let preview = preview(identity)?;
    let number = match identity.number {
        NumberInput::WorkPermit { .. } => ClaimedNumber::PermitNumber(preview.number),
        NumberInput::SocialSecurity { .. } => ClaimedNumber::SocialSecurityNumber(preview.number),
    };
    let document = TravelDocument {
        number: preview.passport_number,
        issuer: preview.passport_issuer,
    };
    Ok(IdentityClaim {
        name: preview.name,
        number,
        document,
    })
}

/// One decision for each consent that was asked for, and no other.
fn answers_all(decisions: &[ConsentDecision], asked: &[ConsentRequest]) -> bool {
    decisions.len() == asked.len()
        && asked.iter().all(|request| {
            decisions.iter().any(|decision| {
                decision.kind == request.kind && decision.version == request.version && decision.scope == request.scope
            })
        })
}

fn digits(text: &str) -> Result<String, WalletError> {
    if text.len() > limits::TEXT_FIELD {
        return Err(InputCode::OneTimeCodeInvalid.into());
    }
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if CODE_LEN.contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
        Ok(digits)
    } else {
        Err(InputCode::OneTimeCodeInvalid.into())
    }
}

/// A code of a service window as it travels: Crockford's base32 is read from what people write for it.
fn in_person_code(text: &str) -> Result<String, WalletError> {
    if text.len() > limits::TEXT_FIELD {
        return Err(InputCode::InPersonCodeInvalid.into());
    }
    let read = text.chars().filter(|c| !separates(*c)).map(crockford);
    let code: String = read.collect::<Option<String>>().unwrap_or_default();
    if code.len() == limits::IN_PERSON_CODE {
        Ok(code)
    } else {
        Err(InputCode::InPersonCodeInvalid.into())
    }
}

/// What people put between groups of characters: spaces, and the hyphens and dashes of all keyboards.
fn separates(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}')
}

/// The character of Crockford's base32 that somebody means, also with a Chinese keyboard's wide letters; none for U and
/// whatever is no character of it.
fn crockford(c: char) -> Option<char> {
    /// From `！` to `!`, and so for all wide forms of ASCII.
    const WIDE: u32 = 0xfee0;
    let narrow = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - WIDE)?,
        c => c,
    };
    match narrow.to_ascii_uppercase() {
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        'U' => None,
        c if c.is_ascii_digit() || c.is_ascii_uppercase() => Some(c),
        _ => None,
    }
}

/// Whether it is a session reference: so many characters of Crockford's base32 as the authority writes them.
pub(super) fn is_session_reference(text: &str) -> bool {
    text.len() == limits::SESSION_REFERENCE && text.chars().all(|c| crockford(c) == Some(c))
}

fn checked_receipt(receipt: String) -> Result<ReceiptAnswer, WalletError> {
    let is_base64url = receipt
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if RECEIPT_LEN.contains(&receipt.len()) && is_base64url {
        Ok(ReceiptAnswer { receipt })
    } else {
        Err(InputCode::ReceiptInvalid.into())
    }
}

#[cfg(test)]
mod tests {
    use permitcard_identity::IdentityError;
    use permitcard_protocol::registration::{ConsentKind, InteractionType};

    use super::*;

    fn identity() -> IdentityInput {
        IdentityInput {
            surname: "García López".into(),
            given_names: "María".into(),
            number: NumberInput::WorkPermit {
                number: "1234 5678 9012 3456 78".into(),
            },
            passport_number: "xdb 123456".into(),
            passport_issuer: "esp".into(),
        }
    }

    #[test]
    fn what_is_previewed_is_what_is_sent() {
        let preview = preview(&identity()).unwrap();
        assert_eq!(preview.name, "GARCIA<LOPEZ<<MARIA");
        assert!(!preview.steps.is_empty());
        let sent = to_wire(StepAnswer::Identity { identity: identity() }, &[]).unwrap();
        let expected = IdentityClaim {
            name: preview.name,
            number: ClaimedNumber::PermitNumber("123456789012345678".into()),
            document: TravelDocument {
                number: "XDB123456".into(),
                issuer: "ESP".into(),
            },
        };
        assert_eq!(sent, wire::StepAnswer::IdentityClaim(expected));
    }

    #[test]
    fn each_wrong_field_has_its_code() {
        let wrong = |change: fn(&mut IdentityInput)| {
            let mut identity = identity();
            change(&mut identity);
            preview(&identity).unwrap_err()
        };
        assert_eq!(
            wrong(|i| {
                i.surname.clear();
                i.given_names.clear()
            }),
            IdentityError::NameEmpty.into()
        );
        assert_eq!(wrong(|i| i.surname = "王".into()), IdentityError::NameNotLatin.into());
        assert_eq!(
            wrong(|i| i.number = NumberInput::WorkPermit { number: "?".into() }),
            IdentityError::PermitNumberInvalid.into()
        );
        assert_eq!(
            wrong(|i| i.number = NumberInput::SocialSecurity { number: String::new() }),
            IdentityError::SocialSecurityNumberInvalid.into()
        );
        assert_eq!(
            wrong(|i| i.passport_number = "<".into()),
            IdentityError::PassportNumberInvalid.into()
        );
        assert_eq!(
            wrong(|i| i.passport_issuer = "ES".into()),
            IdentityError::CountryInvalid.into()
        );
    }

    #[test]
    fn codes_are_six_to_ten_digits() {
        let code = |text: &str| to_wire(StepAnswer::OneTimeCode { code: text.into() }, &[]);
        assert_eq!(
            code(" 123 456\n").unwrap(),
            wire::StepAnswer::OneTimeCode(OneTimeCodeAnswer::Code("123456".into()))
        );
        for refused in ["", "12345", "12345678901", "12345a", "１２３４５６", &" ".repeat(1_000)] {
            assert_eq!(code(refused), Err(InputCode::OneTimeCodeInvalid.into()), "{refused:?}");
        }
    }

    #[test]
    fn receipts_are_base64url_of_at_least_128_bits() {
        let receipt = |text: &str| to_wire(StepAnswer::FaceCheck { receipt: text.into() }, &[]);
        assert!(receipt(&"a-_9".repeat(6)).is_ok());
        for refused in ["", &"a".repeat(21), &"a".repeat(257), &"a=".repeat(20), &"ä".repeat(30)] {
            assert_eq!(receipt(refused), Err(InputCode::ReceiptInvalid.into()), "{refused:?}");
        }
        let good = "a-_9".repeat(6);
        for kind in InteractionType::ALL {
            let answer = StepAnswer::receipt(*kind, good.clone());
            assert_eq!(answer.is_some(), kind.is_by_provider(), "{kind}");
            if let Some(answer) = answer {
                assert_eq!(answer.interaction_type(), *kind);
                assert_eq!(to_wire(answer, &[]).unwrap().interaction_type(), *kind);
            }
        }
    }

    #[test]
    fn codes_of_a_window_are_read_as_people_write_them() {
        let code = |text: &str| to_wire(StepAnswer::InPersonCode { code: text.into() }, &[]);
        let sent = |code: &str| Ok(wire::StepAnswer::InPersonCode(InPersonCodeAnswer { code: code.into() }));
        for written in [
            "01ABC-D10XZ",
            "o1abc-dlOxz",
            " OiAbC dL0 Xz\n",
            "0-1-A-B-C-D-1-0-X-Z",
            "01abc – d10xz",
            "０１ＡＢＣ－Ｄ１０ＸＺ",
            "0labcdi0xz",
        ] {
            assert_eq!(code(written), sent("01ABCD10XZ"), "{written:?}");
        }
        let long = format!("{}01ABCD10XZ", " ".repeat(300));
        for refused in [
            "",
            "01ABCD10X",
            "01ABCD10XZ0",
            "01ABCD10XU",
            "01ABCD10X!",
            "01ABCD10Xé",
            "01ABCD10X٣",
            &long,
        ] {
            assert_eq!(code(refused), Err(InputCode::InPersonCodeInvalid.into()), "{refused:?}");
        }
    }

    #[test]
    fn session_references_are_eight_characters_as_written_by_the_authority() {
        assert!(is_session_reference("0123ABYZ"));
        for wrong in [
            "",
            "0123ABY",
            "0123ABYZ0",
            "0123abyz",
            "0123ABYO",
            "0123ABYU",
            "0123-ABY",
            "\u{1b}[31mAB",
        ] {
            assert!(!is_session_reference(wrong), "{wrong:?}");
        }
    }

    proptest::proptest! {
        /// Nothing but ten characters of the alphabet is ever sent, whatever is typed.
        #[test]
        fn what_is_sent_for_a_window_code_is_one(text in "[0-9A-Za-z\\- ０-９Ａ-ｚé]{0,16}") {
            if let Ok(code) = in_person_code(&text) {
                proptest::prop_assert_eq!(code.len(), 10);
                proptest::prop_assert!(code.bytes().all(|b| b"0123456789ABCDEFGHJKMNPQRSTVWXYZ".contains(&b)));
                proptest::prop_assert_eq!(in_person_code(&code), Ok(code.clone()));
            }
        }
    }

    #[test]
    fn consents_answer_exactly_what_was_asked() {
        let request = |kind| ConsentRequest {
            kind,
            version: 1,
            scope: "registration".into(),
        };
        let asked = [request(ConsentKind::General), request(ConsentKind::FaceData)];
        let decision = |request: &ConsentRequest| ConsentDecision {
            kind: request.kind,
            version: request.version,
            scope: request.scope.clone(),
            given: false,
        };
        let given: Vec<_> = asked.iter().map(decision).collect();
        let answer = |decisions: &[ConsentDecision]| {
            to_wire(
                StepAnswer::Consent {
                    decisions: decisions.to_vec(),
                },
                &asked,
            )
        };
        assert!(answer(&given).is_ok());
        let mut other_version = given.clone();
        other_version[1].version = 2;
        for wrong in [&given[..1], &[], &other_version, &[given[0].clone(), given[0].clone()]] {
            assert_eq!(answer(wrong), Err(InputCode::ConsentsMismatch.into()));
        }
    }
}
