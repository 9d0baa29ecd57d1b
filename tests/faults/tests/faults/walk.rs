//! One phone from nothing to a card, its other forms and a sync, while something goes wrong with every request, again and
//! again. However that went, the authority did everything once.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use permitcard_authority::admin::PermitEvent;
use permitcard_net::{HttpClient, Request};
use permitcard_wallet::{Link, Phase, Reply, Wallet, WalletError, WireCode};

use crate::{
    counts::{Counts, Expected, Ledger},
    stage::{Stage, open},
    support::{Holder, PhoneParts, World, holder::prompt},
};

/// Who walks.
#[derive(Clone, Copy)]
pub struct Person {
    id: &'static str,
    /// Messages to this person's contact in one walk.
    messages: usize,
    /// The version of the card: a decision makes another one.
    version: u64,
}

/// Somebody with a contact in the register, so that every step is asked.
pub const EVERY_STEP: Person = Person {
    id: "maria",
    messages: 1,
    version: 1,
};
/// Somebody whose application is decided only when the phone has asked for it twice.
pub const PENDING: Person = Person {
    id: "thandiwe",
    messages: 2,
    version: 2,
};

/// Whether something went wrong since the last question.
#[derive(Default)]
pub struct Trouble(AtomicBool);

impl Trouble {
    pub fn note(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    fn was(&self) -> bool {
        self.0.swap(false, Ordering::SeqCst)
    }
}

/// The client, with an eye on the database after every answer.
struct Watched {
    inner: HttpClient,
    ledger: Mutex<Ledger>,
    most: Mutex<Counts>,
}

impl Link for Watched {
    fn send<'a>(&'a self, request: &'a Request) -> Reply<'a> {
        Box::pin(async move {
            let answer = self.inner.send(request).await;
            let mut most = self.most.lock().unwrap();
            for (table, rows) in self.ledger.lock().unwrap().counts() {
                let known = most.entry(table).or_default();
                *known = rows.max(*known);
            }
            answer
        })
    }
}

pub struct Walk {
    pub stage: Stage,
    pub parts: PhoneParts,
    pub ledger: Ledger,
    person: Person,
    /// How often the phone heard that the application is still being decided.
    promises: AtomicUsize,
}

fn data_dir(world: &World) -> PathBuf {
    world.folder.path().join("authority")
}

impl Walk {
    pub async fn new(person: Person) -> Self {
        let stage = Stage::new().await;
        let parts = stage.world.new_phone("phone");
        let ledger = Ledger::open(&data_dir(&stage.world));
        Self {
            stage,
            parts,
            ledger,
            person,
            promises: AtomicUsize::new(0),
        }
    }

    /// What the authority does in a walk in which nothing goes wrong.
    pub async fn undisturbed(person: Person) -> Expected {
        let walk = Self::new(person).await;
        let link = Arc::new(Watched {
            inner: walk.stage.client(),
            ledger: Mutex::new(Ledger::open(&data_dir(&walk.stage.world))),
            most: Mutex::default(),
        });
        let (wallet, _) = open(&walk.parts, link.clone()).await;
        let mut holder = Holder::new(person.id);
        walk.go(&wallet, &mut holder).await.unwrap();
        // Messages leave after the answers.
        while walk.stage.world.admin.mailbox(Some(person.id)).unwrap().len() < person.messages {
            tokio::task::yield_now().await;
        }
        let (mut most, end) = (link.most.lock().unwrap().clone(), walk.ledger.counts());
        for (table, rows) in &end {
            let known = most.entry(table.clone()).or_default();
            *known = (*rows).max(*known);
        }
        assert!(
            end["permit_grant"] == 1 && end["batch"] >= 1 && most["session"] == 1,
            "{most:?} {end:?}"
        );
        wallet.close().await;
        Expected { most, end }
    }

    /// All that the app does once, as far as it comes.
    async fn go(&self, wallet: &Wallet, holder: &mut Holder) -> Result<(), WalletError> {
        holder.register(wallet, &self.stage.world.admin).await?;
        self.fetch(wallet).await?;
        wallet.consents().await?;
        // The first one delivers what waits, the second one has nothing left to do.
        for _ in 0..2 {
            wallet.sync(Some(prompt())).await?;
        }
        Ok(())
    }

    /// Gets the card, also one that is decided only while the phone asks.
    async fn fetch(&self, wallet: &Wallet) -> Result<(), WalletError> {
        loop {
            match wallet.fetch_card(prompt()).await {
                Err(WalletError::Refused(refusal)) if refusal.code == WireCode::IssuancePending => {
                    if self.promises.fetch_add(1, Ordering::SeqCst) == 1 {
                        self.stage.world.event(PermitEvent::Approve, self.person.id);
                    }
                    self.forward(refusal.retry_after_s);
                }
                other => return other.map(drop),
            }
        }
    }

    fn forward(&self, wait: Option<u32>) {
        let wait = i64::from(wait.unwrap_or_default());
        self.stage.world.clock.forward(wait);
        self.parts.clock.forward(wait);
    }

    /// Goes on until nothing goes wrong any more, and compares with a walk that was not disturbed.
    pub async fn finish(&self, link: Arc<dyn Link>, trouble: &Trouble, expected: &Expected) {
        let (wallet, keys) = open(&self.parts, link).await;
        let mut holder = Holder::new(self.person.id);
        let mut version = 0;
        loop {
            match self.go(&wallet, &mut holder).await {
                Ok(()) if !trouble.was() => break,
                Ok(()) => {}
                Err(WalletError::Network(failure)) => self.forward(failure.retry_after_s),
                Err(error) => panic!("{error:?}"),
            }
            for (table, rows) in self.ledger.counts() {
                let most = expected.most.get(&table).copied().unwrap_or_default();
                assert!(rows <= most, "{rows} rows of {table}, where {most} are right");
            }
            if let Some(card) = wallet.card().await.unwrap() {
                assert!(card.version >= version, "{} after {version}", card.version);
                version = card.version;
            }
        }
        let mailbox = || self.stage.world.admin.mailbox(Some(self.person.id)).unwrap().len();
        while mailbox() < self.person.messages {
            tokio::task::yield_now().await;
        }
        assert_eq!(self.ledger.counts(), expected.end);
        assert_eq!(self.ledger.live_grants(), 1);
        let state = wallet.state().await.unwrap();
        assert_eq!((state.phase, state.unanswered), (Phase::Ready, 0));
        let card = wallet.card().await.unwrap().unwrap();
        assert_eq!((card.version, card.credentials_left), (self.person.version, 10));
        assert_eq!(keys.keys(permitcard_platform::KeyPurpose::Presentation), 10);
        assert_eq!(keys.keys(permitcard_platform::KeyPurpose::Transport), 1);
        wallet.close().await;
    }
}
