"""Rules of the grammar to syntax tree nodes; each method is named by a rule of `nyash.lark`.

A method gets the offsets of the first and behind the last character of what its rule matched, then
the rule's children: nodes, token texts, or None for an optional part that is missing.
"""

from .builder import Builder

__all__ = ["Builder"]
