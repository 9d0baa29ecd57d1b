//! Counts the memory of the process.

use std::{
    future::Future,
    sync::atomic::{AtomicIsize, Ordering},
};

use crate::counting::Counting;

static USED: AtomicIsize = AtomicIsize::new(0);
static PEAK: AtomicIsize = AtomicIsize::new(0);

fn count(more: usize, less: usize) {
    let change = more as isize - less as isize;
    let now = USED.fetch_add(change, Ordering::SeqCst) + change;
    PEAK.fetch_max(now, Ordering::SeqCst);
}

#[global_allocator]
static ALLOCATOR: Counting = Counting(count);

/// The most bytes in use during `work`, beyond those before it.
pub fn peak_of<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = begin();
    let result = work();
    (result, since(before))
}

/// As [`peak_of`], for a future.
pub async fn peak_during<T>(work: impl Future<Output = T>) -> (T, usize) {
    let before = begin();
    let result = work.await;
    (result, since(before))
}

fn begin() -> isize {
    let before = USED.load(Ordering::SeqCst);
    PEAK.store(before, Ordering::SeqCst);
    before
}

fn since(before: isize) -> usize {
    (PEAK.load(Ordering::SeqCst) - before).max(0) as usize
}
