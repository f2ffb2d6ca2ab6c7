"""The files of the paths given, in a stable order, each with the name it will be cited by."""

from __future__ import annotations

import errno
import os
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kb.datatypes import Problem
from kb.errors import UsageError

_JUNK = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db", "__macosx"})


@dataclass(frozen=True, slots=True)
class Found:
    """A file and where it comes from: `root` is the folder given (of a single file: the one it
    lies in), `below` its path below that, `prefix` what its source begins with."""

    path: Path
    root: str
    below: str
    prefix: str = ""


@dataclass(slots=True)
class Walk:
    """What a walk met. `folders` are those given; nothing below `unread` may be called gone."""

    files: list[Found] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)
    unread: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def covers(self, path: str) -> bool:
        """Whether the walk would have met the file at `path` if it were there."""
        return any(_below(path, folder) for folder in self.folders) and not any(
            _below(path, folder) for folder in self.unread
        )


def walk(paths: Sequence[Path], *, leave_out: Path | None = None) -> Walk:
    """All files of `paths` (files and folders), each once; hidden ones, lock files of office
    programs and what lies in the folder `leave_out` are passed over.

    Raises UsageError for a path that is not there.
    """
    for path in paths:
        if not path.exists():
            raise UsageError("path_missing", path=named(path))
    result = Walk(folders=[absolute(path) for path in paths if path.is_dir()])
    several = len(set(result.folders)) > 1
    met: set[str] = set()
    found: Iterator[Found]
    for path in paths:
        root = absolute(path)
        if root.is_dir():
            prefix = f"{named(Path(root.name))}/" if several else ""
            found = (
                Found(file, named(root), _tidy(file.relative_to(root)), prefix)
                for file in _files(root, result, leave_out=leave_out)
            )
        else:
            found = iter([Found(root, named(root.parent), _tidy(Path(root.name)))])
        for file in found:
            if (key := named(file.path)) not in met:
                met.add(key)
                result.files.append(file)
    return result


def absolute(path: Path) -> Path:
    """Absolute, without "..", links left as they are."""
    return Path(os.path.abspath(path))


def named(path: Path) -> str:
    """A path as text; bytes that are no UTF-8 are written as \\xNN."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _tidy(path: Path) -> str:
    return unicodedata.normalize("NFC", named(path).replace(os.sep, "/"))


def _files(folder: Path, result: Walk, *, leave_out: Path | None) -> Iterator[Path]:
    def unread(error: OSError) -> None:
        place = Path(error.filename)
        result.unread.append(place)
        result.problems.append(
            Problem(_tidy(place), "folder_unread", (("detail", error.strerror or ""),))
        )

    for place, folders, files in os.walk(folder, onerror=unread):
        here = Path(place)
        folders[:] = sorted(
            name for name in folders if not is_noise(name) and here / name != leave_out
        )
        for name in sorted(files):
            path = here / name
            if is_noise(name):
                continue
            if path.is_file():
                yield path
            elif path.is_symlink() and not path.exists():
                detail = (("detail", os.strerror(errno.ENOENT)),)
                result.problems.append(
                    Problem(_tidy(path.relative_to(folder)), "file_unopened", detail)
                )


def is_noise(name: str) -> bool:
    """Hidden files, lock and system files: passed over without a word."""
    return name.startswith((".", "~$")) or name.lower() in _JUNK


def _below(path: str, folder: Path) -> bool:
    return path.startswith(named(folder).rstrip("/") + "/")
