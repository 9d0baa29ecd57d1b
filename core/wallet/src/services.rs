//! What the card is good for: a closed list of services, which of them are open, and why the others are not.
//!
//! The list is the one of the published uses of the electronic social security card. Which of them a permit alone opens is
//! not published; nothing beyond the permit itself is promised here (tier 1).

use permitcard_vault::{ReadTx, VaultError};

use crate::held::record::{self, StoredStatus};
use crate::held::{end, stored_card};

/// A service. Its name for people is in `messages`, id `service-` and [`Service::name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// The permit's own data, kept on the phone.
    PermitInformation,
    /// The code that anybody can check.
    PermitCode,
    /// What changed about the permit.
    PermitNotices,
    /// Contributions and entitlements.
    ContributionRecord,
    /// Pension estimate and inquiry.
    PensionInquiry,
    /// Proof that one is still entitled to a benefit.
    BenefitCertification,
    /// Moving the pension account to another place.
    PensionTransfer,
    /// Unemployment benefit.
    UnemploymentBenefit,
    /// Settlement of work injuries.
    WorkInjury,
    /// Subsidies for employment, training and skills.
    EmploymentSubsidies,
    /// Registration for professional examinations.
    ExamRegistration,
    /// Medical registration and settlement. Hospitals mostly read another code, that of the healthcare security
    /// administration.
    MedicalCare,
    /// Allowances paid onto the card.
    Allowances,
    /// Transport, libraries, museums and parks.
    TransportAndCulture,
    /// Services for relatives.
    FamilyService,
}

impl Service {
    /// The closed list, in the order in which it is shown.
    pub const ALL: &'static [Self] = &[
        Self::PermitInformation,
        Self::PermitCode,
        Self::PermitNotices,
        Self::ContributionRecord,
        Self::PensionInquiry,
        Self::BenefitCertification,
        Self::PensionTransfer,
        Self::UnemploymentBenefit,
        Self::WorkInjury,
        Self::EmploymentSubsidies,
        Self::ExamRegistration,
        Self::MedicalCare,
        Self::Allowances,
        Self::TransportAndCulture,
        Self::FamilyService,
    ];

    /// The stable name: `permit-information`, `contribution-record`, …
    pub fn name(self) -> &'static str {
        match self {
            Self::PermitInformation => "permit-information",
            Self::PermitCode => "permit-code",
            Self::PermitNotices => "permit-notices",
            Self::ContributionRecord => "contribution-record",
            Self::PensionInquiry => "pension-inquiry",
            Self::BenefitCertification => "benefit-certification",
            Self::PensionTransfer => "pension-transfer",
            Self::UnemploymentBenefit => "unemployment-benefit",
            Self::WorkInjury => "work-injury",
            Self::EmploymentSubsidies => "employment-subsidies",
            Self::ExamRegistration => "exam-registration",
            Self::MedicalCare => "medical-care",
            Self::Allowances => "allowances",
            Self::TransportAndCulture => "transport-and-culture",
            Self::FamilyService => "family-service",
        }
    }

    /// The lowest tier of a card that opens it: 1 or 2.
    pub fn tier(self) -> u8 {
        match self {
            Self::PermitInformation | Self::PermitCode | Self::PermitNotices => 1,
            _ => 2,
        }
    }
}

/// Why a service is closed. The words are in `messages`, by the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServiceCode {
    /// There is no card yet.
    CardMissing,
    /// There is no card yet: the application is still being decided.
    ApplicationPending,
    /// The card is of tier 1: it carries the permit only.
    NeedsTier2,
    /// The card is suspended.
    CardSuspended,
    /// The card was revoked.
    CardRevoked,
}

impl ServiceCode {
    /// Every code of this enum.
    pub const ALL: &'static [Self] = &[
        Self::CardMissing,
        Self::ApplicationPending,
        Self::NeedsTier2,
        Self::CardSuspended,
        Self::CardRevoked,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::CardMissing => "service.card_missing",
            Self::ApplicationPending => "service.application_pending",
            Self::NeedsTier2 => "service.needs_tier_two",
            Self::CardSuspended => "service.card_suspended",
            Self::CardRevoked => "service.card_revoked",
        }
    }
}

/// A service, and whether the card opens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceView {
    /// Which one.
    pub service: Service,
    /// Why it is closed; none where it is open.
    pub closed: Option<ServiceCode>,
}

/// The services of the stored card, all of them, in the order of [`Service::ALL`]. `is_pending`: the wallet waits for a
/// decision about the application.
pub(crate) fn services(tx: &ReadTx<'_>, is_pending: bool, now: i64) -> Result<Vec<ServiceView>, VaultError> {
    let card = match record::card(tx)? {
        Some((bytes, state)) => {
            let card = stored_card(&bytes, &state)?;
            let status = match end(&state, card.permit.valid_until.ends_at(), now) {
                Some(_) => StoredStatus::Revoked,
                // The copies of an older version; the card goes on with the newer one.
                None if state.status == StoredStatus::Revoked => StoredStatus::Unknown,
                None => state.status,
            };
            Some((card.tier, status))
        }
        None => None,
    };
    let without_card = if is_pending {
        ServiceCode::ApplicationPending
    } else {
        ServiceCode::CardMissing
    };
    let view = |service: &Service| ServiceView {
        service: *service,
        closed: match card {
            Some((tier, status)) => closed(*service, tier, status),
            None => Some(without_card),
        },
    };
    Ok(Service::ALL.iter().map(view).collect())
}

/// Why a card, given by tier and status, does not open a service.
fn closed(service: Service, tier: u8, status: StoredStatus) -> Option<ServiceCode> {
    match (service, status) {
        // What is kept on the phone can be read as long as it is there.
        (Service::PermitInformation | Service::PermitNotices, _) => None,
        (_, StoredStatus::Revoked) => Some(ServiceCode::CardRevoked),
        // A code can still be made; whoever checks it is told.
        (Service::PermitCode, _) => None,
        _ if tier < service.tier() => Some(ServiceCode::NeedsTier2),
        (_, StoredStatus::Suspended) => Some(ServiceCode::CardSuspended),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(tier: u8, status: StoredStatus) -> Vec<Service> {
        let all = Service::ALL.iter().copied();
        all.filter(|service| closed(*service, tier, status).is_none()).collect()
    }

    #[test]
    fn a_permit_alone_opens_the_permit_alone() {
        use StoredStatus::{EmployerChangePending, Revoked, Suspended, Unknown, Valid};
        let own = [Service::PermitInformation, Service::PermitCode, Service::PermitNotices];
        for status in [Unknown, Valid, EmployerChangePending, Suspended] {
            assert_eq!(open(1, status), own, "{status:?}");
        }
        for status in [Unknown, Valid, EmployerChangePending] {
            assert_eq!(open(2, status), Service::ALL, "{status:?}");
        }
        assert_eq!(open(2, Suspended), own);
        for tier in [1, 2] {
            let kept = [Service::PermitInformation, Service::PermitNotices];
            assert_eq!(open(tier, Revoked), kept);
        }
    }

    #[test]
    fn each_closed_service_says_why() {
        let why = |tier, status| closed(Service::PensionInquiry, tier, status);
        assert_eq!(why(1, StoredStatus::Suspended), Some(ServiceCode::NeedsTier2));
        assert_eq!(why(2, StoredStatus::Suspended), Some(ServiceCode::CardSuspended));
        assert_eq!(why(1, StoredStatus::Revoked), Some(ServiceCode::CardRevoked));
    }

    #[test]
    fn names_are_stable_and_stand_once() {
        let mut names: Vec<_> = Service::ALL.iter().map(|service| service.name()).collect();
        assert_eq!(names.len(), 15);
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Service::ALL.len());
    }
}
