package org.permitcard.support

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import org.permitcard.Environment
import org.permitcard.IdentityInput
import org.permitcard.NumberInput
import org.permitcard.OpenOptions
import java.io.File
import java.nio.file.Files
import java.util.concurrent.ConcurrentHashMap
import kotlin.io.path.ExperimentalPathApi
import kotlin.io.path.deleteRecursively
import kotlin.time.Duration.Companion.minutes
import kotlin.time.TimeSource

/** An invented person of the sandbox's register. */
class Person(private val json: JsonObject) {
    val id = text("id")

    /** The name as the card has it: fillers between words are spaces. */
    val cardName = text("mrz_name").split("<<").joinToString("<<") { it.replace('<', ' ') }
    val passport = text("passport")
    val hasContact = optional("contact") != null

    fun byPermitNumber() = identity(NumberInput.WorkPermit(text("permit_number")))

    fun bySocialSecurityNumber() = identity(NumberInput.SocialSecurity(text("social_security_number")))

    private fun identity(number: NumberInput) =
        IdentityInput(text("surname"), text("given_names"), number, passport, text("passport_issuer"))

    private fun text(name: String) = checkNotNull(optional(name)) { "person without $name" }

    private fun optional(name: String) = json[name]?.jsonPrimitive?.contentOrNull
}

/** A running sandbox authority: the binary that cargo built, as a child process with a data directory of its own. */
class Sandbox : AutoCloseable {
    private val data = Files.createTempDirectory("permitcard-authority")
    private val codesSeen = ConcurrentHashMap<String, Int>()
    private val process: Process =
        ProcessBuilder(BINARY.path, "serve", "--data", data.toString(), "--json", "--exit-with-parent", *UNHURRIED)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()

    /** The text of `client.json`: all that a wallet or verifier needs to know. */
    val clientFile: String

    init {
        // The one line that says that the port is open.
        checkNotNull(process.inputReader().readLine()) { "the authority did not start" }
        clientFile = data.resolve("client.json").toFile().readText()
    }

    fun options(dir: File, callTimeoutS: UInt = 90u) =
        OpenOptions(dir.path, clientFile, Environment.SANDBOX, callTimeoutS, syncIntervalS = 0u)

    fun person(id: String): Person = Person(run("people", id).single().jsonObject)

    /** The next one-time code that is sent to a person: it leaves after the answer that tells of it. */
    fun code(person: Person): String {
        val seen = codesSeen.getOrDefault(person.id, 0)
        val begun = TimeSource.Monotonic.markNow()
        while (begun.elapsedNow() < NO_HANG) {
            val codes = run("mailbox", "--person", person.id).map {
                it.jsonObject.text("code")
            }.filter(String::isNotEmpty)
            if (codes.size > seen) {
                codesSeen[person.id] = codes.size
                return codes.first()
            }
            Thread.sleep(50)
        }
        error("no code was sent to ${person.id}")
    }

    /** What a clerk gives out for the reference that the phone shows. */
    fun windowCode(person: Person, reference: String): String =
        run("window-code", "--person", person.id, "--session", reference, "--clerk", "window-4")
            .single()
            .jsonObject
            .text("code")

    /** Stands for the kit of a provider: carries out the check of a launch token and gives the receipt. */
    fun check(launchToken: String): String = run("check", "--launch-token=$launchToken")
        .single()
        .jsonObject
        .text("receipt")

    fun event(name: String, person: Person) {
        run("event", name, person.id)
    }

    /** Stops the server. Its database stays until [close]. */
    fun stop() {
        process.outputStream.close()
        process.waitFor()
    }

    @OptIn(ExperimentalPathApi::class)
    override fun close() {
        stop()
        data.deleteRecursively()
    }

    /** Runs a command on the data directory. A single answer comes as a list of one. */
    private fun run(vararg arguments: String): JsonArray {
        val child =
            ProcessBuilder(BINARY.path, *arguments, "--data", data.toString(), "--json")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
        val output = child.inputReader().readText()
        check(child.waitFor() == 0) { "permitcard-authority ${arguments.first()} failed" }
        return asArray(Json.parseToJsonElement(output.ifBlank { "[]" }))
    }

    private fun JsonObject.text(name: String) = getValue(name).jsonPrimitive.content

    private fun asArray(json: JsonElement): JsonArray = json as? JsonArray ?: JsonArray(listOf(json))

    private companion object {
        /** Many tests share one address, and none of them measures how long an answer is held. */
        val UNHURRIED = arrayOf("--reply-floor-ms", "0", "--starts-per-hour", "100000", "--codes-per-day", "1000")

        /** Whoever waits so long for a message waits for nothing. No outcome depends on it. */
        val NO_HANG = 2.minutes

        val BINARY = File(System.getProperty("permitcard.native"), "permitcard-authority")
    }
}
