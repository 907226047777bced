"""examples/chip8.nyash: what each instruction leaves behind, and what is on the screen.

Programs are written as words; `--registers` shows the machine after `--cycles` instructions.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

Registers = Callable[..., dict[str, int]]


@pytest.fixture
def rom(tmp_path: Path) -> Callable[[str], str]:
    def write(words: str) -> str:
        path = tmp_path / "program.ch8"
        path.write_bytes(bytes.fromhex(words))
        return str(path)

    return write


@pytest.fixture
def after(run, rom) -> Registers:
    """The registers when `words` have run, one instruction each if not said otherwise."""

    def call(words: str, *options: str, cycles: int | None = None) -> dict[str, int]:
        count = len(words.split()) if cycles is None else cycles
        code, out, err = run("chip8", rom(words), "--cycles", str(count), "--registers", *options)
        assert (code, err) == (0, ""), err
        pairs = (pair.split("=") for pair in out.split())
        return {name: int(value, 16) for name, value in pairs}

    return call


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("1204", {"PC": 0x204}),
        ("6005 7003", {"V0": 8, "VF": 0}),
        ("60FF 7002", {"V0": 1, "VF": 0}),  # ADD of a byte sets no flag
        ("6011 8100", {"V0": 0x11, "V1": 0x11}),
        ("600C 610A 8011", {"V0": 0x0E}),
        ("600C 610A 8012", {"V0": 0x08}),
        ("600C 610A 8013", {"V0": 0x06}),
        ("60F0 6120 8014", {"V0": 0x10, "VF": 1}),
        ("6010 6120 8014", {"V0": 0x30, "VF": 0}),
        ("6020 6110 8015", {"V0": 0x10, "VF": 1}),
        ("6010 6120 8015", {"V0": 0xF0, "VF": 0}),
        ("6010 6110 8015", {"V0": 0, "VF": 1}),
        ("6005 8006", {"V0": 2, "VF": 1}),
        ("6010 6130 8017", {"V0": 0x20, "VF": 1}),
        ("6081 800E", {"V0": 2, "VF": 1}),
        ("6F05 8FF4", {"VF": 0}),  # the flag wins over the sum
        ("6001 3001 6002 6103", {"V0": 1, "V1": 3}),
        ("6001 4001 6002 6103", {"V0": 2, "V1": 3}),
        ("6001 6101 5010 6002 6203", {"V0": 1, "V2": 3}),
        ("6001 6101 9010 6002 6203", {"V0": 2, "V2": 3}),
        ("A123", {"I": 0x123}),
        ("6004 B200", {"PC": 0x204}),
        ("6015 A100 F01E", {"I": 0x115}),
        ("600B F029", {"I": 55}),
        ("6030 F015 F107", {"V1": 0x30, "DT": 0x30}),
        ("6030 F018", {"ST": 0x30}),
    ],
)
def test_instructions(after: Registers, words: str, expected: dict[str, int]) -> None:
    skips = " 3001 " in words or " 5010 " in words
    registers = after(words, cycles=len(words.split()) - skips)
    assert {name: registers[name] for name in expected} == expected


def test_calls_return(after: Registers) -> None:
    registers = after("2206 6102 1204 6001 00EE", cycles=4)
    assert (registers["V0"], registers["V1"], registers["PC"]) == (1, 2, 0x204)


def test_decimal_digits_and_memory(after: Registers) -> None:
    registers = after("60EA A300 F033 F265")
    assert [registers[f"V{n}"] for n in range(3)] == [2, 3, 4]
    registers = after("6001 6102 A300 F155 6000 6100 F165")
    assert (registers["V0"], registers["V1"], registers["I"]) == (1, 2, 0x300)


def test_random_numbers_are_masked_and_seeded(after: Registers) -> None:
    first = after("C0F0 C10F", "--seed", "7")
    assert first["V0"] & 0x0F == 0 and first["V1"] & 0xF0 == 0
    assert first == after("C0F0 C10F", "--seed", "7")


def test_timers_count_down(after: Registers) -> None:
    assert after("6003 F015 7101 1204", cycles=18)["DT"] == 1


def test_keys(after: Registers) -> None:
    skips = "600A E09E 6101 6202"
    assert after(skips, "--keys", "0-9:A", cycles=3)["V1"] == 0
    assert after(skips, "--keys", "0-9:B", cycles=3)["V1"] == 1
    assert after("600A E0A1 6101 6202", "--keys", "0-9:B", cycles=3)["V1"] == 0
    waiting = after("F00A 6101", "--keys", "20-30:C", cycles=10)
    assert (waiting["V0"], waiting["PC"]) == (0, 0x200)
    assert after("F00A 6101", "--keys", "20-30:C", cycles=22)["V0"] == 0xC


def test_sprites_turn_points_over(run, rom, after: Registers) -> None:
    twice = "6003 F029 6102 6201 D125 D125"  # the digit 3 at (2, 1)
    code, out, err = run("chip8", rom(twice), "--cycles", "5")
    assert (code, err) == (0, "")
    shape = ["", "  ####", "     #", "  ####", "     #", "  ####"]
    assert out.splitlines() == shape
    assert after(twice, cycles=5)["VF"] == 0
    assert after(twice, cycles=6)["VF"] == 1
    assert run("chip8", rom(twice), "--cycles", "6")[1].strip() == ""


def test_sprites_are_cut_at_the_edges(run, rom) -> None:
    code, out, _ = run("chip8", rom("6000 F029 613E 621E D125"), "--cycles", "5")
    assert code == 0
    assert out.splitlines()[30:] == [" " * 62 + "##", " " * 62 + "#"]


def test_the_built_in_program(run) -> None:
    code, out, err = run("chip8")
    assert (code, err) == (0, "")
    lines = [line[12:] for line in out.splitlines() if line]
    assert lines[0] == "#   #   #   #    ###     ####   #   #"
    assert lines[4] == "#   #     #     #   #   ####    #   #" and len(lines) == 5
    listed = run("chip8", "--list")[1].splitlines()
    assert listed[0] == "200 00E0 CLS" and "20A D125 DRW V1, V2, 5" in listed


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("00EE", "200: 00EE: a return without a call"),
        ("8AB9", "200: 8AB9: no such instruction"),
        ("5AB1", "200: 5AB1: no such instruction"),
        ("2200", "200: 2200: more than 16 calls within each other"),
        ("AFFF 6001 F155", "address 1000 is beyond the memory"),
    ],
)
def test_errors_of_programs(run, rom, words: str, message: str) -> None:
    code, out, err = run("chip8", rom(words))
    assert (code, out) == (1, "") and message in err


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["/no/such.ch8"], 2, "/no/such.ch8"),
        (["--keys", "5"], 1, "`5` is no key press like 100-200:A"),
        (["--cycles", "x"], 2, "--cycles"),
    ],
)
def test_errors_of_the_command(run, options: list[str], code: int, message: str) -> None:
    status, _, err = run("chip8", *options)
    assert status == code and message in err
