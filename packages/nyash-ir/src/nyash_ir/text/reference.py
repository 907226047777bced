"""The table of instructions for `docs/reference/ir.md`, from their declarations."""

from __future__ import annotations

import inspect

from ..effects import Effects
from ..roles import Hold, Role
from .form import EFFECT_WORDS, FORMS, Form, Part

_SHOWN = {
    Part.VALUE: "%{}",
    Part.VALUES: "(%{}…)",
    Part.BLOCK: "^{}",
    Part.TEXT: '"{}"',
}


def instruction_table() -> str:
    """A Markdown table with a row for every instruction, in order of declaration."""
    lines = ["| Instruction | Result | Effects | Meaning |", "|---|---|---|---|"]
    lines += [
        f"| `{_usage(form)}` | {_result(form)} | {_effects(form)} | {_meaning(form)} |"
        for form in FORMS.values()
    ]
    return "\n".join(lines) + "\n"


def _usage(form: Form) -> str:
    text = form.tag
    for index, field in enumerate(form.fields):
        if not field.attached:
            text += ", " if index else " "
        text += _SHOWN.get(field.part, "{}").format(field.name)
    return text


def _result(form: Form) -> str:
    role = next((f for f in form.kind.fields if f.role is Role.RESULT), None)
    if role is None:
        return "–"
    held = " ".join(r.value for r in role.representations)
    return held if role.hold is Hold.NONE else f"{held}, {role.hold.value}"


def _effects(form: Form) -> str:
    if form.kind.effects is Effects.PURE:
        return "–"
    return " ".join(word for word, bit in EFFECT_WORDS.items() if form.kind.effects & bit)


def _meaning(form: Form) -> str:
    """The first sentence of the declaration's own documentation."""
    text = " ".join(inspect.cleandoc(vars(form.kind).get("__doc__") or "").split())
    first, stop, _ = text.partition(". ")
    return (first + stop).strip().replace("|", "\\|")
