//! Any text gives verdicts or an error, never more.

use proptest::prelude::*;

use super::world::{Card, World, check_with};
use crate::{
    qr::text,
    snapshot::{Snapshot, TrustList},
    status::StatusToken,
    verdict::Outcome,
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_gives_a_result(text in "(WPC1:)?[0-9A-Z $%*+./:-]{0,400}|.{0,60}") {
        let world = World::new();
        if let Ok(verdicts) = check_with(&text, &world.snapshot(), |_| ()) {
            prop_assert_ne!(verdicts.issuer.outcome, Outcome::Good);
        }
    }

    #[test]
    fn a_presentation_with_any_bytes_replaced_is_never_good(
        at in any::<prop::sample::Index>(),
        with in proptest::collection::vec(any::<u8>(), 1..40),
    ) {
        let world = World::new();
        let original = world.token(&Card::new());
        let mut changed = original.clone();
        let at = at.index(changed.len());
        let end = changed.len().min(at + with.len());
        changed.splice(at..end, with);
        prop_assume!(changed != original);
        if let Ok(verdicts) = check_with(&text::encode(&changed), &world.snapshot(), |_| ()) {
            let both = verdicts.issuer.outcome == Outcome::Good && verdicts.holder.outcome == Outcome::Good;
            prop_assert!(!both);
        }
    }

    #[test]
    fn any_bytes_are_no_list(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let world = World::new();
        let root = world.root.public_key();
        prop_assert!(Snapshot::parse(&bytes, root, 0).is_err());
        prop_assert!(TrustList::parse(&bytes, root).is_err());
        prop_assert!(StatusToken::parse(&bytes).is_err());
    }
}
