//! What the authority says when it says no.

use permitcard_net::{Body, NetError, NetOptions, Request};
use permitcard_protocol::{WireCode, registration::InsufficientAuthorization};

use crate::server::{Reply, Server, answer, json, options};

#[tokio::test]
async fn code_and_body_arrive() {
    let body = "{\"error\":\"invalid_grant\",\"code\":\"issuance.grant_invalid\",\"more\":\"SECRET\"}";
    let server = Server::start(move |_| {
        Reply::Bytes(answer(
            400,
            "application/json",
            "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
            body,
        ))
    })
    .await;
    let error = server.refuse().await;
    assert_eq!(error.code(), "issuance.grant_invalid");
    assert!(error.is_definitive());
    let NetError::Refused(refusal) = error else {
        panic!("{error:?}")
    };
    assert_eq!((refusal.status, refusal.code), (400, Some(WireCode::GrantInvalid)));
    assert_eq!(refusal.body, body.as_bytes());
    assert_eq!(refusal.date_s, Some(784_111_777));
}

#[tokio::test]
async fn code_of_a_newer_authority_is_still_a_refusal() {
    for body in [
        "{\"error\":\"access_denied\",\"code\":\"registration.from_the_future\"}",
        "{\"error\":\"access_denied\"}",
        "{\"error\":\"access_denied\",\"code\":7}",
    ] {
        let server = Server::start(move |_| json(400, body)).await;
        let error = server.refuse().await;
        assert_eq!(error.code(), "network.refused", "{body}");
        assert!(error.is_definitive(), "{body}");
    }
}

/// The request is still to be done, by the version of the app that comes next.
#[tokio::test]
async fn an_app_that_is_too_old_hears_it_whatever_the_words() {
    for body in [
        "{\"error\":\"update_required\",\"code\":\"protocol.update_required\"}",
        "{\"error\":\"x\",\"code\":\"protocol.words_of_tomorrow\"}",
        "{\"error\":\"x\"}",
    ] {
        let server = Server::start(move |_| json(426, body)).await;
        let error = server.refuse().await;
        assert_eq!(error.code(), "protocol.update_required", "{body}");
        assert!(!error.is_definitive());
        assert_eq!(server.connections(), 1, "it is not asked again");
    }
}

/// Too many requests, also of one kind: the code says which, and the head when to come back.
#[tokio::test]
async fn too_many_leave_the_request_waiting() {
    for code in ["protocol.too_many_requests", "registration.too_many_starts"] {
        let body = format!("{{\"error\":\"slow_down\",\"code\":\"{code}\"}}");
        let server =
            Server::start(move |_| Reply::Bytes(answer(429, "application/json", "retry-after: 3000\r\n", &body))).await;
        // Longer than the budget of a call.
        let error = server.refuse_with(NetOptions::default()).await;
        assert_eq!((error.code(), error.retry_after_s()), (code, Some(3000)));
        assert!(!error.is_definitive());
        assert_eq!(server.connections(), 1);
    }
}

#[tokio::test]
async fn failure_of_the_server_is_not_definitive() {
    let server = Server::start(|_| json(500, "{\"error\":\"server_error\",\"code\":\"protocol.internal\"}")).await;
    let error = server.refuse().await;
    assert_eq!(error.code(), "protocol.internal");
    assert!(!error.is_definitive());
    for body in ["{\"error\":\"server_error\"}", "{}", "x", "[1]"] {
        let server = Server::start(move |_| json(500, body)).await;
        let error = server.refuse().await;
        assert_eq!(
            error,
            NetError::Server {
                status: 500,
                retry_after_s: None
            },
            "{body}"
        );
        assert!(!error.is_definitive());
    }
}

#[tokio::test]
async fn client_error_without_an_error_is_unreadable() {
    for body in ["{}", "x", "[1]", "{\"error\":5}", "null"] {
        let server = Server::start(move |_| json(400, body)).await;
        assert_eq!(server.refuse().await, NetError::Unreadable, "{body}");
    }
}

const NEXT_STEP: &str = "{\"error\":\"insufficient_authorization\",\"auth_session\":\"s\",\
    \"interaction_type_required\":\"urn:permitcard:ia:consent\",\"interaction_types_allowed\":[]}";

#[tokio::test]
async fn next_step_is_an_answer_where_it_is_expected() {
    let server = Server::start(|_| json(401, NEXT_STEP)).await;
    let request = Request::post("/authorize/challenge", Body::Form("a=b".into()), "key");
    let response = server.send(&request.clone().expects_steps()).await.unwrap();
    assert_eq!(response.status, 401);
    assert_eq!(response.json::<InsufficientAuthorization>().unwrap().auth_session, "s");
    assert_eq!(server.send(&request).await.unwrap_err().code(), "network.refused");
}

#[tokio::test]
async fn other_401_is_no_step() {
    let body = "{\"error\":\"invalid_token\",\"code\":\"issuance.token_invalid\"}";
    let server = Server::start(move |_| json(401, body)).await;
    let error = server.send(&Request::get("/card").expects_steps()).await.unwrap_err();
    assert_eq!(error.code(), "issuance.token_invalid");
}

#[tokio::test]
async fn no_content_needs_no_type() {
    let server =
        Server::start(|_| Reply::Bytes(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n".to_vec())).await;
    let response = server
        .send(&Request::post("/notification", Body::Json("{}".into()), "key"))
        .await
        .unwrap();
    assert_eq!((response.status, response.body.len(), response.date_s), (204, 0, None));
    assert_eq!(server.seen()[0].header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn clock_of_the_server_arrives() {
    let server = Server::start(|_| {
        Reply::Bytes(answer(
            200,
            "application/json",
            "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
            "{}",
        ))
    })
    .await;
    assert_eq!(
        server.send(&Request::get("/x")).await.unwrap().date_s,
        Some(784_111_777)
    );
}

#[tokio::test]
async fn harmless_post_needs_no_key() {
    let server = Server::start(|_| json(200, "{}")).await;
    server
        .send(&Request::post_harmless("/nonce", Body::Empty))
        .await
        .unwrap();
    let seen = &server.seen()[0];
    assert!(seen.head.starts_with("POST /nonce HTTP/1.1\r\n"));
    assert_eq!(seen.header("idempotency-key"), None);
    assert_eq!(seen.header("content-type"), None);
    assert_eq!(seen.header("content-length"), Some("0"));
}

/// `app/core-version (os major)`, and nothing that tells one phone from another.
#[tokio::test]
async fn the_user_agent_is_version_and_system() {
    let server = Server::start(|_| json(200, "{}")).await;
    let get = Request::get("/x");
    server.send(&get).await.unwrap();
    let told = NetOptions {
        user_agent: NetOptions::for_host(Some(16)).user_agent,
        ..options()
    };
    server.client(told).send(&get).await.unwrap();
    let (version, os) = (env!("CARGO_PKG_VERSION"), std::env::consts::OS);
    let seen = server.seen();
    let agents: Vec<_> = seen.iter().map(|seen| seen.header("user-agent").unwrap()).collect();
    assert_eq!(
        agents,
        [
            format!("permitcard/{version} ({os})"),
            format!("permitcard/{version} ({os} 16)")
        ]
    );
}
