use std::path::Path;

use permitcard_identity::{
    ChineseName, CountryCode, IdentityError, Mrz, MrzReading, NameForm, NameForms, chinese_beside, mrz_name_for,
    mrz_name_typed, name_advice, read_mrz,
};

use crate::{
    args::NameArgs,
    failure::{CliCode, Exit, Failure, Outcome},
    files,
    output::Output,
    view::name::{self, Named},
};

/// More than any two or three lines have.
const MAX_MRZ: usize = 4_096;

/// `permitcard name`
pub fn run(args: &NameArgs, out: &Output) -> Outcome {
    let (mut named, zone) = match &args.mrz {
        Some(given) => of_zone(given, args.issuer.clone(), out)?,
        None => (of_typed(args)?, None),
    };
    if let Some(chinese) = &args.chinese {
        named.chinese = Some(ChineseName::normalise(chinese).map_err(wrong)?);
    }
    let advice = name_advice(&named.form.name, named.issuer.as_ref(), named.chinese.is_some());
    let held = args.held.as_deref().map(|held| held_as(held, &named)).transpose()?;
    if let Some(mrz) = &zone {
        name::zone(mrz, out);
    }
    name::show(&named, &advice, held.as_ref(), out);
    match held {
        Some((_, false)) => Err(CliCode::NameDiffers.into()),
        _ => Ok(Exit::Good),
    }
}

fn wrong(error: IdentityError) -> Failure {
    Failure::of(Exit::Usage, error.code())
}

/// Surname and given names as typed, with a Chinese name taken off.
fn of_typed(args: &NameArgs) -> Outcome<Named> {
    let part = |typed: &Option<String>| chinese_beside(typed.as_deref().unwrap_or_default()).map_err(wrong);
    let ((surname, beside), (given, behind)) = (part(&args.surname)?, part(&args.given)?);
    let issuer = args.issuer.clone();
    let form = mrz_name_for(&surname, &given, issuer.as_ref()).map_err(wrong)?;
    Ok(Named {
        // The authority compares what is sent: it never sees the marks that were typed.
        forms: NameForms::of(&form.name, issuer.as_ref()),
        form,
        issuer,
        chinese: beside.or(behind),
    })
}

/// The lines of a document, or a name alone.
fn of_zone(given: &str, issuer: Option<CountryCode>, out: &Output) -> Outcome<(Named, Option<Mrz>)> {
    let text = if given.contains(['<', '＜', '«']) {
        given.to_owned()
    } else {
        let bytes = files::read_or_stdin(Path::new(given), MAX_MRZ)?;
        String::from_utf8(bytes).map_err(|_| wrong(IdentityError::MrzCharacter))?
    };
    let mrz = match read_mrz(&text) {
        Ok(MrzReading::Good(mrz)) => *mrz,
        Ok(MrzReading::Faulty { faults, corrections }) => {
            name::faulty(&faults, &corrections, out);
            let code = faults
                .first()
                .map_or(IdentityError::MrzLines.code(), |fault| fault.code());
            return Err(Failure::of(Exit::Refused, code));
        }
        // Lines of another length: a name field alone has no other line beside it.
        Err(IdentityError::MrzLines) if text.trim().lines().count() == 1 => {
            let form = mrz_name_typed(&text).map_err(wrong)?;
            let forms = NameForms::of(&form.name, issuer.as_ref());
            let chinese = None;
            return Ok((
                Named {
                    form,
                    forms,
                    issuer,
                    chinese,
                },
                None,
            ));
        }
        Err(error) => return Err(wrong(error)),
    };
    let named = Named {
        forms: mrz.name_forms(),
        form: NameForm {
            name: mrz.name.clone(),
            steps: Vec::new(),
        },
        issuer: Some(mrz.issuer.clone()),
        chinese: None,
    };
    Ok((named, Some(mrz)))
}

/// The name that the authority holds, and whether it is the same: with fillers, with a comma, or words in a row.
fn held_as(held: &str, named: &Named) -> Outcome<(String, bool)> {
    let issuer = named.issuer.as_ref();
    let form = match held.split_once([',', '，']) {
        Some((surname, given)) => mrz_name_for(surname, given, issuer),
        None => match mrz_name_typed(held) {
            Err(IdentityError::NamePartsUnclear) => mrz_name_for(held, "", issuer),
            other => other,
        },
    };
    let name = form.map_err(wrong)?.name;
    let same = named.forms.matches(&NameForms::of(&name, issuer));
    Ok((name.as_str().to_owned(), same))
}
