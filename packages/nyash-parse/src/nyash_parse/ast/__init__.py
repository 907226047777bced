"""The syntax tree: frozen, typed nodes, each with the span it was read from."""

from . import expression as _expression
from . import pattern as _pattern
from . import statement as _statement
from .declaration import *  # noqa: F403
from .expression import *  # noqa: F403
from .node import Identifier as Identifier
from .node import Node as Node
from .pattern import *  # noqa: F403
from .statement import *  # noqa: F403

# Expressions hold blocks and patterns, which hold expressions: the names are tied here, once
# all three files are read, for msgspec resolves annotations when it first decodes.
_expression.Block = _statement.Block  # type: ignore[attr-defined]
_expression.Pattern = _pattern.Pattern  # type: ignore[attr-defined]
