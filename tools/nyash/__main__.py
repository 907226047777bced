"""Where `nyash` starts. `--version` answers before anything else is imported."""

from __future__ import annotations

import sys


def main() -> None:
    """The console script."""
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-V"]):
        from . import __version__

        sys.stdout.write(f"nyash {__version__}\n")
        return
    try:
        from .cli import run

        status = run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        status = 130
    except BrokenPipeError:
        import os

        # Python flushes standard output once more at exit: give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 141
    sys.exit(status)


if __name__ == "__main__":
    main()
