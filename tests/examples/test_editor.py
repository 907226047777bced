"""examples/editor.nyash: a scripted session, and random ones against a string with a position."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

pytestmark = pytest.mark.slow


def script(*commands: str) -> str:
    return "".join(f"{command}\n" for command in commands)


def test_a_session(run) -> None:
    text = script(
        "type hello world", "enter", "type \tsecond row", "show", "up", "home", "type >> ", "undo",
        "find row", "show", "replace o 00", "show", "undo", "undo", "undo", "undo", "print",
    )  # fmt: skip
    code, out, err = run("editor", "--width", "20", "--height", "3", text=text)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "hello world",
        "    second row|",
        "~",
        "-- (no name) * 2:12 of 2",
        "hello world",
        "    second |row",
        "~",
        "-- (no name) * 2:9 of 2",
        "hell00 w00rld",
        "    sec00nd r00|w",
        "~",
        "-- (no name) * 2:13 of 2 -- 4 replaced",
        "hell00 w00rld",
        "\tsecond row",
    ]


def test_files(run, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    code, out, err = run("editor", str(path), text=script("show", "type é", "enter", "save"))
    assert (code, err) == (0, "") and "notes.txt 1:1 of 1 -- new file" in out
    assert path.read_text(encoding="utf-8") == "é\n\n"
    path.write_bytes(b"one\r\ntwo\r\n")
    text = script("show", "bottom", "type !", "show", "save", "type ?", "show", "undo", "show")
    code, out, err = run("editor", str(path), "--height", "1", text=text)
    assert (code, err) == (0, "")
    bars = [line for line in out.splitlines() if line.startswith("-- ")]
    assert bars == [
        "-- notes.txt 1:1 of 2 -- 2 rows",
        "-- notes.txt * 2:5 of 2",
        "-- notes.txt * 2:6 of 2",
        "-- notes.txt 2:5 of 2",
    ]
    assert path.read_text() == "one\ntwo!\n"


def test_typing_is_undone_by_words(run) -> None:
    typed = [f"type {c}" for c in "to be"]
    code, out, _ = run("editor", text=script(*typed, "undo", "print", "undo", "print", "redo"))
    assert code == 0 and out == "to\n\n"


def test_the_window_scrolls(run) -> None:
    rows = [part for n in range(9) for part in (f"type row {n}", "enter")]
    text = script(*rows, "show", "goto 2", "end", "show", "type " + "x" * 12, "show")
    out = run("editor", "--width", "8", "--height", "2", text=text)[1]
    assert [line for line in out.splitlines() if "|" in line] == ["|", "row 1|", "xxxxxxx|"]


def test_up_and_down_keep_the_column(run) -> None:
    text = script("type long row", "enter", "enter", "type long row", "up", "up", "type !", "print")
    assert run("editor", text=text)[1] == "long row!\n\nlong row\n"


def test_search_goes_round(run) -> None:
    text = script("type ab ab", "enter", "type ab", "top", "find ab", "type 1", "find", "type 2",
                  "find", "type 3", "print")  # fmt: skip
    assert run("editor", text=text)[1] == "3ab 1ab\n2ab\n"


def test_cutting_rows(run) -> None:
    text = script("type a", "enter", "type b", "enter", "type c", "goto 2", "cut", "print", "cut",
                  "cut", "print", "undo", "undo", "print")  # fmt: skip
    assert run("editor", text=text)[1] == "a\nc\na\n\na\nb\nc\n"


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("fly", "line 1: unknown command `fly`"),
        ("undo", "nothing to undo"),
        ("redo", "nothing to redo"),
        ("goto x", "goto takes a row, or row:column"),
        ("find", "find what?"),
        ("find x", "`x` is not there"),
        ("replace x", "replace takes two words"),
        ("save", "save needs a name"),
        ("save /no/such/folder/x", "/no/such/folder/x"),
        ("type x\nopen y", "line 2: there are changes; save or undo them first"),
    ],
)
def test_errors(run, command: str, message: str) -> None:
    code, out, err = run("editor", text=command + "\n")
    assert (code, out) == (1, "") and message in err


@pytest.mark.parametrize("options", [["--width", "0"], ["--height", "x"], ["/"]])
def test_bad_options(run, options: list[str]) -> None:
    code, out, err = run("editor", *options, text="show\n")
    assert (code, out) == (2, "") and err


class Model:
    """A string and a position in it."""

    def __init__(self) -> None:
        self.text, self.at = "", 0

    def do(self, command: str) -> None:
        name, _, rest = command.partition(" ")
        start = self.text.rfind("\n", 0, self.at) + 1
        match name:
            case "type" | "enter":
                added = rest or "\n"
                self.text = self.text[: self.at] + added + self.text[self.at :]
                self.at += len(added)
            case "backspace" if self.at > 0:
                self.text = self.text[: self.at - 1] + self.text[self.at :]
                self.at -= 1
            case "delete":
                self.text = self.text[: self.at] + self.text[self.at + 1 :]
            case "left":
                self.at = max(0, self.at - 1)
            case "right":
                self.at = min(len(self.text), self.at + 1)
            case "home":
                self.at = start
            case "end":
                self.at = start + len(self.text[start:].split("\n")[0])


COMMANDS = ("type a", "type né ", "type  ", "enter", "enter", "backspace", "backspace", "delete",
            "left", "right", "home", "end")  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_random_sessions(run, seed: int) -> None:
    """The text is the model's; all of it can be undone, and then redone."""
    random = Random(seed)
    commands = random.choices(COMMANDS, k=300)
    model = Model()
    for command in commands:
        model.do(command)
    finished = model.text + "\n"
    undone = script(*commands, "print", *["undo"] * 301, "print", *["redo"] * 301, "print")
    code, out, err = run("editor", text=undone)
    assert out == finished + "\n" + finished
    assert code == 1
    assert {line.split(": ")[1] for line in err.splitlines()} == {
        "nothing to undo",
        "nothing to redo",
    }
