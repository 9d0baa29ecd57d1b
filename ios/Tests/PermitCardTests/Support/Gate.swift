import Foundation

/// A place where a method of the key store waits until the test lets it go on.
final class Gate: Sendable {
    private let reachedSignal = AsyncStream.makeStream(of: Void.self)
    private let released = DispatchSemaphore(value: 0)

    /// Called by the key store: blocks its thread.
    @Sendable func wait() {
        reachedSignal.continuation.yield()
        released.wait()
        // Whoever comes later passes.
        released.signal()
    }

    /// Ends when the key store has come to the gate.
    func reached() async {
        for await _ in reachedSignal.stream { return }
    }

    func release() {
        released.signal()
    }
}
