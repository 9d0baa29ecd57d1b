//! Answers out of the command line, and from a person at the terminal for what it does not say.

mod identity;
mod ways;

use permitcard_wallet::{ConsentDecision, InteractionType, StepAnswer, StepView, Tier};
use serde_json::json;

use super::{Event, Responder, failure_values};
use crate::{
    args::{Answers, RegisterArgs, WayName},
    failure::{CliCode, Failure, Outcome},
    output::{Output, Progress, Tone},
    prompt::Terminal,
};

/// What a person types to take another way.
const OTHER_WAY: &str = "?";

/// Answers from the command line first, then from a person.
pub struct CommandLine {
    out: Output,
    terminal: Option<Terminal>,
    answers: Answers,
    refuse_consents: bool,
    resend: bool,
    /// The way that the command line asks for, for the whole run.
    asked_way: Option<WayName>,
    /// The way that the person chose for the next answer.
    chosen: Option<InteractionType>,
    /// The step that is put to the holder now.
    step: Option<StepView>,
    /// The way over a service window was explained in this run.
    window_explained: bool,
}

/// Why there is no answer.
enum Stop {
    /// The person takes another way.
    OtherWay,
    /// The run ends.
    Failed(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<CliCode> for Stop {
    fn from(code: CliCode) -> Self {
        Self::Failed(code.into())
    }
}

impl CommandLine {
    /// For one run of `register`.
    pub fn new(args: &RegisterArgs, out: Output) -> Self {
        let terminal = if args.no_input {
            None
        } else {
            // Without a person nothing is confirmed: what the command line says is sent.
            Terminal::find(out, CliCode::AnswerMissing, "--no-input")
        };
        Self {
            out,
            terminal,
            answers: args.answers.clone(),
            refuse_consents: args.refuse_consents,
            resend: args.resend_code,
            asked_way: args.way,
            chosen: None,
            step: None,
            window_explained: false,
        }
    }

    /// The person at the terminal, or the end of the run with what is missing.
    fn person(&self, kind: InteractionType) -> Outcome<Terminal> {
        let option = match kind {
            InteractionType::Consent => "--accept-consents",
            InteractionType::OneTimeCode => "--code",
            InteractionType::InPersonCode => "--in-person-code",
            _ => "--surname --given --permit-number --passport --passport-issuer",
        };
        if let Some(person) = self.terminal {
            return Ok(person.instead_of(option));
        }
        let mut failure = Failure::from(CliCode::AnswerMissing).with("option", option);
        let mut waiting = json!({ "step": kind.name() });
        if let Some(step) = &self.step {
            let ways: Vec<&str> = step.ways().into_iter().map(InteractionType::name).collect();
            waiting = json!({ "step": kind.name(), "ways": ways, "session_reference": step.session_reference });
            failure = failure.other_ways(step, kind);
        }
        self.out.event("waiting", waiting);
        Err(failure)
    }

    /// Asks a person, who may take another way instead.
    fn ask(&self, kind: InteractionType, question: &str) -> Result<String, Stop> {
        let line = self.person(kind)?.ask(question)?;
        if line == OTHER_WAY && self.has_other_ways() {
            return Err(Stop::OtherWay);
        }
        Ok(line)
    }

    fn yes_or_no(&self, kind: InteractionType, question: &str) -> Result<bool, Stop> {
        loop {
            match self.ask(kind, question)?.to_lowercase().as_str() {
                "y" | "yes" | "是" | "好" => return Ok(true),
                "n" | "no" | "否" | "不" => return Ok(false),
                _ => self.out.say(6, "cli-answer-yes-or-no", &[]),
            }
        }
    }

    fn consent(&mut self, step: &StepView) -> Result<StepAnswer, Stop> {
        let mut decisions = Vec::with_capacity(step.consents.len());
        for request in &step.consents {
            let id = format!("consent-{}-{}", request.kind.name(), request.version);
            self.out.paragraph(4, Tone::Plain, &self.out.words().text(&id, &[]));
            if let Some(refusing) = self.out.words().next(&id, &[]) {
                self.out.paragraph(4, Tone::Plain, &refusing);
            }
            let given = if self.answers.accept_consents {
                self.out
                    .say(4, "cli-consent-given", &[("option", "--accept-consents".into())]);
                true
            } else if self.refuse_consents {
                false
            } else {
                self.yes_or_no(InteractionType::Consent, "cli-ask-consent")?
            };
            decisions.push(ConsentDecision {
                kind: request.kind,
                version: request.version,
                scope: request.scope.clone(),
                given,
            });
        }
        Ok(StepAnswer::Consent { decisions })
    }

    fn one_time_code(&mut self, step: &StepView) -> Result<StepAnswer, Stop> {
        if std::mem::take(&mut self.resend) {
            return Ok(StepAnswer::ResendCode);
        }
        let code = match self.answers.code.take() {
            Some(code) => code,
            None => {
                if let Some(code) = &step.one_time_code {
                    let minutes = code.expires_in.div_ceil(60);
                    self.out.say(
                        4,
                        "cli-code-on-its-way",
                        &[("digits", code.digits.into()), ("minutes", minutes.into())],
                    );
                }
                self.ask(InteractionType::OneTimeCode, "cli-ask-code")?
            }
        };
        Ok(if code.is_empty() {
            StepAnswer::ResendCode
        } else {
            StepAnswer::OneTimeCode { code }
        })
    }

    fn in_person_code(&mut self, step: &StepView) -> Result<StepAnswer, Stop> {
        let code = match self.answers.in_person_code.take() {
            Some(code) => code,
            None => {
                if let Some(reference) = &step.session_reference {
                    self.out.say(4, "cli-window-how", &[("reference", reference.into())]);
                }
                self.ask(InteractionType::InPersonCode, "cli-ask-window-code")?
            }
        };
        Ok(StepAnswer::InPersonCode { code })
    }

    fn complain(&self, code: &str, values: &[(&'static str, permitcard_messages::Arg<'static>)]) {
        let words = self.out.words();
        self.out
            .paragraph(4, Tone::Bad, &format!("✘ {}", words.text(code, values)));
        for advice in words.advice(code, values) {
            self.out.paragraph(6, Tone::Plain, &advice);
        }
    }

    fn title(&self, kind: InteractionType) {
        let title = self.out.words().text(&format!("step-{}", kind.name()), &[]);
        self.out.line("");
        self.out
            .line(&format!("  {}", self.out.style().paint(Tone::Strong, &title)));
    }
}

impl Responder for CommandLine {
    fn choose(&mut self, step: &StepView) -> Outcome<InteractionType> {
        self.step = Some(step.clone());
        let kind = self.way(step)?;
        self.title(kind);
        self.hint(step, kind);
        Ok(kind)
    }

    fn answer(&mut self, kind: InteractionType, step: &StepView) -> Outcome<Option<StepAnswer>> {
        let answer = match kind {
            InteractionType::Consent => self.consent(step),
            InteractionType::IdentityClaim => self.identity(),
            InteractionType::OneTimeCode => self.one_time_code(step),
            InteractionType::InPersonCode => self.in_person_code(step),
            _ => Err(CliCode::StepUnknown.into()),
        };
        match answer {
            Ok(answer) => Ok(Some(answer)),
            Err(Stop::OtherWay) => {
                self.chosen = Some(self.menu(step)?);
                Ok(None)
            }
            Err(Stop::Failed(failure)) => Err(failure),
        }
    }

    fn asks_again(&self) -> bool {
        self.terminal.is_some()
    }

    fn event(&mut self, event: Event<'_>) {
        let out = &self.out;
        match event {
            Event::Started(tier) => {
                out.event("started", json!({ "tier": tier.number() }));
                if tier == Tier::SocialSecurity {
                    out.say(2, "cli-tier-two-intro", &[]);
                }
                out.say(2, "cli-register-intro", &[]);
            }
            Event::Resumed => {
                out.event("resumed", json!({}));
                out.say(2, "cli-register-resumed", &[]);
            }
            Event::Ended(code) => {
                out.event("ended", json!({ "code": code.code() }));
                out.say(2, "cli-register-ended", &[]);
                self.complain(code.code(), &[]);
            }
            Event::Replayed(step) => out.event("replayed", json!({ "step": step.name() })),
            Event::Asked(step) => {
                out.event("asked", json!({ "step": step.name() }));
                if step.is_by_provider() {
                    out.say(4, "cli-kit-ran", &[]);
                }
            }
            Event::Answered(step) => {
                out.event("answered", json!({ "step": step.name() }));
                let done = out.words().text("cli-step-passed", &[]);
                out.line(&format!("    {}", out.style().paint(Tone::Good, &format!("✔ {done}"))));
            }
            Event::Refused(failure) => {
                let ways: Vec<&str> = failure.other_ways.iter().map(|way| way.name()).collect();
                out.event(
                    "refused",
                    json!({
                        "step": failure.step.name(), "code": failure.code.code(), "again": failure.again,
                        "tries_left": failure.tries_left, "retry_after_s": failure.retry_after_s, "other_ways": ways,
                    }),
                );
                if self.asks_again() {
                    self.complain(failure.code.code(), &failure_values(failure));
                    self.advise_about_name(failure);
                    // Whoever types stays on the way that was taken.
                    let typed = !failure.step.is_by_provider() && failure.step != InteractionType::Consent;
                    self.chosen = Some(failure.step).filter(|_| typed && failure.again);
                }
            }
            Event::Mistyped(kind, code) => {
                out.event("mistyped", json!({ "step": kind.name(), "code": code }));
                self.complain(code, &[]);
                self.chosen = Some(kind);
            }
            Event::Fetching => {
                out.event("fetching", json!({}));
                out.line("");
                out.say(2, "cli-register-fetching", &[]);
            }
        }
    }

    fn busy(&self) -> Option<Progress> {
        Some(self.out.progress("cli-busy-authority"))
    }
}
