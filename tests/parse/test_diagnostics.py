"""The forms of a diagnostic: text (language.md section 9), data, and did-you-mean."""

from __future__ import annotations

import json

import pytest
from nyash_parse.diagnostics.codes import CODES, severity_of
from nyash_parse.diagnostics.data import to_json
from nyash_parse.diagnostics.model import Diagnostic, Edit, Fix, Label, Report, Severity
from nyash_parse.diagnostics.nearest import nearest
from nyash_parse.diagnostics.text import render, summary
from nyash_parse.source import SourceMap, Span

SERVER = "\n" * 13 + "        cout = cout + 1\n"


@pytest.fixture
def sources():
    sources = SourceMap()
    sources.add("http_server.nyash", SERVER)
    return sources


def drawn(text, *labels, name="a.nyash", **more):
    """A rendered message about `text`; labels are `(start, end, words)`, the primary one first."""
    sources = SourceMap()
    sources.add(name, text)
    first, *rest = (Label(Span(0, start, end), words) for start, end, words in labels)
    return render(Diagnostic("N0011", "message", first, tuple(rest), **more), sources)


def test_the_form_of_the_language_reference(sources):
    start = SERVER.index("cout")
    diagnostic = Diagnostic(
        "N0102",
        "assignment to undeclared variable `cout`",
        Label(Span(0, start, start + 4), "not declared in this block"),
        help=Fix("declare it with `local cout = 0`, or did you mean `count`?"),
    )
    assert render(diagnostic, sources) == (
        "error[N0102]: assignment to undeclared variable `cout`\n"
        "  --> http_server.nyash:14:9\n"
        "   |\n"
        "14 |         cout = cout + 1\n"
        "   |         ^^^^ not declared in this block\n"
        "   = help: declare it with `local cout = 0`, or did you mean `count`?"
    )


def test_two_labels_on_one_line():
    assert drawn("foo(1, 2\n", (8, 8, "here"), (3, 4, "opened")).splitlines()[3:] == [
        "1 | foo(1, 2",
        "  |         ^ here",
        "  |    - opened",
    ]


def test_labels_on_lines_apart_with_a_gap():
    text = "a {\n1\n2\n3\n4\nb\n"
    assert drawn(text, (2, 3, "opened"), (12, 13, "end")).splitlines()[1:] == [
        " --> a.nyash:1:3",
        "  |",
        "1 | a {",
        "  |   ^ opened",
        "...",
        "6 | b",
        "  | - end",
    ]


def test_a_single_line_between_is_shown():
    assert drawn("a\nb\nc\n", (0, 1, ""), (4, 5, "")).splitlines()[3:] == [
        "1 | a",
        "  | ^",
        "2 | b",
        "3 | c",
        "  | -",
    ]


def test_a_span_over_lines_marks_its_first_and_last():
    text = "x = [\n    1,\n    2\n  ]\n"
    assert drawn(text, (4, len(text) - 1, "all this")).splitlines()[3:] == [
        "1 | x = [",
        "  |     ^",
        "...",
        "4 |   ]",
        "  |   ^ all this",
    ]


def test_tabs_and_wide_characters_keep_the_marks_in_place():
    assert drawn("\tab\tc", (4, 5, "c")).splitlines()[3:] == [
        "1 |     ab  c",
        "  |         ^ c",
    ]
    assert drawn('f("日本", x)', (8, 9, "x")).splitlines()[3:] == [
        '1 | f("日本", x)',
        "  |           ^ x",
    ]
    assert drawn("e\u0301 x", (3, 4, "x")).splitlines()[3:] == ["1 | e\u0301 x", "  |   ^ x"]


def test_control_characters_do_not_reach_the_terminal():
    assert "\x1b" not in drawn("a \x1b[31m b", (2, 3, ""))


def test_the_end_of_the_file_and_an_empty_file():
    assert drawn("a", (1, 1, "end")).splitlines()[3:] == ["1 | a", "  |  ^ end"]
    assert drawn("", (0, 0, "end")).splitlines()[3:] == ["1 |", "  | ^ end"]
    assert drawn("a\n", (2, 2, "end")).splitlines()[1] == " --> a.nyash:2:1"


def test_a_span_outside_its_source_is_clamped():
    assert drawn("a", (50, 90, "x"))


def test_a_very_long_line_is_cut_around_the_mark():
    text = "x" * 500 + " HERE " + "y" * 500
    lines = drawn(text, (501, 505, "this")).splitlines()
    assert len(lines[3]) < 200
    place = lines[4].index("^")
    assert lines[3][place : place + 4] == "HERE"


def test_labels_in_two_files():
    sources = SourceMap()
    sources.add("a.nyash", "box A { }\n")
    sources.add("b.nyash", "\n\nbox A { }\n")
    diagnostic = Diagnostic(
        "N0104",
        "`A` is declared twice",
        Label(Span(1, 6, 7), "again"),
        (Label(Span(0, 4, 5), "first"),),
        ("a note\nof two lines",),
    )
    assert render(diagnostic, sources) == (
        "error[N0104]: `A` is declared twice\n"
        " --> b.nyash:3:5\n"
        "  |\n"
        "3 | box A { }\n"
        "  |     ^ again\n"
        " ::: a.nyash:1:5\n"
        "  |\n"
        "1 | box A { }\n"
        "  |     - first\n"
        "  = note: a note\n"
        "          of two lines"
    )


def test_without_a_place():
    diagnostic = Diagnostic("N0910", "bad option", help=Fix("see --help"))
    assert render(diagnostic, SourceMap()) == "error[N0910]: bad option\n  = help: see --help"


def test_colour_goes_through_the_callback(sources):
    diagnostic = Diagnostic(
        "N0502", "m", Label(Span(0, 0, 1), "x"), severity=Severity.WARNING, help=Fix("h")
    )
    text = render(diagnostic, sources, lambda style, text: f"<{style}>{text}</>")
    assert text.startswith("<warning>warning[N0502]</>: <title>m</>")
    assert "<warning>^ x</>" in text.replace("</> <warning>", " ") or "<warning>^</>" in text


def test_data_has_places_offsets_and_edits():
    sources = SourceMap()
    sources.add("a.nyash", "x\nif y = 1 { }\n")
    diagnostic = Diagnostic(
        "N0013",
        "m",
        Label(Span(0, 7, 8), "here"),
        help=Fix("compare", (Edit(Span(0, 7, 8), "=="),)),
    )
    data = json.loads(json.dumps(to_json(diagnostic, sources)))
    assert data["schema"] == 1
    assert data["code"] == "N0013"
    assert data["title"] == CODES["N0013"].title
    assert data["primary"] == {
        "file": "a.nyash",
        "start": {"line": 2, "column": 6, "offset": 7},
        "end": {"line": 2, "column": 7, "offset": 8},
        "text": "here",
    }
    assert data["help"]["edits"][0]["replacement"] == "=="
    assert to_json(Diagnostic("N0910", "m"), sources)["primary"] is None


@pytest.mark.parametrize(
    ("name", "names", "expected"),
    [
        ("cout", ["count", "total"], ["count"]),
        ("lenght", ["length", "height"], ["length"]),
        ("Tostring", ["toString", "string"], ["toString"]),
        ("x", ["y"], []),
        ("completely", ["different"], []),
        ("port", ["port"], []),
        ("prot", ["port", "part", "root"], ["port"]),
    ],
)
def test_nearest(name, names, expected):
    assert nearest(name, names) == expected


def test_nearest_gives_as_many_as_asked():
    assert nearest("value", ["values", "valve", "other"], 2) == ["values", "valve"]


def test_a_message_is_kept_once():
    report = Report()
    for _ in range(2):
        report.add(Diagnostic("N0011", "m", Label(Span(0, 0, 1))))
    report.add(Diagnostic("N0011", "m", Label(Span(0, 1, 2))))
    assert len(report.diagnostics) == 2


def test_severities_and_summary():
    assert severity_of("N0008") is Severity.WARNING
    assert severity_of("N9999") is Severity.ERROR
    assert summary(2, 1) == "2 errors, 1 warning"
    assert summary(0, 0) == ""


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_fix_of_the_register_is_well_formed(code):
    assert CODES[code].title and not CODES[code].title.endswith(".")
    assert CODES[code].stage
