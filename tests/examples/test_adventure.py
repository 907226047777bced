"""examples/adventure.nyash: the transcript of a whole game, and what ends it early."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

TRANSCRIPT = (Path(__file__).parent / "adventure.txt").read_text(encoding="utf-8")


def test_the_transcript(run) -> None:
    """Its lines behind `> ` are typed; the rest is what has to come back."""
    typed = [line[2:] for line in TRANSCRIPT.splitlines() if line.startswith("> ")]
    code, out, err = run("adventure", "--echo", text="\n".join(typed) + "\n")
    assert (code, err) == (0, "")
    assert out == TRANSCRIPT


@pytest.mark.parametrize("end", ["quit\n", "q\n", ""])
def test_the_end(run, end: str) -> None:
    code, out, err = run("adventure", text="n\n" + end)
    assert (code, err) == (0, "")
    moves = 2 if end else 1
    assert out.endswith(f"Score 10 in {moves} moves.\n")


def test_light_is_needed_to_go_on(run) -> None:
    out = run("adventure", text="n\nget matches\nd\ne\ntake oil\nlook\n")[1]
    assert "Not without a light." in out and "There is no oil here." in out
    assert out.count("It is too dark to see.") == 2


def test_hands_and_things(run) -> None:
    out = run("adventure", text="i\ndrop driftwood\nx kraken\nn\nn\nfill lamp\nscore\nhelp\n")[1]
    for said in (
        "Your hands are empty.",
        "You do not have the driftwood.",
        "There is no kraken here.",
        "There is no way north from here.",
        "There is no lamp here.",
        "Score 10 in 7 moves.",
        "Try: north",
    ):
        assert said in out


def test_options(run) -> None:
    code, _, err = run("adventure", "--ecco")
    assert code == 2 and "--ecco" in err
