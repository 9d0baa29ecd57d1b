//! How a group is written and read, in credential and card alike.

use super::{
    Day, Employment, FileData, Group, Permit, PermitError, Person, Portrait, PortraitFormat, SocialSecurity,
    field::{self, Field},
};
use crate::cose::cbor::{Key, Reader, Writer};

/// Where a group is written: it decides how long its texts may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// In a credential, which has to fit a QR.
    Credential,
    /// In the card, which never stands in a QR.
    Card,
}

/// The most UTF-8 bytes of a text in a card.
pub(super) const CARD_TEXT: usize = 255;

impl Scope {
    fn limit(self, field: &Field) -> usize {
        match self {
            Self::Credential => field.limit,
            Self::Card => CARD_TEXT,
        }
    }
}

/// Writes the map of a group; none if the permit does not have it.
pub(super) fn encode_group(permit: &Permit, group: Group, scope: Scope) -> Result<Option<Vec<u8>>, PermitError> {
    let mut writer = Writer::with_capacity(192);
    let text = |writer: &mut Writer, field: &Field, value: &str| {
        writer.int(field.label).text(&field::cut(value, scope.limit(field)));
    };
    match group {
        Group::Person => {
            writer.map(2);
            text(&mut writer, &field::NAME, &permit.person.name);
            text(&mut writer, &field::NATIONALITY, &permit.person.nationality);
        }
        Group::Portrait => {
            let Some(portrait) = &permit.portrait else {
                return Ok(None);
            };
            if portrait.bytes.len() > field::PORTRAIT.limit {
                return Err(PermitError::PortraitTooLarge);
            }
            writer.map(2).int(field::PORTRAIT.label).bytes(&portrait.bytes);
            writer.int(field::PORTRAIT_FORMAT.label).uint(portrait.format.number());
        }
        Group::Employment => {
            let Some(employment) = &permit.employment else {
                return Ok(None);
            };
            writer.map(4);
            text(&mut writer, &field::EMPLOYER, &employment.employer);
            text(&mut writer, &field::EMPLOYER_ID, &employment.employer_id);
            text(&mut writer, &field::OCCUPATION, &employment.occupation);
            text(&mut writer, &field::PLACE, &employment.place);
        }
        Group::SocialSecurity => {
            let Some(social) = &permit.social_security else {
                return Ok(None);
            };
            writer.map(2);
            text(&mut writer, &field::SOCIAL_SECURITY_NUMBER, &social.number);
            text(&mut writer, &field::INSURANCE_RECORD, &social.insurance_record);
        }
        Group::File => {
            let Some(file) = &permit.file else { return Ok(None) };
            if file.birth_day.0.unsigned_abs() as usize > field::BIRTH_DAY.limit {
                return Err(PermitError::FieldInvalid);
            }
            writer.map(3 + usize::from(file.phone.is_some()));
            writer.int(field::BIRTH_DAY.label).int(i64::from(file.birth_day.0));
            text(&mut writer, &field::PASSPORT, &file.passport);
            text(&mut writer, &field::PERMIT_NUMBER, &file.permit_number);
            if let Some(phone) = &file.phone {
                text(&mut writer, &field::PHONE, phone);
            }
        }
    }
    Ok(Some(writer.into_bytes()))
}

/// The groups that were read so far.
#[derive(Default)]
pub(super) struct Groups {
    pub(super) person: Option<Person>,
    pub(super) portrait: Option<Portrait>,
    pub(super) employment: Option<Employment>,
    pub(super) social_security: Option<SocialSecurity>,
    pub(super) file: Option<FileData>,
}

impl Groups {
    /// Whether a group was read.
    pub(super) fn has(&self, group: Group) -> bool {
        match group {
            Group::Person => self.person.is_some(),
            Group::Portrait => self.portrait.is_some(),
            Group::Employment => self.employment.is_some(),
            Group::SocialSecurity => self.social_security.is_some(),
            Group::File => self.file.is_some(),
        }
    }

    /// Reads the map of a group. Labels of a later version are read over.
    pub(super) fn read(&mut self, group: Group, reader: &mut Reader<'_>, scope: Scope) -> Result<(), PermitError> {
        let nothing_else = |_: i64, _: &mut Reader<'_>| Ok(false);
        match group {
            Group::Person => {
                let [name, nationality] = read_texts(reader, scope, [&field::NAME, &field::NATIONALITY], nothing_else)?;
                self.person = Some(Person {
                    name: need(name)?,
                    nationality: need(nationality)?,
                });
            }
            Group::Portrait => {
                let (mut bytes, mut format) = (None, None);
                let [] = read_texts(reader, scope, [], |label, reader| {
                    if label == field::PORTRAIT.label {
                        bytes = Some(reader.bytes()?.to_vec());
                    } else if label == field::PORTRAIT_FORMAT.label {
                        format = PortraitFormat::from_number(reader.uint()?);
                    } else {
                        return Ok(false);
                    }
                    Ok(true)
                })?;
                let bytes = need(bytes.filter(|bytes| bytes.len() <= field::PORTRAIT.limit))?;
                self.portrait = Some(Portrait {
                    bytes,
                    format: need(format)?,
                });
            }
            Group::Employment => {
                let fields = [&field::EMPLOYER, &field::EMPLOYER_ID, &field::OCCUPATION, &field::PLACE];
                let [employer, employer_id, occupation, place] = read_texts(reader, scope, fields, nothing_else)?;
                self.employment = Some(Employment {
                    employer: need(employer)?,
                    employer_id: need(employer_id)?,
                    occupation: need(occupation)?,
                    place: need(place)?,
                });
            }
            Group::SocialSecurity => {
                let fields = [&field::SOCIAL_SECURITY_NUMBER, &field::INSURANCE_RECORD];
                let [number, insurance_record] = read_texts(reader, scope, fields, nothing_else)?;
                self.social_security = Some(SocialSecurity {
                    number: need(number)?,
                    insurance_record: need(insurance_record)?,
                });
            }
            Group::File => {
                let mut birth_day = None;
                let fields = [&field::PASSPORT, &field::PERMIT_NUMBER, &field::PHONE];
                let [passport, permit_number, phone] = read_texts(reader, scope, fields, |label, reader| {
                    if label != field::BIRTH_DAY.label {
                        return Ok(false);
                    }
                    birth_day = day(reader.int()?);
                    Ok(true)
                })?;
                self.file = Some(FileData {
                    birth_day: need(birth_day)?,
                    passport: need(passport)?,
                    permit_number: need(permit_number)?,
                    phone,
                });
            }
        }
        Ok(())
    }
}

/// Reads a group's map: its texts in the order of `fields`. `other` reads the value of a label that is no text, and says
/// whether it did.
fn read_texts<'a, const N: usize>(
    reader: &mut Reader<'a>,
    scope: Scope,
    fields: [&Field; N],
    mut other: impl FnMut(i64, &mut Reader<'a>) -> Result<bool, PermitError>,
) -> Result<[Option<String>; N], PermitError> {
    let mut found = [const { None }; N];
    reader.map(|key, reader| -> Result<(), PermitError> {
        let Key::Int(label) = key else {
            return Ok(reader.skip()?);
        };
        match fields.iter().zip(&mut found).find(|(field, _)| field.label == label) {
            Some((field, found)) => {
                let text = reader.text()?;
                if text.len() > scope.limit(field) {
                    return Err(PermitError::GroupMalformed);
                }
                *found = Some(text.to_owned());
            }
            None if other(label, reader)? => {}
            None => reader.skip()?,
        }
        Ok(())
    })?;
    Ok(found)
}

fn need<T>(value: Option<T>) -> Result<T, PermitError> {
    value.ok_or(PermitError::GroupMalformed)
}

fn day(value: i64) -> Option<Day> {
    let day = i32::try_from(value).ok()?;
    (day.unsigned_abs() as usize <= field::BIRTH_DAY.limit).then_some(Day(day))
}
