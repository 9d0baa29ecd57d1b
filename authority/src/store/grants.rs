use permitcard_crypto::hash::sha256;
use rusqlite::{OptionalExtension, Row};

use super::Tx;
use crate::AuthorityError;

/// What a finished registration gives: the right to fetch one person's card with one transport key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) id: i64,
    pub(crate) person: String,
    /// RFC 7638 thumbprint of the transport key.
    pub(crate) jkt: String,
    pub(crate) code_challenge: String,
    pub(crate) code_expires_at: i64,
    pub(crate) code_used: bool,
    pub(crate) refresh_expires_at: i64,
    /// Replaced by a newer registration, or its permit was cancelled.
    pub(crate) ended: bool,
}

/// A grant to be kept.
pub(crate) struct NewGrant<'a> {
    pub(crate) person: &'a str,
    /// The name under which evidence and consents of the registration are kept.
    pub(crate) session: &'a str,
    pub(crate) jkt: &'a str,
    pub(crate) code: &'a str,
    pub(crate) code_challenge: &'a str,
    pub(crate) code_expires_at: i64,
}

const COLUMNS: &str = "id, person, jkt, code_challenge, code_expires_at, code_used, refresh_expires_at, ended";

fn read(row: &Row<'_>) -> rusqlite::Result<Grant> {
    Ok(Grant {
        id: row.get("id")?,
        person: row.get("person")?,
        jkt: row.get("jkt")?,
        code_challenge: row.get("code_challenge")?,
        code_expires_at: row.get("code_expires_at")?,
        code_used: row.get("code_used")?,
        refresh_expires_at: row.get("refresh_expires_at")?,
        ended: row.get("ended")?,
    })
}

impl Tx<'_> {
    pub(crate) fn put_grant(&self, grant: &NewGrant<'_>) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT INTO permit_grant (person, session, jkt, code, code_challenge, code_expires_at, code_used,
             refresh_expires_at, ended) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, 0)",
            (
                grant.person,
                grant.session,
                grant.jkt,
                sha256(grant.code.as_bytes()),
                grant.code_challenge,
                grant.code_expires_at,
            ),
        )?;
        Ok(())
    }

    pub(crate) fn grant_by_code(&self, code: &str, jkt: &str) -> Result<Option<Grant>, AuthorityError> {
        self.grant_where("code = ?1 AND jkt = ?2", code, jkt)
    }

    pub(crate) fn grant_by_refresh(&self, token: &str, jkt: &str) -> Result<Option<Grant>, AuthorityError> {
        self.grant_where("refresh = ?1 AND jkt = ?2", token, jkt)
    }

    fn grant_where(&self, condition: &str, value: &str, jkt: &str) -> Result<Option<Grant>, AuthorityError> {
        Ok(self
            .0
            .query_row(
                &format!("SELECT {COLUMNS} FROM permit_grant WHERE {condition}"),
                (sha256(value.as_bytes()), jkt),
                read,
            )
            .optional()?)
    }

    /// The grant that an access token stands for: not expired, not ended, for that key.
    pub(crate) fn grant_by_access(&self, token: &str, jkt: &str, now: i64) -> Result<Option<Grant>, AuthorityError> {
        Ok(self
            .0
            .query_row(
                &format!(
                    "SELECT {COLUMNS} FROM permit_grant WHERE jkt = ?2 AND ended = 0 AND id =
                     (SELECT permit_grant FROM access_token WHERE token = ?1 AND expires_at >= ?3)"
                ),
                (sha256(token.as_bytes()), jkt, now),
                read,
            )
            .optional()?)
    }

    /// Marks the authorization code as used and keeps the refresh token.
    pub(crate) fn redeem_code(&self, grant: i64, refresh: &str, expires_at: i64) -> Result<(), AuthorityError> {
        self.0.execute(
            "UPDATE permit_grant SET code_used = 1, refresh = ?2, refresh_expires_at = ?3 WHERE id = ?1",
            (grant, sha256(refresh.as_bytes()), expires_at),
        )?;
        Ok(())
    }

    pub(crate) fn put_access_token(&self, grant: i64, token: &str, expires_at: i64) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT INTO access_token (token, permit_grant, expires_at) VALUES (?1, ?2, ?3)",
            (sha256(token.as_bytes()), grant, expires_at),
        )?;
        Ok(())
    }

    /// Ends the grants of a person that are older than `newest`.
    pub(crate) fn end_grants_before(&self, person: &str, newest: i64) -> Result<(), AuthorityError> {
        self.0.execute(
            "UPDATE permit_grant SET ended = 1 WHERE person = ?1 AND id < ?2",
            (person, newest),
        )?;
        Ok(())
    }
}
