use permitcard_credential::qr::picture::{EcLevel, Matrix, terminal};
use permitcard_wallet::{PrintedView, Wallet, WalletError};
use serde_json::json;

use super::pending::explained;
use crate::{
    args::PrintArgs,
    failure::{CliCode, Exit, Outcome},
    files::NewFile,
    home::Home,
    output::{Output, Tone},
    picture::{
        codes::{fits, print_too_small},
        print as page,
    },
    time, view,
};

/// `permitcard print`: the permit for paper, a document only.
pub async fn run(args: &PrintArgs, out: &Output) -> Outcome {
    let (home, client) = Home::open(&args.home)?;
    let (svg, png) = (
        args.svg.as_deref().map(NewFile::begin).transpose()?,
        args.png.as_deref().map(NewFile::begin).transpose()?,
    );
    let wallet = home.wallet(client).await?;
    let kept = explained(&wallet, keep(args, &wallet, out).await).await;
    let portrait = wallet.portrait().await;
    wallet.close().await;
    let (printed, portrait) = (kept?, portrait?);
    if args.with_portrait && !printed.with_portrait {
        return Err(CliCode::PortraitUnavailable.into());
    }
    let matrix = Matrix::new(&printed.text, EcLevel::M, 1)?;
    let mut written = Vec::new();
    if let (Some(path), Some(file)) = (&args.svg, svg) {
        let portrait = portrait.filter(|_| printed.with_portrait);
        file.finish(page::svg(&printed, portrait.as_ref(), &matrix).as_bytes())?;
        written.push(path);
    }
    if let (Some(path), Some(file)) = (&args.png, png) {
        file.finish(&page::png(&printed, &matrix)?)?;
        written.push(path);
    }
    if out.is_json() {
        let fields: serde_json::Map<String, serde_json::Value> = printed
            .fields
            .iter()
            .map(|value| (value.field.name().to_owned(), value.value.clone().into()))
            .collect();
        out.event(
            "printed",
            json!({
                "text": printed.text,
                "with_portrait": printed.with_portrait,
                "portrait_available": printed.portrait_available,
                "issued_at": printed.issued_at,
                "expires_at": printed.expires_at,
                "test": printed.test,
                "qr_version": matrix.version(),
                "side_mm": page::side_mm(&matrix),
                "fields": fields,
                "pictures": written.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(),
            }),
        );
    } else if args.text {
        out.line(&printed.text);
    } else {
        print(&printed, &matrix, written.is_empty(), out);
        for path in &written {
            out.say(2, "cli-picture-written", &[("path", path.display().to_string().into())]);
        }
        if !written.is_empty() {
            let side = page::side_mm(&matrix).to_string();
            out.say(2, "cli-print-size", &[("side", side.into())]);
        }
    }
    Ok(Exit::Good)
}

/// The one that is kept; got from the authority where there is none, or where it is to be new.
async fn keep(args: &PrintArgs, wallet: &Wallet, out: &Output) -> Outcome<PrintedView> {
    if !args.fetch
        && let Some(kept) = wallet.printed(args.with_portrait).await?
    {
        return Ok(kept);
    }
    let fetched = {
        let _busy = out.progress("cli-busy-authority");
        wallet.fetch_printed().await?
    };
    if !fetched {
        return Err(WalletError::WrongState(permitcard_wallet::StateCode::CardSuperseded).into());
    }
    wallet
        .printed(args.with_portrait)
        .await?
        .ok_or_else(|| WalletError::NotRegistered.into())
}

fn print(printed: &PrintedView, matrix: &Matrix, draw: bool, out: &Output) {
    if printed.test {
        out.test_sign(2);
    }
    out.say(2, "cli-print-what", &[]);
    out.rows(4, &view::card::rows(&printed.fields, out.words()));
    if draw && fits(matrix) {
        out.line("");
        out.line(terminal(matrix).trim_end_matches('\n'));
    } else if draw {
        print_too_small(matrix, 2, out);
    }
    out.say(
        2,
        "cli-print-until",
        &[("time", time::local(printed.expires_at).into())],
    );
    out.paragraph(2, Tone::Strong, &out.words().text("cli-print-document-only", &[]));
}
