"""`python -m tools.bench.cycles`: pauses and cost of the collector of cycles beside CPython's.

`pause` keeps one million objects alive in a ring and makes pairs that refer to each other at full
speed; `huge` drops the ring first: one piece of garbage of a million; `array` has an array of them.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("pause", "huge", "array"):
            program = str(Path(folder, name))
            source = str(HERE / f"{name}.nyash")
            build = [sys.executable, "-m", "nyash", "build", source, "-o", program]
            subprocess.run(build, check=True, capture_output=True, timeout=300)
            for command in ([program], [sys.executable, str(HERE / f"{name}.py")]):
                done = subprocess.run(
                    command, check=True, capture_output=True, text=True, timeout=300
                )
                print(done.stdout, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
