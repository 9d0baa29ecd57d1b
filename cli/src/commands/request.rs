use permitcard_checking::ReaderRequest;
use permitcard_credential::qr::picture::{Matrix, terminal};
use serde_json::json;

use super::card::profile_word;
use crate::{
    args::RequestArgs,
    failure::{Exit, Outcome},
    home::Home,
    output::{Output, Tone},
    picture::codes::{self, PictureFiles, fits, print_too_small},
    time,
};

/// `permitcard request`: the verifier's own code, which the holder's phone reads.
pub async fn run(args: &RequestArgs, out: &Output) -> Outcome {
    let (home, client) = Home::open(&args.home)?;
    let asked = PictureFiles::begin(args.svg.as_deref(), args.png.as_deref())?;
    let checker = home.checker(&client)?;
    let made = checker.make_request(&args.aud, args.profile.profile(), args.portrait);
    checker.close();
    let request = made?;
    let drawn = codes::draw(std::slice::from_ref(&request.text), 1)?;
    let written = asked.finish(&drawn)?;
    if out.is_json() {
        let nonce: String = request.open.nonce.iter().map(|byte| format!("{byte:02x}")).collect();
        out.event(
            "request",
            json!({
                "text": request.text,
                "aud": request.open.aud,
                "nonce": nonce,
                "profile": args.profile.profile().name(),
                "portrait": args.portrait,
                "made_at": request.open.made_at,
                "expires_at": request.open.expires_at,
                "pictures": written.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(),
            }),
        );
    } else if args.text {
        out.line(&request.text);
    } else {
        let picture = drawn.first().filter(|_| args.png.is_none() && args.svg.is_none());
        print(args, &request, picture, out);
        for path in written {
            out.say(2, "cli-picture-written", &[("path", path.display().to_string().into())]);
        }
    }
    Ok(Exit::Good)
}

fn print(args: &RequestArgs, request: &ReaderRequest, picture: Option<&Matrix>, out: &Output) {
    let who = profile_word(args.profile.profile(), out.words());
    out.say(
        2,
        "cli-request-what",
        &[("aud", request.open.aud.as_str().into()), ("profile", who.into())],
    );
    if args.portrait {
        out.say(2, "cli-request-portrait", &[]);
    }
    match picture {
        Some(matrix) if fits(matrix) => {
            out.line("");
            out.line(terminal(matrix).trim_end_matches('\n'));
        }
        Some(matrix) => print_too_small(matrix, 2, out),
        None => {}
    }
    let until = time::local(request.open.expires_at);
    out.paragraph(
        2,
        Tone::Plain,
        &out.words().text("cli-request-next", &[("time", until.into())]),
    );
}
