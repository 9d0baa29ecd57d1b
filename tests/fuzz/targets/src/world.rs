//! Keys and tokens that all targets share, made once.

use std::sync::OnceLock;

use permitcard_benches::world::{self, NOW, World, employer, sample};
use permitcard_credential::{
    cose::decode_key,
    snapshot::{Snapshot, Usage},
};
use permitcard_crypto::ecdsa::PublicKey;

/// Bytes of a file with hexadecimal digits.
pub fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).map(|d| d as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// A file of frozen bytes.
macro_rules! frozen {
    ($name:literal) => {
        crate::world::hex(include_str!(concat!("../../../vectors/permitcard/", $name, ".hex")))
    };
}
pub(crate) use frozen;

/// What the targets share.
pub struct Shared {
    /// Keys of this process.
    pub world: World,
    /// A credential of this process.
    pub credential: Vec<u8>,
    /// Trusts the keys of this process, and the one of the frozen bytes.
    pub snapshot: Snapshot,
    /// The file of that snapshot.
    pub file: Vec<u8>,
    /// The frozen presentation: the only one that may ever be good without a signature of this process.
    pub presentation: Vec<u8>,
    /// The key of the frozen bytes.
    pub issuer: PublicKey,
}

/// The shared world.
pub fn shared() -> &'static Shared {
    static SHARED: OnceLock<Shared> = OnceLock::new();
    SHARED.get_or_init(|| {
        let mut world = World::new();
        // A root of P-384, as an authority has it, would take ten times as long.
        world.root = world::key();
        let issuer = decode_key(&frozen!("issuer-key")).unwrap();
        let mut trust = world.trust_list();
        for usage in [Usage::CREDENTIAL, Usage::CREDENTIAL.and(Usage::TEST)] {
            let mut key = world::trust_key(&issuer, usage);
            key.usage = usage;
            trust.keys.push(key);
        }
        let file = world.snapshot_file(&trust, &world.status_token(1 << 12));
        Shared {
            credential: world.credential(&sample(true)),
            snapshot: Snapshot::parse(&file, world.root.public_key(), NOW).unwrap(),
            presentation: frozen!("presentation"),
            file,
            issuer,
            world,
        }
    })
}

/// A presentation of the shared credential, anew at each call.
pub fn presentation() -> Vec<u8> {
    let shared = shared();
    shared.world.token(&shared.credential, &employer(None, None))
}
