use permitcard_benches::world::{NOW, sign};
use permitcard_credential::{
    cose::{Algorithm, Typ, Unsigned, key_id},
    snapshot::{BeaconList, RootChange, Snapshot, TrustList},
};

use crate::{split, world::shared};

/// Trust lists and snapshots: a file as it came, any claims of a trust list or of a change of root behind the root's
/// signature, any claims of a list of beacon values behind theirs, and any bytes behind a good snapshot.
pub fn trust_list(data: &[u8]) {
    let (way, rest) = split(data, 5);
    let world = &shared().world;
    let root = world.root.public_key();
    let signed = |typ: &str, payload: &[u8]| {
        let unsigned = Unsigned::with_typ(Algorithm::of_curve(root.curve()), None, Typ::Text(typ), payload);
        sign(unsigned, &world.root)
    };
    let file = match way {
        0 => rest.to_vec(),
        1 => signed("application/vnd.permitcard.trust-list+cwt", rest),
        2 => signed("application/vnd.permitcard.root-change+cwt", rest),
        3 => {
            beacons(rest);
            return;
        }
        _ => [shared().file.as_slice(), rest].concat(),
    };
    if let Ok(list) = TrustList::parse(&file, root) {
        // What is read can be written, and reads back the same.
        let again = sign(list.build(root).unwrap(), &world.root);
        assert_eq!(TrustList::parse(&again, root), Ok(list));
    }
    let _ = RootChange::parse(&file, root);
    let _ = Snapshot::parse(&file, root, NOW);
}

fn beacons(payload: &[u8]) {
    let (signer, key) = (shared().world.status.public_key(), &shared().world.status);
    let typ = Typ::Text("application/vnd.permitcard.beacons+cwt");
    let algorithm = Algorithm::of_curve(signer.curve());
    let token = sign(Unsigned::with_typ(algorithm, Some(&key_id(signer)), typ, payload), key);
    if let Ok(signed) = BeaconList::parse(&token)
        && let Ok(opened) = signed.open(signer)
    {
        let again = sign(opened.build(signer).unwrap(), key);
        assert_eq!(BeaconList::parse(&again).unwrap().open(signer), Ok(opened));
    }
}
