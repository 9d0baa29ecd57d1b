use permitcard_crypto::ecdsa::PublicKey;

use super::{Document, LIMITS, TEST_MARK, date::day_of_basic_date, has_number, label};
use crate::{
    cose::{
        Algorithm, CoseError, KeyId, Sign1,
        cbor::{Key, Reader},
    },
    permit::{
        Day, PermitError, Person, Portrait, PortraitFormat, claim_text, field, label as claim, read_status,
        visible::VisibleReader,
    },
    sdcwt::SdCwtError,
};

/// A parsed, not yet verified printed permit. Borrows from the input.
///
/// Parsing checks the form and the limits; [`check_issuer`](Self::check_issuer), the times and the status are the caller's.
#[derive(Clone)]
pub struct Printed<'a> {
    sign1: Sign1<'a>,
    kid: &'a KeyId,
    iss: &'a str,
    iat: i64,
    exp: i64,
    status_idx: u64,
    status_uri: &'a str,
    document: Document,
}

impl<'a> Printed<'a> {
    /// Reads a tagged COSE_Sign1 of our profile that fills `bytes`.
    ///
    /// # Errors
    /// [`PermitError::SdCwt`] for the envelope, [`PermitError::PortraitTooLarge`] or [`PermitError::ClaimsMalformed`] for the
    /// claims.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, PermitError> {
        let sign1 = Sign1::parse(bytes, &LIMITS)?;
        // What the same key signs for other purposes names its type.
        if sign1.typ().is_some() {
            return Err(SdCwtError::TypeUnexpected.into());
        }
        if sign1.algorithm() != Algorithm::Es256 {
            return Err(CoseError::AlgorithmUnsupported.into());
        }
        let kid = sign1.kid().and_then(|kid| kid.try_into().ok());
        let (mut iss, mut iat, mut exp, mut status) = (None, None, None, None);
        let (mut identity, mut permit) = (None, None);
        let mut reader = Reader::new(sign1.payload(), &LIMITS)?;
        reader.map(|key, reader| -> Result<(), PermitError> {
            match key {
                Key::Int(claim::ISS) => iss = Some(claim_text(reader, &field::ISS)?),
                Key::Int(claim::EXP) => exp = Some(reader.int()?),
                Key::Int(claim::IAT) => iat = Some(reader.int()?),
                Key::Int(claim::STATUS) => status = Some(read_status(reader)?),
                Key::Int(label::IDENTITY) => identity = Some(Identity::read(reader)?),
                Key::Int(claim::PERMIT) => permit = Some(Work::read(reader)?),
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        reader.finish()?;
        let claims = (kid, iss, iat, exp, status, identity, permit);
        let (Some(kid), Some(iss), Some(iat), Some(exp), Some(status), Some(identity), Some(permit)) = claims else {
            return Err(PermitError::ClaimsMalformed);
        };
        let (status_idx, status_uri) = status;
        Ok(Self {
            document: document(identity, permit)?,
            sign1,
            kid,
            iss,
            iat,
            exp,
            status_idx,
            status_uri,
        })
    }

    /// Verifies the issuer's signature.
    ///
    /// # Errors
    /// [`PermitError::SdCwt`] when it does not verify, or the key is of another curve.
    pub fn check_issuer(&self, issuer: &PublicKey) -> Result<(), PermitError> {
        Ok(self.sign1.verify(issuer)?)
    }

    /// What it says. Means something only after [`check_issuer`](Self::check_issuer).
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The name of the issuer's key.
    pub fn kid(&self) -> &'a KeyId {
        self.kid
    }

    /// The issuer's logical name.
    pub fn iss(&self) -> &'a str {
        self.iss
    }

    /// The day of issue, seconds since 1970.
    pub fn iat(&self) -> i64 {
        self.iat
    }

    /// Until when it counts, seconds since 1970.
    pub fn exp(&self) -> i64 {
        self.exp
    }

    /// Whether it is a test permit, which proves nothing about a person.
    pub fn test(&self) -> bool {
        self.document.test
    }

    /// The position in its status list.
    pub fn status_idx(&self) -> u64 {
        self.status_idx
    }

    /// The URI of its status list.
    pub fn status_uri(&self) -> &'a str {
        self.status_uri
    }

    /// The issuer's signature.
    pub fn signature(&self) -> &'a [u8] {
        self.sign1.signature()
    }
}

// A printed permit carries personal data.
impl std::fmt::Debug for Printed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Printed")
            .field("iss", &self.iss)
            .field("test", &self.test())
            .finish_non_exhaustive()
    }
}

/// Claim 169.
struct Identity<'a> {
    name: &'a str,
    nationality: &'a str,
    birth_day: Option<Day>,
    portrait: Option<Portrait>,
}

impl<'a> Identity<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, PermitError> {
        let (mut name, mut nationality, mut birth_day) = (None, None, None);
        let (mut image, mut format) = (None, None);
        reader.map(|key, reader| -> Result<(), PermitError> {
            match key {
                Key::Int(label::NAME) => name = Some(reader.text()?),
                Key::Int(label::NATIONALITY) => nationality = Some(claim_text(reader, &field::NATIONALITY)?),
                Key::Int(label::BIRTH_DATE) => {
                    let day = day_of_basic_date(reader.text()?);
                    birth_day = Some(day.ok_or(PermitError::ClaimsMalformed)?);
                }
                Key::Int(label::IMAGE) => {
                    let bytes = Some(reader.bytes()?).filter(|bytes| bytes.len() <= field::PORTRAIT.limit);
                    image = Some(bytes.ok_or(PermitError::PortraitTooLarge)?);
                }
                Key::Int(label::IMAGE_FORMAT) => {
                    let known = PortraitFormat::from_number(reader.uint()?).filter(|format| has_number(*format));
                    format = Some(known.ok_or(PermitError::ClaimsMalformed)?);
                }
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        let portrait = match (image, format) {
            (None, None) => None,
            (Some(bytes), Some(format)) => Some(Portrait {
                bytes: bytes.to_vec(),
                format,
            }),
            _ => return Err(PermitError::ClaimsMalformed),
        };
        Ok(Self {
            name: name.ok_or(PermitError::ClaimsMalformed)?,
            nationality: nationality.ok_or(PermitError::ClaimsMalformed)?,
            birth_day,
            portrait,
        })
    }
}

/// The permit's own claims.
#[derive(Default)]
struct Work<'a> {
    visible: VisibleReader,
    employer: Option<&'a str>,
    occupation: Option<&'a str>,
    permit_number: Option<&'a str>,
}

impl<'a> Work<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, PermitError> {
        let mut work = Self::default();
        let bounded = |reader: &mut Reader<'a>, field: &field::Field| {
            let text = reader.text()?;
            if text.len() > field.limit {
                return Err(PermitError::ClaimsMalformed);
            }
            Ok(text)
        };
        reader.map(|key, reader| -> Result<(), PermitError> {
            if work.visible.read(key, reader)? {
                return Ok(());
            }
            match key {
                Key::Int(label) if label == field::EMPLOYER.label => {
                    work.employer = Some(bounded(reader, &field::EMPLOYER)?);
                }
                Key::Int(label) if label == field::OCCUPATION.label => {
                    work.occupation = Some(bounded(reader, &field::OCCUPATION)?);
                }
                Key::Int(label) if label == field::PERMIT_NUMBER.label => {
                    work.permit_number = Some(bounded(reader, &field::PERMIT_NUMBER)?);
                }
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        Ok(work)
    }
}

fn document(identity: Identity<'_>, work: Work<'_>) -> Result<Document, PermitError> {
    let visible = work.visible.finish()?;
    // A test permit without its mark would pass for a real one with every other reader.
    let name = match visible.test {
        true => identity.name.strip_prefix(TEST_MARK),
        false => Some(identity.name),
    };
    let name = name
        .filter(|name| (1..=field::NAME.limit).contains(&name.len()))
        .ok_or(PermitError::ClaimsMalformed)?;
    Ok(Document {
        test: visible.test,
        category: visible.category,
        valid_until: visible.valid_until,
        restrictions: visible.restrictions,
        person: Person {
            name: name.to_owned(),
            nationality: identity.nationality.to_owned(),
        },
        birth_day: identity.birth_day,
        portrait: identity.portrait,
        employer: work.employer.map(str::to_owned),
        occupation: work.occupation.map(str::to_owned),
        permit_number: work.permit_number.map(str::to_owned),
    })
}
