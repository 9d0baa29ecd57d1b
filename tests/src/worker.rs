//! Registering on the command line as one of the invented people.

use std::path::Path;

use permitcard_authority::admin::PersonView;

use crate::{
    command::{Finished, at_home},
    sandbox::Sandbox,
};

/// The options of `register` that answer every step but the one-time code.
pub fn answers(sandbox: &Sandbox, person: &PersonView) -> Vec<String> {
    let client = sandbox.client_path();
    let client = client.to_str().expect("UTF-8");
    [
        "register",
        "--client",
        client,
        "--accept-consents",
        "--surname",
        &person.surname,
        "--given",
        &person.given_names,
        "--permit-number",
        &person.permit_number,
        "--passport",
        &person.passport,
        "--passport-issuer",
        &person.passport_issuer,
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Replaces the value of an option.
pub fn set(answers: &mut [String], option: &str, value: &str) {
    let at = answers.iter().position(|answer| answer == option).expect("the option");
    value.clone_into(&mut answers[at + 1]);
}

/// Runs `register` until it waits for the one-time code.
pub fn register_up_to_code(sandbox: &Sandbox, person: &PersonView, home: &Path) {
    let waiting = at_home(home, answers(sandbox, person));
    waiting.assert_failed(3, "cli.answer_missing");
    assert_eq!(waiting.event("waiting")["step"], "one-time-code");
}

/// Runs `register` with a one-time code.
pub fn register_with_code(home: &Path, code: &str) -> Finished {
    at_home(home, ["register", "--accept-consents", "--code", code])
}

/// Answers every step truly, and gives how the last run of `register` ended.
pub fn try_to_register(sandbox: &Sandbox, id: &str, home: &Path) -> Finished {
    let person = sandbox.person(id);
    if person.contact.is_none() {
        return at_home(home, answers(sandbox, &person));
    }
    register_up_to_code(sandbox, &person, home);
    register_with_code(home, &sandbox.code(id))
}

/// Registers to the end: the home has a card afterwards.
pub fn register(sandbox: &Sandbox, id: &str, home: &Path) -> Finished {
    try_to_register(sandbox, id, home).assert_good()
}
