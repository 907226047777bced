"""The cache of what is built once: libc, the runtime's bitcode, prepared declarations.

An entry is a folder `<root>/<kind>/<key>` whose key is a hash of everything it depends on, so an
entry is never wrong, only unused. It is built in a folder beside it and renamed when complete: a
reader sees all of an entry or none. One builder per key at a time (`flock` on a file that lives
beside the entry); the others wait and then find it. A builder that was killed leaves a folder
`.building-*`, which the next builder of that key removes.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from nyash_ir.hooks.records import BackendError

FORMAT = "1"
"""Part of every key; another number makes all older entries unused."""


def default_root(environment: Mapping[str, str]) -> Path:
    """`$NYASH_CACHE_DIR`, else `$XDG_CACHE_HOME/nyash`, else `~/.cache/nyash`."""
    if chosen := environment.get("NYASH_CACHE_DIR"):
        return Path(chosen).absolute()
    if base := environment.get("XDG_CACHE_HOME"):
        return Path(base) / "nyash"
    home = environment.get("HOME")
    return (Path(home) if home else Path.home()) / ".cache" / "nyash"


def key_of(parts: Iterable[str | bytes]) -> str:
    """The key for a list of inputs. Each part's length goes in too, so that no two lists agree."""
    digest = hashlib.sha256()
    for part in (FORMAT, *parts):
        data = part.encode() if isinstance(part, str) else part
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()[:32]


class Cache:
    """Entries under one root folder. Raises `BackendError` where the folder cannot be used."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def find(self, kind: str, key: str) -> Path | None:
        """The folder of a complete entry."""
        folder = self.root / kind / key
        return folder if folder.is_dir() else None

    def get(self, kind: str, key: str, build: Callable[[Path], None]) -> Path:
        """The entry's folder, built by `build(folder)` if it is not there yet."""
        if found := self.find(kind, key):
            return found
        parent = self.root / kind
        with _usable(self.root):
            parent.mkdir(parents=True, exist_ok=True)
        with _locked(self.root, parent / f".{key}.lock"):
            if found := self.find(kind, key):
                return found
            _remove_abandoned(parent, key)
            with _usable(self.root):
                working = Path(tempfile.mkdtemp(prefix=f".building-{key}-", dir=parent))
            try:
                build(working)
                with _usable(self.root):
                    working.chmod(0o755)
                    working.rename(parent / key)
            except BaseException:
                shutil.rmtree(working, ignore_errors=True)
                raise
        return parent / key

    def read(self, kind: str, key: str) -> bytes | None:
        """A small entry kept as one file; None when there is none (or it cannot be read)."""
        try:
            return (self.root / kind / key).read_bytes()
        except OSError:
            return None

    def write(self, kind: str, key: str, data: bytes) -> None:
        """Keep a small entry. A cache that cannot be written is no error: the value is at hand."""
        with contextlib.suppress(OSError):
            parent = self.root / kind
            parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(prefix=".building-", dir=parent)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            Path(name).rename(parent / key)

    def size(self) -> tuple[int, int]:
        """Number of entries and bytes."""
        entries = total = 0
        for folder, folders, files in os.walk(self.root):
            depth = len(Path(folder).relative_to(self.root).parts)
            visible = [n for n in (*folders, *files) if not n.startswith(".")]
            entries += len(visible) if depth == 1 else 0
            for name in files:
                with contextlib.suppress(OSError):
                    total += (Path(folder) / name).stat().st_size
        return entries, total

    def clear(self) -> None:
        """Remove every entry. Programs being compiled meanwhile may fail and have to be rerun."""
        with _usable(self.root):
            if self.root.exists():
                shutil.rmtree(self.root)


@contextlib.contextmanager
def _usable(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackendError(
            f"the cache folder {root} cannot be used: {error.strerror or error}"
            " (set NYASH_CACHE_DIR to a folder that can be written)"
        ) from error


@contextlib.contextmanager
def _locked(root: Path, path: Path) -> Iterator[None]:
    """Hold the lock file. It stays behind: removing it would let two holders hold two files."""
    with _usable(root):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _remove_abandoned(parent: Path, key: str) -> None:
    for folder in parent.glob(f".building-{key}-*"):
        shutil.rmtree(folder, ignore_errors=True)
