package org.permitcard

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.permitcard.support.PROMPT
import org.permitcard.support.cardFor

/** A record that ends up in a log line shows no personal data there. */
class SilenceTest : BoundaryTest() {
    @Test
    fun `no record shows values in its text`() = boundary {
        val home = home()
        openWallet(sandbox.options(home.wallet), home.keys).useAndWait { wallet ->
            val maria = sandbox.person("maria")
            val identity = maria.byPermitNumber()
            val card = wallet.cardFor(sandbox, maria)
            val verifier = openVerifier(sandbox.options(home.verifier), home.keys)
            verifier.snapshotFetch()
            val show = wallet.beginShow(Profile.BANK, PROMPT)
            val code = wallet.present(PresentRequest(Nonce.Digits("493817")))
            val request = VerifyRequest(code.text, Profile.BANK, nonce = Nonce.Digits("493817"))
            val checked = verifier.verify(request)
            val disclosed = checked.verdicts.disclosed!!
            val records =
                listOf(
                    identity,
                    identity.number,
                    previewIdentity(identity),
                    previewIdentity(identity).steps,
                    StepAnswer.Identity(identity),
                    StepAnswer.OneTimeCode("493817"),
                    StepAnswer.InPersonCode("493817"),
                    Launch(InteractionType.FACE_CHECK, "sandbox", "https://example.com", "MARIA"),
                    card,
                    card.fields,
                    wallet.portrait(),
                    wallet.sync(),
                    FieldChange(Field.NAME, "change-name", "MARIA", "GARCIA"),
                    show,
                    show.disclosure,
                    code,
                    qrMatrix(code.text),
                    request,
                    checked,
                    disclosed,
                    disclosed.person,
                    disclosed.employment,
                    disclosed.file,
                )
            val values =
                card.fields.map { it.value }.filter { it.length > 3 } + listOf("María", "García", "493817", "WPC1:")
            for (record in records) {
                val text = record.toString()
                assertTrue(text.isNotEmpty())
                assertFalse(values.any { it in text } || "MARIA" in text, text)
            }
            verifier.useAndWait { }
        }
    }

    @Test
    fun `codes have sentences in both languages`() {
        val english = explain("registration.code_wrong", Language.ENGLISH)!!
        val chinese = explain("registration.code_wrong", Language.CHINESE)!!
        assertTrue(english.text.isNotBlank() && chinese.text.isNotBlank())
        assertNotEquals(english.text, chinese.text)
        assertFalse(english.next.isNullOrBlank())
        assertEquals(null, explain("no.such_code", Language.ENGLISH))
        assertEquals(Language.CHINESE, languageFor("zh-Hans-CN"))
    }
}
