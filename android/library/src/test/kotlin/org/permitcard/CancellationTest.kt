package org.permitcard

import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import org.permitcard.support.HostileKeys
import org.permitcard.support.HostileKeys.Method
import org.permitcard.support.PROMPT
import org.permitcard.support.registerAs
import java.util.concurrent.CountDownLatch

class CancellationTest : BoundaryTest() {
    /** A method of the key store that waits until the test lets it go on. */
    private class Gate {
        val reached = CountDownLatch(1)
        val release = CountDownLatch(1)

        val wait = {
            reached.countDown()
            release.await()
        }
    }

    @Test
    fun `a cancelled coroutine returns at once and loses nothing`() = boundary {
        val home = home()
        val keys = HostileKeys(home.keys)
        val gate = Gate()
        val wallet = openWallet(sandbox.options(home.wallet), keys)
        wallet.registerAs(sandbox, sandbox.person("maria"))
        keys.instead[Method.BEGIN_SESSION] = gate.wait
        val fetching = launch { wallet.fetchCard(PROMPT) }
        gate.reached.await()
        // Ends while the key store still waits for its user.
        fetching.cancelAndJoin()
        gate.release.countDown()
        // What was begun ends by itself; this call waits its turn and finds it, or does it.
        val card = wallet.fetchCard(PROMPT)
        assertEquals(10u, card.credentialsLeft)
        wallet.useAndWait { }
    }

    @Test
    fun `a cancelled token ends the waiting`() = boundary {
        val home = home()
        val keys = HostileKeys(home.keys)
        val gate = Gate()
        val wallet = openWallet(sandbox.options(home.wallet), keys)
        wallet.registerAs(sandbox, sandbox.person("sean"))
        keys.instead[Method.BEGIN_SESSION] = gate.wait
        val token = CancelToken()
        val fetching = async { runCatching { wallet.fetchCard(PROMPT, token) } }
        gate.reached.await()
        token.cancel()
        assertInstanceOf<PermitCardException.Cancelled>(fetching.await().exceptionOrNull())
        gate.release.countDown()
        assertTrue(token.isCancelled())
        // A token that is cancelled already lets nothing begin.
        assertInstanceOf<PermitCardException.Cancelled>(runCatching { wallet.sync(null, token) }.exceptionOrNull())
        assertEquals(10u, wallet.fetchCard(PROMPT).credentialsLeft)
        wallet.useAndWait { }
    }

    @Test
    fun `cancelling a registration ends the call that is under way`() = boundary {
        val home = home()
        val keys = HostileKeys(home.keys)
        val gate = Gate()
        val wallet = openWallet(sandbox.options(home.wallet), keys)
        wallet.registerAs(sandbox, sandbox.person("maryann"))
        keys.instead[Method.BEGIN_SESSION] = gate.wait
        val fetching = async { runCatching { wallet.fetchCard(PROMPT) } }
        gate.reached.await()
        wallet.cancelRegistration()
        assertInstanceOf<PermitCardException.Cancelled>(fetching.await().exceptionOrNull())
        gate.release.countDown()
        assertEquals(Phase.EMPTY, wallet.state().phase)
        wallet.useAndWait { }
    }

    @Test
    fun `closing waits for what is under way`() = boundary {
        val home = home()
        val keys = HostileKeys(home.keys)
        val gate = Gate()
        val wallet = openWallet(sandbox.options(home.wallet), keys)
        wallet.registerAs(sandbox, sandbox.person("juergen"))
        keys.instead[Method.BEGIN_SESSION] = gate.wait
        val fetching = async { runCatching { wallet.fetchCard(PROMPT) } }
        gate.reached.await()
        val closing = launch { wallet.closeAndWait() }
        gate.release.countDown()
        closing.join()
        assertEquals(10u, fetching.await().getOrThrow().credentialsLeft)
        assertInstanceOf<PermitCardException.Closed>(runCatching { wallet.card() }.exceptionOrNull())
    }

    @Test
    fun `freeing does not wait for a key store that hangs`() = boundary {
        val home = home()
        val keys = HostileKeys(home.keys)
        val gate = Gate()
        val wallet = openWallet(sandbox.options(home.wallet), keys)
        wallet.registerAs(sandbox, sandbox.person("suharto"))
        keys.instead[Method.BEGIN_SESSION] = gate.wait
        val fetching = launch { wallet.fetchCard(PROMPT) }
        gate.reached.await()
        fetching.cancelAndJoin()
        wallet.close()
        gate.release.countDown()
        keys.instead.clear()
        // Killed in the middle: another wallet goes on at the same place.
        openWallet(sandbox.options(home.wallet), keys).useAndWait {
            assertEquals(10u, it.fetchCard(PROMPT).credentialsLeft)
        }
    }
}
