use permitcard_credential::status::{MAX_ENTRIES, StatusBits, StatusList, StatusToken};

use crate::{pieces, split, world::shared};

/// Status lists: a token as it came, any claims behind a signature, any compressed bytes, any entries; a JWT as it came, any
/// header and claims of one behind a signature.
pub fn status_list(data: &[u8]) {
    let (way, rest) = split(data, 6);
    let world = &shared().world;
    match way {
        0 => open(rest),
        1 => open(&permitcard_benches::bad::lists::status_token(world, rest)),
        2 => {
            for bits in [1, 2, 4, 8].map(|count| StatusBits::from_count(count).unwrap()) {
                if let Ok(list) = StatusList::decompress(bits, rest) {
                    assert!(list.size() <= MAX_ENTRIES && list.memory() <= MAX_ENTRIES);
                    assert_eq!(list.get(list.size() as u64), None);
                    assert_eq!(StatusList::decompress(bits, &list.compress()), Ok(list));
                }
            }
        }
        4 => {
            if let Ok(text) = std::str::from_utf8(rest) {
                open_jwt(text);
            }
        }
        5 => {
            let mut parts = pieces(rest).map(String::from_utf8_lossy);
            let (header, claims) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            open_jwt(&permitcard_benches::bad::lists::signed_jwt(world, &header, &claims));
        }
        _ => {
            // Entry by entry: what was set is found.
            let mut list = StatusList::new(StatusBits::Two, 256).unwrap();
            let mut last = [None; 256];
            for pair in rest.chunks_exact(2) {
                let status = permitcard_credential::status::Status::from_value(pair[1]);
                if list.set(u64::from(pair[0]), status).is_ok() {
                    last[usize::from(pair[0])] = Some(status);
                }
            }
            for (index, status) in last.iter().enumerate() {
                assert!(status.is_none() || list.get(index as u64) == *status);
            }
        }
    }
}

fn open(token: &[u8]) {
    if let Ok(signed) = StatusToken::parse(token)
        && let Ok(opened) = signed.open(shared().world.status.public_key())
    {
        let again =
            permitcard_benches::world::sign(opened.build(shared().world.status.public_key()), &shared().world.status);
        let read = StatusToken::parse(&again)
            .unwrap()
            .open(shared().world.status.public_key());
        assert_eq!(read, Ok(opened));
    }
}

fn open_jwt(token: &str) {
    let (signer, key) = (shared().world.status.public_key(), &shared().world.status);
    if let Ok(signed) = StatusToken::parse_jwt(token)
        && let Ok(opened) = signed.open(signer)
    {
        let unsigned = opened.build_jwt(signer);
        let signature = key.sign(unsigned.to_sign()).unwrap();
        let again = unsigned.finish(&signature);
        assert_eq!(StatusToken::parse_jwt(&again).unwrap().open(signer), Ok(opened));
    }
}
