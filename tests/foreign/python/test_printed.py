"""The printed permit, as claim169 reads it."""

import unittest

import base45
import claim169

from support import artefacts, point


def read(text: str, key: str = "issuer"):
    return claim169.decode_with_ecdsa_p256(text, point(artefacts()["keys"][key]))


class Printed(unittest.TestCase):
    def test_signature_and_claims(self):
        for text in artefacts()["printed"]:
            result = read(text)
            self.assertTrue(result.is_verified())
            self.assertTrue(result.cwt_meta.is_valid_now())
            self.assertEqual(result.cwt_meta.issuer, artefacts()["sd_cwt"]["iss"])
            # Readers of other people show the name, so the mark of a test is in it.
            self.assertEqual(result.claim169.full_name, "TEST GARCIA LOPEZ<<MARIA")
            self.assertEqual(result.claim169.date_of_birth, "19900517")
            self.assertEqual(result.claim169.nationality, "ESP")

    def test_the_second_one_has_a_portrait(self):
        plain, with_portrait = (read(text).claim169 for text in artefacts()["printed"])
        self.assertIsNone(plain.photo)
        self.assertEqual(bytes(with_portrait.photo[:4]), b"RIFF")
        self.assertEqual(with_portrait.photo_format, claim169.PhotoFormat.WEBP)

    def test_a_changed_byte_is_refused(self):
        compressed = base45.b45decode(artefacts()["printed"][0])
        for at in range(0, len(compressed), 7):
            changed = bytearray(compressed)
            changed[at] ^= 1
            with self.assertRaises(claim169.Claim169Exception, msg=f"byte {at}"):
                read(base45.b45encode(bytes(changed)).decode())

    def test_the_key_of_somebody_else_is_refused(self):
        with self.assertRaises(claim169.SignatureError):
            read(artefacts()["printed"][0], "status")
