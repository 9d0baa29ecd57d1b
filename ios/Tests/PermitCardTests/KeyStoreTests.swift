import Foundation
import PermitCard
import Testing

/// A key store that throws what it should not, that lies, and that never returns.
@Suite(.serialized) struct KeyStoreTests {
    static let sandbox = Result { try Sandbox() }

    private struct Chatty: Error, CustomStringConvertible {
        let description = "GARCIA LOPEZ<<MARIA"
    }

    let sandbox: Sandbox
    let home = Home()

    init() throws {
        sandbox = try Self.sandbox.get()
    }

    @Test(arguments: [HostileKeys.Method.createMany, .seal])
    func whateverItThrowsIsUnexpectedAndItsTextIsDropped(method: HostileKeys.Method) async throws {
        let keys = HostileKeys(home.keys)
        keys.set(method) { throw Chatty() }
        let error = try #require(await failure { try await home.openWallet(sandbox, keys: keys) })
        #expect(error == .KeyStore(reason: "keys.unexpected"))
        for text in ["\(error)", String(reflecting: error), error.localizedDescription] {
            #expect(!text.contains("GARCIA"))
        }
        keys.behave()
        let wallet = try await home.openWallet(sandbox, keys: keys)
        #expect(try await wallet.state().phase == .empty)
        await wallet.close()
    }

    @Test func aKeyThatStaysIsToldAndGoesLater() async throws {
        let keys = HostileKeys(home.keys)
        let wallet = try await home.openWallet(sandbox, keys: keys)
        _ = try await wallet.card(sandbox, sandbox.person("maria"))
        keys.set(.delete) { throw Chatty() }
        #expect(await failure { try await wallet.erase() } == .KeyStore(reason: "keys.unexpected"))
        // The file stays that names the wrapping key; all of it goes as soon as the key store lets it.
        #expect(!home.files(in: home.wallet).isEmpty)
        keys.behave()
        try await eraseUnopenedWallet(dir: home.wallet.path, keys: keys)
        #expect(home.files(in: home.wallet).isEmpty)
        #expect(try home.keys.list().isEmpty)
    }

    @Test func aSignatureOfAnotherKeyIsRefusedBeforeItLeavesThePhone() async throws {
        let others = home.otherKeys()
        let stranger = try others.createMany(spec: KeySpec(purpose: .transport), count: 1, attestationNonce: Data())[0]
        let keys = LyingKeys(home.keys)
        keys.signs = { message in try others.sign(keyId: stranger.keyId, message: message) }
        let wallet = try await home.openWallet(sandbox, keys: keys)
        #expect(await code { try await wallet.startRegistration() } == "keys.unexpected")
        await wallet.close()
    }

    @Test(arguments: Lie.allCases) func keysThatAreNoneAreRefused(lie: Lie) async throws {
        let keys = LyingKeys(home.keys)
        keys.makes = { $0.purpose == .transport ? lie.about($0) : [$0] }
        let wallet = try await home.openWallet(sandbox, keys: keys)
        #expect(await code { try await wallet.startRegistration() } == "keys.unexpected")
        await wallet.close()
    }

    @Test func oneThatNeverReturnsTimesOutAndHoldsNothingElseUp() async throws {
        let keys = HostileKeys(home.keys)
        let gate = Gate()
        let wallet = try await home.openWallet(sandbox, keys: keys, callTimeoutS: 1)
        try await wallet.register(sandbox, sandbox.person("juergen"))
        keys.set(.beginSession, gate.wait)
        #expect(await code { try await wallet.fetchCard(prompt: prompt) } == "keys.timed_out")
        // The prompt is still open: no second one is laid over it, and everything else works.
        #expect(await code { try await wallet.fetchCard(prompt: prompt) } == "keys.busy")
        #expect(try await wallet.state().phase == .readyToFetch)
        keys.behave()
        gate.release()
        // Busy until the abandoned call is back.
        while case .KeyStore = await failure(of: { try await wallet.fetchCard(prompt: prompt) }) {}
        #expect(try await wallet.card()?.test == true)
        await wallet.close()
    }

    @Test func openingWithOneThatNeverReturnsTimesOut() async throws {
        let keys = HostileKeys(home.keys)
        let gate = Gate()
        keys.set(.createMany, gate.wait)
        #expect(await code { try await home.openWallet(sandbox, keys: keys, callTimeoutS: 1) } == "keys.timed_out")
        #expect(await code { try await home.openVerifier(sandbox, keys: keys, callTimeoutS: 1) } == "keys.timed_out")
        keys.behave()
        gate.release()
        let wallet = try await home.openWallet(sandbox, keys: keys)
        #expect(try await wallet.state().phase == .empty)
        await wallet.close()
    }

    @Test func aClockThatThrowsGivesATypedError() async throws {
        final class Broken: PermitCard.Clock {
            func now() throws -> ClockReading { throw Chatty() }
        }
        let wallet = try await home.openWallet(sandbox, clock: Broken())
        let error = await failure { try await wallet.startRegistration() }
        #expect(error == .WrongState(reason: "wallet.time_unknown"))
        await wallet.close()
    }

    @Test(arguments: [Int64.min, -1, 0, .max]) func aClockThatLiesGivesATypedErrorOrAResult(wallS: Int64) async throws {
        final class Lying: PermitCard.Clock {
            let wallS: Int64
            init(_ wallS: Int64) { self.wallS = wallS }
            func now() throws -> ClockReading {
                ClockReading(wallS: wallS, bootMs: .max, bootId: String(repeating: "x", count: 1000))
            }
        }
        let wallet = try await home.openWallet(sandbox, clock: Lying(wallS))
        #expect(await code { try await wallet.startRegistration() } != "wallet.internal")
        await wallet.close()
        let verifier = try await home.openVerifier(sandbox, clock: Lying(wallS))
        #expect(await code { try await verifier.snapshotFetch() } != "wallet.internal")
        await verifier.close()
    }
}
