use permitcard_checking::{CheckingError, VerifyRequest};
use permitcard_credential::{snapshot::MAX_SNAPSHOT, verdict::Policy};

use crate::{
    args::{PolicyName, VerifyArgs},
    failure::{CliCode, Exit, Failure, Outcome},
    files,
    home::Home,
    output::{Output, Tone},
    picture::read,
    view,
};

/// The longest text that is read from standard input; the checks know the true limit.
const LONGEST_TEXT: usize = 64 * 1024;

/// `permitcard verify`
pub async fn run(args: &VerifyArgs, out: &Output) -> Outcome {
    let text = text(args)?;
    let (home, client) = Home::open(&args.home)?;
    let policy = match args.policy {
        PolicyName::Employer => Policy::employer(),
    };
    let snapshot = args
        .snapshot
        .as_ref()
        .map(|path| files::read(path, MAX_SNAPSHOT))
        .transpose()?;
    let nonce = args.nonce.as_ref().map(|nonce| nonce.bytes());
    let checker = home.checker(&client)?;
    let checked = checker.verify(&VerifyRequest {
        aud: args.aud.as_deref(),
        nonce: nonce.as_deref(),
        at: args.at.map(|time| time.0),
        snapshot: snapshot.as_deref(),
        ..VerifyRequest::new(&text, policy)
    });
    checker.close();
    let checked = checked.map_err(|error| in_snapshot_file(error, args))?;
    out.event(
        "verified",
        view::verdicts::to_json(&checked.verdicts, &policy, out.words()),
    );
    view::verdicts::print(&checked.verdicts, &policy, out);
    if !checked.time.sure {
        out.paragraph(2, Tone::Unsure, &out.words().text("cli-verify-time-unsure", &[]));
    }
    Ok(if checked.unmet.is_none() {
        Exit::Good
    } else {
        Exit::Refused
    })
}

/// A file that is no snapshot at all is told by its name, not by how its bytes are wrong.
fn in_snapshot_file(error: CheckingError, args: &VerifyArgs) -> Failure {
    match (&args.snapshot, &error) {
        (Some(path), CheckingError::Snapshot(_))
            if ["cbor.", "cose."].iter().any(|kind| error.code().starts_with(kind)) =>
        {
            Failure::from(CliCode::SnapshotUnreadable).at(path)
        }
        _ => error.into(),
    }
}

fn text(args: &VerifyArgs) -> Outcome<String> {
    match (&args.text, &args.png) {
        (Some(dash), _) if dash == "-" => {
            let bytes = files::read_stdin(LONGEST_TEXT)?;
            Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
        }
        (Some(text), _) => Ok(text.clone()),
        (None, Some(path)) => read::code_in_png(&files::read(path, read::MAX_FILE)?),
        // The command line demands one of the two.
        (None, None) => Err(CliCode::Usage.into()),
    }
}
