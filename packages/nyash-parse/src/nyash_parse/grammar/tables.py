"""LALR tables of `nyash.lark`: built by lark once, then read from a cache in a millisecond.

lark analyses the grammar (0.4 s) and its import alone costs more than parsing a small program,
so what it finds out is kept as plain tuples and dictionaries, marshalled into a cache file named
by the hash of the grammar. `parser.py` runs the tables. A cache that cannot be read or written is
no error: the tables are built anew.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

START = "file"
END_OF_FILE = "$END"
_FORMAT = 3
_DIGEST = hashlib.sha256().digest_size

KEEP, SPLICE, NOTHING = 0, 1, 2
"""What a rule does with a symbol: hand it on, hand on each element of its list, hand on None."""


class Rule(NamedTuple):
    """One production: `origin` is replaced for `length` symbols.

    `action` is the name of the builder's method, `""` for rules whose children are only collected
    (lark's repetitions and names with a leading underscore), None for a rule that passes its only
    child on. `uses` are pairs `(what, index)` with indices counted from the left.
    """

    origin: str
    length: int
    action: str | None
    uses: tuple[tuple[int, int], ...]


class Tables(NamedTuple):
    """`actions[state][terminal]`: n > 0 shifts to state n - 1, n < 0 reduces by rule -n - 1."""

    actions: list[dict[str, int]]
    goto: list[dict[str, int]]
    rules: list[Rule]
    start_state: int
    end_state: int
    patterns: dict[str, str]
    words: dict[str, str]
    signs: dict[str, str]


def grammar_text() -> str:
    """Grammar and terminals as lark reads them."""
    folder = Path(__file__).parent
    return "\n".join(
        (folder / name).read_text(encoding="utf-8") for name in ("nyash.lark", "terminals.lark")
    )


def load_tables(cache_folder: Path | None = None) -> Tables:
    """The tables, from the cache (by default `default_cache_folder()`), or built and put there."""
    text = grammar_text()
    key = hashlib.sha256(f"{_FORMAT} {sys.version_info[:2]} {text}".encode()).hexdigest()
    folder = cache_folder or default_cache_folder()
    if folder is None:
        return _revive(build_tables(text))
    place = folder / f"{key[:32]}.tables"
    plain = _stored(place)
    if plain is None:
        plain = build_tables(text)
        _store(place, marshal.dumps(plain))
    return _revive(plain)


def default_cache_folder() -> Path | None:
    """`grammar` in `$NYASH_CACHE_DIR`, else in `nyash` of `$XDG_CACHE_HOME` or `~/.cache`; None
    for a user without a home."""
    if own := os.environ.get("NYASH_CACHE_DIR"):
        return Path(own) / "grammar"
    if base := os.environ.get("XDG_CACHE_HOME"):
        return Path(base) / "nyash" / "grammar"
    try:
        return Path.home() / ".cache" / "nyash" / "grammar"
    except RuntimeError:
        return None


def _stored(place: Path) -> dict[str, Any] | None:
    """What `_store` put there; None if it is not there or not whole (marshal trusts its input)."""
    try:
        data = place.read_bytes()
    except OSError:
        return None
    digest, body = data[:_DIGEST], data[_DIGEST:]
    return marshal.loads(body) if hashlib.sha256(body).digest() == digest else None


def _store(place: Path, body: bytes) -> None:
    """Write through a temporary file, so that a parallel reader never sees half of it."""
    import tempfile

    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=place.name)
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(body).digest() + body)
        Path(temporary).replace(place)
    except OSError:
        pass


def _revive(plain: dict[str, Any]) -> Tables:
    rules = [Rule(*rule) for rule in plain["rules"]]
    return Tables(**{**plain, "rules": rules})


def build_tables(text: str) -> dict[str, Any]:
    """Have lark analyse the grammar; a conflict in it raises `lark.exceptions.GrammarError`."""
    import lark
    from lark.grammar import Rule as LarkRule
    from lark.lexer import Lexer, TerminalDef

    class NoLexer(Lexer):
        """tokens.py makes the tokens; lark only sees the grammar."""

        def __init__(self, configuration: object) -> None:
            pass

        def lex(self, data: object) -> Any:
            return iter(())

    analysed = lark.Lark(
        text, parser="lalr", lexer=NoLexer, start=START, maybe_placeholders=True, strict=True
    )
    data, memo = analysed.memo_serialize([TerminalDef, LarkRule])
    return {**_states(data["parser"]["parser"], memo), **_vocabulary(analysed.terminals)}


def _states(table: dict[str, Any], memo: dict[int, Any]) -> dict[str, Any]:
    """lark's states as the fields of `Tables`, numbered in the order in which a walk from the
    start meets them, for lark's own numbers differ from run to run."""
    names: dict[int, str] = table["tokens"]
    start = table["start_states"][START]
    number = {start: 0}
    order = [start]
    rows: list[list[tuple[str, int, Any]]] = []
    productions: dict[tuple[Any, ...], int] = {}
    while len(rows) < len(order):
        found = table["states"][order[len(rows)]].items()
        row = sorted((names[symbol], kind, target) for symbol, (kind, target) in found)
        for _, kind, target in row:
            if kind == 0 and target not in number:
                number[target] = len(order)
                order.append(target)
            elif kind == 1:
                productions.setdefault(_production(memo[target["@"]]), len(productions))
        rows.append(row)
    actions: list[dict[str, int]] = []
    goto: list[dict[str, int]] = []
    for row in rows:
        actions.append({})
        goto.append({})
        for name, kind, target in row:
            if kind == 1:
                actions[-1][name] = -productions[_production(memo[target["@"]])] - 1
            elif name == END_OF_FILE or name.isupper():
                actions[-1][name] = number[target] + 1
            else:
                goto[-1][name] = number[target]
    return {
        "actions": actions,
        "goto": goto,
        "rules": list(productions),
        "start_state": 0,
        "end_state": number[table["end_states"][START]],
    }


def _vocabulary(terminals: Iterable[Any]) -> dict[str, dict[str, str]]:
    """What the text of the terminals is: patterns, words made of letters, and signs."""
    patterns: dict[str, str] = {}
    words: dict[str, str] = {}
    signs: dict[str, str] = {}
    for terminal in sorted(terminals, key=lambda terminal: terminal.name):
        pattern = terminal.pattern
        if pattern is None:
            continue
        if pattern.type == "re":
            flags = "".join(sorted(pattern.flags))
            patterns[terminal.name] = f"(?{flags}:{pattern.value})" if flags else pattern.value
        else:
            (words if pattern.value.isalpha() else signs)[pattern.value] = terminal.name
    return {"patterns": patterns, "words": words, "signs": signs}


def _production(rule: dict[str, Any]) -> tuple[Any, ...]:
    """lark's rule as a `Rule`: which children it hands on, as lark takes `_`, `?` and `[]`."""
    origin = rule["origin"]["name"]
    expansion = rule["expansion"]
    absent = "".join(str(int(flag)) for flag in rule["options"]["empty_indices"] or ())
    gaps = [len(ones) for ones in absent.split("0")] if absent else [0] * (len(expansion) + 1)
    uses: list[tuple[int, int]] = []
    for index, symbol in enumerate(expansion):
        uses += [(NOTHING, 0)] * gaps[index]
        if symbol["__type__"] == "NonTerminal":
            uses.append((SPLICE if symbol["name"].startswith("_") else KEEP, index))
        elif not symbol["filter_out"]:
            uses.append((KEEP, index))
    uses += [(NOTHING, 0)] * gaps[len(expansion)]
    action: str | None = rule["alias"] or origin
    if origin.startswith("_") and not rule["alias"]:
        action = ""
    elif rule["options"]["expand1"] and not rule["alias"] and len(uses) == 1 and uses[0][0] == KEEP:
        action = None
    return origin, len(expansion), action, tuple(uses)
