use std::collections::BTreeMap;

/// Why a form body was refused. Carries only the names of our own fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormError {
    /// A field stands twice (RFC 6749, 3.2: parameters must not repeat).
    #[error("a form field stands twice")]
    Duplicate,
    /// A field is missing.
    #[error("the form field {0} is missing")]
    Missing(&'static str),
    /// A field cannot be read.
    #[error("the form field {0} cannot be read")]
    Invalid(&'static str),
}

/// The fields of a form body, each at most once.
pub(crate) struct Form(BTreeMap<String, String>);

impl Form {
    pub(crate) fn parse(body: &[u8]) -> Result<Self, FormError> {
        let mut fields = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            if fields.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(FormError::Duplicate);
            }
        }
        Ok(Self(fields))
    }

    pub(crate) fn optional(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    pub(crate) fn required(&mut self, name: &'static str) -> Result<String, FormError> {
        self.0.remove(name).ok_or(FormError::Missing(name))
    }

    pub(crate) fn fixed(&mut self, name: &'static str, value: &str) -> Result<(), FormError> {
        if self.required(name)? == value {
            Ok(())
        } else {
            Err(FormError::Invalid(name))
        }
    }
}

pub(crate) fn encode(fields: &[(&str, &str)]) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        out.append_pair(name, value);
    }
    out.finish()
}
