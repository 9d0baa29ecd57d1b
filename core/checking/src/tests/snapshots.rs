use permitcard_credential::{snapshot::SnapshotError, verdict::Policy};
use permitcard_crypto::ecdsa::{Curve, SigningKey};
use permitcard_platform::DeviceKeys;
use permitcard_vault::VaultError;

use super::world::{Authority, ISSUE, Issue, NOW, Place, URI};
use crate::{Checker, CheckingError, StatusListInfo, VerifyRequest};

#[test]
fn a_snapshot_outlives_the_process() {
    let (authority, place) = (Authority::new(), Place::new());
    let file = authority.snapshot(ISSUE);
    let checker = place.open(&authority.client).unwrap();
    assert_eq!(checker.snapshot_info(), None);
    assert_eq!(checker.snapshot_export(), Err(CheckingError::SnapshotMissing));
    checker.snapshot_import(&file).unwrap();
    let info = checker.snapshot_info().unwrap();
    assert_eq!(
        (info.serial, info.issued_at, info.expires_at),
        (7, NOW - 600, NOW - 600 + 604_800)
    );
    assert_eq!((info.ttl_s, info.ignored), (21_600, 0));
    let (issued_at, expires_at) = (NOW - 300, NOW - 300 + 604_800);
    assert_eq!(
        info.status_lists,
        [StatusListInfo {
            uri: URI.to_owned(),
            issued_at,
            expires_at
        }]
    );
    checker.close();
    let checker = place.open(&authority.client).unwrap();
    assert_eq!(checker.snapshot_info(), Some(info));
    assert_eq!(checker.snapshot_export().unwrap(), file);
}

#[test]
fn serial_and_times_never_go_back() {
    let (authority, place) = (Authority::new(), Place::new());
    let checker = place.open(&authority.client).unwrap();
    let import = |issue| checker.snapshot_import(&authority.snapshot(issue));
    import(ISSUE).unwrap();
    assert_eq!(
        import(Issue { serial: 6, ..ISSUE }),
        Err(CheckingError::SerialRolledBack)
    );
    assert_eq!(
        import(Issue {
            trust_at: NOW - 601,
            ..ISSUE
        }),
        Err(CheckingError::ListRolledBack)
    );
    assert_eq!(
        import(Issue {
            status_at: NOW - 301,
            ..ISSUE
        }),
        Err(CheckingError::ListRolledBack)
    );
    // A higher serial does not buy an older status list.
    assert_eq!(
        import(Issue {
            serial: 8,
            status_at: NOW - 301,
            ..ISSUE
        }),
        Err(CheckingError::ListRolledBack)
    );
    assert_eq!(checker.snapshot_info().unwrap().serial, 7);
    import(ISSUE).unwrap();
    import(Issue {
        serial: 8,
        trust_at: NOW,
        status_at: NOW,
        ..ISSUE
    })
    .unwrap();
    assert_eq!(import(ISSUE), Err(CheckingError::SerialRolledBack));
}

#[test]
fn a_list_that_was_away_comes_back_no_older() {
    let (authority, place) = (Authority::new(), Place::new());
    let checker = place.open(&authority.client).unwrap();
    checker.snapshot_import(&authority.snapshot(ISSUE)).unwrap();
    checker.snapshot_import(&authority.trust(ISSUE)).unwrap();
    assert_eq!(checker.snapshot_info().unwrap().status_lists, []);
    let older = authority.snapshot(Issue {
        status_at: NOW - 301,
        ..ISSUE
    });
    assert_eq!(checker.snapshot_import(&older), Err(CheckingError::ListRolledBack));
}

#[test]
fn two_open_verifiers_share_the_floor() {
    let (authority, place) = (Authority::new(), Place::new());
    let one = place.open(&authority.client).unwrap();
    let two = place.open(&authority.client).unwrap();
    one.snapshot_import(&authority.snapshot(Issue { serial: 9, ..ISSUE }))
        .unwrap();
    assert_eq!(
        two.snapshot_import(&authority.snapshot(ISSUE)),
        Err(CheckingError::SerialRolledBack)
    );
}

#[test]
fn the_floor_belongs_to_the_root() {
    let (authority, other, place) = (Authority::new(), Authority::new(), Place::new());
    let checker = place.open(&authority.client).unwrap();
    checker.snapshot_import(&authority.snapshot(ISSUE)).unwrap();
    let foreign = other.snapshot(ISSUE);
    let refused = Err(CheckingError::Snapshot(SnapshotError::RootSignatureInvalid));
    assert_eq!(checker.snapshot_import(&foreign), refused);
    checker.close();
    let checker = place.open(&other.client).unwrap();
    assert_eq!(checker.snapshot_info(), None);
    checker
        .snapshot_import(&other.snapshot(Issue { serial: 1, ..ISSUE }))
        .unwrap();
    checker.close();
    let checker = place.open(&authority.client).unwrap();
    assert_eq!(checker.snapshot_info().unwrap().serial, 7);
    assert_eq!(
        checker.snapshot_import(&authority.snapshot(Issue { serial: 6, ..ISSUE })),
        Err(CheckingError::SerialRolledBack)
    );
}

#[test]
fn time_never_goes_behind_what_was_signed() {
    let (authority, place) = (Authority::new(), Place::new());
    let checker = place.open(&authority.client).unwrap();
    assert!(!checker.time().unwrap().sure);
    checker
        .snapshot_import(&authority.snapshot(Issue {
            status_at: NOW,
            ..ISSUE
        }))
        .unwrap();
    assert!(checker.time().unwrap().sure);
    place.clock.set(NOW - 86_400);
    let time = checker.time().unwrap();
    assert_eq!((time.now_s, time.sure), (NOW, false));
    checker.close();
    // Neither after a restart of the process; and the stored snapshot is not "from the future" then.
    let checker = place.open(&authority.client).unwrap();
    assert_eq!(checker.time().unwrap().now_s, NOW);
    assert!(checker.snapshot_info().is_some());
}

#[test]
fn a_list_of_the_future_does_not_move_the_time() {
    let (authority, place) = (Authority::new(), Place::new());
    let checker = place.open(&authority.client).unwrap();
    let future = Issue {
        trust_at: NOW + 86_400,
        ..ISSUE
    };
    let refused = Err(CheckingError::Snapshot(SnapshotError::FromFuture));
    assert_eq!(checker.snapshot_import(&authority.snapshot(future)), refused);
    assert_eq!(checker.time().unwrap().now_s, NOW);
}

#[test]
fn closed_is_closed_and_erased_is_gone() {
    let (authority, place) = (Authority::new(), Place::new());
    let checker = place.open(&authority.client).unwrap();
    checker.snapshot_import(&authority.snapshot(ISSUE)).unwrap();
    let text = authority.text(9, NOW);
    checker.close();
    let closed = || CheckingError::Vault(VaultError::Closed);
    assert_eq!(
        checker.verify(&VerifyRequest::new(&text, Policy::employer())),
        Err(closed())
    );
    assert_eq!(checker.snapshot_import(&authority.snapshot(ISSUE)), Err(closed()));
    assert_eq!(checker.snapshot_export(), Err(closed()));
    drop(checker);
    assert_eq!(place.keys.list().unwrap().len(), 1);
    Checker::erase(place.dir.path(), &place.keys).unwrap();
    assert_eq!(place.keys.list().unwrap().len(), 0);
    let left: Vec<_> = std::fs::read_dir(place.dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["keys"]);
    Checker::erase(place.dir.path(), &place.keys).unwrap();
    // Afterwards it is a new verifier.
    assert_eq!(place.open(&authority.client).unwrap().snapshot_info(), None);
}

#[test]
fn a_client_file_that_cannot_be_used_is_refused() {
    let (authority, place) = (Authority::new(), Place::new());
    let mut client = authority.client.clone();
    client.root_key.x.clear();
    assert_eq!(place.open(&client).map(drop), Err(CheckingError::RootKeyInvalid));
    let mut client = authority.client.clone();
    client.ca.clear();
    assert_eq!(
        place.open(&client).map(drop).unwrap_err().code(),
        "network.configuration_invalid"
    );
}

/// Whoever stole the root key that was replaced signs nothing that counts any more.
#[test]
fn a_root_that_was_replaced_does_not_come_back() {
    let key = || SigningKey::generate(Curve::P384).unwrap();
    let (authority, place, new, evil, third) = (Authority::new(), Place::new(), key(), key(), key());
    let checker = place.open(&authority.client).unwrap();
    checker.snapshot_import(&authority.snapshot(ISSUE)).unwrap();
    let at = |serial| Issue { serial, ..ISSUE };
    let [change, list] = authority.changed_root(at(8), &authority.root, &new);
    checker.snapshot_import(&[change.clone(), list].concat()).unwrap();
    checker.close();
    let checker = place.open(&authority.client).unwrap();
    assert_eq!(checker.snapshot_info().unwrap().serial, 8);

    let replaced = Err(CheckingError::RootRolledBack);
    assert_eq!(checker.snapshot_import(&authority.snapshot(at(9))), replaced);
    let [forged, list] = authority.changed_root(at(9), &authority.root, &evil);
    assert_eq!(checker.snapshot_import(&[forged, list].concat()), replaced);
    let text = authority.text(9, NOW);
    let own = authority.snapshot(at(9));
    let request = VerifyRequest {
        snapshot: Some(&own),
        ..VerifyRequest::new(&text, Policy::employer())
    };
    assert_eq!(checker.verify(&request), Err(CheckingError::RootRolledBack));
    // The new root alone, the whole way to it, and a way beyond it count.
    let [_, alone] = authority.changed_root(at(9), &authority.root, &new);
    checker.snapshot_import(&alone).unwrap();
    let [_, whole] = authority.changed_root(at(10), &authority.root, &new);
    checker.snapshot_import(&[change.clone(), whole].concat()).unwrap();
    let [_, between] = authority.changed_root(at(11), &authority.root, &new);
    let [beyond, list] = authority.changed_root(at(12), &new, &third);
    checker
        .snapshot_import(&[change, between, beyond, list].concat())
        .unwrap();
    assert_eq!(checker.snapshot_info().unwrap().serial, 12);
    let [_, list] = authority.changed_root(at(13), &authority.root, &new);
    assert_eq!(
        checker.snapshot_import(&list),
        Err(CheckingError::Snapshot(SnapshotError::RootSignatureInvalid))
    );
}

#[test]
fn a_file_that_is_refused_changes_no_root() {
    let (authority, place) = (Authority::new(), Place::new());
    let new = SigningKey::generate(Curve::P384).unwrap();
    let checker = place.open(&authority.client).unwrap();
    let at = |serial| Issue { serial, ..ISSUE };
    checker.snapshot_import(&authority.snapshot(at(8))).unwrap();
    let [change, list] = authority.changed_root(at(7), &authority.root, &new);
    let older = Err(CheckingError::SerialRolledBack);
    assert_eq!(checker.snapshot_import(&[change, list].concat()), older);
    checker.snapshot_import(&authority.snapshot(at(9))).unwrap();
}

#[test]
fn the_first_ttl_says_when_to_fetch_again() {
    let (authority, place) = (Authority::new(), Place::new());
    let checker = place.open(&authority.client).unwrap();
    checker.snapshot_import(&authority.snapshot(ISSUE)).unwrap();
    // The trust list is older than the status list, and both have six hours.
    assert_eq!(checker.snapshot_info().unwrap().refresh_at, NOW - 600 + 21_600);
    let issue = Issue {
        serial: 8,
        trust_at: NOW,
        ..ISSUE
    };
    checker.snapshot_import(&authority.snapshot(issue)).unwrap();
    assert_eq!(checker.snapshot_info().unwrap().refresh_at, NOW - 300 + 21_600);
}
