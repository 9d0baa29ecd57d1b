import Foundation
import PermitCard

/// A key store in plain files, for tests: what a phone's hardware does. Presentation keys sign only within a session.
final class FileDeviceKeys: DeviceKeys, @unchecked Sendable {
    private struct Record: Codable {
        let purpose: String
        let secret: Data
        let point: Data
    }

    private static let purposes: [String: KeyPurpose] = [
        "wrapping": .wrapping, "transport": .transport, "presentation": .presentation,
    ]

    private let dir: URL
    private let lock = NSLock()
    private var sessionEnds: ContinuousClock.Instant?

    init(dir: URL) {
        self.dir = dir
    }

    func createMany(spec: KeySpec, count: UInt32, attestationNonce: Data) throws -> [KeyInfo] {
        try FileManager.default.createDirectory(at: dir, withIntermediateDirectories: true)
        return try (0..<count).map { _ in try create(spec.purpose) }
    }

    private func create(_ purpose: KeyPurpose) throws -> KeyInfo {
        let id = UUID().uuidString
        let name = Self.purposes.first { $0.value == purpose }!.key
        let record: Record
        if purpose == .wrapping {
            record = Record(
                purpose: name, secret: Data((0..<32).map { _ in UInt8.random(in: .min ... .max) }), point: Data())
        } else {
            let (secret, point) = try PlatformCrypto.generate()
            record = Record(purpose: name, secret: secret, point: point)
        }
        try JSONEncoder().encode(record).write(to: file(id), options: .atomic)
        return info(id, record)
    }

    func beginSession(prompt: PromptText) throws {
        lock.withLock { sessionEnds = .now + .seconds(180) }
    }

    func endSession() throws {
        lock.withLock { sessionEnds = nil }
    }

    func sign(keyId: String, message: Data) throws -> Data {
        let record = try read(keyId)
        let inSession = lock.withLock { sessionEnds.map { $0 > .now } ?? false }
        if record.purpose == "presentation" && !inSession { throw KeyError.NeedsUser }
        return try PlatformCrypto.sign(secret: record.secret, message: message)
    }

    func signMany(requests: [SignRequest]) throws -> [Data] {
        try requests.map { try sign(keyId: $0.keyId, message: $0.message) }
    }

    func seal(keyId: String, aad: Data, plaintext: Data) throws -> Data {
        try PlatformCrypto.seal(secret: read(keyId).secret, aad: aad, plaintext: plaintext)
    }

    func openSealed(keyId: String, aad: Data, ciphertext: Data) throws -> Data {
        let secret = try read(keyId).secret
        do {
            return try PlatformCrypto.open(secret: secret, aad: aad, sealed: ciphertext)
        } catch {
            throw KeyError.Invalidated
        }
    }

    func list() throws -> [KeyInfo] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: dir.path)) ?? []
        return try names.sorted().map { info($0, try read($0)) }
    }

    func delete(keyId: String) throws {
        try? FileManager.default.removeItem(at: file(keyId))
    }

    func policy() throws -> DevicePolicy {
        DevicePolicy(screenLock: true, level: .file)
    }

    private func info(_ id: String, _ record: Record) -> KeyInfo {
        KeyInfo(
            keyId: id, purpose: Self.purposes[record.purpose]!, publicKey: record.point, level: .file, attestation: [])
    }

    private func read(_ id: String) throws -> Record {
        guard let data = try? Data(contentsOf: file(id)) else { throw KeyError.NotFound }
        return try JSONDecoder().decode(Record.self, from: data)
    }

    private func file(_ id: String) -> URL {
        dir.appendingPathComponent(id)
    }
}
