"""Random graphs of Boxes do what the model says, in both kinds of build, and nothing leaks.

The long run is `python -m tools.lifetime --graphs 10000`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from tools.lifetime.check import check, expected, normal
from tools.lifetime.generate import Generator
from tools.lifetime.heap import Box, Heap, Items


@pytest.mark.parametrize(("flavour", "seeds"), [("release", range(60)), ("dev", range(60, 120))])
def test_random_graphs(flavour: str, seeds: range, tmp_path: Path) -> None:
    assert [f"{m.name}: {m.message}" for m in check(seeds, flavour, tmp_path)] == []


def test_the_same_seed_gives_the_same_graph() -> None:
    one, two = (Generator(7).graph() for _ in range(2))
    assert [f.lines() for f in one.functions] == [f.lines() for f in two.functions]


def test_the_model_lets_nothing_live() -> None:
    for seed in range(300):
        assert expected(Generator(seed).graph())


def test_the_model_ends_a_circle_once() -> None:
    heap = Heap()
    one, two = Box(heap, "Node", 1), Box(heap, "Node", 2)
    one.constructing = two.constructing = False
    one.fields["a"], two.fields["a"] = two, one
    outside = Items(heap, [heap.retain(one)])
    heap.collect()
    assert heap.lines == []
    heap.release(outside)
    heap.collect()
    assert sorted(heap.lines) == ["end 1", "end 2"]
    assert heap.things == {heap.saved}


def test_lines_of_one_collection_have_no_order() -> None:
    assert normal(["a", "(", "c", "b", ")", "d"]) == ["a", "(b, c)", "d"]
