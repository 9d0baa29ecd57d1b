use super::{
    NameForms,
    pattern::{Gap, Pattern},
};
use crate::name::{MrzName, fit::fit};

/// Ways to write one pattern: the letters as sent, without marks, with XX; separated as it is, at apostrophes too, joined.
#[derive(Clone, Copy)]
struct Style {
    form: usize,
    apostrophes: bool,
    joined: bool,
}

fn written(pattern: &Pattern, style: Style) -> String {
    let mut text = String::new();
    for (at, atom) in pattern.atoms.iter().enumerate() {
        let gap = atom.gap != Gap::None && !style.joined || atom.apostrophe && style.apostrophes;
        if at > 0 && gap {
            text.push('<');
        }
        text.extend(atom.nearest(style.form).iter().copied().map(char::from));
    }
    text
}

/// The forms of one name written out, each once: those that differ least from the one that is sent first.
pub(super) fn of(name: &NameForms) -> Vec<MrzName> {
    let mut ranked: Vec<(usize, MrzName)> = Vec::new();
    // A cut name cannot be cut again: its end is not known.
    let orders: &[bool] = if name.secondary.is_empty() || name.cut.is_some() {
        &[false]
    } else {
        &[false, true]
    };
    for swapped in orders {
        for (apostrophes, joined) in [(false, false), (true, false), (false, true)] {
            for form in 0..3 {
                let style = Style {
                    form,
                    apostrophes,
                    joined,
                };
                let (first, second) = (written(&name.primary, style), written(&name.secondary, style));
                let fitted = if *swapped {
                    fit(&second, &first)
                } else {
                    fit(&first, &second)
                };
                // XX is rare: behind all others.
                let differences = form * form + usize::from(*swapped) + usize::from(apostrophes || joined);
                ranked.push((differences, MrzName(fitted)));
            }
        }
    }
    ranked.sort_by_key(|(differences, _)| *differences);
    let mut forms: Vec<MrzName> = Vec::new();
    for (_, form) in ranked {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms
}
