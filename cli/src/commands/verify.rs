use permitcard_checking::VerifyRequest;
use permitcard_credential::{
    permit::Presentation,
    qr,
    snapshot::MAX_SNAPSHOT,
    verdict::{Outcome as Ends, Policy},
};

use super::{
    scanned::{self, Scanned},
    snapshot,
};
use crate::{
    args::VerifyArgs,
    failure::{CliCode, Exit, Outcome},
    files,
    home::Home,
    output::{Output, Tone},
    view,
};

/// `permitcard verify`
pub async fn run(args: &VerifyArgs, out: &Output) -> Outcome {
    let scanned = scan(args)?;
    let (home, client) = Home::open(&args.home)?;
    let policy = Policy::of(args.policy.profile());
    let file = args
        .snapshot
        .as_ref()
        .map(|path| files::read(path, MAX_SNAPSHOT))
        .transpose()?;
    let mut aud = args.aud.clone();
    let mut nonce = args.nonce.as_ref().map(|nonce| nonce.bytes().to_vec());
    let checker = home.checker(&client)?;
    // The answer to this verifier's own request has to name what that one named.
    let request = match (&aud, &nonce) {
        (None, None) if args.at.is_none() => checker.open_request()?.filter(|request| names(&scanned, &request.aud)),
        _ => None,
    };
    if let Some(request) = &request {
        aud = Some(request.aud.clone());
        nonce = Some(request.nonce.to_vec());
    }
    let checked = checker.verify(&VerifyRequest {
        token: scanned.token.as_deref(),
        aud: aud.as_deref(),
        nonce: nonce.as_deref(),
        at: args.at.map(|time| time.0),
        snapshot: file.as_deref(),
        ..VerifyRequest::new(&scanned.text, policy)
    });
    let answered = checked
        .as_ref()
        .is_ok_and(|checked| checked.verdicts.holder.outcome == Ends::Good);
    if request.is_some() && answered {
        checker.forget_request()?;
    }
    checker.close();
    let checked = checked.map_err(|error| match &args.snapshot {
        Some(path) => snapshot::unreadable(error, path),
        None => error.into(),
    })?;
    out.event(
        "verified",
        view::verdicts::to_json(&checked.verdicts, &policy, out.words()),
    );
    view::verdicts::print(&checked.verdicts, &policy, out);
    if !checked.time.sure {
        out.paragraph(2, Tone::Unsure, &out.words().text("cli-verify-time-unsure", &[]));
    }
    Ok(if checked.unmet.is_empty() {
        Exit::Good
    } else {
        Exit::Refused
    })
}

fn scan(args: &VerifyArgs) -> Outcome<Scanned> {
    match &args.text {
        Some(text) => scanned::from_text(text),
        // The command line demands one of the two.
        None if args.png.is_empty() => Err(CliCode::Usage.into()),
        None => scanned::from_pictures(&args.png),
    }
}

/// Whether a code says that it was made for this audience. Nothing is proven by that; it only chooses what is demanded.
fn names(scanned: &Scanned, aud: &str) -> bool {
    let token = match &scanned.token {
        Some(token) => token.clone(),
        None => qr::text::decode(&scanned.text).unwrap_or_default(),
    };
    Presentation::parse(&token).is_ok_and(|presentation| presentation.aud() == aud)
}
