"""The HTTP Boxes, registered as any provider's: always visible, `using http` is allowed too."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from nyash_ir.hooks import BoxLibrary, hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.resources.abc import Traversable

NYASH_HOOKS = 1

HEADERS = (
    "http_answer_box.h",
    "http_body.h",
    "http_content.h",
    "http_credentials.h",
    "http_multipart_box.h",
    "http_request_box.h",
    "http_response_box.h",
    "http_route_tree.h",
    "http_server.h",
    "http_socket.h",
    "http_static.h",
    "http_websocket.h",
    "http_writer.h",
)
"""What declares the functions that `boxes/*.nyash` name."""


def _with_suffix(folder: Traversable, suffix: str) -> tuple[Traversable, ...]:
    found = (item for item in folder.iterdir() if item.name.endswith(suffix))
    return tuple(sorted(found, key=lambda item: item.name))


@hookimpl
def nyash_box_providers() -> Sequence[BoxLibrary]:
    native = files(__package__) / "native"
    return [
        BoxLibrary(
            name="http",
            declarations=_with_suffix(files(__package__) / "boxes", ".nyash"),
            native=_with_suffix(native, ".c"),
            assembly=_with_suffix(native, ".zig"),
            include=(native,),
            headers=HEADERS,
        )
    ]
