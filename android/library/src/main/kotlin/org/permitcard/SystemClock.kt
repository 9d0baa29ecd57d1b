package org.permitcard

import java.io.File
import java.io.IOException
import java.util.UUID

/**
 * The clocks of a desktop virtual machine. An Android app gives its own [Clock] over `SystemClock.elapsedRealtime()` and
 * the boot count.
 */
object SystemClock : Clock {
    /** Where the system tells nothing, one run of this process counts as one run of the device. */
    private val processId = UUID.randomUUID().toString()
    private val processStart = System.nanoTime()

    override fun now(): ClockReading {
        val bootId = read("/proc/sys/kernel/random/boot_id")
        val uptimeS = read("/proc/uptime")?.substringBefore(' ')?.toDoubleOrNull()
        val wallS = System.currentTimeMillis() / 1000
        return if (bootId != null && uptimeS != null) {
            ClockReading(wallS, (uptimeS * 1000).toLong().toULong(), bootId)
        } else {
            ClockReading(wallS, ((System.nanoTime() - processStart) / 1_000_000).toULong(), processId)
        }
    }

    private fun read(path: String): String? = try {
        File(path).readText().trim()
    } catch (_: IOException) {
        null
    }
}
