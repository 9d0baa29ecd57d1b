/// Runs a call that takes a `CancelToken`, and ends the waiting for it together with the calling task.
///
/// A Swift task that is cancelled does not end a call of the core by itself. With this function the call ends with
/// `CancellationError`. What it began ends in the background, and the next call finds its result.
public func withCancelToken<T: Sendable>(
    isolation: isolated (any Actor)? = #isolation,
    _ call: (CancelToken) async throws -> T
) async throws -> T {
    let token = CancelToken()
    return try await withTaskCancellationHandler {
        do {
            return try await call(token)
        } catch PermitCardError.Cancelled where token.isCancelled() {
            throw CancellationError()
        }
    } onCancel: {
        token.cancel()
    }
}
