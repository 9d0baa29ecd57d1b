use std::fmt;

use serde::Serialize;

use super::Admin;
use crate::{AuthorityError, providers::sandbox::CheckRecord};

/// A check that the sandbox's provider carried out. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct SandboxCheckView {
    /// Seconds since 1970.
    pub performed_at: i64,
    /// `document-check`, `face-check`, `bank-card` or `sim`.
    pub kind: String,
    /// The number as it was claimed, of either kind.
    pub number: String,
    /// What the check said.
    pub outcome: String,
    /// What it should have said.
    pub truth: String,
}

impl fmt::Debug for SandboxCheckView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SandboxCheckView { .. }")
    }
}

impl Admin {
    /// The checks of the sandbox that were carried out within about a day, newest first; all, or those that were wrong: a
    /// review of them finds the cards to end and the holders to help.
    ///
    /// # Errors
    /// [`AuthorityError`]
    pub fn sandbox_checks(&self, only_wrong: bool) -> Result<Vec<SandboxCheckView>, AuthorityError> {
        let records = self.store.read(|tx| tx.sandbox_checks())?;
        Ok(records
            .into_iter()
            .map(view)
            .filter(|check| !only_wrong || check.outcome != check.truth)
            .collect())
    }
}

fn view(record: CheckRecord) -> SandboxCheckView {
    SandboxCheckView {
        performed_at: record.result.performed_at,
        kind: record.result.kind.name().to_owned(),
        number: record.number,
        outcome: record.result.outcome.name().to_owned(),
        truth: record.truth,
    }
}
