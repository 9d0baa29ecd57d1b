//! For whom a session is, what is asked, and what of it the card has.

use permitcard_credential::permit::{Asked, Group, Permit, Profile};
use permitcard_credential::qr::QrError;
use permitcard_credential::qr::request::{NONCE_LEN, PREFIX, Request};

use super::view::ShowTarget;
use crate::error::InputCode;

/// A target, read and checked.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// The profile that was asked for, if it was one.
    pub(super) profile: Option<Profile>,
    pub(super) aud: String,
    /// What is asked for, in the order of the labels.
    pub(super) asked: Vec<Group>,
    /// The nonce of a reverse QR.
    pub(super) nonce: Option<[u8; NONCE_LEN]>,
}

impl Target {
    /// Reads a target.
    pub(super) fn read(target: &ShowTarget) -> Result<Self, InputCode> {
        match target {
            ShowTarget::Profile { profile, portrait } => {
                if *portrait && !profile.portrait_on_request() {
                    return Err(InputCode::PortraitNotAllowed);
                }
                let mut asked = profile.groups().to_vec();
                asked.extend(portrait.then_some(Group::Portrait));
                asked.sort();
                Ok(Self {
                    profile: Some(*profile),
                    aud: profile.aud().to_owned(),
                    asked,
                    nonce: None,
                })
            }
            ShowTarget::Request { text } => {
                let request = Request::decode(text.trim_end_matches(['\r', '\n'])).map_err(|error| match error {
                    // A later version of the product made it.
                    QrError::PrefixUnknown if text.starts_with("WPR") && !text.starts_with(PREFIX) => {
                        InputCode::RequestUnsupported
                    }
                    _ => InputCode::RequestInvalid,
                })?;
                let asked = Asked::of(&request.wanted).ok_or(InputCode::RequestUnsupported)?;
                Ok(Self {
                    profile: asked.profile,
                    aud: request.aud,
                    asked: asked.groups,
                    nonce: Some(request.nonce),
                })
            }
        }
    }

    /// Whether one verifier asked for it by its own audience.
    pub(super) fn by_request(&self) -> bool {
        self.nonce.is_some()
    }

    /// What is asked for and the permit has, and what it does not have.
    pub(super) fn split(&self, permit: &Permit) -> (Vec<Group>, Vec<Group>) {
        self.asked.iter().partition(|group| match group {
            Group::Person => true,
            Group::Portrait => permit.portrait.is_some(),
            Group::Employment => permit.employment.is_some(),
            Group::SocialSecurity => permit.social_security.is_some(),
            Group::File => permit.file.is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
    use permitcard_credential::qr::request::Wanted;

    use super::*;

    fn request(wanted: Wanted) -> ShowTarget {
        let request = Request {
            aud: "gate-7".into(),
            nonce: [7; 8],
            wanted,
        };
        ShowTarget::Request {
            text: request.encode().unwrap(),
        }
    }

    #[test]
    fn a_portrait_only_where_the_profile_may_ask_for_it() {
        for profile in Profile::ALL {
            let read = Target::read(&ShowTarget::Profile {
                profile: *profile,
                portrait: true,
            });
            match profile.portrait_on_request() {
                true => assert!(read.is_ok_and(|target| target.asked.contains(&Group::Portrait))),
                false => assert!(read.is_err_and(|code| code == InputCode::PortraitNotAllowed)),
            }
        }
    }

    #[test]
    fn a_request_names_audience_nonce_and_groups() {
        let target = Target::read(&request(Wanted::Profile("wp.pol".into()))).unwrap_or_else(|_| panic!());
        assert_eq!((target.aud.as_str(), target.nonce), ("gate-7", Some([7; 8])));
        assert_eq!(target.profile, Some(Profile::Police));
        assert_eq!(target.asked, Profile::Police.groups());
        let target = Target::read(&request(Wanted::Groups(vec![20, 21]))).unwrap_or_else(|_| panic!());
        assert_eq!(target.asked, [Group::Person, Group::Portrait]);
        assert!(target.by_request() && target.profile.is_none());
    }

    #[test]
    fn what_cannot_be_shown_to_the_holder_is_refused() {
        let code = |target: &ShowTarget| Target::read(target).err();
        assert_eq!(
            code(&request(Wanted::Groups(vec![20, 30]))),
            Some(InputCode::RequestUnsupported)
        );
        assert_eq!(
            code(&request(Wanted::Profile("wp.new".into()))),
            Some(InputCode::RequestUnsupported)
        );
        for (text, expected) in [
            ("", InputCode::RequestInvalid),
            ("WPC1:BB8", InputCode::RequestInvalid),
            ("WPR1:BB8", InputCode::RequestInvalid),
            ("WPR2:BB8", InputCode::RequestUnsupported),
        ] {
            assert_eq!(
                code(&ShowTarget::Request { text: text.into() }),
                Some(expected),
                "{text}"
            );
        }
    }
}
