use std::sync::Arc;

use permitcard_crypto::hash::{sha256, sha256_of};
use rusqlite::OptionalExtension;

use super::{Magic, PROVIDER, blocking};
use crate::{
    AuthorityError,
    providers::{CheckRequest, Checker, Environment, ProviderFuture, StartedCheck},
    registration::Step,
    store::{CheckResult, Store, Tx},
    token,
};

/// A launch token works as long as a registration can last.
const LAUNCH_LIFE_S: i64 = 60 * 60;

/// Document and face check of the sandbox.
pub(super) struct SandboxChecker {
    pub(super) store: Arc<Store>,
    pub(super) url: String,
}

impl Checker for SandboxChecker {
    fn environment(&self) -> Environment {
        Environment::Test
    }

    fn start(&self, request: CheckRequest) -> ProviderFuture<'_, StartedCheck> {
        Box::pin(async move {
            let token = blocking(&self.store, move |store| {
                let token = token::random()?;
                store.write(|tx| tx.put_launch(&token, &request))?;
                Ok(token)
            })
            .await?;
            Ok(StartedCheck {
                provider: PROVIDER.to_owned(),
                url: self.url.clone(),
                token,
            })
        })
    }
}

struct LaunchRow {
    kind: String,
    session: String,
    jkt: String,
    nonce: String,
    permit_number: String,
}

/// Carries out the check of a launch token, tells the authority the result, and returns the receipt for the host that
/// ran the check. A token works once: whoever forwards it to somebody else cannot fetch that person's receipt.
///
/// # Errors
/// [`AuthorityError::LaunchRefused`] for a token that is unknown, used or too old.
pub(crate) fn run_check(store: &Store, launch_token: &str, now: i64) -> Result<String, AuthorityError> {
    store.write(|tx| run_in(tx, launch_token, now))
}

/// As [`run_check`], inside of a transaction.
pub(super) fn run_in(tx: &Tx<'_>, launch_token: &str, now: i64) -> Result<String, AuthorityError> {
    let receipt = token::random()?;
    let launch = tx.use_launch(launch_token, now)?.ok_or(AuthorityError::LaunchRefused)?;
    let step = [Step::DocumentCheck, Step::FaceCheck]
        .into_iter()
        .find(|step| step.name() == launch.kind);
    let step = step.ok_or(AuthorityError::DataDamaged)?;
    let earlier = tx.launches_used_before(&launch)?;
    let outcome = Magic::of(&launch.permit_number).outcome(step, earlier);
    let evidence = sha256_of(&[b"sandbox", launch.nonce.as_bytes(), outcome.name().as_bytes()]);
    tx.put_check_result(
        &receipt,
        &CheckResult {
            kind: launch.kind,
            session: launch.session,
            jkt: launch.jkt,
            nonce: launch.nonce,
            outcome: outcome.name().to_owned(),
            provider: PROVIDER.to_owned(),
            method: "magic-number".to_owned(),
            environment: Environment::Test.name().to_owned(),
            performed_at: now,
            evidence,
        },
    )?;
    Ok(receipt)
}

impl Tx<'_> {
    fn put_launch(&self, token: &str, request: &CheckRequest) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT INTO sandbox_launch (token, kind, session, jkt, nonce, permit_number, expires_at, used)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)",
            (
                sha256(token.as_bytes()),
                request.kind,
                &request.session,
                &request.jkt,
                &request.nonce,
                &request.permit_number,
                request.now + LAUNCH_LIFE_S,
            ),
        )?;
        Ok(())
    }

    fn use_launch(&self, token: &str, now: i64) -> Result<Option<LaunchRow>, AuthorityError> {
        Ok(self
            .0
            .query_row(
                "UPDATE sandbox_launch SET used = 1 WHERE token = ?1 AND used = 0 AND expires_at >= ?2
                 RETURNING kind, session, jkt, nonce, permit_number",
                (sha256(token.as_bytes()), now),
                |row| {
                    Ok(LaunchRow {
                        kind: row.get(0)?,
                        session: row.get(1)?,
                        jkt: row.get(2)?,
                        nonce: row.get(3)?,
                        permit_number: row.get(4)?,
                    })
                },
            )
            .optional()?)
    }

    fn launches_used_before(&self, launch: &LaunchRow) -> Result<u32, AuthorityError> {
        Ok(self.0.query_row(
            "SELECT count(*) FROM sandbox_launch WHERE session = ?1 AND kind = ?2 AND used = 1 AND nonce <> ?3",
            (&launch.session, &launch.kind, &launch.nonce),
            |row| row.get(0),
        )?)
    }
}
