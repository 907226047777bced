"""The register of codes: what `nyash explain` lists, and a code's severity unless it is said.

Bands: N00 text, tokens and grammar; N01 names; N02 Boxes; N03 types; N04 control and tasks;
N05 warnings; N06 IR; N07 backend and link; N08 plug-ins; N09 artifacts and options.
A code is never used for something else later. Each has a page in `explain/`.
"""

from __future__ import annotations

from typing import NamedTuple

from .model import Severity


class Code(NamedTuple):
    """`stage` is the stage of the pipeline that reports it."""

    title: str
    stage: str
    severity: Severity = Severity.ERROR


_WARNING = Severity.WARNING

CODES: dict[str, Code] = {
    # ---- N00: text, tokens and grammar
    "N0001": Code("the file is not UTF-8", "parse"),
    "N0002": Code("a character that means nothing in Nyash", "parse"),
    "N0003": Code("a string without its closing quote", "parse"),
    "N0004": Code("a comment without its `*/`", "parse"),
    "N0005": Code("a malformed number", "parse"),
    "N0006": Code("an integer literal outside 64 bits", "parse"),
    "N0007": Code("a malformed escape in a string", "parse"),
    "N0008": Code("an unknown escape in a string", "parse", _WARNING),
    "N0009": Code("a bracket that is never closed", "parse"),
    "N0010": Code("a closing bracket without an opening one", "parse"),
    "N0011": Code("something that cannot stand here", "parse"),
    "N0012": Code("something is missing", "parse"),
    "N0013": Code("`=` where a condition is wanted", "parse"),
    "N0014": Code("the program nests too deeply", "parse"),
    "N0015": Code("a keyword used as a name", "parse"),
    "N0016": Code("a declaration inside a block or Box", "parse"),
    "N0017": Code("something that cannot be assigned to", "parse"),
    "N0018": Code("modifiers that do not go together", "parse"),
    "N0019": Code("a statement used as a value", "parse"),
    "N0020": Code("a handler without its block, or a `try` without handlers", "parse"),
    "N0021": Code("a native declaration that is not well formed", "parse"),
    "N0022": Code("an included file that cannot be read", "parse"),
    "N0023": Code("two statements on one line", "parse"),
    "N0024": Code("a `{` that is missing or stands on the next line", "parse"),
    "N0025": Code("a pattern that cannot match", "parse"),
    # ---- N01: names
    "N0101": Code("a name that nothing declares", "resolve"),
    "N0102": Code("assignment to an undeclared variable", "resolve"),
    "N0103": Code("assignment to a function or Box", "resolve"),
    "N0104": Code("two declarations of one name", "resolve"),
    "N0105": Code("`me` where there is no Box", "resolve"),
    "N0106": Code("an unknown library", "resolve"),
    "N0107": Code("alternatives that bind different names", "resolve"),
    # ---- N02: Boxes
    "N0201": Code("an unknown Box", "lower"),
    "N0202": Code("two constructors", "resolve"),
    "N0203": Code("two methods of one name", "resolve"),
    "N0204": Code("two fields of one name", "resolve"),
    "N0205": Code("a Box used as a value", "lower"),
    "N0206": Code("an unknown field", "lower"),
    "N0207": Code("a private member from outside", "lower"),
    "N0208": Code("an unknown method", "lower"),
    "N0209": Code("a wrong number of arguments", "lower"),
    "N0210": Code("`new` of a static Box", "lower"),
    "N0211": Code("parameters of `main`", "lower"),
    "N0212": Code("a method without a body", "lower"),
    "N0213": Code("something that cannot be a parent", "resolve"),
    "N0214": Code("a Box that is no parent", "resolve"),
    "N0215": Code("two parents with a member of one name", "resolve"),
    "N0216": Code("an `override` of nothing", "resolve"),
    "N0217": Code("an `override` with other parameters", "resolve"),
    "N0218": Code("something that is no interface", "resolve"),
    "N0219": Code("a missing method of an interface", "resolve"),
    "N0220": Code("a call of a parent's `fini`", "lower"),
    "N0221": Code("a `MethodBox` whose method is no literal", "lower"),
    # ---- N03: types
    "N0301": Code("a call of something that is no function", "lower"),
    "N0302": Code("an operation that always throws", "lower", _WARNING),
    "N0303": Code("a value of another type than declared", "lower", _WARNING),
    "N0304": Code("an unknown type", "lower", _WARNING),
    # ---- N04: control and tasks (N0401 is retired: it said "not yet")
    "N0402": Code("`break` or `continue` outside a loop", "lower"),
    # ---- N05: warnings
    "N0501": Code("a local declared twice in a block", "resolve", _WARNING),
    "N0502": Code("a statement that is never reached", "lower", _WARNING),
    "N0503": Code("a method that replaces a parent's without `override`", "resolve", _WARNING),
    "N0504": Code("a Box's name as a pattern that binds", "resolve", _WARNING),
    "N0505": Code("a local that is never read", "resolve", _WARNING),
    # ---- N06: IR
    "N0600": Code("nyash itself failed", "internal"),
    "N0601": Code("a pass failed", "passes"),
    "N0602": Code("a pass answered nonsense", "passes"),
    "N0603": Code("a pass broke the IR", "passes"),
    "N0604": Code("passes that cannot be ordered", "passes"),
    "N0605": Code("a file that holds no correct IR", "ir"),
    # ---- N07: backend and link
    "N0701": Code("the backend or the toolchain could not do it", "backend"),
    "N0702": Code("no toolchain for the target", "backend"),
    "N0703": Code("a backend failed", "backend"),
    "N0704": Code("the program cannot be started", "run"),
    # ---- N08: plug-ins
    "N0801": Code("a plug-in that cannot be imported", "plug-in"),
    "N0802": Code("a plug-in for another version of the hooks", "plug-in"),
    "N0803": Code("a plug-in that does not fit the hooks", "plug-in"),
    "N0804": Code("a plug-in failed", "plug-in"),
    "N0805": Code("a plug-in answered nonsense", "plug-in"),
    "N0806": Code("two plug-ins with one name", "plug-in"),
    "N0807": Code("a plug-in that is not installed", "plug-in"),
    "N0808": Code("the declarations of a Box library are wrong", "plug-in"),
    # ---- N09: artifacts and options
    "N0901": Code("not a Nyash artifact", "artifact"),
    "N0902": Code("an artifact of another stage", "artifact"),
    "N0903": Code("an artifact of a newer schema", "artifact"),
    "N0904": Code("a damaged artifact", "artifact"),
    "N0905": Code("an artifact of an older schema that is no longer read", "artifact"),
    "N0910": Code("a wrong command line", "options"),
    "N0911": Code("an input that cannot be read", "options"),
    "N0912": Code("an output that cannot be written", "options"),
    "N0913": Code("an unknown backend", "options"),
    "N0914": Code("a result that cannot be made", "options"),
    "N0915": Code("a Box library that is not installed", "options"),
    "N0916": Code("an unknown pass", "options"),
    "N0917": Code("a cache folder that cannot be used", "options"),
    "N0918": Code("an unknown error code", "options"),
    "N0919": Code("no tests", "options"),
    "N0920": Code("a `nyash.toml` that cannot be used", "options"),
    "N0921": Code("a project that cannot be made", "options"),
}


def severity_of(code: str) -> Severity:
    """The registered severity; an error for a code nobody registered (a plug-in's)."""
    known = CODES.get(code)
    return known.severity if known else Severity.ERROR
