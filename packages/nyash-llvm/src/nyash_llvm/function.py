"""Emits one Nyash function: blocks, phis, and the paths that errors take out of it.

A throwing instruction leaves, when it fails, to an *unwind path*: the call site is noted for the
stack trace, the values of its `cleanup` are released in order, and control goes to the block's
handler or out of the function with the error word. Paths with the same cleanup and the same
handler are one; two whose cleanups end alike share that end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nyash_ir.analysis.alive import AliveBoxes
from nyash_ir.analysis.control_flow import ControlFlow
from nyash_ir.analysis.formulas import is_formula
from nyash_ir.instruction import Instruction, Throwing
from nyash_ir.instructions import Branch
from nyash_ir.module import Function
from nyash_ir.representation import Representation
from nyash_parse.source import Span

from . import symbols, words
from .context import ModuleContext
from .layout import NULL
from .module_text import BlockText, FunctionText, global_name

LLVM_TYPES = {
    Representation.I64: "i64",
    Representation.F64: "double",
    Representation.I1: "i1",
    Representation.REF: "i64",
    Representation.WORD: "i64",
}

_Cleanup = tuple[tuple[int, ...], int | None]


class _Joined:
    """A block that several call sites lead to. `site` is the phi of their numbers, `incoming` its
    pairs of number and predecessor."""

    def __init__(self, block: BlockText, site: str) -> None:
        self.block = block
        self.site = site
        self.incoming: list[tuple[str, str]] = []


class FunctionEmitter:
    """State of one function; the emitters in `emit/` work on it.

    `text` is where instructions go; `operands` maps value ids to LLVM operands.
    """

    def __init__(
        self,
        program: ModuleContext,
        function: Function,
        emitters: Mapping[type[Instruction], Callable[[FunctionEmitter, Any], None]],
    ) -> None:
        self.program = program
        self.function = function
        self.operands: dict[int, str] = {}
        self.handler: int | None = None
        self.call_attribute = ""
        """What calls of the current block end with."""
        self._alive = 0
        self._alive_boxes = AliveBoxes(function, program.effects)
        self._loops = program.once.get(function.name)
        self.slots: list[str] = []
        self._emitters = emitters
        self._allocation_sites = program.allocation_sites
        self._subprogram = program.debug.subprogram(function) if program.debug else None
        self._unwinds: dict[_Cleanup, _Joined] = {}
        self._finalised: dict[tuple[str, bool, _Cleanup], _Joined] = {}
        self._releases: dict[_Cleanup, BlockText] = {}
        self._incoming: dict[int, list[tuple[str, tuple[str, ...]]]] = {}
        self._scratch_words = 0
        self._scratch: str | None = None
        parameters = ", ".join(
            f"{self.llvm_type(value)} %p{i}" for i, value in enumerate(function.parameters)
        )
        debug = f" !dbg {self._subprogram}" if self._subprogram else ""
        attributes = (
            program.formula_attributes if is_formula(function) else program.function_attributes
        )
        self.text: FunctionText = program.text.function(
            function.name,
            f"{program.linkage} i64 {{}}({parameters}) {attributes}{debug}",
        )
        for index, value in enumerate(function.parameters):
            self.operands[value] = f"%p{index}"

    # -- the whole function -----------------------------------------------------------------------

    def emit(self) -> None:
        function, text = self.function, self.text
        self._at(function.span)
        order = ControlFlow(function).order
        self.blocks = {number: text.new_block(f"b{number}") for number in order}
        for number in order:
            for value in function.blocks[number].parameters:
                self.operands[value] = f"%v{value}"
        if self._allocation_sites is not None:
            self._allocation_sites.enter(function, text)
        for _ in function.slots:
            place = text.alloca("i64")
            self.slots.append(place)
            text.line(f"store i64 {NULL}, ptr {place}, align 8")
        if function.name in self.program.recursive:
            self._check_stack()
        words.jump(text, self.blocks[order[0]])
        for number in order:
            self._emit_block(number)
        self._write_phis(order)
        self._write_sites()
        if self._scratch is not None:
            self._scratch_place()

    def _check_stack(self) -> None:
        """A place in the frame tells where the stack is, on every machine."""
        text = self.text
        place = text.alloca("i8", 1)
        address = text.value(f"ptrtoint ptr {place} to i64")
        limit = text.value(f"load i64, ptr {global_name(symbols.STACK_LIMIT)}, align 8")
        usual = self.enter_cold(text.value(f"icmp ult i64 {address}, {limit}"))
        name = self.program.text.text_constant(self.function.display.encode())
        text.line(f"ret i64 {self.call('ny_stack_overflow', name)}")
        text.block = usual

    def _emit_block(self, number: int) -> None:
        block = self.function.blocks[number]
        self.text.block = self.blocks[number]
        self.handler = block.handler
        self._alive = self._alive_boxes.at_start(number)
        once = self._loops is not None and number not in self._loops
        self.call_attribute = f" {self.program.single_call}" if once else ""
        emitters = self._emitters
        for item in block.instructions:
            self._at(item.span)
            if self._allocation_sites is not None:
                self._allocation_sites.before(item, self.function, self.text)
            emitters[type(item)](self, item)
            self._alive = self._alive_boxes.behind(item, self._alive)

    def _at(self, span: Span) -> None:
        if self._subprogram is not None and self.program.debug is not None:
            self.text.location = self.program.debug.location(
                self._subprogram, span, self.function.span
            )

    def _write_phis(self, order: list[int]) -> None:
        for number in order:
            values = self.function.blocks[number].parameters
            edges = self._incoming.get(number, [])
            for index in reversed(range(len(values))):
                kind = self.llvm_type(values[index])
                pairs = [(arguments[index], label) for label, arguments in edges]
                self.text.phi(self.blocks[number], kind, pairs, f"%v{values[index]}")

    # -- values -----------------------------------------------------------------------------------

    def llvm_type(self, value: int) -> str:
        return LLVM_TYPES[self.function.values[value].representation]

    def use(self, value: int) -> str:
        """The LLVM operand of a value."""
        return self.operands[value]

    def is_alive(self, value: int) -> bool:
        """Whether the Box in a value is known not to be finalised."""
        return bool(self._alive >> value & 1)

    def typed(self, values: tuple[int, ...]) -> str:
        """Operands with their types, as a call's arguments."""
        return ", ".join(f"{self.llvm_type(v)} {self.operands[v]}" for v in values)

    def define(self, value: int, operand: str) -> None:
        self.operands[value] = operand

    def call(self, name: str, *arguments: str) -> str:
        """Call a function of the runtime; its result, or nothing for `void`."""
        reference, signature = self.program.runtime(name)
        given = ", ".join(
            f"{kind} {argument}"
            for kind, argument in zip(signature.parameters, arguments, strict=True)
        )
        call = f"call {signature.result} {reference}({given}){self.call_attribute}"
        if signature.result == "void":
            self.text.line(call)
            return ""
        return self.text.value(call)

    def call_word(self, name: str, arguments: str) -> str:
        """Call a function of the program by its name; arguments with their types."""
        return self.text.value(f"call i64 {global_name(name)}({arguments}){self.call_attribute}")

    def store_words(self, values: tuple[int, ...]) -> str:
        """The words one behind the other, for a call that copies them at once; their address.

        Constants alone are a table in the program's data. Others go through one place in the
        frame, which all literals of the function share; those beyond `_LARGEST_FRAME` words, too
        large for a task's stack, through static memory: what copies them does not suspend before
        it has (a map could in a key's `hash`, but keys of so large a literal are constants).
        """
        operands = [self.operands[value] for value in values]
        if not operands:
            return "null"
        if len(operands) >= _SMALLEST_TABLE and not any(o.startswith("%") for o in operands):
            return self.program.constants.words(operands)
        if len(operands) > _LARGEST_FRAME:
            place = self.program.static_scratch(len(operands))
        else:
            self._scratch_words = max(self._scratch_words, len(operands))
            place = self._scratch = "%scratch"
        for index, operand in enumerate(operands):
            address = words.at(self.text, place, 8 * index) if index else place
            self.text.line(f"store i64 {operand}, ptr {address}, align 8")
        return place

    def _scratch_place(self) -> None:
        self.text.entry.lines.insert(
            0, f"  %scratch = alloca [{self._scratch_words} x i64], align 8"
        )

    # -- control ----------------------------------------------------------------------------------

    def jump_to(self, target: int, arguments: tuple[int, ...]) -> None:
        """Leave the block for another of the IR."""
        self._note_edge(target, tuple(self.operands[a] for a in arguments))
        words.jump(self.text, self.blocks[target])

    def branch_to(self, item: Branch) -> None:
        condition = self.operands[item.condition]
        yes = tuple(self.operands[a] for a in item.then_arguments)
        no = tuple(self.operands[a] for a in item.else_arguments)
        if item.then_block == item.else_block:
            kinds = [self.llvm_type(a) for a in item.then_arguments]
            chosen = tuple(
                y if y == n else self.text.value(f"select i1 {condition}, {k} {y}, {k} {n}")
                for k, y, n in zip(kinds, yes, no, strict=True)
            )
            self._note_edge(item.then_block, chosen)
            words.jump(self.text, self.blocks[item.then_block])
            return
        self._note_edge(item.then_block, yes)
        self._note_edge(item.else_block, no)
        then_block, else_block = self.blocks[item.then_block], self.blocks[item.else_block]
        words.branch(self.text, condition, then_block, else_block, "")

    def _note_edge(self, target: int, operands: tuple[str, ...]) -> None:
        if operands:
            edge = (self.text.block.name, operands)
            self._incoming.setdefault(target, []).append(edge)

    def enter_cold(self, condition: str, hint: str = "cold") -> BlockText:
        """Branch to a new block, where writing goes on, if the rare `condition` holds; answers
        the block for the other case."""
        cold, usual = self.text.new_block(hint), self.text.new_block("next")
        words.branch(self.text, condition, cold, usual, self.program.rare)
        self.text.block = cold
        return usual

    def check_thrown(self, word: str, item: Throwing) -> None:
        """Leave if a call has given the error word."""
        self.leave_if(self.text.value(f"icmp eq i64 {word}, 0"), item)

    def leave_if(self, condition: str, item: Throwing) -> None:
        """Leave by the unwind path if an error is pending, which is what `condition` says."""
        usual = self.text.new_block("next")
        words.branch(self.text, condition, self._unwind_of(item), usual, self.program.rare)
        self.text.block = usual

    def leave(self, item: Throwing) -> None:
        """End the current LLVM block on the unwind path: an error is pending."""
        words.jump(self.text, self._unwind_of(item))

    def leave_silently(self, item: Throwing) -> None:
        """Like `leave`, without a line in the stack trace (a `finally` passes the error on)."""
        words.jump(self.text, self._release_path(item.cleanup, self.handler))

    # -- unwind paths -----------------------------------------------------------------------------

    def finalised_path(self, word: str, item: Throwing) -> BlockText:
        """Where to go when the Box in `word` turns out to be finalised: throws and leaves. One
        block for all uses of a Box under the same cleanup."""
        site = self.program.sites.number(self.function, item.span)
        cleanup = (item.cleanup, self.handler)
        key = (word, site is not None, cleanup)
        joined = self._finalised.get(key)
        if joined is None:
            joined = self._finalised[key] = self._join("finalised", len(self._finalised))
            self._write_into(joined.block, lambda: self._write_finalised(word, joined, key))
        if site is not None:
            joined.incoming.append((str(site), self.text.block.name))
        return joined.block

    def _write_finalised(self, word: str, joined: _Joined, key: tuple[str, bool, _Cleanup]) -> None:
        self.call("ny_use_after_fini", word)
        _, has_site, cleanup = key
        target = self._unwind(cleanup, joined.site) if has_site else self._release_path(*cleanup)
        words.jump(self.text, target)

    def _unwind_of(self, item: Throwing) -> BlockText:
        """The way out of an instruction that has thrown, from the current LLVM block."""
        site = self.program.sites.number_of(self.function, item)
        if site is None:
            return self._release_path(item.cleanup, self.handler)
        return self._unwind((item.cleanup, self.handler), str(site))

    def _unwind(self, cleanup: _Cleanup, site: str) -> BlockText:
        joined = self._unwinds.get(cleanup)
        if joined is None:
            joined = self._unwinds[cleanup] = self._join("unwind", len(self._unwinds))
            self._write_into(joined.block, lambda: self._write_unwind(joined, cleanup))
        joined.incoming.append((site, self.text.block.name))
        return joined.block

    def _write_unwind(self, joined: _Joined, cleanup: _Cleanup) -> None:
        add, _ = self.program.runtime("ny_trace_add")
        self.text.line(f"call void {add}(i32 {joined.site}) {self.program.rare_call}")
        words.jump(self.text, self._release_path(*cleanup))

    def _join(self, name: str, number: int) -> _Joined:
        return _Joined(self.text.new_block(name), f"%{name}.site.{number}")

    def _write_sites(self) -> None:
        for joined in (*self._unwinds.values(), *self._finalised.values()):
            if joined.incoming:
                self.text.phi(joined.block, "i32", joined.incoming, joined.site)

    def _release_path(self, cleanup: tuple[int, ...], handler: int | None) -> BlockText:
        """The block that releases these values and goes on to the handler."""
        if not cleanup and handler is not None:
            return self.blocks[handler]
        key = (cleanup, handler)
        block = self._releases.get(key)
        if block is None:
            block = self._releases[key] = self.text.new_block("release" if cleanup else "leave")
            self._write_into(block, lambda: self._write_release(cleanup, handler))
        return block

    def _write_release(self, cleanup: tuple[int, ...], handler: int | None) -> None:
        if not cleanup:
            self.text.line("ret i64 0")
            return
        release, _ = self.program.runtime("ny_word_release")
        rarely = self.program.rare_call
        self.text.line(f"call void {release}(i64 {self.operands[cleanup[0]]}) {rarely}")
        words.jump(self.text, self._release_path(cleanup[1:], handler))

    def _write_into(self, block: BlockText, write: Callable[[], None]) -> None:
        before = self.text.block
        self.text.block = block
        write()
        self.text.block = before


_SMALLEST_TABLE = 8
"""Words; shorter lists are stores of immediate operands."""
_LARGEST_FRAME = 4096
"""Words; 32 KiB of a task's 256 KiB stack."""
