use permitcard_wallet::Tier;
use serde_json::json;

use super::pending::explained;
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
        if args.restart {
            // With a card this forgets a registration for tier 2 at most.
            wallet.cancel_registration().await?;
        }
        let tier = if args.tier == 2 {
            Tier::SocialSecurity
        } else {
            Tier::Permit
        };
        let registrar = Registrar::new(&wallet, &home, &client, key_prompt(out.words()), tier)?;
        registrar.run(&mut CommandLine::new(args, *out)).await
    };
    let registered = explained(&wallet, registered.await).await;
    wallet.close().await;
    let card = registered?;
    out.event("done", json!({ "card": view::card::to_json(&card, out.words()) }));
    out.line("");
    view::card::print(&card, out);
    if card.end.is_some() {
        // The end was printed with what to do next: nothing is registered anew over a card that stays to be looked at.
        return Ok(Exit::Refused);
    }
    out.line("");
    out.say(2, "cli-register-done", &[]);
    if card.tier == Tier::SocialSecurity.number() {
        out.say(2, "cli-tier-two-done", &[]);
    }
    Ok(Exit::Good)
}
