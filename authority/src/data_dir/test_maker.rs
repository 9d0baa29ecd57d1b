//! The maker of key stores that the sandbox trusts: a root certificate, and a certificate with its key below it that
//! stand-ins for phones attest their keys with. Whoever reads that key may say of any key what he likes, so the root is
//! believed no more than "software".

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256,
};
use rustls::pki_types::{CertificateDer, pem::PemObject};

use super::{Layout, files, tls};
use crate::{
    AuthorityError,
    issuance::{ProvenLevel, Root, Roots},
};

const ROOT: &str = "attestation-root.pem";
/// Private: a key and two certificates, as `permitcard_platform::file_keys` takes them.
const MAKER: &str = "test-key-maker.pem";
/// Further roots, put there by the operator: those of the makers of real phones.
const MORE_ROOTS: &str = "attestation-roots.pem";

/// The roots that are trusted here; the sandbox's own is made where there is none yet.
pub(super) fn load_or_create(layout: &Layout) -> Result<Roots, AuthorityError> {
    let own = match tls::read_text(layout, ROOT)? {
        Some(pem) => pem,
        None => create(layout)?,
    };
    let mut roots = read(&own, ProvenLevel::Software)?;
    if let Some(pem) = tls::read_text(layout, MORE_ROOTS)? {
        roots.extend(read(&pem, ProvenLevel::SecureElement)?);
    }
    Ok(Roots::new(roots))
}

fn read(pem: &str, most: ProvenLevel) -> Result<Vec<Root>, AuthorityError> {
    let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|_| AuthorityError::DataDamaged)?;
    if certificates.is_empty() {
        return Err(AuthorityError::DataDamaged);
    }
    let root = |certificate| Root { certificate, most };
    Ok(certificates.into_iter().map(root).collect())
}

/// Makes root and maker. The root's own key signs nothing else and is not kept.
fn create(layout: &Layout) -> Result<String, AuthorityError> {
    let failed = |_| AuthorityError::CryptoFailed;
    let key = || KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(failed);
    let (root_key, maker_key) = (key()?, key()?);
    let root_params = params("Permit Card sandbox key attestation root (TEST)", 1)?;
    let root = root_params.self_signed(&root_key).map_err(failed)?.pem();
    let issuer = Issuer::new(root_params, root_key);
    let maker = params(permitcard_platform::TEST_KEY_MAKER, 0)?
        .signed_by(&maker_key, &issuer)
        .map_err(failed)?
        .pem();
    let bundle = format!("{}{maker}{root}", maker_key.serialize_pem());
    files::write_private(&layout.certificate(MAKER), bundle.as_bytes())?;
    // Last, so that a start that was cut short makes both anew.
    files::write_public(&layout.certificate(ROOT), root.as_bytes())?;
    Ok(root)
}

fn params(name: &str, below: u8) -> Result<CertificateParams, AuthorityError> {
    let mut params = CertificateParams::new(Vec::<String>::new()).map_err(|_| AuthorityError::CryptoFailed)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(below));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    // As long as any clock that a test sets.
    params.not_before = rcgen::date_time_ymd(2000, 1, 1);
    params.not_after = rcgen::date_time_ymd(2049, 12, 31);
    Ok(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_once_and_its_key_is_private() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(dir.path());
        load_or_create(&layout).unwrap();
        let kept = [ROOT, MAKER].map(|name| std::fs::read(dir.path().join(name)).unwrap());
        load_or_create(&layout).unwrap();
        assert_eq!(
            kept,
            [ROOT, MAKER].map(|name| std::fs::read(dir.path().join(name)).unwrap())
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(dir.path().join(MAKER)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(dir.path().join(ROOT), "no certificate").unwrap();
        assert_eq!(load_or_create(&layout).err(), Some(AuthorityError::DataDamaged));
    }

    #[test]
    fn an_operator_adds_roots_that_are_believed_more() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(dir.path());
        let own = create(&layout).unwrap();
        assert_eq!(read(&own, ProvenLevel::Software).unwrap().len(), 1);
        std::fs::write(dir.path().join(MORE_ROOTS), "").unwrap();
        assert_eq!(load_or_create(&layout).err(), Some(AuthorityError::DataDamaged));
        std::fs::write(dir.path().join(MORE_ROOTS), format!("{own}{own}")).unwrap();
        assert!(load_or_create(&layout).is_ok());
    }
}
