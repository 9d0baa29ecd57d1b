//! The connection is cut after byte n of every request and of every response.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Range,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use permitcard_faults::{Direction, Plan, Proxy};
use permitcard_net::{HttpClient, NetError, Request};
use permitcard_protocol::{WireCode, endpoints};
use permitcard_wallet::{Link, Reply};
use tokio::runtime::Runtime;

use crate::{
    counts::Expected,
    walk::{EVERY_STEP, LEAVING, PENDING, Person, RISING, Trouble, Walk},
};

/// Where to cut.
#[derive(Clone)]
enum Places {
    /// After these bytes, each moved on by a number of its own for each request.
    Some(&'static [u64]),
    /// After every byte of a part of all. The handshake's bytes are the same for every request: they are cut for the first
    /// one only.
    All(Part),
}

/// A part of all places.
#[derive(Clone)]
struct Part {
    /// The paths whose requests are cut; all where there is none.
    paths: Vec<String>,
    /// After which bytes of a connection, the last one not included.
    bytes: Range<u64>,
    /// Of so many walks at once this one cuts each so-many-th request to a path: which, of how many.
    share: (u64, u64),
    /// Nothing is cut after this moment.
    until: Option<Instant>,
}

/// Bytes of a handshake that every request sends and gets at least; without certificates where a session is resumed.
const HANDSHAKE_UP: u64 = 150;
const HANDSHAKE_DOWN: u64 = 150;

/// So many requests to one path are cut in each part of a walk: each step of a registration and each form of the card. A
/// phone whose copies ended asks for tokens anew with every sync, and every cut makes another sync.
const ALIKE: usize = 8;

/// Whoever waits so long for a connection that was cut hangs.
const NO_HANG: Duration = Duration::from_secs(120);
/// A line of progress after so many cuts.
const PROGRESS_EVERY: usize = 2_000;

impl Places {
    /// Whether this request is cut at all.
    fn concern(&self, path: &str, ordinal: u64) -> bool {
        match self {
            Self::Some(_) => true,
            Self::All(part) => {
                let (which, walks) = part.share;
                ordinal % walks == which && (part.paths.is_empty() || part.paths.iter().any(|other| other == path))
            }
        }
    }

    fn place(&self, direction: Direction, request: u64, turn: u64) -> Option<u64> {
        match self {
            Self::Some(places) => {
                let place = *places.get(usize::try_from(turn).unwrap())?;
                Some(if place < 10 { place } else { place + request * 37 % 89 })
            }
            Self::All(part) if part.until.is_some_and(|until| Instant::now() >= until) => None,
            Self::All(part) => {
                let handshake = match direction {
                    _ if request == 0 => 0,
                    Direction::Up => HANDSHAKE_UP,
                    Direction::Down => HANDSHAKE_DOWN,
                };
                let place = handshake.max(part.bytes.start) + turn;
                (place < part.bytes.end).then_some(place)
            }
        }
    }
}

/// How far the cuts of one request are.
#[derive(Clone, Copy)]
struct Cursor {
    request: u64,
    /// Which one it is of those to its path in its part of the walk. Other than `request` it is the same in every walk.
    ordinal: u64,
    /// The next one; `None` when all were made.
    next: Option<(Direction, u64)>,
}

struct CutLink {
    inner: HttpClient,
    proxy: Arc<Proxy>,
    places: Places,
    /// Of the walk: what is asked again in another one is cut again.
    part: Arc<AtomicUsize>,
    cursors: Mutex<HashMap<String, Cursor>>,
    /// Requests by part and path.
    alike: Mutex<HashMap<(usize, String), usize>>,
    trouble: Arc<Trouble>,
    cuts: AtomicUsize,
    /// Cuts after which the client waited for its time limit.
    late: AtomicUsize,
    /// The paths that were cut, with the bytes up and down that were reached.
    reached: Mutex<HashMap<String, (u64, u64)>>,
}

impl CutLink {
    fn cursor(&self, name: &str, path: &str) -> Cursor {
        let mut cursors = self.cursors.lock().unwrap();
        let request = cursors.len() as u64;
        *cursors.entry(name.to_owned()).or_insert_with(|| {
            let mut alike = self.alike.lock().unwrap();
            let known = alike
                .entry((self.part.load(Ordering::SeqCst), path.to_owned()))
                .or_default();
            let ordinal = *known as u64;
            *known += 1;
            Cursor {
                request,
                ordinal,
                next: (*known <= ALIKE).then_some((Direction::Up, 0)),
            }
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
            // A request without a key is the same whenever it is asked in a part.
            let name = match request.idempotency_key() {
                Some(key) => key.to_owned(),
                None => format!("{} {}", self.part.load(Ordering::SeqCst), request.path()),
            };
            let cursor = self.cursor(&name, request.path());
            if !self.places.concern(request.path(), cursor.ordinal) {
                return self.send_until_answered(request).await;
            }
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

/// What came of the cuts of one walk: how many there were, and the last byte up and down by path.
type Reached = (usize, HashMap<String, (u64, u64)>);

/// Cuts a walk everywhere.
async fn cut(places: Places, person: Person, expected: &Expected) -> Reached {
    let walk = Walk::new(person).await;
    let trouble = Arc::new(Trouble::default());
    let link = Arc::new(CutLink {
        inner: walk.stage.client(),
        proxy: walk.stage.proxy.clone(),
        places,
        part: walk.part(),
        cursors: Mutex::default(),
        alike: Mutex::default(),
        trouble: trouble.clone(),
        cuts: AtomicUsize::new(0),
        late: AtomicUsize::new(0),
        reached: Mutex::default(),
    });
    walk.finish(link.clone(), &trouble, expected).await;
    println!("{} cuts ended by the time limit", link.late.load(Ordering::SeqCst));
    let reached = link.reached.lock().unwrap().clone();
    (link.cuts.load(Ordering::SeqCst), reached)
}

async fn cut_sample(places: &'static [u64], person: Person) -> Reached {
    let expected = Walk::undisturbed(person).await;
    let (cuts, reached) = cut(Places::Some(places), person, &expected).await;
    println!("{cuts} cuts, {reached:?}");
    (cuts, reached)
}

/// The paths that a wallet asks on its way to a card, in a sync, and for a new version.
const PATHS: [&str; 13] = [
    endpoints::CHALLENGE,
    endpoints::TOKEN,
    endpoints::NONCE,
    endpoints::CREDENTIAL,
    endpoints::NOTIFICATION,
    endpoints::CARD,
    endpoints::PORTRAIT,
    endpoints::PRINTED,
    endpoints::PRINTED_PORTRAIT,
    endpoints::TRUST_LIST,
    "/status/1",
    endpoints::CONSENTS,
    endpoints::ISSUER_METADATA,
];
/// Those that it asks on other ways, each in a test of its own.
const ON_OTHER_WAYS: [&str; 2] = [endpoints::DEFERRED, endpoints::CONSENT_WITHDRAWAL];
/// Those that no wallet asks, but other people's clients, providers and the kit of a provider: cut in `providers.rs`.
const NOT_OF_A_WALLET: [&str; 3] = [
    endpoints::SERVER_METADATA,
    endpoints::WEBHOOKS,
    endpoints::SANDBOX_CHECK,
];

/// An endpoint that the protocol has is cut somewhere.
#[test]
fn every_endpoint_of_the_protocol_is_cut() {
    let source = include_str!("../../../../core/protocol/src/endpoints.rs");
    let mut endpoints: BTreeSet<&str> = source
        .lines()
        .filter_map(|line| {
            line.strip_prefix("pub const ")?
                .split_once("= \"")?
                .1
                .strip_suffix("\";")
        })
        .filter(|value| value.starts_with('/'))
        .collect();
    assert!(endpoints.len() > 15, "{endpoints:?}");
    // The lists are below it.
    assert!(endpoints.remove(endpoints::STATUS));
    let known = PATHS.iter().chain(&ON_OTHER_WAYS).chain(&NOT_OF_A_WALLET);
    let known: BTreeSet<&str> = known.copied().filter(|path| *path != "/status/1").collect();
    assert_eq!(endpoints, known);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_cut_anywhere_changes_nothing_twice() {
    const SAMPLE: &[u64] = &[
        0, 1, 5, 120, 260, 420, 640, 900, 1_150, 1_400, 1_750, 2_600, 5_000, 11_000,
    ];
    let (cuts, reached) = cut_sample(SAMPLE, EVERY_STEP).await;
    assert!(cuts > 300, "{cuts}");
    for path in PATHS {
        reached_beyond_handshake(&reached, path);
    }
}

/// In both directions, beyond the handshake of a resumed session.
fn reached_beyond_handshake(reached: &HashMap<String, (u64, u64)>, path: &str) {
    let (up, down) = reached.get(path).copied().unwrap_or_default();
    assert!(up >= 400 && down >= 400, "{path}: {up} {down}");
}

/// For the ways whose first part is like the one above.
const FEW: &[u64] = &[0, 300, 420, 700, 1_300, 2_600];

#[tokio::test(flavor = "multi_thread")]
async fn a_promise_that_is_cut_off_anywhere_is_kept_once() {
    let (_, reached) = cut_sample(FEW, PENDING).await;
    reached_beyond_handshake(&reached, endpoints::DEFERRED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_that_is_cut_off_anywhere_is_carried_out_once() {
    let (_, reached) = cut_sample(FEW, LEAVING).await;
    reached_beyond_handshake(&reached, endpoints::CONSENT_WITHDRAWAL);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_to_tier_2_that_is_cut_off_anywhere_makes_one_card() {
    let (cuts, _) = cut_sample(FEW, RISING).await;
    assert!(cuts > 150, "{cuts}");
}

fn variable<T>(name: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
    let text = std::env::var(name).ok()?;
    Some(read(&text).unwrap_or_else(|| panic!("{name} cannot be read: {text}")))
}

/// `cargo xtask soak cuts`, all or a part: `--path` and `--bytes`. Two walks at once share the requests of a way, each with
/// an authority of its own.
#[test]
#[ignore = "an hour: every byte"]
fn soak_cuts() {
    const WALKS: u64 = 2;
    let began = Instant::now();
    let seconds = variable("PERMITCARD_SOAK_SECONDS", |text| text.parse().ok());
    let until = seconds.map(|seconds| began + Duration::from_secs(seconds));
    let paths: Vec<String> = variable("PERMITCARD_SOAK_PATHS", |text| {
        Some(text.split(',').map(str::to_owned).collect())
    })
    .unwrap_or_default();
    for path in &paths {
        let known = PATHS.iter().chain(&ON_OTHER_WAYS);
        assert!(known.into_iter().any(|known| known == path), "no wallet asks {path}");
    }
    let bytes = variable("PERMITCARD_SOAK_BYTES", |text| {
        let (from, to) = text.split_once("..")?;
        Some(from.parse().ok()?..to.parse().ok()?)
    })
    .unwrap_or(0..u64::MAX);
    println!("paths {paths:?} (none: all), bytes {bytes:?}");
    let is_whole = paths.is_empty() && bytes == (0..u64::MAX) && until.is_none();
    let walks: [(&str, Person, &[&str]); 4] = [
        ("every step", EVERY_STEP, &PATHS),
        ("decided later", PENDING, &[endpoints::DEFERRED]),
        ("to tier 2", RISING, &[endpoints::CHALLENGE, endpoints::TOKEN]),
        ("withdrawn", LEAVING, &[endpoints::CONSENT_WITHDRAWAL]),
    ];
    for (who, person, ways) in walks {
        let begun = Instant::now();
        let expected = Runtime::new().unwrap().block_on(Walk::undisturbed(person));
        let walk = |which| {
            // What the first walk cuts is not cut again at every byte, only what the others do otherwise.
            let own = || ways.iter().map(|path| (*path).to_owned()).collect();
            let part = Part {
                paths: if paths.is_empty() { own() } else { paths.clone() },
                bytes: bytes.clone(),
                share: (which, WALKS),
                until,
            };
            Runtime::new()
                .unwrap()
                .block_on(cut(Places::All(part), person, &expected))
        };
        let walk = &walk;
        let walks: Vec<Reached> = thread::scope(|scope| {
            let walks: Vec<_> = (0..WALKS).map(|which| scope.spawn(move || walk(which))).collect();
            walks.into_iter().map(|walk| walk.join().unwrap()).collect()
        });
        let mut reached = BTreeMap::<String, (u64, u64)>::new();
        for (path, (up, down)) in walks.iter().flat_map(|(_, reached)| reached) {
            let known = reached.entry(path.clone()).or_default();
            *known = (known.0.max(*up), known.1.max(*down));
        }
        for (path, (up, down)) in &reached {
            println!("{path:<46} up to byte {up:>6} up, {down:>6} down");
        }
        if is_whole {
            for path in ways {
                let (up, down) = reached.get(*path).copied().unwrap_or_default();
                assert!(up >= 400 && down >= 400, "{path}: {up} {down}");
            }
        }
        let cuts: usize = walks.iter().map(|(cuts, _)| cuts).sum();
        let is_late = until.is_some_and(|until| Instant::now() >= until);
        println!(
            "{who}: {cuts} cuts in {} s{}: 0 double effects, 0 versions backwards",
            begun.elapsed().as_secs(),
            if is_late { ", ended by time" } else { "" }
        );
    }
}
