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
    thread,
    time::Duration,
};

use permitcard_authority::admin::PersonView;
use permitcard_tests::{
    canary::{forms, search},
    command::{at_home, permitcard},
    sandbox::Sandbox,
    worker::answers,
};
use rusqlite::Connection;
use serde_json::Value;

/// The steps of a registration with a contact, in their order: a program without a code does first what waits for nobody.
const STEPS: [&str; 6] = [
    "consent",
    "identity-claim",
    "document-check",
    "consent",
    "face-check",
    "one-time-code",
];

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

    /// One run of `register`; whether it ended by itself with a card.
    fn run(&mut self, kill: Kill) -> bool {
        let mut command = permitcard(answers(self.sandbox, &self.person));
        command.args(["--json", "--home"]).arg(self.home);
        if self.steps("waiting").contains(&"one-time-code") {
            command.args(["--code", &self.sandbox.code(&self.person.id)]);
        }
        let mut child = command.spawn().unwrap();
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
        assert_eq!(
            (&card["card"]["version"], &card["card"]["credentials_left"]),
            (&1.into(), &10.into())
        );
        // A fetch that goes on after a kill leaves the other forms to the next sync.
        at_home(self.home, ["sync"]).assert_good();
        let database = Connection::open(self.sandbox.data.join("authority.db")).unwrap();
        let count = |query: &str| database.query_row(query, [], |row| row.get::<_, i64>(0)).unwrap();
        // Three forms, each ten times (the credential, the SD-JWT VC, the mdoc), and the printed permit, which nobody confirms.
        assert_eq!(count("SELECT count(*) FROM batch"), 4, "issued more than once");
        assert_eq!(count("SELECT count(*) FROM credential"), 31);
        assert_eq!(count("SELECT count(*) FROM permit_grant"), 1);
        assert_eq!(
            count("SELECT count(*) FROM batch WHERE event IS NOT NULL"),
            3,
            "the card was not confirmed"
        );
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

fn on_a_phone(person: &str, test: impl FnOnce(&mut Phone<'_>)) {
    let sandbox = Sandbox::start();
    let home = sandbox.home("phone");
    let person = sandbox.person(person);
    let mut phone = Phone {
        sandbox: &sandbox,
        person,
        home: &home,
        events: Vec::new(),
    };
    test(&mut phone);
    phone.finish();
}

#[test]
fn killed_after_each_step_nobody_is_asked_twice() {
    for killed_after in 1..=STEPS.len() {
        on_a_phone("canary", |phone| {
            // The first run may stop for the one-time code before it can be killed.
            while phone.count("answered") < killed_after {
                phone.run(Kill::After("answered", killed_after));
                phone.assert_sealed();
            }
            phone.finish();
            // A question that was not answered yet when the program was killed is asked again, an answered one is not.
            let mut asked = phone.steps("asked");
            asked.dedup();
            assert_eq!(asked, STEPS, "killed after {killed_after}");
            assert_eq!(phone.steps("answered"), STEPS, "killed after {killed_after}");
        });
    }
}

#[test]
fn killed_while_the_card_comes_there_is_one_card() {
    for delay in [0, 5, 15, 40, 80] {
        on_a_phone("canary", |phone| {
            while phone.count("fetching") == 0 {
                phone.run(Kill::After("fetching", 1));
            }
            phone.run(Kill::Delayed(Duration::from_millis(delay)));
            phone.assert_sealed();
            phone.finish();
            assert_eq!(phone.steps("asked"), STEPS, "delay {delay}");
        });
    }
}

#[test]
fn killed_at_any_moment_there_is_one_card() {
    // A step that was printed as asked may not have been stored yet, so only answers are counted here.
    on_a_phone("canary", |phone| {
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
    on_a_phone("suharto", |phone| {
        phone.finish();
        let before = phone.events.len();
        assert!(phone.run(Kill::Never));
        let again: Vec<_> = phone.events[before..].iter().map(|event| &event["event"]).collect();
        assert_eq!(again, ["done"]);
    });
}
