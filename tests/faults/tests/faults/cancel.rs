//! A holder who cancels while any request of a registration is under way, and begins again.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use permitcard_net::{HttpClient, Request};
use permitcard_platform::KeyPurpose;
use permitcard_wallet::{Link, Phase, Reply, Wallet, WalletError};
use tokio::sync::Notify;

use crate::{
    counts::Ledger,
    stage::{Stage, open},
    support::{Holder, holder::prompt},
};

/// The client, whose n-th request never has an answer; from then on it is as good as ever.
struct HangingLink {
    inner: HttpClient,
    before: AtomicUsize,
    hangs: Arc<Notify>,
}

impl Link for HangingLink {
    fn send<'a>(&'a self, request: &'a Request) -> Reply<'a> {
        Box::pin(async move {
            let left = self.before.fetch_sub(1, Ordering::SeqCst);
            if left == 0 {
                // It reaches the authority, which does its work.
                let _ = self.inner.send(request).await;
                self.hangs.notify_one();
                std::future::pending::<()>().await;
            }
            self.inner.send(request).await
        })
    }
}

async fn get_card(wallet: &Wallet, stage: &Stage) -> Result<(), WalletError> {
    Holder::new("suharto").register(wallet, &stage.world.admin).await?;
    wallet.fetch_card(prompt()).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_that_is_cancelled_at_any_request_can_be_made_again() {
    let stage = Arc::new(Stage::new().await);
    let ledger = Ledger::open(&stage.world.folder.path().join("authority"));
    let mut cancelled = 0;
    loop {
        // The limits of starts are another matter.
        stage.world.clock.forward(2 * 3_600);
        let parts = stage.world.new_phone(&format!("phone-{cancelled}"));
        let hangs = Arc::new(Notify::new());
        let link = HangingLink {
            inner: stage.client(),
            before: AtomicUsize::new(cancelled),
            hangs: hangs.clone(),
        };
        let (wallet, keys) = open(&parts, Arc::new(link)).await;
        let app = tokio::spawn({
            let (wallet, stage) = (wallet.clone(), stage.clone());
            async move { get_card(&wallet, &stage).await }
        });
        hangs.notified().await;
        if wallet.card().await.unwrap().is_some() {
            // What hangs now belongs to a card that is there.
            app.abort();
            break;
        }
        wallet.cancel_registration().await.unwrap();
        assert_eq!(app.await.unwrap(), Err(WalletError::Cancelled), "request {cancelled}");
        assert_eq!(wallet.registration().await.unwrap(), None);
        assert_eq!(wallet.state().await.unwrap().unanswered, 0, "request {cancelled}");
        get_card(&wallet, &stage).await.unwrap();
        wallet.sync(Some(prompt())).await.unwrap();
        let state = wallet.state().await.unwrap();
        assert_eq!(
            (state.phase, state.unanswered),
            (Phase::Ready, 0),
            "request {cancelled}"
        );
        let counts = [KeyPurpose::Presentation, KeyPurpose::Transport].map(|purpose| keys.keys(purpose));
        assert_eq!(counts, [10, 1], "request {cancelled}");
        assert_eq!(ledger.live_grants(), 1, "request {cancelled}");
        wallet.close().await;
        cancelled += 1;
    }
    println!("cancelled at {cancelled} requests");
    assert!(cancelled > 10, "{cancelled}");
}
