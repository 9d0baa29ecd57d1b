use permitcard_credential::qr::picture::{EcLevel, Matrix};
use permitcard_wallet::{CardView, PresentRequest, PromptText, Wallet};
use serde_json::json;

use super::pending::no_card;
use crate::{
    args::CardArgs,
    failure::{Exit, Outcome},
    files,
    home::Home,
    output::Output,
    picture, view,
};

/// `permitcard card`
pub async fn run(args: &CardArgs, out: &Output) -> Outcome {
    let (home, client) = Home::open(&args.home)?;
    let wallet = home.wallet(client).await?;
    let shown = show(args, &wallet, out).await;
    wallet.close().await;
    shown
}

async fn show(args: &CardArgs, wallet: &Wallet, out: &Output) -> Outcome {
    // Before a code is made for it: one that cannot be written would spend a copy for nothing.
    let file = args.svg.as_deref().map(files::NewFile::begin).transpose()?;
    let Some(card) = wallet.card().await? else {
        return Err(no_card(wallet).await?);
    };
    view::card::print(&card, out);
    if let (Some(path), Some(file)) = (&args.svg, file) {
        let profile = args.with_code.map(|name| name.profile());
        file.finish(draw(wallet, &card, profile, out).await?.as_bytes())?;
        out.say(4, "cli-picture-written", &[("path", path.display().to_string().into())]);
    }
    let svg = args.svg.as_ref().map(|path| path.display().to_string());
    out.event(
        "card",
        json!({ "card": view::card::to_json(&card, out.words()), "svg": svg }),
    );
    Ok(Exit::Good)
}

/// Draws the card, with a live code for a profile beside it.
pub async fn draw(
    wallet: &Wallet,
    card: &CardView,
    profile: Option<permitcard_wallet::Profile>,
    out: &Output,
) -> Outcome<String> {
    let words = out.words();
    let portrait = wallet.portrait().await?;
    let mut code = None;
    if let Some(profile) = profile {
        let prompt = PromptText {
            title: words.text("cli-prompt-title", &[]),
            reason: words.text("cli-prompt-show", &[]),
        };
        wallet.begin_show(profile, prompt).await?;
        let presented = wallet.present(PresentRequest::default()).await;
        wallet.end_show().await?;
        let presented = presented?;
        let matrix = Matrix::new(&presented.text, EcLevel::L, presented.qr_version)?;
        code = Some((
            matrix,
            words.text("cli-code-caption", &[("profile", profile_word(profile, words).into())]),
        ));
    }
    let code = code.as_ref().map(|(matrix, caption)| picture::card::Code {
        matrix,
        caption: caption.clone(),
    });
    Ok(picture::card::svg(card, portrait.as_ref(), code.as_ref(), words))
}

/// The word for who reads a code.
pub fn profile_word(profile: permitcard_wallet::Profile, words: &crate::words::Words) -> String {
    words.text(&format!("profile-{}", profile.name()), &[])
}
