//! The part of a permit that is always visible, in credential and card alike.

use super::{Category, Day, Permit, PermitError, field, label};
use crate::cose::cbor::{Key, Reader, Writer};

/// The part of a permit that is always visible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Visible {
    pub(crate) test: bool,
    pub(crate) category: Category,
    pub(crate) valid_until: Day,
    pub(crate) restrictions: u8,
}

impl Visible {
    pub(crate) fn of(permit: &Permit) -> Result<Self, PermitError> {
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
    pub(crate) fn entries(&self) -> usize {
        3 + usize::from(self.test)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
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
pub(crate) struct VisibleReader {
    test: bool,
    category: Option<Category>,
    valid_until: Option<Day>,
    restrictions: Option<u8>,
}

impl VisibleReader {
    /// Reads the value of `key` if it is one of the visible labels; says whether it was.
    pub(crate) fn read(&mut self, key: Key<'_>, reader: &mut Reader<'_>) -> Result<bool, PermitError> {
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

    pub(crate) fn finish(self) -> Result<Visible, PermitError> {
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
