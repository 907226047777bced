"""Writes LLVM IR as text: globals, functions, attributes, metadata. Knows nothing of Nyash.

Text and not `llvmlite.ir`: at ten thousand lines the builder took 0.74 s where text takes 0.01 s,
and it cannot write string attributes. Everything is numbered in order of first use, so equal
inputs give equal texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_PLAIN_NAME = re.compile(r"[-a-zA-Z$._][-a-zA-Z$._0-9]*\Z")


def quoted(text: str) -> str:
    """An LLVM string literal with the UTF-8 bytes of `text`."""
    return '"' + escaped(text.encode("utf-8", "surrogatepass")) + '"'


def escaped(data: bytes) -> str:
    """Bytes as LLVM writes them inside quotes: printable ASCII as is, the rest as `\\hh`."""
    return "".join(
        chr(byte) if 32 <= byte < 127 and byte not in (34, 92) else f"\\{byte:02X}" for byte in data
    )


def global_name(name: str) -> str:
    """`@name`, quoted where LLVM asks for it."""
    return "@" + (name if _PLAIN_NAME.match(name) else quoted(name))


class BlockText:
    """A basic block. `name` is its label without the percent sign."""

    __slots__ = ("lines", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: list[str] = []

    @property
    def reference(self) -> str:
        return f"label %{self.name}"


class FunctionText:
    """One function in the making. Lines go to `block`; `location` (` , !dbg !7`, or nothing) is
    put behind each, so that no call can be without one: LLVM drops the debug information of a
    whole module when a single call that could be inlined lacks its place."""

    def __init__(self, reference: str, head: str) -> None:
        """`reference` is its `@name`, `head` everything between `define` and the brace."""
        self.reference = reference
        self.head = head
        self.entry = BlockText("entry")
        self.blocks: list[BlockText] = [self.entry]
        self.block = self.entry
        self.location = ""
        self._allocas: list[str] = []
        self._temporaries = 0
        self._labels: dict[str, int] = {}

    def new_block(self, hint: str) -> BlockText:
        """A block at the end of the function; its label is `hint`, numbered when taken."""
        number = self._labels.get(hint, 0)
        self._labels[hint] = number + 1
        block = BlockText(hint if number == 0 else f"{hint}.{number}")
        self.blocks.append(block)
        return block

    def line(self, text: str) -> None:
        """An instruction without result."""
        self.block.lines.append(f"  {text}{self.location}")

    def value(self, text: str) -> str:
        """An instruction with a result; answers its name."""
        name = f"%t{self._temporaries}"
        self._temporaries += 1
        self.block.lines.append(f"  {name} = {text}{self.location}")
        return name

    def phi(
        self, block: BlockText, kind: str, incoming: Sequence[tuple[str, str]], name: str = ""
    ) -> str:
        """A phi at the start of `block`: pairs of value and predecessor's label. Phis are put in
        front of what the block already has, so they can be written once all edges are known."""
        if not name:
            name = f"%t{self._temporaries}"
            self._temporaries += 1
        pairs = ", ".join(f"[ {value}, %{label} ]" for value, label in incoming)
        block.lines.insert(0, f"  {name} = phi {kind} {pairs}")
        return name

    def alloca(self, kind: str, alignment: int = 8) -> str:
        """Space in the frame, made once in the entry block."""
        name = f"%place.{len(self._allocas)}"
        self._allocas.append(f"  {name} = alloca {kind}, align {alignment}")
        return name

    def render(self) -> str:
        parts = [f"define {self.head} {{"]
        for block in self.blocks:
            parts.append(f"{block.name}:")
            if block is self.entry:
                parts += self._allocas
            parts += block.lines
        parts.append("}\n")
        return "\n".join(parts)


class ModuleText:
    """A module in the making: sections that are joined by `render`."""

    def __init__(self, name: str, triple: str, data_layout: str) -> None:
        self.head = [
            f"source_filename = {quoted(name)}",
            f'target datalayout = "{data_layout}"',
            f'target triple = "{triple}"',
            "",
        ]
        self.globals: list[str] = []
        self._declared: dict[str, str] = {}
        self._defined: set[str] = set()
        self.functions: list[FunctionText] = []
        self._texts: dict[bytes, str] = {}
        self._attributes: dict[str, int] = {}
        self.nodes: list[str] = []
        self._node_numbers: dict[str, str] = {}
        self.named: dict[str, list[str]] = {}

    # -- functions and globals --------------------------------------------------------------------

    def declare(self, name: str, result: str, parameters: str, attributes: str = "") -> str:
        """Declare a function defined elsewhere (once; a definition here wins); its `@name`."""
        reference = global_name(name)
        if name not in self._declared:
            group = f" {self.attributes(attributes)}" if attributes else ""
            self._declared[name] = f"declare {result} {reference}({parameters}){group}"
        return reference

    def define_data(self, name: str, text: str) -> str:
        """`@name = text`, for example `internal global i64 2`; its `@name`."""
        reference = global_name(name)
        self._defined.add(name)
        self.globals.append(f"{reference} = {text}")
        return reference

    def function(self, name: str, head: str) -> FunctionText:
        """Begin a function. `head` is what stands around its name, `{}` in it: for example
        `internal i64 {}(i64 %me) #0`."""
        self._defined.add(name)
        reference = global_name(name)
        text = FunctionText(reference, head.format(reference))
        self.functions.append(text)
        return text

    def text_constant(self, data: bytes) -> str:
        """A constant of these bytes and a zero byte behind them, shared between equal ones."""
        reference = self._texts.get(data)
        if reference is None:
            reference = self._texts[data] = f"@text.{len(self._texts)}"
            self.globals.append(
                f"{reference} = private unnamed_addr constant [{len(data) + 1} x i8] "
                f'c"{escaped(data)}\\00", align 1'
            )
        return reference

    # -- attributes and metadata ------------------------------------------------------------------

    def attributes(self, words: str) -> str:
        """The attribute group of these words, as `#3`."""
        return f"#{self._attributes.setdefault(words, len(self._attributes))}"

    def metadata(self, text: str, distinct: bool = False) -> str:
        """A metadata node, as `!3`. Equal nodes are one, unless `distinct`."""
        if not distinct:
            known = self._node_numbers.get(text)
            if known is not None:
                return known
        reference = self.reserve_metadata()
        self.fill_metadata(reference, f"distinct {text}" if distinct else text)
        if not distinct:
            self._node_numbers[text] = reference
        return reference

    def reserve_metadata(self) -> str:
        """A number for a node whose text comes later (`fill_metadata`)."""
        self.nodes.append("")
        return f"!{len(self.nodes) - 1}"

    def fill_metadata(self, reference: str, text: str) -> None:
        self.nodes[int(reference[1:])] = text

    def named_metadata(self, name: str, *nodes: str) -> None:
        """Append nodes to `!name`."""
        self.named.setdefault(name, []).extend(nodes)

    # -- the text ---------------------------------------------------------------------------------

    @property
    def declarations(self) -> dict[str, str]:
        """What is declared and not defined, by `@name`."""
        return {
            global_name(name): text
            for name, text in self._declared.items()
            if name not in self._defined
        }

    def attribute_lines(self) -> list[str]:
        return [
            f"attributes #{number} = {{ {words} }}" for words, number in self._attributes.items()
        ]

    def render(self) -> str:
        parts = [*self.head, *self.globals, "", *self.declarations.values(), ""]
        parts += [function.render() for function in self.functions]
        parts += self.attribute_lines()
        parts += [f"!{name} = !{{{', '.join(nodes)}}}" for name, nodes in self.named.items()]
        parts += [f"!{number} = {text}" for number, text in enumerate(self.nodes)]
        return "\n".join(parts) + "\n"
