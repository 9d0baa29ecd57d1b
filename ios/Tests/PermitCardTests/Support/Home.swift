import Foundation
import PermitCard

/// A phone: a folder for the wallet, one for the verifier, one for the key store. Gone when nobody holds it any more.
final class Home: Sendable {
    private let root = FileManager.default.temporaryDirectory.appendingPathComponent(
        "permitcard-home-\(UUID().uuidString)")
    let wallet: URL
    let verifier: URL
    let keys: FileDeviceKeys

    init() {
        wallet = root.appendingPathComponent("wallet")
        verifier = root.appendingPathComponent("verifier")
        keys = FileDeviceKeys(dir: root.appendingPathComponent("keys"))
    }

    deinit {
        try? FileManager.default.removeItem(at: root)
    }

    /// Another key store on the same phone.
    func otherKeys() -> FileDeviceKeys {
        FileDeviceKeys(dir: root.appendingPathComponent("other-keys"))
    }

    func openWallet(
        _ sandbox: Sandbox, keys: (any DeviceKeys)? = nil, clock: any PermitCard.Clock = SystemClock(),
        callTimeoutS: UInt32 = 90
    ) async throws -> Wallet {
        let options = sandbox.options(wallet, callTimeoutS: callTimeoutS)
        return try await Wallet.open(options: options, keys: keys ?? self.keys, clock: clock)
    }

    func openVerifier(
        _ sandbox: Sandbox, keys: (any DeviceKeys)? = nil, clock: any PermitCard.Clock = SystemClock(),
        callTimeoutS: UInt32 = 90
    ) async throws -> Verifier {
        let options = sandbox.options(verifier, callTimeoutS: callTimeoutS)
        return try await Verifier.open(options: options, keys: keys ?? self.keys, clock: clock)
    }

    /// Files below a folder.
    func files(in folder: URL) -> [String] {
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return paths.filter { path in
            var isFolder: ObjCBool = false
            let path = folder.appendingPathComponent(path).path
            return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
        }
    }
}
