use permitcard_protocol::{WireCode, endpoints, limits};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_long_body_is_refused_before_it_is_read() {
    let world = World::new().await;
    let client = world.client();
    let body = vec![b'a'; limits::REQUEST_BODY + 1];
    for path in [endpoints::CHALLENGE, endpoints::TOKEN] {
        let answer = client.post_open(path, endpoints::MEDIA_FORM, body.clone()).await;
        answer.refused(WireCode::RequestTooLarge);
    }
    // Exactly at the limit it is read, and lacks a proof.
    let answer = client
        .post_open(endpoints::TOKEN, endpoints::MEDIA_FORM, &body[1..])
        .await;
    answer.refused(WireCode::DpopInvalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_unknown_length_is_counted() {
    let world = World::new().await;
    let client = world.client();
    let request = client
        .request("POST", endpoints::TOKEN)
        .header("content-type", endpoints::MEDIA_FORM)
        .header("transfer-encoding", "chunked")
        .body(vec![b'a'; limits::REQUEST_BODY + 1]);
    client.raw(request).await.refused(WireCode::RequestTooLarge);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wrong_kind_of_body_is_refused() {
    let world = World::new().await;
    let client = world.client();
    for (path, media) in [
        (endpoints::TOKEN, "text/plain"),
        (endpoints::TOKEN, endpoints::MEDIA_JSON),
        (endpoints::SANDBOX_CHECK, endpoints::MEDIA_FORM),
    ] {
        client
            .post_open(path, media, "{}")
            .await
            .refused(WireCode::RequestMalformed);
    }
    // A body where none belongs.
    client
        .post_open(endpoints::NONCE, "text/plain", "x")
        .await
        .refused(WireCode::RequestTooLarge);
}

#[tokio::test(flavor = "multi_thread")]
async fn deep_json_is_refused() {
    let world = World::new().await;
    let client = world.client();
    let deep = "[".repeat(limits::JSON_DEPTH + 1);
    let answer = client
        .post_open(endpoints::SANDBOX_CHECK, endpoints::MEDIA_JSON, deep)
        .await;
    answer.refused(WireCode::RequestMalformed);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_protocols_get_no_answer() {
    let world = World::new().await;
    let address = world.running.url().strip_prefix("https://").unwrap().to_owned();
    let mut plain = TcpStream::connect(address).await.unwrap();
    plain
        .write_all(b"GET /trust-list HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    // The connection may be reset instead of closed.
    let _ = plain.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP"), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_certificate_counts_for_this_machine_by_name_and_by_address() {
    let world = World::new().await;
    let client = world.client();
    let port = client.url.rsplit(':').next().unwrap().to_owned();
    let by_name = format!("https://localhost:{port}{}", endpoints::TRUST_LIST);
    let mut request = client.request("GET", "").build().unwrap();
    *request.url_mut() = by_name.parse().unwrap();
    assert_eq!(client.execute(request).await.status().as_u16(), 200);
}
