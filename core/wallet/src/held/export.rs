//! The other forms of a batch: mdoc and SD-JWT VC, beside the credential of the same key.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_vault::{ReadTx, Table, VaultError, WriteTx};
use serde::{Deserialize, Serialize};

use crate::base::store::{get_json, put_json};

/// A form of the permit for readers of other people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExportFormat {
    /// A mobile document of ISO/IEC 18013-5 (`mso_mdoc`).
    Mdoc,
    /// An SD-JWT VC (`dc+sd-jwt`).
    SdJwt,
}

impl ExportFormat {
    /// Every form.
    pub const ALL: &'static [Self] = &[Self::Mdoc, Self::SdJwt];

    /// A stable name for programs: `mdoc` or `sd-jwt`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mdoc => "mdoc",
            Self::SdJwt => "sd-jwt",
        }
    }

    /// The form of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.name() == name)
    }
}

/// The other forms of one credential. `Debug` shows no value.
///
/// One without any form says that the authority was asked and gave none that passed the checks.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportRecord {
    /// CBOR `IssuerSigned`, base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mdoc: Option<String>,
    /// The SD-JWT with all disclosures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sd_jwt: Option<String>,
}

impl fmt::Debug for ExportRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExportRecord")
            .field("mdoc", &self.mdoc.is_some())
            .field("sd_jwt", &self.sd_jwt.is_some())
            .finish()
    }
}

impl ExportRecord {
    pub(crate) fn set_mdoc(&mut self, issuer_signed: &[u8]) {
        self.mdoc = Some(URL_SAFE_NO_PAD.encode(issuer_signed));
    }

    pub(crate) fn set_sd_jwt(&mut self, text: &str) {
        self.sd_jwt = Some(text.to_owned());
    }

    pub(crate) fn has(&self, format: ExportFormat) -> bool {
        match format {
            ExportFormat::Mdoc => self.mdoc.is_some(),
            ExportFormat::SdJwt => self.sd_jwt.is_some(),
        }
    }

    pub(crate) fn mdoc(&self) -> Result<Option<Vec<u8>>, VaultError> {
        let decode = |text: &String| URL_SAFE_NO_PAD.decode(text).map_err(|_| VaultError::Corrupt);
        self.mdoc.as_ref().map(decode).transpose()
    }

    pub(crate) fn sd_jwt(&self) -> Option<&str> {
        self.sd_jwt.as_deref()
    }
}

/// The other forms of the credential of a key; none if none were ever asked for.
pub(crate) fn export(tx: &ReadTx<'_>, key_id: &str) -> Result<Option<ExportRecord>, VaultError> {
    get_json(tx, Table::Export, key_id.as_bytes())
}

pub(crate) fn put_export(tx: &mut WriteTx<'_>, key_id: &str, record: &ExportRecord) -> Result<(), VaultError> {
    put_json(tx, Table::Export, key_id.as_bytes(), record)
}

/// Forgets all of them: their batch is replaced.
pub(crate) fn clear_exports(tx: &mut WriteTx<'_>) -> Result<(), VaultError> {
    tx.clear(Table::Export)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_form_is_frozen() {
        let mut record = ExportRecord::default();
        assert_eq!(serde_json::to_string(&record).unwrap(), "{}");
        record.set_mdoc(&[0xfb, 0xff, 0]);
        record.set_sd_jwt("a~b~");
        let json = r#"{"mdoc":"-_8A","sd_jwt":"a~b~"}"#;
        assert_eq!(serde_json::to_string(&record).unwrap(), json);
        let read: ExportRecord = serde_json::from_str(json).unwrap();
        assert_eq!(read, record);
        assert_eq!(read.mdoc().unwrap().unwrap(), [0xfb, 0xff, 0]);
        assert!(ExportFormat::ALL.iter().all(|format| read.has(*format)));
        assert!(!format!("{read:?}").contains("a~b"));
    }

    #[test]
    fn names_lead_back() {
        for format in ExportFormat::ALL {
            assert_eq!(ExportFormat::from_name(format.name()), Some(*format));
        }
        assert_eq!(ExportFormat::from_name("pdf"), None);
    }
}
