use permitcard_credential::qr::{base45, frames, request::Request, text as live};

/// Texts of codes: base45, prefixes, requests. What is read has one text.
pub fn text(data: &[u8]) {
    if let Ok(bytes) = base45::decode(data) {
        let mut again = String::new();
        base45::encode_to(&bytes, &mut again);
        assert_eq!(again.as_bytes(), data);
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(bytes) = live::decode(text) {
        assert_eq!(live::encode(&bytes), text);
    }
    if let Ok(request) = Request::decode(text) {
        assert_eq!(request.encode().unwrap(), text);
    }
    let _ = frames::decode(text);
    let _ = crate::kbt::verdicts(text);
}
