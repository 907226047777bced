"""One style for Nyash programs: text in, text out.

The formatter works on the grammar's tokens and the comments between them (`pieces.py`), sets
spaces and indentation line by line (`layout.py`), and opens lines that are too long
(`breaking.py`). Where a program has line breaks is its author's choice, as with gofmt; what the
result means is compared with what was meant (`formatter.py`).
"""
