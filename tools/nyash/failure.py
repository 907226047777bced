"""An error of the command itself, outside of any stage: it becomes one diagnostic and an exit."""

from __future__ import annotations


class Failure(Exception):
    """`code` is a registered diagnostic code; the message is for the user."""

    def __init__(
        self, code: str, message: str, help: str = "", notes: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help
        self.notes = notes
