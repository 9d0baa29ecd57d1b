use serde::{Deserialize, Serialize};

/// What the host's stand-in for a provider's kit sends in the sandbox.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SandboxCheckRequest {
    /// The launch token.
    pub token: String,
}

/// What it gets back: a receipt, never a result.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SandboxCheckResponse {
    /// Single use, base64url, at least 128 bits.
    pub receipt: String,
}
