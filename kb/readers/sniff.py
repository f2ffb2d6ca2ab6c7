"""What a file is, told by its content; the name only settles Markdown and small tables."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

from kb.readers import encodings, sniff_office, tables

_PICTURES = (
    (b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"GIF8", "GIF"),
    (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"), (b"BM", "BMP"),
)  # fmt: skip
_REFUSED = (
    (b"%!PS", "PostScript"), (b"\x7fELF", "ELF program"), (b"MZ", "program"),
    (b"Rar!", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"), (b"SQLite format 3", "SQLite"), (b"\0\0\0\x18ftyp", "MP4"),
    (b"\0\0\0\x20ftyp", "MP4"), (b"ID3", "MP3"), (b"OggS", "Ogg"), (b"\xca\xfe\xba\xbe", "program"),
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(
    r"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]|"
    r"<(?:h[1-6]|p|div|table|ul|ol|article|main|section)(?:\s[^<>]*)?>.*?</",
    re.IGNORECASE | re.DOTALL,
)
_XML_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_ORCID_ROOTS = ("record", "orcid-message", "person", "personal-details", "activities-summary")
_ORCID_KEYS = {"orcid-identifier", "person", "activities-summary", "orcid-profile", "orcid-bio"}
_RESUME_KEYS = {"work", "education", "skills", "languages", "awards", "publications", "volunteer"}
_MARKS = (
    re.compile(r"^#{1,6} \S", re.MULTILINE),
    re.compile(r"^(?:```|~~~)", re.MULTILINE),
    re.compile(r"(?<!\w)(?:\*\*|__)\S[^*_\n]*\S(?:\*\*|__)(?!\w)"),
    re.compile(r"\[[^\]\n]+\]\((?:https?:|mailto:|/|#|\.)[^)\s]*\)"),
    re.compile(r"^\|.*\|\s*\n\|[\s:|-]+\|\s*$", re.MULTILINE),
    re.compile(r"\A---\r?\n[\w-]+:", re.MULTILINE),
)


def sniff(data: bytes, *, name: str = "") -> str:
    """The format of `data`.

    One of: empty pdf docx odt rtf pptx xlsx mail zip html europass europass_json orcid orcid_json
    json_resume jsonl json xml csv markdown text; "picture:JPEG" and the like; "unsupported:RAR"
    and the like.
    """
    if not data:
        return "empty"
    head = data[:4096]
    if kind := sniff_office.mail(data, name=name):  # first: it may carry anything
        return kind
    if sniff_office.is_rtf(data):
        return "rtf"
    if b"%PDF-" in head[:1024] or (b"startxref" in data[-2048:] and b" obj" in data):
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(data)
    if head.startswith(_OLE):
        return _ole(data)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "picture:WebP"
    for magic, kind in _PICTURES:
        if head.startswith(magic) and (magic != b"BM" or b"\0" in head[:64]):
            return f"picture:{kind}"
    for magic, kind in _REFUSED:
        if head.startswith(magic) and (magic not in (b"MZ", b"BZh") or b"\0" in head):
            return f"unsupported:{kind}"
    decoded = encodings.decode(data)
    if not decoded.is_text:
        return "unsupported:binary"
    if not decoded.text.strip():
        return "empty"
    return _text(decoded.text, name.lower())


def _zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if kind := sniff_office.zipped(archive, names):
                return kind
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        return "zip"  # its reader says what is wrong
    if "[Content_Types].xml" in names or "_rels/.rels" in names:
        if any(n.startswith("word/") for n in names):
            return "docx"
        if any(n.startswith("xl/") for n in names):
            return "xlsx"
        if any(n.startswith("ppt/") for n in names):
            return "pptx"
    return "zip"


def _ole(data: bytes) -> str:
    """The old binary office files, and new ones under a password, share one container."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "encrypted_office"
    for stream, kind in (
        ("__nameid_version1.0", "Outlook message (.msg)"),  # first: it may carry the others
        ("WordDocument", "Word 97-2003 (.doc)"),
        ("Workbook", "Excel 97-2003 (.xls)"),
        ("PowerPoint Document", "PowerPoint 97-2003 (.ppt)"),
        ("__substg1.0", "Outlook message (.msg)"),
    ):
        if stream.encode("utf-16-le") in data:
            return f"unsupported:{kind}"
    return "unsupported:OLE"


def _text(text: str, name: str) -> str:
    start = text.lstrip("\ufeff \t\r\n")[:200_000]
    if start[0] in "{[" and (kind := _json(text, start)):
        return kind
    if start[0] == "<":
        return _markup(start)
    if _html_inside(start, name):
        return "html"
    marks = sum(bool(mark.search(start)) for mark in _MARKS)
    headed = len(_MARKS[0].findall(start)) >= 2 or _MARKS[5].search(start) is not None
    table = tables.dialect(text, sure=name.endswith((".csv", ".tsv")))
    if table and not headed:
        return "csv"
    if marks >= 2 or headed or (name.endswith((".md", ".markdown"))):
        return "markdown"
    return "text"


def _html_inside(start: str, name: str) -> bool:
    """Text before the first tag: a comment of a tool, or a fragment."""
    found = _HTML.search(start[:20_000])
    if not found:
        return False
    return found.start() < 300 and (
        found.group().lower().startswith(("<!", "<html", "<head", "<body"))
        or name.endswith((".html", ".htm"))
    )


def _markup(start: str) -> str:
    if re.match(r"<!doctype\s+html", start, re.IGNORECASE):
        return "html"
    is_xml = start.startswith("<?xml")
    body = re.sub(r"<!--.*?-->", "", start, flags=re.DOTALL)
    body = re.sub(r"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", "", body, flags=re.DOTALL)
    root = _XML_ROOT.search(body)
    local = root.group(1).lower() if root else ""
    if local == "html":
        return "html"
    if kind := sniff_office.flat(start, local):
        return kind
    if local in ("skillspassport", "learnerinfo", "candidate") or local.startswith("europass"):
        return "europass"
    if local in _ORCID_ROOTS and "orcid.org/ns/" in start[:20_000]:
        return "orcid"
    if is_xml or "<!DOCTYPE" in start:
        return "xml"
    if _HTML.search(start):
        return "html"
    return "xml" if re.search(r"</[\w.:-]+>\s*\Z", start) or " xmlns" in start else "text"


def _json(text: str, start: str) -> str | None:
    """The kind of JSON, None if the text is none."""
    lines = [line for line in start.splitlines()[:40] if line.strip()]
    passages = [_is_passage(line) for line in lines]
    if sum(passages) >= max(1, 0.5 * len(lines)):
        return "jsonl"
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        return "jsonl" if any(passages) else ("json" if _nearly_json(start) else None)
    return kind_of_json(value)


def _nearly_json(start: str) -> bool:
    return bool(re.match(r"\{\s*\"[^\"\n]{1,80}\"\s*:|\[\s*\{\s*\"", start))


def _is_passage(line: str) -> bool:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and "text" in value and ("id" in value or len(value) <= 4)


def kind_of_json(value: Any) -> str:
    """europass_json, orcid_json, json_resume or json for a parsed value."""
    if isinstance(value, list) and value and all(_is_orcid(item) for item in value):
        return "orcid_json"
    if isinstance(value, dict):
        inner = next(iter(value.values())) if len(value) == 1 else None
        wrapped = isinstance(inner, dict) and "SkillsPassport" in inner
        if wrapped or "SkillsPassport" in value or "LearnerInfo" in value:
            return "europass_json"
        if _is_orcid(value):
            return "orcid_json"
        sections = [key for key in _RESUME_KEYS if isinstance(value.get(key), list)]
        if "basics" in value or len(sections) >= 2:
            return "json_resume"
    return "json"


def _is_orcid(value: Any) -> bool:
    """A record of ORCID, or the half of one that its API gives by itself."""
    if not isinstance(value, dict):
        return False
    named = value.get("name")
    return (
        len(_ORCID_KEYS & value.keys()) >= 2
        or isinstance(value.get("orcid-profile"), dict)
        or (isinstance(named, dict) and "given-names" in named)
        or {"employments", "educations", "works"} <= value.keys()
    )
