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
    let contact: String?

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
    private let lock = NSLock()
    private var codesSeen: [String: Int] = [:]

    /// The text of `client.json`: all that a wallet or verifier needs to know.
    let clientFile: String

    init() throws {
        data = FileManager.default.temporaryDirectory.appendingPathComponent(
            "permitcard-authority-\(UUID().uuidString)")
        let output = Pipe()
        process.executableURL = Self.binary
        // Many tests share one address, and none of them measures how long an answer is held.
        let unhurried = ["--reply-floor-ms", "0", "--starts-per-hour", "100000", "--codes-per-day", "1000"]
        process.arguments = ["serve", "--data", data.path, "--json", "--exit-with-parent"] + unhurried
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
        OpenOptions(
            dir: dir.path, clientFile: clientFile, environment: .sandbox, callTimeoutS: callTimeoutS, syncIntervalS: 0)
    }

    func person(_ id: String) throws -> Person {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Person.self, from: run("people", id))
    }

    /// The next one-time code that is sent to a person: it leaves after the answer that tells of it.
    func code(_ person: Person) async throws -> String {
        struct Mail: Decodable {
            let code: String
        }
        // Whoever waits so long for a message waits for nothing. No outcome depends on it.
        let end = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < end {
            let mail = try JSONDecoder().decode([Mail].self, from: run("mailbox", "--person", person.id))
            let codes = mail.map(\.code).filter { !$0.isEmpty }
            let isNew = lock.withLock {
                let isNew = codes.count > codesSeen[person.id, default: 0]
                codesSeen[person.id] = codes.count
                return isNew
            }
            if isNew, let code = codes.first { return code }
            try await Task.sleep(nanoseconds: 50_000_000)
        }
        throw Failed(command: "no code was sent to \(person.id)")
    }

    /// What a clerk gives out for the reference that the phone shows.
    func windowCode(_ person: Person, _ reference: String) throws -> String {
        struct Given: Decodable {
            let code: String
        }
        let given = try run(
            "window-code", "--person", person.id, "--session", reference, "--clerk", "window-4")
        return try JSONDecoder().decode(Given.self, from: given).code
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
