"""Diagnostics in the code of Box libraries name the library's file, whoever adds the code."""

from __future__ import annotations

import pytest
from lowered import LIBRARY
from nyash_ir.boxes import LoadedLibrary
from nyash_ir.lower.program import lower_program
from nyash_parse.ast import Program, SourceText
from nyash_parse.diagnostics.model import Diagnostic, Report, Severity
from nyash_parse.program import parse_file
from nyash_parse.source import SourceMap

PROGRAM = "// A program of two lines,\nprint(new Gauge().read())"


def check(
    *libraries: str, program: str = PROGRAM, strict: bool = False
) -> tuple[list[Diagnostic], SourceMap]:
    """What is said about a program with these libraries, each of one file, `lib1.nyash` and so on;
    and the sources as a compilation numbers them."""
    report, sources = Report(strict), SourceMap()
    texts = {"program.nyash": program, "lib0.nyash": LIBRARY}
    texts |= {f"lib{i}.nyash": text for i, text in enumerate(libraries, 1)}
    loaded = []
    for name, text in texts.items():
        sources.add(name, text)
        own = SourceMap().add(name, text)
        file = parse_file(own, report, provider=name != "program.nyash")
        loaded.append(LoadedLibrary(name, None, (file,), (SourceText(name, text),)))
    assert not report.has_errors
    tree = Program(loaded[0].sources, loaded[0].files)
    lower_program(tree, loaded[1:], report)
    return report.diagnostics, sources


WRONG_BODIES = {
    "a name": ("read() { return valeu }", "N0101", "valeu"),
    "an assignment": ("read() { valeu = 1 }", "N0102", "valeu"),
    "a Box": ("read() { return new Guage() }", "N0201", "Guage"),
    "a field": ("init { value } read() { return me.valeu }", "N0206", "valeu"),
    "a method": ("read() { return me.raed() }", "N0208", "raed"),
    "a count": ("read() { return me.other(1) } other() { }", "N0209", "me.other(1)"),
    "a constructor": ("read() { return new ArrayBox(1) }", "N0209", "new ArrayBox(1)"),
    "a jump": ("read() { break }", "N0402", "break"),
    "two fields": ("init { twice, twice } read() { }", "N0204", "twice"),
    "in a lambda": ("read() { return () => valeu }", "N0101", "valeu"),
}


@pytest.mark.parametrize("rule", WRONG_BODIES)
def test_an_error_in_a_library_is_placed_in_its_file(rule: str) -> None:
    members, code, text = WRONG_BODIES[rule]
    (found,), sources = check(f"// The first line.\nbox Gauge {{\n{members}\n}}")
    assert found.code == code and found.primary is not None
    source = sources.get(found.primary.span.source)
    assert source is not None and source.name == "lib1.nyash"
    assert source.slice(found.primary.span) == text
    assert {label.span.source for label in found.related} <= {found.primary.span.source}
    assert found.help is None or not found.help.edits


def test_what_one_library_adds_to_anothers_box_is_placed_in_the_first() -> None:
    (found,), sources = check(
        "// A Box.\nbox Gauge { init { value } }",
        "// Its addition,\n// further down.\nextend box Gauge {\n read() { return valeu }\n}",
    )
    assert found.primary is not None
    source = sources.get(found.primary.span.source)
    assert source is not None and source.name == "lib2.nyash"
    assert source.slice(found.primary.span) == "valeu"


def test_a_parent_that_a_library_does_not_know() -> None:
    (found,), sources = check("// A Box.\nbox Gauge from Guage { read() { } }")
    assert found.primary is not None
    source = sources.get(found.primary.span.source)
    assert source is not None and source.slice(found.primary.span) == "Guage"


@pytest.mark.parametrize("strict", [False, True])
def test_warnings_about_libraries_are_not_the_programs(strict: bool) -> None:
    body = 'local unread = 1\n local again = 1\n local again = again\n return "a" - 1\n print(2)'
    found, _ = check(f"box Gauge {{ read() {{ {body} }} }}", strict=strict)
    assert not found


def test_a_programs_call_does_not_point_into_a_library_it_inherits_from() -> None:
    program = "box Log from Gauge { }\nnew Log().read(1)"
    (found,), _ = check("box Gauge { read() { } }", program=program)
    assert found.code == "N0209" and not found.related


def test_a_programs_function_of_a_librarys_box_is_the_programs() -> None:
    program = (
        "function seven() { return 7 }\n"
        "static function Gauge.seven() { local unread = 1\n return seven() }"
    )
    found, _ = check("box Gauge { }", program=program)
    assert [(d.code, d.severity) for d in found] == [("N0505", Severity.WARNING)]
    assert found[0].primary is not None and found[0].primary.span.source == 0


def test_an_addition_to_a_box_that_is_not_there() -> None:
    found, sources = check("box Gauge { read() { } }\nextend box Guage { }")
    assert [d.code for d in found] == ["N0201"] and found[0].primary is not None
    source = sources.get(found[0].primary.span.source)
    assert source is not None and source.name == "lib1.nyash"
