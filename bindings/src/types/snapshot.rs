use permitcard_checking as checking;

/// What is known about the snapshot in use.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SnapshotInfo {
    /// The serial of its trust list.
    pub serial: u64,
    /// When its trust list was issued, seconds since 1970.
    pub issued_at: i64,
    /// The last second in which its trust list counts.
    pub expires_at: i64,
    /// Seconds after which a newer one should be fetched.
    pub ttl_s: u64,
    /// When a newer one should be fetched, seconds since 1970: at the end of the first `ttl` of all its lists.
    pub refresh_at: i64,
    /// Its status lists.
    pub status_lists: Vec<StatusListInfo>,
    /// Status lists in the file that do not count, because no listed key may have signed them.
    pub ignored: u64,
}

impl From<checking::SnapshotInfo> for SnapshotInfo {
    fn from(info: checking::SnapshotInfo) -> Self {
        let checking::SnapshotInfo {
            serial,
            issued_at,
            expires_at,
            ttl_s,
            refresh_at,
            status_lists,
            ignored,
        } = info;
        Self {
            serial,
            issued_at,
            expires_at,
            ttl_s,
            refresh_at,
            status_lists: status_lists.into_iter().map(Into::into).collect(),
            ignored: u64::try_from(ignored).unwrap_or(u64::MAX),
        }
    }
}

/// What is known about one status list.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct StatusListInfo {
    /// Its logical name.
    pub uri: String,
    /// When it was issued, seconds since 1970.
    pub issued_at: i64,
    /// The last second in which it counts.
    pub expires_at: i64,
}

impl From<checking::StatusListInfo> for StatusListInfo {
    fn from(info: checking::StatusListInfo) -> Self {
        let checking::StatusListInfo {
            uri,
            issued_at,
            expires_at,
        } = info;
        Self {
            uri,
            issued_at,
            expires_at,
        }
    }
}
