//! Providers are asked to delete what they keep of a check once the authority deletes it (PIPL 47), until they say that
//! they did: what is owed is never given up.

use std::sync::Arc;

use crate::{app::App, store::Erasure};

/// Seconds of the longest pause between two attempts: a day.
const LONGEST_PAUSE_S: i64 = 86_400;

/// Takes what is due; nothing while the database cannot be read.
pub(super) async fn take(app: &Arc<App>) -> Vec<Erasure> {
    app.blocking(|app| {
        let now = app.now()?;
        // Looking must not wait for the write lock every second.
        if app.store.read(|tx| tx.has_erasures(now))? {
            app.store.write(|tx| tx.take_erasures(now))
        } else {
            Ok(Vec::new())
        }
    })
    .await
    .unwrap_or_default()
}

/// Asks once. A provider that is not configured any more is asked when it is again.
pub(super) async fn erase(app: Arc<App>, erasure: Erasure) {
    let done = match app.providers.erasers.get(&erasure.provider) {
        Some(provider) => provider.erase(erasure.check.clone()).await.is_ok(),
        None => false,
    };
    // Where even this fails it is asked again once its lease is over.
    let _ = app
        .blocking(move |app| {
            let now = app.now()?;
            let nonce = &erasure.check.nonce;
            app.store.write(|tx| {
                if done {
                    tx.remove_erasure(nonce)
                } else {
                    tx.put_off_erasure(nonce, now.saturating_add(pause_s(erasure.attempts)))
                }
            })
        })
        .await;
}

/// 2, 4, 8 … minutes, at most a day.
fn pause_s(attempts: u32) -> i64 {
    (60_i64 << attempts.min(16)).min(LONGEST_PAUSE_S)
}
