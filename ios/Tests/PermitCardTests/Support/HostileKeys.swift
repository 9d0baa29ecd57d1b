import Foundation
import PermitCard

/// A good key store in which single methods misbehave: what is set for a method runs first, and may throw or never return.
final class HostileKeys: DeviceKeys, @unchecked Sendable {
    enum Method { case createMany, beginSession, sign, signMany, endSession, seal, openSealed, list, delete }

    private let good: any DeviceKeys
    private let lock = NSLock()
    private var instead: [Method: @Sendable () throws -> Void] = [:]

    init(_ good: any DeviceKeys) {
        self.good = good
    }

    func set(_ method: Method, _ action: @escaping @Sendable () throws -> Void) {
        lock.withLock { instead[method] = action }
    }

    func behave() {
        lock.withLock { instead = [:] }
    }

    private func run(_ method: Method) throws {
        try lock.withLock { instead[method] }?()
    }

    func createMany(spec: KeySpec, count: UInt32, attestationNonce: Data) throws -> [KeyInfo] {
        try run(.createMany)
        return try good.createMany(spec: spec, count: count, attestationNonce: attestationNonce)
    }

    func beginSession(prompt: PromptText) throws {
        try run(.beginSession)
        try good.beginSession(prompt: prompt)
    }

    func sign(keyId: String, message: Data) throws -> Data {
        try run(.sign)
        return try good.sign(keyId: keyId, message: message)
    }

    func signMany(requests: [SignRequest]) throws -> [Data] {
        try run(.signMany)
        return try good.signMany(requests: requests)
    }

    func endSession() throws {
        try run(.endSession)
        try good.endSession()
    }

    func seal(keyId: String, aad: Data, plaintext: Data) throws -> Data {
        try run(.seal)
        return try good.seal(keyId: keyId, aad: aad, plaintext: plaintext)
    }

    func openSealed(keyId: String, aad: Data, ciphertext: Data) throws -> Data {
        try run(.openSealed)
        return try good.openSealed(keyId: keyId, aad: aad, ciphertext: ciphertext)
    }

    func list() throws -> [KeyInfo] {
        try run(.list)
        return try good.list()
    }

    func delete(keyId: String) throws {
        try run(.delete)
        try good.delete(keyId: keyId)
    }

    func policy() throws -> DevicePolicy {
        try good.policy()
    }
}
