//! The command tree.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use permitcard_authority::command::AuthorityCommand;
use permitcard_credential::{
    permit::{Group, Profile},
    status::StatusBits,
};
use permitcard_messages::Language;

use crate::time::PointInTime;

const EXAMPLES: &str = "\
Examples:
  permitcard demo                                  The whole way on this machine, in a few seconds
  permitcard authority serve --data ./sandbox      Run a sandbox authority
  permitcard register --client ./sandbox/client.json
  permitcard show                                  The live code, made without a network
  permitcard export --format sd-jwt --aud ID --nonce N    For a reader of other people
  permitcard snapshot fetch                        What a verifier needs, once
  permitcard verify --png code.png                 Check a code without a network
  permitcard inspect --key issuer.pem token.cbor   Show what a token holds, whoever made it

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
  permitcard show --profile police --portrait
      With the small portrait. What does not fit one code is shown as several in turn.
  permitcard show --request request.png    To one verifier that asks by a code of its own
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
    /// With the small portrait; for hospital, police and service window
    #[arg(long)]
    pub portrait: bool,
    /// Answer a verifier's request: its text, '-' for standard input, or a file: a text, or a PNG with the code in it
    #[arg(long, value_name = "TEXT|FILE", conflicts_with_all = ["profile", "portrait", "nonce"])]
    pub request: Option<String>,
    /// Do not ask before a request is answered
    #[arg(long, requires = "request")]
    pub yes: bool,
    /// The verifier's nonce: six digits, or eight bytes as 16 hexadecimal characters
    #[arg(long, value_name = "NONCE", value_parser = crate::nonce::parse)]
    pub nonce: Option<crate::nonce::NonceArg>,
    /// Write the code as a PNG; several codes get a number each: code-000.png
    #[arg(long, value_name = "FILE")]
    pub png: Option<PathBuf>,
    /// Write the code as an SVG; several codes get a number each
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// Print the text of the code and nothing else; several codes are a line each
    #[arg(long)]
    pub text: bool,
}

/// A form for readers of other people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormatName {
    /// DeviceResponse of ISO/IEC 18013-5
    Mdoc,
    /// SD-JWT VC with key binding (dc+sd-jwt)
    SdJwt,
}

/// A group of fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GroupName {
    /// name and nationality
    Person,
    /// the small portrait
    Portrait,
    /// employer, occupation, place
    Employment,
    /// social security
    SocialSecurity,
    /// birth day, passport, permit number, phone
    File,
}

impl GroupName {
    pub fn group(self) -> Group {
        match self {
            Self::Person => Group::Person,
            Self::Portrait => Group::Portrait,
            Self::Employment => Group::Employment,
            Self::SocialSecurity => Group::SocialSecurity,
            Self::File => Group::File,
        }
    }
}

const EXPORT_EXAMPLES: &str = "\
Examples:
  permitcard export --format sd-jwt --aud https://verifier.example --nonce n-0S6_WzA2Mj
  permitcard export --format sd-jwt --aud gate-7 --nonce 42 --groups person,employment --out permit.txt
  permitcard export --format mdoc --session-transcript transcript.cbor --groups person --out response.cbor

Signed for one verifier or one session, and noted in the log like every code. Without --out the SD-JWT is
printed as it is, the mdoc in base64url. Category, last day and restrictions are always visible.";

/// Arguments of `export`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXPORT_EXAMPLES)]
pub struct ExportArgs {
    #[command(flatten)]
    pub home: HomeArgs,
    /// The form
    #[arg(long, value_enum)]
    pub format: ExportFormatName,
    /// SD-JWT: the verifier's identifier
    #[arg(
        long,
        value_name = "AUD",
        required_if_eq("format", "sd-jwt"),
        conflicts_with = "session_transcript"
    )]
    pub aud: Option<String>,
    /// SD-JWT: the verifier's nonce
    #[arg(
        long,
        value_name = "NONCE",
        required_if_eq("format", "sd-jwt"),
        conflicts_with = "session_transcript"
    )]
    pub nonce: Option<String>,
    /// mdoc: a file with the CBOR SessionTranscript
    #[arg(long, value_name = "FILE", required_if_eq("format", "mdoc"))]
    pub session_transcript: Option<PathBuf>,
    /// What to disclose beside what is always visible
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        value_name = "GROUPS",
        default_value = "person"
    )]
    pub groups: Vec<GroupName>,
    /// Write it to a file
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

const PRINT_EXAMPLES: &str = "\
Examples:
  permitcard print --svg permit.svg        A page of A4 for the printer
  permitcard print --png code.png          The code alone, 300 dots an inch, for a page of your own
  permitcard print --with-portrait --svg permit.svg
  permitcard verify --text \"$(permitcard print --text)\"

A credential of its own, for 60 days, kept with the card and renewed by sync. Paper can be copied: verifiers
are told that it is a document only, whoever shows it.";

/// Arguments of `print`.
#[derive(Debug, Clone, Args)]
#[command(after_help = PRINT_EXAMPLES)]
pub struct PrintArgs {
    #[command(flatten)]
    pub home: HomeArgs,
    /// With the small portrait inside of the code, and on the page
    #[arg(long)]
    pub with_portrait: bool,
    /// Get a new one from the authority first
    #[arg(long)]
    pub fetch: bool,
    /// Write a page of A4 as an SVG
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// Write the code alone as a PNG of 300 dots an inch
    #[arg(long, value_name = "FILE")]
    pub png: Option<PathBuf>,
    /// Print the text of the code and nothing else
    #[arg(long)]
    pub text: bool,
}

const REQUEST_EXAMPLES: &str = "\
Examples:
  permitcard request --aud gate-7 --profile police --portrait
  permitcard request --aud gate-7 --profile hotel --png request.png
  permitcard show --request request.png --png answer.png       On the holder's side
  permitcard verify --policy hotel --png answer.png            Name and nonce are remembered for ten minutes

The answer carries your own name and a nonce, so that no code made for somebody else, or before, is taken.";

/// Arguments of `request`.
#[derive(Debug, Clone, Args)]
#[command(after_help = REQUEST_EXAMPLES)]
pub struct RequestArgs {
    #[command(flatten)]
    pub home: HomeArgs,
    /// Your own name as the code shall name it, at most 8 bytes
    #[arg(long, value_name = "AUD")]
    pub aud: String,
    /// What you need to see
    #[arg(long, value_enum, value_name = "PROFILE")]
    pub profile: ProfileName,
    /// The small portrait as well; for hospital, police and service window
    #[arg(long)]
    pub portrait: bool,
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
  permitcard verify --png code-0*.png      The pictures of a code that was shown in frames
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
    /// The text of the code; '-' reads it from standard input; the texts of a code in frames are a line each
    #[arg(long, value_name = "TEXT", group = "input")]
    pub text: Option<String>,
    /// A picture with the code in it: a screenshot, or a photo saved as PNG; of a code in frames one picture each
    #[arg(long, value_name = "FILE", group = "input", num_args = 1..)]
    pub png: Vec<PathBuf>,
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
    /// What the card is needed for; says what is enough, see `permitcard policies`
    #[arg(long, value_enum, value_name = "POLICY", default_value = "employer")]
    pub policy: ProfileName,
}

const INSPECT_EXAMPLES: &str = "\
Examples:
  permitcard inspect token.cbor
  permitcard inspect --key issuer.pem --at 2026-11-24T08:00:00Z token.cbor
  permitcard show --text | permitcard inspect --key issuer.jwk --json -
  permitcard inspect --status-list --bits 2 list.zlib

Recognised by content, also as hex or base64url text: SD-CWT, key binding token (also as WPC1: text), status list token, CWT,
COSE_Sign1, and the text of a printed code with claim 169. A key is PEM, JWK or COSE_Key; the holder's key is inside the
credential. Exit code 0 if every signature is verified and nothing else is wrong, 1 if not or without a key, 2 wrong use.";

/// Arguments of `inspect`.
#[derive(Debug, Clone, Args)]
#[command(after_help = INSPECT_EXAMPLES)]
pub struct InspectArgs {
    /// A file with the issuer's public key (or a private key of which the public part is used); may be given again
    #[arg(long = "key", value_name = "FILE")]
    pub keys: Vec<PathBuf>,
    /// Check as of this time: RFC 3339, or seconds since 1970; default: now
    #[arg(long, value_name = "TIME", allow_negative_numbers = true)]
    pub at: Option<PointInTime>,
    /// The external additional data of the signature (RFC 9052 4.4), in hexadecimal
    #[arg(long, value_name = "HEX")]
    pub external_aad: Option<crate::inspect::AadArg>,
    /// The input is a status list without a token: one zlib stream
    #[arg(long, requires = "bits")]
    pub status_list: bool,
    /// The bits of an entry of that status list: 1, 2, 4 or 8
    #[arg(long, value_name = "N", requires = "status_list", value_parser = crate::inspect::bits)]
    pub bits: Option<StatusBits>,
    /// The input; '-' reads it from standard input
    #[arg(value_name = "FILE|-")]
    pub file: PathBuf,
    #[command(flatten)]
    pub json: JsonArgs,
}

const POLICIES_EXAMPLES: &str = "\
Examples:
  permitcard policies
  permitcard policies --policy police --json

All three answers of a check have to be good as well; what is listed is all that a policy lets pass besides.";

/// Arguments of `policies`.
#[derive(Debug, Clone, Args)]
#[command(after_help = POLICIES_EXAMPLES)]
pub struct PoliciesArgs {
    /// Only this one
    #[arg(long, value_enum, value_name = "POLICY")]
    pub policy: Option<ProfileName>,
    #[command(flatten)]
    pub json: JsonArgs,
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
