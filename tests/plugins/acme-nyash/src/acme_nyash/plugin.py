"""What Acme registers. Everything heavy is imported when it is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from nyash_ir.hooks import Backend, BoxLibrary, Command, Pass, Target, hookimpl

if TYPE_CHECKING:
    from nyash_ir.hooks import CodeGenerator
    from nyash_ir.module import Module

NYASH_HOOKS = 1


def _graph_writer() -> CodeGenerator:
    from .graph import GraphWriter

    return GraphWriter()


def _double_by_adding(module: Module, options: Mapping[str, Any]) -> bool:
    from .doubling import run

    return run(module)


@hookimpl
def nyash_backends() -> Sequence[Backend]:
    return [Backend("dot", ("dot", "outline"), _graph_writer, "control flow for Graphviz")]


@hookimpl
def nyash_passes(target: Target) -> Sequence[Pass]:
    return [
        Pass(
            "acme-doubling",
            _double_by_adding,
            after=("specialise",),
            before=("ownership",),
            description="x * 2 on proven Integers becomes x + x",
        )
    ]


@hookimpl
def nyash_box_providers() -> Sequence[BoxLibrary]:
    root = files(__package__)
    return [
        BoxLibrary(
            "acme-samples",
            declarations=(root / "boxes" / "samples.nyash",),
            native=(root / "native" / "acme_samples.c",),
            include=(root / "native" / "include",),
            headers=("acme_samples.h",),
        ),
        BoxLibrary("acme-table", declarations=(root / "boxes" / "table.nyash",), namespace="table"),
    ]


def _greet(arguments: Sequence[str]) -> int:
    print("acme says hello to", " ".join(arguments) or "everyone")
    return 0


@hookimpl
def nyash_commands() -> Sequence[Command]:
    return [Command("acme-hello", "greet", _greet)]
