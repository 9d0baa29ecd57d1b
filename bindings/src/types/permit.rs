use permitcard_wallet as core;

/// A group of fields that is shown or hidden as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum Group {
    /// Name and nationality.
    Person,
    /// The picture.
    Portrait,
    /// Employer, occupation, place of work.
    Employment,
    /// Social security number and insurance record.
    SocialSecurity,
    /// Birth day, passport, permit number, phone.
    File,
}

impl From<core::Group> for Group {
    fn from(group: core::Group) -> Self {
        match group {
            core::Group::Person => Self::Person,
            core::Group::Portrait => Self::Portrait,
            core::Group::Employment => Self::Employment,
            core::Group::SocialSecurity => Self::SocialSecurity,
            core::Group::File => Self::File,
        }
    }
}

impl From<Group> for core::Group {
    fn from(group: Group) -> Self {
        match group {
            Group::Person => Self::Person,
            Group::Portrait => Self::Portrait,
            Group::Employment => Self::Employment,
            Group::SocialSecurity => Self::SocialSecurity,
            Group::File => Self::File,
        }
    }
}

/// Who the code is for, and so what it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum Profile {
    /// `wp.emp`: person, employment.
    Employer,
    /// `wp.hos`: person, social security.
    Hospital,
    /// `wp.hot`: person.
    Hotel,
    /// `wp.bnk`: person, employment, file.
    Bank,
    /// `wp.pol`: person, file.
    Police,
    /// `wp.win`: all but the portrait.
    ServiceWindow,
    /// `wp.gat`: no group.
    Gate,
}

impl From<core::Profile> for Profile {
    fn from(profile: core::Profile) -> Self {
        match profile {
            core::Profile::Employer => Self::Employer,
            core::Profile::Hospital => Self::Hospital,
            core::Profile::Hotel => Self::Hotel,
            core::Profile::Bank => Self::Bank,
            core::Profile::Police => Self::Police,
            core::Profile::ServiceWindow => Self::ServiceWindow,
            core::Profile::Gate => Self::Gate,
        }
    }
}

impl From<Profile> for core::Profile {
    fn from(profile: Profile) -> Self {
        match profile {
            Profile::Employer => Self::Employer,
            Profile::Hospital => Self::Hospital,
            Profile::Hotel => Self::Hotel,
            Profile::Bank => Self::Bank,
            Profile::Police => Self::Police,
            Profile::ServiceWindow => Self::ServiceWindow,
            Profile::Gate => Self::Gate,
        }
    }
}
