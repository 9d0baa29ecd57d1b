"""Verifies one presentation, both layers, and ends: for measuring the whole process."""

import base45

from support import artefacts
from test_sd_cwt import verify

verify(base45.b45decode(artefacts()["sd_cwt"]["text"][len("WPC1:") :]))
