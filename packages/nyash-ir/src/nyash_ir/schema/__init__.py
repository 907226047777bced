"""The shape of stage `ir`: `ir-1.json` is frozen, a test compares it with the Structs.

A Struct may gain a field at its end with a default, and the union of instructions a member (a
new minor version); everything else is a new major version, whose file stands beside the old one,
with a step in `upgrade.py`.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import msgspec


def current() -> dict[str, Any]:
    """The JSON Schema of the Structs as they are now, without their documentation."""
    from ..module import Module

    schema = json.loads(msgspec.json.encode(msgspec.json.schema(Module)))
    for definition in schema["$defs"].values():
        definition.pop("description", None)
    return schema


def frozen(major: int = 1) -> dict[str, Any]:
    """The JSON Schema of a released major version."""
    return json.loads(files(__package__).joinpath(f"ir-{major}.json").read_text("utf-8"))


def text(schema: dict[str, Any]) -> str:
    """The form in which a schema is kept in a file."""
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
