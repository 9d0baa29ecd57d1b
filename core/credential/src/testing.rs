//! Helpers of the unit tests.

/// Bytes from hexadecimal digits; everything else is read over.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).map(|d| d as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// The skeleton of an X.509 certificate for `key`: enough to find the key, signed by nobody.
pub(crate) fn test_certificate(key: &permitcard_crypto::ecdsa::PublicKey) -> Vec<u8> {
    let wrap = |tag: u8, content: &[u8]| {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82], length.as_slice(), content].concat()
    };
    let sequence = |parts: &[&[u8]]| wrap(0x30, &parts.concat());
    let key_info = [
        hex("3059301306072a8648ce3d020106082a8648ce3d030107034200").as_slice(),
        key.point(),
    ]
    .concat();
    let nothing = sequence(&[]);
    let body = sequence(&[
        &wrap(0xa0, &[2, 1, 2]),
        &[2, 1, 7],
        &nothing,
        &nothing,
        &nothing,
        &nothing,
        &key_info,
    ]);
    sequence(&[&body, &nothing, &[3, 1, 0]])
}

/// Whether frozen bytes are to be made anew.
pub(crate) fn update_frozen() -> bool {
    std::env::var_os("UPDATE_EXPORTS").is_some()
}

/// Frozen bytes, hexadecimal, in `tests/vectors/permitcard`.
pub(crate) mod frozen {
    fn path(name: &str) -> std::path::PathBuf {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        root.join(format!("../../tests/vectors/permitcard/{name}.hex"))
    }

    pub(crate) fn read(name: &str) -> Vec<u8> {
        super::hex(&std::fs::read_to_string(path(name)).unwrap())
    }

    pub(crate) fn write(name: &str, bytes: &[u8]) {
        let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let lines: Vec<_> = text.as_bytes().chunks(96).map(String::from_utf8_lossy).collect();
        std::fs::write(path(name), lines.join("\n") + "\n").unwrap();
    }
}
