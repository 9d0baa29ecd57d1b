use super::{
    NAME_INPUT, NameRule, NameStep,
    letters::{self, Forms, Latin},
};
use crate::{IdentityError, fold};

/// Notes a change, once.
pub(crate) fn record(steps: &mut Vec<NameStep>, rule: NameRule, from: &str, to: &str) {
    let step = NameStep {
        rule,
        from: from.to_owned(),
        to: to.to_owned(),
    };
    if !steps.contains(&step) {
        steps.push(step);
    }
}

fn is_left_out(c: char) -> bool {
    // Apostrophes as keyboards and other alphabets write them, then the full stop, and the stroke of A/L and S/O: ICAO
    // Doc 9303-3, 4.6 leaves all of them out without a filler.
    matches!(
        c,
        '\'' | '`' | '\u{b4}' | '\u{2b9}' | '\u{2bb}'..='\u{2bf}' | '\u{2018}'..='\u{201b}' | '\u{2032}' | '.' | '/'
            | '\u{3002}'
    )
}

/// One part of a name.
#[derive(Default)]
pub(crate) struct Part {
    /// A–Z with single fillers between the components, as it is sent.
    pub text: String,
    /// Letters with other forms: where the sent form starts in `text`, and all forms.
    pub letters: Vec<(usize, Forms)>,
    /// Where an apostrophe stood in `text`.
    pub apostrophes: Vec<usize>,
}

/// Converts one typed part of a name, as passports of a state have it.
pub(crate) fn part(text: &str, issuer: Option<&str>, steps: &mut Vec<NameStep>) -> Result<Part, IdentityError> {
    if text.chars().take(NAME_INPUT + 1).count() > NAME_INPUT {
        return Err(IdentityError::NameTooLong);
    }
    let folded: String = text.chars().map(fold::full_width).collect();
    if folded != text {
        record(steps, NameRule::FullWidth, text, &folded);
    }
    let mut out = Output {
        part: Part::default(),
        base: None,
        issuer,
    };
    for typed in folded.chars() {
        if fold::is_invisible(typed) {
            continue;
        }
        if typed == 'ß' {
            // Its upper case in Unicode is already SS, which would hide the rule.
            out.letter(typed, typed, steps)?;
            continue;
        }
        for c in typed.to_uppercase() {
            out.letter(typed, c, steps)?;
        }
    }
    Ok(out.finish())
}

struct Output<'a> {
    part: Part,
    /// The last letter, where a combining mark after it would make two letters of it.
    base: Option<char>,
    issuer: Option<&'a str>,
}

impl Output<'_> {
    fn letter(&mut self, typed: char, c: char, steps: &mut Vec<NameStep>) -> Result<(), IdentityError> {
        let from = typed.to_string();
        if let 'A'..='Z' = c {
            self.part.text.push(c);
            self.base = Some(c);
        } else if letters::is_combining(c) {
            self.mark(c, steps)?;
        } else if let Some(latin) = letters::latin(c) {
            self.latin(c, latin, &from, steps);
        } else if c.is_whitespace() || fold::is_hyphen(c) || matches!(c, '<' | ',' | '\u{3001}') {
            if self.separate() && c != '<' {
                record(steps, NameRule::Separated, &from, "<");
            }
            self.base = None;
        } else if is_left_out(c) {
            record(steps, NameRule::PunctuationLeftOut, &from, "");
            self.part.apostrophes.push(self.part.text.len());
            self.base = None;
        } else if c.is_alphabetic() {
            return Err(IdentityError::NameNotLatin);
        } else {
            return Err(IdentityError::NameCharacter);
        }
        Ok(())
    }

    /// A combining mark after a letter: Ä, Ö, Ü and Å may come as two characters (NFD).
    fn mark(&mut self, mark: char, steps: &mut Vec<NameStep>) -> Result<(), IdentityError> {
        let last = self
            .part
            .text
            .chars()
            .last()
            .filter(|c| *c != '<')
            .ok_or(IdentityError::NameCharacter)?;
        let from = format!("{last}{mark}");
        let composed = self.base.and_then(|base| letters::composed(base, mark));
        match composed.and_then(|c| letters::latin(c).map(|latin| (c, latin))) {
            Some((c, latin)) => {
                self.part.text.pop();
                self.latin(c, latin, &from, steps);
                self.base = None;
            }
            None => record(steps, NameRule::MarkLeftOut, &from, &last.to_string()),
        }
        Ok(())
    }

    /// A letter that is not A–Z, in the form that passports of the state have.
    fn latin(&mut self, letter: char, latin: Latin, from: &str, steps: &mut Vec<NameStep>) {
        let (mut rule, mut to) = match latin {
            Latin::Special(to) => (NameRule::Transliterated, to),
            Latin::Marked(to) => (NameRule::MarkLeftOut, to),
        };
        if let Some(forms) = letters::forms(letter, self.issuer) {
            self.part.letters.push((self.part.text.len(), forms));
            if let Some(chosen) = forms.first().filter(|chosen| **chosen != to) {
                (rule, to) = (NameRule::MarkLeftOut, chosen);
            }
        }
        self.part.text.push_str(to);
        self.base = to.chars().next().filter(|_| rule == NameRule::MarkLeftOut);
        record(steps, rule, from, to);
    }

    /// One filler between two components; nothing at the start or after another filler.
    fn separate(&mut self) -> bool {
        let needed = !self.part.text.is_empty() && !self.part.text.ends_with('<');
        if needed {
            self.part.text.push('<');
        }
        needed
    }

    fn finish(mut self) -> Part {
        while self.part.text.ends_with('<') {
            self.part.text.pop();
        }
        self.part
    }
}
