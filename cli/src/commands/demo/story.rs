use std::{path::Path, sync::Arc};

use permitcard_authority::{
    Authority, AuthorityOptions, RunningAuthority,
    admin::{Admin, PermitEvent, PersonView},
};
use permitcard_checking::{Checked, Checker, VerifyRequest};
use permitcard_credential::{
    qr::picture::{EcLevel, Matrix, png, terminal},
    snapshot::Snapshot,
    verdict::Policy,
};
use permitcard_messages::Arg;
use permitcard_net::{NetOptions, RetryOptions};
use permitcard_platform::{Clock, SystemClock, file_keys::FileKeys};
use permitcard_protocol::ClientFile;
use permitcard_wallet::{PresentationView, Profile};
use serde_json::json;

use super::{forge::forge, stage::Stage, worker::Worker};
use crate::{
    commands::{card::draw, snapshot},
    failure::{CliCode, Exit, Failure, Outcome},
    files,
    output::{Output, Tone},
    picture::{
        codes::{PIXELS, fits, print_too_small},
        read,
    },
    view::verdicts,
};

/// Seconds after its signature at which the picture is shown again: one more than the 60 of its life and the 30 by which
/// clocks may differ.
const TOO_LATE_S: i64 = 91;

/// Tells the story. Ends well only if the genuine code was accepted and every bad one refused.
pub async fn tell(stage: &Stage, first: Option<&str>, out: &Output) -> Outcome<()> {
    let narrator = Narrator {
        out,
        chapter: std::cell::Cell::new(0),
    };
    narrator.title();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);

    narrator.chapter("authority", &[]);
    let authority = Authority::start(AuthorityOptions::new(stage.authority())).await?;
    let admin = Admin::open(&stage.authority(), Arc::clone(&clock))?;
    let people = admin.people()?;
    narrator.done(
        "authority",
        &[("count", i64::try_from(people.len()).unwrap_or_default().into())],
    );
    let (first, second) = cast(people, first)?;

    narrator.chapter("workers", &[]);
    let client_path = authority.client_file_path().to_owned();
    let first = register(stage, 1, first, &client_path, &admin, &narrator).await?;
    let second = register(stage, 2, second, &client_path, &admin, &narrator).await?;

    narrator.chapter("snapshots", &[]);
    let checker = open_verifier(stage, authority.client_file(), &clock)?;
    let before = fetch(&checker, "first", &narrator).await?;
    admin.event(PermitEvent::Revoke, &second.person.id)?;
    narrator.done("revoked", &[("name", (&second.name).into())]);
    out.event("revoked", json!({ "person": second.person.id }));
    let after = fetch(&checker, "second", &narrator).await?;

    narrator.chapter("offline", &[]);
    shut_down(authority, &checker, &narrator).await?;

    narrator.chapter("show", &[("name", (&first.name).into())]);
    let genuine = first.show(out).await?;
    let picture = stage.pictures().join("worker-1.png");
    show(&genuine, &picture, stage, &narrator)?;
    draw_card(stage, &first, out).await?;

    narrator.chapter("verify", &[]);
    let scanned = read::code_in_png(&files::read(&picture, read::MAX_FILE)?)?;
    let now = VerifyRequest::new(&scanned, Policy::employer());
    narrator.judge("genuine", &checker.verify(&now)?, Expected::Accepted)?;

    narrator.chapter("refused", &[]);
    let root = checker_root(stage)?;
    let snapshot = Snapshot::parse(&after, &root, genuine.issued_at).map_err(|_| CliCode::DemoFailed)?;
    let forged = forge(&scanned, &snapshot, genuine.issued_at)?;
    narrator.case("forged", &[]);
    narrator.judge(
        "forged",
        &checker.verify(&VerifyRequest::new(&forged, Policy::employer()))?,
        Expected::Refused,
    )?;

    narrator.case("late", &[("seconds", TOO_LATE_S.into())]);
    let late = VerifyRequest {
        at: Some(genuine.issued_at + TOO_LATE_S),
        ..now
    };
    narrator.judge("late", &checker.verify(&late)?, Expected::Refused)?;

    narrator.case("revoked", &[("name", (&second.name).into())]);
    let revoked = second.show(out).await?;
    let picture = stage.pictures().join("worker-2.png");
    files::write(&picture, &png(&matrix(&revoked)?, PIXELS)?)?;
    let scanned = read::code_in_png(&files::read(&picture, read::MAX_FILE)?)?;
    let request = VerifyRequest {
        remember: false,
        ..VerifyRequest::new(&scanned, Policy::employer())
    };
    narrator.say("with-first-snapshot");
    // At a stated time, for today a verifier takes no list that is older than one it has.
    let old = VerifyRequest {
        snapshot: Some(&before),
        at: Some(revoked.issued_at),
        ..request
    };
    narrator.judge("revoked-first-snapshot", &checker.verify(&old)?, Expected::Accepted)?;
    out.line("");
    narrator.say("with-second-snapshot");
    narrator.judge("revoked", &checker.verify(&request)?, Expected::Refused)?;

    checker.close();
    first.close().await;
    second.close().await;
    narrator.end(stage);
    Ok(())
}

/// Who plays: the person that was asked for, or one whom every check passes; and one whose face is not recognised, so that
/// the other way is seen.
fn cast(people: Vec<PersonView>, asked: Option<&str>) -> Outcome<(PersonView, PersonView)> {
    const USUAL: [&str; 3] = ["maria", "sean", "juergen"];
    const OTHER_WAY: [&str; 2] = ["minh", "sean"];
    let find = |id: &str| people.iter().find(|person| person.id == id).cloned();
    let first = match asked {
        Some(id) => find(id).ok_or(CliCode::DemoPersonUnknown)?,
        None => USUAL.iter().find_map(|id| find(id)).ok_or(CliCode::DemoFailed)?,
    };
    let second = OTHER_WAY
        .iter()
        .filter(|id| **id != first.id)
        .find_map(|id| find(id))
        .ok_or(CliCode::DemoFailed)?;
    Ok((first, second))
}

async fn register(
    stage: &Stage,
    number: u32,
    person: PersonView,
    client: &Path,
    admin: &Admin,
    narrator: &Narrator<'_>,
) -> Outcome<Worker> {
    narrator.worker(&person);
    let id = person.id.clone();
    let (worker, card) = Worker::register(person, stage.worker(number), client.to_owned(), admin, narrator.out).await?;
    narrator.done(
        "card",
        &[
            ("version", i64::try_from(card.version).unwrap_or_default().into()),
            ("count", card.credentials_left.into()),
        ],
    );
    narrator.out.event(
        "registered",
        json!({ "person": id, "worker": number, "card": crate::view::card::to_json(&card, narrator.out.words()) }),
    );
    Ok(worker)
}

/// The verifier asks once and does not wait long, so that the last chapter shows at once that nobody answers.
fn open_verifier(stage: &Stage, client: &ClientFile, clock: &Arc<dyn Clock>) -> Outcome<Checker> {
    files::write(&stage.verifier().join("client.json"), client.to_json().as_bytes())?;
    let keys = FileKeys::open(&stage.verifier().join("keys/verifier"))?;
    let net = NetOptions {
        retry: RetryOptions {
            attempts: 1,
            ..RetryOptions::default()
        },
        ..NetOptions::default()
    };
    Ok(Checker::open_with(
        &stage.verifier(),
        client,
        &keys,
        Arc::clone(clock),
        true,
        net,
    )?)
}

fn checker_root(stage: &Stage) -> Outcome<permitcard_crypto::ecdsa::PublicKey> {
    let path = stage.verifier().join("client.json");
    let client = ClientFile::parse(&files::read(&path, permitcard_protocol::limits::CLIENT_FILE)?)?;
    client.root_key.to_public_key().map_err(|_| CliCode::DemoFailed.into())
}

async fn fetch(checker: &Checker, which: &str, narrator: &Narrator<'_>) -> Outcome<Vec<u8>> {
    {
        let _busy = narrator.out.progress("cli-busy-authority");
        checker.snapshot_fetch().await?;
    }
    let info = checker.snapshot_info().ok_or(CliCode::DemoFailed)?;
    let bytes = checker.snapshot_export()?;
    let size = i64::try_from(bytes.len()).unwrap_or_default();
    narrator.done(&format!("{which}-snapshot"), &[("bytes", size.into())]);
    narrator.out.event("snapshot", snapshot::to_json(&info));
    Ok(bytes)
}

/// Stops the authority, and asks it once more: nobody may answer from here on.
async fn shut_down(authority: RunningAuthority, checker: &Checker, narrator: &Narrator<'_>) -> Outcome<()> {
    authority.shutdown().await;
    match checker.snapshot_fetch().await {
        Ok(_) => Err(CliCode::DemoFailed.into()),
        Err(error) => {
            narrator.done("offline", &[("code", error.code().into())]);
            narrator.out.event("stopped", json!({ "asking_again": error.code() }));
            Ok(())
        }
    }
}

fn matrix(code: &PresentationView) -> Outcome<Matrix> {
    Ok(Matrix::new(&code.text, EcLevel::L, code.qr_version)?)
}

fn show(code: &PresentationView, picture: &Path, stage: &Stage, narrator: &Narrator<'_>) -> Outcome<()> {
    let matrix = matrix(code)?;
    files::write(picture, &png(&matrix, PIXELS)?)?;
    narrator.out.event("shown", json!({
        "text": code.text, "issued_at": code.issued_at, "expires_at": code.expires_at, "qr_version": matrix.version(),
        "bytes": permitcard_credential::qr::text::decode(&code.text)?.len(), "png": picture.display().to_string(),
    }));
    if fits(&matrix) {
        narrator.out.line("");
        narrator.out.line(terminal(&matrix).trim_end_matches('\n'));
        narrator.out.line("");
    } else {
        print_too_small(&matrix, 5, narrator.out);
    }
    if stage.is_kept() {
        narrator.done("shown", &[("path", picture.display().to_string().into())]);
    } else {
        narrator.done("shown-for-now", &[]);
    }
    Ok(())
}

async fn draw_card(stage: &Stage, worker: &Worker, out: &Output) -> Outcome<()> {
    if !stage.is_kept() {
        return Ok(());
    }
    let card = worker.wallet().card().await?.ok_or(CliCode::DemoFailed)?;
    let svg = draw(worker.wallet(), &card, Some(Profile::Employer), out).await?;
    files::write(&stage.pictures().join("card-and-code.svg"), svg.as_bytes())
}

/// How a case has to end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    Accepted,
    Refused,
}

/// Says what happens, calmly.
struct Narrator<'a> {
    out: &'a Output,
    chapter: std::cell::Cell<u32>,
}

impl Narrator<'_> {
    fn title(&self) {
        self.out.line("");
        self.out
            .paragraph(2, Tone::Strong, &self.out.words().text("cli-demo-title", &[]));
        self.out.say(2, "cli-demo-nothing-is-real", &[]);
    }

    fn chapter(&self, name: &str, args: &[(&str, Arg<'_>)]) {
        self.chapter.set(self.chapter.get() + 1);
        let title = self.out.words().text(&format!("cli-demo-chapter-{name}"), args);
        self.out.line("");
        self.out
            .paragraph(2, Tone::Strong, &format!("{}  {title}", self.chapter.get()));
        self.out.say(5, &format!("cli-demo-about-{name}"), args);
    }

    fn done(&self, name: &str, args: &[(&str, Arg<'_>)]) {
        let words = self.out.words().text(&format!("cli-demo-done-{name}"), args);
        self.mark(5, Tone::Good, "✔", &words);
    }

    fn say(&self, name: &str) {
        self.out.say(7, &format!("cli-demo-{name}"), &[]);
    }

    fn case(&self, name: &str, args: &[(&str, Arg<'_>)]) {
        self.out.line("");
        self.out.say(5, &format!("cli-demo-case-{name}"), args);
    }

    fn worker(&self, person: &PersonView) {
        let name = format!("{} {}", person.given_names, person.surname);
        self.out.line("");
        self.out.paragraph(5, Tone::Strong, name.trim());
        self.out
            .say(5, "cli-demo-name-as-sent", &[("name", (&person.mrz_name).into())]);
    }

    fn mark(&self, indent: usize, tone: Tone, mark: &str, text: &str) {
        let lines = crate::output::wrap(text, self.out.width().saturating_sub(indent + 2));
        for (index, line) in lines.iter().enumerate() {
            let mark = if index == 0 {
                self.out.style().paint(tone, mark)
            } else {
                " ".to_owned()
            };
            self.out.line(&format!("{:indent$}{mark} {line}", ""));
        }
    }

    /// Shows the three lights of a case and checks that it ended as it has to.
    fn judge(&self, case: &str, checked: &Checked, expected: Expected) -> Outcome<()> {
        let policy = Policy::employer();
        self.out.event(
            "verified",
            json!({
                "case": case, "result": verdicts::to_json(&checked.verdicts, &policy, self.out.words()),
            }),
        );
        verdicts::lights(&checked.verdicts, 7, self.out);
        if case == "genuine" {
            self.print_disclosed(checked);
        }
        match (expected, checked.unmet.first()) {
            (Expected::Accepted, None) => {
                let id = if case == "genuine" {
                    "cli-demo-accepted"
                } else {
                    "cli-demo-accepted-old"
                };
                self.mark(7, Tone::Good, "✔", &self.out.words().text(id, &[]));
            }
            (Expected::Refused, Some(_)) => {
                self.mark(7, Tone::Bad, "✘", &self.out.words().text("cli-demo-refused", &[]))
            }
            (_, unmet) => {
                let code = unmet.map_or(CliCode::DemoFailed.code(), |code| code.code());
                return Err(Failure::of(Exit::Refused, CliCode::DemoFailed.code()).with("code", code));
            }
        }
        Ok(())
    }

    fn print_disclosed(&self, checked: &Checked) {
        self.out.line("");
        if let Some(disclosed) = &checked.verdicts.disclosed {
            self.out.rows(7, &verdicts::rows(disclosed, self.out.words()));
        }
        if checked.verdicts.test {
            self.out.line("");
            self.out.test_sign(7);
        }
        verdicts::compare_person(7, self.out);
        self.out.line("");
    }

    fn end(&self, stage: &Stage) {
        self.out.line("");
        self.out
            .paragraph(2, Tone::Strong, &self.out.words().text("cli-demo-end", &[]));
        if stage.is_kept() {
            self.out.say(
                2,
                "cli-demo-kept",
                &[("path", stage.root().display().to_string().into())],
            );
        } else {
            self.out.say(2, "cli-demo-nothing-kept", &[]);
        }
        self.out.line("");
        let kept = stage.is_kept().then(|| stage.root().display().to_string());
        self.out
            .event("done", json!({ "accepted": 1, "refused": 3, "kept": kept }));
    }
}
