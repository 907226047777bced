"""Hatch metadata hook: the dependencies of the distribution `nyash`.

The five packages are not on an index while they are developed, so a plain pin could not be
installed from a checkout. Where `packages/nyash-x` lies beside this project the requirement is a
`file://` address; then `pip install .` and `pip install git+…` find the siblings by themselves.

Set `NYASH_SIBLING_PINS=1` for plain pins: for releases (a published wheel must not carry an
address of the machine that built it), and for editable installs, where the packages are named on
the same command line and pip would see two different requirements for one name.
"""

from __future__ import annotations

import os
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface

SIBLINGS = ("nyash-parse", "nyash-ir", "nyash-llvm", "nyash-rt", "nyash-http")


class SiblingDependencies(MetadataHookInterface):
    PLUGIN_NAME = "custom"

    def update(self, metadata: dict) -> None:
        root = Path(self.root)
        pins = os.environ.get("NYASH_SIBLING_PINS", "") not in ("", "0")
        found = []
        for name in SIBLINGS:
            folder = root / "packages" / name
            if pins or not folder.is_dir():
                found.append(f"{name}=={metadata['version']}")
            else:
                found.append(f"{name} @ {folder.resolve().as_uri()}")
        metadata["dependencies"] = [*found, *self.config["third-party"]]
