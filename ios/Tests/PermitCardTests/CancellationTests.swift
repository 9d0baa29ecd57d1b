import Foundation
import PermitCard
import Testing

@Suite(.serialized) struct CancellationTests {
    static let sandbox = Result { try Sandbox() }

    let sandbox: Sandbox
    let home = Home()
    let keys: HostileKeys
    let gate = Gate()

    init() throws {
        sandbox = try Self.sandbox.get()
        keys = HostileKeys(home.keys)
    }

    /// A wallet whose next fetch stops at the gate.
    private func walletAtTheGate(_ person: String) async throws -> Wallet {
        let wallet = try await home.openWallet(sandbox, keys: keys)
        try await wallet.register(sandbox, sandbox.person(person))
        keys.set(.beginSession, gate.wait)
        return wallet
    }

    @Test func aCancelledTaskReturnsAtOnceAndLosesNothing() async throws {
        let wallet = try await walletAtTheGate("maria")
        let fetching = Task { try await withCancelToken { try await wallet.fetchCard(prompt: prompt, cancel: $0) } }
        await gate.reached()
        fetching.cancel()
        // Ends while the key store still waits for its user.
        await #expect(throws: CancellationError.self) { try await fetching.value }
        gate.release()
        // What was begun ends by itself; this call waits its turn and finds it, or does it.
        #expect(try await wallet.fetchCard(prompt: prompt).credentialsLeft == 10)
        await wallet.close()
    }

    @Test func aCancelledTokenEndsTheWaiting() async throws {
        let wallet = try await walletAtTheGate("sean")
        let token = CancelToken()
        let fetching = Task { try await wallet.fetchCard(prompt: prompt, cancel: token) }
        await gate.reached()
        token.cancel()
        #expect(await failure { try await fetching.value } == .Cancelled)
        gate.release()
        #expect(token.isCancelled())
        // A token that is cancelled already lets nothing begin.
        #expect(await failure { try await wallet.sync(cancel: token) } == .Cancelled)
        #expect(try await wallet.fetchCard(prompt: prompt).credentialsLeft == 10)
        await wallet.close()
    }

    @Test func aTaskThatIsNotCancelledSeesTheUsersNo() async throws {
        let wallet = try await walletAtTheGate("nimalka")
        keys.set(.beginSession) { throw KeyError.Cancelled }
        let error = await failure {
            try await withCancelToken { try await wallet.fetchCard(prompt: prompt, cancel: $0) }
        }
        #expect(error == .Cancelled)
        await wallet.close()
    }

    @Test func cancellingARegistrationEndsTheCallThatIsUnderWay() async throws {
        let wallet = try await walletAtTheGate("maryann")
        let fetching = Task { try await wallet.fetchCard(prompt: prompt) }
        await gate.reached()
        try await wallet.cancelRegistration()
        #expect(await failure { try await fetching.value } == .Cancelled)
        gate.release()
        #expect(try await wallet.state().phase == .empty)
        await wallet.close()
    }

    @Test func closingWaitsForWhatIsUnderWay() async throws {
        let wallet = try await walletAtTheGate("juergen")
        let fetching = Task { try await wallet.fetchCard(prompt: prompt) }
        await gate.reached()
        let closing = Task { await wallet.close() }
        gate.release()
        await closing.value
        #expect(try await fetching.value.credentialsLeft == 10)
        #expect(await failure { try await wallet.card() } == .Closed)
    }

    @Test func freeingDoesNotWaitForAKeyStoreThatHangs() async throws {
        do {
            let wallet = try await walletAtTheGate("suharto")
            let token = CancelToken()
            let fetching = Task { [wallet] in try await wallet.fetchCard(prompt: prompt, cancel: token) }
            await gate.reached()
            token.cancel()
            _ = await fetching.result
        }
        gate.release()
        keys.behave()
        // Killed in the middle: another wallet goes on at the same place.
        let next = try await home.openWallet(sandbox, keys: keys)
        #expect(try await next.fetchCard(prompt: prompt).credentialsLeft == 10)
        await next.close()
    }
}
