use rusqlite::Row;

use super::Tx;
use crate::AuthorityError;

/// What a holder decided about one kind of consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Consent<'a> {
    pub(crate) kind: &'a str,
    /// The version of the text that was shown.
    pub(crate) version: u32,
    pub(crate) scope: &'a str,
    /// Given or refused.
    pub(crate) given: bool,
    /// Seconds since 1970.
    pub(crate) decided_at: i64,
}

/// A decision that is kept.
pub(crate) struct KeptConsent {
    pub(crate) kind: String,
    pub(crate) version: u32,
    pub(crate) scope: String,
    pub(crate) given: bool,
    /// Seconds since 1970.
    pub(crate) decided_at: i64,
    /// Seconds since 1970.
    pub(crate) withdrawn_at: Option<i64>,
}

impl KeptConsent {
    /// It was given and not withdrawn.
    pub(crate) fn counts(&self) -> bool {
        self.given && self.withdrawn_at.is_none()
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<KeptConsent> {
    Ok(KeptConsent {
        kind: row.get("kind")?,
        version: row.get("version")?,
        scope: row.get("scope")?,
        given: row.get("given")?,
        decided_at: row.get("decided_at")?,
        withdrawn_at: row.get("withdrawn_at")?,
    })
}

/// What a withdrawal on a phone reaches: its registrations, which led to a grant for its transport key, and those on the
/// person's other phones that nothing rests on any more, for nobody can withdraw there. A holder who added tier 2 has more
/// than one on a phone. Person ?2, transport key ?3.
const REACHED: &str = "(SELECT session FROM permit_grant AS reached
    WHERE person = ?2 AND session IS NOT NULL AND (jkt = ?3 OR (ended = 1 AND NOT EXISTS
    (SELECT 1 FROM permit_grant AS above
     WHERE above.person = ?2 AND above.ended = 0 AND above.rests_on = reached.id))))";

impl Tx<'_> {
    /// The last decision about each kind, in the registrations of a person on one phone. Where it does not count, one that
    /// does on a phone that a withdrawal on this one reaches: something may still be kept with it.
    pub(crate) fn consents(&self, person: &str, jkt: &str) -> Result<Vec<KeptConsent>, AuthorityError> {
        let mut statement = self.0.prepare(&format!(
            "SELECT kind, version, scope, given, decided_at, withdrawn_at, jkt = ?1 AS own
             FROM permit_grant JOIN consent USING (session) WHERE person = ?2 AND session IN {REACHED}
             ORDER BY own DESC, decided_at DESC, version DESC"
        ))?;
        let rows = statement.query_map([jkt, person, jkt], |row| Ok((read(row)?, row.get("own")?)))?;
        let mut last: Vec<KeptConsent> = Vec::new();
        for row in rows {
            let (consent, is_own): (KeptConsent, bool) = row?;
            match last.iter_mut().find(|known| known.kind == consent.kind) {
                None if is_own || consent.counts() => last.push(consent),
                Some(known) if !is_own && consent.counts() && !known.counts() => *known = consent,
                _ => {}
            }
        }
        Ok(last)
    }

    /// Marks the decisions about a kind as withdrawn, on all phones that a withdrawal on this one reaches.
    pub(crate) fn withdraw_consent(&self, person: &str, jkt: &str, kind: &str, now: i64) -> Result<(), AuthorityError> {
        self.0.execute(
            &format!(
                "UPDATE consent SET withdrawn_at = ?1
                 WHERE session IN {REACHED} AND kind = ?4 AND given = 1 AND withdrawn_at IS NULL"
            ),
            (now, person, jkt, kind),
        )?;
        Ok(())
    }

    /// Which of these steps the newest registration passed that passed any of them.
    pub(crate) fn last_passed(&self, person: &str, jkt: &str, steps: &[&str]) -> Result<Vec<String>, AuthorityError> {
        let mut statement = self.0.prepare(
            "SELECT evidence.session, step FROM evidence JOIN permit_grant USING (session)
             WHERE person = ?1 AND jkt = ?2 AND outcome = 'passed' ORDER BY permit_grant.id DESC",
        )?;
        let rows = statement.query_map([person, jkt], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut newest: Option<String> = None;
        let mut passed = Vec::new();
        for row in rows {
            let (session, step): (String, String) = row?;
            if !steps.contains(&step.as_str()) {
                continue;
            }
            if newest.get_or_insert_with(|| session.clone()) == &session {
                passed.push(step);
            }
        }
        Ok(passed)
    }

    /// Deletes what is kept of checks in the registrations of a person that a withdrawal on one phone reaches, of some steps
    /// or of all, and has their providers asked to delete it as well. Tells how many records of evidence went.
    pub(crate) fn delete_evidence(
        &self,
        person: &str,
        jkt: &str,
        steps: Option<&[&str]>,
        now: i64,
    ) -> Result<u32, AuthorityError> {
        let delete = |table: &str, column: &str, step: Option<&str>| {
            self.0.execute(
                &format!("DELETE FROM {table} WHERE session IN {REACHED} AND (?1 IS NULL OR {column} = ?1)"),
                (step, person, jkt),
            )
        };
        let mut deleted = 0;
        let each: Vec<Option<&str>> = match steps {
            None => vec![None],
            Some(steps) => steps.iter().map(|step| Some(*step)).collect(),
        };
        for step in each {
            deleted += delete("evidence", "step", step)?;
            // What was open at a provider and what it said, here and there.
            self.ask_to_erase(
                &format!("session IN {REACHED} AND (?4 IS NULL OR kind = ?4)"),
                (now, person, jkt, step),
            )?;
            delete("provider_check", "kind", step)?;
        }
        Ok(u32::try_from(deleted).unwrap_or(u32::MAX))
    }

    /// Keeps the decision in place of an earlier one about the same kind. `session`: its name for providers, under which
    /// the evidence is kept as well, and which the grant keeps.
    pub(crate) fn put_consent(&self, session: &str, consent: &Consent<'_>) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT OR REPLACE INTO consent (session, kind, version, scope, given, decided_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (
                session,
                consent.kind,
                consent.version,
                consent.scope,
                consent.given,
                consent.decided_at,
            ),
        )?;
        Ok(())
    }
}
