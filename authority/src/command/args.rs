use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use permitcard_credential::permit::Day;

use crate::{
    admin::{EventData, PermitEvent},
    providers::sandbox,
};

/// What the authority's command line can do. Nest it with `#[command(subcommand)]`.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum AuthorityCommand {
    /// Run the authority on this machine until it is interrupted
    #[command(after_long_help = SERVE_HELP)]
    Serve(ServeArgs),
    /// List the invented people of the sandbox register
    #[command(after_long_help = magic_help())]
    People(PeopleArgs),
    /// Show the one-time codes and other messages that the sandbox sent, newest first
    Mailbox(MailboxArgs),
    /// Let something happen to a permit: extension, change, suspension, end
    #[command(after_long_help = EVENT_HELP)]
    Event(EventArgs),
    /// Carry out a check in place of a provider's kit at the running authority, and print the receipt
    #[command(after_long_help = magic_help())]
    Check(CheckArgs),
    /// List the checks that the sandbox carried out, newest first, and what they should have said
    #[command(after_long_help = CHECKS_HELP)]
    Checks(ChecksArgs),
    /// Give out a code at a service window, for a person whom a clerk saw with the passport
    #[command(after_long_help = WINDOW_CODE_HELP)]
    WindowCode(WindowCodeArgs),
}

/// What all commands of the authority take.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct CommonArgs {
    /// The authority's data directory; default: a folder in the user's data folder
    #[arg(long, value_name = "DIR", env = "PERMITCARD_AUTHORITY_DATA")]
    pub data: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `serve`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ServeArgs {
    /// What all commands take.
    #[command(flatten)]
    pub common: CommonArgs,
    /// The port on the loopback interface; default: the one of the last start, or a free one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// Write one line a request to standard error: method, route template, status, milliseconds; never a value
    #[arg(long)]
    pub access_log: bool,
    /// What is asked of the keys that a card is bound to: attestations are not looked at, checked where they are sent, or
    /// needed with every key
    #[arg(long, value_enum, default_value = "recorded")]
    pub attestation: crate::AttestationPolicy,
    /// Tell apps of an older version than this to update, and serve them nothing but the signed lists
    #[arg(long, value_name = "X.Y.Z")]
    pub least_client: Option<crate::ClientVersion>,
    /// How long each answer of a registration is held at least, in milliseconds, give or take a fifth, so that its time
    /// tells nothing; 0: not at all
    #[arg(long, value_name = "N", default_value_t = 250, value_parser = clap::value_parser!(u32).range(..=10_000))]
    pub reply_floor_ms: u32,
    /// How many seconds an app waits before it asks again about an application that is being decided; few for a demonstration
    #[arg(long, value_name = "N", default_value_t = 3_600, value_parser = clap::value_parser!(u32).range(1..=604_800))]
    pub ask_again_s: u32,
    /// How many registrations one address may start in an hour
    #[arg(long, value_name = "N", default_value_t = crate::Limits::default().starts_per_hour)]
    pub starts_per_hour: u32,
    /// How many registrations all addresses together may start in an hour: ten times what is usual
    #[arg(long, value_name = "N", default_value_t = crate::Limits::default().starts_per_hour_in_all)]
    pub starts_per_hour_in_all: u32,
    /// How many one-time codes may be sent to one person within a day
    #[arg(long, value_name = "N", default_value_t = crate::Limits::default().codes_per_day)]
    pub codes_per_day: u32,
    /// Of a thousand checks of the sandbox that should fail, how many pass
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=1000))]
    pub sandbox_false_accepts: u16,
    /// Of a thousand checks of the sandbox that should pass, how many fail
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=1000))]
    pub sandbox_false_rejects: u16,
    /// Chooses which ones; default: a random one, which is printed
    #[arg(long, value_name = "N")]
    pub sandbox_seed: Option<u64>,
    /// Stop when standard input closes, for programs that start the authority
    #[arg(long)]
    pub exit_with_parent: bool,
}

/// Arguments of `people`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct PeopleArgs {
    /// What all commands take.
    #[command(flatten)]
    pub common: CommonArgs,
    /// Only this person, with every field
    #[arg(value_name = "PERSON")]
    pub person: Option<String>,
}

/// Arguments of `mailbox`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct MailboxArgs {
    /// What all commands take.
    #[command(flatten)]
    pub common: CommonArgs,
    /// Only messages to this person
    #[arg(long, value_name = "PERSON")]
    pub person: Option<String>,
}

/// Arguments of `event`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct EventArgs {
    /// What all commands take.
    #[command(flatten)]
    pub common: CommonArgs,
    /// What happens
    #[arg(value_enum)]
    pub event: PermitEvent,
    /// The person's short name, as `people` lists it
    #[arg(value_name = "PERSON")]
    pub person: String,
    /// The new employer's name
    #[arg(long, value_name = "NAME")]
    pub employer: Option<String>,
    /// The new employer's unified social credit code
    #[arg(long, value_name = "CODE")]
    pub employer_id: Option<String>,
    /// The new occupation
    #[arg(long, value_name = "TEXT")]
    pub occupation: Option<String>,
    /// The new place of work
    #[arg(long, value_name = "PLACE")]
    pub place: Option<String>,
    /// The new passport's number, capital letters and digits
    #[arg(long, value_name = "NUMBER")]
    pub passport: Option<String>,
    /// The state that issued it, up to three capital letters; default: as before
    #[arg(long, value_name = "STATE")]
    pub passport_issuer: Option<String>,
    /// The social security number that comes with the new passport; default: the old one stays
    #[arg(long, value_name = "NUMBER")]
    pub social_security_number: Option<String>,
    /// The permit's last day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub until: Option<Day>,
}

impl EventArgs {
    /// What the event needs to know.
    pub(super) fn data(&self) -> EventData {
        EventData {
            employer: self.employer.clone(),
            employer_id: self.employer_id.clone(),
            occupation: self.occupation.clone(),
            place: self.place.clone(),
            passport: self.passport.clone(),
            passport_issuer: self.passport_issuer.clone(),
            social_security_number: self.social_security_number.clone(),
            until: self.until,
        }
    }
}

fn day(text: &str) -> Result<Day, &'static str> {
    let days = NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .map_err(|_| "a day such as 2027-03-31 is needed")?
        .signed_duration_since(NaiveDate::default())
        .num_days();
    i32::try_from(days).map(Day).map_err(|_| "this day is too far away")
}

/// Arguments of `check`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct CheckArgs {
    /// What all commands take.
    #[command(flatten)]
    pub common: CommonArgs,
    /// The launch token that the authority gave to the holder's app
    #[arg(long, value_name = "TOKEN", allow_hyphen_values = true)]
    pub launch_token: String,
}

/// Arguments of `checks`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ChecksArgs {
    /// What all commands take.
    #[command(flatten)]
    pub common: CommonArgs,
    /// Only those that were wrong
    #[arg(long)]
    pub wrong: bool,
}

/// Arguments of `window-code`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct WindowCodeArgs {
    /// What all commands take.
    #[command(flatten)]
    pub common: CommonArgs,
    /// The person's short name, as `people` lists it
    #[arg(long, value_name = "PERSON")]
    pub person: String,
    /// The reference that the person's phone shows: eight characters, with or without a hyphen
    #[arg(long, value_name = "REFERENCE")]
    pub session: String,
    /// The clerk's id; it stays with the evidence
    #[arg(long, value_name = "ID")]
    pub clerk: String,
}

impl AuthorityCommand {
    /// What all commands take.
    pub fn common(&self) -> &CommonArgs {
        match self {
            Self::Serve(args) => &args.common,
            Self::People(args) => &args.common,
            Self::Mailbox(args) => &args.common,
            Self::Event(args) => &args.common,
            Self::Check(args) => &args.common,
            Self::Checks(args) => &args.common,
            Self::WindowCode(args) => &args.common,
        }
    }
}

const CHECKS_HELP: &str = "\
Example: authority checks --wrong

Checks are wrong only where the server was started with --sandbox-false-accepts or --sandbox-false-rejects. A card that was \
issued by mistake is ended with `authority event revoke PERSON`; a holder who was refused by mistake tries again, or takes \
the way over a service window. Records are kept for about a day.";

const WINDOW_CODE_HELP: &str = "\
Example: authority window-code --person maria --session 7K3M-9QRT --clerk window-4

The code stands for register match, document and face: hand it over only after you compared the person with the passport. \
It works once, for 72 hours, five tries, and only in the registration on that phone. Another code for the same \
registration ends the first one.

Exit codes: 0 given out, 1 refused (the permit has ended, or the application was refused), 2 wrong use (no such person, or \
no registration shows this reference).";

const SERVE_HELP: &str = "\
Example: authority serve --data ./sandbox

Port, names, keys and certificates are made at the first start and kept in the data directory. Wallets and verifiers \
take DATA/client.json. A folder with files of anything else is refused. With --json one line is printed once connections are accepted: \
{\"url\":…,\"client_file\":…,\"pid\":…}. SIGINT and SIGTERM stop it cleanly.

This is a sandbox: the people are invented, the checks look at nothing, and every card says that it is a test. With \
PERMITCARD_ENV=production it refuses to start.

Exit codes: 0 stopped as asked, 1 refused, 2 wrong use, 3 not possible now (another authority uses the data directory, \
the port is taken).";

const EVENT_HELP: &str = "\
Examples:
  authority event extend maria --until 2029-03-31
  authority event change-employer maria --employer \"Suzhou Example Precision Co Ltd\" --employer-id 91320500EXAMPLE0X1
  authority event new-passport maria --passport XDD123456

Register, status lists and card version change together. Each event that changes the card gives it a new version; the \
holder's phone fetches it at the next sync, says what changed, and stops showing the old one. A change makes every copy \
invalid that still says the old thing; an extension leaves them good until the new ones arrive.

Exit codes: 0 done, 1 refused because the permit has ended, 2 wrong use, 3 not possible now.";

/// The table of magic numbers.
fn magic_help() -> String {
    let mut help = "The last two digits of the permit number choose what the sandbox's checks say:\n".to_owned();
    for magic in sandbox::TABLE {
        help.push_str(&format!("  …{}  {}\n", magic.suffix, magic.about));
    }
    help.push_str("Every other number behaves as …01.");
    help
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser, ValueEnum};

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(subcommand)]
        command: AuthorityCommand,
    }

    #[test]
    fn the_command_line_is_sound_and_explains_itself() {
        Line::command().debug_assert();
        let mut command = Line::command();
        let people = command.find_subcommand_mut("people").unwrap();
        let help = people.render_long_help().to_string();
        assert!(help.contains("…05  the provider of every check is down"), "{help}");
        let event = command.find_subcommand_mut("event").unwrap();
        let help = event.render_long_help().to_string();
        for &event in PermitEvent::value_variants() {
            let value = event.to_possible_value().unwrap();
            let explained = value.get_help().unwrap().to_string();
            let first_words: Vec<&str> = explained.split(' ').take(4).collect();
            assert!(
                help.contains(value.get_name()) && help.contains(&first_words.join(" ")),
                "{help}"
            );
        }
    }

    #[test]
    fn arguments_arrive() {
        let parse = |line: &str| Line::try_parse_from(line.split(' ')).map(|line| line.command);
        assert!(matches!(
            parse("x event suspend maria --data /d --json").unwrap(),
            AuthorityCommand::Event(EventArgs { event: PermitEvent::Suspend, person, common, .. })
                if person == "maria" && common.json && common.data == Some("/d".into())
        ));
        let AuthorityCommand::Event(changed) =
            parse("x event new-passport maria --passport XDD123456 --passport-issuer ESP --until 2027-03-31").unwrap()
        else {
            panic!();
        };
        let data = changed.data();
        assert_eq!(changed.event, PermitEvent::NewPassport);
        assert_eq!(
            (data.passport.as_deref(), data.passport_issuer.as_deref(), data.until),
            (Some("XDD123456"), Some("ESP"), Some(Day(20_908)))
        );
        assert!(matches!(
            parse("x event cancel maria").unwrap(),
            AuthorityCommand::Event(EventArgs {
                event: PermitEvent::Revoke,
                ..
            })
        ));
        assert!(matches!(
            parse("x serve --port 4433 --exit-with-parent").unwrap(),
            AuthorityCommand::Serve(ServeArgs {
                port: Some(4433),
                exit_with_parent: true,
                access_log: false,
                ..
            })
        ));
        for wrong in [
            "x serve --port 0",
            "x serve --ask-again-s 0",
            "x serve --ask-again-s 604801",
            "x event burn maria",
            "x event extend maria --until soon",
            "x check",
            "x",
        ] {
            assert_eq!(parse(wrong).unwrap_err().exit_code(), 2, "{wrong}");
        }
    }
}
