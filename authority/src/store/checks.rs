use rusqlite::OptionalExtension;

use super::Tx;
use crate::{
    AuthorityError,
    providers::{Check, CheckKind, CheckRequest, Evidence, Outcome},
};

/// How far a provider's clock may be off, in seconds.
const CLOCK_TOLERANCE_S: i64 = 300;

/// A check that was started. Deliberately without `Debug`.
pub(crate) struct OpenCheck {
    pub(crate) kind: CheckKind,
    pub(crate) session: String,
    pub(crate) jkt: String,
    pub(crate) provider: String,
    /// Seconds since 1970.
    pub(crate) started_at: i64,
    /// Its receipt was judged.
    pub(crate) used: bool,
    /// What was said about it last.
    pub(crate) result: Option<Check>,
}

/// What became of a provider's statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noted {
    /// It is what is known now.
    Kept,
    /// It was known already.
    Known,
    /// It is about no open check of this provider, session, key and kind, or says something that cannot be.
    Foreign,
    /// A newer statement is known.
    Older,
    /// The check failed before, which is final.
    AfterFailure,
    /// The receipt was judged already.
    Late,
}

impl Noted {
    /// The statement is what is known now.
    pub(crate) fn is_good(self) -> bool {
        matches!(self, Self::Kept | Self::Known)
    }
}

impl Tx<'_> {
    /// Remembers a check before its provider is asked to start it.
    pub(crate) fn put_open_check(&self, provider: &str, request: &CheckRequest) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT INTO provider_check (nonce, provider, kind, session, jkt, started_at, result, used)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, 0)",
            (
                &request.nonce,
                provider,
                request.kind.name(),
                &request.session,
                &request.jkt,
                request.now,
            ),
        )?;
        Ok(())
    }

    /// The check of that nonce.
    pub(crate) fn open_check(&self, nonce: &str) -> Result<Option<OpenCheck>, AuthorityError> {
        type Row = (String, String, String, String, i64, bool, Option<String>);
        let row: Option<Row> = self
            .0
            .query_row(
                "SELECT kind, session, jkt, provider, started_at, used, result FROM provider_check WHERE nonce = ?1",
                [nonce],
                |row| {
                    Ok((
                        row.get(0)?,
                        row.get(1)?,
                        row.get(2)?,
                        row.get(3)?,
                        row.get(4)?,
                        row.get(5)?,
                        row.get(6)?,
                    ))
                },
            )
            .optional()?;
        let Some((kind, session, jkt, provider, started_at, used, result)) = row else {
            return Ok(None);
        };
        Ok(Some(OpenCheck {
            kind: CheckKind::from_name(&kind).ok_or(AuthorityError::DataDamaged)?,
            session,
            jkt,
            provider,
            started_at,
            used,
            result: result
                .map(|text| serde_json::from_str(&text).map_err(|_| AuthorityError::DataDamaged))
                .transpose()?,
        }))
    }

    /// What is known about the check of that nonce.
    pub(crate) fn check(&self, nonce: &str) -> Result<Option<Check>, AuthorityError> {
        Ok(self.open_check(nonce)?.and_then(|open| open.result))
    }

    /// Takes in a provider's statement, where it is about an open check and newer than what is known. A failure counts
    /// whenever it arrives, and nothing lifts it.
    pub(crate) fn note_check(&self, check: &Check, now: i64) -> Result<Noted, AuthorityError> {
        let Some(open) = self.open_check(&check.nonce)? else {
            return Ok(Noted::Foreign);
        };
        let earliest = open.started_at.saturating_sub(CLOCK_TOLERANCE_S);
        let latest = now.saturating_add(CLOCK_TOLERANCE_S);
        let belongs = open.kind == check.kind
            && open.session == check.session
            && open.jkt == check.jkt
            && open.provider == check.provider
            && (earliest..=latest).contains(&check.performed_at)
            && (check.document.is_none() || check.kind == CheckKind::Document);
        if !belongs {
            return Ok(Noted::Foreign);
        }
        // A clock that is ahead must not make evidence younger than it is.
        let check = Check {
            performed_at: check.performed_at.min(now),
            ..check.clone()
        };
        if let Some(known) = &open.result {
            if known.receipt != check.receipt {
                return Ok(Noted::Foreign);
            }
            if same_statement(known, &check) {
                return Ok(Noted::Known);
            }
            if known.outcome == Outcome::Failed {
                return Ok(Noted::AfterFailure);
            }
            if check.outcome != Outcome::Failed && check.sequence <= known.sequence {
                return Ok(Noted::Older);
            }
        }
        if open.used {
            return Ok(Noted::Late);
        }
        self.keep_check(&check)?;
        Ok(Noted::Kept)
    }

    fn keep_check(&self, check: &Check) -> Result<(), AuthorityError> {
        let text = serde_json::to_string(check).map_err(|_| AuthorityError::DataUnusable)?;
        self.0.execute(
            "UPDATE provider_check SET result = ?2 WHERE nonce = ?1",
            (&check.nonce, text),
        )?;
        Ok(())
    }

    /// Marks the receipt of a check as judged, and forgets what the document said.
    pub(crate) fn use_check(&self, nonce: &str) -> Result<(), AuthorityError> {
        if let Some(check) = self.check(nonce)? {
            self.keep_check(&Check {
                document: None,
                ..check
            })?;
        }
        self.0
            .execute("UPDATE provider_check SET used = 1 WHERE nonce = ?1", [nonce])?;
        Ok(())
    }

    /// Appends to the evidence: what led to a step's outcome, without any value of the person.
    pub(crate) fn put_evidence(&self, evidence: &Evidence<'_>) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT INTO evidence (session, step, outcome, provider, method, environment, performed_at, digest,
             verified_claims, clerk) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            (
                evidence.session,
                evidence.step,
                evidence.outcome.name(),
                evidence.provider,
                evidence.method,
                evidence.environment.name(),
                evidence.performed_at,
                evidence.digest,
                evidence.verified_claims(),
                evidence.clerk,
            ),
        )?;
        Ok(())
    }
}

/// The same, apart from what was forgotten and from a time that was corrected.
fn same_statement(known: &Check, check: &Check) -> bool {
    (known.outcome, known.sequence, known.receipt, known.evidence)
        == (check.outcome, check.sequence, check.receipt, check.evidence)
}
