//! The list of hostile answers, each with the code that the holder hears.

use std::io::Write;

use crate::server::{Reply, answer};

/// One answer.
#[derive(Clone)]
pub struct Case {
    pub name: &'static str,
    /// The code of the client, or of the reader of its body.
    pub code: &'static str,
    /// It goes on without ever bringing a head: only the limit of the whole call ends it.
    pub endless_heads: bool,
    bytes: Vec<u8>,
    /// Sent again and again behind it.
    again: Vec<u8>,
}

impl Case {
    /// What the server does.
    pub fn reply(&self) -> Reply {
        if self.again.is_empty() {
            Reply::Bytes(self.bytes.clone())
        } else {
            Reply::Endless(self.bytes.clone(), self.again.clone())
        }
    }
}

const UNREADABLE: &str = "network.unreadable";
const INTERFERENCE: &str = "network.interference";
const TOO_LARGE: &str = "network.too_large";

fn case(name: &'static str, code: &'static str, bytes: Vec<u8>) -> Case {
    endless(name, code, bytes, Vec::new())
}

fn endless(name: &'static str, code: &'static str, bytes: Vec<u8>, again: Vec<u8>) -> Case {
    Case {
        name,
        code,
        endless_heads: false,
        bytes,
        again,
    }
}

fn json(body: impl AsRef<[u8]>) -> Vec<u8> {
    answer(200, "application/json", "", body)
}

fn head(more: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{more}\r\n").into_bytes()
}

/// 64 MiB of spaces as 64 kB of gzip.
fn bomb() -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..64 {
        encoder.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    encoder.finish().unwrap()
}

fn chunk(bytes: &[u8]) -> Vec<u8> {
    let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
    chunk.extend_from_slice(bytes);
    chunk.extend_from_slice(b"\r\n");
    chunk
}

/// Every case.
pub fn all() -> Vec<Case> {
    let page = "<html><body>Welcome to our hotel. Please log in.</body></html>";
    let token = r#"{"access_token":"a","token_type":"DPoP","expires_in":300,"authorization_details":[]"#;
    let bomb = bomb();
    let mut cases = vec![
        case("login page, 200", INTERFERENCE, answer(200, "text/html", "", page)),
        case(
            "login page with a charset, 200",
            INTERFERENCE,
            answer(200, "text/html; charset=UTF-8", "", page),
        ),
        case(
            "login page, 302",
            INTERFERENCE,
            answer(302, "text/html", "location: http://login.example/\r\n", page),
        ),
        case("login page, 511", INTERFERENCE, answer(511, "text/html", "", page)),
        case(
            "redirect to elsewhere, 307",
            INTERFERENCE,
            answer(307, "application/json", "location: https://evil.example/\r\n", "{}"),
        ),
        case(
            "page of a filter, 403",
            INTERFERENCE,
            answer(403, "text/html", "", page),
        ),
        case(
            "no content type",
            UNREADABLE,
            b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}".to_vec(),
        ),
        case("text/plain", UNREADABLE, answer(200, "text/plain", "", "{}")),
        case(
            "JSON with a parameter",
            UNREADABLE,
            answer(200, "application/json; version=2", "", "{}"),
        ),
        case("nothing", UNREADABLE, json("")),
        case("JSON cut in the middle", UNREADABLE, json(token)),
        case("JSON and more", UNREADABLE, json(format!("{token}}}}}"))),
        case("another JSON", UNREADABLE, json("[1,2,3]")),
        case("JSON of depth 33", UNREADABLE, json("[".repeat(33))),
        case("JSON of depth 10,000", UNREADABLE, json("[".repeat(10_000))),
        case(
            "JSON of depth 500,000 that closes",
            UNREADABLE,
            json(format!("{}{}", "[".repeat(500_000), "]".repeat(500_000))),
        ),
        case("NUL", UNREADABLE, json(b"{\"access_token\":\"\0\"}")),
        case("only NUL", UNREADABLE, json([0; 4_096])),
        case("invalid UTF-8", UNREADABLE, json(b"{\"access_token\":\"\xff\xfe\"}")),
        case("half a surrogate", UNREADABLE, json(r#"{"access_token":"\ud800"}"#)),
        case(
            "the same key twice",
            UNREADABLE,
            json(format!("{token},\"access_token\":\"b\"}}")),
        ),
        case(
            "a number beyond all types",
            UNREADABLE,
            json(token.replace("300", "1e999999999") + "}"),
        ),
        case(
            "a number of 400,000 digits",
            UNREADABLE,
            json(token.replace("300", &"9".repeat(400_000)) + "}"),
        ),
        case(
            "a number below zero",
            UNREADABLE,
            json(token.replace("300", "-1") + "}"),
        ),
        case(
            "gzip bomb",
            UNREADABLE,
            answer(200, "application/json", "content-encoding: gzip\r\n", &bomb),
        ),
        case("gzip bomb without its name", UNREADABLE, json(&bomb)),
        case(
            "an encoding that nobody knows",
            UNREADABLE,
            answer(200, "application/json", "content-encoding: secret\r\n", "{}"),
        ),
        case(
            "two lengths",
            UNREADABLE,
            head("content-length: 2\r\ncontent-length: 200\r\n"),
        ),
        case("a length below zero", UNREADABLE, head("content-length: -1\r\n")),
        case("a version of tomorrow", UNREADABLE, b"HTTP/3.0 200 OK\r\n\r\n".to_vec()),
        case("no HTTP", UNREADABLE, b"\x00\x01\x02\x03\r\n\r\n".to_vec()),
        case(
            "10,000 headers",
            UNREADABLE,
            head(
                &(0..10_000)
                    .map(|number| format!("x-{number}: y\r\n"))
                    .collect::<String>(),
            ),
        ),
        endless(
            "10 GiB, announced",
            TOO_LARGE,
            head("content-length: 10737418240\r\n"),
            vec![b' '; 16_384],
        ),
        endless(
            "without an end, not announced",
            TOO_LARGE,
            head("connection: close\r\n"),
            vec![b' '; 16_384],
        ),
        endless(
            "chunks without an end",
            TOO_LARGE,
            head("transfer-encoding: chunked\r\n"),
            chunk(&[b' '; 16_384]),
        ),
        endless(
            "chunks of one byte without an end",
            TOO_LARGE,
            head("transfer-encoding: chunked\r\n"),
            chunk(b" ").repeat(2_000),
        ),
        endless(
            "headers without an end",
            UNREADABLE,
            b"HTTP/1.1 200 OK\r\n".to_vec(),
            b"x: y\r\n".repeat(2_000),
        ),
        endless(
            "one header without an end",
            UNREADABLE,
            b"HTTP/1.1 200 OK\r\nx: ".to_vec(),
            vec![b'y'; 16_384],
        ),
    ];
    cases.push(Case {
        endless_heads: true,
        ..endless(
            "100 Continue without an end",
            "network.timeout",
            Vec::new(),
            b"HTTP/1.1 100 Continue\r\n\r\n".repeat(500),
        )
    });
    cases
}
