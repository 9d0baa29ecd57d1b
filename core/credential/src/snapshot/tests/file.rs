//! The file as a whole: order, limits, times, stored bytes.

use super::*;
use crate::cose::{Algorithm, Typ, decode_key};

/// A file of an earlier build, signatures included, still reads: the stored format stays.
#[test]
fn frozen_snapshot_still_reads() {
    let bytes = unhex(include_str!("frozen/snapshot.hex"));
    let root = decode_key(&unhex(include_str!("frozen/snapshot_root.hex"))).unwrap();
    let snapshot = Snapshot::parse(&bytes, &root, NOW).unwrap();
    assert_eq!(
        (snapshot.serial(), snapshot.issued_at(), snapshot.expires_at()),
        (7, NOW, NOW + 604_800)
    );
    assert_eq!(snapshot.trust_list().keys.len(), 2);
    assert_eq!(snapshot.pointers()[0].path, "/status/1");
    assert_eq!(snapshot.status(URI, ISS, true, 9, NOW), found(Status::Suspended));
    assert_eq!(snapshot.status(URI, ISS, true, 8, NOW), found(Status::Valid));
}

#[test]
fn every_changed_byte_is_refused_or_takes_the_status_away() {
    let authority = authority();
    let bytes = [authority.trust(|_| ()), authority.token(|_| ())].concat();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        // A token whose signature broke does not count.
        if let Ok(snapshot) = Snapshot::parse(&changed, authority.root.public_key(), NOW) {
            assert_eq!(
                snapshot.status(URI, ISS, true, 9, NOW),
                StatusAnswer::Missing,
                "byte {at}"
            );
        }
    }
}

#[test]
fn what_comes_from_the_future_is_refused() {
    let authority = authority();
    let parse = |list, token| {
        let trust = authority.trust(|trust| trust.issued_at = list);
        let token = authority.token(|status| status.issued_at = token);
        authority.parse(&[trust, token]).map(|snapshot| snapshot.newest_time())
    };
    assert_eq!(parse(NOW - 5, NOW - 9), Ok(NOW - 5));
    assert_eq!(parse(NOW, NOW + SKEW_S), Ok(NOW + 30));
    assert_eq!(parse(NOW + SKEW_S, NOW), Ok(NOW + 30));
    assert_eq!(parse(NOW + SKEW_S + 1, NOW), Err(SnapshotError::FromFuture));
    assert_eq!(parse(NOW, NOW + SKEW_S + 1), Err(SnapshotError::FromFuture));
}

#[test]
fn other_items_and_orders_are_refused() {
    let authority = authority();
    let (trust, token) = (authority.trust(|_| ()), authority.token(|_| ()));
    let other = Unsigned::with_typ(Algorithm::Esp256, Some(&[0; 8]), Typ::Number(293), &[0xa0]);
    let other = other.finish(&[0; 64]).unwrap();
    let refused = |items: &[Vec<u8>], error| assert_eq!(authority.parse(items).map(drop), Err(error));
    refused(&[], SnapshotError::TrustListMissing);
    refused(std::slice::from_ref(&token), SnapshotError::TrustListMissing);
    refused(&[token.clone(), trust.clone()], SnapshotError::TrustListMissing);
    refused(
        &[trust.clone(), token.clone(), trust.clone()],
        SnapshotError::ItemUnexpected,
    );
    refused(&[trust.clone(), other], SnapshotError::ItemUnexpected);
    refused(&[trust.clone(), token.clone(), token.clone()], SnapshotError::Duplicate);
    assert!(authority.parse(&[trust.clone(), vec![0x00]]).is_err());
}

#[test]
fn a_file_that_was_cut_never_keeps_half_a_list() {
    let authority = authority();
    let trust = authority.trust(|_| ());
    let whole = [trust.clone(), authority.token(|_| ())].concat();
    for end in 0..whole.len() {
        let cut = Snapshot::parse(&whole[..end], authority.root.public_key(), NOW);
        // Cut exactly between the items it is a snapshot without status lists.
        assert_eq!(cut.is_ok(), end == trust.len(), "cut at {end}");
    }
}

#[test]
fn sizes_and_counts_are_limited() {
    let authority = authority();
    let too_large = Err(SnapshotError::TooLarge);
    let root = authority.root.public_key();
    assert_eq!(
        Snapshot::parse(&vec![0; MAX_SNAPSHOT + 1], root, NOW).map(drop),
        too_large
    );
    let many: Vec<_> = (0..9)
        .map(|serial| authority.trust(|list| list.serial = serial))
        .collect();
    assert_eq!(authority.parse(&many).map(drop), too_large);
    assert!(authority.parse(&many[..8]).is_ok());
    let mut items = vec![authority.trust(|_| ())];
    items.extend((0..65).map(|number| authority.token(|token| token.uri = format!("u/{number}"))));
    assert_eq!(authority.parse(&items).map(drop), too_large);
    items.pop();
    assert_eq!(
        authority.parse(&items).unwrap().status_lists().count(),
        MAX_STATUS_LISTS
    );
    // Tokens that do not count are counted all the same.
    let mut items = vec![authority.trust(|list| list.keys.truncate(1))];
    items.extend((0..65).map(|_| authority.token(|_| ())));
    assert_eq!(authority.parse(&items).map(drop), too_large);
}

#[test]
fn memory_of_all_lists_is_limited() {
    let authority = authority();
    let large = StatusList::new(StatusBits::Eight, 1 << 20).unwrap();
    let mut items = vec![authority.trust(|_| ())];
    items.extend((0..33).map(|number| {
        authority.token(|token| {
            token.uri = format!("u/{number}");
            token.list = large.clone();
        })
    }));
    assert_eq!(authority.parse(&items).map(drop), Err(SnapshotError::TooLarge));
    items.pop();
    assert!(authority.parse(&items).is_ok());
}
