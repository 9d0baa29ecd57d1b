use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use permitcard_credential::{
    permit::Element,
    sdjwt::{PresentInput, SdJwt, present},
};

use crate::{pieces, split};

/// SD-JWTs: a text as it came, or header, claims and disclosures as JSON, put into base64url.
pub fn sd_jwt(data: &[u8]) {
    let (way, rest) = split(data, 2);
    if way == 0 {
        if let Ok(text) = std::str::from_utf8(rest) {
            read(text);
        }
        return;
    }
    let mut parts = pieces(rest).map(|piece| URL_SAFE_NO_PAD.encode(piece));
    let (header, claims) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let mut text = format!("{header}.{claims}.{}~", "A".repeat(86));
    for disclosure in parts.take(80) {
        text.push_str(&disclosure);
        text.push('~');
    }
    read(&text);
}

fn read(text: &str) {
    let Ok(token) = SdJwt::parse(text) else { return };
    let _ = token.check_digests();
    let _ = token.check_issuer(token.signer_key());
    let _ = token.elements();
    let input = PresentInput {
        elements: &Element::ALL,
        aud: "https://verifier.example",
        nonce: "nonce",
        iat: token.iat(),
    };
    let unsigned = present(&token, &input).unwrap();
    let shown = unsigned.finish(&[1; 64]).unwrap();
    assert!(shown.starts_with(text.split_once('~').unwrap().0));
}
