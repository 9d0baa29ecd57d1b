//! One phone from nothing to a card, its other forms and a sync, and on to what follows, while something goes wrong with
//! every request, again and again. However that went, the authority did everything once.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use permitcard_authority::admin::{EventData, PermitEvent};
use permitcard_net::{HttpClient, Request};
use permitcard_platform::KeyPurpose;
use permitcard_wallet::{
    CardEnd, CardView, ConsentKind, Link, Phase, RegistrationView, Reply, Wallet, WalletError, WireCode,
    WithdrawalEffect,
};

use crate::{
    counts::{Counts, Expected, Ledger},
    stage::{Stage, open},
    support::{Holder, PhoneParts, ScriptedKeys, World, holder::prompt},
};

/// What follows on the first card.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    /// Nothing.
    Stays,
    /// The holder has another occupation: there is a newer card, and every copy of the one before ends.
    Changes,
    /// The holder takes the step to tier 2.
    Rises,
    /// The holder withdraws the general consent.
    Ends,
}

/// Who walks, and where to.
#[derive(Clone, Copy)]
pub struct Person {
    id: &'static str,
    at_window: bool,
    /// Messages to this person's contact in one walk.
    messages: usize,
    then: Then,
    /// The version of the card before that.
    version: u64,
}

/// Somebody with a contact in the register, so that every step is asked; the card changes once.
pub const EVERY_STEP: Person = Person {
    id: "maria",
    at_window: false,
    messages: 1,
    then: Then::Changes,
    version: 1,
};
/// The same, without a change of the card.
pub const STRAIGHT: Person = Person {
    then: Then::Stays,
    ..EVERY_STEP
};
/// Somebody whose application is decided only when the phone has asked for it twice. The decision makes another version.
pub const PENDING: Person = Person {
    id: "thandiwe",
    at_window: false,
    messages: 2,
    then: Then::Stays,
    version: 2,
};
/// Somebody who comes by a service window and rises to tier 2.
pub const RISING: Person = Person {
    id: "maria",
    at_window: true,
    messages: 0,
    then: Then::Rises,
    version: 1,
};
/// Somebody who comes by a service window and withdraws the consent that the card rests on.
pub const LEAVING: Person = Person {
    id: "maria",
    at_window: true,
    messages: 1,
    then: Then::Ends,
    version: 1,
};

impl Person {
    fn holder(self) -> Holder {
        if self.at_window {
            Holder::at_window(self.id)
        } else {
            Holder::new(self.id)
        }
    }

    /// The version of the card at the end.
    fn last_version(self) -> u64 {
        match self.then {
            Then::Stays | Then::Ends => self.version,
            Then::Changes | Then::Rises => self.version + 1,
        }
    }
}

/// Whoever waits so long for a message waits for nothing. No outcome depends on it.
pub const NO_HANG: Duration = Duration::from_secs(120);
/// Up to the first card, and from what follows on: what is asked again then goes wrong again.
const PARTS: [usize; 2] = [0, 1];
/// Lists are signed anew after less than this.
const PACE_S: u32 = 400;

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
    part: Arc<AtomicUsize>,
    changed: AtomicBool,
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
            part: Arc::default(),
            changed: AtomicBool::new(false),
            promises: AtomicUsize::new(0),
        }
    }

    /// Which part of the walk it is, for whoever makes things go wrong.
    pub fn part(&self) -> Arc<AtomicUsize> {
        self.part.clone()
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
        let mut holder = person.holder();
        for part in PARTS {
            walk.go(part, &wallet, &mut holder).await.unwrap();
        }
        walk.mail_arrives();
        let (mut most, end) = (link.most.lock().unwrap().clone(), walk.ledger.counts());
        for (table, rows) in &end {
            let known = most.entry(table.clone()).or_default();
            *known = (*rows).max(*known);
        }
        assert!(
            end["permit_grant"] >= 1 && end["batch"] >= 1 && most["session"] >= 1,
            "{most:?} {end:?}"
        );
        wallet.close().await;
        Expected { most, end }
    }

    /// Waits for the messages of the walk, which leave after the answers.
    fn mail_arrives(&self) {
        let begun = Instant::now();
        while self.stage.world.admin.mailbox(Some(self.person.id)).unwrap().len() < self.person.messages {
            assert!(begun.elapsed() < NO_HANG, "a message is not sent");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// All that the app does once in a part of the walk, as far as it comes. Called again it goes on.
    async fn go(&self, part: usize, wallet: &Wallet, holder: &mut Holder) -> Result<(), WalletError> {
        self.part.store(part, Ordering::SeqCst);
        match self.person.then {
            _ if part == 0 => self.begin(wallet, holder).await,
            Then::Stays => Ok(()),
            Then::Changes => self.change(wallet).await,
            Then::Rises => self.rise(wallet, holder).await,
            Then::Ends => self.withdraw(wallet).await,
        }
    }

    async fn begin(&self, wallet: &Wallet, holder: &mut Holder) -> Result<(), WalletError> {
        holder.register(wallet, &self.stage.world.admin).await?;
        self.fetch(wallet).await?;
        wallet.consents().await?;
        self.sync(wallet).await
    }

    /// The first one delivers what waits, the second one has nothing left to do.
    async fn sync(&self, wallet: &Wallet) -> Result<(), WalletError> {
        for _ in 0..2 {
            let report = wallet.sync(Some(prompt())).await?;
            assert!(!report.older_version_seen, "the authority never goes back");
        }
        Ok(())
    }

    async fn change(&self, wallet: &Wallet) -> Result<(), WalletError> {
        if !self.changed.swap(true, Ordering::SeqCst) {
            let position = EventData {
                occupation: Some("Head of engineering".to_owned()),
                ..EventData::default()
            };
            let admin = &self.stage.world.admin;
            admin
                .event_with(PermitEvent::ChangePosition, self.person.id, &position)
                .unwrap();
            self.forward(Some(PACE_S));
        }
        self.sync(wallet).await?;
        let card = wallet.card().await?.unwrap();
        assert_eq!((card.version, card.superseded), (self.person.last_version(), false));
        Ok(())
    }

    async fn rise(&self, wallet: &Wallet, holder: &mut Holder) -> Result<(), WalletError> {
        let is_tier_1 = |card: &CardView| card.tier == 1;
        if wallet.registration().await? == Some(RegistrationView::Finished)
            && wallet.card().await?.as_ref().is_some_and(is_tier_1)
        {
            wallet.start_tier_2().await?;
        }
        holder.register(wallet, &self.stage.world.admin).await?;
        self.fetch(wallet).await?;
        self.sync(wallet).await
    }

    async fn withdraw(&self, wallet: &Wallet) -> Result<(), WalletError> {
        if wallet.card().await?.is_some_and(|card| card.end.is_none()) {
            let done = wallet.withdraw_consent(ConsentKind::General).await?;
            assert_eq!(done.effect, WithdrawalEffect::CardEnds);
        }
        let report = wallet.sync(None).await?;
        assert_eq!(report.end, Some(CardEnd::ConsentWithdrawn));
        Ok(())
    }

    /// Gets the card, also one that is decided only while the phone asks.
    async fn fetch(&self, wallet: &Wallet) -> Result<CardView, WalletError> {
        loop {
            match wallet.fetch_card(prompt()).await {
                Err(WalletError::Refused(refusal)) if refusal.code == WireCode::IssuancePending => {
                    if self.promises.fetch_add(1, Ordering::SeqCst) == 1 {
                        self.stage.world.event(PermitEvent::Approve, self.person.id);
                    }
                    self.forward(refusal.retry_after_s);
                }
                other => return other,
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
        let mut holder = self.person.holder();
        let mut version = 0;
        for part in PARTS {
            loop {
                match self.go(part, &wallet, &mut holder).await {
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
        }
        self.mail_arrives();
        assert_eq!(self.ledger.counts(), expected.end);
        self.look_at(&wallet).await;
        self.look_at_keys(&keys);
        wallet.close().await;
    }

    /// The card as it is at the end, on the phone and at the authority.
    async fn look_at(&self, wallet: &Wallet) {
        let state = wallet.state().await.unwrap();
        assert_eq!((state.phase, state.unanswered), (Phase::Ready, 0));
        let card = wallet.card().await.unwrap().unwrap();
        let last = self.person.last_version();
        assert_eq!(card.version, last);
        assert_eq!(card.tier, if self.person.then == Then::Rises { 2 } else { 1 });
        let (good, grants) = (self.ledger.good_copies(), self.ledger.live_grants());
        if self.person.then == Then::Ends {
            assert_eq!(card.end, Some(CardEnd::ConsentWithdrawn));
            assert_eq!((good.len(), grants), (0, 0), "{good:?}");
        } else {
            assert_eq!((card.end, card.superseded, card.credentials_left), (None, false, 10));
            assert_eq!(grants, 1);
            let versions: Vec<u64> = good.keys().copied().collect();
            assert_eq!(versions, [last], "copies of these versions are good: {good:?}");
        }
    }

    fn look_at_keys(&self, keys: &ScriptedKeys) {
        let presentation = keys.keys(KeyPurpose::Presentation);
        match self.person.then {
            Then::Stays => assert_eq!(presentation, 10),
            // Those of the batch before may stay until the next one, and a card that ended can still be looked at.
            _ => assert!((10..=20).contains(&presentation), "{presentation}"),
        }
        assert_eq!(keys.keys(KeyPurpose::Transport), 1);
    }
}
