package org.permitcard

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withContext
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.permitcard.support.PROMPT
import org.permitcard.support.cardFor

class ThreadsTest : BoundaryTest() {
    @Test
    fun `calls from many threads`() = boundary {
        val home = home()
        val wallet = openWallet(sandbox.options(home.wallet), home.keys)
        val maria = sandbox.person("maria")
        wallet.cardFor(sandbox, maria)
        val verifier = openVerifier(sandbox.options(home.verifier), home.keys)
        verifier.snapshotFetch()
        wallet.beginShow(Profile.EMPLOYER, PROMPT)
        val texts =
            withContext(Dispatchers.IO) {
                coroutineScope {
                    List(32) { index ->
                        async {
                            assertEquals(
                                maria.cardName,
                                wallet.preview(Profile.HOTEL).shown.single {
                                    it.field ==
                                        Field.NAME
                                }.value,
                            )
                            if (index % 8 == 0) assertEquals(CardStatus.VALID, wallet.sync().status)
                            val text = wallet.present(PresentRequest()).text
                            assertEquals(
                                emptyList<String>(),
                                verifier.verify(VerifyRequest(text, Profile.EMPLOYER, remember = false)).unmet,
                            )
                            text
                        }
                    }.awaitAll()
                }
            }
        assertEquals(32, texts.toSet().size)
        assertEquals(32, wallet.disclosureLog().size)
        wallet.useAndWait { }
        verifier.useAndWait { }
    }

    @Test
    fun `of many registrations at once one starts`() = boundary {
        val home = home()
        openWallet(sandbox.options(home.wallet), home.keys).useAndWait { wallet ->
            val started =
                coroutineScope { List(8) { async { runCatching { wallet.startRegistration() } } }.awaitAll() }
            assertEquals(1, started.count { it.isSuccess })
            val codes = started.mapNotNull { it.exceptionOrNull() as? PermitCardException }.map { it.code() }
            assertEquals(List(7) { "wallet.registration_running" }, codes)
        }
    }

    @Test
    fun `closing amid calls gives results or closed, and nothing else`() = boundary {
        val home = home()
        val wallet = openWallet(sandbox.options(home.wallet), home.keys)
        val results =
            withContext(Dispatchers.IO) {
                coroutineScope {
                    val calls = List(64) { async { runCatching { wallet.state() } } }
                    wallet.closeAndWait()
                    calls.awaitAll()
                }
            }
        val errors = results.mapNotNull { it.exceptionOrNull() }
        assertTrue(errors.all { it is PermitCardException.Closed }, "errors: $errors")
    }
}
