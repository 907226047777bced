"""Makes the virtual environment `.venv` with everything nyash needs, at the pinned versions.

For the scripts beside it, `quickstart.py` and `test.py`; runs on a bare Python 3.11+ and needs no
other program. Editable: what is changed in the sources is in force at once.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("nyash-parse", "nyash-ir", "nyash-llvm", "nyash-rt", "nyash-http")
OLDEST_PYTHON = (3, 11)
_INSTALL_SECONDS = 900


def prepare(extra: str = "") -> Path:
    """The folder of the environment's programs (`.venv/bin`). `extra` names optional dependencies
    (`test`). Ends the process with a message if it cannot be made."""
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        sys.exit(f"nyash needs Python {wanted} or newer; this is {sys.version.split()[0]}")
    folder = ROOT / ".venv"
    programs = folder / "bin"
    stamp = folder / f"nyash-{extra or 'plain'}.stamp"
    state = _state()
    if stamp.is_file() and stamp.read_text() == state and (programs / "nyash").is_file():
        return programs
    say(f"installing nyash and what it needs into {folder.relative_to(ROOT)}")
    pip = _make(folder, programs / "python")
    environment = {
        **os.environ,
        "NYASH_SIBLING_PINS": "1",  # the packages are named here: tools/sibling_dependencies.py
        "PIP_CONSTRAINT": str(ROOT / "constraints.txt"),  # for what builds the packages, too
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    command = [*pip, "install", "--quiet"]
    for name in PACKAGES:
        command += ["--editable", str(ROOT / "packages" / name)]
    command += ["--editable", f"{ROOT}[{extra}]" if extra else str(ROOT)]
    done = subprocess.run(command, env=environment, timeout=_INSTALL_SECONDS, check=False)
    if done.returncode != 0:
        sys.exit("pip could not install nyash; the lines above say why")
    stamp.write_text(state)
    return programs


def _make(folder: Path, python: Path) -> list[str]:
    """Create the environment; how to call pip for it."""
    if not python.exists():
        # Debian's bare python3 has venv without ensurepip.
        with_pip = find_spec("ensurepip") is not None
        try:
            venv.create(folder, with_pip=with_pip, symlinks=True)
        except (OSError, subprocess.CalledProcessError) as error:
            sys.exit(f"cannot make a virtual environment in {folder}: {error}")
    own = next(folder.glob("lib/python*/site-packages/pip"), None)
    if own is not None:
        return [str(python), "-m", "pip"]
    if find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "--python", str(python)]
    sys.exit("this Python has neither ensurepip nor pip (Debian: apt-get install python3-venv)")


def _state() -> str:
    """Changes with what is to be installed."""
    files = [ROOT / "pyproject.toml", ROOT / "constraints.txt"]
    files += [ROOT / "packages" / name / "pyproject.toml" for name in PACKAGES]
    parts = [str(ROOT).encode(), sys.version.encode(), *(path.read_bytes() for path in files)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def say(text: str) -> None:
    print(f"--- {text}", flush=True)
