//! The connection is cut after byte n of every request and of every response.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use permitcard_faults::{Direction, Plan, Proxy};
use permitcard_net::{HttpClient, NetError, Request};
use permitcard_protocol::WireCode;
use permitcard_wallet::{Link, Reply};

use crate::walk::{EVERY_STEP, PENDING, Person, Trouble, Walk};

/// Where to cut.
#[derive(Clone, Copy)]
enum Places {
    /// After these bytes, each moved on by a number of its own for each request.
    Some(&'static [u64]),
    /// After every byte, until a moment comes. The handshake's bytes are the same for every request: all of them are cut
    /// for the first one only. Of a long body every byte of its first part is cut, and every 97th beyond.
    All { until: Option<Instant> },
}

/// Bytes of a handshake that every request sends and gets at least; without certificates where a session is resumed.
const HANDSHAKE_UP: u64 = 150;
const HANDSHAKE_DOWN: u64 = 150;
/// The first part of a request or response, in which every byte is cut, and the step beyond.
const FIRST: u64 = 6 * 1_024;
const STEP: u64 = 97;

/// Whoever waits so long for a connection that was cut hangs.
const NO_HANG: Duration = Duration::from_secs(120);
/// A line of progress after so many cuts.
const PROGRESS_EVERY: usize = 2_000;

impl Places {
    fn place(self, direction: Direction, request: u64, turn: u64) -> Option<u64> {
        match self {
            Self::Some(places) => {
                let place = *places.get(usize::try_from(turn).unwrap())?;
                Some(if place < 10 { place } else { place + request * 37 % 89 })
            }
            Self::All { until } if until.is_some_and(|until| Instant::now() >= until) => None,
            Self::All { .. } => {
                let skipped = match direction {
                    _ if request == 0 => 0,
                    Direction::Up => HANDSHAKE_UP,
                    Direction::Down => HANDSHAKE_DOWN,
                };
                Some(skipped + turn.min(FIRST) + turn.saturating_sub(FIRST) * STEP)
            }
        }
    }
}

/// How far the cuts of one request are.
#[derive(Clone, Copy)]
struct Cursor {
    request: u64,
    /// The next one; `None` when all were made.
    next: Option<(Direction, u64)>,
}

struct CutLink {
    inner: HttpClient,
    proxy: Arc<Proxy>,
    places: Places,
    cursors: Mutex<HashMap<String, Cursor>>,
    trouble: Arc<Trouble>,
    cuts: AtomicUsize,
    /// Cuts after which the client waited for its time limit.
    late: AtomicUsize,
    /// The paths that were cut, with the bytes up and down that were reached.
    reached: Mutex<HashMap<String, (u64, u64)>>,
}

impl CutLink {
    fn cursor(&self, name: &str) -> Cursor {
        let mut cursors = self.cursors.lock().unwrap();
        let request = cursors.len() as u64;
        *cursors.entry(name.to_owned()).or_insert(Cursor {
            request,
            next: Some((Direction::Up, 0)),
        })
    }

    fn reach(&self, path: &str, direction: Direction, after: u64) {
        let mut reached = self.reached.lock().unwrap();
        let (up, down) = reached.entry(path.to_owned()).or_default();
        match direction {
            Direction::Up => *up = (*up).max(after),
            Direction::Down => *down = (*down).max(after),
        }
    }

    /// A first request that still runs where it was cut off must end before its answer can be had again.
    async fn send_until_answered(&self, request: &Request) -> Result<permitcard_net::Response, NetError> {
        loop {
            match self.inner.send(request).await {
                Err(NetError::Refused(refusal)) if refusal.code == Some(WireCode::IdempotencyInFlight) => {
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                answer => return answer,
            }
        }
    }
}

impl Link for CutLink {
    fn send<'a>(&'a self, request: &'a Request) -> Reply<'a> {
        Box::pin(async move {
            let name = request.idempotency_key().unwrap_or(request.path()).to_owned();
            let cursor = self.cursor(&name);
            let planned = cursor.next.map(|(direction, turn)| {
                let after = self.places.place(direction, cursor.request, turn);
                (direction, turn, after)
            });
            let set = |next| {
                self.cursors
                    .lock()
                    .unwrap()
                    .insert(name.clone(), Cursor { next, ..cursor });
            };
            let Some((direction, turn, after)) = planned else {
                return self.send_until_answered(request).await;
            };
            self.trouble.note();
            let Some(after) = after else {
                // All places of this direction were tried.
                return match direction {
                    Direction::Up => {
                        set(Some((Direction::Down, 0)));
                        Err(NetError::Interrupted)
                    }
                    Direction::Down => {
                        set(None);
                        self.send_until_answered(request).await
                    }
                };
            };
            self.inner.on_background();
            self.proxy.arm(Plan::Cut { direction, after });
            let sending = tokio::time::timeout(NO_HANG, self.inner.send(request)).await;
            let Ok(answer) = sending else {
                panic!(
                    "{} {direction:?} after byte {after}: neither an answer nor an error",
                    request.path()
                );
            };
            if answer == Err(NetError::Timeout) {
                self.late.fetch_add(1, Ordering::SeqCst);
            }
            if self.proxy.disarm() {
                let cuts = self.cuts.fetch_add(1, Ordering::SeqCst) + 1;
                if cuts.is_multiple_of(PROGRESS_EVERY) {
                    println!("{cuts} cuts, now {} {direction:?} after byte {after}", request.path());
                }
                self.reach(request.path(), direction, after);
                set(Some((direction, turn + 1)));
                return answer;
            }
            // The whole of it went through before the place came.
            match direction {
                Direction::Up => {
                    set(Some((Direction::Down, 0)));
                    Err(NetError::Interrupted)
                }
                Direction::Down => {
                    set(None);
                    answer
                }
            }
        })
    }
}

/// Cuts a walk everywhere; tells how often, and how far it came by path.
async fn cut(places: Places, person: Person) -> (usize, HashMap<String, (u64, u64)>) {
    let expected = Walk::undisturbed(person).await;
    let walk = Walk::new(person).await;
    let trouble = Arc::new(Trouble::default());
    let link = Arc::new(CutLink {
        inner: walk.stage.client(),
        proxy: walk.stage.proxy.clone(),
        places,
        cursors: Mutex::default(),
        trouble: trouble.clone(),
        cuts: AtomicUsize::new(0),
        late: AtomicUsize::new(0),
        reached: Mutex::default(),
    });
    walk.finish(link.clone(), &trouble, &expected).await;
    println!("{} cuts ended by the time limit", link.late.load(Ordering::SeqCst));
    let reached = link.reached.lock().unwrap().clone();
    (link.cuts.load(Ordering::SeqCst), reached)
}

/// The paths that a wallet asks on its way to a card and in a sync.
const PATHS: [&str; 11] = [
    "/authorize/challenge",
    "/token",
    "/nonce",
    "/credential",
    "/notification",
    "/card",
    "/portrait",
    "/trust-list",
    "/status/1",
    "/consents",
    "/.well-known/openid-credential-issuer",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_cut_anywhere_changes_nothing_twice() {
    const SAMPLE: &[u64] = &[
        0, 1, 5, 120, 260, 420, 640, 900, 1_150, 1_400, 1_750, 2_600, 5_000, 11_000,
    ];
    let (cuts, reached) = cut(Places::Some(SAMPLE), EVERY_STEP).await;
    println!("{cuts} cuts, {reached:?}");
    assert!(cuts > 200, "{cuts}");
    for path in PATHS {
        let (up, down) = reached.get(path).copied().unwrap_or_default();
        // Beyond the handshake of a resumed session, in both directions.
        assert!(up >= 400 && down >= 400, "{path}: {up} {down}");
    }
}

/// The same for a card that is decided later.
#[tokio::test(flavor = "multi_thread")]
async fn a_promise_that_is_cut_off_anywhere_is_kept_once() {
    const SAMPLE: &[u64] = &[0, 300, 700, 1_300, 2_600];
    let (cuts, reached) = cut(Places::Some(SAMPLE), PENDING).await;
    println!("{cuts} cuts, {reached:?}");
    let (up, down) = reached["/deferred-credential"];
    assert!(up >= 700 && down >= 700, "{up} {down}");
}

/// `cargo xtask soak cuts`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes: every byte"]
async fn soak_cuts() {
    let began = Instant::now();
    let seconds = std::env::var("PERMITCARD_SOAK_SECONDS")
        .ok()
        .and_then(|text| text.parse().ok());
    let until = seconds.map(|seconds| began + Duration::from_secs(seconds));
    for (who, person) in [("every step", EVERY_STEP), ("decided later", PENDING)] {
        let (cuts, reached) = cut(Places::All { until }, person).await;
        let mut paths: Vec<_> = reached.into_iter().collect();
        paths.sort();
        for (path, (up, down)) in &paths {
            println!("{path:<46} up to byte {up:>6} up, {down:>6} down");
        }
        let ended = if until.is_some() { ", ended by time" } else { "" };
        println!(
            "{who}: {cuts} cuts in {} s{ended}: 0 double effects, 0 versions backwards",
            began.elapsed().as_secs()
        );
    }
}
