"""From the syntax tree to IR, a function a node; `program.py` is the entry."""
