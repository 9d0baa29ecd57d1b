//! Bad input: each with the stable code that it has to end with. Reading it takes neither long nor much memory, whatever it
//! announces.

mod exports;
pub mod forge;
mod generic;
pub mod lists;
mod texts;
mod tokens;

use std::rc::Rc;

use permitcard_credential::{
    snapshot::Snapshot,
    verdict::{Outcome, VerdictError, Verdicts},
};

use crate::world::{World, check_with};

/// The code of a case that was accepted.
pub const ACCEPTED: &str = "accepted";

/// One bad input.
pub struct Case {
    /// What is bad, and where.
    pub name: &'static str,
    /// The stable code that it ends with.
    pub code: &'static str,
    read: Box<dyn Fn() -> &'static str>,
}

impl Case {
    fn new(name: &'static str, code: &'static str, read: impl Fn() -> &'static str + 'static) -> Self {
        let read = Box::new(read);
        Self { name, code, read }
    }

    /// Reads the input as the product does; the code that it ends with, or [`ACCEPTED`].
    pub fn read(&self) -> &'static str {
        (self.read)()
    }
}

/// All of them. The input is made here, so that [`Case::read`] does nothing but read.
pub fn all() -> Vec<Case> {
    let world = World::new();
    let snapshot = Rc::new(world.snapshot());
    let mut cases = texts::cases(&world, &snapshot);
    cases.extend(tokens::cases(&world, &snapshot));
    cases.extend(lists::cases(&world));
    cases.extend(exports::cases(&world));
    cases.extend(generic::cases(&world));
    cases
}

/// The case of a text that is verified as an employer does.
fn verified(name: &'static str, code: &'static str, text: String, snapshot: &Rc<Snapshot>) -> Case {
    let snapshot = Rc::clone(snapshot);
    Case::new(name, code, move || verdict_code(check_with(&text, &snapshot, |_| ())))
}

/// Why there are no verdicts, or the first verdict that is not good.
fn verdict_code(result: Result<Verdicts, VerdictError>) -> &'static str {
    match result {
        Err(VerdictError::Malformed(inside)) => inside.code(),
        Err(error) => error.code(),
        Ok(verdicts) => [verdicts.issuer, verdicts.holder, verdicts.status]
            .into_iter()
            .find(|verdict| verdict.outcome != Outcome::Good)
            .map_or(ACCEPTED, |verdict| verdict.code.code()),
    }
}
