//! Commands of the holder.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use permitcard_credential::permit::Group;
use permitcard_wallet::{ConsentKind, InteractionType};

use super::{HomeArgs, ProfileName};

const REGISTER_EXAMPLES: &str = "\
Examples:
  permitcard register --client ./sandbox/client.json
      Asks step by step.
  permitcard register --accept-consents --surname 'García López' --given María \\
      --permit-number NUMBER --passport NUMBER --passport-issuer ESP
      Stops with exit code 3 when a one-time code is needed; then:
  permitcard register --accept-consents --code 123456
  permitcard register --accept-consents --way window
      Stops with the reference to show at a service window; then, without face check and SIM:
  permitcard register --in-person-code 01ABC-D10XZ
  permitcard register --accept-consents --tier 2 --way sim
      Opens social security services for a card that is here.

Each answer is stored before it is sent. Stop the program at any moment and run it again: \
no step is asked twice. `permitcard authority people` lists people of the sandbox to register as, \
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
    /// The code that a service window gave you: needs no face check and no Chinese phone number
    #[arg(long, value_name = "CODE")]
    pub in_person_code: Option<String>,
}

/// A way of a registration, where several are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WayName {
    /// Name and numbers
    Claim,
    /// The one-time code
    Code,
    /// The passport check
    Passport,
    /// The code from a service window
    Window,
    /// Real name by a bank card (tier 2)
    BankCard,
    /// Real name by a Chinese phone number (tier 2)
    Sim,
}

impl WayName {
    /// The kind of step.
    pub fn kind(self) -> InteractionType {
        match self {
            Self::Claim => InteractionType::IdentityClaim,
            Self::Code => InteractionType::OneTimeCode,
            Self::Passport => InteractionType::DocumentCheck,
            Self::Window => InteractionType::InPersonCode,
            Self::BankCard => InteractionType::BankCard,
            Self::Sim => InteractionType::Sim,
        }
    }
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
    /// 1: the card of the work permit; 2: social security services as well, for a card that is here
    #[arg(long, value_name = "TIER", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=2))]
    pub tier: u8,
    /// Take this way wherever it is open
    #[arg(long, value_enum, value_name = "WAY")]
    pub way: Option<WayName>,
    /// Forget an unfinished registration and begin a new one
    #[arg(long)]
    pub restart: bool,
    /// Ask nothing, even in a terminal
    #[arg(long)]
    pub no_input: bool,
}

const CONSENTS_EXAMPLES: &str = "\
Examples:
  permitcard consents
  permitcard consents --withdraw face-data

Withdrawing deletes what the authority kept with the consent. What it means for the card is shown first.";

/// Arguments of `consents`.
#[derive(Debug, Clone, Args)]
#[command(after_help = CONSENTS_EXAMPLES)]
pub struct ConsentsArgs {
    #[command(flatten)]
    pub home: HomeArgs,
    /// Withdraw this consent
    #[arg(long, value_enum, value_name = "KIND")]
    pub withdraw: Option<ConsentName>,
    /// Do not ask before a consent is withdrawn
    #[arg(long, requires = "withdraw")]
    pub yes: bool,
}

/// What a consent is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ConsentName {
    /// The registration as a whole
    General,
    /// Face data
    FaceData,
    /// Social security services
    SocialSecurity,
}

impl ConsentName {
    /// The kind.
    pub fn kind(self) -> ConsentKind {
        match self {
            Self::General => ConsentKind::General,
            Self::FaceData => ConsentKind::FaceData,
            Self::SocialSecurity => ConsentKind::SocialSecurity,
        }
    }
}

/// Arguments of `services`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Example:\n  permitcard services")]
pub struct ServicesArgs {
    #[command(flatten)]
    pub home: HomeArgs,
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
  permitcard export --format sd-jwt --aud gate-7 --nonce 42 --groups person,employment --out p.txt
  permitcard export --format mdoc --session-transcript transcript.cbor --out response.cbor

Signed for one verifier or one session, and noted in the log like every code. Without --out the SD-JWT is \
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

A credential of its own, for 60 days, kept with the card and renewed by sync. What was printed before counts no longer \
once the card has a new version. Paper can be copied: verifiers are told that it is a document only, whoever shows it.";

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
