"""Order, verification and blame."""

from __future__ import annotations

import pytest
from nyash_ir.hooks.records import Pass
from nyash_ir.passes.manager import PassError, order, run
from nyash_ir.text.reader import read_module

SOURCE = """
nyir 1 "m" entry main
function main() {
^0():
  %0: word Null = const.null
  return %0
}
"""


def make(name, after=(), before=(), action=None):
    def body(module, options):
        return False if action is None else action(module)

    return Pass(name, body, tuple(after), tuple(before))


def names(*passes):
    return [p.name for p in order(passes)]


def test_order_follows_after_and_before_and_else_registration():
    assert names(make("c"), make("a"), make("b", before=("a",))) == ["c", "b", "a"]
    assert names(make("x", after=("y",)), make("y"), make("z")) == ["y", "x", "z"]
    assert names(make("x", after=("not-there",)), make("y")) == ["x", "y"]


def test_a_pass_that_says_nothing_runs_before_ownership():
    found = names(make("ownership"), make("elide", after=("ownership",)), make("foreign"))
    assert found == ["foreign", "ownership", "elide"]


def test_cycle_names_its_passes():
    with pytest.raises(PassError) as caught:
        order([make("a", after=("b",)), make("b", after=("a",)), make("c", after=("a",))])
    assert caught.value.code == "N0604"
    assert "a → b → a" in caught.value.message or "b → a → b" in caught.value.message


def test_two_of_one_name():
    with pytest.raises(PassError) as caught:
        order([make("a"), make("a")])
    assert caught.value.message == "two passes are called 'a'"


def fails(action):
    with pytest.raises(PassError) as caught:
        run(read_module(SOURCE), [make("bad", action=action)], plugins={"bad": "acme"})
    assert caught.value.plugin == "acme" and caught.value.pass_name == "bad"
    return caught.value


def test_a_pass_that_raises_is_named():
    def action(module):
        raise KeyError("oops")

    error = fails(action)
    assert error.code == "N0601"
    assert error.message == "pass bad (plug-in acme) failed: KeyError: 'oops'"


def test_a_pass_that_answers_nonsense_is_named():
    error = fails(lambda module: None)
    assert error.code == "N0602"
    assert "answered NoneType, expected bool" in error.message


def test_a_pass_that_breaks_the_ir_is_named():
    def action(module):
        module.functions["main"].blocks[0].instructions.pop()
        return True

    error = fails(action)
    assert error.code == "N0603"
    assert "broke the IR: main, block 0, instruction 0: the block does not end" in error.message


def test_a_pass_that_leaves_no_ir_at_all_is_named():
    def action(module):
        module.functions["main"].blocks[0].instructions.append(None)
        return True

    assert fails(action).code == "N0603"


def test_events_dumps_and_times():
    seen = []

    class Ears:
        def started(self, event):
            seen.append(("started", event.stage))

        def finished(self, stage, artifact, seconds):
            seen.append(("finished", stage, artifact().name))

    module = read_module(SOURCE)
    runs = run(
        module,
        [make("a")],
        {},
        Ears(),
        dump_before=lambda name, m: seen.append(("before", name, m is module)),
        dump_after=lambda name, m: seen.append(("after", name, m is module)),
    )
    assert seen == [
        ("before", "a", True),
        ("started", "pass:a"),
        ("after", "a", True),
        ("finished", "pass:a", "m"),
    ]
    assert runs[0].name == "a" and runs[0].seconds >= 0 and not runs[0].changed
