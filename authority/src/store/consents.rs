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

impl Tx<'_> {
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

    /// Forgets the decisions of registrations that are gone and led to no grant.
    pub(super) fn forget_consents_without_grant(&self) -> Result<(), AuthorityError> {
        self.0.execute(
            "DELETE FROM consent WHERE session NOT IN (SELECT reference FROM session)
             AND session NOT IN (SELECT session FROM permit_grant WHERE session IS NOT NULL)",
            (),
        )?;
        Ok(())
    }
}
