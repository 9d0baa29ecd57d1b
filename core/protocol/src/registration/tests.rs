use std::fmt;

use super::*;
use crate::{
    FormError,
    issuance::{CredentialResponse, IssuedCredential},
};

#[test]
fn forms_read_back() {
    let requests = [
        ChallengeRequest::Start {
            client_id: "permitcard".into(),
            code_challenge: "abc".into(),
            authorization_details: "[]".into(),
            interaction_types_supported: InteractionType::ALL.to_vec(),
            tier: Tier::Permit,
        },
        ChallengeRequest::Start {
            client_id: "permitcard".into(),
            code_challenge: "abc".into(),
            authorization_details: "[]".into(),
            interaction_types_supported: vec![InteractionType::BankCard, InteractionType::Sim],
            tier: Tier::SocialSecurity,
        },
        ChallengeRequest::Answer {
            auth_session: "s".into(),
            answer: StepAnswer::IdentityClaim(IdentityClaim {
                name: "GARCIA<LOPEZ<<MARIA".into(),
                number: ClaimedNumber::SocialSecurityNumber("ESP000000000000001".into()),
                document: TravelDocument {
                    number: "XDB123456".into(),
                    issuer: "ESP".into(),
                },
            }),
        },
        ChallengeRequest::Answer {
            auth_session: "s".into(),
            answer: StepAnswer::OneTimeCode(OneTimeCodeAnswer::Resend(true)),
        },
        ChallengeRequest::Answer {
            auth_session: "s".into(),
            answer: StepAnswer::InPersonCode(InPersonCodeAnswer {
                code: "0123456789".into(),
            }),
        },
        ChallengeRequest::Answer {
            auth_session: "s".into(),
            answer: StepAnswer::BankCard(ReceiptAnswer { receipt: "r".into() }),
        },
        ChallengeRequest::Answer {
            auth_session: "s".into(),
            answer: StepAnswer::Sim(ReceiptAnswer { receipt: "r".into() }),
        },
    ];
    for request in requests {
        assert_eq!(
            ChallengeRequest::from_form(request.to_form().as_bytes()).unwrap(),
            request
        );
    }
}

#[test]
fn a_tier_is_one_of_two_and_the_first_one_where_none_is_named() {
    let start = |tier: &str| {
        let form = format!(
            "response_type=code&client_id=c&code_challenge=x&code_challenge_method=S256&authorization_details=%5B%5D\
             &interaction_types_supported=urn:permitcard:ia:consent{tier}"
        );
        match ChallengeRequest::from_form(form.as_bytes())? {
            ChallengeRequest::Start { tier, .. } => Ok(tier.number()),
            ChallengeRequest::Answer { .. } => Ok(0),
        }
    };
    assert_eq!(start(""), Ok(1));
    assert_eq!(start("&tier=1"), Ok(1));
    assert_eq!(start("&tier=2"), Ok(2));
    for bad in ["&tier=3", "&tier=", "&tier=02", "&tier=two"] {
        assert_eq!(start(bad), Err(FormError::Invalid("tier")), "{bad}");
    }
    assert_eq!(start("&tier=1&tier=2"), Err(FormError::Duplicate));
}

#[test]
fn repeated_and_missing_fields_are_refused() {
    assert_eq!(
        ChallengeRequest::from_form(b"auth_session=a&auth_session=b"),
        Err(FormError::Duplicate)
    );
    assert_eq!(
        ChallengeRequest::from_form(b"response_type=code"),
        Err(FormError::Missing("code_challenge_method"))
    );
    assert_eq!(
        ChallengeRequest::from_form(b"response_type=token"),
        Err(FormError::Invalid("response_type"))
    );
}

#[test]
fn an_answer_of_a_newer_authority_is_read_as_far_as_it_is_known() {
    let text = r#"{"error":"insufficient_authorization","auth_session":"s",
        "interaction_type_required":"urn:permitcard:ia:of-tomorrow",
        "interaction_types_allowed":["urn:permitcard:ia:of-next-week","urn:permitcard:ia:one-time-code"],
        "code":"registration.of_tomorrow","of_tomorrow":[1]}"#;
    let answer: InsufficientAuthorization = serde_json::from_str(text).unwrap();
    assert_eq!(answer.auth_session, "s");
    assert_eq!(answer.interaction_type_required, InteractionType::Unknown);
    assert_eq!(answer.interaction_types_allowed, [InteractionType::OneTimeCode]);
    assert_eq!(answer.code, None);
    // A stored one stays what it is.
    let stored = serde_json::to_string(&answer).unwrap();
    assert_eq!(
        serde_json::from_str::<InsufficientAuthorization>(&stored).unwrap(),
        answer
    );
    // What is no kind at all is no answer.
    let broken = text.replace(r#""urn:permitcard:ia:of-tomorrow""#, "7");
    assert!(serde_json::from_str::<InsufficientAuthorization>(&broken).is_err());
}

#[test]
fn each_open_step_of_a_provider_has_its_own_launch() {
    let text = r#"{"error":"insufficient_authorization","auth_session":"s",
        "interaction_type_required":"urn:permitcard:ia:bank-card",
        "interaction_types_allowed":["urn:permitcard:ia:sim"],
        "launches":[{"interaction_type":"urn:permitcard:ia:sim","provider":"p","url":"u","token":"t"},
                    {"interaction_type":"urn:permitcard:ia:of-tomorrow","provider":"p","url":"u","token":"new"}],
        "session_reference":"0123ABCD"}"#;
    let answer: InsufficientAuthorization = serde_json::from_str(text).unwrap();
    assert_eq!(answer.launch(InteractionType::Sim).unwrap().token, "t");
    assert_eq!(answer.launch(InteractionType::BankCard), None);
    assert_eq!(answer.session_reference.as_deref(), Some("0123ABCD"));
}

#[test]
fn known_kinds_have_one_name_and_the_unknown_one_is_never_sent() {
    for kind in InteractionType::ALL {
        assert_eq!(serde_json::to_string(kind).unwrap(), format!("\"{}\"", kind.urn()));
        assert_eq!(InteractionType::from_urn(kind.urn()), Some(*kind));
        assert_eq!(kind.urn(), format!("urn:permitcard:ia:{}", kind.name()));
    }
    assert!(!InteractionType::ALL.contains(&InteractionType::Unknown));
    assert_eq!(InteractionType::from_urn(InteractionType::Unknown.urn()), None);
    let refused = StepAnswer::from_json(InteractionType::Unknown, "[]");
    assert_eq!(refused, Err(FormError::Invalid("interaction_type")));
}

#[test]
fn kinds_of_consent_are_named_as_on_the_wire() {
    for kind in ConsentKind::ALL {
        assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.name()));
    }
}

#[test]
fn debug_shows_no_value() {
    let canary = || "CANARY".to_owned();
    let claim = IdentityClaim {
        name: canary(),
        number: ClaimedNumber::PermitNumber(canary()),
        document: TravelDocument {
            number: canary(),
            issuer: canary(),
        },
    };
    let answer = StepAnswer::IdentityClaim(claim);
    let insufficient = InsufficientAuthorization {
        error: canary(),
        auth_session: canary(),
        interaction_type_required: InteractionType::FaceCheck,
        interaction_types_allowed: vec![],
        code: None,
        tries_left: None,
        retry_after: None,
        consents: None,
        one_time_code: None,
        launches: vec![Launch {
            interaction_type: InteractionType::FaceCheck,
            provider: "sandbox".into(),
            url: canary(),
            token: canary(),
        }],
        session_reference: Some(canary()),
    };
    let start = ChallengeRequest::Start {
        client_id: canary(),
        code_challenge: canary(),
        authorization_details: canary(),
        interaction_types_supported: vec![],
        tier: Tier::Permit,
    };
    let request = ChallengeRequest::Answer {
        auth_session: canary(),
        answer: answer.clone(),
    };
    let shown: [(&str, &dyn fmt::Debug); 11] = [
        ("IdentityClaim", &answer),
        (
            "OneTimeCodeAnswer",
            &StepAnswer::OneTimeCode(OneTimeCodeAnswer::Code(canary())),
        ),
        (
            "ReceiptAnswer",
            &StepAnswer::FaceCheck(ReceiptAnswer { receipt: canary() }),
        ),
        ("FaceCheck", &insufficient),
        ("sandbox", &insufficient.launches),
        (
            "InPersonCodeAnswer",
            &StepAnswer::InPersonCode(InPersonCodeAnswer { code: canary() }),
        ),
        (
            "AuthorizationGranted",
            &AuthorizationGranted {
                authorization_code: canary(),
            },
        ),
        ("Start", &start),
        ("IdentityClaim", &request),
        ("IssuedCredential", &IssuedCredential { credential: canary() }),
        (
            "CredentialResponse",
            &CredentialResponse {
                credentials: vec![IssuedCredential { credential: canary() }],
                notification_id: canary(),
            },
        ),
    ];
    for (says, value) in shown {
        let text = format!("{value:?} {value:#?}");
        assert!(text.contains(says) && !text.contains("CANARY"), "{text}");
    }
}
