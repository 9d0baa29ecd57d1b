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
    ];
    for request in requests {
        assert_eq!(
            ChallengeRequest::from_form(request.to_form().as_bytes()).unwrap(),
            request
        );
    }
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
        "interaction_types_allowed":["urn:permitcard:ia:bank-card","urn:permitcard:ia:one-time-code"],
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
fn known_kinds_have_one_name_and_the_unknown_one_is_never_sent() {
    for kind in InteractionType::ALL {
        assert_eq!(serde_json::to_string(kind).unwrap(), format!("\"{}\"", kind.urn()));
        assert_eq!(InteractionType::from_urn(kind.urn()), Some(*kind));
    }
    assert!(!InteractionType::ALL.contains(&InteractionType::Unknown));
    assert_eq!(InteractionType::from_urn(InteractionType::Unknown.urn()), None);
    let refused = StepAnswer::from_json(InteractionType::Unknown, "[]");
    assert_eq!(refused, Err(FormError::Invalid("interaction_type")));
}

#[test]
fn kinds_of_consent_are_named_as_on_the_wire() {
    for kind in [ConsentKind::General, ConsentKind::FaceData] {
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
        launch: Some(Launch {
            provider: "sandbox".into(),
            url: canary(),
            token: canary(),
        }),
    };
    let start = ChallengeRequest::Start {
        client_id: canary(),
        code_challenge: canary(),
        authorization_details: canary(),
        interaction_types_supported: vec![],
    };
    let request = ChallengeRequest::Answer {
        auth_session: canary(),
        answer: answer.clone(),
    };
    let shown: [(&str, &dyn fmt::Debug); 10] = [
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
        ("sandbox", &insufficient.launch),
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
