"""Run some stages of the compiler and see what they make, or go on from what one has made."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .. import compilation, show
from ..failure import Failure

if TYPE_CHECKING:
    from nyash_ir.module import Module

    from ..driver import Session

EXAMPLES = """\
examples:
  nyash pipeline hello.nyash --emit ir                     shows the IR as text
  nyash pipeline hello.nyash --emit ir -o hello.nyir       writes it as an artifact (msgpack)
  nyash pipeline hello.nyir --emit exe                     goes on from it, on any machine
  nyash pipeline hello.nyash --emit exe --dump-dir stages  every stage as artifact and text
  nyash pipeline hello.nyash --emit ir --dump-before ownership --dump-after ownership

--emit takes `ast`, `ir`, and whatever the backend offers (llvm: llvm, asm, obj, exe).
Without -o, text goes to standard output, `obj` and `exe` beside the input.
"""

_SUFFIXES = {"exe": ".exe", "obj": ".o"}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="a program's main file, or an artifact (.nyir, .ast.msgpack)")
    parser.add_argument("--emit", default="exe", metavar="KIND", help="what to make (%(default)s)")
    parser.add_argument("-o", "--output", help="where to write it")
    parser.add_argument("--text", action="store_true", help="write `ast` and `ir` to -o as text")
    parser.add_argument("--dump-dir", metavar="DIR", help="write what each stage makes to DIR")
    parser.add_argument(
        "--dump-before", metavar="PASS", action="append", default=[], help="IR before a pass"
    )
    parser.add_argument(
        "--dump-after", metavar="PASS", action="append", default=[], help="IR after a pass"
    )
    parser.add_argument(
        "--only-pass", metavar="PASS", action="append", help="run these passes and no others"
    )
    parser.add_argument("--dev", action="store_true", help="compile fast instead of well")
    parser.add_argument("--strip", action="store_true", help="leave out debug information")
    compilation.add_code_options(parser)


def run(arguments: argparse.Namespace) -> int:
    source = compilation.readable_input(arguments.file)
    with show.progress(quiet=True) as progress:
        session = compilation.session_of(
            arguments, progress, release=not arguments.dev, source=source
        )
        _Pipeline(session, arguments, source).run()
        return compilation.finish(session, arguments, progress)


class _Pipeline:
    """The stages up to the one asked for."""

    def __init__(self, session: Session, arguments: argparse.Namespace, source: Path) -> None:
        from ..dumps import Dumps

        self.session = session
        self.arguments = arguments
        self.source = source
        self.kind: str = arguments.emit
        self.dumps = Dumps(
            Path(arguments.dump_dir) if arguments.dump_dir else None,
            arguments.dump_before,
            arguments.dump_after,
        )
        if self.kind in _SUFFIXES and not arguments.output:
            self.output: Path | None = source.with_suffix(_SUFFIXES[self.kind])
        else:
            self.output = Path(arguments.output) if arguments.output else None
        if self.output is not None:
            compilation.writable_output(self.output, [source])

    def run(self) -> None:
        from nyash_parse.ast import Program

        from ..inputs import load

        self._check_pass_names()
        found = load(self.session, self.source)
        if isinstance(found, Program):
            self.dumps.program(found)
            if self.kind == "ast":
                self._write_artifact("ast", found)
                return
            found = self.session.lower(found)
        elif found is not None and self.kind == "ast":
            raise Failure("N0914", f"{self.source} holds IR; a syntax tree cannot be made from it")
        if found is not None:
            self._from_ir(found)

    def _from_ir(self, module: Module) -> None:
        self.dumps.module("lower", module)
        if not self.session.run_passes(module, self.dumps.before_pass, self.dumps.after_pass):
            return
        if self.kind == "ir":
            self._write_artifact("ir", module)
            return
        self.session.dump = self.dumps.bytes
        data = self.session.emit(module, self.kind, self.output)
        if not data:  # failed, or an executable that is already in its place
            return
        if self.output is None:
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
        else:
            compilation.write_output(self.output, data)

    def _write_artifact(self, stage: str, payload: object) -> None:
        from .. import artifacts

        if self.output is None:
            sys.stdout.write(artifacts.text_of(stage, payload))
        elif self.arguments.text:
            compilation.write_output(self.output, artifacts.text_of(stage, payload).encode())
        else:
            compilation.write_output(self.output, artifacts.write(stage, payload))

    def _check_pass_names(self) -> None:
        names = {c.record.name for c in self.session.registry.passes(self.session.options.target)}
        for name in (*self.arguments.dump_before, *self.arguments.dump_after):
            if name not in names:
                known = ", ".join(sorted(names))
                raise Failure("N0916", f"there is no pass `{name}`", help=f"passes: {known}")
