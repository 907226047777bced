"""From the payload of an older major version to the present one, step by step.

Each step takes the plain lists of its version and answers those of the next. Version 1 is the
first, so there is no step yet; the stored artifacts in `tests/artifacts/` show that every released
version still loads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

STEPS: dict[int, Callable[[Any], Any]] = {}
"""By the major version a step starts from."""


def upgrade(plain: Any, major: int) -> Any:
    """The payload in the present shape. Raises `ValueError` for a version no step starts from."""
    while major in STEPS:
        plain = STEPS[major](plain)
        major += 1
    return plain
