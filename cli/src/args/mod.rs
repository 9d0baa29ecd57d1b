//! The command tree.

mod holder;
mod identity;
mod verifier;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use permitcard_authority::command::AuthorityCommand;
use permitcard_credential::permit::Profile;
use permitcard_messages::Language;

pub use self::{
    holder::{
        Answers, CardArgs, ConsentsArgs, ExportArgs, ExportFormatName, PrintArgs, RegisterArgs, ServicesArgs, ShowArgs,
        SyncArgs, WayName,
    },
    identity::{NameArgs, NumberArg, NumberArgs},
    verifier::{
        InspectArgs, PoliciesArgs, RequestArgs, SnapshotCommand, SnapshotExportArgs, SnapshotFetchArgs,
        SnapshotImportArgs, VerifyArgs,
    },
};

const EXAMPLES: &str = "\
Examples:
  permitcard demo                                  The whole way on this machine, in a few seconds
  permitcard authority serve --data ./sandbox      Run a sandbox authority
  permitcard name --mrz passport.txt               Will my name match? From the passport alone
  permitcard register --client ./sandbox/client.json
  permitcard show                                  The live code, made without a network
  permitcard export --format sd-jwt --aud ID --nonce N    For a reader of other people
  permitcard snapshot fetch                        What a verifier needs, once
  permitcard verify --png code.png                 Check a code without a network
  permitcard inspect --key issuer.pem token.cbor   Show what a token holds, whoever made it

Exit codes: 0 good, 1 refused or not verified, 2 wrong use, 3 not possible now and can be resumed.
With --json every command prints JSON lines to standard output, errors too.

This program is not the state's own card and never claims to be. Cards of the built-in sandbox \
prove nothing about a person: every card says so inside its signature, and so do the card, its \
drawing and every verification.";

/// Work permit card of a foreigner in China: register, hold, show and check it
#[derive(Debug, Parser)]
#[command(name = "permitcard", version, after_help = EXAMPLES, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Language of the output; default: the one of LC_ALL, LC_MESSAGES or LANG
    #[arg(long, global = true, value_enum, value_name = "LANG")]
    pub lang: Option<LanguageName>,
}

/// The languages of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LanguageName {
    /// English
    En,
    /// 中文
    Zh,
}

impl LanguageName {
    /// The language of this name.
    pub fn language(self) -> Language {
        match self {
            Self::En => Language::English,
            Self::Zh => Language::Chinese,
        }
    }
}

/// Prints JSON instead of words.
#[derive(Debug, Clone, Copy, Args)]
pub struct JsonArgs {
    /// Print JSON lines instead of words
    #[arg(long)]
    pub json: bool,
}

/// What holder and verifier commands take.
#[derive(Debug, Clone, Args)]
pub struct HomeArgs {
    /// The folder of the wallet and the verifier; default: the user's data folder
    #[arg(long, value_name = "DIR", env = "PERMITCARD_HOME")]
    pub home: Option<PathBuf>,
    /// The authority's client.json; copied into the folder at first use, the default afterwards
    #[arg(long, value_name = "FILE")]
    pub client: Option<PathBuf>,
    /// The sandbox's test-key-maker.pem, which attests the wallet's keys as what they are: keys in a file
    #[arg(long, value_name = "FILE", env = "PERMITCARD_KEY_MAKER")]
    pub key_maker: Option<PathBuf>,
    #[command(flatten)]
    pub json: JsonArgs,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a sandbox authority, and look after its people
    #[command(subcommand)]
    Authority(AuthorityCommand),
    /// Register, prove who you are, and get the card; goes on where it stopped
    Register(RegisterArgs),
    /// How your name will be sent, and what the authority may hold instead; needs no network
    Name(NameArgs),
    /// What a number is, and which one a form wants; needs no network
    Number(NumberArgs),
    /// Show the card that is kept here; needs no network
    Card(CardArgs),
    /// What the card is good for, and what it is not and why; needs no network
    Services(ServicesArgs),
    /// What you agreed to, and how to take it back
    Consents(ConsentsArgs),
    /// Ask the authority what changed, and renew what is old
    Sync(SyncArgs),
    /// Make a live code and show it; needs no network
    Show(ShowArgs),
    /// Make the permit for a reader of other people: mdoc (ISO/IEC 18013-5) or SD-JWT VC; needs no network
    Export(ExportArgs),
    /// Print the permit on paper: a document only, never a proof of who holds it
    Print(PrintArgs),
    /// As a verifier, ask a holder for what you need: a code that the holder's phone reads
    Request(RequestArgs),
    /// Get what a verifier needs to check codes without a network
    #[command(subcommand)]
    Snapshot(SnapshotCommand),
    /// Check a code; needs no network
    Verify(VerifyArgs),
    /// What each policy of `verify` demands
    Policies(PoliciesArgs),
    /// Show what is inside an SD-CWT, CWT, COSE_Sign1, status list or printed code, and check its signatures
    Inspect(InspectArgs),
    /// Destroy the keys, then delete everything that this program keeps in the folder
    Erase(EraseArgs),
    /// Play the whole story on this machine: two workers, one verifier, three bad codes
    Demo(DemoArgs),
}

/// Who will read the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProfileName {
    /// person and employment
    Employer,
    /// person and social security
    Hospital,
    /// person
    Hotel,
    /// person, employment and file
    Bank,
    /// person and file
    Police,
    /// everything but the portrait
    ServiceWindow,
    /// nothing beyond what is always visible
    Gate,
}

impl ProfileName {
    pub fn profile(self) -> Profile {
        match self {
            Self::Employer => Profile::Employer,
            Self::Hospital => Profile::Hospital,
            Self::Hotel => Profile::Hotel,
            Self::Bank => Profile::Bank,
            Self::Police => Profile::Police,
            Self::ServiceWindow => Profile::ServiceWindow,
            Self::Gate => Profile::Gate,
        }
    }
}

/// Arguments of `erase`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Example:\n  permitcard erase --yes\n\nWorks without a network. Nothing can bring the card back; you can register again."
)]
pub struct EraseArgs {
    /// The folder of the wallet and the verifier; default: the user's data folder
    #[arg(long, value_name = "DIR", env = "PERMITCARD_HOME")]
    pub home: Option<PathBuf>,
    #[command(flatten)]
    pub json: JsonArgs,
    /// Do not ask first
    #[arg(long)]
    pub yes: bool,
}

const DEMO_EXAMPLES: &str = "\
Examples:
  permitcard demo
  permitcard demo --lang zh
  permitcard demo --keep ./demo
      Keeps authority/, worker-1/, worker-2/, verifier/, pictures/

Needs nothing beforehand, uses no network beyond this machine, leaves nothing behind without --keep.";

/// Arguments of `demo`.
#[derive(Debug, Clone, Args)]
#[command(after_help = DEMO_EXAMPLES)]
pub struct DemoArgs {
    /// Keep everything in this folder, which must be empty or new
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
    /// Who the first worker is: a short name of `authority people`
    #[arg(long, value_name = "PERSON")]
    pub person: Option<String>,
    #[command(flatten)]
    pub json: JsonArgs,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// Help is wrapped to the terminal: a paragraph that was broken by hand would be broken twice, and an example that is
    /// too long could not be copied.
    #[test]
    fn help_breaks_well_in_every_window() {
        fn check(command: &clap::Command) {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            for line in help.lines() {
                let good = if line.starts_with(' ') {
                    line.chars().count() <= 100
                } else {
                    line.is_empty() || line.ends_with(['.', ':']) || line.starts_with("Example: ")
                };
                assert!(good, "{}: {line}", command.get_name());
            }
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }
}
