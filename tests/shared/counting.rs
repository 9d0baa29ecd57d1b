//! The system's allocator with a count. Each test that takes it says what is counted: one thread, or the whole process.

use std::alloc::{GlobalAlloc, Layout, System};

/// Tells its function of the bytes that are taken and given back.
pub struct Counting(pub fn(more: usize, less: usize));

// SAFETY: every call goes to the system's allocator with the same arguments; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        (self.0)(layout.size(), 0);
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        (self.0)(layout.size(), 0);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        (self.0)(0, layout.size());
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Both are in use while it moves.
        (self.0)(size, 0);
        (self.0)(0, layout.size());
        unsafe { System.realloc(pointer, layout, size) }
    }
}
