//! A presentation as commented hexadecimal, one CBOR head or value a line.

use permitcard_credential::cose::cbor::{CborError, Key, Kind, Limits, Reader};

/// Where in a presentation an item stands: what its labels mean and what its byte strings hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Binding,
    BindingHeader,
    BindingClaims,
    Credential,
    CredentialHeader,
    Disclosed,
    Claims,
    Confirmation,
    CoseKey,
    Status,
    StatusList,
    Permit,
    Hashes,
    Disclosures,
    Disclosure,
    Group,
    Leaf,
}

/// A label's meaning and the place of its value.
fn label(place: Place, key: Key<'_>) -> (String, Place) {
    use Place::*;
    let (name, next) = match (place, key) {
        (BindingHeader | CredentialHeader, Key::Int(1)) => ("alg", Leaf),
        (BindingHeader, Key::Int(13)) => ("kcwt: the credential", Credential),
        (CredentialHeader, Key::Int(4)) => ("kid", Leaf),
        (BindingHeader | CredentialHeader, Key::Int(16)) => ("typ", Leaf),
        (Disclosed, Key::Int(17)) => ("sd_claims", Disclosures),
        (BindingClaims, Key::Int(3)) => ("aud", Leaf),
        (BindingClaims | Claims, Key::Int(4)) => ("exp", Leaf),
        (BindingClaims | Claims, Key::Int(6)) => ("iat", Leaf),
        (BindingClaims, Key::Int(39)) => ("cnonce", Leaf),
        (BindingClaims, Key::Int(-65538)) => ("beacon", Leaf),
        (Claims, Key::Int(1)) => ("iss", Leaf),
        (Claims, Key::Int(2)) => ("sub", Leaf),
        (Claims, Key::Int(8)) => ("cnf", Confirmation),
        (Claims, Key::Int(11)) => ("vct", Leaf),
        (Claims, Key::Int(65535)) => ("status", Status),
        (Claims, Key::Int(-65537)) => ("permit map", Permit),
        (Confirmation, Key::Int(1)) => ("COSE_Key", CoseKey),
        (CoseKey, Key::Int(1)) => ("kty", Leaf),
        (CoseKey, Key::Int(-1)) => ("crv", Leaf),
        (CoseKey, Key::Int(-2)) => ("x", Leaf),
        (CoseKey, Key::Int(-3)) => ("y", Leaf),
        (Status, _) => ("", StatusList),
        (StatusList, _) => ("", Leaf),
        (Permit, Key::Int(0)) => ("test", Leaf),
        (Permit, Key::Int(1)) => ("category", Leaf),
        (Permit, Key::Int(2)) => ("valid until", Leaf),
        (Permit, Key::Int(3)) => ("restriction bits", Leaf),
        (Permit, Key::Simple(59)) => ("redacted claims", Hashes),
        (Group, Key::Int(4)) => ("name", Leaf),
        (Group, Key::Int(6)) => ("nationality", Leaf),
        (Group, Key::Int(9)) => ("employer", Leaf),
        (Group, Key::Int(10)) => ("employer id", Leaf),
        (Group, Key::Int(11)) => ("occupation", Leaf),
        (Group, Key::Int(14)) => ("place", Leaf),
        _ => panic!("a label without a name: {key:?}"),
    };
    let key = match key {
        Key::Int(number) => format!("label {number}"),
        Key::Text(text) => format!("label \"{text}\""),
        Key::Simple(number) => format!("label simple({number})"),
    };
    (if name.is_empty() { key } else { format!("{key}: {name}") }, next)
}

/// What stands at a position of an array, and its place.
fn position(place: Place, index: usize) -> (&'static str, Place) {
    use Place::*;
    match (place, index) {
        (Binding, 0) => ("protected header", BindingHeader),
        (Binding, 2) => ("payload", BindingClaims),
        (Binding, 3) => ("the device's signature", Leaf),
        (Credential, 0) => ("protected header", CredentialHeader),
        (Credential, 1) => ("unprotected header", Disclosed),
        (Credential, 2) => ("payload", Claims),
        (Credential, 3) => ("the issuer's signature", Leaf),
        (Binding, _) => ("unprotected header", Leaf),
        (Hashes, _) => ("hash of a group", Leaf),
        (Disclosures, _) => ("disclosure", Disclosure),
        (Disclosure, 0) => ("salt", Leaf),
        (Disclosure, 1) => ("value: the group", Group),
        (Disclosure, _) => ("key: the label of the group", Leaf),
        _ => panic!("an array without a meaning"),
    }
}

/// The lines, and nothing left out: their hexadecimal digits together are the input.
pub fn presentation(bytes: &[u8]) -> String {
    let mut lines = Lines(String::new());
    let mut reader = Reader::new(bytes, &Limits::new(4096)).unwrap();
    lines.item(&mut reader, Place::Binding, 0, "presentation").unwrap();
    reader.finish().unwrap();
    lines.0
}

struct Lines(String);

impl Lines {
    fn line(&mut self, depth: usize, bytes: &[u8], comment: &str) {
        // Long strings are broken, so that a page can hold them.
        for (number, part) in bytes.chunks(16).enumerate() {
            let hex: Vec<_> = part.iter().map(|byte| format!("{byte:02x}")).collect();
            let hex = format!("{}{}", "  ".repeat(depth), hex.join(" "));
            let comment = if number == 0 {
                format!("; {comment}")
            } else {
                String::new()
            };
            self.0.push_str(format!("{hex:<74}{comment}").trim_end());
            self.0.push('\n');
        }
    }

    fn item(&mut self, reader: &mut Reader<'_>, place: Place, depth: usize, what: &str) -> Result<(), CborError> {
        let whole = reader.clone().raw()?;
        match reader.peek()? {
            Kind::Tag => {
                self.line(depth, &whole[..1], format!("{what} tag 18, COSE_Sign1").trim_start());
                reader.tagged(18, |reader| self.item(reader, place, depth, ""))
            }
            Kind::Array => {
                let mut length = 0;
                reader.clone().array(|_, reader| {
                    length += 1;
                    reader.skip()
                })?;
                self.line(depth, &whole[..1], format!("{what} array of {length}").trim_start());
                reader
                    .array(|index, reader| {
                        let (what, next) = position(place, index);
                        self.item(reader, next, depth + 1, what)
                    })
                    .map(drop)
            }
            Kind::Map => {
                let length = reader.clone().map(|_, reader| reader.skip())?;
                self.line(depth, &whole[..1], format!("{what} map of {length}").trim_start());
                let mut before = *reader.clone().rest().get(1..).as_ref().unwrap();
                reader
                    .map(|key, reader| {
                        let (what, next) = label(place, key);
                        self.line(depth + 1, &before[..before.len() - reader.rest().len()], &what);
                        self.item(reader, next, depth + 2, "")?;
                        before = reader.rest();
                        Ok(())
                    })
                    .map(drop)
            }
            Kind::Bytes => {
                let content = reader.bytes()?;
                let head = &whole[..whole.len() - content.len()];
                let comment = format!("{what} {} bytes", content.len());
                self.line(depth, head, comment.trim_start());
                if place == Place::Leaf {
                    self.line(depth + 1, content, "");
                    return Ok(());
                }
                let mut inner = reader.embedded(content);
                self.item(&mut inner, place, depth + 1, "")?;
                inner.finish()
            }
            Kind::Text => {
                let text = reader.text()?;
                self.line(depth, whole, format!("{what} \"{text}\"").trim_start());
                Ok(())
            }
            Kind::Unsigned | Kind::Negative => {
                let number = reader.int()?;
                self.line(depth, whole, format!("{what} {number}").trim_start());
                Ok(())
            }
            Kind::Simple => {
                let value = reader.bool()?;
                self.line(depth, whole, &value.to_string());
                Ok(())
            }
        }
    }
}
