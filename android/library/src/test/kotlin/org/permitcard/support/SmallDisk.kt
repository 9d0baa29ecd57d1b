package org.permitcard.support

import kotlinx.coroutines.runBlocking
import org.permitcard.Environment
import org.permitcard.OpenOptions
import org.permitcard.PermitCardException
import org.permitcard.openWallet
import java.io.File
import java.nio.file.Files

/** A disk of a few kilobytes, mounted where nobody else sees it, and a process that opens a wallet there. */
object SmallDisk {
    /** Mounts a small disk over the folder `$1`, then runs the rest. Ends with the process. */
    private const val MOUNT = """mount -t tmpfs -o size=16k tmpfs "$1" && shift && exec "$@""""

    private val privately = listOf("unshare", "--mount", "--propagation", "private", "sh", "-c")

    fun isPossible(): Boolean {
        val dir = Files.createTempDirectory("permitcard-mount").toFile()
        return try {
            ProcessBuilder(privately + listOf(MOUNT, "sh", dir.path, "true")).start().waitFor() == 0
        } catch (_: java.io.IOException) {
            false
        } finally {
            dir.delete()
        }
    }

    /** What opening a wallet on the small disk says: the error's type and code. */
    fun open(options: OpenOptions, keyFolder: File): String {
        File(options.dir).mkdirs()
        val java = File(System.getProperty("java.home"), "bin/java").path
        val properties = listOf("jna.library.path", "jna.nosys").map { "-D$it=${System.getProperty(it)}" }
        val program =
            listOf(java, "-cp", System.getProperty("java.class.path")) + properties +
                listOf("org.permitcard.support.SmallDiskKt", options.dir, options.clientFile, keyFolder.path)
        val child =
            ProcessBuilder(privately + listOf(MOUNT, "sh", options.dir) + program)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
        return child.inputReader().readText().trim()
    }
}

/** The process on the small disk. */
fun main(arguments: Array<String>) = runBlocking {
    val (dir, clientFile, keyFolder) = arguments
    try {
        openWallet(OpenOptions(dir, clientFile, Environment.SANDBOX), FileDeviceKeys(File(keyFolder)))
        println("opened")
    } catch (error: PermitCardException) {
        println("${error.javaClass.simpleName} ${error.code()}")
    }
}
