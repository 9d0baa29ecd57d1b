use permitcard_protocol::{
    WireCode, endpoints,
    metadata::{IssuerMetadata, ServerMetadata},
    registration::{ChallengeRequest, ConsentDecision, ConsentKind, InteractionType, ReceiptAnswer, StepAnswer, Tier},
};
use serde_json::Value;

use crate::support::{Step, World, claim, start_request};

#[tokio::test(flavor = "multi_thread")]
async fn metadata_names_our_endpoints_and_nothing_that_is_missing() {
    let world = World::new().await;
    let client = world.client();
    let issuer: IssuerMetadata = client.get_open(endpoints::ISSUER_METADATA).await.json();
    let server: ServerMetadata = client.get_open(endpoints::SERVER_METADATA).await.json();
    assert_eq!(issuer.credential_issuer, client.url);
    assert_eq!(issuer.batch_credential_issuance.batch_size, 64);
    assert_eq!(server.issuer, client.url);
    assert_eq!(server.interaction_types_supported, InteractionType::ALL);
    // A known path refuses an empty request, an unknown one is not found.
    for endpoint in [
        &issuer.credential_endpoint,
        &issuer.notification_endpoint,
        &server.authorization_challenge_endpoint,
        &server.token_endpoint,
    ] {
        let path = endpoint.strip_prefix(&client.url).unwrap();
        let answer = client.post_open(path, endpoints::MEDIA_JSON, "").await;
        assert!(
            (400..500).contains(&answer.status) && answer.status != 404,
            "{endpoint} {}",
            answer.status
        );
    }
    client
        .post_open("/elsewhere", endpoints::MEDIA_JSON, "")
        .await
        .refused(WireCode::NotFound);
    client.get_open(endpoints::TOKEN).await.refused(WireCode::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_in_the_usual_order() {
    let world = World::new().await;
    let mut holder = world.holder();

    let next = holder.start().await.next();
    assert_eq!(next.interaction_type_required, InteractionType::Consent);
    assert!(next.interaction_types_allowed.is_empty());
    let consents = next.consents.unwrap();
    assert_eq!(
        consents.iter().map(|consent| consent.kind).collect::<Vec<_>>(),
        [ConsentKind::General]
    );
    assert!(next.launches.is_empty() && next.code.is_none() && next.one_time_code.is_none());
    assert_eq!(next.session_reference, None);

    let next = holder.consent(true).await.next();
    assert_eq!(next.interaction_type_required, InteractionType::IdentityClaim);
    assert_eq!(next.interaction_types_allowed, [InteractionType::InPersonCode]);
    assert_eq!(next.tries_left, Some(5));
    let reference = next.session_reference.unwrap();
    assert_eq!(reference.len(), 8);

    let next = holder.claim(claim(&world.person("maria"))).await.next();
    assert_eq!(next.interaction_type_required, InteractionType::OneTimeCode);
    assert_eq!(
        next.interaction_types_allowed,
        [InteractionType::DocumentCheck, InteractionType::InPersonCode]
    );
    let code = next.one_time_code.unwrap();
    assert_eq!((code.digits, code.expires_in, code.resend_after), (6, 600, 30));
    let first_launch = next.launches;
    assert_eq!(first_launch.len(), 1);

    let next = holder.code(&world.code("maria")).await.next();
    assert_eq!(next.interaction_type_required, InteractionType::DocumentCheck);
    assert_eq!(next.interaction_types_allowed, [InteractionType::InPersonCode]);
    assert!(next.one_time_code.is_none());
    assert!(next.launches == first_launch, "an open check keeps its launch");
    assert_eq!(next.launches[0].interaction_type, InteractionType::DocumentCheck);
    assert_eq!(next.launches[0].provider, "sandbox");
    assert!(next.launches[0].url.ends_with("/sandbox/check"));

    let next = holder.check_document().await.next();
    assert_eq!(next.interaction_type_required, InteractionType::Consent);
    assert_eq!(next.interaction_types_allowed, [InteractionType::InPersonCode]);
    let consents = next.consents.unwrap();
    assert_eq!(
        consents.iter().map(|consent| consent.kind).collect::<Vec<_>>(),
        [ConsentKind::FaceData]
    );
    assert!(next.launches.is_empty());

    let next = holder.consent(true).await.next();
    assert_eq!(next.interaction_type_required, InteractionType::FaceCheck);
    assert_eq!(next.interaction_types_allowed, [InteractionType::InPersonCode]);
    assert_eq!(next.launches[0].interaction_type, InteractionType::FaceCheck);
    assert_eq!(next.session_reference, Some(reference), "it stays the same");

    assert!(matches!(holder.check_face().await, Step::Granted));
    holder.fetch_tokens().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_whose_checks_pass_gets_a_card() {
    let world = World::new().await;
    let mut registered = 0;
    for person in world.admin.people().unwrap() {
        if person.permit_number.ends_with("01") && person.id != "lukasz" && person.state == "valid" {
            let holder = world.register(&person.id).await;
            assert_eq!(holder.client.get(endpoints::CARD).await.status, 200, "{}", person.id);
            registered += 1;
        }
    }
    assert!(registered >= 10, "{registered}");
}

/// Whether there is a contact is told only after the document was proven.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_contact_the_code_disappears_with_the_proof() {
    let world = World::new().await;
    let mut holder = world.holder();
    let next = holder.identified(&world, "suharto").await;
    assert_eq!(next.interaction_type_required, InteractionType::OneTimeCode);
    assert!(next.one_time_code.is_some());
    assert!(world.messages("suharto").is_empty());
    let next = holder.code("123456").await.next();
    assert_eq!((next.code, next.tries_left), (Some(WireCode::CodeWrong), Some(4)));
    let next = holder.check_document().await.next();
    assert_eq!(next.interaction_type_required, InteractionType::Consent);
    assert_eq!(next.interaction_types_allowed, [InteractionType::InPersonCode]);
    assert!(next.one_time_code.is_none());
    holder.code("123456").await.refused().refused(WireCode::StepUnexpected);
    holder.consent(true).await.next();
    assert!(matches!(holder.check_face().await, Step::Granted));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_open_step_may_come_first() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.identified(&world, "maria").await;
    let next = holder.check_document().await.next();
    assert_eq!(next.interaction_type_required, InteractionType::OneTimeCode);
    assert_eq!(
        next.interaction_types_allowed,
        [InteractionType::Consent, InteractionType::InPersonCode]
    );
    holder.consent(true).await.next();
    // Document and face are not enough where a contact exists.
    let next = holder.check_face().await.next();
    assert_eq!(next.interaction_type_required, InteractionType::OneTimeCode);
    assert_eq!(next.interaction_types_allowed, [InteractionType::InPersonCode]);
    assert!(matches!(holder.code(&world.code("maria")).await, Step::Granted));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_general_consent_ends_the_registration() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.start().await.next();
    let asked = holder.last.clone().unwrap().consents.unwrap();
    let refusal = ConsentDecision {
        kind: asked[0].kind,
        version: 1,
        scope: asked[0].scope.clone(),
        given: false,
    };
    let request = holder.answer_request(StepAnswer::Consent(vec![refusal]));
    holder
        .challenge(&request, "a")
        .await
        .refused()
        .refused(WireCode::ConsentRefused);
    holder
        .challenge(&request, "b")
        .await
        .refused()
        .refused(WireCode::ConsentRefused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_face_consent_can_be_given_later() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.at_document(&world, "suharto").await;
    holder.check_document().await.next();
    let next = holder.consent(false).await.next();
    assert_eq!(next.code, Some(WireCode::ConsentRefused));
    assert_eq!(next.interaction_type_required, InteractionType::Consent);
    holder.face("x").await.refused().refused(WireCode::StepUnexpected);
    holder.consent(true).await.next();
    assert!(matches!(holder.check_face().await, Step::Granted));
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_is_given_only_to_what_was_shown() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.start().await.next();
    let good = ConsentDecision {
        kind: ConsentKind::General,
        version: 1,
        scope: "registration".into(),
        given: true,
    };
    for decisions in [
        vec![],
        vec![ConsentDecision {
            version: 2,
            ..good.clone()
        }],
        vec![ConsentDecision {
            scope: "advertising".into(),
            ..good.clone()
        }],
        vec![ConsentDecision {
            kind: ConsentKind::FaceData,
            ..good.clone()
        }],
        vec![good.clone(), good.clone()],
    ] {
        holder
            .answer(StepAnswer::Consent(decisions))
            .await
            .refused()
            .refused(WireCode::AnswerInvalid);
    }
    // None of these moved the session on.
    holder.answer(StepAnswer::Consent(vec![good])).await.next();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_must_name_what_we_have() {
    let world = World::new().await;
    let mut holder = world.holder();
    let ChallengeRequest::Start {
        client_id,
        code_challenge,
        authorization_details,
        ..
    } = start_request()
    else {
        unreachable!()
    };
    let start = |client: &str, challenge: &str, details: &str, types: &[InteractionType]| ChallengeRequest::Start {
        client_id: client.into(),
        code_challenge: challenge.into(),
        authorization_details: details.into(),
        interaction_types_supported: types.to_vec(),
        tier: Tier::Permit,
    };
    let all = InteractionType::ALL;
    for (request, code) in [
        (
            start("other", &code_challenge, &authorization_details, all),
            WireCode::RequestMalformed,
        ),
        (
            start(&client_id, "short", &authorization_details, all),
            WireCode::RequestMalformed,
        ),
        (start(&client_id, &code_challenge, "{", all), WireCode::RequestMalformed),
        (
            start(&client_id, &code_challenge, "[]", all),
            WireCode::CredentialUnknown,
        ),
        (
            start(
                &client_id,
                &code_challenge,
                &authorization_details.replace("WorkPermit", "Driver"),
                all,
            ),
            WireCode::CredentialUnknown,
        ),
        (
            start(&client_id, &code_challenge, &authorization_details, &all[..4]),
            WireCode::RequestMalformed,
        ),
    ] {
        let key = holder.client.new_key();
        holder.challenge(&request, &key).await.refused().refused(code);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_cannot_be_read_leave_the_session_alone() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.start().await.next();
    for (body, code) in [
        (
            format!("auth_session={}&interaction_type=x", holder.auth_session),
            WireCode::AnswerInvalid,
        ),
        (
            format!(
                "auth_session={}&interaction_type=urn:permitcard:ia:consent&interaction_data=[[[",
                holder.auth_session
            ),
            WireCode::AnswerInvalid,
        ),
        (
            "response_type=code&response_type=code".to_owned(),
            WireCode::RequestMalformed,
        ),
        (String::new(), WireCode::RequestMalformed),
    ] {
        let key = holder.client.new_key();
        holder
            .client
            .form(endpoints::CHALLENGE, &body, Some(&key))
            .await
            .refused(code);
    }
    holder.consent(true).await.next();
}

/// Nothing of what a caller sent comes back in an error.
#[tokio::test(flavor = "multi_thread")]
async fn errors_repeat_nothing() {
    let world = World::new().await;
    let mut holder = world.holder();
    holder.at_window().await;
    let mut claim = claim(&world.person("canary"));
    claim.document.number = "CANARYDOC".into();
    holder.claim(claim).await.next();
    let receipt = holder.run_check().await;
    let key = holder.client.new_key();
    let request = holder.answer_request(StepAnswer::DocumentCheck(ReceiptAnswer { receipt }));
    let answer = holder
        .client
        .form(endpoints::CHALLENGE, &request.to_form(), Some(&key))
        .await;
    let text = String::from_utf8(answer.body).unwrap();
    // Whole values: two letters alone stand in some random name sooner or later.
    let canary = world.person("canary");
    for value in [
        "CANARY",
        &canary.permit_number,
        &canary.passport,
        &canary.mrz_name,
        &canary.surname,
    ] {
        assert!(!text.contains(value), "{text}");
    }
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["code"], "registration.identity_not_confirmed");
}
