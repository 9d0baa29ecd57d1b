use permitcard_checking::Checker;
use permitcard_wallet::{OpenOptions, Wallet};
use serde_json::json;

use crate::{
    args::EraseArgs,
    failure::{CliCode, Exit, Outcome},
    home::Home,
    output::Output,
    prompt::Terminal,
};

/// `permitcard erase`: keys first, then files. Asks the wallet for nothing, so that it works on a folder that nothing else
/// can open any more.
pub async fn run(args: &EraseArgs, out: &Output) -> Outcome {
    let home = Home::locate(args.home.as_deref())?;
    if home.is_empty() {
        out.event("erased", json!({ "found": false }));
        out.say(
            2,
            "cli-erase-nothing",
            &[("path", home.dir().display().to_string().into())],
        );
        return Ok(Exit::Good);
    }
    if !args.yes {
        let person = Terminal::find(*out, CliCode::NotConfirmed, "--yes").ok_or(CliCode::NotConfirmed)?;
        out.say(
            2,
            "cli-erase-warning",
            &[("path", home.dir().display().to_string().into())],
        );
        if !person.yes_or_no("cli-ask-erase")? {
            return Err(CliCode::NotConfirmed.into());
        }
    }
    Wallet::erase_unopened(home.dir().to_owned(), home.wallet_keys()?, OpenOptions::CALL_TIMEOUT).await?;
    let verifier = home.verifier_keys()?;
    Checker::erase(home.dir(), verifier.as_ref())?;
    for key in verifier.list()? {
        verifier.delete(key.key_id)?;
    }
    home.remove_files()?;
    out.event("erased", json!({ "found": true }));
    out.say(2, "cli-erase-done", &[]);
    Ok(Exit::Good)
}
