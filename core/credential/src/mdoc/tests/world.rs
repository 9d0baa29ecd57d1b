//! A permit, its mobile document, and the parts that tests bend.

use permitcard_crypto::ecdsa::{Curve, PublicKey, SigningKey};

use crate::{
    mdoc::{IssueInput, IssuerSigned, MdocError, issue, issue::issue_with_salts},
    permit::{Day, Element, Permit, StatusRef, sample::sample_permit},
    testing::test_certificate,
};

/// 2026-11-02T08:00:00Z.
pub(super) const NOW: i64 = 1_793_606_400;
pub(super) const STATUS_URI: &str = "https://sandbox.example/s/2";
/// `SessionTranscript` of a QR handover: `[null, null, ["x", h'01']]`.
pub(super) const TRANSCRIPT: &[u8] = b"\x83\xf6\xf6\x82\x61x\x41\x01";

pub(super) struct World {
    pub(super) signer: SigningKey,
    pub(super) device: SigningKey,
    pub(super) permit: Permit,
    certificate: Vec<u8>,
}

impl World {
    pub(super) fn new() -> Self {
        let key = || SigningKey::generate(Curve::P256).unwrap();
        let signer = key();
        Self {
            certificate: test_certificate(signer.public_key()),
            signer,
            device: key(),
            permit: sample_permit(),
        }
    }

    pub(super) fn input<'a>(&'a self, chain: &'a [&'a [u8]]) -> IssueInput<'a> {
        IssueInput {
            signed_at: NOW,
            expires_at: NOW + 20 * Day::SECONDS,
            holder: self.device.public_key(),
            status: StatusRef {
                idx: 88_231,
                uri: STATUS_URI.into(),
            },
            permit: &self.permit,
            chain,
        }
    }

    /// Issues what `bend` made of the input.
    pub(super) fn try_issue(&self, bend: impl FnOnce(&mut IssueInput<'_>)) -> Result<Vec<u8>, MdocError> {
        let chain: [&[u8]; 1] = [&self.certificate];
        let mut input = self.input(&chain);
        bend(&mut input);
        let unsigned = issue(&input)?;
        let signature = self.signer.sign(unsigned.to_sign()).unwrap();
        unsigned.finish(&signature)
    }

    pub(super) fn issued(&self) -> Vec<u8> {
        self.try_issue(|_| {}).unwrap()
    }

    /// The bytes with the first `from` in place of `to`, of the same length, signed again where it stands in the payload.
    pub(super) fn forged(&self, from: &[u8], to: &[u8]) -> Vec<u8> {
        assert_eq!(from.len(), to.len());
        let chain: [&[u8]; 1] = [&self.certificate];
        let salts = std::array::from_fn(|at| [u8::try_from(at).unwrap(); 16]);
        let unsigned = issue_with_salts(&self.input(&chain), &salts).unwrap();
        let replace = |bytes: &mut Vec<u8>| {
            if let Some(at) = bytes.windows(from.len()).position(|window| window == from) {
                bytes[at..at + to.len()].copy_from_slice(to);
                return true;
            }
            false
        };
        let mut to_sign = unsigned.to_sign().to_vec();
        replace(&mut to_sign);
        let signature = self.signer.sign(&to_sign).unwrap();
        let mut bytes = unsigned.finish(&signature).unwrap();
        assert!(replace(&mut bytes), "nothing to replace");
        bytes
    }

    /// All checks of a holder.
    pub(super) fn check(&self, bytes: &[u8]) -> Result<(), MdocError> {
        let document = IssuerSigned::parse(bytes)?;
        document.check_issuer(self.signer.public_key())?;
        document.check_digests()?;
        document.check_content(&self.permit)
    }

    pub(super) fn device_key(&self) -> &PublicKey {
        self.device.public_key()
    }
}

pub(super) fn all() -> Vec<Element> {
    Element::ALL.to_vec()
}
