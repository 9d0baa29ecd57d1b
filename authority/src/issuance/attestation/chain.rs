//! Who stands behind a chain of certificates.

use std::time::Duration;

use rustls::pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert, ring};

use super::ProvenLevel;

/// Google's chains have RSA roots and P-384 in between.
static ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    ring::ECDSA_P256_SHA256,
    ring::ECDSA_P256_SHA384,
    ring::ECDSA_P384_SHA256,
    ring::ECDSA_P384_SHA384,
    ring::RSA_PKCS1_2048_8192_SHA256,
    ring::RSA_PKCS1_2048_8192_SHA384,
    ring::RSA_PKCS1_2048_8192_SHA512,
];

/// `id-kp-clientAuth`, in case a leaf limits its use at all; those of Android do not.
const CLIENT_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];

/// A root certificate that is trusted to speak about keys.
pub(crate) struct Root {
    /// DER.
    pub(crate) certificate: CertificateDer<'static>,
    /// The most that it is believed.
    pub(crate) most: ProvenLevel,
}

/// All trusted roots.
pub(crate) struct Roots(Vec<Root>);

impl Roots {
    pub(crate) fn new(roots: Vec<Root>) -> Self {
        Self(roots)
    }

    /// How far the root behind a chain is believed; `None` if no trusted root stands behind it at `now`. `chain`: DER, the
    /// leaf first. The path is checked as RFC 5280, 6 has it: signatures, periods, who may sign. Whether a key was called
    /// back is not asked: nothing here fetches lists of the makers.
    pub(super) fn behind(&self, chain: &[Vec<u8>], now: i64) -> Option<ProvenLevel> {
        let (leaf, others) = chain.split_first()?;
        let leaf = CertificateDer::from(leaf.as_slice());
        let others: Vec<CertificateDer<'_>> = others.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
        let leaf = EndEntityCert::try_from(&leaf).ok()?;
        let time = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(now).ok()?));
        let stands_behind = |root: &&Root| {
            anchor_from_trusted_cert(&root.certificate).is_ok_and(|anchor| {
                let usage = KeyUsage::required_if_present(CLIENT_AUTH);
                leaf.verify_for_usage(ALGORITHMS, &[anchor], &others, time, usage, None, None)
                    .is_ok()
            })
        };
        self.0.iter().filter(stands_behind).map(|root| root.most).max()
    }
}
