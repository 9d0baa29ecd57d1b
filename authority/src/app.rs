use std::{sync::Arc, time::Duration};

use permitcard_crypto::Zeroizing;
use permitcard_platform::Clock;

use crate::{
    AuthorityError, AuthorityOptions, ClientVersion, Limits,
    data_dir::{Config, DocumentSigner, Keys, SecretPurpose},
    http::{InFlight, NonceMint},
    issuance::{AttestationPolicy, Roots},
    outgoing::Wake,
    providers::Providers,
    store::Store,
};

/// Seconds that a nonce for DPoP proofs counts, and so the life of the replay memory.
const DPOP_NONCE_LIFE_S: i64 = 300;
/// Seconds that a nonce for key proofs counts.
const PROOF_NONCE_LIFE_S: i64 = 300;

/// What every endpoint needs.
pub(crate) struct App {
    pub(crate) store: Arc<Store>,
    pub(crate) keys: Keys,
    pub(crate) document_signer: DocumentSigner,
    pub(crate) config: Config,
    pub(crate) providers: Providers,
    pub(crate) dpop_nonces: NonceMint,
    pub(crate) proof_nonces: NonceMint,
    pub(crate) in_flight: InFlight,
    pub(crate) code_secret: Zeroizing<[u8; 32]>,
    pub(crate) answer_secret: Zeroizing<[u8; 32]>,
    pub(crate) limit_secret: Zeroizing<[u8; 32]>,
    pub(crate) window_secret: Zeroizing<[u8; 32]>,
    pub(crate) outgoing_secret: Zeroizing<[u8; 32]>,
    pub(crate) limits: Limits,
    pub(crate) reply_floor: Duration,
    pub(crate) attestation: AttestationPolicy,
    /// Between two questions about an application.
    pub(crate) ask_again: Duration,
    pub(crate) attestation_roots: Roots,
    /// The oldest version of our own client that is served.
    pub(crate) least_client: Option<ClientVersion>,
    /// Rouses the job that sends messages.
    pub(crate) outgoing: Wake,
    pub(crate) access_log: bool,
    url: String,
    clock: Arc<dyn Clock>,
}

impl App {
    pub(crate) fn new(
        store: Arc<Store>,
        keys: Keys,
        document_signer: DocumentSigner,
        config: Config,
        providers: Providers,
        attestation_roots: Roots,
        options: &AuthorityOptions,
    ) -> Self {
        Self {
            store,
            dpop_nonces: NonceMint::new(keys.secret(SecretPurpose::DpopNonce), DPOP_NONCE_LIFE_S),
            proof_nonces: NonceMint::new(keys.secret(SecretPurpose::ProofNonce), PROOF_NONCE_LIFE_S),
            code_secret: keys.secret(SecretPurpose::OneTimeCode),
            answer_secret: keys.secret(SecretPurpose::StoredAnswer),
            limit_secret: keys.secret(SecretPurpose::Limit),
            window_secret: keys.secret(SecretPurpose::WindowCode),
            outgoing_secret: keys.secret(SecretPurpose::Outgoing),
            limits: options.limits,
            reply_floor: options.reply_floor,
            attestation: options.attestation,
            ask_again: options.ask_again,
            attestation_roots,
            least_client: options.least_client,
            outgoing: Wake::default(),
            in_flight: InFlight::default(),
            url: config.url(),
            keys,
            document_signer,
            config,
            providers,
            access_log: options.access_log,
            clock: Arc::clone(&options.clock),
        }
    }

    /// Where callers reach this authority; also the credential issuer's identifier.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Everything that is signed here proves nothing about a person: one provider of the sandbox, or keys in plain files,
    /// is enough for that.
    pub(crate) fn is_test(&self) -> bool {
        Keys::ARE_FILES || !self.providers.are_live()
    }

    /// Seconds since 1970.
    pub(crate) fn now(&self) -> Result<i64, AuthorityError> {
        Ok(self.clock.now().map_err(|_| AuthorityError::ClockUnavailable)?.wall_s)
    }

    /// Runs blocking work off the threads that serve connections.
    pub(crate) async fn blocking<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Arc<Self>) -> Result<T, AuthorityError> + Send + 'static,
    ) -> Result<T, AuthorityError> {
        let app = Arc::clone(self);
        tokio::task::spawn_blocking(move || work(&app))
            .await
            .map_err(|_| AuthorityError::DatabaseFailed)?
    }
}
