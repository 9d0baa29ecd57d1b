//! `permitcard inspect`: from the command line to the report and its exit code.

use super::{
    Key, Mode, Options, Report, human,
    input::MAX_FILE,
    inspect,
    keys::{MAX_KEY_FILE, read_keys},
};
use crate::{
    args::InspectArgs,
    failure::{CliCode, Exit, Failure, Outcome},
    files,
    output::Output,
};

/// `permitcard inspect`
pub async fn run(args: &InspectArgs, out: &Output) -> Outcome {
    let mut keys: Vec<Key> = Vec::new();
    for path in &args.keys {
        let file = files::read(path, MAX_KEY_FILE)?;
        keys.extend(read_keys(&file).map_err(|_| Failure::from(CliCode::KeyUnreadable).at(path))?);
    }
    let now = match args.at {
        Some(time) => time.0,
        None => chrono::Utc::now().timestamp(),
    };
    let mode = args.bits.map_or(Mode::Recognise, Mode::StatusList);
    let options = Options {
        keys,
        now,
        external_aad: args.external_aad.clone().map(|aad| aad.0).unwrap_or_default(),
        mode,
    };
    let report = match files::read_or_stdin(&args.file, MAX_FILE) {
        Ok(file) => inspect(&file, &options),
        Err(failure) if failure.code == CliCode::FileTooLarge.code() => Report::too_large(),
        Err(failure) => return Err(failure),
    };
    // One object, as the document has it, and no event around it.
    if out.is_json() {
        out.json(&report);
    } else {
        human::print(&report, now, out);
    }
    Ok(if report.valid() == Some(true) {
        Exit::Good
    } else {
        Exit::Refused
    })
}
