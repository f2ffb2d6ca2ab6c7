"""Front door of `kb`: public names, each imported from its room when first used.

    import kb
    from kb.build import ingest
    from kb.experts import experts

    settings = kb.load(index="indexes/mine")
    ingest([Path("policies"), Path("cvs")], settings=settings)
    experts(kb.open_searcher(settings), "¿Quién sabe de baterías?").hits

What bears the name of its room (search, experts, ingest ...) is imported from the room: a module
and a function cannot both be `kb.search`. Nobody inside the package imports from here.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_WHERE = {
    "Settings": "kb.config",
    "load": "kb.config",
    "KBError": "kb.errors",
    "parse_file": "kb.build",
    "remove": "kb.build",
    "forget": "kb.build",
    "verify": "kb.build",
    "status": "kb.build",
    "open_searcher": "kb.search",
    "Searcher": "kb.search",
    "resolve_filters": "kb.filters",
    "to_plain": "kb.wire",
    "Filters": "kb.datatypes",
}
__all__ = ["__version__", *sorted(_WHERE)]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(importlib.import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'kb' has no attribute {name!r}")
