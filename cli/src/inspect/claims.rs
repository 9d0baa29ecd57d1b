//! Claims and headers by their labels, and the names that people know.

use permitcard_credential::cose::value::Value;

/// Issuer.
pub(super) const ISS: i128 = 1;
/// Subject.
pub(super) const SUB: i128 = 2;
/// Audience.
pub(super) const AUD: i128 = 3;
/// Expiration time.
pub(super) const EXP: i128 = 4;
/// Not before.
pub(super) const NBF: i128 = 5;
/// Issued at.
pub(super) const IAT: i128 = 6;
/// Identifier of the token.
pub(super) const CTI: i128 = 7;
/// Confirmation key (RFC 8747).
pub(super) const CNF: i128 = 8;
/// The person's data of a printed code.
pub(super) const CLAIM_169: i128 = 169;
/// Status list (draft-ietf-oauth-status-list 4.3).
pub(super) const STATUS_LIST: i128 = 65_533;

/// The value under an integer label of a map.
pub(super) fn get(map: &Value, label: i128) -> Option<&Value> {
    let Value::Map(entries) = map else { return None };
    let found = entries.iter().find(|(key, _)| *key == Value::Int(label));
    found.map(|(_, value)| value)
}

/// The value under a text key of a map.
pub(super) fn get_text<'a>(map: &'a Value, name: &str) -> Option<&'a Value> {
    let Value::Map(entries) = map else { return None };
    let found = entries
        .iter()
        .find(|(key, _)| matches!(key, Value::Text(text) if text == name));
    found.map(|(_, value)| value)
}

/// Which map a label stands in, for its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Claims of a CWT.
    Claims,
    /// Inside of `cnf`.
    Confirmation,
    /// Inside of a COSE_Key.
    Key,
    /// Inside of claim 169.
    Person,
    /// Anything else.
    Inside,
}

impl Place {
    /// The place inside of the value of a key.
    pub(super) fn inside(self, key: &Value) -> Self {
        match (self, key) {
            (Self::Claims, Value::Int(CNF)) => Self::Confirmation,
            (Self::Claims, Value::Int(CLAIM_169)) => Self::Person,
            (Self::Confirmation, Value::Int(1)) => Self::Key,
            _ => Self::Inside,
        }
    }

    /// The name of a label: the CWT Claims registry, RFC 8747, RFC 9052, and the claims of claim 169 (MOSIP, 1.2.0 draft).
    pub(super) fn name(self, key: &Value) -> Option<&'static str> {
        let Value::Int(label) = key else { return None };
        Some(match (self, *label) {
            (Self::Claims, ISS) => "iss",
            (Self::Claims, SUB) => "sub",
            (Self::Claims, AUD) => "aud",
            (Self::Claims, EXP) => "exp",
            (Self::Claims, NBF) => "nbf",
            (Self::Claims, IAT) => "iat",
            (Self::Claims, CTI) => "cti",
            (Self::Claims, CNF) => "cnf",
            (Self::Claims, 9) => "scope",
            (Self::Claims, 10) => "nonce",
            (Self::Claims, 11) => "vct",
            (Self::Claims, 39) => "cnonce",
            (Self::Claims, STATUS_LIST) => "status_list",
            (Self::Claims, 65_534) => "ttl",
            (Self::Claims, 65_535) => "status",
            (Self::Confirmation, 1) => "COSE_Key",
            (Self::Confirmation, 3) => "kid",
            (Self::Key, 1) => "kty",
            (Self::Key, 2) => "kid",
            (Self::Key, 3) => "alg",
            (Self::Key, -1) => "crv",
            (Self::Key, -2) => "x",
            (Self::Key, -3) => "y",
            (Self::Person, label) => return person(label),
            _ => return None,
        })
    }
}

fn person(label: i128) -> Option<&'static str> {
    const NAMES: [&str; 23] = [
        "id",
        "version",
        "language",
        "full name",
        "first name",
        "middle name",
        "last name",
        "date of birth",
        "gender",
        "address",
        "email",
        "phone",
        "nationality",
        "marital status",
        "guardian",
        "image",
        "image format",
        "best quality fingers",
        "secondary full name",
        "secondary language",
        "location code",
        "legal status",
        "country of issuance",
    ];
    let index = usize::try_from(label).ok()?.checked_sub(1)?;
    NAMES.get(index).copied()
}

/// Whether a claim is a time.
pub(super) fn is_time(place: Place, key: &Value) -> bool {
    place == Place::Claims && matches!(key, Value::Int(EXP | NBF | IAT))
}
