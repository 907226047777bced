"""The text of Nyash programs, and what the compiler says about it.

The public names are found on first use, so that importing the package loads nothing.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "ArtifactError": "artifact",
    "Diagnostic": "diagnostics.model",
    "File": "ast",
    "Program": "ast",
    "Report": "diagnostics.model",
    "Severity": "diagnostics.model",
    "Source": "source",
    "SourceError": "source",
    "SourceFiles": "program",
    "SourceMap": "source",
    "Span": "source",
    "explain_page": "explain",
    "parse_file": "program",
    "parse_program": "program",
    "render": "diagnostics.text",
    "to_json": "diagnostics.data",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{home}", __name__), name)
