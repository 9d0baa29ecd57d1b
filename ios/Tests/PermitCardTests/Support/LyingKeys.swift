import Foundation
import PermitCard

/// What a key store may say in place of the one key that it made.
enum Lie: CaseIterable {
    case nothing, twice, withoutPoint, withoutCurve

    func about(_ key: KeyInfo) -> [KeyInfo] {
        switch self {
        case .nothing: []
        case .twice: [key, key]
        case .withoutPoint: [with(key, point: Data())]
        case .withoutCurve: [with(key, point: Data(count: 65))]
        }
    }

    private func with(_ key: KeyInfo, point: Data) -> KeyInfo {
        KeyInfo(keyId: key.keyId, purpose: key.purpose, publicKey: point, level: .file, attestation: [])
    }
}

/// A key store whose answers are wrong.
final class LyingKeys: DeviceKeys, @unchecked Sendable {
    private let good: any DeviceKeys
    var makes: @Sendable (KeyInfo) -> [KeyInfo] = { [$0] }
    var signs: (@Sendable (Data) throws -> Data)?

    init(_ good: any DeviceKeys) {
        self.good = good
    }

    func createMany(spec: KeySpec, count: UInt32, attestationNonce: Data) throws -> [KeyInfo] {
        try good.createMany(spec: spec, count: count, attestationNonce: attestationNonce).flatMap(makes)
    }

    func sign(keyId: String, message: Data) throws -> Data {
        try signs?(message) ?? good.sign(keyId: keyId, message: message)
    }

    func beginSession(prompt: PromptText) throws { try good.beginSession(prompt: prompt) }
    func signMany(requests: [SignRequest]) throws -> [Data] { try good.signMany(requests: requests) }
    func endSession() throws { try good.endSession() }
    func seal(keyId: String, aad: Data, plaintext: Data) throws -> Data {
        try good.seal(keyId: keyId, aad: aad, plaintext: plaintext)
    }
    func openSealed(keyId: String, aad: Data, ciphertext: Data) throws -> Data {
        try good.openSealed(keyId: keyId, aad: aad, ciphertext: ciphertext)
    }
    func list() throws -> [KeyInfo] { try good.list() }
    func delete(keyId: String) throws { try good.delete(keyId: keyId) }
    func policy() throws -> DevicePolicy { try good.policy() }
}
