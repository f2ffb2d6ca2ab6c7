"""Imported for its effect: loads readers, pipelines and catalogues before children are forked."""

from __future__ import annotations

import importlib

from kb import entities, ingest, lessons, profiles, readers

__all__ = ["entities", "ingest", "lessons", "profiles", "readers"]

for _name in readers.PRELOAD:
    importlib.import_module(_name)
for _lang in ("es", "en"):
    entities.extract_text("", lang=_lang)
