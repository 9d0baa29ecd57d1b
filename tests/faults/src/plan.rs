use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the server.
    Up,
    /// From the server to the client.
    Down,
}

/// What happens to the connections that begin under it. `after` counts bytes of one direction, TLS included, from the first
/// one of the connection; more of them never leave the proxy that way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// The connection ends in both directions.
    Cut {
        /// Whose bytes are counted.
        direction: Direction,
        /// How many arrive.
        after: u64,
    },
    /// Nothing arrives any more; the connection stays open.
    Stall {
        /// Whose bytes are counted.
        direction: Direction,
        /// How many arrive.
        after: u64,
    },
    /// Everything arrives, but only one byte each time.
    Trickle {
        /// Whose bytes are counted.
        direction: Direction,
        /// How many arrive at once before.
        after: u64,
        /// The time between two bytes.
        every: Duration,
    },
}

impl Plan {
    fn counts(self) -> (Direction, u64) {
        match self {
            Self::Cut { direction, after }
            | Self::Stall { direction, after }
            | Self::Trickle { direction, after, .. } => (direction, after),
        }
    }
}

/// What a pump does with bytes that it has read.
pub(crate) enum Verdict {
    /// All of them go on.
    Pass,
    /// So many of them go on, then the plan is carried out.
    Then(usize, Plan),
}

/// A plan with what was counted under it.
pub(crate) struct Armed {
    plan: Plan,
    passed: AtomicU64,
    fired: AtomicBool,
}

impl Armed {
    pub(crate) fn new(plan: Plan) -> Self {
        Self {
            plan,
            passed: AtomicU64::new(0),
            fired: AtomicBool::new(false),
        }
    }

    pub(crate) fn fired(&self) -> bool {
        self.fired.load(Ordering::SeqCst)
    }

    /// Asked with no bytes when a connection begins, so that a plan after byte 0 waits for none.
    pub(crate) fn judge(&self, direction: Direction, bytes: usize) -> Verdict {
        let (counted, after) = self.plan.counts();
        if direction != counted {
            return Verdict::Pass;
        }
        let before = self.passed.fetch_add(bytes as u64, Ordering::SeqCst);
        let left = after.saturating_sub(before);
        if (bytes as u64) < left {
            return Verdict::Pass;
        }
        self.fired.store(true, Ordering::SeqCst);
        Verdict::Then(usize::try_from(left).unwrap_or(bytes), self.plan)
    }
}
