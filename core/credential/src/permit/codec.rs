//! How the visible part and the groups are written and read, in credential and card alike.

use super::{
    Category, Day, Employment, FileData, Group, Permit, PermitError, Person, Portrait, PortraitFormat, SocialSecurity,
    field::{self, Field},
    label,
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

/// The part of a permit that is always visible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Visible {
    pub(super) test: bool,
    pub(super) category: Category,
    pub(super) valid_until: Day,
    pub(super) restrictions: u8,
}

impl Visible {
    pub(super) fn of(permit: &Permit) -> Result<Self, PermitError> {
        let visible = Self {
            test: permit.test,
            category: permit.category,
            valid_until: permit.valid_until,
            restrictions: permit.restrictions,
        };
        let day = usize::try_from(visible.valid_until.0).map_err(|_| PermitError::FieldInvalid)?;
        if day > field::VALID_UNTIL.limit || usize::from(visible.restrictions) > field::RESTRICTIONS.limit {
            return Err(PermitError::FieldInvalid);
        }
        Ok(visible)
    }

    /// Number of map entries.
    pub(super) fn entries(&self) -> usize {
        3 + usize::from(self.test)
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        if self.test {
            writer.int(label::TEST).bool(true);
        }
        writer.int(label::CATEGORY).uint(self.category.number());
        writer.int(label::VALID_UNTIL).int(i64::from(self.valid_until.0));
        writer.int(label::RESTRICTIONS).uint(u64::from(self.restrictions));
    }
}

/// Collects the visible part while its map is read.
#[derive(Debug, Default)]
pub(super) struct VisibleReader {
    test: bool,
    category: Option<Category>,
    valid_until: Option<Day>,
    restrictions: Option<u8>,
}

impl VisibleReader {
    /// Reads the value of `key` if it is one of the visible labels; says whether it was.
    pub(super) fn read(&mut self, key: Key<'_>, reader: &mut Reader<'_>) -> Result<bool, PermitError> {
        match key {
            // Only `true` is written, so that a credential has one encoding.
            Key::Int(label::TEST) => {
                self.test = reader.bool()?;
                if !self.test {
                    return Err(PermitError::ClaimsMalformed);
                }
            }
            Key::Int(label::CATEGORY) => self.category = Category::from_number(reader.uint()?),
            Key::Int(label::VALID_UNTIL) => {
                self.valid_until = u16::try_from(reader.uint()?).ok().map(|day| Day(day.into()));
            }
            Key::Int(label::RESTRICTIONS) => {
                let bits = u8::try_from(reader.uint()?).ok();
                self.restrictions = bits.filter(|bits| usize::from(*bits) <= field::RESTRICTIONS.limit);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    pub(super) fn finish(self) -> Result<Visible, PermitError> {
        let (Some(category), Some(valid_until), Some(restrictions)) =
            (self.category, self.valid_until, self.restrictions)
        else {
            return Err(PermitError::ClaimsMalformed);
        };
        Ok(Visible {
            test: self.test,
            category,
            valid_until,
            restrictions,
        })
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
        let text = |reader: &mut Reader<'_>, field: &Field| -> Result<Option<String>, PermitError> {
            let value = reader.text()?;
            if value.len() > scope.limit(field) {
                return Err(PermitError::GroupMalformed);
            }
            Ok(Some(value.to_owned()))
        };
        match group {
            Group::Person => {
                let (mut name, mut nationality) = (None, None);
                entries(reader, |label, reader| {
                    match label {
                        l if l == field::NAME.label => name = text(reader, &field::NAME)?,
                        l if l == field::NATIONALITY.label => nationality = text(reader, &field::NATIONALITY)?,
                        _ => reader.skip()?,
                    }
                    Ok(())
                })?;
                self.person = Some(Person {
                    name: need(name)?,
                    nationality: need(nationality)?,
                });
            }
            Group::Portrait => {
                let (mut bytes, mut format) = (None, None);
                entries(reader, |label, reader| {
                    match label {
                        l if l == field::PORTRAIT.label => bytes = Some(reader.bytes()?),
                        l if l == field::PORTRAIT_FORMAT.label => format = PortraitFormat::from_number(reader.uint()?),
                        _ => reader.skip()?,
                    }
                    Ok(())
                })?;
                let bytes = need(bytes)?;
                if bytes.len() > field::PORTRAIT.limit {
                    return Err(PermitError::GroupMalformed);
                }
                self.portrait = Some(Portrait {
                    bytes: bytes.to_vec(),
                    format: need(format)?,
                });
            }
            Group::Employment => {
                let (mut employer, mut employer_id, mut occupation, mut place) = (None, None, None, None);
                entries(reader, |label, reader| {
                    match label {
                        l if l == field::EMPLOYER.label => employer = text(reader, &field::EMPLOYER)?,
                        l if l == field::EMPLOYER_ID.label => employer_id = text(reader, &field::EMPLOYER_ID)?,
                        l if l == field::OCCUPATION.label => occupation = text(reader, &field::OCCUPATION)?,
                        l if l == field::PLACE.label => place = text(reader, &field::PLACE)?,
                        _ => reader.skip()?,
                    }
                    Ok(())
                })?;
                self.employment = Some(Employment {
                    employer: need(employer)?,
                    employer_id: need(employer_id)?,
                    occupation: need(occupation)?,
                    place: need(place)?,
                });
            }
            Group::SocialSecurity => {
                let (mut number, mut record) = (None, None);
                entries(reader, |label, reader| {
                    match label {
                        l if l == field::SOCIAL_SECURITY_NUMBER.label => {
                            number = text(reader, &field::SOCIAL_SECURITY_NUMBER)?;
                        }
                        l if l == field::INSURANCE_RECORD.label => record = text(reader, &field::INSURANCE_RECORD)?,
                        _ => reader.skip()?,
                    }
                    Ok(())
                })?;
                self.social_security = Some(SocialSecurity {
                    number: need(number)?,
                    insurance_record: need(record)?,
                });
            }
            Group::File => {
                let (mut birth_day, mut passport, mut permit_number, mut phone) = (None, None, None, None);
                entries(reader, |label, reader| {
                    match label {
                        l if l == field::BIRTH_DAY.label => birth_day = day(reader.int()?),
                        l if l == field::PASSPORT.label => passport = text(reader, &field::PASSPORT)?,
                        l if l == field::PERMIT_NUMBER.label => permit_number = text(reader, &field::PERMIT_NUMBER)?,
                        l if l == field::PHONE.label => phone = text(reader, &field::PHONE)?,
                        _ => reader.skip()?,
                    }
                    Ok(())
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

fn entries<'a>(
    reader: &mut Reader<'a>,
    mut read: impl FnMut(i64, &mut Reader<'a>) -> Result<(), PermitError>,
) -> Result<(), PermitError> {
    reader.map(|key, reader| match key {
        Key::Int(label) => read(label, reader),
        _ => Ok(reader.skip()?),
    })?;
    Ok(())
}

fn need<T>(value: Option<T>) -> Result<T, PermitError> {
    value.ok_or(PermitError::GroupMalformed)
}

fn day(value: i64) -> Option<Day> {
    let day = i32::try_from(value).ok()?;
    (day.unsigned_abs() as usize <= field::BIRTH_DAY.limit).then_some(Day(day))
}
