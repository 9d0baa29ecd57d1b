import Foundation
import PermitCard
import Testing

/// A record that ends up in a log line shows no personal data there.
@Suite(.serialized) struct SilenceTests {
    static let sandbox = Result { try Sandbox() }

    @Test func noRecordShowsValuesInItsText() async throws {
        let sandbox = try Self.sandbox.get()
        let home = Home()
        let maria = try sandbox.person("maria")
        let identity = maria.byPermitNumber()
        let wallet = try await home.openWallet(sandbox)
        let card = try await wallet.card(sandbox, maria)
        let verifier = try await home.openVerifier(sandbox)
        try await verifier.snapshotFetch()
        let nonce = Nonce.digits(digits: "493817")
        let show = try await wallet.beginShow(profile: .bank, prompt: prompt)
        let code = try await wallet.present(request: PresentRequest(nonce: nonce))
        let request = VerifyRequest(text: code.text, policy: .bank, nonce: nonce)
        let checked = try await verifier.verify(request: request)
        let disclosed = try #require(checked.verdicts.disclosed)
        let records: [Any] = [
            identity,
            identity.number,
            try previewIdentity(identity: identity),
            StepAnswer.identity(identity: identity),
            StepAnswer.oneTimeCode(code: "493817"),
            StepAnswer.inPersonCode(code: "493817"),
            Launch(interactionType: .faceCheck, provider: "sandbox", url: "https://example.com", token: "MARIA"),
            RegistrationView.ended(reason: "registration.session_expired"),
            card,
            card.fields,
            try #require(await wallet.portrait()),
            try await wallet.sync(),
            FieldChange(field: .name, messageId: "change-name", before: "MARIA", after: "GARCIA"),
            nonce,
            show,
            show.disclosure,
            code,
            try qrMatrix(text: code.text),
            request,
            checked,
            disclosed,
            try #require(disclosed.person),
            try #require(disclosed.employment),
            try #require(disclosed.file),
        ]
        let values =
            card.fields.map(\.value).filter { $0.count > 3 } + [
                "María", "García", "MARIA", "GARCIA", "493817", "WPC1:",
            ]
        for record in records {
            for text in ["\(record)", String(reflecting: record)] {
                #expect(!text.isEmpty)
                #expect(!values.contains { text.contains($0) }, "\(text)")
            }
        }
        await wallet.close()
        await verifier.close()
    }

    @Test func codesHaveSentencesInBothLanguages() throws {
        let english = try #require(explain(code: "registration.code_wrong", language: .english))
        let chinese = try #require(explain(code: "registration.code_wrong", language: .chinese))
        #expect(english.text != chinese.text)
        #expect(english.next?.isEmpty == false)
        #expect(explain(code: "no.such_code", language: .english) == nil)
        #expect(languageFor(tag: "zh-Hans-CN") == .chinese)
    }
}
