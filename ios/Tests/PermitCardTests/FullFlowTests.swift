import Foundation
import PermitCard
import Testing

@Suite(.serialized) struct FullFlowTests {
    static let sandbox = Result { try Sandbox() }

    @Test func fromRegistrationToAnOfflineVerification() async throws {
        let authority = try Sandbox()
        let home = Home()
        let maria = try authority.person("maria")
        let wallet = try await home.openWallet(authority)
        #expect(try await wallet.state().phase == .empty)

        let asked = try await wallet.register(authority, maria)
        #expect(asked.first == .consent)
        #expect(Set(asked) == [.consent, .identityClaim, .oneTimeCode, .documentCheck, .faceCheck])
        #expect(try await wallet.state().phase == .readyToFetch)

        let card = try await wallet.fetchCard(prompt: prompt)
        #expect(card.test)
        #expect(card.value(.name) == maria.cardName)
        #expect(card.value(.passport) == maria.passport)
        #expect(card.credentialsLeft == 10)
        #expect(try await wallet.portrait()?.bytes.isEmpty == false)

        let verifier = try await home.openVerifier(authority)
        #expect(try await verifier.snapshotInfo() == nil)
        try await verifier.snapshotFetch()
        #expect(try await verifier.snapshotInfo() != nil)
        // From here on there is no authority.
        authority.stop()

        #expect(try await wallet.preview(profile: .employer).groups == [.person, .employment])
        let show = try await wallet.beginShow(profile: .employer, prompt: prompt)
        let code = try await wallet.present(request: PresentRequest())
        #expect(code.expiresAt - code.issuedAt == 60)
        #expect(code.qrVersion == show.qrVersion)
        let picture = try qrMatrix(text: code.text, minVersion: code.qrVersion)
        #expect(picture.size == 17 + 4 * UInt32(code.qrVersion))
        #expect(picture.modules.count == Int(picture.size * picture.size))
        #expect(try qrSvg(text: code.text, minVersion: code.qrVersion).hasPrefix("<svg"))

        let checked = try await verifier.verify(request: VerifyRequest(text: code.text, policy: .employer))
        #expect(checked.unmet.isEmpty)
        #expect(checked.verdicts.issuer.code == "verdict.issuer_good")
        #expect(checked.verdicts.holder.code == "verdict.holder_good")
        #expect(checked.verdicts.status.code == "verdict.status_valid")
        #expect(checked.verdicts.test)
        let shown = try #require(checked.verdicts.disclosed)
        #expect(shown.person?.name == maria.cardName)
        #expect(shown.employment != nil)
        #expect(shown.file == nil)

        let again = try await verifier.verify(request: VerifyRequest(text: code.text, policy: .employer))
        #expect(again.unmet == ["verdict.seen_before"])
        let later = VerifyRequest(text: code.text, policy: .employer, at: code.issuedAt + 91)
        #expect(try await verifier.verify(request: later).unmet == ["verdict.presentation_expired"])
        let forged = VerifyRequest(text: code.text.dropLast(6) + "000000", policy: .employer)
        #expect(try await verifier.verify(request: forged).verdicts.holder.outcome == .bad)

        try await wallet.endShow()
        #expect(try await wallet.disclosureLog().map(\.profile) == [.employer])

        try await wallet.erase()
        await verifier.close()
        try await eraseVerifier(dir: home.verifier.path, keys: home.keys)
        #expect(try home.keys.list().isEmpty)
        #expect(home.files(in: home.wallet).isEmpty)
        #expect(home.files(in: home.verifier).isEmpty)
    }

    @Test func aCardOutlivesTheProcess() async throws {
        let sandbox = try Self.sandbox.get()
        let home = Home()
        let juergen = try sandbox.person("juergen")
        let first = try await home.openWallet(sandbox)
        _ = try await first.card(sandbox, juergen)
        await first.close()
        let second = try await home.openWallet(sandbox)
        #expect(try await second.state().phase == .ready)
        #expect(try await second.card()?.value(.name) == juergen.cardName)
        #expect(try await second.sync().status == .valid)
        await second.close()
    }

    @Test func aRegistrationGoesOnInANewProcessAtTheSameStep() async throws {
        let sandbox = try Self.sandbox.get()
        let home = Home()
        let sean = try sandbox.person("sean")
        let first = try await home.openWallet(sandbox)
        let started = try await first.startRegistration()
        await first.close()
        let second = try await home.openWallet(sandbox)
        #expect(try await second.registration() == started)
        try await second.cancelRegistration()
        #expect(try await second.registration() == nil)
        #expect(try await second.card(sandbox, sean).value(.name) == sean.cardName)
        await second.close()
    }

    @Test func theSocialSecurityNumberFindsTheSamePersonAndARevocationArrives() async throws {
        let sandbox = try Self.sandbox.get()
        let home = Home()
        let maria = try sandbox.person("maria")
        let wallet = try await home.openWallet(sandbox)
        try await wallet.register(sandbox, maria, as: maria.bySocialSecurityNumber())
        #expect(try await wallet.fetchCard(prompt: prompt).value(.name) == maria.cardName)

        let verifier = try await home.openVerifier(sandbox)
        try await verifier.snapshotFetch()
        _ = try await wallet.beginShow(profile: .employer, prompt: prompt)
        let code = try await wallet.present(request: PresentRequest())
        let request = VerifyRequest(text: code.text, policy: .employer, remember: false)
        #expect(try await verifier.verify(request: request).unmet.isEmpty)

        try sandbox.event("revoke", maria)
        try await verifier.snapshotFetch()
        let revoked = try await verifier.verify(request: request)
        #expect(revoked.verdicts.status.outcome == .bad)
        #expect(revoked.verdicts.status.code == "verdict.status_revoked")
        #expect(try await wallet.sync().status == .revoked)
        await wallet.close()
        await verifier.close()
    }

    @Test(arguments: [Nonce.digits(digits: "493817"), .bytes(bytes: Data([1, 2, 3, 4, 5, 6, 7, 8]))])
    func aNonceProvesThatTheCodeWasMadeForThisVerifier(nonce: Nonce) async throws {
        let sandbox = try Self.sandbox.get()
        let home = Home()
        let wallet = try await home.openWallet(sandbox)
        _ = try await wallet.card(sandbox, sandbox.person("maryann"))
        let verifier = try await home.openVerifier(sandbox)
        try await verifier.snapshotFetch()
        _ = try await wallet.beginShow(profile: .employer, prompt: prompt)
        let text = try await wallet.present(request: PresentRequest(nonce: nonce)).text
        let right = VerifyRequest(text: text, policy: .employer, nonce: nonce, remember: false)
        #expect(try await verifier.verify(request: right).unmet.isEmpty)
        #expect(try await verifier.verify(request: right).verdicts.nonceConfirmed)
        let other = VerifyRequest(text: text, policy: .employer, nonce: .digits(digits: "493818"), remember: false)
        #expect(try await verifier.verify(request: other).unmet == ["verdict.nonce_wrong"])
        await wallet.close()
        await verifier.close()
    }
}
