//! Whether two sets of forms have one in common: both patterns are walked letter by letter, each pair of places once.

use std::collections::HashSet;

use super::{
    NameForms,
    pattern::{Atom, Gap},
};

/// Whether some form of one is a form of the other.
pub(super) fn same(one: &NameForms, other: &NameForms) -> bool {
    // A cut name may only go on where the other one is long enough to have been cut.
    let may_go_on = |cut: Option<usize>, other: &NameForms| cut.is_some_and(|length| other.widest() >= length);
    let (one_cut, other_cut) = (may_go_on(one.cut, other), may_go_on(other.cut, one));
    orders(one).iter().any(|a| {
        orders(other).iter().any(|b| {
            walk([
                Side { atoms: a, cut: one_cut },
                Side {
                    atoms: b,
                    cut: other_cut,
                },
            ])
        })
    })
}

/// The name as one line, surname first and surname last.
fn orders(name: &NameForms) -> Vec<Vec<Atom>> {
    let line = |first: &[Atom], second: &[Atom]| {
        let mut line = first.to_vec();
        line.extend(second);
        if let Some(border) = line.get_mut(first.len()) {
            border.gap = Gap::Strong;
        }
        line
    };
    let (primary, secondary) = (&name.primary.atoms, &name.secondary.atoms);
    if secondary.is_empty() {
        vec![primary.clone()]
    } else {
        vec![line(primary, secondary), line(secondary, primary)]
    }
}

struct Side<'a> {
    atoms: &'a [Atom],
    /// Components may be the beginning of longer ones.
    cut: bool,
}

/// A place within a side: between two letters of a form of an atom. `offset` 0 is before the atom, in no form yet.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    atom: usize,
    form: usize,
    offset: usize,
}

/// Which side had a gap that the other one had not, since both had one: a stretch is whole on at least one side. So SUN GI
/// and SUNGI are one name, SUN GI and SUNG I are two.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Stretch {
    Whole,
    Split(usize),
    /// This side was cut here and the other one went on: the next letter needs a gap on both sides.
    Cut(usize),
}

type State = ([Place; 2], Stretch);

impl Side<'_> {
    fn is_end(&self, place: Place) -> bool {
        place.offset == 0 && place.atom >= self.atoms.len()
    }

    /// The next letter in each form that goes on here: letter, gap before it, place behind it.
    fn steps(&self, place: Place) -> impl Iterator<Item = (u8, Gap, Place)> {
        let atom = self.atoms.get(place.atom);
        let forms = if place.offset == 0 {
            0..3
        } else {
            place.form..place.form + 1
        };
        forms.filter_map(move |number| {
            let atom = atom?;
            let form = atom.form(number)?;
            let letter = *form.get(place.offset)?;
            let gap = if place.offset == 0 && place.atom > 0 {
                atom.gap
            } else {
                Gap::None
            };
            let next = if place.offset + 1 < form.len() {
                Place {
                    form: number,
                    offset: place.offset + 1,
                    ..place
                }
            } else {
                Place {
                    atom: place.atom + 1,
                    form: 0,
                    offset: 0,
                }
            };
            Some((letter, gap, next))
        })
    }

    /// What stands behind the component that ends here, if one does and it may have been cut: a gap, or the border or end of
    /// the part (`Strong`).
    fn cut_before(&self, place: Place) -> Option<Gap> {
        if !self.cut || place.offset != 0 || place.atom == 0 {
            return None;
        }
        let gap = self.atoms.get(place.atom).map_or(Gap::Strong, |atom| atom.gap);
        (gap != Gap::None).then_some(gap)
    }
}

fn walk(sides: [Side<'_>; 2]) -> bool {
    let start = Place {
        atom: 0,
        form: 0,
        offset: 0,
    };
    let mut open: Vec<State> = vec![([start; 2], Stretch::Whole)];
    let mut seen: HashSet<State> = HashSet::new();
    let [one, other] = &sides;
    while let Some(state) = open.pop() {
        if !seen.insert(state) {
            continue;
        }
        let ([a, b], stretch) = state;
        if one.is_end(a) && other.is_end(b) {
            return true;
        }
        for (letter, gap_a, next_a) in one.steps(a) {
            for (found, gap_b, next_b) in other.steps(b) {
                if letter == found
                    && let Some(stretch) = after_letter(stretch, gap_a, gap_b)
                {
                    open.push(([next_a, next_b], stretch));
                }
            }
        }
        if let Some(end) = one.cut_before(a).filter(|_| stretch != Stretch::Cut(1)) {
            for (_, gap, next) in other.steps(b) {
                if goes_on(end, gap) {
                    open.push(([a, next], Stretch::Cut(0)));
                }
            }
        }
        if let Some(end) = other.cut_before(b).filter(|_| stretch != Stretch::Cut(0)) {
            for (_, gap, next) in one.steps(a) {
                if goes_on(end, gap) {
                    open.push(([next, b], Stretch::Cut(1)));
                }
            }
        }
    }
    false
}

/// The stretch behind a letter that both sides have, if the gaps before it agree.
fn after_letter(stretch: Stretch, one: Gap, other: Gap) -> Option<Stretch> {
    let split = |side: usize| match stretch {
        Stretch::Whole => Some(Stretch::Split(side)),
        Stretch::Split(before) => (before == side).then_some(stretch),
        Stretch::Cut(_) => None,
    };
    match (one, other) {
        (Gap::None, Gap::None) => Some(stretch),
        (Gap::Weak, Gap::None) => split(0),
        (Gap::None, Gap::Weak) => split(1),
        (Gap::Strong, Gap::None) | (Gap::None, Gap::Strong) => None,
        _ => Some(Stretch::Whole),
    }
}

/// Whether a cut component goes on with a letter behind `gap`: only the last one of a part lost whole components.
fn goes_on(end: Gap, gap: Gap) -> bool {
    match gap {
        Gap::None => true,
        Gap::Weak => end == Gap::Strong,
        Gap::Strong => false,
    }
}
