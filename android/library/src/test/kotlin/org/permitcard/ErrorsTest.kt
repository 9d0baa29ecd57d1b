package org.permitcard

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import org.permitcard.support.HostileKeys
import org.permitcard.support.HostileKeys.Method
import org.permitcard.support.PROMPT
import org.permitcard.support.Sandbox
import org.permitcard.support.SmallDisk
import org.permitcard.support.cardFor
import org.permitcard.support.registerAs

/** Every variant of the public error, brought about for real, arrives as its own type with its stable code. */
class ErrorsTest : BoundaryTest() {
    private suspend inline fun <reified E : PermitCardException> failsWith(code: String, block: suspend () -> Unit): E {
        val error = assertInstanceOf<E>(runCatching { block() }.exceptionOrNull())
        assertEquals(code, error.code())
        return error
    }

    @Test
    fun `invalid input`() = boundary {
        val home = home()
        val options = sandbox.options(home.wallet)
        failsWith<PermitCardException.InvalidInput>("client.file_malformed") {
            openWallet(options.copy(clientFile = "{}"), home.keys)
        }
        val nobody = sandbox.person("maria").byPermitNumber().copy(surname = "", givenNames = "")
        failsWith<PermitCardException.InvalidInput>("identity.name_empty") { previewIdentity(nobody) }
        failsWith<PermitCardException.InvalidInput>("qr.character_invalid") { qrMatrix("small letters") }
        openVerifier(options, home.keys).useAndWait { verifier ->
            verifier.snapshotFetch()
            failsWith<PermitCardException.InvalidInput>("verdict.text_foreign") {
                verifier.verify(VerifyRequest("https://example.com", Profile.EMPLOYER))
            }
        }
    }

    @Test
    fun `refused`() = boundary {
        val home = home()
        openWallet(sandbox.options(home.wallet), home.keys).useAndWait { wallet ->
            val step = (wallet.startRegistration() as RegistrationView.Step).step
            val no = step.consents.map { ConsentDecision(it.kind, it.version, it.scope, given = false) }
            failsWith<PermitCardException.Refused>("registration.consent_refused") {
                wallet.answer(StepAnswer.Consent(no))
            }
        }
    }

    @Test
    fun `network`() = boundary {
        val home = home()
        val gone = Sandbox().apply { close() }
        openWallet(gone.options(home.wallet), home.keys).useAndWait { wallet ->
            failsWith<PermitCardException.Network>("network.offline") { wallet.startRegistration() }
        }
    }

    @Test
    fun `needs user`() = boundary {
        val home = home()
        openWallet(sandbox.options(home.wallet), home.keys).useAndWait { wallet ->
            wallet.cardFor(sandbox, sandbox.person("sean"))
            wallet.beginShow(Profile.EMPLOYER, PROMPT)
            // The device's own session is over before the show session.
            home.keys.endSession()
            failsWith<PermitCardException.NeedsUser>("keys.needs_user") { wallet.present(PresentRequest()) }
            wallet.continueShow(PROMPT)
            assertTrue(wallet.present(PresentRequest()).text.startsWith("WPC1:"))
        }
    }

    @Test
    fun `key store locked`() = boundary {
        val home = home()
        val keys = HostileKeys(home.keys)
        openWallet(sandbox.options(home.wallet), keys).useAndWait { wallet ->
            wallet.registerAs(sandbox, sandbox.person("juergen"))
            keys.instead[Method.BEGIN_SESSION] = { throw KeyException.LockedOut(30u) }
            val locked =
                failsWith<PermitCardException.KeyStoreLocked>("keys.locked_out") { wallet.fetchCard(PROMPT) }
            assertEquals(30u, locked.retryAfterS)
        }
    }

    @Test
    fun `key invalidated`() = boundary {
        val home = home()
        openWallet(sandbox.options(home.wallet), home.keys).useAndWait { }
        val keys = HostileKeys(home.keys)
        keys.instead[Method.OPEN_SEALED] = { throw KeyException.Invalidated() }
        failsWith<PermitCardException.KeyInvalidated>("keys.invalidated") {
            openWallet(sandbox.options(home.wallet), keys)
        }
        // A key store's error never costs data.
        openWallet(sandbox.options(home.wallet), home.keys).useAndWait {
            assertEquals(Phase.EMPTY, it.state().phase)
        }
        eraseWallet(home.wallet.path, keys)
        assertEquals(emptyList<KeyInfo>(), home.keys.list())
    }

    @Test
    fun `key store`() = boundary {
        val home = home()
        val keys = HostileKeys(home.keys)
        val errors =
            mapOf(
                "keys.transient" to KeyException.Transient(),
                "keys.not_found" to KeyException.NotFound(),
                "keys.unavailable" to KeyException.Unavailable(),
                "keys.unexpected" to KeyException.Unexpected(),
            )
        for ((code, thrown) in errors) {
            keys.instead[Method.CREATE_MANY] = { throw thrown }
            failsWith<PermitCardException.KeyStore>(code) { openWallet(sandbox.options(home.wallet), keys) }
        }
    }

    @Test
    fun `storage full`() {
        val home = home()
        assumeTrue(SmallDisk.isPossible(), "only root on Linux can make a small disk")
        val said = SmallDisk.open(sandbox.options(home.wallet), home.keyFolder)
        assertEquals("StorageFull vault.full", said)
    }

    @Test
    fun `storage`() = boundary {
        val home = home()
        openWallet(sandbox.options(home.wallet), home.keys).useAndWait { }
        home.wallet.resolve("wallet.db").writeText("This is no database. ".repeat(500))
        failsWith<PermitCardException.Storage>("vault.corrupt") {
            openWallet(sandbox.options(home.wallet), home.keys)
        }
    }

    @Test
    fun `distrusted`() = boundary {
        val home = home()
        val other = Sandbox().use { it.clientFile }
        val rootKey = Regex("\"root_key\"\\s*:\\s*\\{[^}]*\\}")
        val swapped = rootKey.replace(sandbox.clientFile, checkNotNull(rootKey.find(other)).value)
        val options = sandbox.options(home.wallet).copy(clientFile = swapped)
        openWallet(options, home.keys).useAndWait { wallet ->
            wallet.registerAs(sandbox, sandbox.person("maryann"))
            failsWith<PermitCardException.Distrusted>("check.trust_list_invalid") { wallet.fetchCard(PROMPT) }
            assertNull(wallet.card())
        }
        openVerifier(options, home.keys).useAndWait { verifier ->
            failsWith<PermitCardException.Distrusted>("snapshot.root_signature_invalid") {
                verifier.snapshotFetch()
            }
        }
    }

    @Test
    fun `not registered, wrong state, cancelled, closed`() = boundary {
        val home = home()
        val keys = HostileKeys(home.keys)
        val wallet = openWallet(sandbox.options(home.wallet), keys)
        failsWith<PermitCardException.NotRegistered>("wallet.not_registered") { wallet.preview(Profile.HOTEL) }
        failsWith<PermitCardException.WrongState>("wallet.no_show_session") { wallet.present(PresentRequest()) }
        wallet.registerAs(sandbox, sandbox.person("suharto"))
        keys.instead[Method.BEGIN_SESSION] = { throw KeyException.Cancelled() }
        failsWith<PermitCardException.Cancelled>("wallet.cancelled") { wallet.fetchCard(PROMPT) }
        wallet.closeAndWait()
        failsWith<PermitCardException.Closed>("wallet.closed") { wallet.state() }
        failsWith<PermitCardException.Closed>("wallet.closed") { wallet.erase() }
        wallet.closeAndWait()

        val verifier = openVerifier(sandbox.options(home.verifier), home.keys)
        failsWith<PermitCardException.WrongState>("checking.snapshot_missing") {
            verifier.verify(VerifyRequest("WPC1:", Profile.EMPLOYER))
        }
        verifier.closeAndWait()
        failsWith<PermitCardException.Closed>("wallet.closed") { verifier.snapshotExport() }
    }

    /** The other way round: each variant that Kotlin makes is the same variant in Rust, with its code and text. */
    @Test
    fun `every variant keeps its place in both directions`() {
        val all =
            listOf(
                PermitCardException.InvalidInput("r") to "invalid input: r",
                PermitCardException.Refused("r", 2u) to "refused by the authority: r",
                PermitCardException.Network("r", 3u) to "network: r",
                PermitCardException.NeedsUser() to "the user has to authenticate first",
                PermitCardException.KeyStoreLocked(4u) to "the device is locked out",
                PermitCardException.KeyInvalidated() to "a device key was invalidated",
                PermitCardException.KeyStore("r") to "key store: r",
                PermitCardException.StorageFull() to "no room left for the files",
                PermitCardException.Storage("r") to "storage: r",
                PermitCardException.Distrusted("r") to "not trusted: r",
                PermitCardException.NotRegistered() to "there is no card yet",
                PermitCardException.WrongState("r") to "wrong state: r",
                PermitCardException.Cancelled() to "cancelled",
                PermitCardException.Closed() to "closed",
                PermitCardException.Internal("r") to "internal error: r",
            )
        assertEquals(
            PermitCardException::class.java.permittedSubclasses.toSet(),
            all.map {
                it.first.javaClass
            }.toSet(),
        )
        for ((error, text) in all) assertEquals(text, error.toString())
    }
}
