//! Measures how long it takes from nothing to the card: open the file, check everything, read card and portrait.
//! The key store of the phone is left out. Prints one line of the figures.

use std::{
    error::Error,
    path::Path,
    time::{Duration, Instant},
};

use permitcard_vault::{MasterKey, OutboxEntry, Table, VaultError, VaultFile};

const GOAL: Duration = Duration::from_millis(10);
const RUNS: usize = 101;
const MASTER: [u8; 32] = [7; 32];

fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("wallet.db");
    fill(&path)?;
    let mut times = (0..RUNS).map(|_| open_and_read(&path)).collect::<Result<Vec<_>, _>>()?;
    times.sort();
    let middle = times.get(RUNS / 2).copied().unwrap_or_default();
    println!(
        "open the vault and have the card\t{:.2} ms\t≤ {} ms\t{}",
        middle.as_secs_f64() * 1000.0,
        GOAL.as_millis(),
        if middle <= GOAL { "holds" } else { "short" }
    );
    Ok(())
}

fn open_and_read(path: &Path) -> Result<Duration, VaultError> {
    let start = Instant::now();
    let vault = VaultFile::open(path)?.unlock(MasterKey::from_opened(MASTER.to_vec())?)?;
    let (card, portrait) = vault.read(|tx| Ok((tx.get(Table::Card, b"1")?, tx.get(Table::Portrait, b"1")?)))?;
    let time = start.elapsed();
    if card.is_none() || portrait.is_none() {
        return Err(VaultError::Corrupt);
    }
    Ok(time)
}

/// What a wallet holds after a year: a card with its portrait, a batch of credentials, tokens, consents, two requests
/// that wait, and a log of five hundred shows.
fn fill(path: &Path) -> Result<(), VaultError> {
    let master = MasterKey::from_opened(MASTER.to_vec())?;
    let vault = VaultFile::open(path)?.create("key", b"wrapped", master)?;
    vault.write(|tx| {
        tx.put(Table::Card, b"1", &[1; 1500])?;
        tx.put(Table::Portrait, b"1", &[2; 20_000])?;
        tx.put(Table::Registration, b"1", &[3; 2000])?;
        for number in 0..10 {
            tx.put(Table::Credential, &[number], &[4; 1200])?;
            tx.put(Table::Setting, &[number], &[5; 40])?;
        }
        for number in 0..3 {
            tx.put(Table::Token, &[number], &[6; 400])?;
            tx.put(Table::Consent, &[number], &[7; 300])?;
        }
        for op_id in ["one", "two"] {
            tx.put_outbox(&OutboxEntry {
                op_id: op_id.to_owned(),
                kind: "request".to_owned(),
                body: vec![8; 800],
                created: 0,
                attempts: 0,
                not_before: 0,
            })?;
        }
        (0..500).try_for_each(|_| tx.append_log(&[9; 200]))
    })
}
