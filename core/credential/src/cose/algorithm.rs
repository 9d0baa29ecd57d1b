use permitcard_crypto::ecdsa::Curve;

/// A signature algorithm of COSE (IANA COSE Algorithms; RFC 9053, RFC 9864).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// ES256, −7: with P-256 only. Written in printed permit and mdoc, which other people's software has to read.
    Es256,
    /// ESP256, −9: ECDSA with P-256 and SHA-256.
    Esp256,
    /// ES384, −35: read with P-384 only; never written.
    Es384,
    /// ESP384, −51: ECDSA with P-384 and SHA-384.
    Esp384,
}

impl Algorithm {
    /// The number in header label 1.
    pub const fn id(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::Esp256 => -9,
            Self::Es384 => -35,
            Self::Esp384 => -51,
        }
    }

    /// The algorithm of a number; none for any other.
    pub const fn from_id(id: i64) -> Option<Self> {
        match id {
            -7 => Some(Self::Es256),
            -9 => Some(Self::Esp256),
            -35 => Some(Self::Es384),
            -51 => Some(Self::Esp384),
            _ => None,
        }
    }

    /// The name in the IANA registry.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Esp256 => "ESP256",
            Self::Es384 => "ES384",
            Self::Esp384 => "ESP384",
        }
    }

    /// The one curve that it is used with here, although ES256 and ES384 by themselves name none.
    pub const fn curve(self) -> Curve {
        match self {
            Self::Es256 | Self::Esp256 => Curve::P256,
            Self::Es384 | Self::Esp384 => Curve::P384,
        }
    }

    /// The algorithm that is written for keys of a curve.
    pub const fn of_curve(curve: Curve) -> Self {
        match curve {
            Curve::P256 => Self::Esp256,
            Curve::P384 => Self::Esp384,
        }
    }

    /// Bytes of a signature `r || s`: 64 or 96.
    pub const fn signature_len(self) -> usize {
        2 * self.curve().size()
    }
}
