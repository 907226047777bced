"""The function that runs one test, made as a syntax tree.

Its name cannot be written in a program, so it hides nothing. The test's name is the program's
first argument. A test that came to its end makes the program exit with `PASSED`: `exit(0)` in the
middle of a test is thereby not taken for success.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from nyash_parse import ast
from nyash_parse.source import Span

from .discovery import TestCase

ENTRY = "<test>"
PASSED = 86
_ARGUMENTS = "<arguments>"


def with_entry(program: ast.Program, tests: Sequence[TestCase]) -> ast.Program:
    """The program with a function `ENTRY`, to be lowered as its main function."""
    main, *others = program.files
    span = main.span
    statements = [_when_asked(test) for test in tests if not test.fault]
    body = ast.Block(span, tuple(statements), span)
    parameters = (ast.Parameter(span, _ARGUMENTS),)
    entry = ast.FunctionDeclaration(span, ast.Identifier(span, ENTRY), None, parameters, None, body)
    changed = msgspec.structs.replace(main, items=(*main.items, entry))
    return msgspec.structs.replace(program, files=(changed, *others))


def _when_asked(test: TestCase) -> ast.Statement:
    """`if <arguments>.get(0) == "name" { test()  return PASSED }`."""
    span = test.member.span
    first = ast.MethodCall(
        span,
        ast.Name(span, _ARGUMENTS),
        ast.Identifier(span, "get"),
        (ast.IntegerLiteral(span, 0),),
    )
    asked = ast.Binary(span, "==", first, ast.StringLiteral(span, test.name))
    run = ast.ExpressionStatement(span, _call(test, span))
    passed = ast.Return(span, ast.IntegerLiteral(span, PASSED))
    return ast.If(span, asked, ast.Block(span, (run, passed), span))


def _call(test: TestCase, span: Span) -> ast.Expression:
    if test.box is None:
        return ast.Call(span, ast.Name(span, test.member.name), ())
    name = test.box.name
    if test.static:
        receiver: ast.Expression = ast.Name(span, name)
    else:
        receiver = ast.New(test.box.span, ast.TypeReference(span, name), ())
    return ast.MethodCall(span, receiver, test.member, ())
