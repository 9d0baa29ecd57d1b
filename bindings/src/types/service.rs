use permitcard_wallet as core;

/// A service of the card, and whether the card opens it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ServiceView {
    /// The stable name: `permit-information`, `contribution-record`, … Its word has the id `service-` and the name.
    pub name: String,
    /// The lowest tier of a card that opens it: 1 or 2.
    pub tier: u8,
    /// The stable code that says why it is closed; none where it is open.
    pub closed: Option<String>,
}

impl From<core::ServiceView> for ServiceView {
    fn from(view: core::ServiceView) -> Self {
        let core::ServiceView { service, closed } = view;
        Self {
            name: service.name().to_owned(),
            tier: service.tier(),
            closed: closed.map(|code| code.code().to_owned()),
        }
    }
}

/// An application that is still being decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct PendingView {
    /// When the authority last said so, seconds since 1970.
    pub asked_at: i64,
    /// When it wants to be asked again, seconds since 1970. A sync without a prompt asks nobody before that.
    pub ask_again_at: i64,
    /// From when on a call with a prompt asks all the same, seconds since 1970: a minute after the last time.
    pub holder_may_ask_at: i64,
}

impl From<core::PendingView> for PendingView {
    fn from(view: core::PendingView) -> Self {
        let core::PendingView {
            asked_at,
            ask_again_at,
            holder_may_ask_at,
        } = view;
        Self {
            asked_at,
            ask_again_at,
            holder_may_ask_at,
        }
    }
}
