"""Cuts a module's text into parts that are optimised side by side and linked together.

Each function is in one part, which its neighbours in the source share. What other parts call of it
they see as a declaration, or, where it is small, as a copy to be inlined (`available_externally`).
The first part has all data; constants without an identity are copied. As with rustc's codegen units
the number of parts follows from the program and never from the machine, so that equal inputs give
equal executables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .module_text import FunctionText, ModuleText

SMALL = 60
"""Lines of a function that other parts get a copy of; accessors and short methods have fewer."""


_DEPTH = 2
"""How many calls deep such copies reach."""

_GLOBAL = re.compile(r'@(?:"[^"]*"|[-a-zA-Z$._][-a-zA-Z$._0-9]*)')
_NODE = re.compile(r"!\d+")
_ALIGNMENT = re.compile(r", align \d+\Z")
_LINKAGE = re.compile(r"(?:internal|hidden) ")


class _Function:
    """One definition, with the `@names` in it."""

    def __init__(self, function: FunctionText) -> None:
        self.name = function.reference
        self.text = function.render()
        self.size = self.text.count("\n")
        self.uses = dict.fromkeys(_GLOBAL.findall(self.text))
        head = function.head
        self._visible = not _LINKAGE.match(head)
        self._head = _LINKAGE.sub("", head, count=1)
        self._body = self.text[len("define ") + len(head) :]

    def defined(self) -> str:
        return self.text if self._visible else f"define hidden {self._head}{self._body}"

    def copied(self) -> str:
        return f"define available_externally hidden {self._head}{self._body}"

    def declared(self) -> str:
        return f"declare hidden {self._head.partition(' !dbg ')[0]}"


class _Data:
    """One definition. `copies`: each part may have its own."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.name, _, self.text = line.partition(" = ")
        self.uses = dict.fromkeys(_GLOBAL.findall(self.text))
        linkage, _, rest = self.text.partition(" ")
        self.copies = linkage == "private"
        self.internal = linkage == "internal"
        self._rest = rest
        self.external = linkage == "external"

    def defined(self) -> str:
        return f"{self.name} = hidden {self._rest}" if self.internal else self.line

    def declared(self) -> str:
        if self.external:
            return self.line
        alignment = _ALIGNMENT.search(self.line)
        return f"{self.name} = external hidden global i8{alignment[0] if alignment else ''}"


def parts(module: ModuleText, count: int) -> list[str]:
    """The texts of `count` modules that together are `module`; fewer if it has fewer functions."""
    functions = [_Function(function) for function in module.functions]
    whole = _Whole(
        {function.name: function for function in functions},
        {item.name: item for item in map(_Data, module.globals)},
        module.declarations,
    )
    texts: list[str] = []
    for group in _balanced(functions, count):
        part = _Part(whole, group)
        if not texts:
            part.define_data()
        part.take_in([name for function in group for name in function.uses], _DEPTH)
        if not texts:
            part.take_in([name for item in whole.data.values() for name in item.uses], 0)
        texts.append(part.text(module))
    return texts


def _balanced(functions: Sequence[_Function], count: int) -> list[list[_Function]]:
    """Neighbours together, groups of about the same size."""
    total = sum(function.size for function in functions)
    groups: list[list[_Function]] = []
    reached = 0
    for function in functions:
        if not groups or reached * count >= total * len(groups):
            groups.append([])
        groups[-1].append(function)
        reached += function.size
    return groups


class _Whole(NamedTuple):
    """What a module defines and declares, by `@name`."""

    functions: dict[str, _Function]
    data: dict[str, _Data]
    declarations: dict[str, str]


class _Part:
    """One part in the making."""

    def __init__(self, whole: _Whole, own: Sequence[_Function]) -> None:
        self._whole = whole
        self._bodies = [function.defined() for function in own]
        self._lines: list[str] = []
        self._known = {function.name for function in own}

    def define_data(self) -> None:
        self._lines += [item.defined() for item in self._whole.data.values()]
        self._known.update(self._whole.data)

    def take_in(self, names: Iterable[str], depth: int) -> None:
        """Make `names` known, and what the copies among them need. Functions are copied so many
        calls deep, the others declared."""
        while names:
            names = [used for name in names for used in self._take(name, depth > 0)]
            depth -= 1

    def _take(self, name: str, copying: bool) -> Iterable[str]:
        if name in self._known:
            return ()
        self._known.add(name)
        if item := self._whole.data.get(name):
            self._lines.append(item.line if item.copies else item.declared())
            return item.uses if item.copies else ()
        if function := self._whole.functions.get(name):
            if copying and function.size <= SMALL:
                self._bodies.append(function.copied())
                return function.uses
            self._lines.append(function.declared())
        elif declaration := self._whole.declarations.get(name):
            self._lines.append(declaration)
        return ()

    def text(self, module: ModuleText) -> str:
        metadata = _metadata(module, self._bodies)
        lines = (*module.head, *self._lines, *self._bodies, *module.attribute_lines(), *metadata)
        return "\n".join(lines) + "\n"


def _metadata(module: ModuleText, bodies: Iterable[str]) -> list[str]:
    """The nodes these functions need, and what is said of the whole module."""
    needed: set[int] = set()
    work = [node for body in bodies for node in set(_NODE.findall(body))]
    named = {name: nodes for name, nodes in module.named.items() if name != "llvm.dbg.cu"}
    work += [node for nodes in named.values() for node in nodes]
    while work:
        number = int(work.pop()[1:])
        if number not in needed:
            needed.add(number)
            work += _NODE.findall(module.nodes[number])
    units = [node for node in module.named.get("llvm.dbg.cu", ()) if int(node[1:]) in needed]
    if units:
        named["llvm.dbg.cu"] = units
    lines = [f"!{name} = !{{{', '.join(nodes)}}}" for name, nodes in named.items()]
    return [*lines, *(f"!{number} = {module.nodes[number]}" for number in sorted(needed))]
