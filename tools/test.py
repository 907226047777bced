"""Runs the tests in an environment of their own; further arguments go to pytest.

    python3 tools/test.py [pytest arguments]

Needs Python 3.11+ and nothing else. Tests that need gcc, gdb, valgrind, ab or wrk are skipped
where those are missing.
"""

from __future__ import annotations

import os
import subprocess
import sys

from environment import ROOT, prepare, say


def main() -> None:
    programs = prepare("test")
    # Built before the tests, which run side by side and have bounds on their time.
    say("building the C library and the runtime, if that has not been done")
    if subprocess.run([programs / "nyash", "doctor", "--prepare"], check=False).returncode != 0:
        sys.exit("the runtime could not be built")
    workers = str(min(os.cpu_count() or 1, 4))
    command = [programs / "python", "-m", "pytest", "-n", workers, "--dist", "loadfile", "-q"]
    say(f"pytest on {workers} processes")
    sys.exit(subprocess.run([*command, *sys.argv[1:]], cwd=ROOT, check=False).returncode)


if __name__ == "__main__":
    main()
