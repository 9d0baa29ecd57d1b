//! The program is killed with SIGKILL and run again: nothing is lost, nobody is asked twice, there is one card.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::Command,
    thread,
    time::Duration,
};

use permitcard_authority::admin::PersonView;
use permitcard_tests::{
    canary::{forms, search},
    command::{at_home, permitcard},
    sandbox::Sandbox,
    worker::{answers, register},
};
use rusqlite::Connection;
use serde_json::{Value, json};

/// The steps of a registration with a contact, in their order: a program without a code does first what waits for nobody.
const STEPS: [&str; 6] = [
    "consent",
    "identity-claim",
    "document-check",
    "consent",
    "face-check",
    "one-time-code",
];

/// How somebody gets a card.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// By the checks, with a one-time code.
    Checks,
    /// By a service window.
    Window,
    /// From a card to one of tier 2, by a phone number.
    Tier2,
}

impl Way {
    fn steps(self) -> &'static [&'static str] {
        match self {
            Self::Checks => &STEPS,
            Self::Window => &["consent", "in-person-code"],
            Self::Tier2 => &["consent", "sim"],
        }
    }

    /// Version and tier of the card at its end.
    fn card(self) -> (u64, u64) {
        if self == Self::Tier2 { (2, 2) } else { (1, 1) }
    }
}

/// Most runs until somebody got where a test wants him.
const RUNS: usize = 8;

/// When to kill a run.
#[derive(Clone, Copy)]
enum Kill {
    Never,
    /// As soon as the whole registration has this many events of a kind.
    After(&'static str, usize),
    /// This long after its first event.
    Delayed(Duration),
}

/// One phone, run by run.
struct Phone<'a> {
    sandbox: &'a Sandbox,
    person: PersonView,
    home: &'a Path,
    way: Way,
    /// What the clerk gave out: once, for a second code would end the first one.
    window_code: Option<String>,
    events: Vec<Value>,
}

impl Phone<'_> {
    fn count(&self, kind: &str) -> usize {
        self.events.iter().filter(|event| event["event"] == kind).count()
    }

    fn steps(&self, kind: &str) -> Vec<&str> {
        let events = self.events.iter().filter(|event| event["event"] == kind);
        events.map(|event| event["step"].as_str().unwrap()).collect()
    }

    fn command(&mut self) -> Command {
        let client = self.sandbox.client_path();
        let mut command = match self.way {
            Way::Checks => permitcard(answers(self.sandbox, &self.person)),
            Way::Window => permitcard(["register", "--accept-consents", "--way", "window", "--client"]),
            Way::Tier2 => permitcard([
                "register",
                "--accept-consents",
                "--tier",
                "2",
                "--way",
                "sim",
                "--client",
            ]),
        };
        if self.way != Way::Checks {
            command.arg(client);
        }
        command.args(["--json", "--home"]).arg(self.home);
        if self.steps("waiting").contains(&"one-time-code") {
            command.args(["--code", &self.sandbox.code(&self.person.id)]);
        }
        let waits = |event: &&Value| event["event"] == "waiting" && event["step"] == "in-person-code";
        if let Some(waiting) = self.events.iter().find(waits) {
            let code = self.window_code.get_or_insert_with(|| {
                let reference = waiting["session_reference"].as_str().unwrap();
                let admin = &self.sandbox.admin;
                admin.window_code(&self.person.id, reference, "window-1").unwrap().code
            });
            command.args(["--in-person-code", code]);
        }
        command
    }

    /// One run of `register`; whether it ended by itself with a card.
    fn run(&mut self, kill: Kill) -> bool {
        let mut child = self.command().spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut killed = false;
        if let Kill::Delayed(delay) = kill {
            thread::sleep(delay);
            child.kill().unwrap();
            killed = true;
        }
        while let Some(Ok(line)) = lines.next() {
            self.events.push(serde_json::from_str(&line).unwrap());
            if let Kill::After(kind, times) = kill
                && !killed
                && self.count(kind) == times
            {
                child.kill().unwrap();
                killed = true;
            }
        }
        child.wait().unwrap().success()
    }

    /// Runs, and kills each run where it has so many events of a kind, until it has them.
    fn run_to(&mut self, kind: &'static str, times: usize) {
        // The first run may stop for a code before it can be killed.
        for _ in 0..RUNS {
            if self.count(kind) >= times {
                return;
            }
            self.run(Kill::After(kind, times));
            self.assert_sealed();
        }
        panic!("{times} times {kind} never came: {:?}", self.events);
    }

    /// Runs until the card is here, and looks that there is exactly one.
    fn finish(&mut self) {
        let mut runs = 0;
        while !self.run(Kill::Never) {
            let error = self.events.last().unwrap();
            assert_eq!(error["code"], "cli.answer_missing", "{error}");
            runs += 1;
            assert!(runs < 4, "{:?}", self.events);
        }
        let card = at_home(self.home, ["card"]).assert_good().event("card");
        let (version, tier) = self.way.card();
        let card = &card["card"];
        assert_eq!(
            [&card["version"], &card["tier"], &card["credentials_left"]],
            [&json!(version), &json!(tier), &json!(10)]
        );
        // A fetch that goes on after a kill leaves the other forms to the next sync.
        at_home(self.home, ["sync"]).assert_good();
        let database = Connection::open(self.sandbox.data.join("authority.db")).unwrap();
        let count = |query: &str| database.query_row(query, [], |row| row.get::<_, i64>(0)).unwrap();
        let batches = |and: &str| {
            count(&format!(
                "SELECT count(*) FROM batch WHERE card_version = {version}{and}"
            ))
        };
        // Three forms, each ten times (the credential, the SD-JWT VC, the mdoc), and the printed permit, which nobody confirms.
        assert_eq!(batches(""), 4, "issued more than once");
        assert_eq!(batches(" AND event IS NOT NULL"), 3, "the card was not confirmed");
        let copies = "SELECT count(*) FROM credential JOIN batch ON batch.id = credential.batch WHERE card_version =";
        assert_eq!(count(&format!("{copies} {version}")), 31);
        assert_eq!(count("SELECT count(*) FROM permit_grant WHERE ended = 0"), 1);
        if self.way != Way::Tier2 {
            assert_eq!(count("SELECT count(*) FROM permit_grant"), 1);
        }
    }

    /// Nothing personal may be readable, whatever moment the program was killed in.
    fn assert_sealed(&self) {
        if !self.home.exists() {
            // Killed before it made its folder.
            return;
        }
        let person = &self.person;
        let texts = [
            &person.surname,
            &person.mrz_name,
            &person.permit_number,
            &person.passport,
        ];
        let needles: Vec<_> = texts.iter().flat_map(|text| forms(text)).collect();
        assert_eq!(search(self.home, &needles, |_| false), []);
    }
}

fn on_a_phone(way: Way, person: &str, test: impl FnOnce(&mut Phone<'_>)) {
    let sandbox = Sandbox::start();
    let home = sandbox.home("phone");
    if way == Way::Tier2 {
        register(&sandbox, person, &home);
    }
    let person = sandbox.person(person);
    let mut phone = Phone {
        sandbox: &sandbox,
        person,
        home: &home,
        way,
        window_code: None,
        events: Vec::new(),
    };
    test(&mut phone);
    phone.finish();
}

fn kill_after_each_step(way: Way, person: &str) {
    let steps = way.steps();
    for killed_after in 1..=steps.len() {
        on_a_phone(way, person, |phone| {
            phone.run_to("answered", killed_after);
            phone.finish();
            // A question that was not answered yet when the program was killed is asked again, an answered one is not.
            let mut asked = phone.steps("asked");
            asked.dedup();
            assert_eq!(asked, steps, "killed after {killed_after}");
            assert_eq!(phone.steps("answered"), steps, "killed after {killed_after}");
        });
    }
}

#[test]
fn killed_after_each_step_nobody_is_asked_twice() {
    kill_after_each_step(Way::Checks, "canary");
}

#[test]
fn killed_after_each_step_of_a_window_nobody_is_asked_twice() {
    kill_after_each_step(Way::Window, "canary");
}

#[test]
fn killed_after_each_step_to_tier_2_nobody_is_asked_twice() {
    kill_after_each_step(Way::Tier2, "maria");
}

fn kill_while_the_card_comes(way: Way, person: &str, delays: &[u64]) {
    for delay in delays {
        on_a_phone(way, person, |phone| {
            phone.run_to("fetching", 1);
            phone.run(Kill::Delayed(Duration::from_millis(*delay)));
            phone.assert_sealed();
            phone.finish();
            assert_eq!(phone.steps("asked"), way.steps(), "delay {delay}");
        });
    }
}

#[test]
fn killed_while_the_card_comes_there_is_one_card() {
    kill_while_the_card_comes(Way::Checks, "canary", &[0, 5, 15, 40, 80]);
}

#[test]
fn killed_while_the_card_of_tier_2_comes_there_is_one_card() {
    kill_while_the_card_comes(Way::Tier2, "maria", &[5, 40]);
}

#[test]
fn killed_at_any_moment_there_is_one_card() {
    // A step that was printed as asked may not have been stored yet, so only answers are counted here.
    on_a_phone(Way::Checks, "canary", |phone| {
        let mut delay = 7;
        for _ in 0..24 {
            phone.run(Kill::Delayed(Duration::from_millis(delay)));
            phone.assert_sealed();
            delay = (delay * 37 + 11) % 130;
        }
        phone.finish();
        // Killed before it was printed an answer may be missing here, but none is given twice.
        for step in STEPS {
            let times = |steps: &[&str]| steps.iter().filter(|other| **other == step).count();
            assert!(
                times(&phone.steps("answered")) <= times(&STEPS),
                "{step}: {:?}",
                phone.steps("answered")
            );
        }
    });
}

#[test]
fn finished_and_run_again_nothing_happens() {
    on_a_phone(Way::Checks, "suharto", |phone| {
        phone.finish();
        let before = phone.events.len();
        assert!(phone.run(Kill::Never));
        let again: Vec<_> = phone.events[before..].iter().map(|event| &event["event"]).collect();
        assert_eq!(again, ["done"]);
    });
}
