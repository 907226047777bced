"""Runs the LALR tables over a file's tokens.

Three stacks run in step: states, values, and the offsets that each value covers. The long chains
of rules that only pass an operand from one precedence level to the next (a number is a product is
a sum …) change nothing but the state; where such a chain ends is remembered the first time.
A token that no rule can take is handed to `recovery.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from .ast import File, Item
from .brackets import Tokens
from .build import Builder
from .diagnostics.model import Report
from .grammar.tables import END_OF_FILE, KEEP, NOTHING, SPLICE, Rule
from .scanner import RawTokens, tables
from .source import Source

Reducer = Callable[[Builder, list[Any], int, int], Any]
"""From the value stack and the offsets a rule covers to the rule's value."""


class Parser:
    """One parse of one source. `states[0]` is the start; `values[i]` led to `states[i + 1]`."""

    def __init__(
        self, raw: RawTokens, tokens: Tokens, source: Source, report: Report, provider: bool
    ) -> None:
        self.raw = raw
        self.tokens = tokens
        self.source = source
        self.report = report
        self.provider = provider
        self.grammar = tables()
        self.builder = Builder(source, report)
        self.reducers = _reducers()
        self.states = [self.grammar.start_state]
        self.values: list[Any] = []
        self.begins: list[int] = []
        self.ends: list[int] = []

    def run(self) -> File:
        """The file's tree; where something was wrong, of the statements that could be read."""
        position = self._advance(0)
        if position >= 0:
            from .recovery import Recovery  # of no use to most files, and slow to import

            recovery = Recovery(self)
            while position >= 0:
                position = recovery.recover(position)
                if position < 0:
                    return File(self.builder.span(0, len(self.source.text)), self._items())
                position = self._advance(position)
        self.builder.finish()
        return self.values[-1]

    def _items(self) -> tuple[Item, ...]:
        """What has been read of the file's items when reading stops short."""
        items = self.values[0] if self.values else ()
        return tuple(items) if isinstance(items, list) else ()

    def _advance(self, position: int) -> int:
        """Parse from token `position` to the first token that does not fit, whose index is given;
        -1 at the end of the file."""
        states, values, begins, ends = self.states, self.values, self.begins, self.ends
        kinds, texts, token_begins, token_ends, *_ = self.tokens
        actions, goto, reducers = self.grammar.actions, self.grammar.goto, self.reducers
        rules, end_state = self.grammar.rules, self.grammar.end_state
        builder, chains = self.builder, _CHAINS
        state = states[-1]
        while True:
            kind = kinds[position]
            action = actions[state].get(kind)
            if action is None:
                return position
            if action > 0:
                state = action - 1
                states.append(state)
                values.append(texts[position])
                begins.append(token_begins[position])
                ends.append(token_ends[position])
                position += 1
                continue
            reducer = reducers[-action - 1]
            if reducer is None:
                below = states[-2]
                key = (below, state, kind)
                target = chains.get(key)
                if target is None:
                    target = chains[key] = self._follow(below, state, kind)
                state = states[-1] = target
                continue
            rule = rules[-action - 1]
            length = rule.length
            if length == 1:
                end = ends[-1]
                values[-1] = reducer(builder, values, begins[-1], end)
                state = states[-1] = goto[states[-2]][rule.origin]
            elif length:
                begin, end = begins[-length], ends[-1]
                value = reducer(builder, values, begin, end)
                del states[-length:], values[-length:], begins[-length:], ends[-length:]
                state = goto[states[-1]][rule.origin]
                states.append(state)
                values.append(value)
                begins.append(begin)
                ends.append(end)
            else:
                end = ends[-1] if ends else 0
                values.append(reducer(builder, values, end, end))
                state = goto[state][rule.origin]
                states.append(state)
                begins.append(end)
                ends.append(end)
            if kind == END_OF_FILE and state == end_state:
                return -1

    def _follow(self, below: int, state: int, kind: str) -> int:
        """The state at the end of a chain of passing rules, given the lookahead."""
        while True:
            action = self.grammar.actions[state].get(kind, 1)
            if action > 0:
                return state
            rule = self.grammar.rules[-action - 1]
            if rule.action is not None or rule.length != 1:
                return state
            state = self.grammar.goto[below][rule.origin]


_CHAINS: dict[tuple[int, int, str], int] = {}
"""Ends of chains of passing rules, the same for every file of the process."""


@lru_cache(maxsize=1)
def _reducers() -> list[Reducer | None]:
    """For each rule what makes its value; None for one-symbol rules that pass it on."""
    return [_reducer(rule) for rule in tables().rules]


def _reducer(rule: Rule) -> Reducer | None:
    offsets = [(what, index - rule.length) for what, index in rule.uses]
    if rule.action is None:
        if rule.length == 1:
            return None
        kept = offsets[0][1]
        return lambda builder, values, begin, end: values[kept]
    if rule.action == "":
        return _collector(offsets)
    make = getattr(Builder, rule.action)
    if any(what != KEEP for what, _ in offsets):
        return _general(make, offsets)
    places = [place for _, place in offsets]
    if len(places) == 0:
        return lambda builder, values, begin, end: make(builder, begin, end)
    if len(places) == 1:
        (one,) = places
        return lambda builder, values, begin, end: make(builder, begin, end, values[one])
    if len(places) == 2:
        one, two = places
        return lambda builder, values, begin, end: make(
            builder, begin, end, values[one], values[two]
        )
    if len(places) == 3:
        one, two, three = places
        return lambda builder, values, begin, end: make(
            builder, begin, end, values[one], values[two], values[three]
        )
    return _general(make, offsets)


def _collector(offsets: list[tuple[int, int]]) -> Reducer:
    """Children of a repetition, as one list that grows in place."""
    if offsets and offsets[0][0] == SPLICE:
        head, rest = offsets[0][1], offsets[1:]
        if len(rest) == 1 and rest[0][0] == KEEP:
            place = rest[0][1]

            def append(builder: Builder, values: list[Any], begin: int, end: int) -> list[Any]:
                children: list[Any] = values[head]
                children.append(values[place])
                return children

            return append
    else:
        head, rest = 0, offsets

    def collect(builder: Builder, values: list[Any], begin: int, end: int) -> list[Any]:
        children: list[Any] = values[head] if head else []
        for what, place in rest:
            if what == SPLICE:
                children.extend(values[place])
            else:
                children.append(values[place] if what == KEEP else None)
        return children

    return collect


def _general(make: Callable[..., Any], offsets: list[tuple[int, int]]) -> Reducer:
    def reduce(builder: Builder, values: list[Any], begin: int, end: int) -> Any:
        children: list[Any] = []
        for what, place in offsets:
            if what == SPLICE:
                children.extend(values[place])
            else:
                children.append(None if what == NOTHING else values[place])
        return make(builder, begin, end, *children)

    return reduce
