use serde_json::json;

use crate::{
    args::RegisterArgs,
    failure::{Exit, Outcome},
    home::Home,
    output::Output,
    registration::{CommandLine, Registrar, key_prompt},
    view,
};

/// `permitcard register`
pub async fn run(args: &RegisterArgs, out: &Output) -> Outcome {
    let (home, client) = Home::open(&args.home)?;
    let wallet = home.wallet(client.clone()).await?;
    let registered = async {
        if args.restart && wallet.card().await?.is_none() {
            wallet.cancel_registration().await?;
        }
        let registrar = Registrar::new(&wallet, &home, &client, key_prompt(out.words()))?;
        registrar.run(&mut CommandLine::new(args, *out)).await
    };
    let registered = registered.await;
    wallet.close().await;
    let card = registered?;
    out.event("done", json!({ "card": view::card::to_json(&card) }));
    out.line("");
    view::card::print(&card, out);
    out.line("");
    out.say(2, "cli-register-done", &[]);
    Ok(Exit::Good)
}
