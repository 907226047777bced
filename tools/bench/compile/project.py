"""A project of a wanted number of lines: many files, made from a few modules of the usual kinds.

Each copy has its own names, so nothing of it is shared with others; the main file calls them all.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path

MODULES = Path(__file__).parent / "modules"
MARK = "_N"
"""What stands for the copy's number in a module's names."""


def write_project(folder: Path, lines: int) -> tuple[Path, int]:
    """Its main file, and how many lines it really has."""
    templates = {path.stem: path.read_text() for path in sorted(MODULES.glob("*.nyash"))}
    written = 0
    main: list[str] = []
    calls: list[str] = []
    for number in count():
        for name, text in templates.items():
            if written + len(main) + len(calls) >= lines:
                break
            (folder / f"{name}_{number}.nyash").write_text(text.replace(MARK, f"_{number}"))
            written += text.count("\n")
            main.append(f'include "{name}_{number}.nyash"')
            calls.append(f'print("{name}_{number}", run_{name}_{number}())')
        else:
            continue
        break
    path = folder / "main.nyash"
    path.write_text("\n".join([*main, *calls]) + "\n")
    return path, written + len(main) + len(calls)
