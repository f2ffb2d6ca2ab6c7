"""Which generation of the indexes counts, and what it was made from.

The indexes of generation 12 lie in `gen-000012/`; `CURRENT` names it and is replaced by a rename,
so a reader sees one generation whole.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

CURRENT = "CURRENT"
#: Layout of the indexes (fields, folding, stemming); another number makes them anew.
LAYOUT = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """`rows`: how many passages; `store_version`: what `Store.version` was when they were made."""

    generation: int
    store_version: int
    model: str
    revision: str
    dim: int
    rows: int
    metric: str = "inner_product"
    layout: int = LAYOUT


def generation_folder(folder: Path, generation: int) -> Path:
    return folder / f"gen-{generation:06d}"


def read(folder: Path) -> Manifest | None:
    """The manifest of the index in `folder`; None if there is none or it is not ours."""
    try:
        return Manifest(**json.loads((folder / CURRENT).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def write(folder: Path, manifest: Manifest) -> None:
    """Make `manifest` the current one, at once."""
    path = folder / f"{CURRENT}.new"
    with path.open("w", encoding="utf-8") as stream:
        json.dump(asdict(manifest), stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    path.replace(folder / CURRENT)
