use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

/// Stops the process at a chosen point, as far as one process can play another one's death: whoever comes to the point
/// tells the test and never goes on.
pub struct KillSwitch {
    at: usize,
    passed: AtomicUsize,
    tell: Mutex<Sender<()>>,
}

impl KillSwitch {
    /// Dies at the point `at`, counted from 0. The receiver hears of it.
    pub fn at(at: usize) -> (Self, Receiver<()>) {
        let (tell, told) = channel();
        (
            Self {
                at,
                passed: AtomicUsize::new(0),
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

    fn dies(&self) -> bool {
        let now = self.passed.fetch_add(1, Ordering::SeqCst);
        // Everything after the point is dead as well.
        if now == self.at {
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

    /// A point on a blocking thread: `true` if the caller is dead and its answer will not be heard.
    pub fn blocking_point(&self) -> bool {
        self.dies()
    }
}
