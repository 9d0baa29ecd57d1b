use crate::name::{
    convert::Part,
    letters::{self, Forms},
};

/// The longest part that is compared as a whole; nothing that a passport prints comes near. More is cut off, and counts as
/// cut.
const MOST: usize = 128;

/// What stands before a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing.
    None,
    /// A space or hyphen, which others may leave out.
    Weak,
    /// The border between surname and given names, which nobody leaves out.
    Strong,
}

/// One letter, or letters that stand for one.
#[derive(Clone, Copy)]
pub(super) struct Atom {
    letter: [u8; 1],
    /// All forms, where there are several.
    forms: Option<Forms>,
    /// What stands before it.
    pub gap: Gap,
    /// An apostrophe stood before it.
    pub apostrophe: bool,
}

impl Atom {
    /// The bytes of a form, by number; nothing past the last one.
    pub fn form(&self, number: usize) -> Option<&[u8]> {
        match self.forms {
            Some(forms) => forms.get(number).map(|form| form.as_bytes()),
            None => (number == 0).then_some(&self.letter),
        }
    }

    /// The form by number, or the last one of an atom that has fewer.
    pub fn nearest(&self, number: usize) -> &[u8] {
        self.form(number)
            .or_else(|| self.forms.and_then(|forms| forms.last().map(|form| form.as_bytes())))
            .unwrap_or(&self.letter)
    }
}

/// One part of a name, as letters with their forms.
#[derive(Clone, Default)]
pub(super) struct Pattern {
    pub atoms: Vec<Atom>,
}

impl Pattern {
    /// A part of a name field: letters that may stand for one depend on the state that wrote them.
    pub fn of_field(text: &str, issuer: Option<&str>) -> Self {
        Self::build(text, |at| {
            text.get(at..).and_then(|rest| letters::forms_at(rest, issuer))
        })
    }

    /// A typed part.
    pub fn of_typed(part: &Part) -> Self {
        let mut pattern = Self::build(&part.text, |at| {
            part.letters
                .iter()
                .find(|(start, _)| *start == at)
                .map(|(_, forms)| *forms)
        });
        // Positions in the text, found again by counting the bytes of the forms that were sent.
        let mut at = 0;
        for atom in &mut pattern.atoms {
            at += usize::from(atom.gap == Gap::Weak);
            atom.apostrophe = at > 0 && part.apostrophes.contains(&at);
            at += atom.nearest(0).len();
        }
        pattern
    }

    fn build(text: &str, forms_at: impl Fn(usize) -> Option<Forms>) -> Self {
        let mut atoms = Vec::new();
        let mut gap = Gap::None;
        let mut skip = 0;
        for (at, letter) in text.bytes().enumerate() {
            if skip > 0 {
                skip -= 1;
            } else if letter == b'<' {
                gap = Gap::Weak;
            } else if atoms.len() < MOST {
                let forms = forms_at(at);
                skip = forms.and_then(|forms| forms.first()).map_or(1, |form| form.len()) - 1;
                atoms.push(Atom {
                    letter: [letter],
                    forms,
                    gap,
                    apostrophe: false,
                });
                gap = Gap::None;
            }
        }
        Self { atoms }
    }

    pub fn is_empty(&self) -> bool {
        self.atoms.is_empty()
    }

    /// The most characters that a form of it may have, with fillers.
    pub fn widest(&self) -> usize {
        self.atoms
            .iter()
            .map(|atom| {
                let longest = (0..3).filter_map(|form| atom.form(form)).map(<[u8]>::len).max();
                longest.unwrap_or(1) + usize::from(atom.gap != Gap::None)
            })
            .sum()
    }
}
