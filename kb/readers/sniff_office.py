"""Mails and office files told by content: what `sniff` asks of them."""

from __future__ import annotations

import re
import zipfile
import zlib

_HEAD = 65_536  # bytes in which the headers of a mail are looked for
_FIELD = re.compile(rb"([A-Za-z][A-Za-z0-9-]{0,76})[ \t]*:")
_SENT_BY = {b"from", b"sender", b"return-path", b"received", b"x-sender", b"resent-from"}
_SENT = {b"date", b"message-id", b"mime-version", b"received", b"content-type", b"delivered-to"}
_MBOX = re.compile(rb"(?:\r?\n){2}From \S+ [^\r\n]{6,60}\d\r?\n(?=[A-Za-z][A-Za-z0-9-]*:)")
_BOM = b"\xef\xbb\xbf"
_OPEN = re.compile(rb"application/vnd\.oasis\.opendocument\.([a-z]+)")
_OPEN_KINDS = {b"text": "odt", b"spreadsheet": "unsupported:ODS",
               b"presentation": "unsupported:ODP", b"graphics": "unsupported:ODG"}  # fmt: skip


def mail(data: bytes, *, name: str = "") -> str | None:
    """mail, or unsupported:mbox for several in one file; None for anything else.

    A mail begins with headers, one of whom it is from and one of how it was sent; under the name
    .eml one of them, or a subject, is enough.
    """
    head = data[:_HEAD].removeprefix(_BOM).lstrip(b"\r\n \t")
    if head.startswith(b"From ") and b"\n" in head:  # the line that an mbox puts before each
        if _MBOX.search(data):
            return "unsupported:mbox"
        head = head.split(b"\n", 1)[1]
    if not _FIELD.match(head):
        return None
    named = name.lower().endswith(".eml")
    fields = set()
    for line in head.splitlines():
        if not line.strip():
            break
        field = _FIELD.match(line)
        if field:
            fields.add(field.group(1).lower())
        elif line[:1] not in (b" ", b"\t", b">") and not named:
            return None
    sent_by = bool(fields & _SENT_BY)
    if named:
        return "mail" if sent_by or fields & _SENT or b"subject" in fields else None
    return "mail" if sent_by and fields & _SENT else None


def is_rtf(data: bytes) -> bool:
    return data[:64].removeprefix(_BOM).lstrip().startswith(b"{\\rtf")


def zipped(archive: zipfile.ZipFile, names: set[str]) -> str | None:
    """The kind of a ZIP that says its type in a part of its own; None if it says none."""
    said = _start(archive, "mimetype", names).strip()
    if said == b"application/epub+zip":
        return "unsupported:EPUB"
    if said == b"application/vnd.sun.xml.writer":
        return "unsupported:OpenOffice 1 (.sxw)"
    if not said and "content.xml" in names:  # packed anew by hand, or damaged there
        said = _start(archive, "META-INF/manifest.xml", names)
    match = _OPEN.search(said)
    return _OPEN_KINDS.get(match.group(1)) if match else None


def _start(archive: zipfile.ZipFile, part: str, names: set[str]) -> bytes:
    """The first bytes of a part; none where there is no such part or it is damaged."""
    if part not in names:
        return b""
    try:
        with archive.open(part) as stream:
            return stream.read(_HEAD)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        return b""


def flat(start: str, root: str) -> str | None:
    """The kind of an OpenDocument in one XML file, by its root; None for anything else."""
    if root != "document" or "urn:oasis:names:tc:opendocument:xmlns:office" not in start[:20_000]:
        return None
    match = _OPEN.search(start[:20_000].encode("utf-8", "replace"))
    return _OPEN_KINDS.get(match.group(1)) if match else None
