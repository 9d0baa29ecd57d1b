import Foundation
import PermitCard

/// An invented person of the sandbox's register.
struct Person: Decodable, Sendable {
    let id: String
    let surname: String
    let givenNames: String
    let mrzName: String
    let passport: String
    let passportIssuer: String
    let permitNumber: String
    let socialSecurityNumber: String?

    /// The name as the card has it: fillers between words are spaces.
    var cardName: String {
        mrzName.components(separatedBy: "<<").map { $0.replacingOccurrences(of: "<", with: " ") }.joined(
            separator: "<<")
    }

    func byPermitNumber() -> IdentityInput {
        identity(.workPermit(number: permitNumber))
    }

    func bySocialSecurityNumber() -> IdentityInput {
        identity(.socialSecurity(number: socialSecurityNumber ?? ""))
    }

    private func identity(_ number: NumberInput) -> IdentityInput {
        IdentityInput(
            surname: surname, givenNames: givenNames, number: number, passportNumber: passport,
            passportIssuer: passportIssuer)
    }
}

/// A running sandbox authority: the binary that cargo built, as a child process with a data directory of its own. It ends
/// with this process at the latest.
final class Sandbox: @unchecked Sendable {
    struct Failed: Error {
        let command: String
    }

    private let data: URL
    private let process = Process()
    private let input = Pipe()

    /// The text of `client.json`: all that a wallet or verifier needs to know.
    let clientFile: String

    init() throws {
        data = FileManager.default.temporaryDirectory.appendingPathComponent(
            "permitcard-authority-\(UUID().uuidString)")
        let output = Pipe()
        process.executableURL = Self.binary
        process.arguments = ["serve", "--data", data.path, "--json", "--exit-with-parent"]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // The one line that says that the port is open.
        guard !output.fileHandleForReading.availableData.isEmpty else { throw Failed(command: "serve") }
        clientFile = try String(contentsOf: data.appendingPathComponent("client.json"), encoding: .utf8)
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(at: data)
    }

    func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    func options(_ dir: URL, callTimeoutS: UInt32 = 90) -> OpenOptions {
        OpenOptions(dir: dir.path, clientFile: clientFile, environment: .sandbox, callTimeoutS: callTimeoutS)
    }

    func person(_ id: String) throws -> Person {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Person.self, from: run("people", id))
    }

    /// The newest one-time code that was sent to a person.
    func code(_ person: Person) throws -> String {
        struct Mail: Decodable {
            let code: String
        }
        return try JSONDecoder().decode([Mail].self, from: run("mailbox", "--person", person.id))[0].code
    }

    /// Stands for the kit of a provider: carries out the check of a launch token and gives the receipt.
    func check(_ launchToken: String) throws -> String {
        struct Answer: Decodable {
            let receipt: String
        }
        return try JSONDecoder().decode(Answer.self, from: run("check", "--launch-token=\(launchToken)")).receipt
    }

    func event(_ name: String, _ person: Person) throws {
        _ = try run("event", name, person.id)
    }

    private func run(_ arguments: String...) throws -> Data {
        let child = Process()
        let output = Pipe()
        child.executableURL = Self.binary
        child.arguments = arguments + ["--data", data.path, "--json"]
        child.standardInput = FileHandle.nullDevice
        child.standardOutput = output
        try child.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        child.waitUntilExit()
        guard child.terminationStatus == 0 else { throw Failed(command: arguments[0]) }
        return text
    }

    /// Where cargo put the binaries: `PERMITCARD_NATIVE`, by default `target/debug` of this repository.
    private static var binary: URL {
        let repository = URL(fileURLWithPath: #filePath).pathComponents.dropLast(5).joined(separator: "/")
        let folder = ProcessInfo.processInfo.environment["PERMITCARD_NATIVE"] ?? "\(repository)/target/debug"
        return URL(fileURLWithPath: folder).appendingPathComponent("permitcard-authority")
    }
}
