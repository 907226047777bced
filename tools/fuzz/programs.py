"""Random programs that mean something: they compile, end, and print what they do.

They are for comparing compilations of one program with each other (with and without the passes that
may not change its meaning), so they use what such passes look at: numbers of both kinds in one
variable, loops, captured variables, errors in every position, Boxes whose end is seen.
"""

from __future__ import annotations

from random import Random

MOST_STEPS = 3000
"""Calls of functions after which a program throws; calls nest in loops."""
DEEPEST_BLOCK = 3
FUNCTIONS = 6

PRELUDE = f"""\
global steps = 0
function step() {{
    steps += 1
    if steps > {MOST_STEPS} {{ throw "out of steps" }}
}}
box Noisy {{
    init {{ name, value, other }}
    pack(name, value) {{
        me.name = name
        me.value = value
    }}
    get() {{ return me.value }}
    put(x) {{
        local old = me.value
        me.value = x
        return old
    }}
    add(x) {{ return me.value + x }}
    fini() {{ print("fini " + me.name) }}
}}
box Plain {{
    init {{ value, weak other }}
    get() {{ return me.value }}
    add(x) {{ return x + 1 }}
}}
function shown(action) {{
    try {{
        print(action())
    }} catch (e) {{
        if e.is("ErrorBox") {{ print(e.type()) }} else {{ print("thrown " + e) }}
    }}
}}
"""

INTEGERS = ("0", "1", "2", "-1", "3", "7", "100", "2305843009213693951", "9223372036854775807")
FLOATS = ("0.5", "1.0", "-2.25", "1e300", "3.0", "0.1")
STRINGS = ('""', '"a"', '"héllo"', '"12"')


class Writer:
    """Writes one program. `names` are the variables in scope with the kind they probably hold."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.lines: list[str] = []
        self.names: list[tuple[str, str]] = []
        self.functions: list[tuple[str, list[str]]] = []
        self.depth = 0
        self.count = 0
        self.loops = 0
        self.in_closure = False

    def program(self) -> str:
        for number in range(FUNCTIONS):
            self.function(f"f{number}", self.random.randint(0, 3))
        for name, kinds in self.functions:
            for _ in range(3):
                arguments = ", ".join(self.simple(self.mostly(kind)) for kind in kinds)
                self.line(f"shown(() => {name}({arguments}))")
        self.line('print("steps", steps)')
        return PRELUDE + "\n".join(self.lines) + "\n"

    # -- text -------------------------------------------------------------------------------------

    def line(self, text: str) -> None:
        self.lines.append("    " * self.depth + text)

    def fresh(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    def mostly(self, kind: str) -> str:
        """The kind that is wanted, or sometimes one that leads to an error."""
        return "any" if self.random.random() < 0.04 else kind

    # -- declarations -----------------------------------------------------------------------------

    def function(self, name: str, arity: int) -> None:
        parameters = [self.fresh("p") for _ in range(arity)]
        kinds = [self.pick("int", "int", "float", "str", "array", "box") for _ in parameters]
        self.names = list(zip(parameters, kinds, strict=True))
        self.line(f"function {name}({', '.join(parameters)}) {{")
        self.depth += 1
        self.line("step()")
        self.statements(self.random.randint(3, 8))
        self.line(f"return {self.expression(2)}")
        self.depth -= 1
        self.line("}")
        self.functions.append((name, kinds))

    def block(self, most: int = 3) -> None:
        """The inside of braces; its variables are forgotten."""
        scope = len(self.names)
        self.depth += 1
        self.statements(self.random.randint(1, most))
        self.depth -= 1
        del self.names[scope:]

    def statements(self, count: int) -> None:
        for _ in range(count):
            if self.random.choice(self.KINDS)(self):
                break

    # -- statements: each says whether what follows cannot be reached -----------------------------

    def declare(self) -> bool:
        kind = self.pick("int", "int", "float", "str", "any", "array", "box")
        name = self.fresh("v")
        self.line(f"local {name} = {self.expression(2, kind)}")
        self.names.append((name, kind))
        return False

    def assign(self) -> bool:
        if not self.names:
            return self.declare()
        name, kind = self.random.choice(self.names)
        if self.random.random() < 0.05:
            kind = "any"
        operator = "="
        if kind in ("int", "float") and self.random.random() < 0.4:
            operator = self.pick("+=", "-=", "*=")
        self.line(f"{name} {operator} {self.expression(2, kind)}")
        return False

    def show(self) -> bool:
        self.line(f"print({self.expression(2)}, {self.expression(1)})")
        return False

    def choose(self) -> bool:
        if self.depth > DEEPEST_BLOCK:
            return self.show()
        self.line(f"if {self.expression(2, 'bool')} {{")
        self.block()
        if self.random.random() < 0.5:
            self.line("} else {")
            self.block()
        self.line("}")
        return False

    def walk(self) -> bool:
        if self.depth > DEEPEST_BLOCK:
            return self.assign()
        name = self.fresh("i")
        self.line(f"loop({name} in 0..{self.random.randint(0, 4)}) {{")
        self.names.append((name, "int"))
        self._round()
        self.names.remove((name, "int"))
        return False

    def repeat(self) -> bool:
        """A `loop(condition)` whose counter is safe from the statements inside."""
        if self.depth > DEEPEST_BLOCK:
            return self.assign()
        name = self.fresh("n")
        self.line(f"local {name} = 0")
        self.line(f"loop({name} < {self.random.randint(1, 4)}) {{")
        self.line(f"    {name} += 1")
        self._round()
        return False

    def _round(self) -> None:
        self.loops += 1
        self.block()
        self.loops -= 1
        self.line("}")

    def leave(self) -> bool:
        """`break` and the like, in an `if` so that something may follow."""
        words = ["return " + self.expression(1), "throw " + self.simple()]
        if self.loops:
            words += ["break", "continue"]
        self.line(f"if {self.expression(1, 'bool')} {{ {self.random.choice(words)} }}")
        return False

    def attempt(self) -> bool:
        if self.depth > DEEPEST_BLOCK:
            return self.show()
        self.line("try {")
        self.block()
        caught = self.random.random() < 0.7
        if caught:
            name = self.fresh("e")
            self.line(f"}} catch ({self.pick('', '', 'TypeError ', 'ErrorBox ')}{name}) {{")
            self.depth += 1
            self.line(f'print("caught " + {name}.is("ErrorBox"))')
            self.depth -= 1
            self.block(2)
        if not caught or self.random.random() < 0.5:
            self.line("} finally {")
            self.block(2)
        self.line("}")
        return False

    def closure(self) -> bool:
        if self.in_closure or self.depth > DEEPEST_BLOCK:
            return self.assign()
        name, parameter = self.fresh("c"), self.fresh("q")
        scope, loops = len(self.names), self.loops
        self.line(f"local {name} = ({parameter}) => {{")
        self.names.append((parameter, self.pick("int", "float", "str")))
        argument_kind = self.names[-1][1]
        self.in_closure, self.loops = True, 0
        self.block()
        self.line(f"    return {self.expression(1)}")
        self.in_closure, self.loops = False, loops
        del self.names[scope:]
        self.line("}")
        for _ in range(self.random.randint(1, 2)):
            self.line(f"print({name}({self.simple(self.mostly(argument_kind))}))")
        return False

    def change(self) -> bool:
        boxes = [name for name, kind in self.names if kind == "box"]
        arrays = [name for name, kind in self.names if kind == "array"]
        if boxes and self.random.random() < 0.6:
            box = self.random.choice(boxes)
            value = self.expression(1)
            self.line(
                self.pick(
                    f"{box}.value = {value}",
                    f"{box}.put({value})",
                    f"{box}.value += {self.expression(1, 'int')}",
                    f"{box}.other = {self.random.choice(boxes)}",
                    f"{box}.other = new Plain({value})",
                    f"{box}.fini()",
                )
            )
        elif arrays:
            array = self.random.choice(arrays)
            value = self.expression(1)
            self.line(
                self.pick(f"{array}.push({value})", f"{array}[0] = {value}", f"{array}.pop()")
            )
        return False

    def each(self) -> bool:
        """A function called for each element, which sees and changes what is around it."""
        if self.in_closure or self.depth > DEEPEST_BLOCK:
            return self.assign()
        name = self.fresh("x")
        scope, loops = len(self.names), self.loops
        over = self.variable("array") or self.simple("array")
        self.line(f"{over}.forEach(({name}) => {{")
        self.names.append((name, "any"))
        self.in_closure, self.loops = True, 0
        self.block()
        self.in_closure, self.loops = False, loops
        del self.names[scope:]
        self.line("})")
        return False

    def task(self) -> bool:
        if not self.functions:
            return self.show()
        name = self.fresh("t")
        self.line(f"nowait {name} = {self.call(1)}")
        if self.random.random() < 0.8:
            self.line(f"print(await {name})")
        else:
            self.line(f"try {{ await {name} }} catch (e) {{ }}")
        return False

    KINDS = (
        *(declare, declare, declare, assign, assign, show, show),
        *(
            choose,
            choose,
            walk,
            repeat,
            leave,
            attempt,
            attempt,
            closure,
            each,
            change,
            change,
            change,
            task,
        ),
    )

    # -- expressions ------------------------------------------------------------------------------

    def simple(self, kind: str = "any") -> str:
        if kind == "any":
            kind = self.pick("int", "int", "float", "str", "bool", "null")
        if kind == "int":
            return self.random.choice(INTEGERS[: self.random.choice((5, 7, 7, 7, len(INTEGERS)))])
        if kind == "float":
            return self.random.choice(FLOATS)
        if kind == "str":
            return self.random.choice(STRINGS)
        if kind == "bool":
            return self.pick("true", "false")
        if kind == "array":
            return self.pick("[]", "[1]", '[1, "b"]')
        if kind == "box":
            return f'new Noisy("{self.fresh("b")}", {self.random.choice(INTEGERS)})'
        return "null"

    def variable(self, kind: str) -> str | None:
        """One that probably holds the kind; now and then one that may hold anything."""
        fitting = [name for name, held in self.names if kind in ("any", held)]
        if not fitting or self.random.random() < 0.03:
            fitting = [name for name, held in self.names if held == "any"] or fitting
        return self.random.choice(fitting) if fitting else None

    def call(self, depth: int) -> str:
        name, kinds = self.random.choice(self.functions)
        arguments = (self.expression(depth - 1, self.mostly(kind)) for kind in kinds)
        return f"{name}({', '.join(arguments)})"

    def expression(self, depth: int, kind: str = "any") -> str:
        roll = self.random.random()
        if depth <= 0 or roll < 0.15:
            return self.variable(kind) or self.simple(kind)
        if roll < 0.4:
            return self.variable(kind) or self.simple(kind)
        if roll < 0.46 and self.functions and kind == "any":
            return self.call(depth)
        if roll < 0.56 and kind in ("any", "int", "str"):
            member = self.member(depth)
            if member is not None:
                return member
        if kind == "any":
            kind = self.pick("int", "int", "float", "str", "bool", "array", "box")
        return self.of_kind(depth, kind)

    def member(self, depth: int) -> str | None:
        """Something of a Box or array in scope."""
        boxes = [name for name, kind in self.names if kind in ("box", "any")]
        arrays = [name for name, kind in self.names if kind == "array"]
        if arrays and self.random.random() < 0.5:
            array = self.random.choice(arrays)
            return self.pick(
                f"{array}[{self.pick('0', '1', '-1')}]",
                f"{array}.length()",
                f'{array}.get({self.expression(depth - 1, "int")}, "none")',
                f"{array}.map(x => x)",
                f"({array} == [1])",
            )
        if not boxes:
            return None
        box = self.random.choice(boxes)
        return self.pick(
            f"{box}.get()",
            f"{box}.value",
            f"{box}.add({self.expression(depth - 1, 'int')})",
            f"({box}.value == {self.expression(depth - 1)})",
            f"({box} == {self.random.choice(boxes)})",
        )

    def of_kind(self, depth: int, kind: str) -> str:
        def inner(wanted: str) -> str:
            return self.expression(depth - 1, wanted)

        if kind in ("int", "float"):
            operator = self.pick("+", "-", "*", "+", "-", "*", "+", "-", "/", "%")
            if kind == "int" and self.random.random() < 0.15:
                operator = self.pick("&", "|", "^", "<<", ">>")
            if self.random.random() < 0.1:
                return f"{self.pick('[1, 2, 3]', '[]')}.length()"
            return f"({inner(kind)} {operator} {inner(kind)})"
        if kind == "bool":
            if self.random.random() < 0.3:
                return f"({inner('bool')} {self.pick('and', 'or')} {inner('bool')})"
            operator = self.pick("==", "!=", "<", "<=", ">", ">=")
            wanted = self.pick("int", "int", "float", "any")
            return f"({inner(wanted)} {operator} {inner(wanted)})"
        if kind == "str":
            return f"({self.simple('str')} + {inner(self.pick('int', 'any'))})"
        if kind == "array":
            return f"[{inner('int')}, {inner('str')}]"
        return self.pick(
            f'new Noisy("{self.fresh("b")}", {inner("any")})',
            f'new Noisy("{self.fresh("b")}", {inner("int")}).get()',
            f"new Plain({inner('int')}).add({inner('int')})",
            f'new Noisy("{self.fresh("b")}", {inner("int")}).add({inner("int")})',
        )


def program(seed: int) -> str:
    """The program of a seed."""
    return Writer(Random(seed)).program()
