use permitcard_credential::snapshot::{KeyState, StatusPointer, TrustKey, TrustList, Usage};
use permitcard_crypto::ecdsa::PublicKey;
use permitcard_protocol::endpoints;

use super::{LIFE_S, TTL_S, current};
use crate::{
    AuthorityError,
    app::App,
    http::{Call, Fault, Media, Reply},
    store::Tx,
};

/// Seconds that keys count from the first start on: ten years.
const KEY_LIFE_S: i64 = 3650 * 86_400;

/// `GET /trust-list`: the beginning of a snapshot, the trust list and the beacon values as a CBOR sequence.
pub(crate) fn trust_list(call: &Call, tx: &Tx<'_>) -> Result<Reply, Fault> {
    let app = &call.app;
    let lists = tx.status_lists()?;
    // The keys are kept for good, so the content changes only when a status list is added.
    let revision = i64::try_from(lists.len()).unwrap_or(i64::MAX);
    let mut bytes = current(tx, "trust", revision, call.now, |issued_at, serial| {
        let list = TrustList {
            uri: app.config.trust_uri(),
            issued_at,
            expires_at: issued_at + LIFE_S,
            ttl_s: TTL_S,
            serial: u64::from(serial),
            keys: vec![
                key(app, app.keys.issuer.public_key(), Usage::CREDENTIAL.and(Usage::CARD)),
                key(app, app.keys.status.public_key(), Usage::STATUS),
                key(app, app.document_signer.public_key(), Usage::DOCUMENT),
            ],
            status_lists: lists
                .iter()
                .map(|number| StatusPointer {
                    uri: app.config.status_uri(*number),
                    path: format!("{}/{number}", endpoints::STATUS),
                })
                .collect(),
            next_root: None,
        };
        let unsigned = list
            .build(app.keys.root.public_key())
            .map_err(|_| AuthorityError::SigningFailed)?;
        app.keys.sign_with_root(unsigned)
    })?;
    bytes.extend(super::beacons::beacons(app, tx, call.now)?);
    Ok(Reply::bytes(Media::TrustList, bytes))
}

fn key(app: &App, key: &PublicKey, usage: Usage) -> TrustKey {
    TrustKey {
        iss: app.config.iss.clone(),
        key: key.clone(),
        not_before: app.config.made_at,
        expires_at: app.config.made_at + KEY_LIFE_S,
        usage: if app.is_test() { usage.and(Usage::TEST) } else { usage },
        state: KeyState::Active,
        compromised_at: None,
    }
}
