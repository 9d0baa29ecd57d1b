import Foundation
import PermitCard
import Testing

@Suite(.serialized) struct ThreadsTests {
    static let sandbox = Result { try Sandbox() }

    let sandbox: Sandbox
    let home = Home()

    init() throws {
        sandbox = try Self.sandbox.get()
    }

    @Test func callsFromManyTasks() async throws {
        let maria = try sandbox.person("maria")
        let wallet = try await home.openWallet(sandbox)
        _ = try await wallet.card(sandbox, maria)
        let verifier = try await home.openVerifier(sandbox)
        try await verifier.snapshotFetch()
        _ = try await wallet.beginShow(profile: .employer, prompt: prompt)
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<32 {
                group.addTask {
                    let shown = try await wallet.preview(profile: .hotel).shown
                    #expect(shown.first { $0.field == .name }?.value == maria.cardName)
                    if index % 8 == 0 { #expect(try await wallet.sync().status == .valid) }
                    let text = try await wallet.present(request: PresentRequest()).text
                    let request = VerifyRequest(text: text, policy: .employer, remember: false)
                    #expect(try await verifier.verify(request: request).unmet.isEmpty)
                    return text
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(texts.count == 32)
        #expect(try await wallet.disclosureLog().count == 32)
        await wallet.close()
        await verifier.close()
    }

    @Test func ofManyRegistrationsAtOnceOneStarts() async throws {
        let wallet = try await home.openWallet(sandbox)
        let codes = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<8 {
                group.addTask { await code { try await wallet.startRegistration() } }
            }
            return await group.reduce(into: [String?]()) { $0.append($1) }
        }
        #expect(codes.filter { $0 == nil }.count == 1)
        #expect(codes.filter { $0 == "wallet.registration_running" }.count == 7)
        await wallet.close()
    }

    @Test func closingAmidCallsGivesResultsOrClosedAndNothingElse() async throws {
        let wallet = try await home.openWallet(sandbox)
        let errors = await withTaskGroup(of: PermitCardError?.self) { group in
            for _ in 0..<64 {
                group.addTask { await failure { try await wallet.state() } }
            }
            group.addTask {
                await wallet.close()
                return nil
            }
            return await group.reduce(into: [PermitCardError]()) { errors, error in error.map { errors.append($0) } }
        }
        #expect(errors.allSatisfy { $0 == .Closed })
        #expect(await failure { try await wallet.state() } == .Closed)
    }
}
