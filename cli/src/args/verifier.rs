//! Commands of the verifier, and of whoever looks into tokens of others.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use permitcard_credential::status::StatusBits;

use super::{HomeArgs, JsonArgs, ProfileName};
use crate::time::PointInTime;

const REQUEST_EXAMPLES: &str = "\
Examples:
  permitcard request --aud gate-7 --profile police --portrait
  permitcard request --aud gate-7 --profile hotel --png request.png
  permitcard show --request request.png --png answer.png       On the holder's side
  permitcard verify --policy hotel --png answer.png            Within ten minutes

The answer carries your own name and a nonce: it was made for you, and just now. A code that was made for every \
verifier of your kind is checked as without a request; a policy that needs a nonce refuses it.";

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
    /// Take in a snapshot file that another machine fetched; it may not be older than the kept one
    Import(SnapshotImportArgs),
    /// Write the kept snapshot to a file, for a machine without a network
    Export(SnapshotExportArgs),
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

/// Arguments of `snapshot import`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  permitcard snapshot import snapshot.cbor")]
pub struct SnapshotImportArgs {
    #[command(flatten)]
    pub home: HomeArgs,
    /// The snapshot file; '-' reads standard input
    #[arg(value_name = "FILE|-")]
    pub file: PathBuf,
}

/// Arguments of `snapshot export`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  permitcard snapshot export snapshot.cbor")]
pub struct SnapshotExportArgs {
    #[command(flatten)]
    pub home: HomeArgs,
    /// Where to write it
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
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

Recognised by content, also as hex or base64url text: SD-CWT, key binding token (also as WPC1: text), status list token, CWT, \
COSE_Sign1, and the text of a printed code with claim 169. A key is PEM, JWK or COSE_Key; the holder's key is inside the \
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
