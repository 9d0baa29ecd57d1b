/// The exit codes of design 12.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Good,
    /// Refused, or not verified.
    Refused,
    /// Wrong use.
    Usage,
    /// Not possible now; the same command can be run again.
    Later,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::Later => 3,
        }
    }
}
