package org.permitcard

import com.sun.jna.Native
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import org.permitcard.support.FileDeviceKeys
import org.permitcard.support.HostileKeys
import org.permitcard.support.HostileKeys.Method
import org.permitcard.support.PROMPT
import org.permitcard.support.cardFor
import org.permitcard.support.registerAs
import java.util.concurrent.CountDownLatch

/** A key store that throws what it should not, that lies, and that never returns. */
class KeyStoreTest : BoundaryTest() {
    private val secret = "GARCIA LOPEZ<<MARIA"

    private suspend fun codeOf(block: suspend () -> Unit): String {
        val error = assertInstanceOf<PermitCardException>(runCatching { block() }.exceptionOrNull())
        val texts = listOfNotNull(error.message, error.toString(), error.cause?.toString())
        assertFalse(texts.any { secret in it }, "the text of the key store arrived: $texts")
        return error.code()
    }

    @Test
    fun `whatever it throws is unexpected, and its text is dropped`() = boundary {
        val home = home()
        val keys = HostileKeys(home.keys)
        val thrown =
            listOf(
                { throw IllegalStateException(secret) },
                { throw NotImplementedError(secret) },
                { throw OutOfMemoryError(secret) },
                { throw InterruptedException(secret) },
            )
        for (throwing in thrown) {
            for (method in listOf(Method.CREATE_MANY, Method.SEAL)) {
                keys.instead.clear()
                keys.instead[method] = throwing
                assertEquals("keys.unexpected", codeOf { openWallet(sandbox.options(home.wallet), keys) })
            }
        }
        keys.instead.clear()
        openWallet(sandbox.options(home.wallet), keys).useAndWait { assertEquals(Phase.EMPTY, it.state().phase) }
    }

    @Test
    fun `without the layer in between Rust takes an exception, and a call without a result, as unexpected`() =
        boundary {
            val home = home()
            val keys = HostileKeys(home.keys)
            // JNA reports an error of the virtual machine here, and lets the call end without a result.
            Native.setCallbackExceptionHandler { _, _ -> }
            try {
                for (throwing in listOf({
                    throw IllegalStateException(secret)
                }, { throw NotImplementedError(secret) })) {
                    keys.instead[Method.CREATE_MANY] = throwing
                    val raw = codeOf { Wallet.open(sandbox.options(home.wallet), keys, SystemClock) }
                    assertEquals("keys.unexpected", raw)
                }
            } finally {
                Native.setCallbackExceptionHandler(null)
            }
        }

    @Test
    fun `an error of the virtual machine is no success, also where nothing is returned`() = boundary {
        val home = home()
        val keys = HostileKeys(home.keys)
        val wallet = openWallet(sandbox.options(home.wallet), keys)
        wallet.cardFor(sandbox, sandbox.person("maria"))
        keys.instead[Method.BEGIN_SESSION] = { throw StackOverflowError(secret) }
        assertEquals("keys.unexpected", codeOf { wallet.beginShow(Profile.EMPLOYER, PROMPT) })
        keys.instead.clear()
        keys.instead[Method.DELETE] = { throw StackOverflowError(secret) }
        assertEquals("keys.unexpected", codeOf { wallet.erase() })
        // The file stays that names the wrapping key; all of it goes as soon as the key store lets it.
        assertTrue(home.wallet.walk().any { it.isFile })
        keys.instead.clear()
        eraseWallet(home.wallet.path, keys)
        assertFalse(home.wallet.walk().any { it.isFile })
        assertTrue(home.keys.list().isEmpty())
    }

    @Test
    fun `a signature of another key is refused before it leaves the phone`() = boundary {
        val home = home()
        val others = FileDeviceKeys(home.keyFolder.resolveSibling("others"))
        val stranger = others.createMany(KeySpec(KeyPurpose.TRANSPORT), 1u, byteArrayOf()).single()
        val keys =
            object : DeviceKeys by home.keys {
                override fun sign(keyId: String, message: ByteArray) = others.sign(stranger.keyId, message)
            }
        openWallet(sandbox.options(home.wallet), keys).useAndWait { wallet ->
            assertEquals("keys.unexpected", codeOf { wallet.startRegistration() })
        }
    }

    @Test
    fun `keys that are none are refused`() = boundary {
        val home = home()
        val lies: List<(KeyInfo) -> List<KeyInfo>> =
            listOf(
                { emptyList() },
                { listOf(it, it) },
                { listOf(it.copy(publicKey = byteArrayOf())) },
                { listOf(it.copy(publicKey = ByteArray(65))) },
            )
        for (lie in lies) {
            val keys =
                object : DeviceKeys by home.keys {
                    override fun createMany(spec: KeySpec, count: UInt, attestationNonce: ByteArray): List<KeyInfo> {
                        val made = home.keys.createMany(spec, count, attestationNonce)
                        return if (spec.purpose == KeyPurpose.TRANSPORT) lie(made.single()) else made
                    }
                }
            openWallet(sandbox.options(home.wallet), keys).useAndWait { wallet ->
                assertEquals("keys.unexpected", codeOf { wallet.startRegistration() })
            }
        }
    }

    @Test
    fun `one that never returns times out, and holds nothing else up`() = boundary {
        val home = home()
        val keys = HostileKeys(home.keys)
        val release = CountDownLatch(1)
        val wallet = openWallet(sandbox.options(home.wallet, callTimeoutS = 1u), keys)
        wallet.registerAs(sandbox, sandbox.person("juergen"))
        keys.instead[Method.BEGIN_SESSION] = { release.await() }
        assertEquals("keys.timed_out", codeOf { wallet.fetchCard(PROMPT) })
        // The prompt is still open: no second one is laid over it, and everything else works.
        assertEquals("keys.busy", codeOf { wallet.fetchCard(PROMPT) })
        assertEquals(Phase.READY_TO_FETCH, wallet.state().phase)
        keys.instead.clear()
        release.countDown()
        var card: CardView? = null
        while (card == null) {
            // Busy until the abandoned call is back.
            card =
                runCatching {
                    wallet.fetchCard(PROMPT)
                }.onFailure { assertInstanceOf<PermitCardException.KeyStore>(it) }.getOrNull()
        }
        assertTrue(card.test)
        wallet.useAndWait { }
    }

    @Test
    fun `opening with one that never returns times out`() = boundary {
        val home = home()
        val keys = HostileKeys(home.keys)
        val release = CountDownLatch(1)
        keys.instead[Method.CREATE_MANY] = { release.await() }
        val options = sandbox.options(home.wallet, callTimeoutS = 1u)
        assertEquals("keys.timed_out", codeOf { openWallet(options, keys) })
        assertEquals("keys.timed_out", codeOf { openVerifier(sandbox.options(home.verifier, 1u), keys) })
        keys.instead.clear()
        release.countDown()
        openWallet(options, keys).useAndWait { assertEquals(Phase.EMPTY, it.state().phase) }
    }

    @Test
    fun `a clock that throws or lies gives a typed error or a result`() = boundary {
        val home = home()
        class Broken : Clock {
            override fun now(): ClockReading = throw NotImplementedError(secret)
        }
        openWallet(sandbox.options(home.wallet), home.keys, Broken()).useAndWait { wallet ->
            assertEquals("wallet.time_unknown", codeOf { wallet.startRegistration() })
        }
        for (wallS in listOf(Long.MIN_VALUE, -1, 0, Long.MAX_VALUE)) {
            val lying =
                object : Clock {
                    override fun now() = ClockReading(wallS, ULong.MAX_VALUE, "x".repeat(1000))
                }
            openWallet(sandbox.options(home.wallet), home.keys, lying).useAndWait { wallet ->
                runCatching { wallet.startRegistration() }
                    .onFailure { assertInstanceOf<PermitCardException>(it) }
                    .onFailure { assertFalse(it is PermitCardException.Internal, "wallS=$wallS") }
                wallet.cancelRegistration()
            }
            openVerifier(sandbox.options(home.verifier), home.keys, lying).useAndWait { verifier ->
                runCatching { verifier.snapshotFetch() }
                    .onFailure { assertInstanceOf<PermitCardException>(it) }
                    .onFailure { assertFalse(it is PermitCardException.Internal, "wallS=$wallS") }
            }
        }
    }
}
