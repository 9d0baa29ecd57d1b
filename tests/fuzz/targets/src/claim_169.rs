use permitcard_benches::world::sign;
use permitcard_credential::{
    cose::{ALG, Algorithm, EMPTY_MAP, KID, Unsigned, cbor::Writer, key_id},
    printed::{MAX_LEN, Printed, decode, encode, looks_printed},
    qr::base45,
};

use crate::{kbt::verdicts, split, world::shared};

/// Printed permits: a text as it came, any compressed bytes, any token, any claims behind the issuer's signature.
pub fn claim_169(data: &[u8]) {
    let (way, rest) = split(data, 4);
    let world = &shared().world;
    match way {
        0 => {
            if let Ok(text) = std::str::from_utf8(rest) {
                read(text);
            }
        }
        1 => {
            let mut text = String::new();
            base45::encode_to(rest, &mut text);
            read(&text);
        }
        2 => token(rest),
        _ => {
            let mut protected = Writer::with_capacity(16);
            protected.map(2).int(ALG).int(Algorithm::Es256.id());
            protected.int(KID).bytes(&key_id(world.issuer.public_key()));
            let unsigned = Unsigned::new(Algorithm::Es256, protected.as_bytes(), &EMPTY_MAP, rest);
            token(&sign(unsigned, &world.issuer));
        }
    }
}

fn read(text: &str) {
    if let Ok(bytes) = decode(text) {
        assert!(looks_printed(text) && bytes.len() <= MAX_LEN);
        let _ = Printed::parse(&bytes);
    }
    let _ = verdicts(text);
}

fn token(bytes: &[u8]) {
    let Ok(printed) = Printed::parse(bytes) else { return };
    let _ = printed.check_issuer(shared().world.issuer.public_key());
    // Compressing is slow, and only what was read is worth it. What does not compress may be too long as a text.
    let text = encode(bytes);
    if let Ok(back) = decode(&text) {
        assert_eq!(back, bytes);
    }
    let _ = verdicts(&text);
}
