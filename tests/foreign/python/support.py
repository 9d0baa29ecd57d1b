"""What the tests of this folder share."""

import base64
import json
import os
from functools import cache


@cache
def artefacts() -> dict:
    """What our own code signed for this run."""
    with open(os.environ["FOREIGN_ARTEFACTS"], encoding="utf-8") as file:
        return json.load(file)


def decoded(text: str) -> bytes:
    """Bytes of base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point(jwk: dict) -> bytes:
    """The uncompressed point of a key (SEC 1, 2.3.3)."""
    return b"\x04" + decoded(jwk["x"]) + decoded(jwk["y"])
