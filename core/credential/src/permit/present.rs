use super::{Credential, Group, PermitError, field, issue::uncut, label};
use crate::{
    cose::{Unsigned, cbor::Key},
    sdcwt::{Content, KbtClaims, MAX_DISCLOSURES, bind},
};

/// Seconds that a presentation lives, at most.
pub const PRESENTATION_LIFE_S: i64 = 60;
const NONCE_DIGITS: usize = 6;
const NONCE_BYTES: usize = 8;

/// What to show, to whom, and when.
#[derive(Debug, Clone, Copy)]
pub struct PresentInput<'a> {
    /// The groups to disclose; one that the credential does not have is left out.
    pub groups: &'a [Group],
    /// For whom: the audience of a profile, or the verifier's own, at most 8 bytes.
    pub aud: &'a str,
    /// Now, seconds since 1970.
    pub iat: i64,
    /// Until when, seconds since 1970; at most 60 s later.
    pub exp: i64,
    /// The verifier's nonce: six ASCII digits that were typed, or eight bytes.
    pub nonce: Option<&'a [u8]>,
    /// The newest beacon value that the holder has.
    pub beacon: Option<[u8; 8]>,
}

/// Prepares a presentation: the key binding token around the credential with the chosen disclosures.
///
/// # Errors
/// [`PermitError::FieldInvalid`] for the audience, [`PermitError::NonceInvalid`] for the nonce,
/// [`PermitError::PeriodInvalid`] for times that a verifier would refuse.
pub fn present(credential: &Credential<'_>, input: &PresentInput<'_>) -> Result<Unsigned, PermitError> {
    uncut(input.aud, &field::AUD)?;
    if !input.nonce.is_none_or(is_nonce) {
        return Err(PermitError::NonceInvalid);
    }
    let life = input.exp.checked_sub(input.iat).ok_or(PermitError::PeriodInvalid)?;
    let inside = input.iat >= credential.iat() && input.exp <= credential.exp();
    if !(1..=PRESENTATION_LIFE_S).contains(&life) || !inside {
        return Err(PermitError::PeriodInvalid);
    }
    let mut chosen = Vec::with_capacity(MAX_DISCLOSURES);
    for disclosure in credential.sd_cwt().disclosures() {
        if let Content::Entry {
            key: Key::Int(label), ..
        } = disclosure.content()
            && Group::from_label(label).is_some_and(|group| input.groups.contains(&group))
        {
            chosen.push(disclosure.encoded());
        }
    }
    let claims = KbtClaims {
        aud: input.aud,
        iat: input.iat,
        exp: input.exp,
        nonce: input.nonce,
        private: input.beacon.as_ref().map(|beacon| (label::BEACON, beacon.as_slice())),
    };
    Ok(bind(credential.sd_cwt(), &chosen, &claims))
}

/// Six digits that a person typed, or eight bytes from a verifier's QR.
pub(super) fn is_nonce(nonce: &[u8]) -> bool {
    match nonce.len() {
        NONCE_DIGITS => nonce.iter().all(u8::is_ascii_digit),
        NONCE_BYTES => true,
        _ => false,
    }
}
