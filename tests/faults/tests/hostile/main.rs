//! Answers that nobody should send: each ends with its code, and costs less than 8 MiB, whatever it announces.
//!
//! One test, because the memory of the whole process is counted: client and server, all threads.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    unsafe_code,
    reason = "test code; a global allocator cannot be written without unsafe, and it only counts"
)]

#[path = "../../../shared/counting.rs"]
mod counting;
mod memory;

#[path = "../bodies.rs"]
mod bodies;

#[allow(dead_code, missing_docs, reason = "the server of the client's own tests")]
#[path = "../../../../core/net/tests/net/server.rs"]
mod server;

use std::time::{Duration, Instant};

use permitcard_net::{HttpClient, NetOptions, Request};
use permitcard_protocol::oauth::TokenResponse;

use crate::server::Server;

/// The most bytes that an answer may take at any moment.
const MOST: usize = 8 << 20;

/// What the wallet hears of an answer: the error of the client, or of the reader behind it.
async fn code(client: &HttpClient) -> String {
    match client.send(&Request::get("/x")).await {
        Err(error) => error.code().to_owned(),
        Ok(response) => match response.json::<TokenResponse>() {
            Err(error) => error.code().to_owned(),
            Ok(_) => "taken".to_owned(),
        },
    }
}

#[test]
fn every_hostile_answer_has_its_code_and_costs_little_memory() {
    // The count itself.
    let (_, peak) = memory::peak_of(|| drop(vec![7u8; 30 << 20]));
    assert!((30 << 20..40 << 20).contains(&peak), "{peak}");

    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(ask_all());
}

async fn ask_all() {
    let mut wrong = Vec::new();
    for case in bodies::all() {
        let (name, expected, endless_heads) = (case.name, case.code, case.endless_heads);
        let server = Server::start(move |_| case.reply()).await;
        let options = NetOptions {
            // Only the limit of the whole ends what always goes on and never brings an answer.
            total_timeout: if endless_heads {
                Duration::from_secs(2)
            } else {
                Duration::from_secs(3_600)
            },
            ..server::options()
        };
        let client = server.client(NetOptions {
            retry: permitcard_net::RetryOptions {
                attempts: 1,
                ..options.retry.clone()
            },
            ..options
        });
        let began = Instant::now();
        let (code, peak) = memory::peak_during(code(&client)).await;
        println!(
            "{name:<44} {code:<24} {peak:>9} bytes {:>5} ms",
            began.elapsed().as_millis()
        );
        if code != expected || peak >= MOST {
            wrong.push(format!("{name}: {code}, expected {expected}; {peak} bytes"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
