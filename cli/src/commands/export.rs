use std::path::Path;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_wallet::{ExportFormat, ExportRequest, ExportTarget, ExportView, FieldValue, Group, PromptText, Wallet};
use serde_json::json;

use super::pending::explained;
use crate::{
    args::{ExportArgs, ExportFormatName},
    failure::{Exit, Outcome},
    files::{self, NewFile},
    home::Home,
    output::Output,
    view,
};

/// The longest session transcript that is read.
const TRANSCRIPT: usize = 16 * 1024;

/// `permitcard export`: the permit for a reader of other people.
pub async fn run(args: &ExportArgs, out: &Output) -> Outcome {
    let (home, client) = Home::open(&args.home)?;
    let request = request(args)?;
    // The place for it is taken first: a signature that nobody gets is logged all the same.
    let file = args.out.as_deref().map(NewFile::begin).transpose()?;
    let wallet = home.wallet(client).await?;
    let made = explained(&wallet, make(&wallet, request, out).await).await;
    wallet.close().await;
    let (export, shown) = made?;
    if let Some(file) = file {
        file.finish(&export.bytes)?;
    }
    if out.is_json() {
        out.event("export", to_json(&export, args.out.as_deref()));
    } else if let Some(path) = &args.out {
        print(&export, &shown, path, out);
    } else {
        out.line(&text(&export));
    }
    Ok(Exit::Good)
}

/// What is asked for. The options belong to their form, which the command line checks as far as it can.
fn request(args: &ExportArgs) -> Outcome<ExportRequest> {
    let target = match args.format {
        ExportFormatName::SdJwt => ExportTarget::SdJwt {
            aud: args.aud.clone().unwrap_or_default(),
            nonce: args.nonce.clone().unwrap_or_default(),
        },
        ExportFormatName::Mdoc => ExportTarget::Mdoc {
            session_transcript: match &args.session_transcript {
                Some(path) => files::read(path, TRANSCRIPT)?,
                None => Vec::new(),
            },
        },
    };
    Ok(ExportRequest {
        target,
        groups: args.groups.iter().map(|group| group.group()).collect(),
    })
}

async fn make(wallet: &Wallet, request: ExportRequest, out: &Output) -> Outcome<(ExportView, Vec<FieldValue>)> {
    let words = out.words();
    let prompt = PromptText {
        title: words.text("cli-prompt-title", &[]),
        reason: words.text("cli-prompt-show", &[]),
    };
    let shown = wallet.preview_export(request.groups.clone()).await?;
    Ok((wallet.export(request, prompt).await?, shown))
}

/// What a program gets: the text of an SD-JWT as it is, a mobile document in base64url.
fn text(export: &ExportView) -> String {
    match export.format {
        ExportFormat::SdJwt => String::from_utf8_lossy(&export.bytes).into_owned(),
        ExportFormat::Mdoc => URL_SAFE_NO_PAD.encode(&export.bytes),
    }
}

fn to_json(export: &ExportView, written: Option<&Path>) -> serde_json::Value {
    let groups: Vec<&str> = export.groups.iter().copied().map(Group::name).collect();
    let mut object = json!({
        "format": export.format.name(),
        "aud": export.aud,
        "groups": groups,
        "issued_at": export.issued_at,
        "test": export.test,
    });
    let (name, value) = match written {
        Some(path) => ("file", path.display().to_string()),
        None => ("data", text(export)),
    };
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value.into());
    }
    object
}

fn print(export: &ExportView, shown: &[FieldValue], path: &Path, out: &Output) {
    if export.test {
        out.test_sign(2);
    }
    out.say(2, "cli-export-what", &[("aud", export.aud.as_str().into())]);
    out.rows(4, &view::card::rows(shown, out.words()));
    out.say(2, "cli-export-written", &[("path", path.display().to_string().into())]);
}
