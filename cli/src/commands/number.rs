use permitcard_identity::{HeldNumber, IdentityError, NumberHistory, NumberKind, NumberNote, Recognised, recognise};

use crate::{
    args::{NumberArg, NumberArgs},
    failure::{CliCode, Exit, Failure, Outcome},
    output::Output,
    view,
};

/// `permitcard number`
pub fn run(args: &NumberArgs, out: &Output) -> Outcome {
    let mut history = NumberHistory::default();
    let mut all: Vec<Vec<Recognised>> = Vec::new();
    let numbers: Option<Vec<NumberArg>> = args.numbers.iter().map(|text| NumberArg::read(text)).collect();
    let numbers = numbers.ok_or(CliCode::NumberUnreadable)?;
    for number in &numbers {
        let found = of_kind(number)?;
        if let Some(first) = found.first() {
            history.add(HeldNumber {
                kind: first.kind,
                value: first.value.clone(),
                issuer: args.issuer.clone().filter(|_| first.kind == NumberKind::Passport),
                from: number.from,
                to: number.to,
            });
        }
        all.push(found);
    }
    for (found, given) in all.iter().zip(&numbers) {
        // A number that only seems to be mistyped gets a warning: it may be another one, whose form nobody published.
        view::number::show(found, given.kind.is_some(), &history, out);
    }
    if let Some(field) = args.field {
        let answer = history.answer(field, view::name::today());
        view::number::answer(field, &answer, out);
        if answer.value.is_none() {
            return Err(Failure::of(Exit::Refused, NumberNote::Missing.code()));
        }
    }
    Ok(Exit::Good)
}

/// What the number may be; only the kind that was given, where one was.
fn of_kind(number: &NumberArg) -> Outcome<Vec<Recognised>> {
    let wrong = |error: IdentityError| match error {
        IdentityError::PermanentResidentNumberCheck => Failure::of(Exit::Refused, error.code()),
        _ => Failure::of(Exit::Usage, error.code()),
    };
    let Some(kind) = number.kind else {
        return recognise(&number.number).map_err(wrong);
    };
    Recognised::of_kind(&number.number, kind)
        .map(|one| vec![one])
        .map_err(wrong)
}
