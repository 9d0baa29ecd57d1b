use std::fmt;

use permitcard_wallet as core;

use super::Group;

/// A form of the permit for readers of other people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum ExportFormat {
    /// A mobile document of ISO/IEC 18013-5 (`mso_mdoc`).
    Mdoc,
    /// An SD-JWT VC (`dc+sd-jwt`).
    SdJwt,
}

impl From<core::ExportFormat> for ExportFormat {
    fn from(format: core::ExportFormat) -> Self {
        match format {
            core::ExportFormat::Mdoc => Self::Mdoc,
            core::ExportFormat::SdJwt => Self::SdJwt,
        }
    }
}

/// For whom an export is: what its signature is bound to. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
#[uniffi::export(Debug)]
pub enum ExportTarget {
    /// An SD-JWT VC with a key binding JWT.
    SdJwt {
        /// The verifier's identifier, 1 to 255 bytes.
        aud: String,
        /// The verifier's nonce, 1 to 255 bytes.
        nonce: String,
    },
    /// A `DeviceResponse` of ISO/IEC 18013-5.
    Mdoc {
        /// The CBOR `SessionTranscript`, an array of three items, at most 16 KiB.
        session_transcript: Vec<u8>,
    },
}

impl fmt::Debug for ExportTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SdJwt { .. } => "SdJwt { .. }",
            Self::Mdoc { .. } => "Mdoc { .. }",
        })
    }
}

impl From<ExportTarget> for core::ExportTarget {
    fn from(target: ExportTarget) -> Self {
        match target {
            ExportTarget::SdJwt { aud, nonce } => Self::SdJwt { aud, nonce },
            ExportTarget::Mdoc { session_transcript } => Self::Mdoc { session_transcript },
        }
    }
}

/// What to export, and for whom.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ExportRequest {
    /// For whom.
    pub target: ExportTarget,
    /// The groups to disclose; one that the card does not have is left out.
    pub groups: Vec<Group>,
}

impl From<ExportRequest> for core::ExportRequest {
    fn from(request: ExportRequest) -> Self {
        let ExportRequest { target, groups } = request;
        Self {
            target: target.into(),
            groups: groups.into_iter().map(Into::into).collect(),
        }
    }
}

/// One export. `Debug` shows no bytes.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct ExportView {
    /// Its form.
    pub format: ExportFormat,
    /// What the disclosure log names: the audience, or `mdoc:` and the first 8 bytes of SHA-256 over the transcript.
    pub aud: String,
    /// The groups that are disclosed.
    pub groups: Vec<Group>,
    /// When it was signed, seconds since 1970.
    pub issued_at: i64,
    /// The card is a test card.
    pub test: bool,
    /// The export: CBOR `DeviceResponse`, or the ASCII text of SD-JWT and key binding JWT.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for ExportView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExportView")
            .field("format", &self.format)
            .field("test", &self.test)
            .finish_non_exhaustive()
    }
}

impl From<core::ExportView> for ExportView {
    fn from(view: core::ExportView) -> Self {
        let core::ExportView {
            format,
            aud,
            groups,
            issued_at,
            test,
            bytes,
        } = view;
        Self {
            format: format.into(),
            aud,
            groups: groups.into_iter().map(Into::into).collect(),
            issued_at,
            test,
            bytes,
        }
    }
}
