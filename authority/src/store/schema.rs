use rusqlite::Connection;

use crate::AuthorityError;

/// One entry a version; an entry is never changed once it was released.
const MIGRATIONS: &[&str] = &[VERSION_1, VERSION_2, VERSION_3, VERSION_4];

/// Tokens, codes and receipts are kept as hashes or MACs only; `sealed` answers open with the caller's idempotency key.
const VERSION_1: &str = "
CREATE TABLE person (
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  about TEXT NOT NULL,
  surname TEXT NOT NULL,
  given_names TEXT NOT NULL,
  mrz_name TEXT NOT NULL,
  nationality TEXT NOT NULL,
  birth_day INTEGER NOT NULL,
  passport TEXT NOT NULL,
  passport_issuer TEXT NOT NULL,
  permit_number TEXT NOT NULL UNIQUE,
  social_security_number TEXT UNIQUE,
  insurance_record TEXT,
  category TEXT NOT NULL,
  valid_until INTEGER NOT NULL,
  restrictions INTEGER NOT NULL,
  employer TEXT NOT NULL,
  employer_id TEXT NOT NULL,
  occupation TEXT NOT NULL,
  place TEXT NOT NULL,
  contact TEXT,
  portrait BLOB NOT NULL,
  state INTEGER NOT NULL,
  card_version INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  reference TEXT NOT NULL UNIQUE,
  token BLOB NOT NULL UNIQUE,
  jkt TEXT NOT NULL,
  code_challenge TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  progress TEXT NOT NULL,
  ended TEXT
) STRICT;

CREATE TABLE one_time_code (
  session INTEGER PRIMARY KEY REFERENCES session(id) ON DELETE CASCADE,
  mac BLOB NOT NULL,
  sent_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  undelivered INTEGER NOT NULL
) STRICT;

CREATE TABLE check_result (
  receipt BLOB PRIMARY KEY,
  kind TEXT NOT NULL,
  session TEXT NOT NULL,
  jkt TEXT NOT NULL,
  nonce TEXT NOT NULL,
  outcome TEXT NOT NULL,
  provider TEXT NOT NULL,
  method TEXT NOT NULL,
  environment TEXT NOT NULL,
  performed_at INTEGER NOT NULL,
  evidence BLOB NOT NULL,
  used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  session TEXT NOT NULL,
  step TEXT NOT NULL,
  outcome TEXT NOT NULL,
  provider TEXT NOT NULL,
  method TEXT NOT NULL,
  environment TEXT NOT NULL,
  performed_at INTEGER NOT NULL,
  digest BLOB NOT NULL
) STRICT;

CREATE TABLE permit_grant (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person TEXT NOT NULL REFERENCES person(id),
  jkt TEXT NOT NULL,
  code BLOB NOT NULL UNIQUE,
  code_challenge TEXT NOT NULL,
  code_expires_at INTEGER NOT NULL,
  code_used INTEGER NOT NULL,
  refresh BLOB UNIQUE,
  refresh_expires_at INTEGER NOT NULL,
  ended INTEGER NOT NULL
) STRICT;
CREATE INDEX permit_grant_person ON permit_grant (person);

CREATE TABLE access_token (
  token BLOB PRIMARY KEY,
  permit_grant INTEGER NOT NULL REFERENCES permit_grant(id) ON DELETE CASCADE,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE batch (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  notification BLOB NOT NULL UNIQUE,
  permit_grant INTEGER NOT NULL REFERENCES permit_grant(id),
  person TEXT NOT NULL REFERENCES person(id),
  card_version INTEGER NOT NULL,
  event TEXT
) STRICT;
CREATE INDEX batch_person ON batch (person);

CREATE TABLE credential (
  list INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  batch INTEGER NOT NULL REFERENCES batch(id),
  status INTEGER NOT NULL,
  PRIMARY KEY (list, idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX credential_batch ON credential (batch);

CREATE TABLE status_list (
  number INTEGER PRIMARY KEY,
  revision INTEGER NOT NULL
) STRICT;

CREATE TABLE signed_list (
  name TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  serial INTEGER NOT NULL,
  signed_at INTEGER NOT NULL,
  bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE seen (
  value BLOB PRIMARY KEY,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE answer (
  key BLOB PRIMARY KEY,
  request BLOB NOT NULL,
  sealed BLOB NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mailbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person TEXT NOT NULL,
  contact TEXT NOT NULL,
  code TEXT NOT NULL,
  sent_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sandbox_launch (
  token BLOB PRIMARY KEY,
  kind TEXT NOT NULL,
  session TEXT NOT NULL,
  jkt TEXT NOT NULL,
  nonce TEXT NOT NULL,
  permit_number TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// A grant names the registration that it rests on. Checks (`evidence`) and consents are kept under that name.
const VERSION_2: &str = "
ALTER TABLE permit_grant ADD COLUMN session TEXT;
CREATE INDEX evidence_session ON evidence (session);
CREATE TABLE consent (
  session TEXT NOT NULL,
  kind TEXT NOT NULL,
  version INTEGER NOT NULL,
  scope TEXT NOT NULL,
  given INTEGER NOT NULL,
  decided_at INTEGER NOT NULL,
  PRIMARY KEY (session, kind)
) STRICT, WITHOUT ROWID;
";

/// Status lists differ in the bits of an entry: mdoc has lists of one bit. Beacon values, one a day.
const VERSION_3: &str = "
ALTER TABLE status_list ADD COLUMN bits INTEGER NOT NULL DEFAULT 2;
CREATE TABLE beacon (
  day INTEGER PRIMARY KEY,
  published_at INTEGER NOT NULL,
  value BLOB NOT NULL
) STRICT;
";

/// The bad days of a registration and the life of a card.
const VERSION_4: &str = "
-- The life of a card: numbers that a person had before, and consents that were withdrawn.
CREATE TABLE former_number (
  person TEXT NOT NULL REFERENCES person(id),
  kind TEXT NOT NULL,
  issuer TEXT NOT NULL,
  value TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (person, kind, issuer, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX former_number_value ON former_number (kind, value);
ALTER TABLE consent ADD COLUMN withdrawn_at INTEGER;
-- Registration: the way over a service window, two tiers. What is kept of one that is under way has another form, so it is
-- started anew, and what registrations without a grant left behind goes. A grant of version 1 does not name its registration,
-- so evidence that is not younger than the last one of these may be theirs and stays.
DELETE FROM session;
CREATE INDEX session_expires ON session (expires_at);
DELETE FROM consent WHERE session NOT IN (SELECT session FROM permit_grant WHERE session IS NOT NULL);
DELETE FROM evidence WHERE session NOT IN (SELECT session FROM permit_grant WHERE session IS NOT NULL)
  AND performed_at > (SELECT coalesce(max(code_expires_at), 0) FROM permit_grant WHERE session IS NULL);
CREATE INDEX permit_grant_unredeemed ON permit_grant (code_expires_at) WHERE code_used = 0;
ALTER TABLE session ADD COLUMN window_reference TEXT;
CREATE UNIQUE INDEX session_window ON session (window_reference);
ALTER TABLE evidence ADD COLUMN clerk TEXT;
ALTER TABLE permit_grant ADD COLUMN tier INTEGER NOT NULL DEFAULT 1;
ALTER TABLE permit_grant ADD COLUMN rests_on INTEGER REFERENCES permit_grant(id);
ALTER TABLE person ADD COLUMN physical_card INTEGER NOT NULL DEFAULT 0;
-- Issuance: why a grant ended, what a key was shown to be, applications that are being decided.
ALTER TABLE permit_grant ADD COLUMN end_reason TEXT;
ALTER TABLE batch ADD COLUMN key_level TEXT NOT NULL DEFAULT 'unproven';
CREATE TABLE attested_key (
  thumbprint TEXT PRIMARY KEY,
  permit_grant INTEGER NOT NULL REFERENCES permit_grant(id),
  level TEXT NOT NULL,
  attested_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX attested_key_grant ON attested_key (permit_grant);
CREATE TABLE deferred (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name BLOB NOT NULL UNIQUE,
  permit_grant INTEGER NOT NULL REFERENCES permit_grant(id),
  form TEXT NOT NULL,
  keys BLOB NOT NULL,
  key_level TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  batch INTEGER REFERENCES batch(id),
  UNIQUE (permit_grant, form)
) STRICT;
-- Providers: what is open and what was said about it, a check's evidence in the form of OpenID Identity Assurance, and what
-- the sandbox's providers know.
DROP TABLE check_result;
DROP TABLE sandbox_launch;
CREATE TABLE provider_check (
  nonce TEXT PRIMARY KEY,
  provider TEXT NOT NULL,
  kind TEXT NOT NULL,
  session TEXT NOT NULL,
  jkt TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  result TEXT,
  used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Checks that a provider is asked to delete, until it says that it did.
CREATE TABLE erasure (
  nonce TEXT PRIMARY KEY,
  provider TEXT NOT NULL,
  kind TEXT NOT NULL,
  session TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX erasure_due ON erasure (due_at);
CREATE INDEX provider_check_session ON provider_check (session);
CREATE INDEX provider_check_told ON provider_check (started_at) WHERE used = 0 OR result IS NOT NULL;
ALTER TABLE evidence ADD COLUMN verified_claims TEXT;
CREATE TABLE sandbox_check (
  nonce TEXT PRIMARY KEY,
  token BLOB NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  session TEXT NOT NULL,
  jkt TEXT NOT NULL,
  number TEXT NOT NULL,
  document TEXT,
  expires_at INTEGER NOT NULL,
  host BLOB,
  result TEXT,
  truth TEXT
) STRICT, WITHOUT ROWID;
ALTER TABLE mailbox ADD COLUMN kind TEXT NOT NULL DEFAULT 'one-time-code';
ALTER TABLE mailbox ADD COLUMN message TEXT;
CREATE UNIQUE INDEX mailbox_message ON mailbox (message);
-- Limits: one row an attempt, until it no longer counts; `subject` is a MAC. Codes of service windows. Messages that the
-- job sends; `number` leads to a contact that is looked up when it is sent.
CREATE TABLE attempt (
  id INTEGER PRIMARY KEY,
  cap INTEGER NOT NULL,
  subject BLOB NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX attempt_subject ON attempt (cap, subject, expires_at);
CREATE INDEX attempt_expires ON attempt (expires_at);
CREATE TABLE window_code (
  session TEXT PRIMARY KEY,
  person TEXT NOT NULL REFERENCES person(id),
  clerk TEXT NOT NULL,
  mac BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  tries INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE outgoing (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  person TEXT,
  contact TEXT,
  number TEXT,
  session INTEGER,
  mac BLOB,
  sealed_code BLOB,
  created_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL
) STRICT;
";

pub(super) fn bring_up_to_date(connection: &Connection) -> Result<(), AuthorityError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let done = usize::try_from(version).map_err(|_| AuthorityError::DataDamaged)?;
    if done > MIGRATIONS.len() {
        return Err(AuthorityError::DataTooNew);
    }
    for migration in MIGRATIONS.iter().skip(done) {
        connection.execute_batch(migration)?;
    }
    connection.pragma_update(None, "user_version", MIGRATIONS.len() as i64)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Tx;

    fn sessions(connection: &Connection, table: &str) -> Vec<String> {
        let mut statement = connection
            .prepare(&format!("SELECT session FROM {table} ORDER BY session"))
            .unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    /// Evidence is kept with its grant. One of version 1 does not say which evidence is its own.
    #[test]
    fn evidence_of_every_earlier_version_stays_with_its_grant() {
        for (version, kept) in [
            (1, &["early"][..]),
            (2, &["early", "granted"]),
            (3, &["early", "granted"]),
        ] {
            let connection = Connection::open_in_memory().unwrap();
            // The person does not matter here.
            connection.pragma_update(None, "foreign_keys", "OFF").unwrap();
            let put_grant = |code: &str, code_expires_at: i64| {
                connection
                    .execute(
                        "INSERT INTO permit_grant (person, jkt, code, code_challenge, code_expires_at, code_used,
                         refresh_expires_at, ended) VALUES ('maria', 'jkt', ?1, 'c', ?2, 1, 0, 0)",
                        (code.as_bytes(), code_expires_at),
                    )
                    .unwrap();
            };
            let bring_to = |from: usize, to: usize| {
                for migration in &MIGRATIONS[from..to] {
                    connection.execute_batch(migration).unwrap();
                }
                connection
                    .pragma_update(None, "user_version", i64::try_from(to).unwrap())
                    .unwrap();
            };
            bring_to(0, 1);
            put_grant("of version 1", 600);
            bring_to(1, version);
            if version > 1 {
                put_grant("later", 2000);
                connection
                    .execute(
                        "UPDATE permit_grant SET session = 'granted' WHERE code_expires_at = 2000",
                        (),
                    )
                    .unwrap();
            }
            for (session, performed_at) in [("early", 600), ("granted", 1400), ("gone", 1400)] {
                connection
                    .execute(
                        "INSERT INTO evidence (session, step, outcome, provider, method, environment, performed_at, digest)
                         VALUES (?1, 'face-check', 'passed', 'acme', 'm', 'test', ?2, x'00')",
                        (session, performed_at),
                    )
                    .unwrap();
                if version > 1 {
                    connection
                        .execute(
                            "INSERT INTO consent VALUES (?1, 'general', 1, 'registration', 1, 0)",
                            [session],
                        )
                        .unwrap();
                }
            }
            bring_up_to_date(&connection).unwrap();
            assert_eq!(sessions(&connection, "evidence"), kept, "{version}");
            let consents = if version > 1 { &["granted"][..] } else { &[] };
            assert_eq!(sessions(&connection, "consent"), consents, "{version}");
            let tx = Tx(connection.unchecked_transaction().unwrap());
            tx.forget_registrations(i64::from(u32::MAX)).unwrap();
            assert_eq!(sessions(&tx.0, "evidence"), kept, "{version}");
        }
    }

    #[test]
    fn data_of_every_earlier_version_is_kept() {
        for version in 1..MIGRATIONS.len() {
            let connection = Connection::open_in_memory().unwrap();
            for migration in &MIGRATIONS[..version] {
                connection.execute_batch(migration).unwrap();
            }
            connection
                .pragma_update(None, "user_version", i64::try_from(version).unwrap())
                .unwrap();
            connection
                .execute("INSERT INTO seen (value, expires_at) VALUES (x'01', 5)", ())
                .unwrap();
            connection
                .execute("INSERT INTO status_list (number, revision) VALUES (1, 4)", ())
                .unwrap();
            bring_up_to_date(&connection).unwrap();
            bring_up_to_date(&connection).unwrap();
            let kept: i64 = connection
                .query_row("SELECT expires_at FROM seen", [], |row| row.get(0))
                .unwrap();
            assert_eq!(kept, 5, "{version}");
            let bits: i64 = connection
                .query_row("SELECT bits FROM status_list WHERE number = 1", [], |row| row.get(0))
                .unwrap();
            assert_eq!(bits, 2, "{version}");
            connection
                .prepare("SELECT day, published_at, value FROM beacon")
                .unwrap();
            connection
                .prepare("SELECT session FROM permit_grant JOIN consent USING (session) JOIN evidence USING (session)")
                .unwrap();
        }
    }
}
