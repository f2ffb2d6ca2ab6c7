"""Typesets corpus/sources/policy/*.md into corpus/policy/; the same bytes every time.

python corpus/build/policy.py [--out FOLDER]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import brief_docx
import brief_html
from brief_source import Brief, read
from designs import DESIGNS
from typeset import register_fonts

CORPUS = Path(__file__).resolve().parents[1]
SOURCES = CORPUS / "sources" / "policy"


def file_name(brief: Brief) -> str:
    """What the typeset file is called."""
    layout = brief.meta["layout"]
    return f"{brief.name}.{layout if layout in {'docx', 'html'} else 'pdf'}"


def typeset(brief: Brief) -> bytes:
    """The bytes of one brief in the layout that its front matter names."""
    layout = brief.meta["layout"]
    if layout == "docx":
        return brief_docx.build(brief)
    if layout == "html":
        return brief_html.build(brief)
    return DESIGNS[layout](brief)


def build(out: Path) -> list[Path]:
    """All briefs into a folder."""
    register_fonts()
    out.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    for source in sorted(SOURCES.glob("*.md")):
        brief = read(source)
        path = out / file_name(brief)
        path.write_bytes(typeset(brief))
        made.append(path)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=CORPUS / "policy")
    for path in build(parser.parse_args().out):
        print(path)


if __name__ == "__main__":
    main()
