/// The check digit of ICAO Doc 9303-3, 4.9: weights 7, 3, 1; `A` = 10 to `Z` = 35, `<` = 0. Nothing for a text with other
/// characters.
pub fn check_digit(text: &str) -> Option<u8> {
    let mut sum = 0u32;
    for (c, weight) in text.chars().zip([7u32, 3, 1].into_iter().cycle()) {
        let value = match c {
            '<' => 0,
            '0'..='9' | 'A'..='Z' => c.to_digit(36)?,
            _ => return None,
        };
        // Below 10 at any time, so that no length overflows.
        sum = (sum + value * weight) % 10;
    }
    u8::try_from(sum).ok()
}

/// Whether `text` is 18 characters with a valid check character by ISO/IEC 7064 MOD 11-2 (GB 11643): 17 digits and a
/// digit or `X`.
pub fn mod_11_2_is_valid(text: &str) -> bool {
    if text.len() != 18 {
        return false;
    }
    let mut remainder = 0;
    for (at, c) in text.chars().enumerate() {
        let value = match c {
            '0'..='9' => c.to_digit(10).unwrap_or_default(),
            'X' if at == 17 => 10,
            _ => return false,
        };
        remainder = if at == 17 {
            (remainder + value) % 11
        } else {
            (remainder + value) * 2 % 11
        };
    }
    remainder == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn icao_specimen() {
        // ICAO Doc 9303-4, appendix B: L898902C36UTO7408122F1204159ZE184226B<<<<<10.
        assert_eq!(check_digit("L898902C3"), Some(6));
        assert_eq!(check_digit("740812"), Some(2));
        assert_eq!(check_digit("120415"), Some(9));
        assert_eq!(check_digit("ZE184226B<<<<<"), Some(1));
        assert_eq!(check_digit("L898902C3674081221204159ZE184226B<<<<<1"), Some(0));
        assert_eq!(check_digit("KAZ11009012310"), Some(5));
        assert_eq!(check_digit("abc"), None);
        assert_eq!(check_digit(""), Some(0));
    }

    #[test]
    fn mod_11_2() {
        assert!(mod_11_2_is_valid("911398199012310021"));
        assert!(mod_11_2_is_valid("911124198108030024"));
        assert!(!mod_11_2_is_valid("911124198108030028"));
        assert!(mod_11_2_is_valid("11010519491231002X"));
        assert!(!mod_11_2_is_valid("1101051949123100X2"));
        assert!(!mod_11_2_is_valid("91139819901231002"));
        assert!(!mod_11_2_is_valid("９11398199012310"));
    }
}
