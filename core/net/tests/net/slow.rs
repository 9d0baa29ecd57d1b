//! Peers that stall at each stage: the error is a timeout, and the connection is closed. The times themselves are not
//! asserted; only the limit under test is short.

use std::time::Duration;

use permitcard_net::{NetError, NetOptions, Request};
use tokio::io::AsyncReadExt;

use crate::server::{Reply, Server, answer, json, options};

const SHORT: Duration = Duration::from_millis(100);

fn once(change: impl FnOnce(&mut NetOptions)) -> NetOptions {
    let mut options = options();
    options.retry.attempts = 1;
    change(&mut options);
    options
}

#[tokio::test]
async fn silence_instead_of_tls() {
    let server = Server::start_raw(|mut stream| async move {
        while stream.read(&mut [0; 1024]).await.is_ok_and(|count| count > 0) {}
    })
    .await;
    assert_eq!(
        server
            .refuse_with(once(|options| options.connect_timeout = SHORT))
            .await,
        NetError::Timeout
    );
    server.closed(1).await;
}

#[tokio::test]
async fn silence_after_the_request() {
    for head in [&b""[..], b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"] {
        let server = Server::start(move |_| Reply::Stall(head.to_vec())).await;
        assert_eq!(
            server.refuse_with(once(|options| options.read_timeout = SHORT)).await,
            NetError::Timeout
        );
        server.closed(1).await;
    }
}

#[tokio::test]
async fn silence_within_the_body() {
    let bytes = answer(200, "application/json", "", [b' '; 100]);
    let half = bytes[..bytes.len() - 50].to_vec();
    let server = Server::start(move |_| Reply::Stall(half.clone())).await;
    assert_eq!(
        server.refuse_with(once(|options| options.read_timeout = SHORT)).await,
        NetError::Timeout
    );
    server.closed(1).await;
}

#[tokio::test]
async fn one_byte_at_a_time() {
    let body = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n".to_vec();
    for head in [b"HTTP/1.1 200 OK\r\nx: ".to_vec(), body] {
        let server = Server::start(move |_| Reply::Trickle(head.clone())).await;
        let limit = once(|options| options.total_timeout = Duration::from_millis(300));
        assert_eq!(server.refuse_with(limit).await, NetError::Timeout);
        server.closed(1).await;
    }
}

#[tokio::test]
async fn timeout_is_retried() {
    let server = Server::start(|number| {
        if number == 0 {
            Reply::Stall(Vec::new())
        } else {
            json(200, "{}")
        }
    })
    .await;
    let options = NetOptions {
        // Long enough for a good answer on a busy machine.
        read_timeout: Duration::from_secs(3),
        ..options()
    };
    let response = server.client(options).send(&Request::get("/x")).await.unwrap();
    assert_eq!(response.status, 200);
    assert!(server.seen().len() > 1);
}

/// A connection that is kept for the next request dies unseen while the app is in the background.
#[tokio::test]
async fn in_the_background_no_connection_is_kept() {
    let server = Server::start(|_| Reply::Stall(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec())).await;
    let client = server.client(options());
    assert_eq!(client.send(&Request::get("/x")).await.unwrap().status, 204);
    client.on_background();
    server.closed(1).await;
    assert_eq!(client.send(&Request::get("/x")).await.unwrap().status, 204);
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn dropped_future_closes_the_connection() {
    let server = Server::start(|_| Reply::Stall(Vec::new())).await;
    let client = server.client(options());
    let request = Request::get("/x");
    let sending = tokio::time::timeout(Duration::from_millis(300), client.send(&request)).await;
    assert!(sending.is_err(), "the server never answers");
    server.closed(1).await;
}
