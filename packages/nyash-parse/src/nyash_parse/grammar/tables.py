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
from pathlib import Path
from typing import Any, NamedTuple

START = "file"
END_OF_FILE = "$END"
_FORMAT = 2
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
    table = data["parser"]["parser"]
    names: dict[int, str] = table["tokens"]
    productions: list[tuple[Any, ...]] = []
    number_of: dict[int, int] = {}
    actions: list[dict[str, int]] = [{} for _ in table["states"]]
    goto: list[dict[str, int]] = [{} for _ in table["states"]]
    terminals = {term.name for term in analysed.terminals} | {END_OF_FILE}
    for state, row in table["states"].items():
        for symbol, (kind, argument) in row.items():
            name = names[symbol]
            if kind == 1:
                key = argument["@"]
                if key not in number_of:
                    number_of[key] = len(productions)
                    productions.append(_production(memo[key]))
                actions[state][name] = -number_of[key] - 1
            elif name in terminals or name.isupper():
                actions[state][name] = argument + 1
            else:
                goto[state][name] = argument
    patterns: dict[str, str] = {}
    words: dict[str, str] = {}
    signs: dict[str, str] = {}
    for terminal in analysed.terminals:
        pattern = terminal.pattern
        if pattern is None:
            continue
        if pattern.type == "re":
            flags = "".join(sorted(pattern.flags))
            patterns[terminal.name] = f"(?{flags}:{pattern.value})" if flags else pattern.value
        else:
            (words if pattern.value.isalpha() else signs)[pattern.value] = terminal.name
    return {
        "actions": actions,
        "goto": goto,
        "rules": productions,
        "start_state": table["start_states"][START],
        "end_state": table["end_states"][START],
        "patterns": patterns,
        "words": words,
        "signs": signs,
    }


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
