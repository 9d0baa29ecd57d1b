//! Other people's readers in Rust verify what the benches give them, and nothing that was changed.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "../peers/mod.rs"]
mod peers;

use permitcard_benches::world::World;
use permitcard_credential::verdict::VerdictCode;

#[test]
fn all_three_forms_are_read() {
    let world = World::new();
    let forms = peers::Forms::new(&world);
    let snapshot = world.snapshot();
    let verdicts = permitcard_benches::world::check_with(&forms.live, &snapshot, |_| ()).unwrap();
    assert_eq!(verdicts.issuer.code, VerdictCode::IssuerGood);
    assert_eq!(verdicts.holder.code, VerdictCode::HolderGood);
    let printed = permitcard_benches::world::check_with(&forms.printed, &snapshot, |_| ()).unwrap();
    assert_eq!(printed.issuer.code, VerdictCode::IssuerGood);
    assert_eq!(printed.holder.code, VerdictCode::DocumentOnly);
    let name = peers::claim169_core(&forms.printed, &world);
    assert_eq!(name.as_deref(), Some("TEST GARCIA LOPEZ<<MARIA"));
    assert!(peers::isomdl(&forms.mdoc));
}

#[test]
fn what_was_changed_is_refused() {
    let world = World::new();
    let forms = peers::Forms::new(&world);
    assert_eq!(peers::claim169_core(&forms.printed, &World::new()), None);
    // The device's and the issuer's signature: found by their heads, of 64 bytes each.
    let heads = (0..forms.mdoc.len() - 66).filter(|at| forms.mdoc[*at..].starts_with(b"\x58\x40"));
    let mut refused = 0;
    for at in heads {
        let mut changed = forms.mdoc.clone();
        changed[at + 10] ^= 1;
        assert!(!peers::isomdl(&changed), "byte {at}");
        refused += 1;
    }
    assert!(refused >= 2, "{refused}");
}
