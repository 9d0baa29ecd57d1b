//! The sandbox's checks: a launch token each, carried out once by whoever stands for the provider's kit.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_crypto::hash::{sha256, sha256_of};
use permitcard_protocol::registration::ClaimedNumber;
use rusqlite::OptionalExtension;

use super::{Magic, mistakes::Mistakes};
use crate::{
    AuthorityError,
    providers::{
        CheckKind, ClaimedDocument, DocumentFacts, Environment, Outcome, WebhookSecret,
        http::wire::{CheckBody, ResultBody, StartBody},
    },
    store::Tx,
    token,
};

/// A launch token works as long as a registration that is not at a service window can last.
const LAUNCH_LIFE_S: i64 = 60 * 60;
/// The document that `…13` shows.
const OTHER_DOCUMENT: &str = "X00000000";
/// The birth date of a document that nobody in the register has.
const UNKNOWN_BIRTH: &str = "1970-01-01";

/// A check that was carried out.
pub(super) struct Ran {
    /// For the host that ran it.
    pub(super) receipt: String,
    /// For the authority; `None` where the same host asked for its receipt again.
    pub(super) result: Option<ResultBody>,
}

/// A check that was carried out, and what it should have said.
pub(crate) struct CheckRecord {
    /// As it was claimed, of either kind.
    pub(crate) number: String,
    pub(crate) result: ResultBody,
    pub(crate) truth: String,
}

/// Who runs a check.
#[derive(Clone, Copy)]
pub(super) struct Host<'a> {
    /// Makes receipts that a host can ask for again.
    pub(super) secret: &'a WebhookSecret,
    /// The idempotency key of the request; whoever knows it is the same host.
    pub(super) key: Option<&'a str>,
}

struct Launch {
    kind: CheckKind,
    session: String,
    jkt: String,
    nonce: String,
    number: String,
    document: Option<ClaimedDocument>,
    is_used: bool,
    /// Hash of the idempotency key of the host that used it.
    host: Option<[u8; 32]>,
}

/// Starts a check and returns its launch token.
pub(super) fn start(tx: &Tx<'_>, request: &StartBody, now: i64) -> Result<String, AuthorityError> {
    let token = token::random()?;
    tx.put_launch(&token, request, now + LAUNCH_LIFE_S)?;
    Ok(token)
}

/// Carries out the check of a launch token. A token works once: whoever forwards it to somebody else cannot fetch that
/// person's receipt. Only the host that ran it gets the same receipt again, by its idempotency key.
///
/// # Errors
/// [`AuthorityError::LaunchRefused`] for a token that is unknown, used or too old.
pub(super) fn run(
    tx: &Tx<'_>,
    mistakes: &Mistakes,
    token: &str,
    host: Host<'_>,
    now: i64,
) -> Result<Ran, AuthorityError> {
    let launch = tx.launch(token, now)?.ok_or(AuthorityError::LaunchRefused)?;
    let host_hash = host.key.map(|key| sha256(key.as_bytes()));
    if launch.is_used {
        return match host.key {
            Some(key) if launch.host == host_hash => Ok(Ran {
                receipt: host.secret.receipt(&launch.nonce, key),
                result: None,
            }),
            _ => Err(AuthorityError::LaunchRefused),
        };
    }
    let receipt = match host.key {
        Some(key) => host.secret.receipt(&launch.nonce, key),
        None => token::random()?,
    };
    let magic = Magic::of(&launch.number);
    let truth = magic.outcome(launch.kind, tx.launches_run_before(&launch)?);
    let outcome = mistakes.apply(truth);
    let document = match (launch.kind, outcome, launch.document) {
        (CheckKind::Document, Outcome::Passed, Some(claimed)) => Some(facts(tx, &magic, claimed)?),
        _ => None,
    };
    let evidence = sha256_of(&[b"sandbox", launch.nonce.as_bytes(), outcome.name().as_bytes()]);
    let result = ResultBody {
        kind: launch.kind,
        session: launch.session,
        jkt: launch.jkt,
        nonce: launch.nonce,
        outcome,
        method: "magic-number".to_owned(),
        environment: Environment::Test,
        performed_at: now,
        sequence: 1,
        receipt_sha256: URL_SAFE_NO_PAD.encode(sha256(receipt.as_bytes())),
        evidence_sha256: URL_SAFE_NO_PAD.encode(evidence),
        document,
    };
    tx.keep_result(&result, truth, host_hash)?;
    Ok(Ran {
        receipt,
        result: Some(result),
    })
}

/// The sandbox looks at nothing: it saw the document that was claimed, of the person in the register who has it.
fn facts(tx: &Tx<'_>, magic: &Magic, claimed: ClaimedDocument) -> Result<DocumentFacts, AuthorityError> {
    if magic.other_document {
        return Ok(DocumentFacts {
            number: OTHER_DOCUMENT.to_owned(),
            issuer: claimed.issuer,
            birth_date: UNKNOWN_BIRTH.to_owned(),
            mrz_name: claimed.mrz_name,
        });
    }
    let birth_day = tx.birth_day_by_passport(&claimed.number, &claimed.issuer)?;
    Ok(DocumentFacts {
        birth_date: birth_day.map_or_else(|| UNKNOWN_BIRTH.to_owned(), super::register::date),
        number: claimed.number,
        issuer: claimed.issuer,
        mrz_name: claimed.mrz_name,
    })
}

impl Tx<'_> {
    fn put_launch(&self, token: &str, request: &StartBody, expires_at: i64) -> Result<(), AuthorityError> {
        let document = request
            .document
            .as_ref()
            .map(serde_json::to_string)
            .transpose()
            .map_err(|_| AuthorityError::DataUnusable)?;
        let (ClaimedNumber::PermitNumber(number) | ClaimedNumber::SocialSecurityNumber(number)) = &request.number;
        self.0.execute(
            "INSERT INTO sandbox_check (nonce, token, kind, session, jkt, number, document, expires_at, result, truth)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL, NULL)",
            (
                &request.nonce,
                sha256(token.as_bytes()),
                request.kind.name(),
                &request.session,
                &request.jkt,
                number,
                document,
                expires_at,
            ),
        )?;
        Ok(())
    }

    fn launch(&self, token: &str, now: i64) -> Result<Option<Launch>, AuthorityError> {
        let row = self
            .0
            .query_row(
                "SELECT kind, session, jkt, nonce, number, document, result IS NOT NULL, host FROM sandbox_check
                 WHERE token = ?1 AND expires_at >= ?2",
                (sha256(token.as_bytes()), now),
                |row| {
                    let kind: String = row.get(0)?;
                    let document: Option<String> = row.get(5)?;
                    let (session, jkt, nonce, number) = (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
                    let (is_used, host) = (row.get(6)?, row.get(7)?);
                    Ok((kind, document, move |kind, document| Launch {
                        kind,
                        session,
                        jkt,
                        nonce,
                        number,
                        document,
                        is_used,
                        host,
                    }))
                },
            )
            .optional()?;
        let Some((kind, document, launch)) = row else {
            return Ok(None);
        };
        let kind = CheckKind::from_name(&kind).ok_or(AuthorityError::DataDamaged)?;
        let document = document
            .map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(|_| AuthorityError::DataDamaged)?;
        Ok(Some(launch(kind, document)))
    }

    fn launches_run_before(&self, launch: &Launch) -> Result<u32, AuthorityError> {
        Ok(self.0.query_row(
            "SELECT count(*) FROM sandbox_check WHERE session = ?1 AND kind = ?2 AND result IS NOT NULL",
            (&launch.session, launch.kind.name()),
            |row| row.get(0),
        )?)
    }

    /// A row with a result is a launch that was used.
    fn keep_result(&self, result: &ResultBody, truth: Outcome, host: Option<[u8; 32]>) -> Result<(), AuthorityError> {
        let text = serde_json::to_string(result).map_err(|_| AuthorityError::DataUnusable)?;
        self.0.execute(
            "UPDATE sandbox_check SET result = ?2, truth = ?3, host = ?4, document = NULL WHERE nonce = ?1",
            (&result.nonce, text, truth.name(), host),
        )?;
        Ok(())
    }

    /// What the sandbox knows about a check; `None` while nobody carried it out.
    pub(super) fn sandbox_result(&self, query: &CheckBody) -> Result<Option<ResultBody>, AuthorityError> {
        let text: Option<Option<String>> = self
            .0
            .query_row(
                "SELECT result FROM sandbox_check WHERE nonce = ?1 AND session = ?2 AND kind = ?3",
                (&query.nonce, &query.session, query.kind.name()),
                |row| row.get(0),
            )
            .optional()?;
        text.flatten()
            .map(|text| serde_json::from_str(&text).map_err(|_| AuthorityError::DataDamaged))
            .transpose()
    }

    /// Deletes all that the sandbox's provider keeps of a check.
    pub(super) fn erase_sandbox_check(&self, check: &CheckBody) -> Result<(), AuthorityError> {
        self.0.execute(
            "DELETE FROM sandbox_check WHERE nonce = ?1 AND session = ?2 AND kind = ?3",
            (&check.nonce, &check.session, check.kind.name()),
        )?;
        Ok(())
    }

    /// What was carried out, newest first.
    pub(crate) fn sandbox_checks(&self) -> Result<Vec<CheckRecord>, AuthorityError> {
        let mut statement = self
            .0
            .prepare("SELECT number, result, truth FROM sandbox_check WHERE result IS NOT NULL")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?)))?;
        let mut records = Vec::new();
        for row in rows {
            let (number, result, truth) = row?;
            records.push(CheckRecord {
                number,
                result: serde_json::from_str(&result).map_err(|_| AuthorityError::DataDamaged)?,
                truth,
            });
        }
        records.sort_by_key(|record: &CheckRecord| std::cmp::Reverse(record.result.performed_at));
        Ok(records)
    }

    fn birth_day_by_passport(&self, number: &str, issuer: &str) -> Result<Option<i64>, AuthorityError> {
        Ok(self
            .0
            .query_row(
                "SELECT birth_day FROM person WHERE passport = ?1 AND passport_issuer = ?2",
                (number, issuer),
                |row| row.get(0),
            )
            .optional()?)
    }
}
