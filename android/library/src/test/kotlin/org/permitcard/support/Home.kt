package org.permitcard.support

import java.io.File
import java.nio.file.Files
import kotlin.io.path.ExperimentalPathApi
import kotlin.io.path.deleteRecursively

/** A phone: a folder for the wallet, one for the verifier, one for the key store. */
class Home : AutoCloseable {
    private val root = Files.createTempDirectory("permitcard-home")
    val wallet: File = root.resolve("wallet").toFile()
    val verifier: File = root.resolve("verifier").toFile()
    val keyFolder: File = root.resolve("keys").toFile()
    val keys = FileDeviceKeys(keyFolder)

    @OptIn(ExperimentalPathApi::class)
    override fun close() {
        root.deleteRecursively()
    }
}
