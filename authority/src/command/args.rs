use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::{admin::PermitEvent, providers::sandbox};

/// What the authority's command line can do. Nest it with `#[command(subcommand)]`.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum AuthorityCommand {
    /// Run the authority on this machine until it is interrupted
    #[command(after_long_help = SERVE_HELP)]
    Serve(ServeArgs),
    /// List the invented people of the sandbox register
    #[command(after_long_help = magic_help())]
    People(PeopleArgs),
    /// Show the one-time codes that the sandbox sent, newest first
    Mailbox(MailboxArgs),
    /// Let something happen to a permit
    Event(EventArgs),
    /// Carry out a document or face check in place of a provider's kit, and print the receipt
    #[command(after_long_help = magic_help())]
    Check(CheckArgs),
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
    /// Only codes for this person
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

impl AuthorityCommand {
    /// What all commands take.
    pub fn common(&self) -> &CommonArgs {
        match self {
            Self::Serve(args) => &args.common,
            Self::People(args) => &args.common,
            Self::Mailbox(args) => &args.common,
            Self::Event(args) => &args.common,
            Self::Check(args) => &args.common,
        }
    }
}

const SERVE_HELP: &str = "\
Example: authority serve --data ./sandbox

Port, names, keys and certificates are made at the first start and kept in the data directory. Wallets and verifiers \
take DATA/client.json. A folder with files of anything else is refused. With --json one line is printed once connections are accepted: \
{\"url\":…,\"client_file\":…,\"pid\":…}. SIGINT and SIGTERM stop it cleanly.

This is a sandbox: the people are invented, the checks look at nothing, and every card says that it is a test. With \
PERMITCARD_ENV=production it refuses to start.

Exit codes: 0 stopped as asked, 1 refused, 2 wrong use, 3 not possible now (another authority uses the data directory, \
the port is taken).";

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
    use clap::{CommandFactory, Parser};

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
        assert!(help.contains("…05  the provider of both checks is down"), "{help}");
    }

    #[test]
    fn arguments_arrive() {
        let parse = |line: &str| Line::try_parse_from(line.split(' ')).map(|line| line.command);
        assert!(matches!(
            parse("x event suspend maria --data /d --json").unwrap(),
            AuthorityCommand::Event(EventArgs { event: PermitEvent::Suspend, person, common })
                if person == "maria" && common.json && common.data == Some("/d".into())
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
        for wrong in ["x serve --port 0", "x event burn maria", "x check", "x"] {
            assert_eq!(parse(wrong).unwrap_err().exit_code(), 2, "{wrong}");
        }
    }
}
