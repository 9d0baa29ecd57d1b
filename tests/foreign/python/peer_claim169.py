"""Verifies one printed permit and ends: for measuring the whole process."""

from support import artefacts
from test_printed import read

assert read(artefacts()["printed"][0]).is_verified()
