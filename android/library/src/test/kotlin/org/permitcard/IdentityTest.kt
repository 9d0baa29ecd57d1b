package org.permitcard

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf

/** What an app asks before anything is sent: the lines of a passport, a name, a number. */
class IdentityTest {
    private fun refused(code: String, block: () -> Unit) {
        val error = assertInstanceOf<PermitCardException.InvalidInput>(runCatching(block).exceptionOrNull())
        assertEquals(code, error.code())
    }

    @Test
    fun `a passport is read, a misread one corrected, name and number explained`() {
        val mrz = assertInstanceOf<MrzReading.Good>(readMrz(PASSPORT)).mrz
        assertEquals(MrzFormat.PASSPORT, mrz.format)
        assertEquals("ERIKSSON<<ANNA<MARIA", mrz.name)
        assertEquals("ANNA MARIA", mrz.givenNames)
        assertEquals("L898902C3", mrz.number)
        assertEquals(Sex.FEMALE, mrz.sex)
        assertEquals(listOf(74, 8, 12), listOf(mrz.birth.year, mrz.birth.month, mrz.birth.day).map { it?.toInt() })
        val misread = assertInstanceOf<MrzReading.Faulty>(readMrz(PASSPORT.replace("L898902", "L8989O2")))
        assertTrue("identity.mrz_number_check" in misread.faults)
        val correction = misread.corrections.first()
        assertEquals(PASSPORT, correction.text)
        assertEquals("O" to "0", correction.changes.single().let { it.from to it.to })
        for (text in listOf(mrz, misread, correction, mrz.birth).map { it.toString() }) {
            assertFalse("ERIKSSON" in text || "898902" in text || "74" in text, text)
        }
        refused("identity.mrz_lines") { readMrz("x") }

        val advice = nameAdvice("GARCIA<LOPEZ<<MARIA", "ESP", false)
        val part = advice.first { it.question == "identity.ask_surname_part" }
        assertTrue("GARCIA<<MARIA" in part.heldAs)
        assertFalse(explain(part.question, Language.ENGLISH)!!.next.isNullOrBlank())
        refused("identity.name_parts_unclear") { nameAdvice("Maria Garcia Lopez", null, false) }

        val number = recogniseNumber("911398199012310021").first()
        assertEquals(NumberKind.PERMANENT_RESIDENT to Certainty.CERTAIN, number.kind to number.certainty)
        assertNull(number.warning)
        assertFalse("911398" in number.toString())
        assertEquals(
            "identity.permanent_resident_number_wrong",
            recogniseNumber("911124198108030028").first().warning,
        )
        refused("identity.number_unknown") { recogniseNumber("?!") }
    }

    private companion object {
        /** The example of ICAO Doc 9303-4, appendix B. */
        const val PASSPORT =
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n" + "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
    }
}
