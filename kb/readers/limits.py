"""What one file may cost, counted while reading; and the line by which a reader asks for time."""

from __future__ import annotations

import zipfile
from collections.abc import Callable

from kb.datatypes import ReadResult
from kb.errors import ReadError

#: Compressed parts may grow this many times; office text reaches 30, crafted bombs 1,000.
MAX_RATIO = 250
#: Below this many bytes a high ratio is harmless (blank templates, long runs of spaces).
RATIO_FLOOR = 20_000_000
MAX_MEMBERS = 20_000
_CHUNK = 1 << 16

_still: list[Callable[[int], None]] = []


def still_at(page: int) -> None:
    """Say that work goes on at `page`: extends the time limit of this child, up to the cap.

    Does nothing outside the sandbox.
    """
    for tell in _still:
        tell(page)


def on_still(tell: Callable[[int], None]) -> None:
    """Who is told by `still_at` in this process: set once by the sandbox."""
    _still[:] = [tell]


def check_archive(archive: zipfile.ZipFile, *, limit: int) -> None:
    """ReadError if the members, inflated, exceed `limit` bytes or a sane ratio.

    The stated sizes can be trusted as upper bounds: zipfile stops reading a member there.
    """
    infos = archive.infolist()
    if len(infos) > MAX_MEMBERS:
        raise ReadError("too_many_members", count=len(infos), limit=MAX_MEMBERS)
    total = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if total > limit or (total > RATIO_FLOOR and total > MAX_RATIO * max(packed, 1)):
        raise ReadError("too_large_inflated", size=megabytes(total), limit=megabytes(limit))


def inflate(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo | str,
    *,
    limit: int,
    password: str | None = None,
) -> bytes:
    """One member, its bytes counted while inflating; ReadError above `limit`."""
    parts: list[bytes] = []
    size = 0
    with archive.open(member, pwd=password.encode() if password else None) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise ReadError("too_large_inflated", size=megabytes(size), limit=megabytes(limit))
            parts.append(chunk)
    return b"".join(parts)


def megabytes(size: int) -> str:
    """A size in bytes as people read it: "1,024 MB" without the comma."""
    return f"{max(1, round(size / 1e6))} MB"


def check_output(result: ReadResult, *, limit: int) -> None:
    """ReadError if the text taken from one file exceeds `limit` characters."""
    size = sum(len(block.text) for doc in result.documents for block in doc.blocks)
    if size > limit:
        raise ReadError("output_too_large", size=size, limit=limit)
