"""Programs of several files: include, using, what cannot be read."""

from __future__ import annotations

from nyash_parse.diagnostics.model import Report
from nyash_parse.program import parse_program
from nyash_parse.source import SourceMap


class Files:
    def __init__(self, files: dict[str, bytes | str]) -> None:
        self.files = {k: v.encode() if isinstance(v, str) else v for k, v in files.items()}

    def read(self, path: str) -> bytes:
        if path not in self.files:
            raise FileNotFoundError(2, "No such file or directory")
        return self.files[path]

    def exists(self, path: str) -> bool:
        return path in self.files


def load(files, main="main.nyash", folders=()):
    report, sources = Report(), SourceMap()
    program = parse_program(main, Files(files), report, sources, folders)
    return program, report.diagnostics, sources


def test_includes_are_relative_and_taken_once():
    program, diagnostics, sources = load(
        {
            "app/main.nyash": 'include "lib/a.nyash"\ninclude "b"\nmain()',
            "app/lib/a.nyash": 'include "../b.nyash"\ninclude "../main.nyash"',
            "app/b.nyash": "b()",
        },
        "app/main.nyash",
    )
    assert diagnostics == []
    assert [source.name for source in program.sources] == [
        "app/main.nyash",
        "app/lib/a.nyash",
        "app/b.nyash",
    ]
    assert [file.span.source for file in program.files] == [0, 1, 2]
    assert len(sources.sources) == 3


def test_a_missing_include_says_where_it_looked():
    program, diagnostics, _ = load({"main.nyash": 'include "no"\nx()'})
    assert program is not None
    (found,) = diagnostics
    assert found.code == "N0022"
    assert "`no`, `no.nyash`" in found.notes[0]


def test_using_finds_project_files_else_libraries():
    program, diagnostics, _ = load(
        {"main.nyash": "using http\nusing acme.text", "src/acme/text.nyash": "box T { }"},
        folders=["src"],
    )
    assert diagnostics == []
    assert program.libraries == ("http",)
    assert len(program.files) == 2


def test_an_unreadable_main_file():
    program, diagnostics, _ = load({})
    assert program is None
    assert [d.code for d in diagnostics] == ["N0022"]


def test_invalid_utf8_gives_its_byte_offset():
    program, diagnostics, _ = load({"main.nyash": b'\xef\xbb\xbfprint("caf\xe9")'})
    assert program is None
    assert diagnostics[0].code == "N0001"
    assert "offset 13" in diagnostics[0].message


def test_a_byte_order_mark_is_skipped():
    program, diagnostics, _ = load({"main.nyash": b"\xef\xbb\xbfprint(1)"})
    assert diagnostics == []
    assert program.files[0].items[0].span.start == 0


def test_spans_of_an_included_file_carry_its_number():
    _, diagnostics, sources = load({"main.nyash": 'include "b.nyash"', "b.nyash": "\n  x ="})
    (found,) = diagnostics
    assert sources.place(found.primary.span) == ("b.nyash", 2, 5)
