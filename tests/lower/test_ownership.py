"""Counts balance on every path, whatever the program."""

from __future__ import annotations

import random

import pytest
from lowered import lower_and_count, lower_and_optimise
from msgspec.structs import replace
from nyash_ir.instruction import Throwing
from nyash_ir.instructions import Release, Retain, Unreachable
from nyash_ir.module import Function, Module
from nyash_ir.verify import verify

PROGRAMS = {
    "alias": "local x = new ArrayBox()\nlocal y = x\nx = null\nprint(y)",
    "parameter reassigned": "function f(a) { a = [a]; return a }\nprint(f(1))",
    "loop carries": "local x = []\nloop(x.length() < 3) { x = [x, x] }\nprint(x)",
    "break carries": "local x = []\nloop { local y = [x]\n if y { x = y; break }\n x = [y] }\nprint(x)",
    "continue": "local i = 0\nloop(i < 9) { local b = [i]; i += 1\n if i == 3 { continue }\n print(b) }",
    "return in loop": "function f(a) { loop(x in a) { local y = [x]; if x { return y } } }\nf([1])",
    "try": "local x = []\ntry { x = [x]; x.push(1) } catch (e) { print(e, x) } finally { print(x) }",
    "return in try": """function f(a) { local x = [a]
        try { return x } finally { print(x) } }\nf(1)""",
    "throw in catch": """function f(a) { local x = [a]
        try { throw x } catch (ErrorBox e) { print(1) } catch (StringBox s) { throw [s] } }\nf(1)""",
    "fini block": "function f(a) { local x = [a] fini { print(x) }\n return x.length() }\nf(1)",
    "closure": "local n = 0\nlocal list = []\nlist.forEach(x => { n = n + x; list.push(n) })\nprint(n)",
    "recursion": "local f = (n) => { if n < 2 { return n }; return f(n - 1) + f(n - 2) }\nprint(f(9))",
    "short circuit": "function f(a, b) { return [a] and [b] or [a, b] }\nprint(f(1, 2))",
    "nowait": "function f(a) { return [a] }\nnowait g = f([1])\nprint(await g)\nnowait f(2)",
    "weak": """box N { init { weak up, down }; pack(d) { me.down = d; d.up = me } }
        box L { init { up } }\nlocal n = new N(new L())\nprint(n.up)""",
    "box": """box P { init { a, b }; pack(a) { me.a = a; me.b = [a] }; sum() { return me.a + me.b } }
        local p = new P([1])\np.a = p.b\nprint(p.sum(), p.a)""",
    "nested finally": """function f(a) { loop(x in a) { try { try { if x { break } } finally { a.push(x) } }
        finally { a = [a] } }\n return a }\nf([1])""",
    "rethrow": """function f(a) { local x = [a]
        try { f(a) } catch (e) { local y = [e]; throw y } }\nf(1)""",
    "loop without end": "function f(a) { local x = [a]; loop { loop { break }; f(a) } }\nf(1)",
    "static": "static box C { init { n }; static { me.n = [] } }\nC.n = [C.n]\nprint(C.n)",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_counts_balance(name: str) -> None:
    lower_and_count(PROGRAMS[name])
    lower_and_optimise(PROGRAMS[name])


def mutants(function: Function):
    """The function with one count less, one after the other: without a retain, a release, or one
    value of a cleanup."""
    for block in function.blocks:
        whole = block.instructions
        if isinstance(whole[-1], Unreachable):
            continue  # nobody comes to the end
        for index, item in enumerate(whole):
            if isinstance(item, Retain | Release):
                block.instructions = [*whole[:index], *whole[index + 1 :]]
                yield f"without {item}"
            elif isinstance(item, Throwing):
                for value in item.cleanup:
                    less = replace(item, cleanup=tuple(v for v in item.cleanup if v != value))
                    block.instructions = [*whole[:index], less, *whole[index + 1 :]]
                    yield f"{item} without {value}"
        block.instructions = whole


def borrowing_mutants(function: Function):
    """The function with one of its block parameters borrowing instead of owning."""
    for block in function.blocks:
        for value in block.parameters:
            facts = function.values[value]
            if facts.representation.counted and not facts.borrowed:
                facts.borrowed = True
                yield f"%{value} only borrows"
                facts.borrowed = False


def unnoticed(module: Module) -> list[str]:
    """The mutants of a module that the verifier finds nothing wrong with."""
    return [
        f"{name}: {what}"
        for name, function in module.functions.items()
        for kind in (mutants, borrowing_mutants)
        for what in kind(function)
        if not verify(module, "after-ownership", [name])
    ]


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_missing_count_is_noticed(name: str) -> None:
    assert unnoticed(lower_and_optimise(PROGRAMS[name])) == []


class Generator:
    """Random statements over the variables a, b, c, a Box `s` and the global `g`."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def expression(self, depth: int = 2) -> str:
        if depth == 0 or self.random.random() < 0.3:
            return self.random.choice(
                ["a", "b", "c", "1", '"s"', "null", "[]", "g", "new P(a, b)", "s.x", "s.w"]
            )
        x, y = self.expression(depth - 1), self.expression(depth - 1)
        return self.random.choice(
            [f"[{x}, {y}]", f"({x} + {y})", f"({x} == {y})", f"({x} and {y})", f"h({x}, {y})",
             f"[{x}].push({y})", f"(() => {x})", f"(p => s.x.push({x}, p))", f"s.x.call({x})",
             f"(await {x})", f"s.x[{y}]", f"(weak {self.random.choice('abc')})", f"({{ k: {x}, l: {y} }})"]
        )  # fmt: skip

    def block(self, depth: int) -> str:
        count = self.random.randint(1, 3)
        return "{\n" + "\n".join(self.statement(depth) for _ in range(count)) + "\n}"

    def statement(self, depth: int) -> str:
        value = self.expression()
        name = self.random.choice("abc")
        if depth == 0 or self.random.random() < 0.4:
            return self.random.choice(
                [f"{name} = {value}", f"local {name} = {value}", f"s.x = {value}",
                 f"s.w = {value}", f"print({value})", f"g = {value}", f"{name} += {value}",
                 f"nowait h({value}, {name})", f"assert({value} == {name})", f"s.x[{name}] = 1",
                 f"s.x += {value}", f"if {value} {{ return {name} }}",
                 f"if {name} {{ throw {value} }}", f"local q = {value} fini {{ print(q) }}"]
            )  # fmt: skip
        one, two = self.block(depth - 1), self.block(depth - 1)
        inner = self.statement(depth - 1)
        return self.random.choice(
            [f"if {value} {one} else {two}", f"loop({value}) {one}", one,
             f"loop {{ {inner}\n if {value} {{ break }}\n {inner} }}",
             f"loop(3) {{ if {value} {{ continue }}\n {inner} }}", f"loop(i in {value}) {one}",
             f"try {one} catch (e) {two}", f"try {one} finally {two}",
             f"try {one} catch (StringBox e) {two} finally {one}",
             f"try {{ {inner}\n return {value} }} finally {two}", f"fini {one}"]
        )  # fmt: skip


def random_program(seed: int) -> str:
    generator = Generator(seed)
    code = "\n".join(generator.statement(3) for _ in range(3))
    return (
        "global g = 1\nbox P { init { x, y, weak w } }\nfunction h(p, q) { return p }\n"
        f"function f(a, b) {{ local c = a\nlocal s = new P(a, b)\n{code}\nreturn c }}\nf(1, 2)"
    )


@pytest.mark.parametrize("seed", range(1000, 1012))
def test_every_missing_count_is_noticed_in_random_programs(seed: int) -> None:
    assert unnoticed(lower_and_optimise(random_program(seed))) == []


@pytest.mark.parametrize("seed", range(0, 300, 10))
def test_counts_balance_in_random_programs(seed: int) -> None:
    for number in range(seed, seed + 10):
        (lower_and_count if number % 2 else lower_and_optimise)(random_program(number))
