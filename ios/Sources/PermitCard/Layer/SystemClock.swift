import Foundation

/// The clocks of this device.
public final class SystemClock: Clock {
    /// A clock of this device.
    public init() {}

    /// Reads the clocks now.
    public func now() throws -> ClockReading {
        guard let bootMs = Self.bootMs() else { throw ClockError.Unavailable }
        return ClockReading(wallS: Int64(Date().timeIntervalSince1970), bootMs: bootMs, bootId: Self.bootId())
    }

    /// Milliseconds since the device was started, sleep included.
    private static func bootMs() -> UInt64? {
        var time = timespec()
        #if os(Linux)
        let clock = CLOCK_BOOTTIME
        #else
        // Counts on while the device sleeps, unlike the clock of the same name elsewhere.
        let clock = CLOCK_MONOTONIC_RAW
        #endif
        guard clock_gettime(clock, &time) == 0 else { return nil }
        return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
    }

    /// Names the current run of the device; empty if the system does not tell.
    private static func bootId() -> String {
        #if os(Linux)
        let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        #else
        var size = 0
        guard sysctlbyname("kern.bootsessionuuid", nil, &size, nil, 0) == 0, size > 1 else { return "" }
        var bytes = [UInt8](repeating: 0, count: size)
        guard sysctlbyname("kern.bootsessionuuid", &bytes, &size, nil, 0) == 0 else { return "" }
        return String(decoding: bytes.prefix(size).prefix { $0 != 0 }, as: UTF8.self)
        #endif
    }
}
