import Foundation

/// A disk of a few kilobytes over a folder. Only inside of `swift-env.sh`, whose mounts nobody else sees.
enum SmallDisk {
    static var isPossible: Bool {
        ProcessInfo.processInfo.environment["PERMITCARD_PRIVATE_MOUNTS"] == "1"
    }

    static func mount(over folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let mount = Process()
        mount.executableURL = URL(fileURLWithPath: "/usr/bin/mount")
        mount.arguments = ["-t", "tmpfs", "-o", "size=16k", "tmpfs", folder.path]
        try mount.run()
        mount.waitUntilExit()
    }

    static func unmount(_ folder: URL) throws {
        let unmount = Process()
        unmount.executableURL = URL(fileURLWithPath: "/usr/bin/umount")
        unmount.arguments = ["--lazy", folder.path]
        try unmount.run()
        unmount.waitUntilExit()
    }
}
