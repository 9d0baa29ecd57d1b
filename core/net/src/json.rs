use permitcard_protocol::limits;
use serde::de::DeserializeOwned;

use crate::NetError;

/// Refuses JSON that is nested deeper than the protocol allows, before anything is parsed.
pub(crate) fn check_depth(body: &[u8]) -> Result<(), NetError> {
    if depth(body) > limits::JSON_DEPTH {
        Err(NetError::Unreadable)
    } else {
        Ok(())
    }
}

/// Reads JSON after a look at its depth.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, NetError> {
    check_depth(body)?;
    serde_json::from_slice(body).map_err(|_| NetError::Unreadable)
}

/// The deepest nesting of arrays and objects, brackets inside of strings not counted.
fn depth(body: &[u8]) -> usize {
    let (mut now, mut deepest, mut in_string, mut escaped) = (0usize, 0, false, false);
    for byte in body {
        match (in_string, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (true, b'"') => in_string = false,
            (true, _) => {}
            (false, b'"') => in_string = true,
            (false, b'[' | b'{') => {
                now += 1;
                deepest = deepest.max(now);
            }
            (false, b']' | b'}') => now = now.saturating_sub(1),
            (false, _) => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_brackets_outside_of_strings() {
        assert_eq!(depth(b"1"), 0);
        assert_eq!(depth(br#"{"a":[[]],"b":"[[[[[\"[[[["}"#), 3);
        assert_eq!(depth(br#"["\\",[]]"#), 2);
    }

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
