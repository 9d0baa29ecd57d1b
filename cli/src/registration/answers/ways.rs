//! Which of the open steps is taken, and what is said about the others.

use permitcard_wallet::{InteractionType, StepFailure, StepView, WireCode};

use super::CommandLine;
use crate::{
    args::WayName,
    failure::{CliCode, Outcome, not_passed},
    output::Tone,
};

impl CommandLine {
    /// The step to answer: the one that was chosen, or that the command line can answer, else the required one.
    pub(super) fn way(&mut self, step: &StepView) -> Outcome<InteractionType> {
        let ways = step.ways();
        let is_open = |kind: &InteractionType| ways.contains(kind);
        if let Some(kind) = self.chosen.take().filter(is_open) {
            return Ok(kind);
        }
        let of_code = self
            .answers
            .in_person_code
            .as_ref()
            .map(|_| InteractionType::InPersonCode);
        let of_way = self.asked_way.map(WayName::kind);
        if let Some(kind) = of_code.or(of_way).filter(is_open) {
            return Ok(kind);
        }
        let first = *ways.first().ok_or(CliCode::StepUnknown)?;
        if self.terminal.is_none() {
            return Ok(self.without_a_person(step).unwrap_or(first));
        }
        match &step.failure {
            // Nothing is typed for a check, so that nothing but a question lets a person take another way.
            Some(failure) if failure.step == first && needs_a_question(failure.code, first) => {
                if ways.len() > 1 {
                    self.menu(step)
                } else if self.person(first)?.yes_or_no("cli-ask-check-again")? {
                    Ok(first)
                } else {
                    Err(not_passed(step, failure))
                }
            }
            _ => Ok(first),
        }
    }

    /// A program that has no code yet does first what waits for nobody: the provider's checks, and consents that are given.
    fn without_a_person(&self, step: &StepView) -> Option<InteractionType> {
        if step.required != InteractionType::OneTimeCode || self.answers.code.is_some() || self.resend {
            return None;
        }
        step.ways().into_iter().find(|kind| match kind {
            InteractionType::Consent => self.answers.accept_consents,
            kind => kind.is_by_provider() && step.launch(*kind).is_some(),
        })
    }

    pub(super) fn has_other_ways(&self) -> bool {
        self.step.as_ref().is_some_and(|step| step.ways().len() > 1)
    }

    /// Says which other ways are open: the one over a service window at each step, at length the first time.
    pub(super) fn hint(&mut self, step: &StepView, kind: InteractionType) {
        let window = InteractionType::InPersonCode;
        let mut lines = Vec::new();
        if let Some(reference) = &step.session_reference
            && kind != window
            && step.ways().contains(&window)
        {
            let explained = std::mem::replace(&mut self.window_explained, true);
            let id = if explained {
                "cli-or-window-again"
            } else {
                "cli-or-window"
            };
            lines.push(self.out.words().text(id, &[("reference", reference.into())]));
        }
        if self.terminal.is_some() && !kind.is_by_provider() && self.has_other_ways() {
            lines.push(self.out.words().text("cli-or-other-way", &[]));
        }
        for line in lines {
            self.out.paragraph(4, Tone::Quiet, &line);
        }
    }

    /// Under which other name an authority may hold the person, and what to ask the employer.
    pub(super) fn advise_about_name(&self, failure: &StepFailure) {
        let words = self.out.words();
        if !failure.name_advice.is_empty() {
            self.out.say(6, "cli-about-name", &[]);
        }
        for advice in &failure.name_advice {
            let code = advice.question.code();
            self.out
                .paragraph(6, Tone::Quiet, &format!("· {}", words.text(code, &[])));
            if !advice.held_as.is_empty() {
                self.out.paragraph(10, Tone::Strong, &advice.held_as.join("  "));
            }
            if let Some(question) = words.next(code, &[]) {
                self.out.paragraph(8, Tone::Plain, &question);
            }
        }
        if !failure.name_advice.is_empty() {
            self.out.say(6, "cli-about-name-more", &[]);
        }
    }

    /// Lets a person choose one of the open steps.
    pub(super) fn menu(&self, step: &StepView) -> Outcome<InteractionType> {
        let ways = step.ways();
        let first = *ways.first().ok_or(CliCode::StepUnknown)?;
        self.out.line("");
        self.out.say(4, "cli-ways", &[]);
        for (index, kind) in ways.iter().enumerate() {
            let title = self.out.words().text(&format!("step-{}", kind.name()), &[]);
            let reference = step
                .session_reference
                .as_ref()
                .filter(|_| *kind == InteractionType::InPersonCode);
            let title = match reference {
                Some(reference) => format!("{title} ({reference})"),
                None => title,
            };
            self.out.line(&format!("      {}  {title}", index + 1));
        }
        loop {
            let line = self.person(first)?.ask("cli-ask-way")?;
            if line.is_empty() {
                return Ok(first);
            }
            let chosen = line.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            match chosen.and_then(|index| ways.get(index)) {
                Some(kind) => return Ok(*kind),
                None => self.out.say(6, "cli-way-unknown", &[]),
            }
        }
    }
}

fn needs_a_question(code: WireCode, kind: InteractionType) -> bool {
    kind.is_by_provider() || code == WireCode::ConsentRefused
}
