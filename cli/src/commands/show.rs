use std::path::PathBuf;

use permitcard_credential::qr::picture::{Matrix, png, terminal};
use permitcard_wallet::{
    CardStatus, DisclosureView, Nonce, PresentRequest, PresentationView, PromptText, ShowTarget, ShowView, Wallet,
};
use serde_json::json;

use super::{card::profile_word, pending::explained, scanned};
use crate::{
    args::ShowArgs,
    failure::{CliCode, Exit, Outcome},
    files,
    home::Home,
    nonce::NonceArg,
    output::{Output, Tone},
    picture::codes::{self, PIXELS, PictureFiles, fits, print_too_small},
    prompt::Terminal,
    time, view,
};

/// `permitcard show`
pub async fn run(args: &ShowArgs, out: &Output) -> Outcome {
    let (home, client) = Home::open(&args.home)?;
    let target = target(args)?;
    let asked = PictureFiles::begin(args.svg.as_deref(), args.png.as_deref())?;
    let wallet = home.wallet(client).await?;
    let made = explained(&wallet, make(args, target, &wallet, out).await).await;
    wallet.close().await;
    let made = made?;
    let code = &made.code;
    let texts = if code.frames.is_empty() {
        std::slice::from_ref(&code.text)
    } else {
        code.frames.as_slice()
    };
    let drawn = codes::draw(texts, code.qr_version)?;
    let written = write_pictures(args, asked, &home, &drawn, out)?;
    if out.is_json() {
        out.event("code", to_json(&made, &written));
    } else if args.text {
        texts.iter().for_each(|text| out.line(text));
    } else {
        print(args, &made, &drawn, &written, out).await;
    }
    Ok(Exit::Good)
}

/// For whom the code is.
fn target(args: &ShowArgs) -> Outcome<ShowTarget> {
    Ok(match &args.request {
        Some(request) => ShowTarget::Request {
            text: scanned::one(request)?,
        },
        None => ShowTarget::Profile {
            profile: args.profile.profile(),
            portrait: args.portrait,
        },
    })
}

/// A code and what is known about its card.
struct Made {
    session: ShowView,
    code: PresentationView,
    status: CardStatus,
}

async fn make(args: &ShowArgs, target: ShowTarget, wallet: &Wallet, out: &Output) -> Outcome<Made> {
    let words = out.words();
    if args.request.is_some() {
        confirm(args, &wallet.preview_for(target.clone()).await?, out)?;
    }
    let prompt = PromptText {
        title: words.text("cli-prompt-title", &[]),
        reason: words.text("cli-prompt-show", &[]),
    };
    let session = wallet.begin_show_for(target, prompt).await?;
    let nonce = args.nonce.as_ref().map(|nonce| match nonce {
        NonceArg::Digits(digits) => Nonce::Digits { digits: digits.clone() },
        NonceArg::Bytes(bytes) => Nonce::Bytes { bytes: bytes.to_vec() },
    });
    let code = wallet.present(PresentRequest { nonce }).await;
    wallet.end_show().await?;
    let code = code?;
    let status = wallet.card().await?.map_or(CardStatus::Unknown, |card| card.status);
    Ok(Made { session, code, status })
}

/// One verifier asks: the holder sees what for, and says yes, before anything is signed.
fn confirm(args: &ShowArgs, asked: &DisclosureView, out: &Output) -> Outcome<()> {
    if args.yes {
        return Ok(());
    }
    let person = Terminal::find(*out, CliCode::ShowNotConfirmed, "--yes").ok_or(CliCode::ShowNotConfirmed)?;
    print_asked(asked, out);
    out.rows(4, &view::card::rows(&asked.shown, out.words()));
    if person.yes_or_no("cli-ask-show")? {
        Ok(())
    } else {
        Err(CliCode::ShowNotConfirmed.into())
    }
}

fn print_asked(asked: &DisclosureView, out: &Output) {
    let words = out.words();
    out.say(2, "cli-show-asked", &[("aud", asked.aud.as_str().into())]);
    out.paragraph(2, Tone::Unsure, &words.text("cli-show-asked-name", &[]));
    for group in &asked.missing {
        let group = words.text(&format!("group-{}", group.name()), &[]);
        out.say(2, "cli-show-missing", &[("group", group.into())]);
    }
    out.say(2, "cli-show-asked-what", &[]);
}

/// Writes what was asked for, and a PNG where a terminal's window is too small for the code.
fn write_pictures(
    args: &ShowArgs,
    asked: PictureFiles,
    home: &Home,
    drawn: &[Matrix],
    out: &Output,
) -> Outcome<Vec<PathBuf>> {
    let mut written = asked.finish(drawn)?;
    let too_small = !out.is_json() && !args.text && !drawn.iter().all(fits);
    if too_small && written.is_empty() {
        let path = home.picture()?;
        for (index, matrix) in drawn.iter().enumerate() {
            let path = if drawn.len() == 1 {
                path.clone()
            } else {
                codes::numbered(&path, index)
            };
            files::write(&path, &png(matrix, PIXELS)?)?;
            written.push(path);
        }
    }
    Ok(written)
}

fn to_json(made: &Made, written: &[PathBuf]) -> serde_json::Value {
    let (session, code) = (&made.session, &made.code);
    let names = |groups: &[permitcard_wallet::Group]| groups.iter().map(|group| group.name()).collect::<Vec<_>>();
    json!({
        "text": code.text,
        "frames": code.frames,
        "frame_ms": code.frame_ms,
        "aud": code.aud,
        "by_request": session.disclosure.by_request,
        "groups": names(&session.disclosure.groups),
        "missing": names(&session.disclosure.missing),
        "issued_at": code.issued_at,
        "expires_at": code.expires_at,
        "refresh_at": code.refresh_at,
        "qr_version": code.qr_version,
        "test": code.test,
        "status": view::card::status_name(made.status),
        "reused_credential": session.reused_credential,
        "credentials_left": session.credentials_left,
        "time_unsure": session.time_unsure,
        "pictures": written.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(),
    })
}

async fn print(args: &ShowArgs, made: &Made, drawn: &[Matrix], written: &[PathBuf], out: &Output) {
    let (session, code, words) = (&made.session, &made.code, out.words());
    if code.test {
        out.test_sign(2);
    }
    match session.disclosure.profile {
        Some(profile) if !session.disclosure.by_request => {
            out.say(2, "cli-show-what", &[("profile", profile_word(profile, words).into())]);
            for group in &session.disclosure.missing {
                let group = words.text(&format!("group-{}", group.name()), &[]);
                out.say(2, "cli-show-missing", &[("group", group.into())]);
            }
        }
        _ => print_asked(&session.disclosure, out),
    }
    out.rows(4, &view::card::rows(&session.disclosure.shown, words));
    let warn = |out: &Output| {
        if session.reused_credential {
            out.paragraph(2, Tone::Unsure, &words.text("cli-show-reused", &[]));
        }
        if session.time_unsure {
            out.paragraph(2, Tone::Unsure, &words.text("cli-show-time-unsure", &[]));
        }
        print_status(made.status, out);
    };
    for path in written {
        out.say(2, "cli-picture-written", &[("path", path.display().to_string().into())]);
    }
    let until = [("time", time::local(code.expires_at).into())];
    let reads_picture_only = args.png.is_some() || args.svg.is_some();
    match drawn {
        [matrix] if !reads_picture_only && fits(matrix) => {
            out.line("");
            out.line(terminal(matrix).trim_end_matches('\n'));
        }
        [matrix, ..] if !reads_picture_only && !fits(matrix) => print_too_small(matrix, 2, out),
        _ => {}
    }
    out.say(2, "cli-show-until", &until);
    warn(out);
    if let [matrix, _, ..] = drawn {
        out.say(
            2,
            "cli-show-frames",
            &[("count", u32::try_from(drawn.len()).unwrap_or(u32::MAX).into())],
        );
        if !reads_picture_only && fits(matrix) {
            out.line("");
            let left = u64::try_from(code.expires_at.saturating_sub(code.issued_at)).unwrap_or_default();
            codes::show_in_turn(drawn, code.frame_ms, left, out).await;
        }
    }
}

fn print_status(status: CardStatus, out: &Output) {
    if matches!(status, CardStatus::Suspended | CardStatus::Revoked) {
        let status = view::card::status_word(status, out.words());
        let text = out.words().text("cli-show-status", &[("status", status.into())]);
        out.paragraph(2, Tone::Bad, &text);
    }
}
