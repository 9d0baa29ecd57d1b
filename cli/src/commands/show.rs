use std::path::PathBuf;

use permitcard_credential::qr::picture::{EcLevel, Matrix, png, svg, terminal, terminal_size};
use permitcard_wallet::{CardStatus, Nonce, PresentRequest, PresentationView, PromptText, ShowView, Wallet};
use serde_json::json;

use super::card::profile_word;
use crate::{
    args::ShowArgs,
    failure::{Exit, Outcome},
    files::{self, NewFile},
    home::Home,
    nonce::NonceArg,
    output::{Output, Tone, window},
    time, view,
};

/// Pixels a module: enough for a photo of a screen, and a picture that still fits one.
pub const PIXELS: u32 = 6;

/// `permitcard show`
pub async fn run(args: &ShowArgs, out: &Output) -> Outcome {
    let (home, client) = Home::open(&args.home)?;
    // Before the code is made: one that cannot be written would spend a copy for nothing.
    let asked = Asked {
        svg: args.svg.as_deref().map(NewFile::begin).transpose()?,
        png: args.png.as_deref().map(NewFile::begin).transpose()?,
    };
    let wallet = home.wallet(client).await?;
    let made = make(args, &wallet, out).await;
    wallet.close().await;
    let Made { session, code, status } = made?;
    let matrix = Matrix::new(&code.text, EcLevel::L, code.qr_version)?;
    let written = write_pictures(args, asked, &home, &matrix, out)?;
    if out.is_json() {
        out.event(
            "code",
            json!({
                "text": code.text,
                "aud": code.aud,
                "issued_at": code.issued_at,
                "expires_at": code.expires_at,
                "refresh_at": code.refresh_at,
                "qr_version": code.qr_version,
                "test": code.test,
                "status": view::card::status_name(status),
                "reused_credential": session.reused_credential,
                "credentials_left": session.credentials_left,
                "time_unsure": session.time_unsure,
                "pictures": written.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(),
            }),
        );
    } else if args.text {
        out.line(&code.text);
    } else {
        print(args, &session, &code, &matrix, &written, out);
        if status == CardStatus::Suspended {
            let word = view::card::status_word(status, out.words());
            let text = out.words().text("cli-show-status", &[("status", word.into())]);
            out.paragraph(2, Tone::Bad, &text);
        }
    }
    Ok(Exit::Good)
}

/// The files that the command line asked for.
struct Asked {
    svg: Option<NewFile>,
    png: Option<NewFile>,
}

/// A code and what is known about its card.
struct Made {
    session: ShowView,
    code: PresentationView,
    status: CardStatus,
}

async fn make(args: &ShowArgs, wallet: &Wallet, out: &Output) -> Outcome<Made> {
    let words = out.words();
    let prompt = PromptText {
        title: words.text("cli-prompt-title", &[]),
        reason: words.text("cli-prompt-show", &[]),
    };
    let session = wallet.begin_show(args.profile.profile(), prompt).await?;
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

/// Writes what was asked for, and a PNG where a terminal's window is too small for the code.
fn write_pictures(args: &ShowArgs, asked: Asked, home: &Home, matrix: &Matrix, out: &Output) -> Outcome<Vec<PathBuf>> {
    let mut written = Vec::new();
    if let (Some(path), Some(file)) = (&args.svg, asked.svg) {
        file.finish(svg(matrix).as_bytes())?;
        written.push(path.clone());
    }
    let too_small = !out.is_json() && !args.text && !fits(matrix);
    if let (Some(path), Some(file)) = (&args.png, asked.png) {
        file.finish(&png(matrix, PIXELS)?)?;
        written.push(path.clone());
    } else if too_small && written.is_empty() {
        let path = home.picture()?;
        files::write(&path, &png(matrix, PIXELS)?)?;
        written.push(path);
    }
    Ok(written)
}

/// Whether the window shows the whole code with a line to spare; where there is no window, everything fits.
pub fn fits(matrix: &Matrix) -> bool {
    let needed = terminal_size(matrix);
    window::size()
        .is_none_or(|window| u32::from(window.columns) >= needed.columns && u32::from(window.lines) > needed.lines)
}

fn print(
    args: &ShowArgs,
    session: &ShowView,
    code: &PresentationView,
    matrix: &Matrix,
    written: &[PathBuf],
    out: &Output,
) {
    let words = out.words();
    let who = profile_word(args.profile.profile(), words);
    if code.test {
        out.test_sign(2);
    }
    out.say(2, "cli-show-what", &[("profile", who.into())]);
    out.rows(4, &view::card::rows(&session.disclosure.shown, words));
    let reads_picture_only = args.png.is_some() || args.svg.is_some();
    if fits(matrix) && !reads_picture_only {
        out.line("");
        out.line(terminal(matrix).trim_end_matches('\n'));
    } else if !reads_picture_only {
        print_too_small(matrix, 2, out);
    }
    for path in written {
        out.say(2, "cli-picture-written", &[("path", path.display().to_string().into())]);
    }
    out.say(2, "cli-show-until", &[("time", time::local(code.expires_at).into())]);
    if session.reused_credential {
        out.paragraph(2, Tone::Unsure, &words.text("cli-show-reused", &[]));
    }
    if session.time_unsure {
        out.paragraph(2, Tone::Unsure, &words.text("cli-show-time-unsure", &[]));
    }
}

/// Says how large the window would have to be.
pub fn print_too_small(matrix: &Matrix, indent: usize, out: &Output) {
    let needed = terminal_size(matrix);
    let window = window::size().unwrap_or(window::WindowSize { columns: 0, lines: 0 });
    out.say(
        indent,
        "cli-window-too-small",
        &[
            ("columns", needed.columns.into()),
            ("lines", (needed.lines + 1).into()),
            ("has-columns", u32::from(window.columns).into()),
            ("has-lines", u32::from(window.lines).into()),
        ],
    );
}
