//! Answers that are not what the protocol says: each has its error, none is read beyond the limit, none is retried.

use permitcard_net::{NetError, Request};
use permitcard_protocol::limits;

use crate::server::{Reply, Server, answer, json};

/// The error for an answer, which was asked for once.
async fn refuse(bytes: Vec<u8>) -> NetError {
    let server = Server::start(move |_| Reply::Bytes(bytes.clone())).await;
    let error = server.refuse().await;
    assert_eq!(server.connections(), 1, "{error:?} is not retried");
    error
}

#[tokio::test]
async fn what_stands_between_is_interference() {
    for (status, content_type, more) in [
        (200, "text/html", ""),
        (200, "text/html; charset=utf-8", ""),
        (200, "Text/HTML", ""),
        (301, "application/json", "location: https://localhost/other\r\n"),
        (302, "text/html", "location: http://login.example/\r\n"),
        (307, "application/json", "location: /again\r\n"),
        (304, "application/json", ""),
        (403, "text/html", ""),
        (404, "text/plain", ""),
        (511, "text/html", ""),
        (511, "application/json", ""),
    ] {
        let bytes = answer(
            status,
            content_type,
            more,
            if status == 304 { "" } else { "{\"SECRET\":1}" },
        );
        assert_eq!(refuse(bytes).await, NetError::Interference, "{status} {content_type}");
    }
}

#[tokio::test]
async fn type_must_be_exact() {
    for content_type in [
        "application/json; charset=utf-8",
        "application/jsonp",
        "text/plain",
        "application/cwt",
        "",
    ] {
        assert_eq!(
            refuse(answer(200, content_type, "", "{}")).await,
            NetError::Unreadable,
            "{content_type}"
        );
    }
    let none = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}".to_vec();
    assert_eq!(refuse(none).await, NetError::Unreadable);
    let server = Server::start(|_| Reply::Bytes(answer(200, "application/cwt", "", [1, 2, 3]))).await;
    let response = server
        .send(&Request::get("/card").accept("application/cwt"))
        .await
        .unwrap();
    assert_eq!(response.body, [1, 2, 3]);
    assert_eq!(server.seen()[0].header("accept"), Some("application/cwt"));
}

#[tokio::test]
async fn encoded_bodies_are_refused() {
    // 20 bytes of gzip that would become nothing good; no encoding was offered.
    let bytes = answer(
        200,
        "application/json",
        "content-encoding: gzip\r\n",
        [0x1f, 0x8b, 8, 0],
    );
    assert_eq!(refuse(bytes).await, NetError::Unreadable);
    let server = Server::start(|_| json(200, "{}")).await;
    server.send(&Request::get("/x")).await.unwrap();
    for header in ["accept-encoding", "cookie", "referer"] {
        assert_eq!(server.seen()[0].header(header), None, "{header}");
    }
}

#[tokio::test]
async fn other_statuses_are_unreadable() {
    for status in [203, 205, 206, 299] {
        assert_eq!(
            refuse(answer(status, "application/json", "", "{}")).await,
            NetError::Unreadable,
            "{status}"
        );
    }
    assert_eq!(refuse(b"SECRET garbage\r\n\r\n".to_vec()).await, NetError::Unreadable);
    assert_eq!(
        refuse(b"HTTP/1.1 999999 SECRET\r\n\r\n".to_vec()).await,
        NetError::Unreadable
    );
}

#[tokio::test]
async fn json_that_is_broken_is_unreadable() {
    for body in [
        &b"{\"a\":"[..],
        b"",
        b"{\"a\":1}}",
        b"{\"a\":\"\xff\xfe\"}",
        b"{\"a\":\"\0\"}",
        b"\xef\xbb\xbf{\"a\":1}",
        b"{\"a\":1e999999}",
        b"{\"a\":1,\"a\":2}",
    ] {
        #[derive(Debug, serde::Deserialize)]
        struct Expected {
            #[expect(dead_code)]
            a: f64,
        }
        let bytes = answer(200, "application/json", "", body);
        let server = Server::start(move |_| Reply::Bytes(bytes.clone())).await;
        let response = server.send(&Request::get("/x")).await.unwrap();
        assert_eq!(
            response.json::<Expected>().unwrap_err(),
            NetError::Unreadable,
            "{body:?}"
        );
    }
}

#[tokio::test]
async fn deep_json_is_refused_before_it_is_parsed() {
    for depth in [33, 10_000, 500_000] {
        let body = "[".repeat(depth);
        assert_eq!(
            refuse(answer(200, "application/json", "", &body)).await,
            NetError::Unreadable,
            "{depth}"
        );
        assert_eq!(
            refuse(answer(400, "application/json", "", &body)).await,
            NetError::Unreadable,
            "{depth}"
        );
    }
    let body = format!("{}{}", "[".repeat(32), "]".repeat(32));
    let server = Server::start(move |_| json(200, &body)).await;
    assert!(
        server
            .send(&Request::get("/x"))
            .await
            .unwrap()
            .json::<serde_json::Value>()
            .is_ok()
    );
}

#[tokio::test]
async fn announced_length_over_the_limit_is_not_waited_for() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 10737418240\r\n\r\n".to_vec();
    let server = Server::start(move |_| Reply::Stall(head.clone())).await;
    assert_eq!(server.refuse().await, NetError::TooLarge);
    server.closed(1).await;
}

#[tokio::test]
async fn endless_body_is_counted_while_it_arrives() {
    for status in [200, 400] {
        let head =
            format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n");
        let mut chunk = b"4000\r\n".to_vec();
        chunk.extend([b' '; 0x4000]);
        chunk.extend(b"\r\n");
        let server = Server::start(move |_| Reply::Endless(head.clone().into_bytes(), chunk.clone())).await;
        assert_eq!(server.refuse().await, NetError::TooLarge);
        assert_eq!(server.connections(), 1);
        server.closed(1).await;
        assert!(server.sent() < 8 * 1024 * 1024, "{}", server.sent());
    }
}

#[tokio::test]
async fn limit_is_a_parameter_of_the_request() {
    let body = vec![b' '; limits::RESPONSE_BODY + 1];
    let bytes = answer(200, "application/json", "", &body);
    assert_eq!(refuse(bytes.clone()).await, NetError::TooLarge);
    let server = Server::start(move |_| Reply::Bytes(bytes.clone())).await;
    let request = Request::get("/portrait").limit(limits::LARGE_RESPONSE_BODY);
    assert_eq!(server.send(&request).await.unwrap().body.len(), body.len());
}

#[tokio::test]
async fn floods_of_headers_are_refused() {
    for (name, filler) in [
        ("many", "x: y\r\n".repeat(10_000)),
        ("long", format!("x: {}\r\n", "y".repeat(2_000_000))),
    ] {
        assert_eq!(
            refuse(answer(200, "application/json", &filler, "{}")).await,
            NetError::Unreadable,
            "{name}"
        );
    }
    let head = b"HTTP/1.1 200 OK\r\nx: ".to_vec();
    let server = Server::start(move |_| Reply::Endless(head.clone(), vec![b'y'; 16 * 1024])).await;
    assert_eq!(server.refuse().await, NetError::Unreadable);
    server.closed(1).await;
    assert!(server.sent() < 8 * 1024 * 1024, "{}", server.sent());
}

#[tokio::test]
async fn paths_that_would_leave_the_authority_are_not_sent() {
    let server = Server::start(|_| json(200, "{}")).await;
    for path in [
        "",
        "x",
        "@evil.example/",
        "/a?b",
        "/a#b",
        "/a b",
        "/a/../b",
        "/./a",
        "/%2e%2e",
        "/é",
        "/a\\b",
        "/a\r\nx:y",
    ] {
        assert_eq!(
            server.send(&Request::get(path)).await,
            Err(NetError::RequestInvalid),
            "{path}"
        );
    }
    assert_eq!(
        server.send(&Request::get("/a".repeat(129))).await,
        Err(NetError::RequestInvalid)
    );
    assert_eq!(server.connections(), 0);
}
