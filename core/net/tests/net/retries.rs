//! What is repeated, and what stays the same when it is.

use std::{collections::BTreeSet, time::Duration};

use permitcard_net::{Body, NetError, NetOptions, Request, RetryOptions};
use permitcard_protocol::WireCode;

use crate::{
    proofs::{claims, dpop},
    server::{Reply, Server, answer, json, options},
};

fn post() -> Request {
    Request::post(
        "/token",
        Body::Form("a=b".into()),
        "4f9a1c1e-0000-4000-8000-000000000001",
    )
}

/// A connection cut before, within the head of, and within the body of the answer: each time the outcome at the server is
/// unknown, and the same request is asked again.
#[tokio::test]
async fn cut_connection_is_retried_with_the_same_key_and_body() {
    let whole = answer(200, "application/json", "", "{\"ok\":true}");
    let cuts = [0, 20, whole.len() - 3];
    let server = Server::start(move |number| match cuts.get(number) {
        Some(at) => Reply::Cut(whole[..*at].to_vec()),
        None => Reply::Bytes(whole.clone()),
    })
    .await;
    let response = server.send(&post().dpop(dpop(Some("token")).0)).await.unwrap();
    assert_eq!(response.body, b"{\"ok\":true}");
    let seen = server.seen();
    assert_eq!(seen.len(), 4);
    for request in &seen {
        assert!(request.head.starts_with("POST /token HTTP/1.1\r\n"));
        assert_eq!(
            request.header("idempotency-key"),
            Some("4f9a1c1e-0000-4000-8000-000000000001")
        );
        assert_eq!(
            request.header("content-type"),
            Some("application/x-www-form-urlencoded")
        );
        assert_eq!(request.body, b"a=b");
    }
    let proofs: BTreeSet<String> = seen.iter().map(|request| claims(request)["jti"].to_string()).collect();
    assert_eq!(proofs.len(), 4, "each attempt has a proof of its own");
}

#[tokio::test]
async fn attempts_end() {
    let server = Server::start(|_| Reply::Cut(Vec::new())).await;
    let error = server.send(&post()).await.unwrap_err();
    assert_eq!(error, NetError::Interrupted);
    assert!(!error.is_definitive());
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn statuses_that_ask_for_it_are_retried() {
    for status in [408, 425, 429, 502, 503, 504] {
        for content_type in ["application/json", "text/html"] {
            let server = Server::start(move |number| match number {
                0 => Reply::Bytes(answer(status, content_type, "", "{\"error\":\"server_error\"}")),
                _ => json(200, "{}"),
            })
            .await;
            assert_eq!(
                server.send(&post()).await.unwrap().status,
                200,
                "{status} {content_type}"
            );
            assert_eq!(server.seen().len(), 2, "{status} {content_type}");
        }
    }
}

#[tokio::test]
async fn other_statuses_are_not_retried() {
    for status in [400, 401, 403, 404, 405, 409, 410, 413, 422, 500, 501, 505] {
        for body in [
            "{\"error\":\"x\",\"code\":\"protocol.not_found\"}",
            "{\"error\":\"x\"}",
            "no json",
        ] {
            let server = Server::start(move |_| json(status, body)).await;
            let error = server.send(&post()).await.unwrap_err();
            assert_eq!(server.seen().len(), 1, "{status} {body} {error:?}");
        }
    }
}

#[tokio::test]
async fn retry_after_is_obeyed_within_the_budget() {
    let unavailable = |seconds: &str| answer(503, "text/html", &format!("retry-after: {seconds}\r\n"), "");
    let later = unavailable("7200");
    let server = Server::start(move |_| Reply::Bytes(later.clone())).await;
    let error = server.send(&post()).await.unwrap_err();
    // Longer than the budget: the caller is told, and its queue waits.
    assert_eq!(
        error,
        NetError::Server {
            status: 503,
            retry_after_s: Some(3600)
        }
    );
    assert_eq!(error.retry_after_s(), Some(3600));
    assert_eq!(server.seen().len(), 1);

    let now = unavailable("0");
    let server = Server::start(move |number| match number {
        0 => Reply::Bytes(now.clone()),
        _ => json(200, "{}"),
    })
    .await;
    assert_eq!(server.send(&post()).await.unwrap().status, 200);
}

#[tokio::test]
async fn without_a_budget_there_is_one_attempt() {
    let server = Server::start(|_| Reply::Cut(Vec::new())).await;
    let retry = RetryOptions {
        budget: Duration::ZERO,
        ..options().retry
    };
    let client = server.client(NetOptions { retry, ..options() });
    assert_eq!(client.send(&post()).await, Err(NetError::Interrupted));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn first_request_in_flight_leaves_the_outcome_open() {
    let server = Server::start(|_| {
        json(
            409,
            "{\"error\":\"invalid_request\",\"code\":\"protocol.idempotency_in_flight\"}",
        )
    })
    .await;
    let error = server.send(&post()).await.unwrap_err();
    assert_eq!(error.code(), WireCode::IdempotencyInFlight.code());
    assert!(!error.is_definitive());
}
