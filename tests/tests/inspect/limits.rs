//! Hostile inputs end with a code, and soon.

use permitcard_cli::inspect::{MAX_FILE, MAX_INFLATED, MAX_INPUT, Mode, StatusSummary, inspect};
use permitcard_credential::{
    cose::value::Value,
    status::{Status, StatusBits, StatusList},
};

use crate::{codes_of, forge::*, options, shown, with_keys};

/// The codes of an input without keys.
fn codes(input: &[u8]) -> Vec<&'static str> {
    codes_of(&with_keys(input, &[]))
}

#[test]
fn long_files_are_refused_by_their_length() {
    assert_eq!(codes(&vec![0xd2; MAX_INPUT + 1]), ["too_large"]);
    assert_eq!(codes(&vec![b'A'; MAX_FILE + 1]), ["too_large"]);
    let mut list = options(&[]);
    list.mode = Mode::StatusList(StatusBits::One);
    assert_eq!(codes_of(&inspect(&vec![0x78; MAX_FILE + 1], &list)), ["too_large"]);
    // A header that promises 4 GiB has no more behind it than there is.
    assert_eq!(codes(&[0xd2, 0x84, 0x5a, 0xff, 0xff, 0xff, 0xff]), ["cbor_malformed"]);
    assert_eq!(codes(&[0xd2, 0x9a, 0xff, 0xff, 0xff, 0xff]), ["cose_malformed"]);
}

#[test]
fn bombs_stop_at_the_limit() {
    assert_eq!(codes(&printed(&vec![0; MAX_INFLATED])), ["cose_malformed"]);
    assert_eq!(codes(&printed(&vec![0; MAX_INFLATED + 1])), ["too_large"]);
    // 2^20 entries in 64 MiB of zeros are a few kilobytes in the file.
    let bomb = StatusList::new(StatusBits::Eight, 1 << 20).unwrap().compress();
    let mut list = options(&[]);
    list.mode = Mode::StatusList(StatusBits::One);
    assert_eq!(codes_of(&inspect(&bomb, &list)), ["too_large"]);
    list.mode = Mode::StatusList(StatusBits::Eight);
    assert_eq!(inspect(&bomb, &list).valid(), Some(true));
}

#[test]
fn depth_is_counted_in_every_document() {
    let issuer = key();
    let nested = |depth| (0..depth).fold(int(0), |inside, _| Value::Array(vec![inside]));
    let cwt = |depth| Parts::new(&with(claims(), 500, nested(depth))).sign(&issuer);
    // The map of claims is one level.
    assert_eq!(codes(&cwt(15)), Vec::<&str>::new());
    assert_eq!(codes(&cwt(16)), ["too_deep"]);
    let mut parts = Parts::new(&int(0));
    parts.payload = [vec![0xa1, 0x01], vec![0x81; 10_000], vec![0]].concat();
    assert_eq!(codes(&parts.sign(&issuer)), ["too_deep"]);
    assert_eq!(codes(&[vec![0x84], vec![0x81; 10_000]].concat()), ["unrecognised"]);
}

#[test]
fn a_long_list_is_cut_and_counted() {
    let mut list = StatusList::new(StatusBits::Two, 1 << 20).unwrap();
    for index in 0..1_500 {
        list.set(index * 3, Status::Suspended).unwrap();
    }
    let mut mode = options(&[]);
    mode.mode = Mode::StatusList(StatusBits::Two);
    let report = inspect(&list.compress(), &mode);
    let seen = shown(&report)["status_list"].clone();
    assert_eq!(
        (&seen["size"], &seen["nonzero_count"]),
        (&(1 << 20).into(), &1_500.into())
    );
    assert_eq!(seen["nonzero"].as_object().unwrap().len(), StatusSummary::LISTED);
    assert_eq!(
        (&seen["nonzero"]["0"], &seen["nonzero"]["2997"]),
        (&2.into(), &2.into())
    );
    assert!(seen["nonzero"].get("3000").is_none());
}
