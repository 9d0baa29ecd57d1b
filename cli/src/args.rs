//! The command tree.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use permitcard_authority::command::AuthorityCommand;
use permitcard_credential::permit::Profile;
use permitcard_messages::Language;

use crate::time::PointInTime;

const EXAMPLES: &str = "\
Examples:
  permitcard demo                                  The whole way on this machine, in a few seconds
  permitcard authority serve --data ./sandbox      Run a sandbox authority
  permitcard register --client ./sandbox/client.json
  permitcard show                                  The live code, made without a network
  permitcard snapshot fetch                        What a verifier needs, once
  permitcard verify --png code.png                 Check a code without a network

Exit codes: 0 good, 1 refused or not verified, 2 wrong use, 3 not possible now and can be resumed.
With --json every command prints JSON lines to standard output, errors too.

This program is not the state's own card and never claims to be. Cards of the built-in sandbox
prove nothing about a person: every card says so inside its signature, and so do the card, its
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
    /// Show the card that is kept here; needs no network
    Card(CardArgs),
    /// Ask the authority what changed, and renew what is old
    Sync(SyncArgs),
    /// Make a live code and show it; needs no network
    Show(ShowArgs),
    /// Get what a verifier needs to check codes without a network
    #[command(subcommand)]
    Snapshot(SnapshotCommand),
    /// Check a code; needs no network
    Verify(VerifyArgs),
    /// Destroy the keys, then delete everything that this program keeps in the folder
    Erase(EraseArgs),
    /// Play the whole story on this machine: two workers, one verifier, three bad codes
    Demo(DemoArgs),
}

const REGISTER_EXAMPLES: &str = "\
Examples:
  permitcard register --client ./sandbox/client.json
      Asks step by step.
  permitcard register --accept-consents --surname 'García López' --given María \\
      --permit-number NUMBER --passport NUMBER --passport-issuer ESP
      Stops with exit code 3 when a one-time code is needed; then:
  permitcard register --accept-consents --code 123456

Each answer is stored before it is sent. Stop the program at any moment and run it again:
no step is asked twice. `permitcard authority people` lists people of the sandbox to register as,
`permitcard authority mailbox` shows their one-time codes.";

/// Arguments of `register`.
#[derive(Debug, Clone, Default, Args)]
pub struct Answers {
    /// Surname as in the passport; leave out for people with one name only
    #[arg(long, value_name = "NAME", conflicts_with = "mrz_name")]
    pub surname: Option<String>,
    /// Given names as in the passport
    #[arg(long, value_name = "NAMES", conflicts_with = "mrz_name")]
    pub given: Option<String>,
    /// The name as the lowest lines of the passport have it: GARCIA<LOPEZ<<MARIA
    #[arg(long, value_name = "NAME")]
    pub mrz_name: Option<String>,
    /// The number of the work permit
    #[arg(long, value_name = "NUMBER", conflicts_with = "social_security_number")]
    pub permit_number: Option<String>,
    /// The social security number, instead of the permit number
    #[arg(long, value_name = "NUMBER")]
    pub social_security_number: Option<String>,
    /// The passport's number
    #[arg(long, value_name = "NUMBER")]
    pub passport: Option<String>,
    /// The passport's issuing state, three letters
    #[arg(long, value_name = "ABC")]
    pub passport_issuer: Option<String>,
    /// Give every consent that is asked for
    #[arg(long)]
    pub accept_consents: bool,
    /// The one-time code that arrived
    #[arg(long, value_name = "DIGITS")]
    pub code: Option<String>,
}

/// Arguments of `register`.
#[derive(Debug, Clone, Args)]
#[command(after_help = REGISTER_EXAMPLES)]
pub struct RegisterArgs {
    #[command(flatten)]
    pub home: HomeArgs,
    #[command(flatten)]
    pub answers: Answers,
    /// Refuse the consents; the authority then ends the registration
    #[arg(long, conflicts_with = "accept_consents")]
    pub refuse_consents: bool,
    /// Ask for another one-time code before anything else
    #[arg(long)]
    pub resend_code: bool,
    /// Forget an unfinished registration and begin a new one
    #[arg(long)]
    pub restart: bool,
    /// Ask nothing, even in a terminal
    #[arg(long)]
    pub no_input: bool,
}

/// Arguments of `card`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Examples:\n  permitcard card\n  permitcard card --svg card.svg\n  permitcard card --svg card.svg --with-code employer"
)]
pub struct CardArgs {
    #[command(flatten)]
    pub home: HomeArgs,
    /// Also write a drawn picture of the card
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// Draw a live code for this profile beside the card
    #[arg(long, value_name = "PROFILE", value_enum, requires = "svg")]
    pub with_code: Option<ProfileName>,
}

/// Arguments of `sync`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Example:\n  permitcard sync")]
pub struct SyncArgs {
    #[command(flatten)]
    pub home: HomeArgs,
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

const SHOW_EXAMPLES: &str = "\
Examples:
  permitcard show                          In the terminal where it fits, else as a picture
  permitcard show --profile hotel --png code.png
  permitcard show --nonce 314159           With the six digits that the verifier shows
  permitcard verify --text \"$(permitcard show --text)\"

A code lives for one minute and is made by the key of this device, without a network.";

/// Arguments of `show`.
#[derive(Debug, Clone, Args)]
#[command(after_help = SHOW_EXAMPLES)]
pub struct ShowArgs {
    #[command(flatten)]
    pub home: HomeArgs,
    /// Who will read it; decides what it shows
    #[arg(long, value_enum, default_value = "employer")]
    pub profile: ProfileName,
    /// The verifier's nonce: six digits, or eight bytes as 16 hexadecimal characters
    #[arg(long, value_name = "NONCE", value_parser = crate::nonce::parse)]
    pub nonce: Option<crate::nonce::NonceArg>,
    /// Write the code as a PNG
    #[arg(long, value_name = "FILE")]
    pub png: Option<PathBuf>,
    /// Write the code as an SVG
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// Print the text of the code and nothing else
    #[arg(long)]
    pub text: bool,
}

/// What can be done with snapshots.
#[derive(Debug, Clone, Subcommand)]
pub enum SnapshotCommand {
    /// Fetch the newest trust list and status lists, once
    Fetch(SnapshotFetchArgs),
}

/// Arguments of `snapshot fetch`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  permitcard snapshot fetch\n  permitcard snapshot fetch --out snapshot.cbor")]
pub struct SnapshotFetchArgs {
    #[command(flatten)]
    pub home: HomeArgs,
    /// Also write the snapshot to a file, for `verify --snapshot` on a machine without a network
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

const VERIFY_EXAMPLES: &str = "\
Examples:
  permitcard verify --png photo.png        A screenshot, or a photo saved as PNG
  permitcard verify --text 'WPC1:…'        '-' reads the text from standard input
  permitcard verify --png code.png --nonce 314159
  permitcard verify --png code.png --snapshot snapshot.cbor --at 2026-11-24T08:00:00Z

Three answers, never one: issuer, holder, status. Exit code 0 only if all three satisfy --policy.
No answer says who stands in front of you: compare the person with the passport or the portrait.";

/// Arguments of `verify`.
#[derive(Debug, Clone, Args)]
#[command(after_help = VERIFY_EXAMPLES, group = clap::ArgGroup::new("input").required(true))]
pub struct VerifyArgs {
    #[command(flatten)]
    pub home: HomeArgs,
    /// The text of the code; '-' reads it from standard input
    #[arg(long, value_name = "TEXT", group = "input")]
    pub text: Option<String>,
    /// A picture with the code in it: a screenshot, or a photo saved as PNG
    #[arg(long, value_name = "FILE", group = "input")]
    pub png: Option<PathBuf>,
    /// Check with this snapshot file instead of the kept one; it is not kept and may be older
    #[arg(long, value_name = "FILE")]
    pub snapshot: Option<PathBuf>,
    /// Check as of this time: RFC 3339, or seconds since 1970
    #[arg(long, value_name = "TIME")]
    pub at: Option<PointInTime>,
    /// The audience that the code must name; default: the one of the policy
    #[arg(long, value_name = "AUD")]
    pub aud: Option<String>,
    /// The nonce that this verifier gave: six digits, or 16 hexadecimal characters
    #[arg(long, value_name = "NONCE", value_parser = crate::nonce::parse)]
    pub nonce: Option<crate::nonce::NonceArg>,
    /// What has to be good
    #[arg(long, value_enum, default_value = "employer")]
    pub policy: PolicyName,
}

/// What has to be good for a verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PolicyName {
    /// issuer, holder and status good; person and employment shown
    Employer,
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
  permitcard demo --keep ./demo            Keeps authority/, worker-1/, worker-2/, verifier/, pictures/

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
