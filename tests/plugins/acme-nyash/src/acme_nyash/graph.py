"""A backend that draws instead of compiling.

`dot` is the control flow of every function for Graphviz: a cluster a function, a box a basic
block, dashed edges to handlers. `outline` is a line a function: blocks, instructions, callees.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from nyash_ir.hooks import BackendError, EmitOptions
from nyash_ir.instruction import successors_of
from nyash_ir.instructions.call import CallFunction
from nyash_ir.module import Function, Module
from nyash_ir.text.printer import instruction_text


class GraphWriter:
    def emit(self, module: Module, kind: str, output: Path | None, options: EmitOptions) -> bytes:
        if kind == "dot":
            lines = _graph(module)
        elif kind == "outline":
            lines = (_outline(function) for function in module.functions.values())
        else:
            raise BackendError(f"acme's backend draws dot and outline, not {kind}")
        data = "".join(f"{line}\n" for line in lines).encode()
        if output is not None:
            output.write_bytes(data)
        return data


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\l") + '"'


def _graph(module: Module) -> Iterator[str]:
    yield f"digraph {_quoted(module.name)} {{"
    yield "  node [shape=box, fontname=monospace]"
    for number, function in enumerate(module.functions.values()):
        yield f"  subgraph cluster_{number} {{"
        yield f"    label={_quoted(function.name)}"
        for index, block in enumerate(function.blocks):
            text = [f"^{index}:"]
            text += [instruction_text(item, function.values) for item in block.instructions]
            yield f"    f{number}b{index} [label={_quoted(chr(10).join([*text, '']))}]"
            for successor in successors_of(block.instructions[-1]):
                yield f"    f{number}b{index} -> f{number}b{successor}"
            if block.handler is not None:
                yield f"    f{number}b{index} -> f{number}b{block.handler} [style=dashed]"
        yield "  }"
    yield "}"


def _outline(function: Function) -> str:
    instructions = [item for block in function.blocks for item in block.instructions]
    callees = {item.function for item in instructions if isinstance(item, CallFunction)}
    text = f"{function.name}: {len(function.blocks)} blocks, {len(instructions)} instructions"
    return text + (f", calls {', '.join(sorted(callees))}" if callees else "")
