"""The presentation, as python-cwt, base45 and cbor2 read it."""

import hashlib
import unittest

import base45
import cbor2
from cwt import COSE, CWT, COSEKey, VerifyError

from support import artefacts, decoded

ESP256 = -9
"""The fully-specified algorithm of RFC 9864 that both layers are signed with."""

PERMIT = -65537
REDACTED = cbor2.CBORSimpleValue(59)


def cose_key(x: bytes, y: bytes, kid: bytes | None = None) -> COSEKey:
    """A P-256 key for ESP256, under the name that a token gives it."""
    named = {} if kid is None else {2: kid}
    return COSEKey.new({1: 2, 3: ESP256, -1: 1, -2: x, -3: y} | named)


def issuer_key(of: str = "issuer") -> COSEKey:
    """The key of `of` under the issuer's name: SHA-256 over the deterministic COSE_Key, eight bytes."""
    x, y = (decoded(artefacts()["keys"]["issuer"][part]) for part in "xy")
    kid = hashlib.sha256(cbor2.dumps({1: 2, -1: 1, -2: x, -3: y})).digest()[:8]
    jwk = artefacts()["keys"][of]
    return cose_key(decoded(jwk["x"]), decoded(jwk["y"]), kid)


def verify(presentation: bytes):
    """Both signatures. Headers and claims of the issuer, claims of the holder."""
    protected = cbor2.loads(cbor2.loads(presentation).value[0])
    issuer_protected, issuer_unprotected, payload = COSE.new().decode_with_headers(protected[13], issuer_key())
    claims = cbor2.loads(payload)
    holder = claims[8][1]
    _, _, holder_claims = COSE.new().decode_with_headers(presentation, cose_key(holder[-2], holder[-3]))
    return protected, issuer_protected, issuer_unprotected, claims, cbor2.loads(holder_claims)


class Presentation(unittest.TestCase):
    def setUp(self):
        text = artefacts()["sd_cwt"]["text"]
        self.assertTrue(text.startswith("WPC1:"))
        self.presentation = base45.b45decode(text[len("WPC1:") :])

    def test_both_layers_verify(self):
        header, issuer_header, _, claims, holder_claims = verify(self.presentation)
        self.assertEqual((header[1], header[16]), (ESP256, 294))
        self.assertEqual((issuer_header[1], issuer_header[16]), (ESP256, 293))
        self.assertEqual(claims[1], artefacts()["sd_cwt"]["iss"])
        self.assertEqual((claims[11], claims[PERMIT][0]), ("permitcard/1", True))
        self.assertEqual(holder_claims[3], "wp.emp")
        self.assertEqual(holder_claims[4] - holder_claims[6], 60)
        self.assertEqual(holder_claims[39], b"493817")

    def test_disclosures_have_the_hashes_that_the_issuer_signed(self):
        _, _, unprotected, claims, _ = verify(self.presentation)
        signed = claims[PERMIT][REDACTED]
        self.assertEqual(len(signed), 5)
        keys = []
        for disclosure in unprotected[17]:
            self.assertIn(hashlib.sha256(cbor2.dumps(disclosure)).digest(), signed)
            salt, group, key = cbor2.loads(disclosure)
            self.assertEqual(len(salt), 16)
            self.assertIsInstance(group, dict)
            keys.append(key)
        self.assertEqual(keys, artefacts()["sd_cwt"]["groups"])

    def test_every_changed_byte_is_refused(self):
        verify(self.presentation)
        accepted = []
        for at in range(len(self.presentation)):
            changed = bytearray(self.presentation)
            changed[at] ^= 1
            try:
                verify(bytes(changed))
            except Exception:  # whatever this library raises: it is refused
                continue
            accepted.append(at)
        self.assertEqual(accepted, [])

    def test_the_key_of_somebody_else_is_refused(self):
        with self.assertRaises(VerifyError):
            COSE.new().decode(decoded(artefacts()["sd_cwt"]["credential"]), issuer_key("status"))


class Credential(unittest.TestCase):
    def test_the_credential_is_a_cwt_that_counts_now(self):
        claims = CWT.new().decode(decoded(artefacts()["sd_cwt"]["credential"]), issuer_key())
        self.assertEqual(claims[1], artefacts()["sd_cwt"]["iss"])
        self.assertIn("status_list", claims[65535])
