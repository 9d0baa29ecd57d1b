/// What a message says. The words are the provider's, in the holder's language; a message never carries more than this.
/// Deliberately without `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum MessageKind {
    /// A one-time code: its digits.
    Code(String),
    /// Another device took the card over.
    DeviceReplaced,
    /// Somebody tried too often to register with this permit.
    CapReached,
    /// The application was decided.
    ApplicationDecided,
    /// A consent was withdrawn, and the card with it.
    ConsentWithdrawn,
}

impl MessageKind {
    /// The word on the wire.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Code(_) => "one-time-code",
            Self::DeviceReplaced => "device-replaced",
            Self::CapReached => "cap-reached",
            Self::ApplicationDecided => "application-decided",
            Self::ConsentWithdrawn => "consent-withdrawn",
        }
    }

    /// The digits, where the message carries some.
    pub(crate) fn code(&self) -> Option<&str> {
        match self {
            Self::Code(code) => Some(code),
            _ => None,
        }
    }

    /// The kind of that name and code.
    pub(crate) fn from_parts(name: &str, code: Option<String>) -> Option<Self> {
        match (name, code) {
            ("one-time-code", Some(code)) => Some(Self::Code(code)),
            ("device-replaced", None) => Some(Self::DeviceReplaced),
            ("cap-reached", None) => Some(Self::CapReached),
            ("application-decided", None) => Some(Self::ApplicationDecided),
            ("consent-withdrawn", None) => Some(Self::ConsentWithdrawn),
            _ => None,
        }
    }
}

/// A message to a contact of the register. Deliberately without `Debug`.
#[derive(Clone)]
pub(crate) struct MessageToSend {
    /// Names this message: the provider sends one of the same id once. At most 64 characters.
    pub(crate) id: String,
    /// The person's id in the register.
    pub(crate) person: String,
    /// The number of the person's permit.
    pub(crate) permit_number: String,
    /// From the register, never from the holder.
    pub(crate) contact: String,
    /// What it says.
    pub(crate) kind: MessageKind,
    /// When it was handed over, seconds since 1970.
    pub(crate) now: i64,
}
