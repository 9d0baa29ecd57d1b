//! The forms in which the permit is offered.

use permitcard_credential::{cose::Algorithm, mdoc, permit, sdjwt, status::StatusBits};
use permitcard_protocol::{
    issuance::{
        CONFIGURATION_MDOC, CONFIGURATION_SD_CWT, CONFIGURATION_SD_JWT, FORMAT_MDOC, FORMAT_SD_CWT, FORMAT_SD_JWT,
    },
    metadata::SigningAlgorithm,
};

/// One form of the permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    SdCwt,
    Mdoc,
    SdJwt,
}

impl Form {
    pub(crate) const ALL: [Self; 3] = [Self::SdCwt, Self::Mdoc, Self::SdJwt];

    /// Its configuration in the issuer metadata.
    pub(crate) const fn configuration(self) -> &'static str {
        match self {
            Self::SdCwt => CONFIGURATION_SD_CWT,
            Self::Mdoc => CONFIGURATION_MDOC,
            Self::SdJwt => CONFIGURATION_SD_JWT,
        }
    }

    /// Its format identifier.
    pub(super) const fn format(self) -> &'static str {
        match self {
            Self::SdCwt => FORMAT_SD_CWT,
            Self::Mdoc => FORMAT_MDOC,
            Self::SdJwt => FORMAT_SD_JWT,
        }
    }

    /// The one credential of this form that a grant gives, as the token response names it.
    pub(super) const fn identifier(self) -> &'static str {
        match self {
            Self::SdCwt => "work-permit",
            Self::Mdoc => "work-permit-mdoc",
            Self::SdJwt => "work-permit-sdjwt",
        }
    }

    /// Its credential type.
    pub(super) fn vct(self) -> Option<String> {
        match self {
            Self::SdCwt => Some(permit::VCT.to_owned()),
            Self::Mdoc => None,
            Self::SdJwt => Some(sdjwt::VCT.to_owned()),
        }
    }

    /// Its document type.
    pub(super) fn doc_type(self, test: bool) -> Option<String> {
        match self {
            Self::Mdoc if test => Some(mdoc::DOC_TYPE_TEST.to_owned()),
            Self::Mdoc => Some(mdoc::DOC_TYPE.to_owned()),
            Self::SdCwt | Self::SdJwt => None,
        }
    }

    /// The algorithm of the issuer's signature.
    pub(super) fn signing_algorithm(self) -> SigningAlgorithm {
        match self {
            Self::SdCwt => SigningAlgorithm::Cose(Algorithm::Esp256.id()),
            Self::Mdoc => SigningAlgorithm::Cose(Algorithm::Es256.id()),
            Self::SdJwt => SigningAlgorithm::Jose("ES256".to_owned()),
        }
    }

    /// The bits of an entry in its status list: mdoc knows valid and invalid only.
    pub(super) const fn status_bits(self) -> StatusBits {
        match self {
            Self::Mdoc => StatusBits::One,
            Self::SdCwt | Self::SdJwt => StatusBits::Two,
        }
    }

    /// How the credential is bound to the holder's key (OpenID4VCI 1.0, 12.2.4).
    pub(super) const fn binding(self) -> &'static str {
        match self {
            Self::SdCwt | Self::SdJwt => "jwk",
            Self::Mdoc => "cose_key",
        }
    }

    pub(super) fn from_identifier(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.identifier() == name)
    }

    pub(crate) fn from_configuration(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.configuration() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for form in Form::ALL {
            assert_eq!(Form::from_identifier(form.identifier()), Some(form));
            assert_eq!(Form::from_configuration(form.configuration()), Some(form));
            assert_eq!(Form::from_identifier(form.configuration()), None);
        }
    }
}
