"""ZIP: each member read by its content; what would leave the folder is refused by name.

Nothing is ever written: members are inflated into memory, counted.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from kb.config import Settings
from kb.datatypes import Problem, RawDocument, ReadResult
from kb.errors import ReadError
from kb.readers import limits

_MAX_DEPTH = 1  # archives inside an archive are refused
_BY_SYSTEM = re.compile(
    r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._[^/]*$|~\$[^/]*$)"
)


def read(
    data: bytes,
    *,
    name: str,
    settings: Settings,
    password: str | None = None,
    mapping: Mapping[str, str] | None = None,
    depth: int = 0,
) -> ReadResult:
    """Documents of all members, `member` = "!/path/in/zip" plus that of the document itself."""
    if depth >= _MAX_DEPTH:
        raise ReadError("zip_nested")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise ReadError("zip_damaged", detail=str(error)[:120]) from error
    with archive:
        limits.check_archive(archive, limit=settings.limits.inflated)
        documents: list[RawDocument] = []
        failures: list[Problem] = []
        warnings: list[Problem] = []
        left = settings.limits.inflated
        seen: set[str] = set()
        for info in archive.infolist():
            if info.is_dir() or _BY_SYSTEM.search(info.filename):
                continue
            source = f"{name}!/{_printable(info.filename)}"
            try:
                _check_name(info, seen)
                content = _content(archive, info, limit=left, password=password)
            except ReadError as error:
                failures.append(error.problem(source))
                continue
            left -= len(content)
            inner = _member(content, info, settings=settings, password=password, mapping=mapping,
                            depth=depth + 1)  # fmt: skip
            documents += [
                replace(
                    doc,
                    member=f"!/{info.filename}{doc.member}",
                    warnings=_within(doc.warnings, source),
                )
                for doc in inner.documents
            ]
            failures += _within(inner.failures, source)
            warnings += _within(inner.warnings, source)
    if not documents and not failures:
        raise ReadError("zip_empty")
    return ReadResult(tuple(documents), tuple(failures), tuple(warnings))


def _member(
    content: bytes,
    info: zipfile.ZipInfo,
    *,
    settings: Settings,
    password: str | None,
    mapping: Mapping[str, str] | None,
    depth: int,
) -> ReadResult:
    from kb.readers import read_bytes

    return read_bytes(
        content,
        name=PurePosixPath(info.filename).name,
        settings=settings,
        password=password,
        mapping=mapping,
        depth=depth,
    )


def _within(problems: tuple[Problem, ...], source: str) -> tuple[Problem, ...]:
    """Problems of a member, named by where it stands."""
    return tuple(replace(problem, source=source) for problem in problems)


def _check_name(info: zipfile.ZipInfo, seen: set[str]) -> None:
    # zipfile turns "\" into "/" on Windows alone and cuts at NUL: the stored name is asked.
    stored = info.orig_filename.replace("\\", "/")
    parts = stored.split("/")
    if stored.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", stored):
        raise ReadError("zip_path_escape")
    if "\0" in stored or any(ord(char) < 32 for char in stored):
        raise ReadError("zip_bad_name")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise ReadError("zip_link")
    if info.filename in seen:
        raise ReadError("zip_same_name")
    seen.add(info.filename)


def _content(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, *, limit: int, password: str | None
) -> bytes:
    locked = bool(info.flag_bits & 0x1)
    if locked and not password:
        raise ReadError("password_needed")
    try:
        return limits.inflate(archive, info, limit=limit, password=password if locked else None)
    except NotImplementedError as error:  # AES, or a compression that zipfile has not
        raise ReadError("zip_method") from error
    except RuntimeError as error:  # zipfile's word for a wrong password
        if locked:
            raise ReadError("password_wrong") from error
        raise ReadError("zip_damaged", detail=str(error)[:120]) from error
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, zlib.error) as error:
        code = "password_wrong" if locked else "zip_damaged"
        params = {} if locked else {"detail": str(error)[:120]}
        raise ReadError(code, **params) from error


def _printable(path: str) -> str:
    return "".join(char if char.isprintable() else "�" for char in path)[:200]
