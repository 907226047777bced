"""List plug-ins and what they register, in the order in which it is used."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from .. import compilation, show
from ..failure import Failure

EXAMPLES = """\
examples:
  nyash plugins
  nyash plugins --json
  NYASH_PLUGINS=dot nyash plugins     only this foreign plug-in
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON on standard output")
    parser.add_argument("--target", default="x86_64-linux-musl", help="target (%(default)s)")


def run(arguments: argparse.Namespace) -> int:
    from nyash_ir.hooks.registry import PluginError
    from nyash_ir.passes.manager import PassError

    try:
        sections = _sections(arguments)
    except PluginError as error:
        raise Failure(error.code, error.message) from error
    except PassError as error:
        raise Failure(error.code, error.message) from error
    if arguments.json:
        print(json.dumps(sections, indent=2))
    else:
        for title, rows in sections.items():
            _show(title, rows)
    return 0


def _sections(arguments: argparse.Namespace) -> dict[str, list[dict[str, Any]]]:
    from nyash_ir.passes.manager import order

    session = compilation.session_of(arguments, show.Lines(quiet=True), release=True)
    registry, target = session.registry, session.options.target
    passes = {c.record.name: c for c in registry.passes(target)}
    toolchain = registry.toolchain(target)
    return {
        "plug-ins": [
            {
                "name": p.name,
                "module": p.module.__name__,
                "distribution": f"{p.distribution} {p.version}".strip() or "(not installed)",
                "hooks": ", ".join(h.removeprefix("nyash_") for h in p.hooks),
            }
            for p in registry.plugins
        ],
        "passes": [
            {"name": p.name, "plug-in": passes[p.name].plugin, "what": p.description}
            for p in order([c.record for c in passes.values()])
        ],
        "backends": [
            {
                "name": c.record.name,
                "plug-in": c.plugin,
                "emits": ", ".join(c.record.produces),
                "what": c.record.description,
            }
            for c in registry.backends()
        ],
        "Box libraries": [
            {
                "name": c.record.name,
                "plug-in": c.plugin,
                "using": c.record.namespace or "(always)",
                "declarations": str(len(c.record.declarations)),
                "native files": str(len(c.record.native) + len(c.record.assembly)),
            }
            for c in registry.box_libraries()
        ],
        "toolchains": [{"name": toolchain.record.name, "plug-in": toolchain.plugin}]
        if toolchain
        else [],
        "commands": [
            {"name": c.record.name, "plug-in": c.plugin, "what": c.record.help}
            for c in registry.commands()
        ],
    }


def _show(title: str, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        columns = list(rows[0])
        show.table(title, columns, [[row[c] for c in columns] for row in rows])
