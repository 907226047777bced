"""The contract between `.nyash` declarations and C, as C source that only compiles if it holds.

From each native declaration comes a `_Static_assert` that the C function has exactly the type the
compiler will call it with, and from each native Box one on the size of its struct. The runtime
build compiles these files first, so a changed signature cannot link quietly.

How types cross the border: a parameter declared `Integer` is an `int64_t`, `Float` and `Number` a
`double`, `Bool` a `bool`, anything else a `ny_word`. A function that throws returns a `ny_word`;
one that does not returns the raw type for Integer, Float and Bool, nothing for Null or no type,
and else a `ny_word`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nyash_ir.hooks.records import BackendError

from .native_sources import NativeLibrary, NativeSources

if TYPE_CHECKING:
    from nyash_parse.ast import BoxDeclaration, FunctionDeclaration, Method, TypeReference
    from nyash_parse.source import Source

_RAW = {"Integer": "int64_t", "Float": "double", "Bool": "bool"}
_PARAMETER = {**_RAW, "Number": "double"}
_RECEIVER = {"IntegerBox": "int64_t", "FloatBox": "double", "BoolBox": "bool"}
_DESTROY = "void (*)(ny_box *)"
_VISIT = "void (*)(ny_box *, void (*)(ny_word, void *), void *)"


def contract_files(sources: NativeSources) -> Iterator[tuple[NativeLibrary, str]]:
    """One C file for each library that has native code."""
    for library in sources.libraries:
        if library.declarations and (lines := list(_assertions(library))):
            headers = dict.fromkeys(("nyash.h", *library.headers))
            head = [f"/* Generated from the declarations of the Box library {library.name}. */"]
            head += [f'#include "{name}"' for name in headers]
            yield library, "\n".join([*head, *lines, ""])


def _assertions(library: NativeLibrary) -> Iterator[str]:
    from nyash_parse.ast import BoxDeclaration, FunctionDeclaration
    from nyash_parse.diagnostics.model import Report
    from nyash_parse.program import parse_file
    from nyash_parse.source import SourceError, SourceMap

    sources, report = SourceMap(), Report()
    for path in library.declarations:
        try:
            source = sources.add_bytes(path.name, path.read_bytes())
        except SourceError as error:
            raise BackendError(f"{path}: {error}") from None
        file = parse_file(source, report, provider=True)
        if report.has_errors:
            from nyash_parse.diagnostics.text import render

            words = "\n".join(render(d, sources) for d in report.diagnostics)
            raise BackendError(f"Box library {library.name} cannot be read\n{words}")
        for item in file.items:
            if isinstance(item, BoxDeclaration):
                yield from _box(item, source)
            elif isinstance(item, FunctionDeclaration):
                yield from _function(item, None, source)


def _box(box: BoxDeclaration, source: Source) -> Iterator[str]:
    layout = box.native
    if layout is not None and not layout.extends:
        place = _place(source, box.name.span.start)
        if layout.struct:
            text = f"{place}: box {box.name.name} has size {layout.size}"
            yield f'_Static_assert(sizeof({layout.struct}) == {layout.size}, "{text}");'
        for symbol, kind in ((layout.destroy, _DESTROY), (layout.visit, _VISIT)):
            if symbol:
                yield _same_type(symbol, kind, f"{place}: box {box.name.name}")
    for method in box.methods:
        takes_me = not (box.static or method.static)
        receiver = _RECEIVER.get(box.name.name, "ny_word") if takes_me else None
        yield from _function(method, receiver, source)


def _function(
    item: Method | FunctionDeclaration, receiver: str | None, source: Source
) -> Iterator[str]:
    contract = item.native
    if contract is None:
        return
    parameters = [receiver] if receiver else []
    parameters += [_parameter(p.annotation) for p in item.parameters]
    result = "ny_word" if contract.throws else _result(item.result)
    kind = f"{result} (*)({', '.join(parameters) or 'void'})"
    place = _place(source, item.name.span.start)
    yield _same_type(contract.symbol, kind, f"{place}: {item.name.name}")


def _parameter(annotation: TypeReference | None) -> str:
    return _PARAMETER.get(annotation.name, "ny_word") if annotation else "ny_word"


def _result(annotation: TypeReference | None) -> str:
    if annotation is None or annotation.name == "Null":
        return "void"
    return _RAW.get(annotation.name, "ny_word")


def _same_type(symbol: str, kind: str, who: str) -> str:
    test = f"__builtin_types_compatible_p(__typeof__(&{symbol}), {kind})"
    return f'_Static_assert({test}, "{who}: {symbol} is not `{kind}`");'


def _place(source: Source, offset: int) -> str:
    return f"{source.name}:{source.line_column(offset)[0]}"
