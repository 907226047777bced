"""Random modules, made from the register of instructions, survive both forms unchanged.

The modules keep the shape that the codec accepts and no other rule of the IR: what can be dumped
for a look must also be readable again, correct or not.
"""

from __future__ import annotations

import typing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nyash_ir import codec
from nyash_ir.instruction import REGISTER, Throwing
from nyash_ir.module import (
    Block,
    BoxClass,
    FieldInfo,
    Function,
    Module,
    NativeFunction,
    NativeParameter,
    Value,
)
from nyash_ir.representation import Representation
from nyash_ir.roles import Role
from nyash_ir.summary import Summary
from nyash_ir.text.printer import print_module
from nyash_ir.text.reader import TextError, read_module
from nyash_ir.types import Type
from nyash_parse.ast import NativeLayout, SourceText
from nyash_parse.source import NO_SPAN, Span

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
NAMES = st.one_of(st.sampled_from(["main", "Point.length/0", "Any", "inf", "x", "weak"]), TEXT)
SMALL = st.integers(0, 40)
SPANS = st.one_of(st.just(NO_SPAN), st.builds(Span, st.integers(-1, 9), SMALL, SMALL))
TYPES = st.builds(Type, st.lists(NAMES, max_size=3).map(tuple))
REPRESENTATIONS = st.sampled_from(list(Representation))
VALUES = st.builds(Value, TYPES, REPRESENTATIONS, NAMES)
FLAGS = st.lists(st.booleans(), max_size=3).map(tuple)

ATTRIBUTES = {
    str: TEXT,
    int: st.integers(-(2**63), 2**63 - 1),
    bool: st.booleans(),
    float: st.floats(allow_nan=False),
}


def _field(role, operands):
    if role.role is Role.OPERAND:
        return operands
    if role.role is Role.OPERANDS:
        return st.lists(operands, max_size=3).map(tuple)
    if role.role is Role.BLOCK:
        return SMALL
    if typing.get_origin(role.annotation) is typing.Literal:
        return st.sampled_from(typing.get_args(role.annotation))
    return ATTRIBUTES[role.annotation]


@st.composite
def instructions(draw, define, operands):
    kind = draw(st.sampled_from(list(REGISTER.values())))
    fields = {
        role.name: draw(_field(role, operands))
        for role in kind.fields
        if role.role is not Role.RESULT
    }
    if any(role.role is Role.RESULT for role in kind.fields):
        fields["result"] = define()
    if issubclass(kind, Throwing):
        fields["cleanup"] = draw(st.lists(operands, max_size=2).map(tuple))
    return kind(span=draw(SPANS), **fields)


@st.composite
def functions(draw, name):
    values: list[Value] = []

    def define() -> int:
        values.append(draw(VALUES))
        return len(values) - 1

    operands = st.integers(0, 12)
    parameters = [define() for _ in range(draw(st.integers(0, 2)))]
    blocks = []
    for _ in range(draw(st.integers(0, 3))):
        given = [define() for _ in range(draw(st.integers(0, 2)))]
        items = [draw(instructions(define, operands)) for _ in range(draw(st.integers(0, 4)))]
        blocks.append(Block(given, items, draw(st.none() | SMALL)))
        if draw(st.booleans()):
            define()  # a value that nothing defines any more
    return Function(
        name,
        draw(st.sampled_from(["function", "method", "closure"])),
        parameters,
        values,
        blocks,
        draw(st.lists(NAMES, max_size=2)),
        draw(st.lists(NAMES, max_size=2)),
        draw(TEXT),
        draw(SPANS),
        draw(st.none() | NAMES),
        draw(
            st.builds(
                Summary, st.lists(TYPES, max_size=2).map(tuple), TYPES, st.integers(0, 99),
                FLAGS, FLAGS,
            )
        ),
    )  # fmt: skip


LAYOUTS = st.builds(
    NativeLayout, span=SPANS, struct=TEXT, size=SMALL, id=st.none() | SMALL,
    destroy=st.none() | TEXT, visit=st.none() | TEXT, extends=st.booleans(),
)  # fmt: skip
FIELDS = st.builds(
    FieldInfo, NAMES, st.booleans(), st.sampled_from(["init", "public", "private"]), TYPES, SPANS
)


@st.composite
def modules(draw):
    names = draw(st.lists(NAMES, max_size=3, unique=True))
    boxes = [
        BoxClass(
            name, draw(SMALL), draw(st.lists(NAMES, max_size=2)),
            draw(st.lists(FIELDS, max_size=2)), draw(st.dictionaries(NAMES, NAMES, max_size=2)),
            draw(st.lists(NAMES, max_size=2)), draw(st.none() | NAMES), draw(st.booleans()),
            draw(st.none() | NAMES), draw(st.none() | LAYOUTS), draw(TEXT), draw(SPANS),
            draw(st.dictionaries(NAMES, NAMES, max_size=1)), draw(st.lists(NAMES, max_size=2)),
        )
        for name in draw(st.lists(NAMES, max_size=2, unique=True))
    ]  # fmt: skip
    natives = [
        NativeFunction(
            name,
            tuple(
                draw(
                    st.lists(
                        st.builds(NativeParameter, NAMES, TYPES, REPRESENTATIONS, st.booleans()),
                        max_size=2,
                    )
                )
            ),
            draw(TYPES), draw(REPRESENTATIONS), draw(st.integers(0, 99)), draw(TEXT),
        )
        for name in draw(st.lists(NAMES, max_size=2, unique=True))
    ]  # fmt: skip
    return Module(
        draw(TEXT),
        draw(st.lists(st.builds(SourceText, TEXT, TEXT), max_size=2)),
        {box.name: box for box in boxes},
        {name: draw(functions(name)) for name in names},
        {native.symbol: native for native in natives},
        draw(st.lists(NAMES, max_size=2)),
        draw(NAMES),
        draw(st.lists(NAMES, max_size=2)),
    )


QUICK = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@QUICK
@given(modules())
def test_text_gives_the_same_module_back(module):
    text = print_module(module)
    again = read_module(text)
    assert again == module
    assert print_module(again) == text


@QUICK
@given(modules())
def test_artifact_gives_the_same_module_back(module):
    data = codec.encode(module)
    assert codec.decode(data) == module


@pytest.mark.parametrize("tag", sorted(REGISTER))
def test_every_instruction_is_printed_under_its_tag(tag):
    kind = REGISTER[tag]
    fields = {}
    for role in kind.fields:
        if role.role is Role.RESULT or role.role is Role.OPERAND:
            fields[role.name] = 0
        elif role.role is Role.OPERANDS:
            fields[role.name] = (0, 0)
        elif role.role is Role.BLOCK:
            fields[role.name] = 1
        elif typing.get_origin(role.annotation) is typing.Literal:
            fields[role.name] = typing.get_args(role.annotation)[0]
        else:
            fields[role.name] = {str: 'a\nb"', int: -5, bool: True, float: -0.0}[role.annotation]
    if issubclass(kind, Throwing):
        fields["cleanup"] = (0,)
    result = any(role.role is Role.RESULT for role in kind.fields)
    function = Function(
        "f", "function", [] if result else [0], [Value()],
        [Block([], [kind(span=Span(0, 1, 2), **fields)])],
    )  # fmt: skip
    module = Module("m", [], {}, {"f": function}, {}, [], "f", [])
    text = print_module(module)
    assert tag in text
    assert read_module(text) == module


def test_special_floats_survive():
    from nyash_ir.instructions import ConstantFloat

    items = [
        ConstantFloat(span=NO_SPAN, result=n, value=v)
        for n, v in enumerate((float("inf"), float("-inf"), -0.0, 5e-324, 1.7976931348623157e308))
    ]
    values = [Value(representation=Representation.F64) for _ in items]
    function = Function("f", "function", [], values, [Block([], items)])
    module = Module("m", [], {}, {"f": function}, {}, [], "f", [])
    again = read_module(print_module(module)).functions["f"].blocks[0].instructions
    assert [repr(i.value) for i in again] == [repr(i.value) for i in items]


SAMPLE = (
    print_module(Module("m", [SourceText("a.nyash", "x = 1\n")], {}, {}, {}, ["g"], "f", ["http"]))
    + """
box Point id 33 { field x: Any init method length/0 = Point.length/0 }
method Point.length/0(%0 me: word Point) {
^0():
  %1: ref Point = new "Point" @0:0:5
  %2: word = field.get %1, "Point", "x"
  return %2
}
"""
)


@QUICK
@given(st.data())
def test_damaged_text_is_a_text_error(data):
    text = SAMPLE
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 9)))
        middle = data.draw(st.one_of(st.sampled_from(list('%^{}()"|@,;:=-> 0/\n')), TEXT))
        text = text[:start] + middle + text[end:]
    try:
        read_module(text)
    except TextError as error:
        assert error.line >= 1 and error.column >= 1


def test_sample_is_read():
    module = read_module(SAMPLE)
    assert module.functions["Point.length/0"].values[1].type == Type(("Point",))
    assert module.sources == [SourceText("a.nyash", "x = 1\n")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1:1: expected `nyir`, but the text ends here"),
        ('nyir 9 "m"', "1:6: this is version 9 of the text form, not 1"),
        ('nyir 1 "m" entry f\nfunction f() {\n^0():\n  return %0, }', "4:12: expected"),
        ('nyir 1 "m" entry f\nfunction f() {\n^0():\n  fly %0 }', "4:3: there is no instruction"),
        ('nyir 1 "m" entry f\nfunction f() {\n^1():\n}', "3:1: block 0 should stand here, not 1"),
        ('nyir 1 "m" entry f\nfunction f(%99: word) {\n}', "2:10: f has no use for a value %99"),
        ('nyir 1 "m" entry f\nfunction f(%0: wurd) {\n}', "2:16: expected `i64` or"),
    ],
)
def test_errors_say_where(text, message):
    with pytest.raises(TextError) as caught:
        read_module(text)
    assert str(caught.value).startswith(message)
