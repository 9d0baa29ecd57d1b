use permitcard_crypto::hash::sha256;
use rusqlite::OptionalExtension;

use super::Tx;
use crate::AuthorityError;

/// A registration under way.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) id: i64,
    /// The name that providers know it by.
    pub(crate) reference: String,
    /// RFC 7638 thumbprint of the key that it is bound to.
    pub(crate) jkt: String,
    pub(crate) code_challenge: String,
    pub(crate) expires_at: i64,
    /// JSON of [`crate::registration::Progress`].
    pub(crate) progress: String,
    /// The code of the answer that ended it.
    pub(crate) ended: Option<String>,
}

/// A code on its way.
pub(crate) struct SentCode {
    pub(crate) mac: [u8; 32],
    pub(crate) sent_at: i64,
    pub(crate) expires_at: i64,
}

/// A code that was sent.
pub(crate) struct OneTimeCode {
    pub(crate) mac: [u8; 32],
    pub(crate) sent_at: i64,
    pub(crate) expires_at: i64,
    /// Wrong tries.
    pub(crate) tries: u32,
    /// The provider said that it could not be delivered.
    pub(crate) undelivered: bool,
}

/// What a provider told the authority about one check.
#[derive(Clone)]
pub(crate) struct CheckResult {
    pub(crate) kind: String,
    pub(crate) session: String,
    pub(crate) jkt: String,
    pub(crate) nonce: String,
    pub(crate) outcome: String,
    pub(crate) provider: String,
    pub(crate) method: String,
    pub(crate) environment: String,
    pub(crate) performed_at: i64,
    pub(crate) evidence: [u8; 32],
}

impl Tx<'_> {
    pub(crate) fn put_session(
        &self,
        reference: &str,
        auth_session: &str,
        jkt: &str,
        code_challenge: &str,
        progress: &str,
        (created_at, expires_at): (i64, i64),
    ) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT INTO session (reference, token, jkt, code_challenge, created_at, expires_at, progress)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                reference,
                sha256(auth_session.as_bytes()),
                jkt,
                code_challenge,
                created_at,
                expires_at,
                progress,
            ),
        )?;
        Ok(())
    }

    /// The session of that name, if it belongs to that key.
    pub(crate) fn session(&self, auth_session: &str, jkt: &str) -> Result<Option<Session>, AuthorityError> {
        Ok(self
            .0
            .query_row(
                "SELECT id, reference, jkt, code_challenge, expires_at, progress, ended FROM session
                 WHERE token = ?1 AND jkt = ?2",
                (sha256(auth_session.as_bytes()), jkt),
                |row| {
                    Ok(Session {
                        id: row.get(0)?,
                        reference: row.get(1)?,
                        jkt: row.get(2)?,
                        code_challenge: row.get(3)?,
                        expires_at: row.get(4)?,
                        progress: row.get(5)?,
                        ended: row.get(6)?,
                    })
                },
            )
            .optional()?)
    }

    /// Keeps the progress under the session's next name.
    pub(crate) fn advance_session(&self, id: i64, auth_session: &str, progress: &str) -> Result<(), AuthorityError> {
        self.0.execute(
            "UPDATE session SET token = ?2, progress = ?3 WHERE id = ?1",
            (id, sha256(auth_session.as_bytes()), progress),
        )?;
        Ok(())
    }

    /// Ends a session; later requests get the same answer.
    pub(crate) fn end_session(&self, id: i64, progress: &str, code: &str) -> Result<(), AuthorityError> {
        self.0.execute(
            "UPDATE session SET progress = ?2, ended = ?3 WHERE id = ?1",
            (id, progress, code),
        )?;
        Ok(())
    }

    /// Removes a session that led to a grant.
    pub(crate) fn remove_session(&self, id: i64) -> Result<(), AuthorityError> {
        self.0.execute("DELETE FROM session WHERE id = ?1", [id])?;
        Ok(())
    }

    /// Keeps a code before it is sent, in place of an earlier one.
    pub(crate) fn put_code(&self, session: i64, code: &SentCode) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT OR REPLACE INTO one_time_code (session, mac, sent_at, expires_at, tries, undelivered)
             VALUES (?1, ?2, ?3, ?4, 0, 0)",
            (session, code.mac, code.sent_at, code.expires_at),
        )?;
        Ok(())
    }

    pub(crate) fn code(&self, session: i64) -> Result<Option<OneTimeCode>, AuthorityError> {
        Ok(self
            .0
            .query_row(
                "SELECT mac, sent_at, expires_at, tries, undelivered FROM one_time_code WHERE session = ?1",
                [session],
                |row| {
                    Ok(OneTimeCode {
                        mac: row.get(0)?,
                        sent_at: row.get(1)?,
                        expires_at: row.get(2)?,
                        tries: row.get(3)?,
                        undelivered: row.get(4)?,
                    })
                },
            )
            .optional()?)
    }

    pub(crate) fn count_code_try(&self, session: i64) -> Result<(), AuthorityError> {
        self.0.execute(
            "UPDATE one_time_code SET tries = tries + 1 WHERE session = ?1",
            [session],
        )?;
        Ok(())
    }

    pub(crate) fn mark_code_undelivered(&self, session: i64, mac: &[u8; 32]) -> Result<(), AuthorityError> {
        self.0.execute(
            "UPDATE one_time_code SET undelivered = 1 WHERE session = ?1 AND mac = ?2",
            (session, mac),
        )?;
        Ok(())
    }

    pub(crate) fn remove_code(&self, session: i64) -> Result<(), AuthorityError> {
        self.0
            .execute("DELETE FROM one_time_code WHERE session = ?1", [session])?;
        Ok(())
    }

    /// Takes in what a provider says, under the receipt that it also gave to the holder's host.
    pub(crate) fn put_check_result(&self, receipt: &str, result: &CheckResult) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT INTO check_result (receipt, kind, session, jkt, nonce, outcome, provider, method, environment,
             performed_at, evidence, used) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0)",
            (
                sha256(receipt.as_bytes()),
                &result.kind,
                &result.session,
                &result.jkt,
                &result.nonce,
                &result.outcome,
                &result.provider,
                &result.method,
                &result.environment,
                result.performed_at,
                result.evidence,
            ),
        )?;
        Ok(())
    }

    /// The unused result for a receipt.
    pub(crate) fn check_result(&self, receipt: &str) -> Result<Option<CheckResult>, AuthorityError> {
        Ok(self
            .0
            .query_row(
                "SELECT kind, session, jkt, nonce, outcome, provider, method, environment, performed_at, evidence
                 FROM check_result WHERE receipt = ?1 AND used = 0",
                [sha256(receipt.as_bytes())],
                |row| {
                    Ok(CheckResult {
                        kind: row.get(0)?,
                        session: row.get(1)?,
                        jkt: row.get(2)?,
                        nonce: row.get(3)?,
                        outcome: row.get(4)?,
                        provider: row.get(5)?,
                        method: row.get(6)?,
                        environment: row.get(7)?,
                        performed_at: row.get(8)?,
                        evidence: row.get(9)?,
                    })
                },
            )
            .optional()?)
    }

    pub(crate) fn use_receipt(&self, receipt: &str) -> Result<(), AuthorityError> {
        self.0.execute(
            "UPDATE check_result SET used = 1 WHERE receipt = ?1",
            [sha256(receipt.as_bytes())],
        )?;
        Ok(())
    }

    /// Appends to the evidence: what led to a step's outcome, without any value of the person.
    pub(crate) fn put_evidence(&self, step: &str, result: &CheckResult) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT INTO evidence (session, step, outcome, provider, method, environment, performed_at, digest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (
                &result.session,
                step,
                &result.outcome,
                &result.provider,
                &result.method,
                &result.environment,
                result.performed_at,
                result.evidence,
            ),
        )?;
        Ok(())
    }
}
