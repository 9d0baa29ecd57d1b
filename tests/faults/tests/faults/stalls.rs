//! Peers that fall silent at each stage. What is asserted in every test run is the shape: a timeout, a closed connection,
//! no task left. `cargo xtask soak stalls` measures how long each call took against its limit.

use std::time::{Duration, Instant};

use permitcard_faults::{Direction, Plan};
use permitcard_net::{HttpClient, NetError, NetOptions, Request};
use permitcard_protocol::{ClientFile, endpoints};
use tokio::{
    net::{TcpSocket, TcpStream},
    runtime::{Builder, Runtime},
};

use crate::{
    server::{Reply, Server},
    stage::{Stage, once},
};

/// What is not over so long after its call never ends. No outcome depends on it.
const NO_HANG: Duration = Duration::from_secs(120);

/// Which limit ends a stall.
#[derive(Clone, Copy, PartialEq)]
enum Limit {
    Connect,
    Read,
    Total,
}

/// What makes a call stall.
enum Peer {
    /// Nobody says which address the name has.
    Nameless,
    /// The system answers no connection.
    Deaf,
    /// The authority, with the proxy before it.
    Behind(Plan),
    /// A server that sends so much of an answer and falls silent.
    Silent(&'static [u8]),
    /// One that goes on with a byte now and then.
    Trickling(&'static [u8]),
}

/// A stage of a request.
struct Case {
    name: &'static str,
    peer: Peer,
    limit: Limit,
}

const HALF_HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/cbor-seq\r\n";
const HALF_BODY: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/cbor-seq\r\ncontent-length: 99999\r\n\r\nhalf";

fn cases() -> Vec<Case> {
    use Limit::{Connect, Read, Total};
    let case = |name, peer, limit| Case { name, peer, limit };
    let stall = |direction, after| Peer::Behind(Plan::Stall { direction, after });
    let trickle = Plan::Trickle {
        direction: Direction::Down,
        after: 0,
        every: Duration::from_secs(1),
    };
    vec![
        case("name resolution", Peer::Nameless, Connect),
        case("connect", Peer::Deaf, Connect),
        case("hello of TLS, up", stall(Direction::Up, 0), Connect),
        case("within the hello, up", stall(Direction::Up, 100), Connect),
        case("hello of TLS, down", stall(Direction::Down, 0), Connect),
        case("within the hello, down", stall(Direction::Down, 300), Connect),
        case("hello, one byte a second", Peer::Behind(trickle), Connect),
        // Behind the handshake, which ends up with some 320 bytes and down with some 800.
        case("within the request", stall(Direction::Up, 370), Read),
        case("answer", stall(Direction::Down, 1_200), Read),
        case("within the head", Peer::Silent(HALF_HEAD), Read),
        case("within the body", Peer::Silent(HALF_BODY), Read),
        case("head, byte by byte", Peer::Trickling(b"HTTP/1.1 200 OK\r\nx: "), Total),
        case("body, byte by byte", Peer::Trickling(HALF_BODY), Total),
    ]
}

/// Short for the stage under test, without an end for the others.
fn options(limit: Limit, short: Duration) -> NetOptions {
    let mut options = once();
    match limit {
        Limit::Connect => options.connect_timeout = short,
        Limit::Read => options.read_timeout = short,
        Limit::Total => options.total_timeout = short,
    }
    options
}

/// A port whose queue is full: the system answers no further connection.
struct Deaf {
    client_file: ClientFile,
    _queue: Vec<TcpStream>,
    _listener: tokio::net::TcpListener,
}

async fn deaf(like: &ClientFile) -> Deaf {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(Ok(stream)) = tokio::time::timeout(Duration::from_millis(300), TcpStream::connect(address)).await {
        queue.push(stream);
        assert!(queue.len() < 64, "the queue has an end");
    }
    Deaf {
        client_file: ClientFile {
            url: format!("https://{address}"),
            ..like.clone()
        },
        _queue: queue,
        _listener: listener,
    }
}

/// A runtime of the client's own, so that every task on it is the client's.
fn client_runtime() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

/// One stalled call; tells how long it took.
async fn stalled(stage: &Stage, deaf: &Deaf, case: &Case, short: Duration) -> Duration {
    let mut server = None;
    let file = match case.peer {
        Peer::Nameless => ClientFile {
            url: format!("https://authority.invalid:{}", stage.proxy.address().port()),
            ..stage.world.authority.client_file().clone()
        },
        Peer::Deaf => deaf.client_file.clone(),
        Peer::Behind(plan) => {
            stage.proxy.arm(plan);
            stage.world.authority.client_file().clone()
        }
        Peer::Silent(bytes) => server
            .insert(Server::start(|_| Reply::Stall(bytes.to_vec())).await)
            .client_file
            .clone(),
        Peer::Trickling(bytes) => server
            .insert(Server::start(|_| Reply::Trickle(bytes.to_vec())).await)
            .client_file
            .clone(),
    };
    let options = options(case.limit, short);
    let runtime = client_runtime();
    let (name, nameless) = (case.name, matches!(case.peer, Peer::Nameless));
    let call = runtime.spawn(async move {
        let client = if nameless {
            HttpClient::with_silent_resolver(&file, options).unwrap()
        } else {
            HttpClient::new(&file, options).unwrap()
        };
        let began = Instant::now();
        let outcome = client.send(&trust_list()).await;
        (outcome, began.elapsed())
    });
    let (outcome, took) = call.await.unwrap();
    assert_eq!(outcome.err(), Some(NetError::Timeout), "{name}");
    // Nothing goes on that nobody waits for, and the connection is closed.
    let metrics = runtime.metrics();
    let nothing_left = async {
        while metrics.num_alive_tasks() > 0 {
            tokio::task::yield_now().await;
        }
        stage.proxy.all_closed().await;
        stage.proxy.disarm();
        if let Some(server) = server {
            server.closed(1).await;
        }
    };
    if tokio::time::timeout(NO_HANG, nothing_left).await.is_err() {
        panic!("{name}: {} tasks are left, or a connection", metrics.num_alive_tasks());
    }
    runtime.shutdown_background();
    took
}

fn trust_list() -> Request {
    Request::get(endpoints::TRUST_LIST).accept(endpoints::MEDIA_TRUST_LIST)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stall_at_any_stage_ends_in_a_timeout_and_leaves_nothing_behind() {
    let stage = Stage::new().await;
    let deaf = deaf(stage.world.authority.client_file()).await;
    for case in cases() {
        stalled(&stage, &deaf, &case, Duration::from_millis(400)).await;
    }
    // The same call is good once nothing stalls.
    assert_eq!(stage.client().send(&trust_list()).await.unwrap().status, 200);
}

/// `cargo xtask soak stalls`: each stage so many times, the longest time against the limit.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes: measures times"]
async fn soak_stalls() {
    let began = Instant::now();
    let seconds = std::env::var("PERMITCARD_SOAK_SECONDS")
        .ok()
        .and_then(|text| text.parse().ok());
    let until = seconds.map(|seconds| began + Duration::from_secs(seconds));
    let stage = Stage::new().await;
    let deaf = deaf(stage.world.authority.client_file()).await;
    let limit = Duration::from_secs(1);
    let cases = cases();
    let mut longest = vec![Duration::ZERO; cases.len()];
    let mut rounds = 0;
    // Each stage once before any is tried again, so that an end by time leaves none out.
    loop {
        for (case, longest) in cases.iter().zip(&mut longest) {
            *longest = stalled(&stage, &deaf, case, limit).await.max(*longest);
        }
        rounds += 1;
        if rounds == 20 || until.is_some_and(|until| Instant::now() >= until) {
            break;
        }
    }
    let over = |took: Duration| took.saturating_sub(limit).as_secs_f64() / limit.as_secs_f64() * 100.0;
    for (case, took) in cases.iter().zip(&longest) {
        println!(
            "{:<28} {rounds:>3} calls, longest {:>5} ms, {:>4.1} % over the limit",
            case.name,
            took.as_millis(),
            over(*took)
        );
    }
    let most = longest.iter().copied().map(over).fold(0.0, f64::max);
    println!("over the limit at most: {most:.1} %, no task left");
    let late = longest.iter().filter(|took| over(**took) > 20.0).count();
    assert_eq!(late, 0, "stages that took longer than the limit and a fifth");
}
