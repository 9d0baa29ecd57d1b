use std::fmt;

use super::{InteractionType, StepAnswer};
use crate::{
    FormError,
    form::{self, Form},
};

/// What a card is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Tier {
    /// The permit only. On the wire: no field `tier`, or `1`.
    #[default]
    Permit,
    /// Social security services as well, for a holder of a tier 1 card whose transport key signs the request and whose
    /// physical social security card the register knows. On the wire: `2`.
    SocialSecurity,
}

impl Tier {
    /// The number, as the card has it: 1 or 2.
    pub fn number(self) -> u8 {
        match self {
            Self::Permit => 1,
            Self::SocialSecurity => 2,
        }
    }
}

/// A request to the authorization challenge endpoint. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub enum ChallengeRequest {
    /// The first one.
    Start {
        /// The client's name: `permitcard`.
        client_id: String,
        /// PKCE challenge, method S256.
        code_challenge: String,
        /// RFC 9396 JSON: which credential is wanted.
        authorization_details: String,
        /// The kinds of step that this client can do.
        interaction_types_supported: Vec<InteractionType>,
        /// What the card is to be good for.
        tier: Tier,
    },
    /// Each further one.
    Answer {
        /// The session, as the last response named it.
        auth_session: String,
        /// The answer.
        answer: StepAnswer,
    },
}

impl fmt::Debug for ChallengeRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start { .. } => f.write_str("Start { .. }"),
            Self::Answer { answer, .. } => {
                let step = answer.interaction_type();
                f.debug_struct("Answer").field("step", &step).finish_non_exhaustive()
            }
        }
    }
}

impl ChallengeRequest {
    /// The form body.
    pub fn to_form(&self) -> String {
        match self {
            Self::Start {
                client_id,
                code_challenge,
                authorization_details,
                interaction_types_supported,
                tier,
            } => {
                let supported: Vec<&str> = interaction_types_supported.iter().map(|kind| kind.urn()).collect();
                let supported = supported.join(",");
                let mut fields = vec![
                    ("response_type", "code"),
                    ("client_id", client_id),
                    ("code_challenge", code_challenge),
                    ("code_challenge_method", "S256"),
                    ("authorization_details", authorization_details),
                    ("interaction_types_supported", &supported),
                ];
                if *tier == Tier::SocialSecurity {
                    fields.push(("tier", "2"));
                }
                form::encode(&fields)
            }
            Self::Answer { auth_session, answer } => form::encode(&[
                ("auth_session", auth_session),
                ("interaction_type", answer.interaction_type().urn()),
                ("interaction_data", &answer.to_json()),
            ]),
        }
    }

    /// Reads a form body. Unknown kinds in `interaction_types_supported` are passed over.
    ///
    /// # Errors
    /// [`FormError`] for a missing, repeated or unreadable field.
    pub fn from_form(body: &[u8]) -> Result<Self, FormError> {
        let mut form = Form::parse(body)?;
        if let Some(auth_session) = form.optional("auth_session") {
            let kind = InteractionType::from_urn(&form.required("interaction_type")?)
                .ok_or(FormError::Invalid("interaction_type"))?;
            let answer = StepAnswer::from_json(kind, &form.required("interaction_data")?)?;
            return Ok(Self::Answer { auth_session, answer });
        }
        form.fixed("response_type", "code")?;
        form.fixed("code_challenge_method", "S256")?;
        Ok(Self::Start {
            client_id: form.required("client_id")?,
            code_challenge: form.required("code_challenge")?,
            authorization_details: form.required("authorization_details")?,
            interaction_types_supported: form
                .required("interaction_types_supported")?
                .split(',')
                .filter_map(InteractionType::from_urn)
                .collect(),
            tier: match form.optional("tier").as_deref() {
                None | Some("1") => Tier::Permit,
                Some("2") => Tier::SocialSecurity,
                Some(_) => return Err(FormError::Invalid("tier")),
            },
        })
    }
}
