import Foundation
import PermitCard
import Testing

/// What a verifier may demand, ask for and read: policies, its own request, several frames, paper, other forms.
@Suite(.serialized) struct VerifyingTests {
    static let sandbox = Result { try Sandbox() }

    @Test func everyPolicyIsListedAndSaysWhatIsMissingAndWhatToDo() async throws {
        #expect(policies().count == 7)
        let police = try #require(policies().first { $0.profile == .police })
        #expect(police.groups == [.person, .file])
        #expect(police.nonce && police.statusListAgeS == 86_400)
        try await both { wallet, verifier in
            _ = try await wallet.beginShow(profile: .police, prompt: prompt)
            let text = try await wallet.present(request: PresentRequest()).text
            let checked = try await verifier.verify(request: VerifyRequest(text: text, policy: .police))
            #expect(checked.unmet == ["verdict.nonce_not_asked"])
            #expect(checked.verdicts.holder.outcome == .good)
            #expect(checked.verdicts.beaconCode == "verdict.beacon_age")
            #expect(checked.verdicts.beaconAgeS ?? -1 >= 0)
            for language in [Language.english, .chinese] {
                let steps = nextSteps(codes: checked.unmet + checked.unmet, language: language)
                #expect(steps == [explain(code: "verdict.nonce_not_asked", language: language)?.next])
            }
        }
    }

    @Test func aRequestIsAnsweredWithThePortraitInFramesWhereOneCodeIsTooLarge() async throws {
        try await both { wallet, verifier in
            let request = try await verifier.makeRequest(aud: "gate-7", profile: .police, portrait: true)
            let target = ShowTarget.request(text: request.text)
            let preview = try await wallet.previewFor(target: target)
            #expect(preview.byRequest && preview.aud == "gate-7")
            #expect(preview.groups.contains(.portrait))
            let show = try await wallet.beginShowFor(target: target, prompt: prompt)
            let code = try await wallet.present(request: PresentRequest())
            #expect(show.framed == !code.frames.isEmpty)
            let open = try #require(try await verifier.openRequest())
            #expect(open == request.open)
            let receiver = FrameReceiver()
            var asked: VerifyRequest?
            for text in code.frames.isEmpty ? [code.text] : code.frames where asked == nil {
                asked = try receiver.request(scanned: text, policy: .police, answering: open)
            }
            let checked = try await verifier.verify(request: try #require(asked))
            #expect(checked.unmet.isEmpty)
            #expect(checked.verdicts.nonceConfirmed)
            #expect(checked.verdicts.disclosed?.portrait != nil)
            try await verifier.forgetRequest()
            #expect(try await verifier.openRequest() == nil)
        }
    }

    @Test func anotherTextIsNoFrame() throws {
        let receiver = FrameReceiver()
        #expect(try receiver.request(scanned: "WPC1:BB8", policy: .hotel) != nil)
        #expect(throws: PermitCardError.InvalidInput(reason: "qr.prefix_unknown")) {
            _ = try receiver.take(text: "WPC1:BB8")
        }
        receiver.reset()
    }

    @Test func paperIsADocumentAndNeverAHolder() async throws {
        try await both { wallet, verifier in
            #expect(try await wallet.fetchPrinted())
            let printed = try #require(try await wallet.printed(portrait: false))
            #expect(printed.test)
            #expect(try printedQrMatrix(text: printed.text).size > 21)
            #expect(try printedQrSvg(text: printed.text).hasPrefix("<svg"))
            let checked = try await verifier.verify(request: VerifyRequest(text: printed.text, policy: .hotel))
            #expect(checked.unmet == ["verdict.document_only"])
            let document = try #require(checked.verdicts.document)
            #expect(printed.fields.first { $0.field == .permitNumber }?.value == document.permitNumber)
            for text in ["\(printed)", "\(document)", "\(checked)"] {
                #expect(!text.contains(document.person.name) && !text.contains(printed.text))
            }
        }
    }

    @Test func theOtherFormsAreSignedForWhomTheyAreFor() async throws {
        try await both { wallet, _ in
            #expect(try await wallet.previewExport(groups: [.person]).contains { $0.field == .name })
            let forOne = ExportTarget.sdJwt(aud: "https://verifier.example", nonce: "n-1")
            let jwt = try await wallet.export(
                request: ExportRequest(target: forOne, groups: [.person]), prompt: prompt)
            #expect(jwt.format == .sdJwt && jwt.test && jwt.groups == [.person])
            let parts = String(decoding: jwt.bytes, as: UTF8.self).split(separator: "~")
            #expect(parts.first?.split(separator: ".").count == 3 && parts.last?.split(separator: ".").count == 3)
            let session = ExportTarget.mdoc(sessionTranscript: Data([0x83, 0xf6, 0xf6, 0xf6]))
            let mdoc = try await wallet.export(
                request: ExportRequest(target: session, groups: [.person]), prompt: prompt)
            #expect(mdoc.format == .mdoc)
            #expect(mdoc.bytes.range(of: Data("deviceSigned".utf8)) != nil)
            #expect(try await wallet.disclosureLog().map(\.aud) == [jwt.aud, mdoc.aud])
        }
    }

    /// Runs the block with a wallet that has a card, and a verifier with a snapshot.
    private func both(_ block: (Wallet, Verifier) async throws -> Void) async throws {
        let sandbox = try Self.sandbox.get()
        let home = Home()
        let wallet = try await home.openWallet(sandbox)
        _ = try await wallet.card(sandbox, sandbox.person("maria"))
        let verifier = try await home.openVerifier(sandbox)
        try await verifier.snapshotFetch()
        try await block(wallet, verifier)
        await wallet.close()
        await verifier.close()
    }
}
