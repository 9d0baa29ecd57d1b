use permitcard_crypto::hash::sha256;
use permitcard_protocol::WireCode;
use rusqlite::{OptionalExtension, Row};

use super::{BatchEvent, Tx};
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
    /// Replaced by a newer registration, or ended by its holder.
    pub(crate) ended: bool,
    /// Why, where the holder of the key is told.
    pub(crate) end: Option<GrantEnd>,
    /// What its card is good for: 1 the permit, 2 social security services as well.
    pub(crate) tier: u8,
    /// Of a tier 2: the registration of the same key that it builds on. Stays when the services are taken away again.
    pub(crate) rests_on: Option<i64>,
}

impl Grant {
    /// The registration that its card rests on.
    pub(super) fn registration(&self) -> i64 {
        self.rests_on.unwrap_or(self.id)
    }

    /// What its holder is answered from now on, if it ended.
    pub(crate) fn refusal(&self) -> Option<WireCode> {
        self.ended
            .then(|| self.end.map_or(WireCode::GrantInvalid, GrantEnd::code))
    }
}

/// Why a grant ended, as far as its holder is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GrantEnd {
    /// Another device of the person confirmed that it holds the card.
    DeviceReplaced,
    /// The holder withdrew a consent that the card rested on.
    ConsentWithdrawn,
}

impl GrantEnd {
    const ALL: [Self; 2] = [Self::DeviceReplaced, Self::ConsentWithdrawn];

    /// Its stored name.
    const fn name(self) -> &'static str {
        match self {
            Self::DeviceReplaced => "device-replaced",
            Self::ConsentWithdrawn => "consent-withdrawn",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|end| end.name() == name)
    }

    /// What the holder is answered.
    pub(crate) const fn code(self) -> WireCode {
        match self {
            Self::DeviceReplaced => WireCode::DeviceReplaced,
            Self::ConsentWithdrawn => WireCode::ConsentWithdrawn,
        }
    }
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
    /// 1 or 2.
    pub(crate) tier: u8,
    /// See [`Grant::rests_on`].
    pub(crate) rests_on: Option<i64>,
}

/// A grant whose card its holder has.
pub(crate) struct CardGrant {
    pub(crate) person: String,
    /// The name under which evidence and consents of the registration are kept.
    pub(crate) session: String,
    /// The registration that the card rests on: the grant itself, or of a tier 2 the one below it.
    pub(crate) registration: i64,
}

/// The grants that a card which was accepted with one replaces: person ?1, its id ?2, the registration ?3 that it rests on.
/// An older registration gives way with all that rests on it, however new that is; of what rests on the same registration
/// the newest stays. So a tier 2 never replaces a newer registration, whatever tier it has by now.
pub(super) const REPLACED: &str = "person = ?1 AND (coalesce(rests_on, id), id) < (?3, ?2)";

const COLUMNS: &str =
    "id, person, jkt, code_challenge, code_expires_at, code_used, refresh_expires_at, ended, end_reason,
    tier, rests_on";

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
        end: row
            .get::<_, Option<String>>("end_reason")?
            .and_then(|name| GrantEnd::from_name(&name)),
        tier: row.get("tier")?,
        rests_on: row.get("rests_on")?,
    })
}

impl Tx<'_> {
    pub(crate) fn put_grant(&self, grant: &NewGrant<'_>) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT INTO permit_grant (person, session, jkt, code, code_challenge, code_expires_at, code_used,
             refresh_expires_at, ended, tier, rests_on) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, 0, ?7, ?8)",
            (
                grant.person,
                grant.session,
                grant.jkt,
                sha256(grant.code.as_bytes()),
                grant.code_challenge,
                grant.code_expires_at,
                grant.tier,
                grant.rests_on,
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

    /// The newest grant of a key that has not ended and whose card the holder has. `now`: seconds since 1970.
    pub(crate) fn grant_with_card(&self, jkt: &str, now: i64) -> Result<Option<CardGrant>, AuthorityError> {
        Ok(self
            .0
            .query_row(
                "SELECT person, session, coalesce(rests_on, id) FROM permit_grant
                 WHERE jkt = ?1 AND ended = 0 AND refresh_expires_at >= ?2
                 AND session IS NOT NULL AND EXISTS
                 (SELECT 1 FROM batch WHERE batch.permit_grant = permit_grant.id AND batch.event = ?3)
                 ORDER BY id DESC LIMIT 1",
                (jkt, now, BatchEvent::Accepted.name()),
                |row| {
                    Ok(CardGrant {
                        person: row.get(0)?,
                        session: row.get(1)?,
                        registration: row.get(2)?,
                    })
                },
            )
            .optional()?)
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

    /// The grant that an access token stands for: the token not expired, and for that key. The grant may have ended: see
    /// [`Grant::refusal`].
    pub(crate) fn grant_by_access(&self, token: &str, jkt: &str, now: i64) -> Result<Option<Grant>, AuthorityError> {
        Ok(self
            .0
            .query_row(
                &format!(
                    "SELECT {COLUMNS} FROM permit_grant WHERE jkt = ?2 AND id =
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

    /// Ends what an accepted card replaces. Those of another key learn that their device was replaced. Returns whether one
    /// of these held a card.
    pub(crate) fn end_replaced_grants(&self, accepted: &Grant) -> Result<bool, AuthorityError> {
        let Grant { id, person, jkt, .. } = accepted;
        let registration = accepted.registration();
        let held_a_card = self.0.query_row(
            &format!(
                "SELECT EXISTS (SELECT 1 FROM batch WHERE event = ?5 AND permit_grant IN
                 (SELECT id FROM permit_grant WHERE jkt <> ?4 AND ended = 0 AND {REPLACED}))"
            ),
            (person, id, registration, jkt, BatchEvent::Accepted.name()),
            |row| row.get(0),
        )?;
        self.0.execute(
            &format!(
                "UPDATE permit_grant SET ended = 1, end_reason = CASE WHEN jkt = ?4 THEN end_reason ELSE ?5 END
                 WHERE ended = 0 AND {REPLACED}"
            ),
            (person, id, registration, jkt, GrantEnd::DeviceReplaced.name()),
        )?;
        self.forget_keys("person = ?1 AND ended = 1", (person,))?;
        Ok(held_a_card)
    }

    /// Ends the grants of a person for one key, and revokes every copy that was issued with them.
    pub(crate) fn end_card_of_key(&self, person: &str, jkt: &str, end: GrantEnd) -> Result<(), AuthorityError> {
        let grants = {
            let mut statement = self
                .0
                .prepare("SELECT id FROM permit_grant WHERE person = ?1 AND jkt = ?2")?;
            let rows = statement.query_map([person, jkt], |row| row.get(0))?;
            rows.collect::<Result<Vec<i64>, _>>()?
        };
        for grant in grants {
            self.end_grant(grant, end)?;
            self.revoke_grant(grant)?;
        }
        Ok(())
    }

    /// Takes the social security services from the grants of a person for one key.
    pub(crate) fn lower_tier(&self, person: &str, jkt: &str) -> Result<(), AuthorityError> {
        self.0.execute(
            "UPDATE permit_grant SET tier = 1 WHERE person = ?1 AND jkt = ?2",
            [person, jkt],
        )?;
        Ok(())
    }

    /// Ends one grant; one that ended before keeps its reason.
    pub(crate) fn end_grant(&self, grant: i64, end: GrantEnd) -> Result<(), AuthorityError> {
        self.0.execute(
            "UPDATE permit_grant SET ended = 1, end_reason = ?2 WHERE id = ?1 AND ended = 0",
            (grant, end.name()),
        )?;
        self.forget_keys("id = ?1", (grant,))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_have_frozen_names_and_codes_of_their_own() {
        let names = GrantEnd::ALL.map(GrantEnd::name);
        assert_eq!(names, ["device-replaced", "consent-withdrawn"]);
        let codes = GrantEnd::ALL.map(GrantEnd::code);
        assert_eq!(codes, [WireCode::DeviceReplaced, WireCode::ConsentWithdrawn]);
        for end in GrantEnd::ALL {
            assert_eq!(GrantEnd::from_name(end.name()), Some(end));
        }
    }
}
