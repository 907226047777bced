"""Tests and accesses of words and Box headers that are written out instead of called."""

from __future__ import annotations

from .layout import CLASS_ID_OFFSET, FALSE, FLAG_DEAD, FLAGS_OFFSET, NULL, TRUE
from .module_text import BlockText, FunctionText


def pointer(text: FunctionText, word: str) -> str:
    """The address in a word that is known to be a Box."""
    return text.value(f"inttoptr i64 {word} to ptr")


def at(text: FunctionText, address: str, offset: int) -> str:
    """The address `offset` bytes further, in the same object."""
    return text.value(f"getelementptr inbounds i8, ptr {address}, i64 {offset}")


def is_heap(text: FunctionText, word: str) -> str:
    tag = text.value(f"and i64 {word}, 7")
    return text.value(f"icmp eq i64 {tag}, 0")


def is_small(text: FunctionText, word: str) -> str:
    """Whether a word is an Integer of 62 bits."""
    tag = text.value(f"and i64 {word}, 3")
    return text.value(f"icmp eq i64 {tag}, 1")


def is_null(text: FunctionText, word: str) -> str:
    return text.value(f"icmp eq i64 {word}, {NULL}")


def is_bool(text: FunctionText, word: str) -> str:
    true = text.value(f"icmp eq i64 {word}, {TRUE}")
    false = text.value(f"icmp eq i64 {word}, {FALSE}")
    return text.value(f"or i1 {true}, {false}")


def load_class_id(text: FunctionText, address: str) -> str:
    return text.value(f"load i16, ptr {at(text, address, CLASS_ID_OFFSET)}, align 4")


def is_dead(text: FunctionText, address: str) -> str:
    """Whether a Box is finalised, so that using it is an error."""
    flags = text.value(f"load i8, ptr {at(text, address, FLAGS_OFFSET)}, align 2")
    dead = text.value(f"and i8 {flags}, {FLAG_DEAD}")
    return text.value(f"icmp ne i8 {dead}, 0")


def small_integer(value: int) -> str | None:
    """The word of an Integer, if it is one of the immediate ones."""
    return str(value << 2 | 1) if -(1 << 61) <= value < 1 << 61 else None


def branch(text: FunctionText, condition: str, yes: BlockText, no: BlockText, weights: str) -> None:
    """A conditional branch; `weights` is the `!prof` node or nothing."""
    profile = f", !prof {weights}" if weights else ""
    text.line(f"br i1 {condition}, {yes.reference}, {no.reference}{profile}")


def jump(text: FunctionText, target: BlockText) -> None:
    text.line(f"br {target.reference}")
