//! What no wallet asks is cut as well: the request of a provider's kit, the signed message of a provider, and the metadata
//! that other people's clients read. Each is repeated with the same key or event until it gets through, and the registration
//! goes on to the card.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use permitcard_authority::{AuthorityOptions, RunningAuthority};
use permitcard_crypto::{hash::sha256, mac::hmac_sha256};
use permitcard_faults::{Direction, Plan, Proxy};
use permitcard_protocol::endpoints;
use permitcard_wallet::{InteractionType, StepAnswer, StepView, Wallet};
use rusqlite::{Connection, OpenFlags};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
    version::TLS13,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

use crate::{
    counts::{Counts, Ledger},
    server::{self, Server},
    stage::open,
    support::{Holder, World, holder::prompt},
};

const PERSON: &str = "maria";
/// Known to the provider and the authority.
const SECRET: [u8; 32] = *b"of a provider that tests invent.";
/// What the provider's kit gave to the host.
const RECEIPT: &str = "receipt-of-the-kit-of-acme";
/// After so many bytes of a connection, the handshake included, which is some 300 of them up and 900 down.
const PLACES: &[u64] = &[
    0, 1, 5, 100, 260, 330, 370, 420, 500, 640, 800, 900, 1_000, 1_100, 1_200, 1_300, 1_400, 1_600, 1_900, 2_400, 3_200,
];
/// Where requests and answers are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cuts {
    Nowhere,
    /// After each of [`PLACES`].
    Sample,
    /// After every byte.
    Everywhere,
}

impl Cuts {
    /// Places of a direction, up to but without `end`.
    fn places(self, end: u64) -> Vec<u64> {
        match self {
            Self::Nowhere => Vec::new(),
            Self::Sample => PLACES.iter().copied().filter(|place| *place < end).collect(),
            Self::Everywhere => (0..end).collect(),
        }
    }
}

/// More bytes than any answer here has, with its handshake.
const BEYOND: u64 = 20_000;
/// Fewer bytes than a handshake sends up, so that a request that is cut after these and its own length never arrives whole.
const BELOW_HANDSHAKE_UP: u64 = 200;

/// An authority whose face checks are made by another provider; document checks are the sandbox's.
struct Scene {
    world: World,
    acme: Server,
    /// What acme says next.
    word: Arc<Mutex<String>>,
    /// Before whatever is asked.
    proxy: Proxy,
    tls: Arc<ClientConfig>,
}

/// An answer that arrived whole.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Answer {
    status: u16,
    body: Value,
}

impl Scene {
    async fn new() -> Self {
        let started = json!({ "url": "https://kit.example/run", "token": "a-launch-token-of-acme" });
        let word = Arc::new(Mutex::new(started.to_string()));
        let says = word.clone();
        let acme = Server::start(move |_| server::json(200, &says.lock().unwrap())).await;
        let world = World::with(|options| configure(options, &acme)).await;
        let proxy = Proxy::start().await;
        let tls = tls(&world.authority);
        Self {
            world,
            acme,
            word,
            proxy,
            tls,
        }
    }

    fn data(&self) -> PathBuf {
        self.world.folder.path().join("authority")
    }

    fn counts(&self) -> Counts {
        Ledger::open(&self.data()).counts()
    }

    /// What a column of the only row of that kind of check holds.
    fn result(&self, table: &str, kind: &str) -> Option<String> {
        let path = self.data().join("authority.db");
        let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        let query = format!("SELECT result FROM {table} WHERE kind = ?1");
        database.query_row(&query, [kind], |row| row.get(0)).unwrap()
    }

    /// One request over the proxy. `None` where the answer did not arrive whole.
    async fn ask(&self, request: &[u8]) -> Option<Answer> {
        let stream = TcpStream::connect(self.proxy.address()).await.ok()?;
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let mut stream = TlsConnector::from(self.tls.clone()).connect(name, stream).await.ok()?;
        stream.write_all(request).await.ok()?;
        let mut bytes = Vec::new();
        // How it ended does not matter: the head says how much belongs to it.
        let _ = stream.read_to_end(&mut bytes).await;
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse::<usize>().unwrap())
        });
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        if body.len() < length.unwrap_or_default() {
            return None;
        }
        let body = if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(body).unwrap()
        };
        Some(Answer { status, body })
    }

    /// Cuts a request so that it never arrives whole, then its answers, until one of them arrives before its cut. Gives the
    /// answers that arrived whole; at least one. `look` is called after each of the cuts.
    async fn cut(&self, request: &[u8], cuts: Cuts, look: impl Fn(Direction)) -> Vec<Answer> {
        let end = request.len() as u64 + BELOW_HANDSHAKE_UP;
        let mut up = cuts.places(end);
        up.push(end);
        let made = up.len();
        for after in up {
            self.proxy.arm(Plan::Cut {
                direction: Direction::Up,
                after,
            });
            assert_eq!(
                self.ask(request).await,
                None,
                "a request that was cut after byte {after} is answered"
            );
            assert!(self.proxy.disarm(), "byte {after} is within the request");
            self.proxy.all_closed().await;
            look(Direction::Up);
        }
        let mut answers = Vec::new();
        let mut lost = 0;
        for after in cuts.places(BEYOND) {
            self.proxy.arm(Plan::Cut {
                direction: Direction::Down,
                after,
            });
            answers.extend(self.ask(request).await);
            let cut = self.proxy.disarm();
            self.proxy.all_closed().await;
            look(Direction::Down);
            if !cut {
                break;
            }
            lost += 1;
        }
        // Whatever came before, now it gets through.
        answers.push(self.ask(request).await.unwrap());
        // The handshake, and the head of the answer at the least.
        assert!(made > 5 && lost > 8, "{made} {lost}");
        println!("{made} requests and {lost} answers cut");
        answers
    }
}

fn configure(options: &mut AuthorityOptions, acme: &Server) {
    let data = &options.data_dir;
    std::fs::create_dir_all(data).unwrap();
    std::fs::write(data.join("acme.secret"), format!("whsec_{}", STANDARD.encode(SECRET))).unwrap();
    std::fs::write(data.join("acme.pem"), &acme.client_file.ca).unwrap();
    let file = json!({ "version": 1, "providers": [{
        "name": "acme", "roles": ["face-check"], "url": format!("{}/v1", acme.client_file.url), "ca_file": "acme.pem",
        "secret_file": "acme.secret", "environment": "test",
    }]});
    std::fs::write(data.join("providers.json"), file.to_string()).unwrap();
}

/// No session is resumed, so that a place is the same byte each time.
fn tls(authority: &RunningAuthority) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    for root in CertificateDer::pem_slice_iter(authority.client_file().ca.as_bytes()) {
        roots.add(root.unwrap()).unwrap();
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&TLS13])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.resumption = rustls::client::Resumption::disabled();
    Arc::new(config)
}

fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if method == "POST" {
        text.push_str(&format!(
            "content-type: {}\r\ncontent-length: {}\r\n",
            endpoints::MEDIA_JSON,
            body.len()
        ));
    }
    format!("{text}\r\n{body}").into_bytes()
}

/// A signed message of acme.
fn message(id: &str, at: i64, result: &Value) -> Vec<u8> {
    let body = json!({ "type": "check.updated", "result": result }).to_string();
    let mac = hmac_sha256(&SECRET, &[format!("{id}.{at}.test.{body}").as_bytes()]);
    let headers = [
        ("webhook-id", id),
        ("webhook-timestamp", &at.to_string()),
        ("webhook-environment", "test"),
        ("webhook-signature", &format!("v1,{}", STANDARD.encode(mac))),
    ];
    request("POST", &format!("{}/acme", endpoints::WEBHOOKS), &headers, &body)
}

/// That a started face check was passed.
fn passed(started: &Value, at: i64) -> Value {
    json!({
        "kind": started["kind"], "session": started["session"], "jkt": started["jkt"], "nonce": started["nonce"],
        "outcome": "passed", "method": "camera", "environment": "test", "performed_at": at, "sequence": 1,
        "receipt_sha256": URL_SAFE_NO_PAD.encode(sha256(RECEIPT.as_bytes())),
        "evidence_sha256": URL_SAFE_NO_PAD.encode([7; 32]),
    })
}

/// The kit's request for the document check, cut everywhere or once whole; gives the receipt.
async fn document_receipt(scene: &Scene, step: &StepView, cuts: Cuts) -> String {
    let launch = step.launch(InteractionType::DocumentCheck).unwrap();
    let port = launch
        .url
        .strip_suffix(endpoints::SANDBOX_CHECK)
        .unwrap()
        .rsplit_once(':')
        .unwrap()
        .1;
    scene.proxy.lead_to(([127, 0, 0, 1], port.parse().unwrap()).into());
    let body = json!({ "token": launch.token }).to_string();
    let key = [(endpoints::IDEMPOTENCY_KEY, "one-key-of-the-kit")];
    let request = request("POST", endpoints::SANDBOX_CHECK, &key, &body);
    let before = scene.counts();
    let answers = if cuts != Cuts::Nowhere {
        let known = Mutex::new(None);
        let look = |direction| {
            let result = scene.result("sandbox_check", "document-check");
            let mut known = known.lock().unwrap();
            assert!(
                direction == Direction::Down || result.is_none(),
                "half a request is carried out"
            );
            assert!(known.is_none() || *known == result, "the check is carried out twice");
            *known = result;
        };
        scene.cut(&request, cuts, look).await
    } else {
        vec![scene.ask(&request).await.unwrap()]
    };
    assert_eq!(scene.counts(), before);
    for answer in &answers {
        assert_eq!((answer.status, answer), (200, &answers[0]));
    }
    answers[0].body["receipt"].as_str().unwrap().to_owned()
}

/// The signed message about the face check, cut everywhere or once whole.
async fn face_message(scene: &Scene, cuts: Cuts) {
    scene.proxy.lead_to(scene.world.authority.address());
    let started: Value = serde_json::from_slice(&scene.acme.seen().last().unwrap().body).unwrap();
    let at = scene.world.clock.wall();
    let result = passed(&started, at);
    *scene.word.lock().unwrap() = json!({ "result": result }).to_string();
    let request = message("one-event", at, &result);
    let before = scene.counts();
    let replayed = |answer: &Answer| (answer.status, &answer.body["code"]) == (401, &json!("protocol.webhook_refused"));
    if cuts != Cuts::Nowhere {
        let look = |direction| {
            let result = scene.result("provider_check", "face-check");
            assert!(
                direction == Direction::Down || result.is_none(),
                "half a message counts"
            );
        };
        let answers = scene.cut(&request, cuts, look).await;
        // It counted when its answer was lost; since then its id is known.
        assert!(answers.iter().all(replayed), "{answers:?}");
    } else {
        assert_eq!(scene.ask(&request).await.unwrap().status, 204);
    }
    assert!(scene.result("provider_check", "face-check").is_some());
    assert_eq!(scene.counts(), before);
    assert!(replayed(&scene.ask(&request).await.unwrap()));
}

/// Up to the card; gives the rows at the end.
async fn walk(scene: &Scene, cuts: Cuts) -> Counts {
    let (world, parts) = (&scene.world, scene.world.new_phone("phone"));
    let (wallet, _) = open(&parts, parts.link()).await;
    let mut holder = Holder::new(PERSON);
    let step = holder
        .up_to(InteractionType::DocumentCheck, &wallet, &world.admin)
        .await;
    let receipt = document_receipt(scene, &step, cuts).await;
    pass(&wallet, InteractionType::DocumentCheck, receipt).await;
    holder.up_to(InteractionType::FaceCheck, &wallet, &world.admin).await;
    face_message(scene, cuts).await;
    pass(&wallet, InteractionType::FaceCheck, RECEIPT.to_owned()).await;
    holder.register(&wallet, &world.admin).await.unwrap();
    assert_eq!(wallet.fetch_card(prompt()).await.unwrap().version, 1);
    wallet.close().await;
    scene.counts()
}

async fn pass(wallet: &Wallet, kind: InteractionType, receipt: String) {
    wallet
        .answer(StepAnswer::receipt(kind, receipt).unwrap())
        .await
        .unwrap();
}

async fn counts_once(cuts: Cuts) {
    let expected = walk(&Scene::new().await, Cuts::Nowhere).await;
    assert_eq!((expected["provider_check"], expected["sandbox_check"]), (2, 1));
    assert_eq!(walk(&Scene::new().await, cuts).await, expected);
}

async fn metadata_is_the_same(cuts: Cuts) {
    let scene = Scene::new().await;
    scene.proxy.lead_to(scene.world.authority.address());
    let before = scene.counts();
    let request = request("GET", endpoints::SERVER_METADATA, &[], "");
    let answers = scene.cut(&request, cuts, |_| {}).await;
    assert_eq!(answers[0].body["issuer"], scene.world.authority.url());
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(scene.counts(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_provider_sends_counts_once_wherever_it_is_cut() {
    counts_once(Cuts::Sample).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_that_is_cut_is_the_same_again() {
    metadata_is_the_same(Cuts::Sample).await;
}

/// `cargo xtask soak cuts`, unless only a part of a wallet's requests is asked for.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "half a minute: every byte"]
async fn soak_cuts_of_what_providers_send() {
    let is_part = ["PERMITCARD_SOAK_PATHS", "PERMITCARD_SOAK_BYTES"]
        .iter()
        .any(|name| std::env::var_os(name).is_some());
    if is_part {
        println!("a part of a wallet's requests: what no wallet sends is not in it");
        return;
    }
    counts_once(Cuts::Everywhere).await;
    metadata_is_the_same(Cuts::Everywhere).await;
}
