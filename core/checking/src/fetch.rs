use permitcard_credential::{
    snapshot::{MAX_SNAPSHOT, MAX_TRUST_LIST, Snapshot},
    status::MAX_TOKEN,
};
use permitcard_net::{HttpClient, Request};
use permitcard_protocol::endpoints::{MEDIA_STATUS_LIST, MEDIA_TRUST_LIST, TRUST_LIST};

use crate::{Checker, CheckingError};

impl Checker {
    /// Fetches the trust list and every status list that it points to, and takes them in as one snapshot. All or
    /// nothing: after an error the snapshot before is still the one in use. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`CheckingError::Net`], or as [`snapshot_import`](Self::snapshot_import).
    pub async fn snapshot_fetch(&self) -> Result<(), CheckingError> {
        let mut file = get(self.http(), TRUST_LIST, MEDIA_TRUST_LIST, MAX_TRUST_LIST).await?;
        let now_s = self.time()?.now_s;
        for pointer in Snapshot::parse(&file, self.root(), now_s)?.pointers() {
            // What would not be taken in is not gathered either.
            let room = MAX_SNAPSHOT.saturating_sub(file.len()).min(MAX_TOKEN);
            file.extend(get(self.http(), &pointer.path, MEDIA_STATUS_LIST, room).await?);
        }
        self.snapshot_import(&file)
    }
}

async fn get(http: &HttpClient, path: &str, media: &'static str, limit: usize) -> Result<Vec<u8>, CheckingError> {
    Ok(http.send(&Request::get(path).accept(media).limit(limit)).await?.body)
}
