import PermitCard
import Testing

/// What an app asks before anything is sent: the lines of a passport, a name, a number.
@Suite struct IdentityTests {
    /// The example of ICAO Doc 9303-4, appendix B: its first line, and its second with the number as read.
    private func passport(number: String = "L898902C3") -> String {
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n\(number)6UTO7408122F1204159ZE184226B<<<<<10"
    }

    @Test func aPassportIsReadAMisreadOneCorrectedNameAndNumberExplained() async throws {
        guard case .good(let mrz) = try readMrz(text: passport()) else {
            Issue.record("the zone is good")
            return
        }
        #expect(mrz.format == .passport)
        #expect(mrz.name == "ERIKSSON<<ANNA<MARIA")
        #expect(mrz.givenNames == "ANNA MARIA")
        #expect(mrz.number == "L898902C3")
        #expect(mrz.sex == .female)
        #expect([mrz.birth.year, mrz.birth.month, mrz.birth.day] == [74, 8, 12])
        guard case .faulty(let faults, let corrections) = try readMrz(text: passport(number: "L8989O2C3")) else {
            Issue.record("the zone is faulty")
            return
        }
        #expect(faults.contains("identity.mrz_number_check"))
        let correction = try #require(corrections.first)
        #expect(correction.text == passport())
        #expect(correction.changes.map(\.from) == ["O"])
        #expect(correction.changes.map(\.to) == ["0"])
        let records: [Any] = [mrz, correction, mrz.birth]
        for record in records {
            for text in ["\(record)", String(reflecting: record)] {
                #expect(!text.contains("ERIKSSON") && !text.contains("898902") && !text.contains("74"), "\(text)")
            }
        }
        #expect(await failure { try readMrz(text: "x") } == .InvalidInput(reason: "identity.mrz_lines"))

        let advice = try nameAdvice(name: "GARCIA<LOPEZ<<MARIA", issuer: "ESP", chinese: false)
        let part = try #require(advice.first { $0.question == "identity.ask_surname_part" })
        #expect(part.heldAs.contains("GARCIA<<MARIA"))
        #expect(explain(code: part.question, language: .english)?.next?.isEmpty == false)
        #expect(
            await failure { try nameAdvice(name: "Maria Garcia Lopez", issuer: nil, chinese: false) }
                == .InvalidInput(reason: "identity.name_parts_unclear"))

        let number = try #require(try recogniseNumber(text: "911398199012310021").first)
        #expect(number.kind == .permanentResident)
        #expect(number.certainty == .certain)
        #expect(number.warning == nil)
        #expect(!"\(number)".contains("911398"))
        let mistyped = try #require(try recogniseNumber(text: "911124198108030028").first)
        #expect(mistyped.warning == "identity.permanent_resident_number_wrong")
        #expect(await failure { try recogniseNumber(text: "?!") } == .InvalidInput(reason: "identity.number_unknown"))
    }
}
