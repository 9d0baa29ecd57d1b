import PermitCard

/// The error of a call; none if it went well, or if the error is none of ours.
func failure(of call: () async throws -> some Any) async -> PermitCardError? {
    do {
        _ = try await call()
        return nil
    } catch {
        return error as? PermitCardError
    }
}

/// The stable code of a call's error.
func code(of call: () async throws -> some Any) async -> String? {
    await failure(of: call)?.code()
}
