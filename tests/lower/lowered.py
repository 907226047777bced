"""Programs as these tests need them: parsed and lowered against a few declared Boxes."""

from __future__ import annotations

from nyash_ir.boxes import LoadedLibrary
from nyash_ir.hooks import Target
from nyash_ir.lower.program import lower_program
from nyash_ir.module import Module
from nyash_ir.passes import elide, ownership
from nyash_ir.passes.manager import run
from nyash_ir.plugin import nyash_passes
from nyash_ir.verify import verify
from nyash_parse.ast import Program, SourceText
from nyash_parse.diagnostics.model import Report
from nyash_parse.program import parse_file
from nyash_parse.source import SourceMap

LIBRARY = """
native box AnyBox = "" size 8 {
    native toString(): String = "ny_to_string" throws suspends
}
native box StringBox = "ny_string" size 40 id 1 { native length(): Integer = "ny_string_length" pure }
native box NullBox = "" size 8 id 5 { }
native box IntegerBox = "" size 16 id 2 { native abs(): Integer = "ny_integer_abs" throws }
native box FunctionBox = "" size 32 id 6 { }
native box ArrayBox = "ny_array" size 40 id 7 {
    native pack() = "ny_array_pack" throws
    native push(value: Any): Array = "ny_array_push" throws consumes(value)
    native get(index: Integer): Any = "ny_array_get" throws
    native length(): Integer = "ny_array_length"
    forEach(action) {
        local i = 0
        loop(i < me.length()) { action(me.get(i)); i += 1 }
    }
}
"""


def lower(text: str) -> tuple[Module | None, Report]:
    """Lower a program; the report says why there is no module."""
    report = Report()
    library_source = SourceMap().add("library.nyash", LIBRARY)
    library = LoadedLibrary(
        "test",
        None,
        (parse_file(library_source, report, provider=True),),
        (SourceText("library.nyash", LIBRARY),),
    )
    source = SourceMap().add("program.nyash", text)
    file = parse_file(source, report)
    if report.has_errors:
        return None, report
    program = Program((SourceText("program.nyash", text),), (file,))
    return lower_program(program, (library,), report), report


def codes(text: str) -> list[str]:
    """The codes of everything the compiler says about a program, in order."""
    return [d.code for d in lower(text)[1].diagnostics]


def lower_and_count(text: str) -> Module:
    """Lower, make ownership explicit, and check the result; fails with the faults found."""
    module, report = lower(text)
    assert module is not None, [d.message for d in report.diagnostics]
    assert not verify(module), [str(f) for f in verify(module)]
    ownership.run(module, {})
    assert not verify(module, "after-ownership"), [
        str(f) for f in verify(module, "after-ownership")
    ]
    elide.run(module, {})
    assert not verify(module, "after-ownership"), [
        str(f) for f in verify(module, "after-ownership")
    ]
    return module


def lower_and_optimise(text: str) -> Module:
    """Lower and run all passes, which verify after each."""
    module, report = lower(text)
    assert module is not None, [d.message for d in report.diagnostics]
    run(module, nyash_passes(Target()), {"release": True})
    return module
