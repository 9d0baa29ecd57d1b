//! What a clerk at a service window does.

use std::fmt;

use serde::Serialize;

use super::Admin;
use crate::{
    AuthorityError, crockford,
    data_dir::{Keys, SecretPurpose},
    registration::window,
};

/// A code to hand over at a service window. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct WindowCode {
    /// The person's short name.
    pub person: String,
    /// The session's reference in its one form, without a hyphen: eight characters of Crockford's base32.
    pub session: String,
    /// The clerk who saw person and passport.
    pub clerk: String,
    /// Ten characters of Crockford's base32, in two halves with a hyphen.
    pub code: String,
    /// Its last second, since 1970: 72 hours after it was made.
    pub expires_at: i64,
    /// An earlier code for this registration counts no more.
    pub ended_earlier: bool,
    /// The person's application is still being decided: the code works, and the card is issued once it is approved.
    pub application_pending: bool,
}

impl fmt::Debug for WindowCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WindowCode { .. }")
    }
}

impl Admin {
    /// Makes a code for a person whom a clerk saw, and for the registration whose reference the person's phone shows. It
    /// works once and there only. An earlier code of that registration counts no more.
    ///
    /// # Errors
    /// [`AuthorityError::PersonUnknown`], [`AuthorityError::WindowPermitEnded`], [`AuthorityError::SessionUnknown`] where no
    /// registration under way shows this reference, [`AuthorityError::ClerkInvalid`] for an empty id or one longer than 64
    /// bytes.
    pub fn window_code(&self, person: &str, session: &str, clerk: &str) -> Result<WindowCode, AuthorityError> {
        let now = self.now()?;
        let secret = Keys::load(&self.layout)?.secret(SecretPurpose::WindowCode);
        let made = self
            .store
            .write(|tx| window::make(&secret, tx, (person, session, clerk), now))?;
        Ok(WindowCode {
            person: person.to_owned(),
            session: made.session,
            clerk: clerk.trim().to_owned(),
            code: crockford::in_halves(&made.code),
            expires_at: made.expires_at,
            ended_earlier: made.ended_earlier,
            application_pending: made.application_pending,
        })
    }
}
