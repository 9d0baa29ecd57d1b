//! What a verifier's request of a reverse QR means in this profile.

use super::{Group, Profile};
use crate::qr::request::Wanted;

/// The groups that a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The profile that it named, if it named one.
    pub profile: Option<Profile>,
    /// The groups, in the order of their labels.
    pub groups: Vec<Group>,
}

impl Asked {
    /// What a request asks for; `None` for a profile or a group of another version, which cannot be shown to the holder.
    pub fn of(wanted: &Wanted) -> Option<Self> {
        match wanted {
            Wanted::Profile(aud) => Profile::from_aud(aud).map(|profile| Self {
                profile: Some(profile),
                groups: profile.groups().to_vec(),
            }),
            Wanted::Groups(labels) => Some(Self {
                profile: None,
                groups: labels
                    .iter()
                    .map(|label| Group::from_label(i64::from(*label)))
                    .collect::<Option<_>>()?,
            }),
        }
    }
}

impl Profile {
    /// How a verifier of this kind asks for its groups in a request, with the portrait as well if it is wanted.
    pub fn wanted(self, portrait: bool) -> Wanted {
        if !portrait {
            return Wanted::Profile(self.aud().to_owned());
        }
        let labels = Group::ALL
            .into_iter()
            .filter(|group| *group == Group::Portrait || self.groups().contains(group))
            .filter_map(|group| u8::try_from(group.label()).ok());
        Wanted::Groups(labels.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_is_what_is_asked() {
        for profile in Profile::ALL {
            let plain = Asked::of(&profile.wanted(false)).unwrap();
            assert_eq!(plain.profile, Some(*profile));
            assert_eq!(plain.groups, profile.groups());
            let mut groups = profile.groups().to_vec();
            groups.push(Group::Portrait);
            groups.sort();
            assert_eq!(
                Asked::of(&profile.wanted(true)).unwrap(),
                Asked { profile: None, groups }
            );
        }
        assert_eq!(Asked::of(&Wanted::Profile("wp.xyz".into())), None);
        assert_eq!(Asked::of(&Wanted::Groups(vec![20, 25])), None);
    }
}
