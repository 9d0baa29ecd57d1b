//! Futures that are dropped at every await: those of the client, below the wallet, and those of the wallet, as hosts hold
//! them. Afterwards the app just goes on.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use permitcard_net::{HttpClient, NetError, Request};
use permitcard_protocol::WireCode;
use permitcard_wallet::{
    KeyError, Link, Phase, PresentRequest, Profile, RegistrationView, Reply, StateCode, Wallet, WalletError,
};

use crate::{
    stage::open,
    support::{Holder, holder::prompt},
    walk::{EVERY_STEP, NO_HANG, STRAIGHT, Trouble, Walk},
};

/// A future that is polled so many times and then dropped: it ends with `None`.
struct Dropped<F> {
    inner: Option<Pin<Box<F>>>,
    polls: usize,
}

fn dropped_after<F: Future>(polls: usize, inner: F) -> Dropped<F> {
    Dropped {
        inner: Some(Box::pin(inner)),
        polls,
    }
}

impl<F: Future> Future for Dropped<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(inner) = &mut self.inner else {
            return Poll::Ready(None);
        };
        if let Poll::Ready(output) = inner.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        self.polls = self.polls.saturating_sub(1);
        if self.polls == 0 {
            self.inner = None;
            return Poll::Ready(None);
        }
        Poll::Pending
    }
}

/// The client, whose n-th try of a request is dropped at its n-th await.
struct DropLink {
    inner: HttpClient,
    tries: Mutex<HashMap<String, usize>>,
    trouble: Arc<Trouble>,
    drops: AtomicUsize,
}

impl Link for DropLink {
    fn send<'a>(&'a self, request: &'a Request) -> Reply<'a> {
        Box::pin(async move {
            let name = request.idempotency_key().unwrap_or(request.path()).to_owned();
            let polls = {
                let mut tries = self.tries.lock().unwrap();
                let polls = tries.entry(name.clone()).or_insert(0);
                *polls += 1;
                *polls
            };
            // A request that runs at the authority is no failure here; it is asked for again until it is over.
            loop {
                match dropped_after(polls, self.inner.send(request)).await {
                    Some(Err(NetError::Refused(refusal))) if refusal.code == Some(WireCode::IdempotencyInFlight) => {
                        tokio::time::sleep(Duration::from_millis(2)).await;
                    }
                    Some(answer) => {
                        // What came through once comes through from now on.
                        self.tries.lock().unwrap().insert(name, usize::MAX / 2);
                        return answer;
                    }
                    None => {
                        self.drops.fetch_add(1, Ordering::SeqCst);
                        self.trouble.note();
                        return Err(NetError::Interrupted);
                    }
                }
            }
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_dropped_at_any_await_is_done_once() {
    let expected = Walk::undisturbed(EVERY_STEP).await;
    let walk = Walk::new(EVERY_STEP).await;
    let trouble = Arc::new(Trouble::default());
    let link = Arc::new(DropLink {
        inner: walk.stage.client(),
        tries: Mutex::default(),
        trouble: trouble.clone(),
        drops: AtomicUsize::new(0),
    });
    walk.finish(link.clone(), &trouble, &expected).await;
    let drops = link.drops.load(Ordering::SeqCst);
    println!("{drops} futures of requests dropped");
    assert!(drops > 30, "{drops}");
}

/// Makes a call again and again, each time dropped one await later, until one comes to its end.
async fn persist<T, F: Future<Output = Result<T, WalletError>>>(
    drops: &AtomicUsize,
    mut call: impl FnMut() -> F,
) -> Result<T, WalletError> {
    for polls in 1.. {
        match dropped_after(polls, call()).await {
            // The prompt of a call that was given up is still open.
            Some(Err(WalletError::KeyStore(KeyError::Busy))) => tokio::task::yield_now().await,
            Some(result) => return result,
            None => {
                drops.fetch_add(1, Ordering::SeqCst);
            }
        }
    }
    unreachable!("numbers do not end")
}

/// What an app does after a call that it gave up: looks where the wallet is, and answers what is asked there. An answer to
/// a step that the dropped call has passed meanwhile is refused.
async fn register(wallet: &Wallet, walk: &Walk, holder: &mut Holder, drops: &AtomicUsize) {
    loop {
        let view = persist(drops, || wallet.registration()).await.unwrap();
        let outcome = match view {
            None => persist(drops, || wallet.start_registration()).await.map(drop),
            Some(RegistrationView::Step(step)) if step.unanswered.is_none() => {
                let answer = holder.answer(&step, &walk.stage.world.admin);
                persist(drops, || wallet.answer(answer.clone())).await.map(drop)
            }
            Some(RegistrationView::Starting | RegistrationView::Step(_)) => {
                persist(drops, || wallet.resume_registration()).await.map(drop)
            }
            Some(_) => return,
        };
        match outcome {
            Ok(())
            | Err(WalletError::WrongState(
                StateCode::StepMismatch | StateCode::RegistrationRunning | StateCode::NoRegistration,
            )) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_the_wallet_that_is_dropped_at_any_await_is_done_once() {
    let expected = Walk::undisturbed(STRAIGHT).await;
    let walk = Walk::new(STRAIGHT).await;
    let (wallet, keys) = open(&walk.parts, Arc::new(walk.stage.client())).await;
    let drops = AtomicUsize::new(0);
    let mut holder = Holder::new("maria");
    register(&wallet, &walk, &mut holder, &drops).await;
    let before = persist(&drops, || wallet.fetch_card(prompt())).await.unwrap();
    for _ in 0..2 {
        persist(&drops, || wallet.sync(Some(prompt()))).await.unwrap();
    }
    for _ in 0..3 {
        loop {
            persist(&drops, || wallet.begin_show(Profile::Employer, prompt()))
                .await
                .unwrap();
            match persist(&drops, || wallet.present(PresentRequest::default())).await {
                Ok(_) => break,
                // The end of the session before was given up, and came after this session began.
                Err(WalletError::WrongState(_)) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
        persist(&drops, || wallet.end_show()).await.unwrap();
    }
    persist(&drops, || wallet.preview(Profile::Hospital)).await.unwrap();
    let log = persist(&drops, || wallet.disclosure_log()).await.unwrap();
    assert!(log.len() >= 3, "{}", log.len());
    let card = persist(&drops, || wallet.card()).await.unwrap().unwrap();
    assert!(persist(&drops, || wallet.portrait()).await.unwrap().is_some());
    let state = persist(&drops, || wallet.state()).await.unwrap();
    assert_eq!((state.phase, state.unanswered), (Phase::Ready, 0));
    assert_eq!((card.version, &card.fields), (before.version, &before.fields));
    assert_eq!(walk.ledger.counts(), expected.end);
    assert_eq!(keys.keys(permitcard_platform::KeyPurpose::Presentation), 10);
    let drops = drops.load(Ordering::SeqCst);
    println!("{drops} futures of the wallet dropped");
    assert!(drops > 20, "{drops}");
    // A wallet whose close is dropped is closed all the same.
    let _ = dropped_after(1, wallet.close()).await;
    let begun = Instant::now();
    let error = loop {
        match wallet.card().await {
            Ok(_) => assert!(begun.elapsed() < NO_HANG, "it stays open"),
            Err(error) => break error,
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(error, WalletError::Closed);
}
