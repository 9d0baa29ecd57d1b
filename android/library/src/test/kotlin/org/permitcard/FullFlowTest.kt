package org.permitcard

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.permitcard.support.PROMPT
import org.permitcard.support.Sandbox
import org.permitcard.support.cardFor
import org.permitcard.support.draw
import org.permitcard.support.registerAs
import org.permitcard.support.scan
import org.permitcard.support.value

class FullFlowTest : BoundaryTest() {
    @Test
    fun `from registration to an offline verification`() = boundary {
        val authority = Sandbox()
        val home = home()
        val maria = authority.person("maria")
        val wallet = openWallet(authority.options(home.wallet), home.keys)
        assertEquals(Phase.EMPTY, wallet.state().phase)

        val asked = wallet.registerAs(authority, maria)
        assertEquals(InteractionType.CONSENT, asked.first())
        val ownPhone =
            setOf(
                InteractionType.CONSENT,
                InteractionType.IDENTITY_CLAIM,
                InteractionType.ONE_TIME_CODE,
                InteractionType.DOCUMENT_CHECK,
                InteractionType.FACE_CHECK,
            )
        assertEquals(ownPhone, asked.toSet())
        assertEquals(Phase.READY_TO_FETCH, wallet.state().phase)

        val card = wallet.fetchCard(PROMPT)
        assertTrue(card.test)
        assertEquals(maria.cardName, card.value(Field.NAME))
        assertEquals(maria.passport, card.value(Field.PASSPORT))
        assertEquals(10u, card.credentialsLeft)
        assertTrue(wallet.portrait()!!.bytes.isNotEmpty())

        val verifier = openVerifier(authority.options(home.verifier), home.keys)
        assertNull(verifier.snapshotInfo())
        verifier.snapshotFetch()
        assertNotNull(verifier.snapshotInfo())
        // From here on there is no authority.
        authority.close()

        assertEquals(listOf(Group.PERSON, Group.EMPLOYMENT), wallet.preview(Profile.EMPLOYER).groups)
        val show = wallet.beginShow(Profile.EMPLOYER, PROMPT)
        val code = wallet.present(PresentRequest())
        assertEquals(60, code.expiresAt - code.issuedAt)
        assertEquals(show.qrVersion, code.qrVersion)

        val scanned = scan(draw(qrMatrix(code.text, code.qrVersion)))
        assertEquals(code.text, scanned)
        assertTrue(qrSvg(code.text, code.qrVersion).startsWith("<svg"))

        val checked = verifier.verify(VerifyRequest(scanned, Profile.EMPLOYER))
        assertEquals(emptyList<String>(), checked.unmet)
        assertEquals(
            listOf("verdict.issuer_good", "verdict.holder_good", "verdict.status_valid"),
            checked.verdicts.run { listOf(issuer.code, holder.code, status.code) },
        )
        assertTrue(checked.verdicts.test)
        val shown = checked.verdicts.disclosed!!
        assertEquals(maria.cardName, shown.person?.name)
        assertNotNull(shown.employment)
        assertNull(shown.file)

        assertEquals(listOf("verdict.seen_before"), verifier.verify(VerifyRequest(scanned, Profile.EMPLOYER)).unmet)
        val later = VerifyRequest(scanned, Profile.EMPLOYER, at = code.issuedAt + 91)
        assertEquals(listOf("verdict.presentation_expired"), verifier.verify(later).unmet)
        val forged = VerifyRequest(scanned.dropLast(6) + "000000", Profile.EMPLOYER)
        assertEquals(Outcome.BAD, verifier.verify(forged).verdicts.holder.outcome)

        wallet.endShow()
        val log = wallet.disclosureLog()
        assertEquals(listOf("wp.emp"), log.map { it.aud })
        assertEquals(listOf(Profile.EMPLOYER), log.map { it.profile })

        wallet.erase()
        verifier.closeAndWait()
        eraseVerifier(home.verifier.path, home.keys)
        assertEquals(emptyList<KeyInfo>(), home.keys.list())
        assertFalse(home.wallet.walk().any { it.isFile })
        assertFalse(home.verifier.walk().any { it.isFile })
    }

    @Test
    fun `a card outlives the process`() = boundary {
        val home = home()
        val juergen = sandbox.person("juergen")
        openWallet(sandbox.options(home.wallet), home.keys).useAndWait { it.cardFor(sandbox, juergen) }
        openWallet(sandbox.options(home.wallet), home.keys).useAndWait { wallet ->
            assertEquals(Phase.READY, wallet.state().phase)
            assertEquals(juergen.cardName, wallet.card()!!.value(Field.NAME))
            assertEquals(CardStatus.VALID, wallet.sync().status)
        }
    }

    @Test
    fun `a registration goes on in a new process at the same step`() = boundary {
        val home = home()
        val sean = sandbox.person("sean")
        val first =
            openWallet(sandbox.options(home.wallet), home.keys).useAndWait {
                it.startRegistration() as RegistrationView.Step
            }
        openWallet(sandbox.options(home.wallet), home.keys).useAndWait { wallet ->
            val resumed = wallet.registration() as RegistrationView.Step
            assertEquals(first.step.required, resumed.step.required)
            assertEquals(first.step.consents, resumed.step.consents)
            wallet.cancelRegistration()
            assertNull(wallet.registration())
            assertEquals(sean.cardName, wallet.cardFor(sandbox, sean).value(Field.NAME))
        }
    }

    @Test
    fun `the social security number finds the same person, and a revocation arrives`() = boundary {
        val home = home()
        val maria = sandbox.person("maria")
        val wallet = openWallet(sandbox.options(home.wallet), home.keys)
        wallet.registerAs(sandbox, maria, maria.bySocialSecurityNumber())
        assertEquals(maria.cardName, wallet.fetchCard(PROMPT).value(Field.NAME))

        val verifier = openVerifier(sandbox.options(home.verifier), home.keys)
        verifier.snapshotFetch()
        wallet.beginShow(Profile.EMPLOYER, PROMPT)
        val code = wallet.present(PresentRequest())
        val first = verifier.verify(VerifyRequest(code.text, Profile.EMPLOYER, remember = false))
        assertEquals(emptyList<String>(), first.unmet)

        sandbox.event("revoke", maria)
        verifier.snapshotFetch()
        val revoked = verifier.verify(VerifyRequest(code.text, Profile.EMPLOYER, remember = false))
        assertEquals(
            Verdict(Outcome.BAD, "verdict.status_revoked", revoked.verdicts.status.ageS),
            revoked.verdicts.status,
        )
        assertEquals(CardStatus.REVOKED, wallet.sync().status)
        wallet.useAndWait { }
        verifier.useAndWait { }
    }

    @Test
    fun `a nonce proves that the code was made for this verifier`() = boundary {
        val home = home()
        openWallet(sandbox.options(home.wallet), home.keys).useAndWait { wallet ->
            wallet.cardFor(sandbox, sandbox.person("maryann"))
            val verifier = openVerifier(sandbox.options(home.verifier), home.keys)
            verifier.snapshotFetch()
            wallet.beginShow(Profile.EMPLOYER, PROMPT)
            for (nonce in listOf(Nonce.Digits("493817"), Nonce.Bytes(byteArrayOf(1, 2, 3, 4, 5, 6, 7, 8)))) {
                val text = wallet.present(PresentRequest(nonce)).text
                val right = verifier.verify(VerifyRequest(text, Profile.EMPLOYER, nonce = nonce, remember = false))
                assertEquals(emptyList<String>(), right.unmet)
                assertTrue(right.verdicts.nonceConfirmed)
                val other = VerifyRequest(text, Profile.EMPLOYER, nonce = Nonce.Digits("493818"), remember = false)
                assertEquals(listOf("verdict.nonce_wrong"), verifier.verify(other).unmet)
            }
            verifier.useAndWait { }
        }
    }
}
