"""The exit codes of `nyash`. They are part of its interface (docs/reference/exit-codes.md)."""

OK = 0
PROGRAM_ERRORS = 1
"""The Nyash program has errors (N00 to N05)."""
USAGE = 2
"""Wrong options, or an input or output that cannot be used (N09)."""
FAILED = 3
"""The compiler, a plug-in, a backend or the toolchain failed (N06, N07, N08)."""
INTERRUPTED = 130
"""Ctrl-C."""
BROKEN_PIPE = 141
"""Nobody reads the output any more (`nyash explain | head`)."""

SUMMARY = """\
exit codes: 0 success, 1 the program has errors, 2 wrong usage or unusable files,
3 the compiler, a plug-in or the toolchain failed, 130 interrupted.
`nyash run` exits as the program does (128 + N if signal N ended it)."""


def of_codes(codes: list[str]) -> int:
    """The exit code for a list of diagnostic codes of errors: the program's own errors win,
    because mending them comes first."""
    if not codes:
        return OK
    bands = {code[:3] for code in codes}
    if any(band < "N06" for band in bands):
        return PROGRAM_ERRORS
    return USAGE if bands == {"N09"} else FAILED
