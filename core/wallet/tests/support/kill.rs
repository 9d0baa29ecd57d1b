use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// Stops the process at a chosen point, as far as one process can play another one's death: whoever comes to the point
/// tells the test and never goes on.
pub struct KillSwitch {
    at: usize,
    passed: AtomicUsize,
    buried: AtomicBool,
    tell: Mutex<Sender<()>>,
}

impl KillSwitch {
    /// Dies at the point `at`, counted from 0. The receiver hears of it.
    pub fn at(at: usize) -> (Self, Receiver<()>) {
        let (tell, told) = channel();
        let (passed, buried) = (AtomicUsize::new(0), AtomicBool::new(false));
        (
            Self {
                at,
                passed,
                buried,
                tell: Mutex::new(tell),
            },
            told,
        )
    }

    /// Counts points and never dies.
    pub fn never() -> Self {
        Self::at(usize::MAX).0
    }

    pub fn passed(&self) -> usize {
        self.passed.load(Ordering::SeqCst)
    }

    /// All tasks are gone: threads that are still in a call may return, for nobody hears them.
    pub fn bury(&self) {
        self.buried.store(true, Ordering::SeqCst);
    }

    /// Everything after the point is dead as well.
    fn dies(&self) -> bool {
        let now = self.passed.fetch_add(1, Ordering::SeqCst);
        if now == self.at {
            // A test that does not listen only counts.
            let _ = self.tell.lock().unwrap().send(());
        }
        now >= self.at
    }

    /// A point in async code.
    pub async fn point(&self) {
        if self.dies() {
            std::future::pending::<()>().await;
        }
    }

    /// A point on a blocking thread.
    pub fn blocking_point(&self) {
        if self.dies() {
            while !self.buried.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    }
}
