"""Typeset every CV of `corpus/sources/profiles` into `corpus/profiles`.

    python corpus/build/profiles.py

The same sources give the same bytes. Files of an earlier run that no source names are deleted.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from profiles_data import OUTPUT, Person, read_people
from profiles_docx import STAMP, typeset_docx
from profiles_pdf import typeset_pdf
from profiles_records import typeset_csv, typeset_europass, typeset_json, typeset_xlsx
from profiles_text import typeset_html, typeset_markdown, typeset_text

ONE: dict[str, Callable[[Person], bytes]] = {
    "pdf": typeset_pdf,
    "docx": typeset_docx,
    "html": typeset_html,
    "md": typeset_markdown,
    "txt": typeset_text,
    "json": typeset_json,
    "xml": typeset_europass,
}
TABLES: dict[str, Callable[[Sequence[Person]], bytes]] = {
    "csv": typeset_csv,
    "xlsx": typeset_xlsx,
}


def typeset(people: Sequence[Person]) -> dict[str, bytes]:
    """File name to bytes, for all people; rows of a table in the order of their numbers."""
    files: dict[str, bytes] = {}
    tables: dict[str, list[Person]] = {}
    archives: dict[str, dict[str, bytes]] = {}
    for person in people:
        if person.format in TABLES:
            tables.setdefault(person.file.partition("#")[0], []).append(person)
            continue
        archive, _, member = person.file.partition("!/")
        content = ONE[person.format](person)
        if member:
            archives.setdefault(archive, {})[member] = content
        else:
            files[person.file] = content
    for name, rows in tables.items():
        rows.sort(key=lambda person: person.file)
        files[name] = TABLES[rows[0].format](rows)
    for name, members in archives.items():
        files[name] = _zip(members)
    return files


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, members[name])
    return buffer.getvalue()


def write(folder: Path = OUTPUT) -> list[Path]:
    """Write all files; return their paths."""
    files = typeset(read_people())
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.is_file() and old.name not in files:
            old.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return sorted(folder / name for name in files)


if __name__ == "__main__":
    print(f"{len(write())} files in {OUTPUT}")
