"""The inlinable part of the runtime: copies of small functions, never second definitions."""

from __future__ import annotations

from nyash_rt.toolchain.inlinable import LARGEST_INLINABLE, inlinable_part, name_statics

_TEXT = """
@count = internal global i64 0
@.str = private unnamed_addr constant [3 x i8] c"hi\\00"
@shared = global i64 7

define i64 @small() {
  %1 = load i64, ptr @count
  ret i64 %1
}
define internal ptr @text() {
  ret ptr @.str
}
define ptr @other() {
  %1 = call ptr @text()
  ret ptr %1
}
define i64 @never() noinline {
  ret i64 1
}
define i64 @large(i64 %0) {
BODY  ret i64 %vLAST
}
"""


def test_copies_and_declarations() -> None:
    import llvmlite.binding as llvm

    steps = ["  %v0 = add i64 %0, 1\n"]
    steps += [f"  %v{i} = mul i64 %v{i - 1}, %0\n" for i in range(1, LARGEST_INLINABLE)]
    text = _TEXT.replace("BODY", "".join(steps)).replace("LAST", str(len(steps) - 1))
    whole = llvm.parse_assembly(text)
    name_statics(whole)
    assert whole.get_function("static.text").linkage.name == "external"
    part = llvm.parse_bitcode(inlinable_part(whole))
    copies = {f.name for f in part.functions if not f.is_declaration}
    declared = {f.name for f in part.functions if f.is_declaration}
    assert copies == {"small", "static.text", "other"}
    assert declared == {"never", "large"}
    for value in (*part.functions, *part.global_variables):
        if not value.is_declaration:
            assert value.linkage.name == "available_externally", value.name
