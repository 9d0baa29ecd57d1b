use permitcard_credential::{
    snapshot::{MAX_SNAPSHOT, MAX_TRUST_LIST},
    status::MAX_TOKEN,
};
use permitcard_net::{HttpClient, Request};
use permitcard_protocol::endpoints::{MEDIA_STATUS_LIST, MEDIA_TRUST_LIST, TRUST_LIST};

use crate::{Checker, CheckingError};

/// The longest beginning of a snapshot: the trust list, with what leads to it and the beacon values.
const MAX_BEGINNING: usize = 2 * MAX_TRUST_LIST;

impl Checker {
    /// Fetches the trust list and every status list that it points to, and takes them in as one snapshot. All or
    /// nothing: after an error the snapshot before is still the one in use. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`CheckingError::Net`], or as [`snapshot_import`](Self::snapshot_import).
    pub async fn snapshot_fetch(&self) -> Result<(), CheckingError> {
        let mut file = get(self.http(), TRUST_LIST, MEDIA_TRUST_LIST, MAX_BEGINNING).await?;
        let now_s = self.time()?.now_s;
        for pointer in self.snapshot_read(&file, now_s, false)?.pointers() {
            // What would not be taken in is not gathered either.
            let room = MAX_SNAPSHOT.saturating_sub(file.len()).min(MAX_TOKEN);
            file.extend(get(self.http(), &pointer.path, MEDIA_STATUS_LIST, room).await?);
        }
        self.snapshot_import(&file)
    }

    /// As [`snapshot_fetch`](Self::snapshot_fetch), where there is no snapshot yet or the `ttl` of one of its lists is over;
    /// tells whether there was anything to do. Needs a tokio runtime.
    ///
    /// # Errors
    /// As [`snapshot_fetch`](Self::snapshot_fetch). The snapshot before counts until it expires.
    pub async fn snapshot_refresh(&self) -> Result<bool, CheckingError> {
        let now_s = self.time()?.now_s;
        if self.snapshot_info().is_some_and(|info| now_s < info.refresh_at) {
            return Ok(false);
        }
        self.snapshot_fetch().await.map(|()| true)
    }
}

async fn get(http: &HttpClient, path: &str, media: &'static str, limit: usize) -> Result<Vec<u8>, CheckingError> {
    Ok(http.send(&Request::get(path).accept(media).limit(limit)).await?.body)
}
