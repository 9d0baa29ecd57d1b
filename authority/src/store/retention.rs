use rusqlite::Params;

use permitcard_protocol::WireCode;

use super::Tx;
use crate::AuthorityError;

/// What belongs to registrations that ended a day before the time ?1 without a grant, or with one that nobody fetched tokens
/// for while its code lived. Both are found by an index, so that nobody waits while all that is kept is looked through.
const GONE: &str = "session IN (SELECT reference FROM session WHERE expires_at < ?1 - 86400
    UNION ALL SELECT session FROM permit_grant
    WHERE code_used = 0 AND code_expires_at < ?1 - 86400 AND session IS NOT NULL)";
/// What is kept of a registration beside the session itself.
const TRACES: [&str; 3] = ["consent", "evidence", "provider_check"];
/// See [`Tx::forget_results`].
const FORGET_RESULTS: &str = "UPDATE provider_check SET result = NULL, used = 1
    WHERE started_at < ?1 - 86400 AND (used = 0 OR result IS NOT NULL)";

impl Tx<'_> {
    /// Forgets what was claimed in registrations whose time is over, and a day later that they were: decisions, evidence,
    /// checks. The providers of these are asked to forget them as well.
    pub(super) fn forget_registrations(&self, now: i64) -> Result<(), AuthorityError> {
        // As if somebody had asked and been told.
        self.0.execute(
            "UPDATE session SET progress = '{}', ended = ?2 WHERE expires_at < ?1 AND ended IS NULL",
            (now, WireCode::SessionExpired.code()),
        )?;
        self.ask_to_erase(GONE, (now,))?;
        for table in TRACES {
            self.0.execute(&format!("DELETE FROM {table} WHERE {GONE}"), (now,))?;
        }
        self.0
            .execute("DELETE FROM session WHERE expires_at < ?1 - 86400", [now])?;
        Ok(())
    }

    /// Forgets what a check said a day after it was started: its receipt counts no more, the evidence says what came of it.
    /// The check itself stays as long as its registration, so that its provider can be asked to delete it.
    pub(super) fn forget_results(&self, now: i64) -> Result<(), AuthorityError> {
        self.0.execute(FORGET_RESULTS, [now])?;
        Ok(())
    }

    /// Forgets what only grants that live need: keys that were shown, and promises of credentials.
    pub(super) fn forget_keys(&self, condition: &str, parameters: impl Params + Copy) -> Result<(), AuthorityError> {
        for table in ["attested_key", "deferred"] {
            let grants = format!("SELECT id FROM permit_grant WHERE {condition}");
            self.0.execute(
                &format!("DELETE FROM {table} WHERE permit_grant IN ({grants})"),
                parameters,
            )?;
        }
        Ok(())
    }

    /// The same for grants that ended or whose tokens are over.
    pub(super) fn forget_keys_of_old_grants(&self, now: i64) -> Result<(), AuthorityError> {
        self.forget_keys("ended = 1 OR (code_used = 1 AND refresh_expires_at < ?1)", (now,))
    }
}

#[cfg(test)]
mod tests {
    use permitcard_crypto::ecdsa::{Curve, SigningKey};
    use permitcard_protocol::registration::ClaimedNumber;

    use super::*;
    use crate::{
        issuance::ProvenLevel,
        providers::{CheckKind, CheckRequest, Environment, Evidence, Outcome},
        store::{Consent, Grant, GrantEnd, NewGrant, NewSession, Store},
    };

    struct World {
        store: Store,
        _dir: tempfile::TempDir,
    }

    impl World {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let store = Store::open(&dir.path().join("db")).unwrap();
            crate::register::fill(&store, 0).unwrap();
            Self { store, _dir: dir }
        }

        fn write(&self, work: impl FnOnce(&Tx<'_>) -> Result<(), AuthorityError>) {
            self.store.write(work).unwrap();
        }

        /// The sessions of the rows of a table.
        fn sessions(&self, table: &str) -> Vec<String> {
            let rows: Result<Vec<String>, AuthorityError> = self.store.read(|tx| {
                let mut statement = tx.0.prepare(&format!("SELECT session FROM {table} ORDER BY session"))?;
                let rows = statement.query_map([], |row| row.get(0))?;
                Ok(rows.collect::<Result<_, _>>()?)
            });
            rows.unwrap()
        }

        fn grants(&self, table: &str) -> Vec<i64> {
            let rows: Result<Vec<i64>, AuthorityError> = self.store.read(|tx| {
                let mut statement =
                    tx.0.prepare(&format!("SELECT permit_grant FROM {table} ORDER BY permit_grant"))?;
                let rows = statement.query_map([], |row| row.get(0))?;
                Ok(rows.collect::<Result<_, _>>()?)
            });
            rows.unwrap()
        }
    }

    fn put_grant(tx: &Tx<'_>, session: &str, jkt: &str) -> Result<Grant, AuthorityError> {
        tx.put_grant(&NewGrant {
            person: "maria",
            session,
            jkt,
            code: session,
            code_challenge: "c",
            code_expires_at: 0,
            tier: 1,
            rests_on: None,
        })?;
        let grant = tx.grant_by_code(session, jkt)?.unwrap();
        tx.redeem_code(grant.id, session, 1_000_000)?;
        let key = SigningKey::generate(Curve::P256).unwrap();
        tx.put_attested_key(session, grant.id, ProvenLevel::Software, 0)?;
        tx.put_deferred(
            session,
            grant.id,
            "f",
            &[key.public_key().clone()],
            ProvenLevel::Software,
            0,
        )?;
        Ok(grant)
    }

    fn put_traces(tx: &Tx<'_>, session: &str) -> Result<(), AuthorityError> {
        let consent = Consent {
            kind: "general",
            version: 1,
            scope: "registration",
            given: true,
            decided_at: 0,
        };
        tx.put_consent(session, &consent)?;
        tx.put_evidence(&Evidence {
            session,
            step: "document-check",
            outcome: Outcome::Passed,
            provider: "acme",
            method: "m",
            environment: Environment::Test,
            performed_at: 0,
            digest: [0; 32],
            clerk: None,
        })?;
        let check = CheckRequest {
            kind: CheckKind::Document,
            session: session.into(),
            jkt: "jkt".into(),
            nonce: format!("nonce of {session}"),
            number: ClaimedNumber::PermitNumber("01".into()),
            document: None,
            now: 0,
        };
        tx.put_open_check("acme", &check)
    }

    #[test]
    fn what_led_to_no_grant_goes_with_its_session() {
        let world = World::new();
        world.write(|tx| {
            for (session, expires_at) in [("open", 100_000), ("gone", 10)] {
                tx.put_session(&NewSession {
                    reference: session,
                    window_reference: session,
                    auth_session: session,
                    jkt: "jkt",
                    code_challenge: "c",
                    progress: "{}",
                    created_at: 0,
                    expires_at,
                })?;
                put_traces(tx, session)?;
            }
            put_grant(tx, "granted", "jkt")?;
            put_traces(tx, "granted")
        });
        // As long as the session can be asked about, a day after its end.
        world.store.forget_expired(86_410).unwrap();
        for table in TRACES {
            assert_eq!(world.sessions(table), ["gone", "granted", "open"], "{table}");
        }
        assert_eq!(world.sessions("erasure"), [""; 0]);
        world.store.forget_expired(86_411).unwrap();
        for table in TRACES {
            assert_eq!(world.sessions(table), ["granted", "open"], "{table}");
        }
        assert_eq!(world.sessions("erasure"), ["gone"]);
    }

    /// Whoever never fetches tokens has no card, and nothing to withdraw a consent with.
    #[test]
    fn what_led_to_a_grant_that_nobody_took_goes_with_its_code() {
        let world = World::new();
        world.write(|tx| {
            for (session, code_expires_at) in [("late", 20), ("early", 10)] {
                tx.put_grant(&NewGrant {
                    person: "maria",
                    session,
                    jkt: "jkt",
                    code: session,
                    code_challenge: "c",
                    code_expires_at,
                    tier: 1,
                    rests_on: None,
                })?;
                put_traces(tx, session)?;
            }
            put_grant(tx, "taken", "jkt")?;
            put_traces(tx, "taken")
        });
        for (now, kept, owed) in [
            (86_410, vec!["early", "late", "taken"], vec![]),
            (86_411, vec!["late", "taken"], vec!["early"]),
            (200_000, vec!["taken"], vec!["early", "late"]),
        ] {
            world.store.forget_expired(now).unwrap();
            for table in TRACES {
                assert_eq!(world.sessions(table), kept, "{table}, {now}");
            }
            assert_eq!(world.sessions("erasure"), owed, "{now}");
        }
    }

    /// Whoever registers meanwhile waits for these.
    #[test]
    fn what_is_over_is_found_by_an_index() {
        let world = World::new();
        let of_registrations = TRACES.map(|table| format!("DELETE FROM {table} WHERE {GONE}"));
        for statement in of_registrations.iter().map(String::as_str).chain([FORGET_RESULTS]) {
            world.write(|tx| {
                let mut plan = tx.0.prepare(&format!("EXPLAIN QUERY PLAN {statement}"))?;
                let steps = plan.query_map([0], |row| row.get(3))?;
                let steps: Vec<String> = steps.collect::<Result<_, _>>()?;
                assert!(steps.iter().any(|step| step.starts_with("SEARCH")), "{steps:?}");
                assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{steps:?}");
                Ok(())
            });
        }
    }

    #[test]
    fn a_result_is_kept_for_a_day_and_its_check_with_the_registration() {
        let world = World::new();
        let kept = |expected: (bool, bool)| {
            world.write(|tx| {
                let row: (bool, bool) =
                    tx.0.query_row("SELECT result IS NULL, used FROM provider_check", (), |row| {
                        Ok((row.get(0)?, row.get(1)?))
                    })?;
                assert_eq!(row, expected);
                Ok(())
            });
        };
        world.write(|tx| {
            put_grant(tx, "granted", "jkt")?;
            tx.0.execute(
                "INSERT INTO provider_check (nonce, provider, kind, session, jkt, started_at, result, used)
                 VALUES ('n', 'acme', 'document-check', 'granted', 'jkt', 100, 'what was said', 0)",
                (),
            )?;
            Ok(())
        });
        world.store.forget_expired(86_500).unwrap();
        kept((false, false));
        world.store.forget_expired(86_501).unwrap();
        kept((true, true));
    }

    #[test]
    fn keys_and_promises_go_with_their_grant() {
        for end in 0..4 {
            let world = World::new();
            world.write(|tx| {
                let (one, two) = (put_grant(tx, "one", "old")?, put_grant(tx, "two", "new")?);
                match end {
                    0 => tx.end_grant(one.id, GrantEnd::DeviceReplaced),
                    1 => tx.end_card_of_key("maria", "old", GrantEnd::ConsentWithdrawn),
                    2 => tx.end_replaced_grants(&two).map(drop),
                    _ => tx.redeem_code(one.id, "again", 99),
                }
            });
            if end == 3 {
                world.store.forget_expired(99).unwrap();
                assert_eq!(world.grants("attested_key"), [1, 2]);
                world.store.forget_expired(100).unwrap();
            }
            for table in ["attested_key", "deferred"] {
                assert_eq!(world.grants(table), [2], "{table}, {end}");
            }
        }
    }
}
