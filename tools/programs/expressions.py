"""Random expressions of a wanted kind."""

from __future__ import annotations

from collections.abc import Callable as Maker
from dataclasses import dataclass, field

from . import syntax as s
from .choices import Choices
from .kinds import PLAIN, Array, Callable, Kind, Map, fits
from .methods import METHODS, Method

INTEGERS = (0, 1, 2, 3, -1, 7, 10, 64, -100, 255, 0, 1, 2, 3, 4, 5, 6, -2, -3, 8, 12, 100,
            2**31, 2**53 + 1, 2**61 - 1, 2**61, -(2**61), 2**63 - 1, -(2**63))  # fmt: skip
FLOATS = (0.0, 1.0, 0.5, -2.25, 0.1, 3.0, 1e300, -1e-7, 9007199254740993.0, 9.3e18, -0.0)
STRINGS = ("", "a", "b", "ab", "12", " -7 ", "héllo", "日本", 'q"\\', "a,b\n", "0.5")
KEYS: dict[str, tuple[object, ...]] = {"str": ("a", "b", "é", ""), "int": (0, 1, -5, 2**62)}
ITEM_KINDS = ("int", "str", "float", "bool", "num", "any")
BOX_OF = {"IntegerBox": "int", "StringBox": "str", "FloatBox": "float", "BoolBox": "bool"}


@dataclass
class Named:
    """A variable in scope; one that must not be assigned is a loop's or a counter."""

    name: str
    kind: Kind
    fixed: bool = False


@dataclass
class Signature:
    name: str
    parameters: list[Kind]
    result: Kind


@dataclass
class Expressions:
    choices: Choices
    variables: list[Named] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)
    count: int = 0

    def fresh(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    # -- kinds ------------------------------------------------------------------------------------

    def kind(self) -> Kind:
        """For a variable."""
        choice = self.choices.number(0, 19)
        if choice < 12:
            return ("int", "int", "float", "bool", "str", "num", "any", "int", "str", "int",
                    "float", "cell")[choice]  # fmt: skip
        if choice < 15:
            return Array(self.choices.one(ITEM_KINDS))
        if choice == 15:
            return Array(Array("int"))
        if choice < 18:
            return Map(self.choices.one(("str", "int")), self.choices.one(ITEM_KINDS))
        if choice == 18:
            return Callable((self.choices.one(PLAIN),), self.choices.one(PLAIN))
        return "cell?"

    # -- expressions ------------------------------------------------------------------------------

    def of(self, kind: Kind, depth: int) -> s.Expression:
        if kind == "index":
            if self.choices.chance(75):
                return s.Literal(self.choices.one((0, 0, 1, 1, 2, -1)))
            kind, depth = "int", min(depth, 1)
        makers = self.makers(kind, depth)
        return self.choices.one(makers)()

    def makers(self, kind: Kind, depth: int) -> list[Maker[[], s.Expression]]:
        """The simplest first."""
        made: list[Maker[[], s.Expression]] = [lambda: self.literal(kind, depth)]
        known = [v for v in self.variables if fits(v.kind, kind)]
        if known:
            variable = lambda: s.Variable(self.choices.one(known).name)  # noqa: E731
            made += [variable, variable] if depth else [variable]
        if depth <= 0:
            return made
        made += self.operators(kind, depth - 1)
        made += [self.caller(f, depth - 1) for f in self.signatures if fits(f.result, kind)]
        made += [
            self.function_caller(v, depth - 1)
            for v in self.variables
            if isinstance(v.kind, Callable) and fits(v.kind.result, kind)
        ]
        if not isinstance(kind, Callable):
            made.append(lambda: self.matching(kind, depth - 1))
            methods = [m for m in METHODS if self.could_give(m, kind)]
            if methods:
                method = lambda: self.method(self.choices.one(methods), kind, depth - 1)  # noqa: E731
                made += [method, method]
            elements = self.elements(kind)
            if elements:
                made.append(lambda: self.choices.one(elements)(depth - 1))
        return made

    def several(self, kinds: list[Kind] | tuple[Kind, ...], depth: int) -> list[s.Expression]:
        return [self.of(kind, depth) for kind in kinds]

    def literal(self, kind: Kind, depth: int) -> s.Expression:
        match kind:
            case "int":
                return s.Literal(self.choices.one(INTEGERS))
            case "float":
                return s.Literal(self.choices.one(FLOATS))
            case "bool":
                return s.Literal(self.choices.one((False, True)))
            case "str":
                return s.Literal(self.choices.one(STRINGS))
            case "null":
                return s.Literal(None)
            case "num":
                return s.Literal(self.choices.one((*INTEGERS[:6], *FLOATS)))
            case "any":
                return s.Literal(self.choices.one((None, 1, "a", 0.5, True, -3, "")))
            case "cell?" if depth <= 0 or self.choices.chance(40):
                return s.Literal(None)
            case "cell" | "cell?":
                box = self.choices.one(("Cell", "Cell", "Double"))
                return s.New(box, self.several(["int", "cell?"], depth - 1))
            case Array(item):
                count = self.choices.number(0, 3)
                return s.ArrayOf(self.several([item] * count, depth - 1))
            case Map(key, item):
                keys = dict.fromkeys(
                    self.choices.one(KEYS[key]) for _ in range(self.choices.number(0, 3))
                )
                return s.MapOf([(k, self.of(item, depth - 1)) for k in keys])
            case Callable():
                return self.lambda_of(kind, depth)
        raise AssertionError(kind)

    def lambda_of(self, kind: Callable, depth: int) -> s.Lambda:
        """A function whose body is an expression."""
        names = [self.fresh("x") for _ in kind.parameters]
        scope = len(self.variables)
        self.variables += map(Named, names, kind.parameters)
        body = self.of(kind.result, depth)
        del self.variables[scope:]
        return s.Lambda(names, body)

    def operators(self, kind: Kind, depth: int) -> list[Maker[[], s.Expression]]:
        one = self.choices.one

        def binary(operators: tuple[str, ...], left: Kind, right: Kind) -> s.Expression:
            return s.Binary(one(operators), self.of(left, depth), self.of(right, depth))

        match kind:
            case "int":
                return [
                    lambda: binary(("+", "-", "*"), "int", "int"),
                    lambda: binary(("+", "-", "*", "/", "%"), "int", "int"),
                    lambda: binary(("&", "|", "^"), "int", "int"),
                    lambda: s.Binary(
                        one(("<<", ">>")), self.of("int", depth), s.Literal(one((1, 3, 62, 63, 64)))
                    ),
                    lambda: binary(("+", "-"), "bool", "int"),
                    lambda: s.Prefixed(one(("-", "~")), self.of("int", depth)),
                    lambda: s.MethodCall(self.of("cell", depth), "get", []),
                    lambda: s.MethodCall(
                        self.of("cell", depth), one(("plus", "put")), [self.of("int", depth)]
                    ),
                    lambda: s.Field(self.of(one(("cell", "cell?")), depth), "value"),
                ]
            case "float":
                return [
                    lambda: binary(("+", "-", "*", "/", "%"), "float", "float"),
                    lambda: binary(("+", "-", "*", "/"), "float", "int"),
                    lambda: binary(("-", "*", "/"), "num", "float"),
                    lambda: s.Prefixed("-", self.of("float", depth)),
                ]
            case "num":
                return [
                    lambda: binary(("+", "-", "*", "/", "%"), "num", "num"),
                    lambda: binary(("+", "-", "*"), "num", "int"),
                    lambda: s.Prefixed("-", self.of("num", depth)),
                ]
            case "bool":
                return [
                    lambda: binary(("<", "<=", ">", ">="), "int", "int"),
                    lambda: binary(("<", "<=", ">", ">=", "==", "!="), "num", "num"),
                    lambda: binary(("<", "<=", ">", ">="), "str", "str"),
                    lambda: binary(("==", "!="), "any", "any"),
                    lambda: self.same_kind(depth),
                    lambda: binary(("and", "or"), "any", "bool"),
                    lambda: binary(("and", "or"), "bool", one(("int", "str", "bool"))),
                    lambda: s.Prefixed("not", self.of(one(("bool", "any", "int")), depth)),
                    lambda: s.Is(self.of("any", depth), one((*BOX_OF, "NullBox"))),
                    lambda: s.Is(self.of("cell?", depth), one(("Cell", "Double"))),
                ]
            case "str":
                return [
                    lambda: binary(("+",), "str", "str"),
                    lambda: binary(("+",), "str", one(("int", "any", "float", "cell?"))),
                    lambda: binary(("+",), one(("num", "bool", "any")), "str"),
                    lambda: s.Binary("*", self.of("str", depth), s.Literal(one((0, 1, 2, 3)))),
                ]
            case "cell?":
                return [lambda: s.Field(self.of("cell", depth), "other")]
            case Array(item):
                return self.higher(kind, item, depth)
        return []

    def same_kind(self, depth: int) -> s.Expression:
        kind = self.kind()
        operator = self.choices.one(("==", "!="))
        return s.Binary(operator, self.of(kind, depth), self.of(kind, depth))

    def higher(self, kind: Array, item: Kind, depth: int) -> list[Maker[[], s.Expression]]:
        """`map` and `filter`."""

        def call(name: str, source: Kind, result: Kind) -> s.Expression:
            action = Callable((source,), result)
            function = self.of(action, min(depth, 1))
            return s.MethodCall(self.of(Array(source), depth), name, [function])

        return [
            lambda: call("map", self.choices.one(PLAIN), item),
            lambda: call("filter", item, self.choices.one(("bool", "int"))),
        ]

    def reduction(self, kind: Kind, depth: int) -> s.Expression:
        item = self.choices.one(PLAIN)
        action = self.lambda_of(Callable((kind, item), kind), min(depth, 1))
        start = self.of(kind, 0)
        return s.MethodCall(self.of(Array(item), depth), "reduce", [action, start])

    # -- what has parts ---------------------------------------------------------------------------

    def could_give(self, method: Method, kind: Kind) -> bool:
        if method.result == "T":
            return isinstance(kind, str) and kind in ITEM_KINDS
        if isinstance(method.result, Array) and method.result.item == "T":
            return isinstance(kind, Array)
        return fits(method.result, kind)

    def method(self, method: Method, kind: Kind, depth: int) -> s.Expression:
        return self.call_of(method, self.item_of(method, kind), depth)

    def item_of(self, method: Method, wanted: Kind) -> Kind:
        if method.result == "T":
            return wanted
        if isinstance(method.result, Array) and isinstance(wanted, Array):
            return wanted.item
        return self.choices.one(ITEM_KINDS)

    def call_of(self, method: Method, item: Kind, depth: int) -> s.MethodCall:
        receiver = self.of(_with(method.receiver, item), depth)
        arguments: list[s.Expression] = []
        for wanted in method.parameters:
            if isinstance(wanted, tuple):
                arguments.append(s.Literal(self.choices.one(wanted)))
            else:
                arguments.append(self.of(_with(wanted, item), depth))
        return s.MethodCall(receiver, method.name, arguments)

    def elements(self, kind: Kind) -> list[Maker[[int], s.Expression]]:
        """`a[i]`, `m[k]` and the like."""
        if not isinstance(kind, str) or kind not in ITEM_KINDS:
            return []
        made: list[Maker[[int], s.Expression]] = [
            lambda depth: s.Index(self.of(Array(kind), depth), self.of("index", depth)),
            lambda depth: self.reduction(kind, depth),
        ]
        if kind == "any":
            key = self.choices.one(("str", "int"))
            made.append(
                lambda depth: s.Index(
                    self.of(Map(key, self.choices.one(ITEM_KINDS)), depth), self.of(key, 1)
                )
            )
        if kind == "str":
            made.append(lambda depth: s.Index(self.of("str", depth), self.of("index", depth)))
        if kind == "bool":
            made.append(
                lambda depth: s.MethodCall(
                    self.of(Array("int"), depth),
                    self.choices.one(("any", "all")),
                    [self.lambda_of(Callable(("int",), "bool"), 1)],
                )
            )
        return made

    def caller(self, signature: Signature, depth: int) -> Maker[[], s.Expression]:
        return lambda: s.Call(signature.name, self.several(signature.parameters, depth))

    def function_caller(self, variable: Named, depth: int) -> Maker[[], s.Expression]:
        assert isinstance(variable.kind, Callable)
        parameters = variable.kind.parameters
        return lambda: s.Call(variable.name, self.several(parameters, depth))

    def matching(self, kind: Kind, depth: int) -> s.Expression:
        """Over plain values; without a last arm for everything else it may throw."""
        subject = self.of(self.choices.one(("any", "int", "str", "num")), depth)
        arms: list[s.Arm] = []
        for _ in range(self.choices.number(1, 2)):
            arms.append(self.arm(kind, depth))
        if not self.choices.chance(15):
            arms.append(s.Arm([], "", "_", None, self.of(kind, depth)))
        return s.Match(subject, arms)

    def arm(self, kind: Kind, depth: int) -> s.Arm:
        if self.choices.chance(50):
            literals = [self.choices.one((0, 1, "a", True, None, 0.5, "")) for _ in range(2)]
            return s.Arm(literals, "", "", None, self.of(kind, depth))
        box, name = self.choices.one(tuple(BOX_OF)), self.fresh("m")
        self.variables.append(Named(name, BOX_OF[box], fixed=True))
        condition = self.of("bool", min(depth, 1)) if self.choices.chance(40) else None
        result = self.of(kind, depth)
        self.variables.pop()
        return s.Arm([], box, name, condition, result)


def _with(kind: Kind, item: Kind) -> Kind:
    """`kind` of a method with the kind of items in the place of T."""
    match kind:
        case "T":
            return item
        case Array("T"):
            return Array(item)
        case Map(key, "T"):
            return Map(key, item)
    return kind
