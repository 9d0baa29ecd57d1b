//! Counts the memory of the process.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    future::Future,
    sync::atomic::{AtomicIsize, Ordering},
};

static USED: AtomicIsize = AtomicIsize::new(0);
static PEAK: AtomicIsize = AtomicIsize::new(0);

fn count(more: usize, less: usize) {
    let change = more as isize - less as isize;
    let now = USED.fetch_add(change, Ordering::SeqCst) + change;
    PEAK.fetch_max(now, Ordering::SeqCst);
}

struct Counting;

// SAFETY: every call goes to the system's allocator with the same arguments; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(0, layout.size());
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Both are in use while it moves.
        count(size, 0);
        count(0, layout.size());
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

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
