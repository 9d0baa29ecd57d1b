//! Arithmetic of GF(256) with the polynomial x^8 + x^4 + x^3 + x^2 + 1 (0x11d, that of QR codes). Addition is XOR.

/// The product.
pub(super) const fn multiply(mut a: u8, mut b: u8) -> u8 {
    let mut product = 0;
    while b != 0 {
        if b & 1 == 1 {
            product ^= a;
        }
        a = a << 1 ^ if a & 0x80 == 0 { 0 } else { 0x1d };
        b >>= 1;
    }
    product
}

/// The number whose product with `a` is 1: the 254th power, for the group has 255 elements. 0 has none and gives 0.
pub(super) const fn inverse(a: u8) -> u8 {
    let (mut power, mut result, mut left) = (a, 1, 254u8);
    while left != 0 {
        if left & 1 == 1 {
            result = multiply(result, power);
        }
        power = multiply(power, power);
        left >>= 1;
    }
    result
}

/// Adds `factor` times `from` to `to`, place by place.
pub(super) fn add_scaled(to: &mut [u8], from: &[u8], factor: u8) {
    if factor == 0 {
        return;
    }
    for (to, from) in to.iter_mut().zip(from) {
        *to ^= multiply(*from, factor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_it_is() {
        assert_eq!(multiply(2, 0x80), 0x1d);
        assert_eq!(multiply(0x53, 0xca), 0x8f);
        for a in 1..=255u8 {
            assert_eq!(multiply(a, inverse(a)), 1, "{a}");
            for b in 1..=255u8 {
                assert_ne!(multiply(a, b), 0);
                assert_eq!(multiply(a, b), multiply(b, a));
                assert_eq!(multiply(a, b ^ 0x35), multiply(a, b) ^ multiply(a, 0x35));
            }
        }
        assert_eq!(inverse(0), 0);
    }
}
