/// A group of fields that is redacted and disclosed as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// 20: name and nationality.
    Person,
    /// 21: the small portrait.
    Portrait,
    /// 22: employer, occupation, place.
    Employment,
    /// 23: social security.
    SocialSecurity,
    /// 24: birth day and numbers.
    File,
}

impl Group {
    /// How many groups there are, and so how many hashes every credential has.
    pub const COUNT: usize = 5;
    /// Every group in the order of its label.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Person,
        Self::Portrait,
        Self::Employment,
        Self::SocialSecurity,
        Self::File,
    ];

    /// The label in the permit map.
    pub const fn label(self) -> i64 {
        match self {
            Self::Person => 20,
            Self::Portrait => 21,
            Self::Employment => 22,
            Self::SocialSecurity => 23,
            Self::File => 24,
        }
    }

    /// The group of a label; none for a label of another version.
    pub fn from_label(label: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.label() == label)
    }

    /// A stable name for programs, for instance `social_security`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Portrait => "portrait",
            Self::Employment => "employment",
            Self::SocialSecurity => "social_security",
            Self::File => "file",
        }
    }
}

/// What kind of verifier a presentation is for, and so the least that it discloses (design 4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Profile {
    /// An employer.
    Employer,
    /// A hospital.
    Hospital,
    /// A hotel.
    Hotel,
    /// A bank.
    Bank,
    /// The police.
    Police,
    /// A service window of the authority.
    ServiceWindow,
    /// A gate: no group at all.
    Gate,
}

struct Row {
    name: &'static str,
    aud: &'static str,
    groups: &'static [Group],
    portrait_on_request: bool,
}

const EMPLOYER: Row = Row {
    name: "employer",
    aud: "wp.emp",
    groups: &[Group::Person, Group::Employment],
    portrait_on_request: false,
};
const HOSPITAL: Row = Row {
    name: "hospital",
    aud: "wp.hos",
    groups: &[Group::Person, Group::SocialSecurity],
    portrait_on_request: true,
};
const HOTEL: Row = Row {
    name: "hotel",
    aud: "wp.hot",
    groups: &[Group::Person],
    portrait_on_request: false,
};
const BANK: Row = Row {
    name: "bank",
    aud: "wp.bnk",
    groups: &[Group::Person, Group::Employment, Group::File],
    portrait_on_request: false,
};
const POLICE: Row = Row {
    name: "police",
    aud: "wp.pol",
    groups: &[Group::Person, Group::File],
    portrait_on_request: true,
};
const SERVICE_WINDOW: Row = Row {
    name: "service-window",
    aud: "wp.win",
    groups: &[Group::Person, Group::Employment, Group::SocialSecurity, Group::File],
    portrait_on_request: true,
};
const GATE: Row = Row {
    name: "gate",
    aud: "wp.gat",
    groups: &[],
    portrait_on_request: false,
};

impl Profile {
    /// Every profile.
    pub const ALL: &'static [Self] = &[
        Self::Employer,
        Self::Hospital,
        Self::Hotel,
        Self::Bank,
        Self::Police,
        Self::ServiceWindow,
        Self::Gate,
    ];

    const fn row(self) -> &'static Row {
        match self {
            Self::Employer => &EMPLOYER,
            Self::Hospital => &HOSPITAL,
            Self::Hotel => &HOTEL,
            Self::Bank => &BANK,
            Self::Police => &POLICE,
            Self::ServiceWindow => &SERVICE_WINDOW,
            Self::Gate => &GATE,
        }
    }

    /// The audience, for instance `wp.emp`.
    pub const fn aud(self) -> &'static str {
        self.row().aud
    }

    /// A stable name for programs, for instance `service-window`.
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The groups that are disclosed.
    pub const fn groups(self) -> &'static [Group] {
        self.row().groups
    }

    /// Whether this kind of verifier may ask for the portrait as well.
    pub const fn portrait_on_request(self) -> bool {
        self.row().portrait_on_request
    }

    /// The profile of an audience.
    pub fn from_aud(aud: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|profile| profile.aud() == aud)
    }

    /// The profile of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|profile| profile.name() == name)
    }
}
