//! The copies of a batch: signed, each with a place of its own in a status list.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_credential::{
    mdoc,
    permit::{self, CREDENTIAL_LIFE_S, Day, Permit, StatusRef},
    sdjwt,
};
use permitcard_crypto::ecdsa::PublicKey;
use permitcard_protocol::issuance::{CredentialResponse, IssuedCredential};

use super::{attestation::ProvenLevel, form::Form, permit::permit};
use crate::{
    AuthorityError,
    app::App,
    lists,
    store::{Grant, Person, Tx},
    token,
};

/// Characters of `sub`: without those that are easily taken for another one.
const SUB_ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SUB_LEN: usize = 8;

/// What is to be issued.
pub(super) struct Wanted<'a> {
    pub(super) grant: &'a Grant,
    pub(super) person: &'a Person,
    pub(super) form: Form,
    /// One a copy.
    pub(super) keys: &'a [PublicKey],
    /// What was shown about every one of the keys.
    pub(super) level: ProvenLevel,
    /// Seconds since 1970.
    pub(super) now: i64,
}

/// Issues a batch; returns its row and the answer.
pub(super) fn issue(app: &App, tx: &Tx<'_>, wanted: &Wanted<'_>) -> Result<(i64, CredentialResponse), AuthorityError> {
    let (person, form) = (wanted.person, wanted.form);
    let permit = permit(person, app.is_test())?;
    // All copies of a day are equal in their times, so that these link none of them to another.
    let iat = Day::of_unix(wanted.now).start();
    let exp = (iat + CREDENTIAL_LIFE_S).min(person.valid_until.ends_at());
    let notification_id = token::random()?;
    let batch = tx.put_batch(
        &notification_id,
        wanted.grant.id,
        &person.id,
        person.card_version,
        wanted.level,
    )?;
    let places = lists::take_places(tx, batch, person.state.status(), form.status_bits(), wanted.keys.len())?;
    let mut credentials = Vec::with_capacity(places.len());
    for (holder, place) in wanted.keys.iter().zip(places) {
        let copy = ToIssue {
            app,
            now: wanted.now,
            iat,
            exp,
            holder,
            status: StatusRef {
                idx: u64::from(place.idx),
                uri: app.config.status_uri(place.list),
            },
            permit: &permit,
        };
        credentials.push(IssuedCredential {
            credential: match form {
                Form::SdCwt => copy.sd_cwt()?,
                Form::Mdoc => copy.mdoc()?,
                Form::SdJwt => copy.sd_jwt()?,
            },
        });
    }
    Ok((
        batch,
        CredentialResponse {
            credentials,
            notification_id,
        },
    ))
}

/// One copy of the permit that is to be signed.
struct ToIssue<'a> {
    app: &'a App,
    now: i64,
    iat: i64,
    exp: i64,
    holder: &'a PublicKey,
    status: StatusRef,
    permit: &'a Permit,
}

impl ToIssue<'_> {
    fn sd_cwt(self) -> Result<String, AuthorityError> {
        let keys = &self.app.keys;
        let input = permit::IssueInput {
            iss: &self.app.config.iss,
            sub: &random_sub()?,
            iat: self.iat,
            exp: self.exp,
            holder: self.holder,
            status: self.status,
            permit: self.permit,
        };
        let unsigned = permit::issue(&input, keys.issuer.public_key()).map_err(|_| AuthorityError::SigningFailed)?;
        Ok(URL_SAFE_NO_PAD.encode(keys.sign_with_issuer(unsigned)?))
    }

    fn mdoc(self) -> Result<String, AuthorityError> {
        let signer = &self.app.document_signer;
        let certificate = signer.certificate(self.now)?;
        let unsigned = mdoc::issue(&mdoc::IssueInput {
            signed_at: self.iat,
            expires_at: self.exp,
            holder: self.holder,
            status: self.status,
            permit: self.permit,
            chain: &[&certificate],
        })
        .map_err(|_| AuthorityError::SigningFailed)?;
        let signature = signer.sign(unsigned.to_sign())?;
        let bytes = unsigned.finish(&signature).map_err(|_| AuthorityError::SigningFailed)?;
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    fn sd_jwt(self) -> Result<String, AuthorityError> {
        let signer = &self.app.document_signer;
        let certificate = signer.certificate(self.now)?;
        let unsigned = sdjwt::issue(&sdjwt::IssueInput {
            iss: signer.uri(),
            iat: self.iat,
            exp: self.exp,
            holder: self.holder,
            status: self.status,
            permit: self.permit,
            chain: &[&certificate],
        })
        .map_err(|_| AuthorityError::SigningFailed)?;
        let signature = signer.sign(unsigned.to_sign())?;
        unsigned.finish(&signature).map_err(|_| AuthorityError::SigningFailed)
    }
}

fn random_sub() -> Result<String, AuthorityError> {
    let bytes: [u8; SUB_LEN] = permitcard_crypto::random::bytes().map_err(|_| AuthorityError::CryptoFailed)?;
    Ok(bytes
        .iter()
        .filter_map(|byte| SUB_ALPHABET.get(usize::from(*byte % 32)))
        .map(|byte| char::from(*byte))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_random_and_of_eight_characters() {
        let (one, other) = (random_sub().unwrap(), random_sub().unwrap());
        assert_eq!(one.len(), SUB_LEN);
        assert_ne!(one, other);
    }
}
