//! What may not run in production.

use crate::AuthorityError;

/// The variable that names the environment.
const VARIABLE: &str = "PERMITCARD_ENV";

/// Refuses to start, and to work on a data directory, in production: this authority has test providers and keys in plain files, and no others.
pub(crate) fn refuse_if_set() -> Result<(), AuthorityError> {
    refuse(std::env::var(VARIABLE).ok().as_deref())
}

fn refuse(environment: Option<&str>) -> Result<(), AuthorityError> {
    let is_production = environment.is_some_and(|name| name.trim().eq_ignore_ascii_case("production"));
    if is_production {
        Err(AuthorityError::ProductionRefused)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_in_any_spelling() {
        for name in ["production", "Production", " PRODUCTION "] {
            assert_eq!(refuse(Some(name)), Err(AuthorityError::ProductionRefused));
        }
        for name in [None, Some(""), Some("test"), Some("productions")] {
            assert_eq!(refuse(name), Ok(()));
        }
    }
}
