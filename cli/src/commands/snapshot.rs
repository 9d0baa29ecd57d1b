use std::path::Path;

use permitcard_checking::{CheckingError, SnapshotInfo};
use permitcard_credential::snapshot::MAX_SNAPSHOT;
use serde_json::{Value, json};

use crate::{
    args::{SnapshotExportArgs, SnapshotFetchArgs, SnapshotImportArgs},
    failure::{CliCode, Exit, Failure, Outcome},
    files,
    home::Home,
    output::Output,
    time,
};

/// `permitcard snapshot fetch`
pub async fn fetch(args: &SnapshotFetchArgs, out: &Output) -> Outcome {
    let (home, client) = Home::open(&args.home)?;
    let checker = home.checker(&client)?;
    let fetched = {
        let _busy = out.progress("cli-busy-authority");
        checker.snapshot_fetch().await
    };
    let exported = fetched.and_then(|_| checker.snapshot_export());
    let info = checker.snapshot_info();
    checker.close();
    let bytes = exported?;
    if let Some(path) = &args.out {
        write(path, &bytes, out)?;
    }
    tell(info, out)
}

/// `permitcard snapshot import`
pub fn import(args: &SnapshotImportArgs, out: &Output) -> Outcome {
    let bytes = files::read_or_stdin(&args.file, MAX_SNAPSHOT)?;
    let (home, client) = Home::open(&args.home)?;
    let checker = home.checker(&client)?;
    let imported = checker.snapshot_import(&bytes);
    let info = checker.snapshot_info();
    checker.close();
    imported.map_err(|error| unreadable(error, &args.file))?;
    tell(info, out)
}

/// `permitcard snapshot export`
pub fn export(args: &SnapshotExportArgs, out: &Output) -> Outcome {
    let (home, client) = Home::open(&args.home)?;
    let checker = home.checker(&client)?;
    let exported = checker.snapshot_export();
    let info = checker.snapshot_info();
    checker.close();
    write(&args.file, &exported?, out)?;
    tell(info, out)
}

fn write(path: &Path, snapshot: &[u8], out: &Output) -> Outcome<()> {
    files::write(path, snapshot)?;
    out.say(2, "cli-file-written", &[("path", path.display().to_string().into())]);
    Ok(())
}

/// Says what the kept snapshot is, to programs and in words.
fn tell(info: Option<SnapshotInfo>, out: &Output) -> Outcome {
    let info = info.ok_or(CheckingError::SnapshotMissing)?;
    out.event("snapshot", to_json(&info));
    print(&info, out);
    Ok(Exit::Good)
}

/// A file that is no snapshot at all is told by its name, not by how its bytes are wrong.
pub fn unreadable(error: CheckingError, path: &Path) -> Failure {
    let code = error.code();
    let bytes_are_wrong = ["cbor.", "cose."].iter().any(|kind| code.starts_with(kind));
    match error {
        CheckingError::Snapshot(_) if bytes_are_wrong => Failure::from(CliCode::SnapshotUnreadable).at(path),
        _ => error.into(),
    }
}

/// What a snapshot is, in words.
pub fn print(info: &SnapshotInfo, out: &Output) {
    out.say(
        2,
        "cli-snapshot-here",
        &[
            ("serial", i64::try_from(info.serial).unwrap_or(i64::MAX).into()),
            ("time", time::local(info.issued_at).into()),
        ],
    );
    if let Some(issued_at) = status_issued_at(info) {
        out.say(2, "cli-snapshot-status", &[("time", time::local(issued_at).into())]);
    }
    out.say(
        2,
        "cli-snapshot-until",
        &[("time", time::local(info.expires_at).into())],
    );
}

/// When its status list was issued; of several, the oldest.
fn status_issued_at(info: &SnapshotInfo) -> Option<i64> {
    info.status_lists.iter().map(|list| list.issued_at).min()
}

/// A snapshot for programs.
pub fn to_json(info: &SnapshotInfo) -> Value {
    json!({
        "serial": info.serial,
        "issued_at": info.issued_at,
        "expires_at": info.expires_at,
        "status_lists": info.status_lists.len(),
        "status_issued_at": status_issued_at(info),
    })
}
