import Foundation
import PermitCard
import Testing

/// Every variant of the public error, brought about for real, arrives as its own case with its stable code.
@Suite(.serialized) struct ErrorsTests {
    static let sandbox = Result { try Sandbox() }

    let sandbox: Sandbox
    let home = Home()

    init() throws {
        sandbox = try Self.sandbox.get()
    }

    @Test func invalidInput() async throws {
        var options = sandbox.options(home.wallet)
        options = OpenOptions(dir: options.dir, clientFile: "{}", environment: .sandbox)
        let malformed = await failure { try await Wallet.open(options: options, keys: home.keys, clock: SystemClock()) }
        #expect(malformed == .InvalidInput(reason: "client.file_malformed"))

        let number = try sandbox.person("maria").byPermitNumber().number
        let nobody = IdentityInput(
            surname: "", givenNames: "", number: number, passportNumber: "X", passportIssuer: "ESP")
        #expect(await failure { try previewIdentity(identity: nobody) } == .InvalidInput(reason: "identity.name_empty"))
        #expect(await failure { try qrMatrix(text: "small") } == .InvalidInput(reason: "qr.character_invalid"))

        let verifier = try await home.openVerifier(sandbox)
        try await verifier.snapshotFetch()
        let foreign = VerifyRequest(text: "https://example.com", policy: .employer)
        #expect(
            await failure { try await verifier.verify(request: foreign) }
                == .InvalidInput(reason: "verdict.text_foreign"))
        await verifier.close()
    }

    @Test func refused() async throws {
        let wallet = try await home.openWallet(sandbox)
        guard case .step(let step) = try await wallet.startRegistration() else {
            throw Sandbox.Failed(command: "start")
        }
        let no = step.consents.map {
            ConsentDecision(kind: $0.kind, version: $0.version, scope: $0.scope, given: false)
        }
        let error = await failure { try await wallet.answer(answer: .consent(decisions: no)) }
        guard case .Refused(let reason, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason == "registration.consent_refused")
        await wallet.close()
    }

    @Test func network() async throws {
        let gone = try Sandbox()
        gone.stop()
        let wallet = try await home.openWallet(gone)
        let error = await failure { try await wallet.startRegistration() }
        #expect(error == .Network(reason: "network.offline", retryAfterS: nil))
        await wallet.close()
    }

    @Test func needsUser() async throws {
        let wallet = try await home.openWallet(sandbox)
        _ = try await wallet.card(sandbox, sandbox.person("sean"))
        _ = try await wallet.beginShow(profile: .employer, prompt: prompt)
        // The device's own session is over before the show session.
        try home.keys.endSession()
        #expect(await failure { try await wallet.present(request: PresentRequest()) } == .NeedsUser)
        try await wallet.continueShow(prompt: prompt)
        #expect(try await wallet.present(request: PresentRequest()).text.hasPrefix("WPC1:"))
        await wallet.close()
    }

    @Test func keyStoreLocked() async throws {
        let keys = HostileKeys(home.keys)
        let wallet = try await home.openWallet(sandbox, keys: keys)
        try await wallet.register(sandbox, sandbox.person("juergen"))
        keys.set(.beginSession) { throw KeyError.LockedOut(retryAfterS: 30) }
        #expect(await failure { try await wallet.fetchCard(prompt: prompt) } == .KeyStoreLocked(retryAfterS: 30))
        await wallet.close()
    }

    @Test func keyInvalidated() async throws {
        try await home.openWallet(sandbox).close()
        let keys = HostileKeys(home.keys)
        keys.set(.openSealed) { throw KeyError.Invalidated }
        #expect(await failure { try await home.openWallet(sandbox, keys: keys) } == .KeyInvalidated)
        // A key store's error never costs data.
        let wallet = try await home.openWallet(sandbox)
        #expect(try await wallet.state().phase == .empty)
        await wallet.close()
        try await eraseUnopenedWallet(dir: home.wallet.path, keys: keys)
        #expect(try home.keys.list().isEmpty)
    }

    @Test(arguments: [
        (KeyError.Transient, "keys.transient"),
        (.NotFound, "keys.not_found"),
        (.Unavailable, "keys.unavailable"),
        (.Unexpected, "keys.unexpected"),
    ])
    func keyStore(thrown: KeyError, code: String) async throws {
        let keys = HostileKeys(home.keys)
        keys.set(.createMany) { throw thrown }
        #expect(await failure { try await home.openWallet(sandbox, keys: keys) } == .KeyStore(reason: code))
    }

    @Test(.enabled(if: SmallDisk.isPossible)) func storageFull() async throws {
        try SmallDisk.mount(over: home.wallet)
        #expect(await failure { try await home.openWallet(sandbox) } == .StorageFull)
        try SmallDisk.unmount(home.wallet)
    }

    @Test func storage() async throws {
        try await home.openWallet(sandbox).close()
        let junk = Data(String(repeating: "This is no database. ", count: 500).utf8)
        try junk.write(to: home.wallet.appendingPathComponent("wallet.db"))
        #expect(await failure { try await home.openWallet(sandbox) } == .Storage(reason: "vault.corrupt"))
    }

    @Test func distrusted() async throws {
        let other = try JSONSerialization.jsonObject(with: Data(try Sandbox().clientFile.utf8)) as? [String: Any]
        var mixed = try JSONSerialization.jsonObject(with: Data(sandbox.clientFile.utf8)) as? [String: Any]
        mixed?["root_key"] = other?["root_key"]
        let clientFile = String(decoding: try JSONSerialization.data(withJSONObject: mixed ?? [:]), as: UTF8.self)
        let options = OpenOptions(dir: home.wallet.path, clientFile: clientFile, environment: .sandbox)
        let wallet = try await Wallet.open(options: options, keys: home.keys, clock: SystemClock())
        try await wallet.register(sandbox, sandbox.person("maryann"))
        let error = await failure { try await wallet.fetchCard(prompt: prompt) }
        #expect(error == .Distrusted(reason: "check.trust_list_invalid"))
        #expect(try await wallet.card() == nil)
        await wallet.close()
    }

    @Test func notRegisteredWrongStateCancelledClosed() async throws {
        let keys = HostileKeys(home.keys)
        let wallet = try await home.openWallet(sandbox, keys: keys)
        #expect(await failure { try await wallet.preview(profile: .hotel) } == .NotRegistered)
        let noSession = await failure { try await wallet.present(request: PresentRequest()) }
        #expect(noSession == .WrongState(reason: "wallet.no_show_session"))
        try await wallet.register(sandbox, sandbox.person("suharto"))
        keys.set(.beginSession) { throw KeyError.Cancelled }
        #expect(await failure { try await wallet.fetchCard(prompt: prompt) } == .Cancelled)
        await wallet.close()
        #expect(await failure { try await wallet.state() } == .Closed)
        #expect(await failure { try await wallet.erase() } == .Closed)
        await wallet.close()

        let verifier = try await home.openVerifier(sandbox)
        let missing = await failure {
            try await verifier.verify(request: VerifyRequest(text: "WPC1:", policy: .employer))
        }
        #expect(missing == .WrongState(reason: "checking.snapshot_missing"))
        await verifier.close()
        #expect(await failure { try await verifier.snapshotExport() } == .Closed)
    }

    /// The other way round: each case that Swift makes is the same variant in Rust, with its code and text.
    @Test(arguments: [
        (PermitCardError.InvalidInput(reason: "r"), "r", "invalid input: r"),
        (.Refused(reason: "r", retryAfterS: 2), "r", "refused by the authority: r"),
        (.Network(reason: "r", retryAfterS: 3), "r", "network: r"),
        (.NeedsUser, "keys.needs_user", "the user has to authenticate first"),
        (.KeyStoreLocked(retryAfterS: 4), "keys.locked_out", "the device is locked out"),
        (.KeyInvalidated, "keys.invalidated", "a device key was invalidated"),
        (.KeyStore(reason: "r"), "r", "key store: r"),
        (.StorageFull, "vault.full", "no room left for the files"),
        (.Storage(reason: "r"), "r", "storage: r"),
        (.Distrusted(reason: "r"), "r", "not trusted: r"),
        (.NotRegistered, "wallet.not_registered", "there is no card yet"),
        (.WrongState(reason: "r"), "r", "wrong state: r"),
        (.Cancelled, "wallet.cancelled", "cancelled"),
        (.Closed, "wallet.closed", "closed"),
        (.Internal(reason: "r"), "r", "internal error: r"),
    ])
    func everyCaseKeepsItsPlaceInBothDirections(error: PermitCardError, code: String, text: String) {
        #expect(error.code() == code)
        #expect(String(describing: error) == text)
        #expect("\(error)" == text)
    }
}
