"""Links a static executable by calling lld directly."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from nyash_ir.hooks.records import BackendError

from .sysroot import Sysroot
from .zig import Zig


def link_static(
    zig: Zig, sysroot: Sysroot, objects: Sequence[Path], output: Path, strip: bool
) -> None:
    """Link `objects` with the sysroot. Unreferenced sections are dropped, so a program pays for
    what it uses."""
    options = [
        "-m", sysroot.emulation, "-static", "-no-pie", "--gc-sections", "--eh-frame-hdr",
        "--build-id=none", "-z", "noexecstack", "--entry", "_start",
    ]  # fmt: skip
    if strip:
        options.append("--strip-all")

    def write(temporary: Path) -> None:
        zig.run(
            "ld.lld", *options, "-o", temporary, *sysroot.start, *objects,
            "--start-group", *sysroot.libraries, "--end-group",
        )  # fmt: skip

    replace_atomically(output, write)


def replace_atomically(output: Path, write: Callable[[Path], None]) -> None:
    """Let `write` make an executable under a temporary name, then rename it to `output`, which is
    thereby complete or untouched, and may be running meanwhile."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{output.name}-", dir=output.parent)
        os.close(descriptor)
    except OSError as error:
        raise BackendError(f"cannot write {output}: {error.strerror}") from None
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o777 & ~_umask())
        temporary.rename(output)
    except OSError as error:
        raise BackendError(f"cannot write {output}: {error.strerror}") from None
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    """The process's umask. It can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
