package org.permitcard

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.permitcard.support.PROMPT
import org.permitcard.support.cardFor
import org.permitcard.support.draw
import org.permitcard.support.scan

/** What a verifier may demand, ask for and read: policies, its own request, several frames, paper, other forms. */
class VerifyingTest : BoundaryTest() {
    @Test
    fun `every policy is listed, and says what is missing and what to do`() = both { wallet, verifier ->
        assertEquals(Profile.entries, policies().map { it.profile })
        val police = policies().single { it.profile == Profile.POLICE }
        assertEquals(listOf(Group.PERSON, Group.FILE), police.groups)
        assertTrue(police.nonce && police.statusListAgeS == 86_400L)

        wallet.beginShow(Profile.POLICE, PROMPT)
        val text = wallet.present(PresentRequest()).text
        val checked = verifier.verify(VerifyRequest(text, Profile.POLICE))
        assertEquals(listOf("verdict.nonce_not_asked"), checked.unmet)
        assertEquals(Outcome.GOOD, checked.verdicts.holder.outcome)
        assertEquals("verdict.beacon_age", checked.verdicts.beaconCode)
        assertTrue(checked.verdicts.beaconAgeS!! >= 0)
        for (language in Language.entries) {
            val step = nextSteps(checked.unmet + checked.unmet, language).single()
            assertEquals(explain("verdict.nonce_not_asked", language)!!.next, step)
        }
    }

    @Test
    fun `a request is answered with the portrait, in frames where one code is too large`() = both { wallet, verifier ->
        val request = verifier.makeRequest("gate-7", Profile.POLICE, true)
        val target = ShowTarget.Request(scan(draw(qrMatrix(request.text))))
        val preview = wallet.previewFor(target)
        assertTrue(preview.byRequest && preview.aud == "gate-7")
        assertTrue(Group.PORTRAIT in preview.groups)
        assertFalse("gate-7" in target.toString() || request.text in request.toString())

        val show = wallet.beginShowFor(target, PROMPT)
        val code = wallet.present(PresentRequest())
        assertEquals(show.framed, code.frames.isNotEmpty())
        val open = verifier.openRequest()!!
        assertTrue(open.nonce.contentEquals(request.open.nonce))
        val asked = FrameReceiver().use { receiver ->
            val shown = code.frames.ifEmpty { listOf(code.text) }
            shown.firstNotNullOf { receiver.request(scan(draw(qrMatrix(it))), Profile.POLICE, open) }
        }
        val checked = verifier.verify(asked)
        assertEquals(emptyList<String>(), checked.unmet)
        assertTrue(checked.verdicts.nonceConfirmed)
        assertNotNull(checked.verdicts.disclosed!!.portrait)
        verifier.forgetRequest()
        assertNull(verifier.openRequest())
    }

    @Test
    fun `frames are put together by whoever scans them`() = both { _, _ ->
        FrameReceiver().use { receiver ->
            assertNotNull(receiver.request("WPC1:BB8", Profile.HOTEL))
            val refused = assertThrows(PermitCardException.InvalidInput::class.java) { receiver.take("WPC1:BB8") }
            assertEquals("qr.prefix_unknown", refused.code())
            receiver.reset()
        }
    }

    @Test
    fun `paper is a document and never a holder`() = both { wallet, verifier ->
        assertTrue(wallet.fetchPrinted())
        val printed = wallet.printed(false)!!
        assertTrue(printed.test)
        val scanned = scan(draw(printedQrMatrix(printed.text)))
        assertEquals(printed.text, scanned)
        assertTrue(printedQrSvg(printed.text).startsWith("<svg"))
        val checked = verifier.verify(VerifyRequest(scanned, Profile.HOTEL))
        assertEquals(listOf("verdict.document_only"), checked.unmet)
        val document = checked.verdicts.document!!
        assertEquals(printed.fields.single { it.field == Field.PERMIT_NUMBER }.value, document.permitNumber)
        for (record in listOf(printed, document, checked)) {
            assertFalse(document.person.name in record.toString() || printed.text in record.toString())
        }
    }

    @Test
    fun `the other forms are signed for whom they are for`() = both { wallet, _ ->
        val groups = listOf(Group.PERSON)
        assertTrue(wallet.previewExport(groups).any { it.field == Field.NAME })
        val jwt = wallet.export(ExportRequest(ExportTarget.SdJwt("https://verifier.example", "n-1"), groups), PROMPT)
        assertEquals(ExportFormat.SD_JWT, jwt.format)
        assertTrue(jwt.test && jwt.groups == groups)
        val parts = jwt.bytes.decodeToString().split('~')
        assertEquals(listOf(3, 3), listOf(parts.first(), parts.last()).map { it.split('.').size })
        val transcript = byteArrayOf(0x83.toByte(), 0xf6.toByte(), 0xf6.toByte(), 0xf6.toByte())
        val mdoc = wallet.export(ExportRequest(ExportTarget.Mdoc(transcript), groups), PROMPT)
        assertEquals(ExportFormat.MDOC, mdoc.format)
        assertTrue("deviceSigned" in mdoc.bytes.toString(Charsets.ISO_8859_1))
        assertEquals(listOf(jwt.aud, mdoc.aud), wallet.disclosureLog().map { it.aud })
    }

    /** Runs [block] with a wallet that has a card, and a verifier with a snapshot. */
    private fun both(block: suspend (Wallet, Verifier) -> Unit) = boundary {
        val home = home()
        openWallet(sandbox.options(home.wallet), home.keys).useAndWait { wallet ->
            wallet.cardFor(sandbox, sandbox.person("maria"))
            openVerifier(sandbox.options(home.verifier), home.keys).useAndWait { verifier ->
                verifier.snapshotFetch()
                block(wallet, verifier)
            }
        }
    }
}
