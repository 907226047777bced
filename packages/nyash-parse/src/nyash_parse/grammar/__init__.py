"""The grammar files, and the LALR tables made from them (`tables.py`)."""
