use std::net::IpAddr;

/// The network of an address, as far as one caller usually has it: /24 of IPv4, /56 of IPv6. Four or eight bytes. An
/// IPv4 address inside of IPv6 is that IPv4 address.
pub(super) fn group(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(address) => (u32::from(address) & 0xffff_ff00).to_be_bytes().to_vec(),
        IpAddr::V6(address) => {
            let [a, b, c, d, e, f, g, ..] = address.octets();
            vec![a, b, c, d, e, f, g, 0]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_one() {
        let group = |text: &str| group(text.parse().unwrap());
        assert_eq!(group("192.0.2.7"), [192, 0, 2, 0]);
        assert_eq!(group("192.0.2.7"), group("192.0.2.255"));
        assert_ne!(group("192.0.2.7"), group("192.0.3.7"));
        assert_eq!(group("::ffff:192.0.2.9"), group("192.0.2.7"));
        assert_eq!(group("2001:db8:1:2ab::1"), [0x20, 1, 0xd, 0xb8, 0, 1, 2, 0]);
        assert_eq!(group("2001:db8:1:2ab::1"), group("2001:db8:1:2ff:8::"));
        assert_ne!(group("2001:db8:1:2ab::1"), group("2001:db8:1:3ab::1"));
    }
}
