"""Writes corpus/manifest.yaml: every file of policy/ and profiles/ with title, language, sha256.

python corpus/build/manifest.py
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path
from typing import TypedDict

import yaml

sys.path.insert(0, str(Path(__file__).parent))

from brief_source import read

CORPUS = Path(__file__).resolve().parents[1]
LICENCE = "CC0-1.0"


class Entry(TypedDict):
    """One file: path below corpus/, what it is called, its language, whose it is."""

    file: str
    title: str
    language: str
    licence: str
    sha256: str


def _policy() -> dict[str, tuple[str, str]]:
    """File stem -> (title, language), of the briefs."""
    found = {}
    for source in sorted((CORPUS / "sources" / "policy").glob("*.md")):
        brief = read(source)
        found[brief.name] = (brief.title, brief.lang)
    return found


def _profiles() -> dict[str, tuple[str, str]]:
    """File name -> (title, language), of the profiles; one file may hold several people."""
    found: dict[str, tuple[str, str]] = {}
    for source in sorted((CORPUS / "sources" / "profiles").glob("*.yaml")):
        data = yaml.safe_load(source.read_text(encoding="utf-8"))
        for person in data if isinstance(data, list) else [data]:
            name = re.split("#|!/", str(person["file"]))[0]
            title, lang = str(person["name"]), str(person["lang"])
            if name in found:
                before, other = found[name]
                title, lang = f"{before}; {title}", lang if lang == other else "mixed"
            found[name] = (title, lang)
    return found


def entries() -> list[Entry]:
    """The manifest as it should be now; raises KeyError for a file without source."""
    policy, profiles = _policy(), _profiles()
    out: list[Entry] = []
    for folder in ("policy", "profiles"):
        for path in sorted((CORPUS / folder).glob("*")):
            title, lang = policy[path.stem] if folder == "policy" else profiles[path.name]
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            file = f"{folder}/{path.name}"
            out.append(Entry(file=file, title=title, language=lang, licence=LICENCE, sha256=digest))
    return out


def main() -> None:
    text = yaml.safe_dump(entries(), allow_unicode=True, sort_keys=False, width=120)
    (CORPUS / "manifest.yaml").write_text(
        "# Written by corpus/build/manifest.py. All people and authors are invented.\n" + text,
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
