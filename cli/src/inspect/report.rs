use permitcard_credential::{cose::value::Value, sdcwt::draft::HashForm};

use super::InspectCode;

/// What an input was recognised as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// An SD-CWT without key binding (draft-ietf-spice-sd-cwt).
    SdCwt,
    /// A key binding token around an SD-CWT; also as `WPC1:` text.
    SdCwtKbt,
    /// A status list token in CWT form (draft-ietf-oauth-status-list 5.2).
    StatusListToken,
    /// A status list without a token around it.
    StatusList,
    /// Any other CWT (RFC 8392).
    Cwt,
    /// A COSE_Sign1 whose payload is no map of claims (RFC 9052 4.2).
    CoseSign1,
    /// The text of a printed code with claim 169: base45 of zlib of a CWT.
    Claim169,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Self] = &[
        Self::SdCwt,
        Self::SdCwtKbt,
        Self::StatusListToken,
        Self::StatusList,
        Self::Cwt,
        Self::CoseSign1,
        Self::Claim169,
    ];

    /// The name in the output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SdCwt => "sd-cwt",
            Self::SdCwtKbt => "sd-cwt-kbt",
            Self::StatusListToken => "status-list-token",
            Self::StatusList => "status-list",
            Self::Cwt => "cwt",
            Self::CoseSign1 => "cose-sign1",
            Self::Claim169 => "claim-169",
        }
    }
}

/// Whose signature it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layer {
    /// The only signature, or the one around the claims.
    Issuer,
    /// The signature of a key binding token.
    Holder,
}

impl Layer {
    /// The name in the output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Issuer => "issuer",
            Self::Holder => "holder",
        }
    }
}

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Whose it is.
    pub layer: Layer,
    /// The algorithm's name at IANA; its number or text where it has none here; `None` when the headers name none.
    pub alg: Option<String>,
    /// `alg` stands only in the unprotected header, which no signature covers. The permit profile refuses that.
    pub alg_unprotected: bool,
    /// The name of the key: any bytes (RFC 9052 3.1).
    pub kid: Option<Vec<u8>>,
    /// Whether it verifies; `None` without any key.
    pub verified: Option<bool>,
}

/// What the disclosures of an SD-CWT came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disclosures {
    /// Disclosures that stand in the claims.
    pub matched: usize,
    /// Disclosures whose hash stands nowhere, or only inside of a value that is not disclosed.
    pub unmatched: usize,
    /// Disclosures of decoys, which disclose nothing.
    pub decoys: usize,
    /// What the hashes were made over (the draft's text and its vectors differ); `None` when nothing matched.
    pub hash: Option<HashForm>,
}

/// A status list in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusSummary {
    /// Bits of an entry: 1, 2, 4 or 8.
    pub bits: u8,
    /// The number of entries.
    pub size: usize,
    /// The first entries that are not 0: index and value, ascending; at most [`StatusSummary::LISTED`].
    pub nonzero: Vec<(u64, u8)>,
    /// How many entries are not 0.
    pub nonzero_count: usize,
}

impl StatusSummary {
    /// The most entries that are listed.
    pub const LISTED: usize = 1_000;
}

/// One reason why the input is not valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The stable code.
    pub code: InspectCode,
    /// Where and what, in plain technical English, for people who debug: layer, claim, numbers. Never text of the input.
    pub detail: String,
}

/// Everything that is known about an input. Parts that do not apply are `None`.
#[derive(Clone, PartialEq, Default)]
pub struct Report {
    /// What it is; `None` when it is nothing that is known.
    pub format: Option<Format>,
    /// Its signatures, the issuer's first; `None` for what has none.
    pub signatures: Option<Vec<Signature>>,
    /// The claims: disclosed ones in their places, undisclosed ones left out.
    pub claims: Option<Value>,
    /// What the disclosures came to.
    pub disclosures: Option<Disclosures>,
    /// The claims of the key binding token.
    pub holder: Option<Value>,
    /// The payload of a COSE_Sign1 that holds no claims.
    pub payload: Option<Vec<u8>>,
    /// The status list.
    pub status_list: Option<StatusSummary>,
    /// Why it is not valid, in the order of the checks.
    pub errors: Vec<Problem>,
}

// Claims are personal data, so only the kind of input and the codes are shown.
impl std::fmt::Debug for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Report")
            .field("format", &self.format)
            .field("errors", &self.errors)
            .finish_non_exhaustive()
    }
}

impl Report {
    /// `Some(true)` exactly when every signature is verified and there are no errors; `None` when a signature could not
    /// be checked because no key was given. An input that could not be read so far that it has signatures is `Some(false)`.
    pub fn valid(&self) -> Option<bool> {
        let signatures = self.signatures.as_deref().unwrap_or_default();
        if signatures.iter().any(|signature| signature.verified.is_none()) {
            return None;
        }
        Some(self.errors.is_empty() && signatures.iter().all(|signature| signature.verified == Some(true)))
    }

    /// Whether a code is among the errors.
    pub fn has(&self, code: InspectCode) -> bool {
        self.errors.iter().any(|problem| problem.code == code)
    }

    /// The report about a file that is longer than [`MAX_FILE`](super::MAX_FILE).
    pub(super) fn too_large() -> Self {
        let mut report = Self::default();
        report.problem(InspectCode::TooLarge, "the input");
        report
    }

    pub(super) fn problem(&mut self, code: InspectCode, detail: impl Into<String>) {
        self.errors.push(Problem {
            code,
            detail: detail.into(),
        });
    }
}
