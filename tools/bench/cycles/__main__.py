"""`python -m tools.bench.cycles`: pauses and cost of the collector of cycles beside CPython's.

Both keep one million objects alive in a ring and make pairs that refer to each other at full speed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        program = str(Path(folder, "pause"))
        build = [sys.executable, "-m", "nyash", "build", str(HERE / "pause.nyash"), "-o", program]
        subprocess.run(build, check=True, capture_output=True, timeout=300)
        for command in ([program], [sys.executable, str(HERE / "pause.py")]):
            done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
            print(done.stdout, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
