import Foundation
import PermitCard
import Testing

/// Registrations that do not go straight.
@Suite(.serialized) struct OtherWaysTests {
    static let sandbox = Result { try Sandbox() }

    let sandbox: Sandbox
    let home = Home()

    init() throws {
        sandbox = try Self.sandbox.get()
    }

    /// A step that failed says why and which other ways are open, in words too; the service window is one of them.
    private func finishAtTheWindow(
        _ wallet: Wallet, _ failed: StepView, _ kind: InteractionType, _ code: String, _ person: Person
    ) async throws {
        let failure = try #require(failed.failure)
        #expect(failure.code == code)
        #expect(failure.step == kind)
        #expect(failure.otherWays.contains(.inPersonCode))
        for language in [Language.english, .chinese] {
            let words = try #require(explain(code: failure.code, language: language))
            #expect(!words.text.isEmpty && words.next?.isEmpty == false)
        }
        let answer = try await sandbox.answer(to: failed, person, kind: .inPersonCode)
        #expect(try await wallet.answer(answer: answer) == .readyToFetch)
        #expect(try await wallet.fetchCard(prompt: prompt).value(.name) == person.cardName)
        await wallet.close()
    }

    @Test func whoeverRefusesTheFaceCheckGoesToAWindow() async throws {
        let juergen = try sandbox.person("juergen")
        let wallet = try await home.openWallet(sandbox)
        var step = try await wallet.walk(to: .documentCheck, sandbox, juergen)
        while !step.consents.contains(where: { $0.kind == .faceData }) {
            step = try await wallet.answer(answer: sandbox.answer(to: step, juergen)).step()
        }
        let refused = try await wallet.answer(answer: step.consentAnswer(given: false)).step()
        try await finishAtTheWindow(wallet, refused, .consent, "registration.consent_refused", juergen)
    }

    @Test func aWrongCodeThenAWindow() async throws {
        let maria = try sandbox.person("maria")
        let wallet = try await home.openWallet(sandbox)
        _ = try await wallet.walk(to: .oneTimeCode, sandbox, maria)
        let right = try await sandbox.code(maria)
        let wrong = right == "000000" ? "000001" : "000000"
        let failed = try await wallet.answer(answer: .oneTimeCode(code: wrong)).step()
        try await finishAtTheWindow(wallet, failed, .oneTimeCode, "registration.code_wrong", maria)
    }

    @Test(arguments: [
        ("piotr", InteractionType.documentCheck, "registration.document_refused"),
        ("minh", .faceCheck, "registration.face_refused"),
        ("helene", .documentCheck, "registration.check_unavailable"),
    ])
    func aCheckThatDoesNotPassThenAWindow(id: String, kind: InteractionType, code: String) async throws {
        let person = try sandbox.person(id)
        let wallet = try await home.openWallet(sandbox)
        let step = try await wallet.walk(to: kind, sandbox, person)
        let failed = try await wallet.answer(answer: sandbox.answer(to: step, person, kind: kind)).step()
        try await finishAtTheWindow(wallet, failed, kind, code, person)
    }

    @Test func aNameThatNobodyKnowsIsToldOnlyAfterTheDocument() async throws {
        let sean = try sandbox.person("sean")
        let wallet = try await home.openWallet(sandbox)
        let claim = try await wallet.walk(to: .identityClaim, sandbox, sean)
        #expect(claim.required == .identityClaim)
        let other = IdentityInput(
            surname: "Nobody", givenNames: "Else", number: .workPermit(number: sean.permitNumber),
            passportNumber: sean.passport, passportIssuer: sean.passportIssuer)
        let claimed = try await wallet.answer(answer: .identity(identity: other)).step()
        #expect(claimed.failure == nil)
        let checked = try await wallet.answer(answer: sandbox.answer(to: claimed, sean, kind: .documentCheck))
        #expect(try checked.step().failure?.code == "registration.name_differs")
        #expect(try checked.step().ways.contains(.identityClaim))
        try await wallet.finish(from: checked, sandbox, sean)
        #expect(try await wallet.fetchCard(prompt: prompt).value(.name) == sean.cardName)
        await wallet.close()
    }

    @Test func aNameThatNobodyKnowsThenAWindow() async throws {
        let sean = try sandbox.person("sean")
        let wallet = try await home.openWallet(sandbox)
        _ = try await wallet.walk(to: .identityClaim, sandbox, sean)
        let other = IdentityInput(
            surname: "Nobody", givenNames: "Else", number: .workPermit(number: sean.permitNumber),
            passportNumber: sean.passport, passportIssuer: sean.passportIssuer)
        let claimed = try await wallet.answer(answer: .identity(identity: other)).step()
        #expect(claimed.failure == nil)
        let checked = try await wallet.answer(
            answer: sandbox.answer(to: claimed, sean, kind: .documentCheck)
        ).step()
        try await finishAtTheWindow(wallet, checked, .identityClaim, "registration.name_differs", sean)
    }

    @Test func aWrongCodeOfAWindowThenDocumentAndFace() async throws {
        let maryann = try sandbox.person("maryann")
        let wallet = try await home.openWallet(sandbox)
        _ = try await wallet.walk(to: .inPersonCode, sandbox, maryann)
        let failed = try await wallet.answer(answer: .inPersonCode(code: "00000-00000"))
        #expect(try failed.step().failure?.step == .inPersonCode)
        #expect(try failed.step().failure?.otherWays.contains(.identityClaim) == true)
        try await wallet.finish(from: failed, sandbox, maryann)
        #expect(try await wallet.fetchCard(prompt: prompt).value(.name) == maryann.cardName)
        await wallet.close()
    }

    @Test(arguments: [
        ("amina", InteractionType.bankCard, InteractionType.sim, "registration.bank_card_refused"),
        ("dmitri", .sim, .bankCard, "registration.sim_refused"),
    ])
    func oneOfTwoWaysOpensTheServices(
        id: String, first: InteractionType, second: InteractionType, code: String
    ) async throws {
        let person = try sandbox.person(id)
        let wallet = try await home.openWallet(sandbox)
        #expect(try await wallet.card(sandbox, person).tier == 1)
        let closed = try await wallet.services().compactMap(\.closed)
        #expect(Set(closed) == ["service.needs_tier_two"])

        let consent = try await wallet.startTier2().step()
        #expect(consent.consents.map(\.kind) == [.socialSecurity])
        let ways = try await wallet.answer(answer: consent.consentAnswer(given: true)).step()
        let refused = try await wallet.answer(answer: sandbox.answer(to: ways, person, kind: first)).step()
        #expect(refused.failure?.code == code)
        // The card can be shown meanwhile.
        _ = try await wallet.beginShow(profile: .employer, prompt: prompt)
        #expect(try await wallet.present(request: PresentRequest()).text.hasPrefix("WPC1:"))

        let answer = try await sandbox.answer(to: refused, person, kind: second)
        #expect(try await wallet.answer(answer: answer) == .readyToFetch)
        #expect(try await wallet.fetchCard(prompt: prompt).tier == 2)
        #expect(try await wallet.services().allSatisfy { $0.closed == nil })
        await wallet.close()
    }

    @Test func aRequestIsCancelledAndTheRegistrationGoesOn() async throws {
        let sean = try sandbox.person("sean")
        let keys = HostileKeys(home.keys)
        let gate = Gate()
        let wallet = try await home.openWallet(sandbox, keys: keys)
        _ = try await wallet.walk(to: .identityClaim, sandbox, sean)
        keys.set(.sign, gate.wait)
        let token = CancelToken()
        let claim = StepAnswer.identity(identity: sean.byPermitNumber())
        let answering = Task { try await wallet.answer(answer: claim, cancel: token) }
        await gate.reached()
        token.cancel()
        #expect(await failure { try await answering.value } == .Cancelled)
        keys.behave()
        gate.release()
        // The answer was stored before it was sent: nobody is asked twice.
        let resumed = try #require(try await wallet.resumeRegistration())
        #expect(try resumed.step().ways.contains(.documentCheck))
        try await wallet.finish(from: resumed, sandbox, sean)
        #expect(try await wallet.fetchCard(prompt: prompt).credentialsLeft == 10)
        await wallet.close()
    }

    @Test func aWithdrawnConsentEndsWhatRestedOnIt() async throws {
        let maryann = try sandbox.person("maryann")
        let wallet = try await home.openWallet(sandbox)
        _ = try await wallet.card(sandbox, maryann)
        let consents = try await wallet.consents()
        #expect(consents.map(\.kind) == [.general, .faceData])
        #expect(consents.last?.effect == .cardEnds)
        #expect(try await wallet.withdrawConsent(kind: .faceData).effect == .cardEnds)
        #expect(try await wallet.card()?.end == .consentWithdrawn)
        let shown = await failure { try await wallet.beginShow(profile: .employer, prompt: prompt) }
        guard case .WrongState = shown else { throw RegistrationFailed(view: nil) }
        await wallet.close()
    }
}
