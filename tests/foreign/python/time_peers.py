"""How long one verification takes as a whole process: `time_peers.py PERMITCARD NODE ROUNDS`. Programs take turns, so that
a slower minute of the machine hits all of them; the median counts. Prints the table of `docs/credential.md`."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from support import artefacts

permitcard, node, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
here = Path(__file__).parent
scratch = Path(tempfile.mkdtemp())
key = scratch / "issuer.jwk"
key.write_text(json.dumps(artefacts()["keys"]["issuer"]))
presentation = scratch / "presentation.txt"
presentation.write_text(artefacts()["sd_cwt"]["text"])
printed = scratch / "printed.txt"
printed.write_text(artefacts()["printed"][0])
# A presentation lives for a minute, the measurement may take longer.
inspect = [permitcard, "inspect", "--json", "--at", str(int(time.time())), "--key", str(key)]
python = [sys.executable]
programs = {
    ("`permitcard inspect`", "presentation (SD-CWT and KBT)"): inspect + [str(presentation)],
    ("Python, `cwt`", "the same"): python + [str(here / "peer_cwt.py")],
    ("`permitcard inspect`", "printed permit (claim 169)"): inspect + [str(printed)],
    ("Python, `claim169`", "the same"): python + [str(here / "peer_claim169.py")],
    ("Node, `@sd-jwt/sd-jwt-vc`", "SD-JWT VC and KB"): [node, str(here / "../node/peer-sd-jwt.mjs")],
    ("Node, `@owf/mdoc`", "mdoc `DeviceResponse`"): [node, str(here / "../node/peer-mdoc.mjs")],
    ("Python", "starts and ends"): python + ["-c", ""],
    ("Node", "starts and ends"): [node, "-e", ""],
}
times: dict[tuple[str, str], list[float]] = {name: [] for name in programs}
for _ in range(rounds):
    for name, command in programs.items():
        start = time.perf_counter()
        result = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=os.environ)
        times[name].append(1e3 * (time.perf_counter() - start))
        if result.returncode != 0:
            sys.exit(f"{command}: {result.stderr.decode()}")
print("| program | what it verifies | median, ms |\n|---|---|---|")
for (program, what), values in times.items():
    print(f"| {program} | {what} | {statistics.median(values):.0f} |")
for file in (key, presentation, printed):
    file.unlink()
scratch.rmdir()
