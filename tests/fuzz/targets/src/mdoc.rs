use permitcard_credential::{
    cose::certificate_key,
    mdoc::{IssuerSigned, respond},
    permit::Element,
};

use crate::split;

/// Mobile documents, session transcripts and certificates.
pub fn mdoc(data: &[u8]) {
    let (way, rest) = split(data, 3);
    match way {
        0 => {
            if let Ok(document) = IssuerSigned::parse(rest) {
                let _ = document.check_digests();
                let _ = document.check_issuer(document.signer_key());
                let _ = document.elements();
                let response = respond(&document, &Element::ALL, b"\x83\xf6\xf6\xf6").unwrap();
                response.finish(&[1; 64]).unwrap();
            }
        }
        1 => {
            let frozen = crate::world::frozen!("mdoc");
            let document = IssuerSigned::parse(&frozen).unwrap();
            let _ = respond(&document, &[Element::ALL[0]], rest);
        }
        _ => {
            let _ = certificate_key(rest);
        }
    }
}
