"""The tables of all library Boxes, from the declarations that every program is compiled with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nyash_ir.boxes import LoadedLibrary
from nyash_parse.ast import BoxDeclaration, Field, Method
from nyash_parse.source import Span

HIDDEN = "never seen by programs"
"""What the comment of an internal Box says."""

HEAD = """\
# Library Boxes

Made from the declarations by `python -m tools.reference`; do not edit. A method's name may also be
written in snake_case. Types are those that are checked when it is called; where none is said, any
value goes. *throws*: besides a TypeError for a wrong argument it can fail; *waits*: it may suspend
the task. Every value has the methods of [AnyBox](#anybox).
"""


def boxes_page(libraries: Sequence[LoadedLibrary]) -> str:
    """Markdown: a section for each library, in it one for each Box, by name."""
    parts = [HEAD]
    for library in libraries:
        title = f"`using {library.namespace}`" if library.namespace else f"Library `{library.name}`"
        sections = sorted(_sections(library), key=lambda section: section[0].lower())
        parts += [f"## {title}\n", *(text for _, text in sections)]
    return "\n".join(parts)


def shown_boxes(library: LoadedLibrary) -> Iterator[BoxDeclaration]:
    """The Boxes of a library that programs can see."""
    for file in library.files:
        for item in file.items:
            if isinstance(item, BoxDeclaration):
                if not _comment(library, item.span).endswith(f"{HIDDEN}."):
                    yield item


def shown_methods(box: BoxDeclaration) -> list[Method]:
    """Its methods that programs can call, constructors among them."""
    return [m for m in box.methods if m.visibility != "private" and m.kind != "fini"]


def _sections(library: LoadedLibrary) -> Iterator[tuple[str, str]]:
    for box in shown_boxes(library):
        yield box.name.name, _box(library, box, _comment(library, box.span))


def _box(library: LoadedLibrary, box: BoxDeclaration, about: str) -> str:
    extends = box.native is not None and box.native.extends
    title = f"### {box.name.name}"
    if extends:
        title += f" (what `{library.name}` adds)"
    lines = [title, ""]
    if box.parents:
        lines += [f"From {', '.join(parent.name for parent in box.parents)}.", ""]
    if about:
        lines += [about, ""]
    shown = [field for field in box.fields if field.visibility != "private"]
    if shown:
        lines += ["Fields: " + ", ".join(map(_field, shown)) + ".", ""]
    methods = shown_methods(box)
    if methods:
        lines += ["| | gives | |", "|---|---|---|"]
        lines += [_row(library, box, method) for method in methods]
        lines.append("")
    return "\n".join(lines)


def _field(field: Field) -> str:
    return f"`{field.name}`" + (" (weak)" if field.weak else "")


def _row(library: LoadedLibrary, box: BoxDeclaration, method: Method) -> str:
    parameters = ", ".join(
        p.name + (f": {p.annotation.name}" if p.annotation and p.annotation.name != "Any" else "")
        for p in method.parameters
    )
    name = f"{method.name.name}({parameters})"
    if method.kind == "constructor":
        name = f"new {box.name.name}({parameters})"
    elif method.static and not box.static:
        name = f"{box.name.name}.{name}"
    marks = []
    if method.native is not None:
        marks += ["throws"] if method.native.throws else []
        marks += ["waits"] if method.native.suspends else []
    result = "" if method.result is None or method.result.name == "Any" else method.result.name
    shown = " ".join([result, *(f"*{mark}*" for mark in marks)]).strip()
    about = _comment(library, method.span).replace("|", "\\|")
    return f"| `{name}` | {shown} | {about} |"


def _comment(library: LoadedLibrary, span: Span) -> str:
    """The comment lines that end right above a declaration, as one paragraph."""
    text = library.sources[span.source].text
    above = text[: span.start].split("\n")[:-1]
    lines: list[str] = []
    while above and above[-1].strip().startswith("//"):
        lines.insert(0, above.pop().strip().removeprefix("//").strip())
    return " ".join(line for line in lines if line)
