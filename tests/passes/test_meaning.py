"""Passes never change what a program does.

Random programs (arithmetic on every kind, branches, loops, handlers, fields, shared variables,
calls of functions, methods and closures) run in a small interpreter of the IR, before and after our
passes up to `ownership`: the same prints, and the same value or error at the end.
"""

from __future__ import annotations

import math
import operator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nyash_ir import instructions as ir
from nyash_ir.builder import FunctionBuilder
from nyash_ir.instruction import result_of
from nyash_ir.module import BoxClass, FieldInfo, Function, Module, NativeFunction, NativeParameter
from nyash_ir.passes import dead_code, infer, inline, simplify, specialise
from nyash_ir.representation import Representation
from nyash_ir.text.printer import print_module
from nyash_ir.text.reader import read_module
from nyash_ir.types import ANY, FLOAT, INTEGER, NULL, box
from nyash_ir.verify import verify

# -- the interpreter ----------------------------------------------------------------------------

SMALLEST, LARGEST = -(2**63), 2**63 - 1
MOST_STEPS = 5_000
DEEPEST = 30


class Thrown(Exception):
    """An error on its way; the value is what `caught` gives."""


class Endless(Exception):
    """More than MOST_STEPS, or deeper than DEEPEST."""


class Instance:
    def __init__(self, name, fields):
        self.name, self.fields = name, dict.fromkeys(fields)


class Closure:
    def __init__(self, function, captures):
        self.function, self.captures = function, captures


def integer(operation, left, right):
    if operation in ("div", "mod") and right == 0:
        raise Thrown("DivisionByZeroError")
    if operation in ("shl", "shr") and not 0 <= right <= 63:
        raise Thrown("ArgumentError")
    if operation == "div":
        value = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
    elif operation == "mod":
        value = abs(left) % abs(right) * (-1 if left < 0 else 1)
    elif operation == "shl":
        value = ((left << right) + 2**63) % 2**64 - 2**63
    elif operation == "shr":
        value = left >> right
    else:
        value = getattr(operator, {"and": "and_", "or": "or_"}.get(operation, operation))(
            left, right
        )
    if not SMALLEST <= value <= LARGEST:
        raise Thrown("OverflowError")
    return value


def floating(operation, left, right):
    if operation in ("div", "mod") and (right == 0.0 or not math.isfinite(left)):
        return math.nan if left == 0.0 or left != left or operation == "mod" else math.inf
    if operation == "mod":
        return math.fmod(left, right)
    try:
        return {
            "add": operator.add, "sub": operator.sub, "mul": operator.mul,
            "div": operator.truediv,
        }[operation](left, right)  # fmt: skip
    except OverflowError:
        return math.inf


def dynamic(operation, left, right):
    if operation == "add" and (type(left) is str or type(right) is str):
        return f"{left}{right}"[:50]
    left = int(left) if type(left) is bool else left
    right = int(right) if type(right) is bool else right
    if type(left) not in (int, float) or type(right) not in (int, float):
        raise Thrown("TypeError")
    if type(left) is int and type(right) is int:
        return integer(operation, left, right)
    if operation in ("and", "or", "xor", "shl", "shr"):
        raise Thrown("TypeError")
    return floating(operation, float(left), float(right))


def compare(operation, left, right, checked=True):
    if checked and operation in ("eq", "ne"):
        number = {type(left), type(right)} <= {int, float}
        equal = left == right if number or type(left) is type(right) else False
        return equal == (operation == "eq")
    if checked and not (
        {type(left), type(right)} <= {int, float} or type(left) is type(right) is str
    ):
        raise Thrown("TypeError")
    return getattr(operator, operation)(left, right)


def kind(value):
    names = {int: "IntegerBox", float: "FloatBox", bool: "BoolBox", str: "StringBox"}
    return names.get(type(value), getattr(value, "name", "NullBox"))


class Interpreter:
    def __init__(self, module):
        self.module = module
        self.printed = []
        self.globals = {}
        self.steps = 0
        self.depth = 0

    def outcome(self):
        try:
            value = self.call("main", ["argument"])
            return "value", shown(value), self.printed
        except Thrown as error:
            return "error", shown(error.args[0]), self.printed

    def call(self, name, arguments, closure=None):
        self.depth += 1
        if self.depth > DEEPEST:
            raise Endless
        try:
            return self.run_function(name, arguments, closure)
        finally:
            self.depth -= 1

    def run_function(self, name, arguments, closure):
        function = self.module.functions[name]
        values = dict(zip(function.parameters, arguments, strict=True))
        frame = (values, [None] * len(function.slots), closure)
        number, given = 0, []
        while True:
            block = function.blocks[number]
            values.update(zip(block.parameters, given, strict=True))
            try:
                for item in block.instructions:
                    self.steps += 1
                    if self.steps > MOST_STEPS:
                        raise Endless
                    answer = self.run(item, frame)
                    if result_of(item) is not None:
                        values[item.result] = answer
            except Thrown as error:
                if block.handler is None:
                    raise
                values["error"] = error.args[0]
                number, given = block.handler, []
                continue
            if isinstance(item, ir.Return):
                return values[item.value]
            if isinstance(item, ir.Jump):
                number, given = item.target, item.arguments
            elif values[item.condition]:
                number, given = item.then_block, item.then_arguments
            else:
                number, given = item.else_block, item.else_arguments
            given = [values[value] for value in given]

    def run(self, item, frame):
        values, slots, closure = frame
        match item:
            case ir.ConstantNull():
                return None
            case ir.ConstantInteger() | ir.ConstantFloat() | ir.ConstantBool():
                return item.value
            case ir.ConstantString():
                return item.text
            case ir.Box() | ir.Unbox() | ir.IntegerToFloat():
                value = values[item.operand]
                return float(value) if isinstance(item, ir.IntegerToFloat) else value
            case ir.DynamicBinary():
                return dynamic(item.operator, values[item.left], values[item.right])
            case ir.IntegerBinary():
                return integer(item.operator, values[item.left], values[item.right])
            case ir.FloatBinary():
                return floating(item.operator, values[item.left], values[item.right])
            case ir.DynamicUnary(operator="neg"):
                value = values[item.operand]
                return -value if type(value) is float else dynamic("sub", 0, value)
            case ir.DynamicUnary():
                return dynamic("xor", values[item.operand], -1)
            case ir.DynamicCompare():
                return compare(item.operator, values[item.left], values[item.right])
            case ir.IntegerCompare() | ir.FloatCompare():
                return compare(item.operator, values[item.left], values[item.right], False)
            case ir.NotBool():
                return not values[item.operand]
            case ir.Truth():
                return bool(values[item.operand]) or isinstance(values[item.operand], Instance)
            case ir.IsNull():
                return values[item.operand] is None
            case ir.IsBox():
                return kind(values[item.operand]) == item.box
            case ir.Check():
                if kind(values[item.operand]) != item.box:
                    raise Thrown("TypeError")
            case ir.ToFloat():
                if type(values[item.operand]) not in (int, float):
                    raise Thrown("TypeError")
                return float(values[item.operand])
            case ir.GetSlot():
                return slots[item.slot]
            case ir.SetSlot():
                slots[item.slot] = values[item.value]
            case ir.NewCell():
                return [values[item.value]]
            case ir.GetCell():
                return values[item.cell][0]
            case ir.SetCell():
                values[item.cell][0] = values[item.value]
            case ir.GetGlobal():
                return self.globals.get(item.name)
            case ir.SetGlobal():
                self.globals[item.name] = values[item.value]
            case ir.NewBox():
                return Instance(item.box, ["x", "y"])
            case ir.GetField():
                return values[item.object].fields[item.field]
            case ir.SetField():
                values[item.object].fields[item.field] = values[item.value]
            case ir.GetMember():
                if not isinstance(values[item.object], Instance):
                    raise Thrown("NullError")
                return values[item.object].fields[item.name]
            case ir.SetMember():
                if not isinstance(values[item.object], Instance):
                    raise Thrown("NullError")
                values[item.object].fields[item.name] = values[item.value]
            case ir.CallFunction():
                return self.call(item.function, [values[a] for a in item.arguments])
            case ir.CallNative():
                self.printed.append(shown(values[item.arguments[0]]))
            case ir.CallMethod():
                entry = self.module.classes.get(kind(values[item.receiver]))
                target = entry.methods.get(item.selector) if entry else None
                if target is None:
                    raise Thrown("MethodNotFoundError")
                arguments = [values[item.receiver], *(values[a] for a in item.arguments)]
                return self.call(target, arguments)
            case ir.NewClosure():
                return Closure(item.function, [values[c] for c in item.captures])
            case ir.GetCapture():
                return closure.captures[item.index]
            case ir.CallValue():
                callee = values[item.callee]
                if not isinstance(callee, Closure):
                    raise Thrown("TypeError")
                arguments = [callee, *(values[a] for a in item.arguments)]
                return self.call(callee.function, arguments, callee)
            case ir.Caught():
                return values["error"]
            case ir.ErrorIs():
                return values[item.operand] == item.name
            case ir.Constructed() | ir.CheckLive() | ir.CheckPresent():
                return None
            case ir.Throw():
                raise Thrown(values[item.value])
        return None


def shown(value):
    if isinstance(value, Instance):
        return f"<{value.name}>"
    return "<function>" if isinstance(value, Closure) else repr(value)


# -- random programs ----------------------------------------------------------------------------

OPERATORS = ["add", "sub", "mul", "div", "mod", "and", "or", "xor", "shl", "shr"]
OPERATORS += ["add", "sub", "mul"] * 3
NUMBERS = (INTEGER, FLOAT)
INTEGERS = st.one_of(
    st.integers(-9, 70),
    st.integers(0, 9),
    st.sampled_from([2**61, -(2**61) - 1, LARGEST, SMALLEST, 2**62]),
)
FLOATS = st.sampled_from([0.0, -0.0, 0.5, -1.5, 3.0, 1e300, 5e-324, math.inf, math.nan])


class Writer:
    """Writes one random function. `words` are the values in reach."""

    def __init__(self, draw, function, callees, slots=2):
        self.draw, self.callees = draw, callees
        self.builder = FunctionBuilder(function)
        function.slots[:] = [f"s{n}" for n in range(slots)]
        self.handler = None
        self.words: list[int] = list(function.parameters)
        self.cells: list[int] = []
        self.objects: list[int] = []
        self.numbers: set[int] = set()
        self.builder.position(self.builder.new_block())
        self.emit = self.builder.emit

    def any(self):
        return self.draw(st.sampled_from(self.words))

    def number(self):
        """Mostly what is surely a number, so that not every program ends in a TypeError."""
        values = self.builder.function.values
        known = [w for w in self.words if w in self.numbers or values[w].type in NUMBERS]
        if known and self.draw(st.integers(0, 19)):
            return self.draw(st.sampled_from(known))
        return self.any()

    def constant(self):
        choice = self.draw(st.integers(0, 9))
        if choice < 5:
            raw = self.emit(ir.ConstantInteger, value=self.draw(INTEGERS))
        elif choice < 7:
            raw = self.emit(ir.ConstantFloat, value=self.draw(FLOATS))
        elif choice == 7:
            return self.emit(ir.ConstantString, text=self.draw(st.sampled_from(["", "a"])))
        elif choice == 8:
            return self.emit(ir.ConstantNull)
        else:
            raw = self.emit(ir.ConstantBool, value=self.draw(st.booleans()))
        return self.emit(ir.Box, operand=raw)

    def condition(self):
        choice = self.draw(st.integers(0, 4))
        if choice == 0:
            return self.emit(ir.Truth, operand=self.any())
        if choice == 1:
            return self.emit(ir.IsNull, operand=self.any())
        if choice == 2:
            name = self.draw(st.sampled_from(["IntegerBox", "Point", "StringBox"]))
            return self.emit(ir.IsBox, operand=self.any(), box=name)
        operation = self.draw(st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"]))
        return self.emit(
            ir.DynamicCompare, operator=operation, left=self.number(), right=self.number()
        )

    def new_block(self):
        return self.builder.new_block(self.handler)

    def statements(self, depth, most=6):
        for _ in range(self.draw(st.integers(1, most))):
            self.statement(depth)

    def statement(self, depth):
        choice = self.draw(st.integers(0, 19 if depth else 15))
        emit, add = self.emit, self.words.append
        if choice < 3:
            add(self.constant())
        elif choice < 7:
            operation = self.draw(st.sampled_from(OPERATORS))
            left, right = self.number(), self.number()
            add(emit(ir.DynamicBinary, operator=operation, left=left, right=right))
            self.numbers.add(self.words[-1])
        elif choice == 7:
            operation = self.draw(st.sampled_from(["neg", "not"]))
            add(emit(ir.DynamicUnary, operator=operation, operand=self.number()))
        elif choice == 8:
            add(emit(ir.Box, operand=self.condition()))
        elif choice == 9:
            slot = self.draw(st.integers(0, 1))
            emit(ir.SetSlot, slot=slot, value=self.any())
            add(emit(ir.GetSlot, slot=self.draw(st.integers(0, 1))))
        elif choice == 10:
            self.cells.append(emit(ir.NewCell, value=self.any()))
            emit(ir.SetCell, cell=self.draw(st.sampled_from(self.cells)), value=self.any())
            add(emit(ir.GetCell, cell=self.draw(st.sampled_from(self.cells))))
        elif choice == 11 and self.callees:
            add(self.pair())
        elif choice == 11:
            self.objects.append(emit(ir.NewBox, box="Point"))
            add(self.objects[-1])
        elif choice == 12:
            self.member()
        elif choice == 13:
            add(self.call())
        elif choice == 14:
            self.native("ny_print")
        elif choice == 15:
            self.shared()
        elif choice < 18:
            self.if_(depth - 1)
        elif choice == 18:
            self.loop(depth - 1)
        else:
            self.try_(depth - 1)

    def native(self, symbol):
        self.emit(
            ir.CallNative, symbol=symbol, arguments=(self.any(),),
            representation=Representation.WORD, type=NULL,
        )  # fmt: skip

    def pair(self):
        """A Box with a constructor."""
        arguments = self.number(), self.number()
        made = self.emit(ir.NewBox, box="Pair")
        self.emit(ir.CallFunction, function="Pair.pack/2", arguments=(made, *arguments))
        self.emit(ir.Constructed, object=made)
        for name in ("x", "y"):
            self.words.append(self.emit(ir.GetField, object=made, box="Pair", field=name))
        return made

    def member(self):
        name = self.draw(st.sampled_from(["x", "y"]))
        if self.objects and self.draw(st.booleans()):
            known = self.draw(st.sampled_from(self.objects))
            self.emit(ir.SetField, object=known, box="Point", field=name, value=self.any())
            self.words.append(self.emit(ir.GetField, object=known, box="Point", field=name))
        else:
            target = self.draw(st.sampled_from(self.objects)) if self.objects else self.any()
            self.emit(ir.SetMember, object=target, name=name, value=self.any())
            self.words.append(self.emit(ir.GetMember, object=target, name=name))

    def call(self):
        choice = self.draw(st.integers(0, 2))
        if choice == 0:
            selector = self.draw(st.sampled_from(["sum/1", "abs/1"]))
            receiver = self.number()
            if self.objects and selector == "sum/1":
                receiver = self.draw(st.sampled_from(self.objects))
            return self.emit(
                ir.CallMethod, selector=selector, receiver=receiver, arguments=(self.number(),)
            )
        if choice == 1 or not self.callees:
            self.emit(ir.SetGlobal, name="g", value=self.any())
            return self.emit(ir.GetGlobal, name="g")
        return self.emit(
            ir.CallFunction,
            function=self.draw(st.sampled_from(self.callees)),
            arguments=(self.number(), self.number()),
        )

    def shared(self):
        cell = self.emit(ir.NewCell, value=self.any())
        closure = self.emit(ir.NewClosure, function="add.lambda", captures=(cell, self.any()))
        self.words.append(self.emit(ir.CallValue, callee=closure, arguments=(self.any(),)))
        self.words.append(self.emit(ir.GetCell, cell=cell))

    def scoped(self, depth):
        """Statements whose values are out of reach afterwards; answers the last words."""
        known = (list(self.words), list(self.cells), list(self.objects))
        self.statements(depth, 4)
        left = self.any(), self.any()
        self.words, self.cells, self.objects = known
        return left

    def if_(self, depth):
        condition = self.condition()
        then_block, else_block, after = self.new_block(), self.new_block(), self.new_block()
        self.emit(
            ir.Branch, condition=condition, then_block=then_block, then_arguments=(),
            else_block=else_block, else_arguments=(),
        )  # fmt: skip
        merged = [self.builder.add_parameter(after) for _ in range(2)]
        for block in (then_block, else_block):
            self.builder.position(block)
            self.emit(ir.Jump, target=after, arguments=self.scoped(depth))
        self.builder.position(after)
        self.words += merged

    def loop(self, depth):
        """A few rounds with a counter and a variable."""
        zero = self.emit(ir.Box, operand=self.emit(ir.ConstantInteger, value=0))
        header, body, after = self.new_block(), self.new_block(), self.new_block()
        self.emit(ir.Jump, target=header, arguments=(zero, self.any()))
        counter, variable = (self.builder.add_parameter(header) for _ in range(2))
        self.builder.position(header)
        rounds = self.emit(ir.ConstantInteger, value=self.draw(st.integers(0, 4)))
        rounds = self.emit(ir.Box, operand=rounds)
        more = self.emit(ir.DynamicCompare, operator="lt", left=counter, right=rounds)
        self.emit(
            ir.Branch, condition=more, then_block=body, then_arguments=(),
            else_block=after, else_arguments=(),
        )  # fmt: skip
        self.builder.position(body)
        self.words += [counter, variable]
        left = self.scoped(depth)
        one = self.emit(ir.Box, operand=self.emit(ir.ConstantInteger, value=1))
        step = self.emit(ir.DynamicBinary, operator="add", left=counter, right=one)
        self.emit(ir.End, value=counter)
        self.emit(ir.Jump, target=header, arguments=(step, left[0]))
        self.builder.position(after)

    def try_(self, depth):
        outer = self.handler
        landing, after = self.builder.new_block(outer), self.builder.new_block(outer)
        merged = self.builder.add_parameter(after)
        self.handler = landing
        inside = self.new_block()
        self.emit(ir.Jump, target=inside)
        self.builder.position(inside)
        left = self.scoped(depth)
        self.emit(ir.Jump, target=after, arguments=left[:1])
        self.handler = outer
        self.builder.position(landing)
        self.emit(ir.Caught)
        self.emit(ir.Jump, target=after, arguments=(self.scoped(depth)[0],))
        self.builder.position(after)
        self.words.append(merged)

    def finish(self):
        value = self.any()
        if self.draw(st.integers(0, 9)) == 0:
            self.emit(ir.Throw, value=value, again=False)
        else:
            self.emit(ir.Return, value=value)


@st.composite
def programs(draw):
    point = BoxClass(
        "Point", 32, [], [FieldInfo("x"), FieldInfo("y")],
        {"sum/1": "Point.sum/1"}, provider="",
    )  # fmt: skip
    kinds = [("StringBox", 1), ("IntegerBox", 2), ("FloatBox", 3), ("BoolBox", 4), ("NullBox", 5)]
    classes = {name: BoxClass(name, number, [], [], {}) for name, number in kinds}
    classes["Point"] = point
    classes["Pair"] = BoxClass("Pair", 33, [], [FieldInfo("x"), FieldInfo("y")], {})
    classes["IntegerBox"].methods["abs/1"] = "IntegerBox.abs/1"
    classes["FunctionBox"] = BoxClass("FunctionBox", 6, [], [], {})
    native = NativeFunction(
        "ny_print", (NativeParameter("value", ANY, Representation.WORD),), NULL,
        Representation.WORD, 31,
    )  # fmt: skip
    module = Module("m", [], classes, {}, {"ny_print": native}, ["g"], "main", [])

    def function(name, kind, names, callees, owner=None):
        made = Function(name, kind, [], [], [], box=owner)
        builder = FunctionBuilder(made)
        for index, parameter in enumerate(names):
            me = box(owner) if owner and index == 0 and kind == "method" else None
            builder.add_function_parameter(parameter, me)
        module.functions[name] = made
        return Writer(draw, made, callees)

    closure = function("add.lambda", "closure", ["closure", "x"], [])
    closure.builder.function.captures += ["total", "n"]
    cell = closure.emit(ir.GetCapture, index=0)
    before = closure.emit(ir.GetCell, cell=cell)
    captured = closure.emit(ir.GetCapture, index=1)
    closure.words = [closure.words[1], before, captured]
    closure.statements(0, 3)
    closure.emit(ir.SetCell, cell=cell, value=closure.any())
    closure.finish()
    for name, owner in (("Point.sum/1", "Point"), ("IntegerBox.abs/1", "IntegerBox")):
        writer = function(name, "method", ["me", "other"], [], owner)
        writer.objects += [0] if owner == "Point" else []
        writer.statements(1, 3)
        writer.finish()
    constructor = function("Pair.pack/2", "method", ["me", "a", "b"], [], "Pair")
    for name in ("x", "y"):
        if draw(st.integers(0, 3)) == 0:
            constructor.statement(1)
        value = constructor.words[draw(st.integers(0, 2))]
        constructor.emit(ir.SetField, object=0, box="Pair", field=name, value=value)
    constructor.finish()
    callees: list[str] = []
    for name, names in (("f", "ab"), ("h", "ab"), ("main", "a")):
        writer = function(name, "function", list(names), list(callees))
        for _ in range(3 if name == "main" else 0):  # an error does not end the program
            writer.try_(2)
            writer.native("ny_print")
        writer.statements(2)
        writer.finish()
        callees.append(name)
    return module


PASSES = [dead_code, simplify, infer, specialise, inline]


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(programs().map(print_module))
def test_passes_do_not_change_the_outcome(text):
    module = read_module(text)
    assert verify(module) == []
    try:
        before = Interpreter(module).outcome()
    except Endless:
        return
    for each in PASSES:
        each.run(module, {})
        assert verify(module) == [], each.__name__
        assert Interpreter(module).outcome() == before, each.__name__


@pytest.mark.parametrize(
    ("operation", "left", "right", "wanted"),
    [
        ("div", -7, 2, -3),
        ("mod", -7, 2, -1),
        ("mod", 7, -2, 1),
        ("shl", 3, 63, SMALLEST),
        ("shr", -8, 1, -4),
    ],
)
def test_folding_follows_the_language(operation, left, right, wanted):
    assert integer(operation, left, right) == wanted
    assert simplify.integer_result(operation, left, right) == wanted
