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
    interrupts = _noted_interrupts()
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
    sys.exit(130 if interrupts else status)


def _noted_interrupts() -> list[int]:
    """Ctrl-C's so far. Python drops a KeyboardInterrupt that comes while it runs a finaliser; the
    exit code tells of it all the same. Left alone where the caller ignores the signal (nohup)."""
    import signal

    noted: list[int] = []

    def note(number: int, _frame: object) -> None:
        noted.append(number)
        raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, note)
    return noted


if __name__ == "__main__":
    main()
