"""The command `nyash`: composes the stages of the compiler. Nothing heavy is imported here."""

__version__ = "0.1.0"
