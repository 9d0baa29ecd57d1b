use permitcard_crypto::{
    ecdsa::{Curve, PublicKey},
    hash::sha256,
};
use rusqlite::OptionalExtension;

use super::Tx;
use crate::{AuthorityError, issuance::ProvenLevel};

/// Bytes of an uncompressed point.
const POINT: usize = 65;

/// Credentials that were asked for while the application was being decided (OpenID4VCI 1.0, 9).
pub(crate) struct Deferred {
    pub(crate) id: i64,
    /// The name of the form.
    pub(crate) form: String,
    /// One a credential, each proven when it was asked for.
    pub(crate) keys: Vec<PublicKey>,
    pub(crate) level: ProvenLevel,
    /// What was issued for it, if anything was.
    pub(crate) batch: Option<i64>,
}

impl Tx<'_> {
    /// Keeps a transaction under the hash of its name. A grant has one a form: an older one is forgotten, for its name may
    /// never have arrived.
    pub(crate) fn put_deferred(
        &self,
        name: &str,
        grant: i64,
        form: &str,
        keys: &[PublicKey],
        level: ProvenLevel,
        now: i64,
    ) -> Result<(), AuthorityError> {
        let points: Vec<u8> = keys.iter().flat_map(|key| key.point().to_vec()).collect();
        self.0.execute(
            "INSERT OR REPLACE INTO deferred (name, permit_grant, form, keys, key_level, asked_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (sha256(name.as_bytes()), grant, form, points, level.name(), now),
        )?;
        Ok(())
    }

    /// The transaction of a name, if the grant owns it.
    pub(crate) fn deferred(&self, name: &str, grant: i64) -> Result<Option<Deferred>, AuthorityError> {
        let row = self
            .0
            .query_row(
                "SELECT id, form, keys, key_level, batch FROM deferred WHERE name = ?1 AND permit_grant = ?2",
                (sha256(name.as_bytes()), grant),
                |row| {
                    let points: Vec<u8> = row.get(2)?;
                    let level: String = row.get(3)?;
                    Ok((row.get(0)?, row.get(1)?, points, level, row.get(4)?))
                },
            )
            .optional()?;
        let Some((id, form, points, level, batch)) = row else {
            return Ok(None);
        };
        let point = |point| PublicKey::from_point(Curve::P256, point).map_err(|_| AuthorityError::DataDamaged);
        Ok(Some(Deferred {
            id,
            form,
            keys: points.chunks(POINT).map(point).collect::<Result<_, _>>()?,
            level: ProvenLevel::from_name(&level)?,
            batch,
        }))
    }

    /// Notes what was issued for a transaction.
    pub(crate) fn set_deferred_batch(&self, id: i64, batch: i64) -> Result<(), AuthorityError> {
        self.0
            .execute("UPDATE deferred SET batch = ?2 WHERE id = ?1", (id, batch))?;
        Ok(())
    }

    /// What was shown about a key that a grant asked for credentials with before.
    pub(crate) fn attested_level(&self, thumbprint: &str, grant: i64) -> Result<Option<ProvenLevel>, AuthorityError> {
        let name: Option<String> = self
            .0
            .query_row(
                "SELECT level FROM attested_key WHERE thumbprint = ?1 AND permit_grant = ?2",
                (thumbprint, grant),
                |row| row.get(0),
            )
            .optional()?;
        name.map(|name| ProvenLevel::from_name(&name)).transpose()
    }

    /// Keeps what was shown about a key.
    pub(crate) fn put_attested_key(
        &self,
        thumbprint: &str,
        grant: i64,
        level: ProvenLevel,
        now: i64,
    ) -> Result<(), AuthorityError> {
        self.0.execute(
            "INSERT OR REPLACE INTO attested_key (thumbprint, permit_grant, level, attested_at) VALUES (?1, ?2, ?3, ?4)",
            (thumbprint, grant, level.name(), now),
        )?;
        Ok(())
    }
}
