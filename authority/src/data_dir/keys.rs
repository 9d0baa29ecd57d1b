use permitcard_credential::{cose::Unsigned, status::UnsignedStatusJwt};
use permitcard_crypto::{
    Zeroizing,
    ecdsa::{Curve, SigningKey},
    kdf, random,
};

use super::{Layout, files};
use crate::AuthorityError;

/// The authority's private keys, as plain files: good for a sandbox, refused in production.
pub(crate) struct Keys {
    /// Signs the trust list (ESP384).
    pub(crate) root: SigningKey,
    /// Signs credentials and cards (ESP256).
    pub(crate) issuer: SigningKey,
    /// Signs status lists (ESP256).
    pub(crate) status: SigningKey,
    secret: Zeroizing<Vec<u8>>,
}

/// What a derived secret is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SecretPurpose {
    /// Authenticates the nonces for DPoP proofs.
    DpopNonce,
    /// Authenticates the nonces for key proofs.
    ProofNonce,
    /// Keys the MAC under which one-time codes are kept.
    OneTimeCode,
    /// Seals the answers that are kept for a replay.
    StoredAnswer,
    /// Keys the MAC under which attempts are counted.
    Limit,
    /// Keys the MAC under which codes of service windows are kept.
    WindowCode,
    /// Seals messages until they are sent.
    Outgoing,
}

impl Keys {
    /// These keys are plain files; a signer in hardware would say otherwise.
    pub(crate) const ARE_FILES: bool = true;

    pub(super) fn load_or_create(layout: &Layout, must_exist: bool) -> Result<Self, AuthorityError> {
        Ok(Self {
            root: signing_key(layout, "root.p8", Curve::P384, must_exist)?,
            issuer: signing_key(layout, "issuer.p8", Curve::P256, must_exist)?,
            status: signing_key(layout, "status.p8", Curve::P256, must_exist)?,
            secret: secret(layout, must_exist)?,
        })
    }

    /// The keys of an authority that was started before.
    pub(crate) fn load(layout: &Layout) -> Result<Self, AuthorityError> {
        Self::load_or_create(layout, true)
    }

    /// A 32-byte secret for one purpose.
    pub(crate) fn secret(&self, purpose: SecretPurpose) -> Zeroizing<[u8; 32]> {
        let label: &[u8] = match purpose {
            SecretPurpose::DpopNonce => b"dpop-nonce",
            SecretPurpose::ProofNonce => b"proof-nonce",
            SecretPurpose::OneTimeCode => b"one-time-code",
            SecretPurpose::StoredAnswer => b"stored-answer",
            SecretPurpose::Limit => b"limit",
            SecretPurpose::WindowCode => b"window-code",
            SecretPurpose::Outgoing => b"outgoing",
        };
        kdf::derive_key(&self.secret, b"permitcard-authority/1", &[label])
    }
}

pub(super) fn signing_key(
    layout: &Layout,
    name: &str,
    curve: Curve,
    must_exist: bool,
) -> Result<SigningKey, AuthorityError> {
    let path = layout.key(name);
    if let Some(bytes) = files::read(&path)?.map(Zeroizing::new) {
        return SigningKey::from_pkcs8(curve, &bytes).map_err(|_| AuthorityError::DataDamaged);
    }
    if must_exist {
        return Err(AuthorityError::DataDamaged);
    }
    let key = SigningKey::generate(curve).map_err(|_| AuthorityError::CryptoFailed)?;
    files::write_private(&path, &key.to_pkcs8())?;
    Ok(key)
}

fn secret(layout: &Layout, must_exist: bool) -> Result<Zeroizing<Vec<u8>>, AuthorityError> {
    let path = layout.key("secret");
    match files::read(&path)?.map(Zeroizing::new) {
        Some(bytes) if bytes.len() == 32 => Ok(bytes),
        Some(_) => Err(AuthorityError::DataDamaged),
        None if must_exist => Err(AuthorityError::DataDamaged),
        None => {
            let bytes: [u8; 32] = random::bytes().map_err(|_| AuthorityError::CryptoFailed)?;
            files::write_private(&path, &bytes)?;
            Ok(Zeroizing::new(bytes.to_vec()))
        }
    }
}

impl Keys {
    pub(crate) fn sign_with_root(&self, unsigned: Unsigned) -> Result<Vec<u8>, AuthorityError> {
        sign(&self.root, unsigned)
    }

    pub(crate) fn sign_with_issuer(&self, unsigned: Unsigned) -> Result<Vec<u8>, AuthorityError> {
        sign(&self.issuer, unsigned)
    }

    pub(crate) fn sign_with_status(&self, unsigned: Unsigned) -> Result<Vec<u8>, AuthorityError> {
        sign(&self.status, unsigned)
    }

    pub(crate) fn sign_status_jwt(&self, unsigned: UnsignedStatusJwt) -> Result<Vec<u8>, AuthorityError> {
        let signature = self
            .status
            .sign(unsigned.to_sign())
            .map_err(|_| AuthorityError::CryptoFailed)?;
        Ok(unsigned.finish(&signature).into_bytes())
    }
}

fn sign(key: &SigningKey, unsigned: Unsigned) -> Result<Vec<u8>, AuthorityError> {
    let signature = key.sign(unsigned.to_sign()).map_err(|_| AuthorityError::CryptoFailed)?;
    unsigned.finish(&signature).map_err(|_| AuthorityError::SigningFailed)
}
