use crate::permit::{Category, Day, Disclosed, Person, Portrait};

/// What a printed permit says.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// Set by the sandbox: proves nothing about a person.
    pub test: bool,
    /// The category.
    pub category: Category,
    /// The last day of the permit.
    pub valid_until: Day,
    /// Restriction bits, 0 to 23.
    pub restrictions: u8,
    /// Name and nationality; the name without the mark of a test permit.
    pub person: Person,
    /// The day of birth.
    pub birth_day: Option<Day>,
    /// The portrait, if it was wanted.
    pub portrait: Option<Portrait>,
    /// The employer's name.
    pub employer: Option<String>,
    /// The occupation.
    pub occupation: Option<String>,
    /// The work permit number.
    pub permit_number: Option<String>,
}

impl Document {
    /// The whole groups of the permit that are in it: person and portrait. The others are printed in part only.
    pub fn disclosed(&self) -> Disclosed {
        Disclosed {
            test: self.test,
            category: self.category,
            valid_until: self.valid_until,
            restrictions: self.restrictions,
            person: Some(self.person.clone()),
            portrait: self.portrait.clone(),
            employment: None,
            social_security: None,
            file: None,
        }
    }
}

// It carries personal data.
impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").finish_non_exhaustive()
    }
}
