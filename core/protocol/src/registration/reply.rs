use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ConsentRequest, InteractionType, interaction};
use crate::{WireCode, code};

/// What the host needs to run a provider's check.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Launch {
    /// The step that it is for.
    pub interaction_type: InteractionType,
    /// The provider, for instance `sandbox`.
    pub provider: String,
    /// Where the provider's kit connects to.
    pub url: String,
    /// The provider's opaque token for this check of this session.
    pub token: String,
}

impl fmt::Debug for Launch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Launch")
            .field("interaction_type", &self.interaction_type)
            .field("provider", &self.provider)
            .finish_non_exhaustive()
    }
}

/// What is known about a code on its way. Never to whom it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeOnItsWay {
    /// How many digits.
    pub digits: u32,
    /// Seconds that it still lives.
    pub expires_in: u32,
    /// Seconds until another one may be asked for.
    pub resend_after: u32,
}

/// The 401 answer while more is needed. One of a newer authority is read as far as this version knows its words. `Debug`
/// does not show the session.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InsufficientAuthorization {
    /// Always `insufficient_authorization`.
    pub error: String,
    /// The session for the next request; may differ from the last one.
    pub auth_session: String,
    /// The step that comes next; [`InteractionType::Unknown`] if it is newer than this version.
    pub interaction_type_required: InteractionType,
    /// The other steps that are open now; those that this version does not know are left out.
    #[serde(deserialize_with = "interaction::known")]
    pub interaction_types_allowed: Vec<InteractionType>,
    /// Why the last answer did not pass, if it did not; none where the code is newer than this version.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "code::known")]
    pub code: Option<WireCode>,
    /// Tries left for the step that was answered, if it did not pass and is still open, else for the required one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tries_left: Option<u32>,
    /// Seconds to wait before the next try.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub retry_after: Option<u32>,
    /// For `consent`: what to ask.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub consents: Option<Vec<ConsentRequest>>,
    /// For `one-time-code`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub one_time_code: Option<CodeOnItsWay>,
    /// For the open steps that a provider carries out, one each; a step without one cannot be carried out for the moment.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub launches: Vec<Launch>,
    /// What the holder shows at a service window to get an in-person code for this session: eight characters of
    /// Crockford's base32. Stays the same for the whole session; absent where no in-person way is open.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub session_reference: Option<String>,
}

impl InsufficientAuthorization {
    /// The launch of an open step.
    pub fn launch(&self, kind: InteractionType) -> Option<&Launch> {
        self.launches.iter().find(|launch| launch.interaction_type == kind)
    }
}

impl fmt::Debug for InsufficientAuthorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InsufficientAuthorization")
            .field("interaction_type_required", &self.interaction_type_required)
            .field("interaction_types_allowed", &self.interaction_types_allowed)
            .field("code", &self.code)
            .field("tries_left", &self.tries_left)
            .finish_non_exhaustive()
    }
}

/// The value of [`InsufficientAuthorization::error`].
pub const INSUFFICIENT_AUTHORIZATION: &str = "insufficient_authorization";

/// The 200 answer at the end. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationGranted {
    /// Single use, bound to the DPoP key.
    pub authorization_code: String,
}

impl fmt::Debug for AuthorizationGranted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorizationGranted { .. }")
    }
}
