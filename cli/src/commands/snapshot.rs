use permitcard_checking::{CheckingError, SnapshotInfo};
use serde_json::{Value, json};

use crate::{
    args::SnapshotFetchArgs,
    failure::{Exit, Outcome},
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
    let (bytes, info) = (exported?, info.ok_or(CheckingError::SnapshotMissing)?);
    if let Some(path) = &args.out {
        files::write(path, &bytes)?;
        out.say(2, "cli-file-written", &[("path", path.display().to_string().into())]);
    }
    out.event("snapshot", to_json(&info));
    print(&info, out);
    Ok(Exit::Good)
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
