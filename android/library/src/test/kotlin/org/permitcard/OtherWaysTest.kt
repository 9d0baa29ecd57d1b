package org.permitcard

import kotlinx.coroutines.async
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import org.permitcard.support.HostileKeys
import org.permitcard.support.HostileKeys.Method
import org.permitcard.support.PROMPT
import org.permitcard.support.Person
import org.permitcard.support.answerTo
import org.permitcard.support.cardFor
import org.permitcard.support.consentAnswer
import org.permitcard.support.finish
import org.permitcard.support.registerAs
import org.permitcard.support.value
import org.permitcard.support.walkTo
import org.permitcard.support.ways
import java.util.concurrent.CountDownLatch

/** Registrations that do not go straight. */
class OtherWaysTest : BoundaryTest() {
    /** Fails at a step, with the answer given here, and gives the step after it. */
    private suspend fun Wallet.failAt(
        kind: InteractionType,
        person: Person,
        wrong: (StepView) -> StepAnswer,
    ): StepView {
        val step = walkTo(kind, sandbox, person)
        return (answer(wrong(step)) as RegistrationView.Step).step
    }

    /** A step that failed says why and which other ways are open, in words too; the service window is one of them. */
    private suspend fun Wallet.finishAtTheWindow(
        failed: StepView,
        kind: InteractionType,
        code: String,
        person: Person,
    ) {
        val failure = checkNotNull(failed.failure)
        assertEquals(code, failure.code)
        assertEquals(kind, failure.step)
        assertTrue(InteractionType.IN_PERSON_CODE in failure.otherWays, "$failure")
        for (language in Language.entries) {
            val words = checkNotNull(explain(failure.code, language))
            assertTrue(words.text.isNotBlank() && words.next.orEmpty().isNotBlank(), "$words")
        }
        val answer = sandbox.answerTo(failed, person, kind = InteractionType.IN_PERSON_CODE)
        assertEquals(RegistrationView.ReadyToFetch, answer(answer))
        assertEquals(person.cardName, fetchCard(PROMPT).value(Field.NAME))
    }

    private fun failsAndGoesToTheWindow(
        id: String,
        kind: InteractionType,
        code: String,
        wrong: Person.(StepView) -> StepAnswer,
    ) = boundary {
        val home = home()
        val person = sandbox.person(id)
        openWallet(sandbox.options(home.wallet), home.keys).useAndWait { wallet ->
            wallet.finishAtTheWindow(wallet.failAt(kind, person) { person.wrong(it) }, kind, code, person)
        }
    }

    @Test
    fun `whoever refuses the face check goes to a window`() = boundary {
        val home = home()
        val juergen = sandbox.person("juergen")
        openWallet(sandbox.options(home.wallet), home.keys).useAndWait { wallet ->
            var step = wallet.walkTo(InteractionType.DOCUMENT_CHECK, sandbox, juergen)
            while (step.consents.none { it.kind == ConsentKind.FACE_DATA }) {
                step = (wallet.answer(sandbox.answerTo(step, juergen)) as RegistrationView.Step).step
            }
            val refused = (wallet.answer(step.consentAnswer(given = false)) as RegistrationView.Step).step
            wallet.finishAtTheWindow(refused, InteractionType.CONSENT, "registration.consent_refused", juergen)
        }
    }

    @Test
    fun `a wrong code, then a window`() =
        failsAndGoesToTheWindow("maria", InteractionType.ONE_TIME_CODE, "registration.code_wrong") {
            val right = sandbox.code(this)
            StepAnswer.OneTimeCode(if (right == "000000") "000001" else "000000")
        }

    @Test
    fun `a refused document, then a window`() =
        failsAndGoesToTheWindow("piotr", InteractionType.DOCUMENT_CHECK, "registration.document_refused") {
            sandbox.answerTo(it, this, kind = InteractionType.DOCUMENT_CHECK)
        }

    @Test
    fun `another face, then a window`() =
        failsAndGoesToTheWindow("minh", InteractionType.FACE_CHECK, "registration.face_refused") {
            sandbox.answerTo(it, this, kind = InteractionType.FACE_CHECK)
        }

    @Test
    fun `a provider that is down, then a window`() =
        failsAndGoesToTheWindow("helene", InteractionType.DOCUMENT_CHECK, "registration.check_unavailable") {
            sandbox.answerTo(it, this, kind = InteractionType.DOCUMENT_CHECK)
        }

    @Test
    fun `a name that nobody knows is told only after the document, and can be claimed anew`() = boundary {
        val home = home()
        val sean = sandbox.person("sean")
        openWallet(sandbox.options(home.wallet), home.keys).useAndWait { wallet ->
            val claim = wallet.walkTo(InteractionType.IDENTITY_CLAIM, sandbox, sean)
            assertEquals(InteractionType.IDENTITY_CLAIM, claim.required)
            val other = sean.byPermitNumber().let { it.copy(surname = "Nobody", givenNames = "Else") }
            val claimed = (wallet.answer(StepAnswer.Identity(other)) as RegistrationView.Step).step
            assertNull(claimed.failure)
            val checked =
                wallet.answer(sandbox.answerTo(claimed, sean, kind = InteractionType.DOCUMENT_CHECK))
                    as RegistrationView.Step
            assertEquals("registration.name_differs", checked.step.failure?.code)
            assertTrue(InteractionType.IDENTITY_CLAIM in checked.step.ways)
            wallet.finish(checked, sandbox, sean)
            assertEquals(sean.cardName, wallet.fetchCard(PROMPT).value(Field.NAME))
        }
    }

    @Test
    fun `a name that nobody knows, then a window`() = boundary {
        val home = home()
        val sean = sandbox.person("sean")
        openWallet(sandbox.options(home.wallet), home.keys).useAndWait { wallet ->
            val other = sean.byPermitNumber().copy(surname = "Nobody", givenNames = "Else")
            val claimed = wallet.failAt(InteractionType.IDENTITY_CLAIM, sean) { StepAnswer.Identity(other) }
            assertNull(claimed.failure)
            val checked =
                wallet.answer(sandbox.answerTo(claimed, sean, kind = InteractionType.DOCUMENT_CHECK))
                    as RegistrationView.Step
            wallet.finishAtTheWindow(checked.step, InteractionType.IDENTITY_CLAIM, "registration.name_differs", sean)
        }
    }

    @Test
    fun `a wrong code of a window, then document and face`() = boundary {
        val home = home()
        val maryann = sandbox.person("maryann")
        openWallet(sandbox.options(home.wallet), home.keys).useAndWait { wallet ->
            val wrong = StepAnswer.InPersonCode("00000-00000")
            val failed = wallet.failAt(InteractionType.IN_PERSON_CODE, maryann) { wrong }
            assertEquals(InteractionType.IN_PERSON_CODE, failed.failure?.step)
            assertTrue(InteractionType.IDENTITY_CLAIM in failed.failure!!.otherWays)
            wallet.finish(RegistrationView.Step(failed), sandbox, maryann)
            assertEquals(maryann.cardName, wallet.fetchCard(PROMPT).value(Field.NAME))
        }
    }

    @Test
    fun `the bank does not confirm the name, the carrier does`() =
        opensServices("amina", InteractionType.BANK_CARD, InteractionType.SIM, "registration.bank_card_refused")

    @Test
    fun `the carrier does not confirm the name, the bank does`() =
        opensServices("dmitri", InteractionType.SIM, InteractionType.BANK_CARD, "registration.sim_refused")

    private fun opensServices(id: String, first: InteractionType, second: InteractionType, code: String) = boundary {
        val home = home()
        val person = sandbox.person(id)
        openWallet(sandbox.options(home.wallet), home.keys).useAndWait { wallet ->
            assertEquals(1u.toUByte(), wallet.cardFor(sandbox, person).tier)
            val closed = wallet.services().filter { it.closed != null }
            assertEquals(setOf("service.needs_tier_two"), closed.mapTo(mutableSetOf()) { it.closed })

            val consent = wallet.startTier2() as RegistrationView.Step
            assertEquals(listOf(ConsentKind.SOCIAL_SECURITY), consent.step.consents.map { it.kind })
            val ways = wallet.answer(consent.step.consentAnswer(given = true)) as RegistrationView.Step
            val refused = wallet.answer(sandbox.answerTo(ways.step, person, kind = first)) as RegistrationView.Step
            assertEquals(code, refused.step.failure?.code)
            // The card can be shown meanwhile.
            wallet.beginShow(Profile.EMPLOYER, PROMPT)
            assertTrue(wallet.present(PresentRequest()).text.startsWith("WPC1:"))

            val done = wallet.answer(sandbox.answerTo(refused.step, person, kind = second))
            assertEquals(RegistrationView.ReadyToFetch, done)
            assertEquals(2u.toUByte(), wallet.fetchCard(PROMPT).tier)
            assertTrue(wallet.services().all { it.closed == null })
        }
    }

    @Test
    fun `a request is cancelled and the registration goes on`() = boundary {
        val home = home()
        val keys = HostileKeys(home.keys)
        val sean = sandbox.person("sean")
        openWallet(sandbox.options(home.wallet), keys).useAndWait { wallet ->
            val claim = wallet.walkTo(InteractionType.IDENTITY_CLAIM, sandbox, sean)
            val reached = CountDownLatch(1)
            val release = CountDownLatch(1)
            keys.instead[Method.SIGN] = {
                reached.countDown()
                release.await()
            }
            val token = CancelToken()
            val answering = async { runCatching { wallet.answer(sandbox.answerTo(claim, sean), token) } }
            reached.await()
            token.cancel()
            assertInstanceOf<PermitCardException.Cancelled>(answering.await().exceptionOrNull())
            keys.instead.clear()
            release.countDown()
            // The answer was stored before it was sent: nobody is asked twice.
            val resumed = wallet.resumeRegistration() as RegistrationView.Step
            assertTrue(InteractionType.DOCUMENT_CHECK in resumed.step.ways)
            wallet.finish(resumed, sandbox, sean)
            assertEquals(10u, wallet.fetchCard(PROMPT).credentialsLeft)
        }
    }

    @Test
    fun `a withdrawn consent ends what rested on it`() = boundary {
        val home = home()
        val maryann = sandbox.person("maryann")
        openWallet(sandbox.options(home.wallet), home.keys).useAndWait { wallet ->
            wallet.registerAs(sandbox, maryann)
            wallet.fetchCard(PROMPT)
            val consents = wallet.consents()
            assertEquals(listOf(ConsentKind.GENERAL, ConsentKind.FACE_DATA), consents.map { it.kind })
            assertEquals(WithdrawalEffect.CARD_ENDS, consents.last().effect)
            assertEquals(WithdrawalEffect.CARD_ENDS, wallet.withdrawConsent(ConsentKind.FACE_DATA).effect)
            assertEquals(CardEnd.CONSENT_WITHDRAWN, wallet.card()?.end)
            val shown = runCatching { wallet.beginShow(Profile.EMPLOYER, PROMPT) }
            assertInstanceOf<PermitCardException.WrongState>(shown.exceptionOrNull())
        }
    }
}
