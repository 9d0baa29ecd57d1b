//! Every bad input ends with its stable code, and costs little memory on the way, whatever it announces.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    unsafe_code,
    reason = "tests; a global allocator cannot be written without unsafe, and it only counts"
)]

#[path = "../../shared/counting.rs"]
mod counting;

use std::{cell::Cell, collections::BTreeSet};

use counting::Counting;
use permitcard_benches::bad;

/// The most bytes that reading anything may take at any moment beyond its input.
const MOST: usize = 8 << 20;

thread_local! {
    /// Bytes in use and their highest number, of this thread: tests run side by side. Below zero where a thread frees what
    /// another one took.
    static USED: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

fn count(more: usize, less: usize) {
    // Nothing is counted while a thread ends.
    let _ = USED.try_with(|used| {
        used.set(used.get() + more as isize - less as isize);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(used.get())));
    });
}

#[global_allocator]
static ALLOCATOR: Counting = Counting(count);

/// The most bytes in use during `work`, beyond those before it.
fn peak_of<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = USED.get();
    PEAK.set(before);
    let result = work();
    (result, (PEAK.get() - before) as usize)
}

#[test]
fn the_allocator_counts() {
    let (bytes, peak) = peak_of(|| {
        drop(vec![0u8; 3_000_000]);
        vec![0u8; 1_000_000]
    });
    assert_eq!((bytes.len(), peak), (1_000_000, 3_000_000));
    let (_, peak) = peak_of(|| {
        let mut bytes = Vec::with_capacity(1_000);
        bytes.extend_from_slice(&[0u8; 1_000]);
        bytes.reserve_exact(9_000);
        bytes
    });
    assert_eq!(peak, 11_000);
}

#[test]
fn every_bad_input_has_its_code_and_costs_little_memory() {
    let cases = bad::all();
    let names: BTreeSet<_> = cases.iter().map(|case| case.name).collect();
    assert_eq!(names.len(), cases.len(), "a name stands twice");
    let mut wrong = Vec::new();
    for case in &cases {
        let (code, peak) = peak_of(|| case.read());
        println!("{:<60} {code:<36} {peak:>9} bytes", case.name);
        if code != case.code || peak >= MOST {
            wrong.push(format!("{}: {code}, expected {}; {peak} bytes", case.name, case.code));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
