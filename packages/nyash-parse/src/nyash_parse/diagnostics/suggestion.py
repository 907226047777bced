"""The fix that most misspelt names ask for."""

from __future__ import annotations

from collections.abc import Iterable

from ..source import Span
from .model import Edit, Fix
from .nearest import nearest


def did_you_mean(span: Span, name: str, candidates: Iterable[str]) -> Fix | None:
    """Replace `name`, which stands at `span`, by the candidate most like it; None without one."""
    close = nearest(name, candidates)
    return Fix(f"did you mean `{close[0]}`?", (Edit(span, close[0]),)) if close else None
