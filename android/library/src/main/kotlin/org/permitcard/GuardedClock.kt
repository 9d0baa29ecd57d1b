package org.permitcard

/** As [GuardedDeviceKeys], for a host's clock. */
internal class GuardedClock(private val host: Clock) : Clock {
    override fun now(): ClockReading = try {
        host.now()
    } catch (known: ClockException) {
        throw known
    } catch (_: Throwable) {
        throw ClockException.Unavailable()
    }
}
