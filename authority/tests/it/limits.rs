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
        ("/webhooks/sandbox", endpoints::MEDIA_FORM),
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
    let holder = world.register("suharto").await;
    let key = permitcard_crypto::ecdsa::SigningKey::generate(permitcard_crypto::ecdsa::Curve::P256).unwrap();
    let nonce = holder.c_nonce().await;
    let mut request = holder.credential_request(&[key], &nonce);
    let nested = |depth| (0..depth).fold(serde_json::json!(1), |inner, _| serde_json::json!([inner]));
    // One level is the request itself; members that we do not know are passed over.
    request["other"] = nested(limits::JSON_DEPTH);
    holder
        .post_credential(&request)
        .await
        .refused(WireCode::RequestMalformed);
    request["other"] = nested(limits::JSON_DEPTH - 1);
    assert_eq!(holder.post_credential(&request).await.status, 200);
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

#[tokio::test(flavor = "multi_thread")]
async fn every_field_has_a_limit() {
    let world = World::new().await;
    let mut holder = world.register("suharto").await;
    let long = "x".repeat(limits::TEXT_FIELD + 1);
    let key = || holder.client.new_key();
    for body in [
        format!("grant_type=refresh_token&client_id=permitcard&refresh_token={long}"),
        format!("grant_type=authorization_code&client_id=permitcard&code={long}&code_verifier=v"),
    ] {
        holder
            .client
            .form(endpoints::TOKEN, &body, Some(&key()))
            .await
            .refused(WireCode::RequestMalformed);
    }
    holder
        .notify(&long, "credential_accepted")
        .await
        .refused_as(WireCode::RequestMalformed, "invalid_notification_request");
    let launch = {
        let mut other = world.holder();
        other.identified(&world, "suharto").await;
        other.launch()
    };
    let launch = permitcard_protocol::registration::Launch {
        token: long.clone(),
        ..launch
    };
    crate::support::run_check(&holder.client, &launch)
        .await
        .refused(WireCode::RequestMalformed);
    holder.auth_session.clone_from(&long);
    holder.code("1").await.refused().refused(WireCode::SessionUnknown);
    let details = format!("{}{}", " ".repeat(1024), "[]");
    let start = crate::support::start_request();
    let permitcard_protocol::registration::ChallengeRequest::Start {
        client_id,
        code_challenge,
        interaction_types_supported,
        ..
    } = start
    else {
        unreachable!()
    };
    let request = permitcard_protocol::registration::ChallengeRequest::Start {
        client_id,
        code_challenge,
        authorization_details: details,
        interaction_types_supported,
        tier: permitcard_protocol::registration::Tier::Permit,
    };
    holder
        .challenge(&request, "k")
        .await
        .refused()
        .refused(WireCode::RequestMalformed);
}

/// A failure of the authority is said as such, is not kept as an answer, and leaves nothing half done.
#[tokio::test(flavor = "multi_thread")]
async fn a_failure_changes_nothing_and_can_be_repeated() {
    let world = World::new().await;
    let mut holder = world.holder();
    let database = rusqlite::Connection::open(world.data_dir().join("authority.db")).unwrap();
    database.execute_batch("ALTER TABLE session RENAME TO away").unwrap();
    let request = crate::support::start_request();
    holder
        .challenge(&request, "k")
        .await
        .refused()
        .refused(WireCode::Internal);
    database.execute_batch("ALTER TABLE away RENAME TO session").unwrap();
    holder.challenge(&request, "k").await.next();
}
