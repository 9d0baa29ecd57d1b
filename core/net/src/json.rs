use permitcard_protocol::limits;
use serde::de::DeserializeOwned;

use crate::NetError;

/// Refuses JSON that is nested deeper than the protocol allows, before anything is parsed.
pub(crate) fn check_depth(body: &[u8]) -> Result<(), NetError> {
    if limits::json_within_depth(body, limits::JSON_DEPTH) {
        Ok(())
    } else {
        Err(NetError::Unreadable)
    }
}

/// Reads JSON after a look at its depth.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, NetError> {
    check_depth(body)?;
    serde_json::from_slice(body).map_err(|_| NetError::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_level_too_deep_is_refused() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(read::<serde_json::Value>(nested(limits::JSON_DEPTH).as_bytes()).is_ok());
        assert_eq!(
            read::<serde_json::Value>(nested(limits::JSON_DEPTH + 1).as_bytes()),
            Err(NetError::Unreadable)
        );
    }
}
