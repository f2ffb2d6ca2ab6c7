"""Files to blocks: one format a module, the type told by content.

`read_path` is the front door; it runs inside the limited child of `kb.readers.sandbox`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path

from kb.config import Settings
from kb.datatypes import Problem, RawDocument, ReadResult
from kb.errors import KBError, ReadError

#: What `kb` reads, as messages name it.
FORMATS = (
    "PDF, DOCX, ODT, RTF, PPTX, HTML, Markdown, text, CSV, XLSX, JSON Resume, Europass, ORCID, "
    "JSONL, EML, ZIP"
)
#: To be imported before children are made, so that each does not pay for it.
PRELOAD = (
    "kb.readers.sniff", "kb.readers.plain", "kb.readers.html", "kb.readers.markdown",
    "kb.readers.docx", "kb.readers.sheets", "kb.readers.json_resume", "kb.readers.europass",
    "kb.readers.orcid", "kb.readers.jsonl", "kb.readers.archive", "kb.readers.pdf", "bs4",
    "lxml.html", "markdown_it", "lxml.etree", "pypdfium2", "pypdf", "yaml", "kb.readers.odt",
    "kb.readers.rtf", "kb.readers.pptx", "kb.readers.mail",
)  # fmt: skip

#: One code whatever the format, so that a caller can ask for the password.
_SAME_CODE = {"pdf_password": "password_needed", "pdf_password_wrong": "password_wrong"}

_MODULES: Mapping[str, tuple[str, str]] = {
    "docx": ("docx", "read"),
    "odt": ("odt", "read"),
    "rtf": ("rtf", "read"),
    "pptx": ("pptx", "read"),
    "html": ("html", "read"),
    "markdown": ("markdown", "read"),
    "text": ("plain", "read"),
    "jsonl": ("jsonl", "read"),
    "json": ("json_resume", "read_any"),
    "json_resume": ("json_resume", "read"),
    "europass_json": ("europass", "read_json"),
    "europass": ("europass", "read"),
    "orcid": ("orcid", "read"),
    "orcid_json": ("orcid", "read_json"),
    "xml": ("europass", "read_any"),
}


def read_path(
    path: Path,
    *,
    settings: Settings,
    password: str | None = None,
    mapping: Mapping[str, str] | None = None,
) -> ReadResult:
    """Read one file of any format; what cannot be read is in `failures`, nothing is raised.

    `password` opens a locked file, `mapping` names columns of a table (header -> field).
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return ReadResult(failures=(Problem(path.name, "file_not_opened", (("detail", reason),)),))
    return read_bytes(data, name=path.name, settings=settings, password=password, mapping=mapping)


def read_bytes(
    data: bytes,
    *,
    name: str,
    settings: Settings,
    password: str | None = None,
    mapping: Mapping[str, str] | None = None,
    depth: int = 0,
) -> ReadResult:
    """The same from bytes; `depth` counts the archives around them."""
    from kb.readers import limits
    from kb.readers.sniff import sniff

    try:
        kind = sniff(data, name=name)
        result = _read(
            data, kind, name=name, settings=settings, password=password, mapping=mapping,
            depth=depth,
        )  # fmt: skip
        limits.check_output(result, limit=settings.limits.output)
    except KBError as error:
        code = _SAME_CODE.get(error.code, error.code)
        return ReadResult(failures=(Problem(name, code, tuple(error.params.items())),))
    except MemoryError:
        return ReadResult(failures=(Problem(name, "out_of_memory", _memory(settings)),))
    except Exception as error:  # noqa: BLE001 - a reader's fault must not stop the other files
        detail = f"{type(error).__name__}: {error}"[:200]
        return ReadResult(failures=(Problem(name, "reader_failed", (("detail", detail),)),))
    return result


def _read(
    data: bytes,
    kind: str,
    *,
    name: str,
    settings: Settings,
    password: str | None,
    mapping: Mapping[str, str] | None,
    depth: int,
) -> ReadResult:
    kind, _, detail = kind.partition(":")
    if kind == "empty":
        raise ReadError("file_empty")
    if kind == "unsupported":
        raise ReadError("unsupported_type", type=detail, formats=FORMATS)
    if kind == "encrypted_office":
        raise ReadError("office_locked")
    if kind == "pdf":
        read_pdf = _reader("pdf", "read")
        document = read_pdf(data, name=name, settings=settings, password=password)
        assert isinstance(document, RawDocument)
        if document.attachments:
            from kb.readers.carried import with_record

            document = with_record(document, name=name, settings=settings)
        return _result(document)
    if kind == "picture":
        return _result(_picture(data, detail, name=name, settings=settings))
    if kind in ("csv", "xlsx"):
        read_sheet = _reader("sheets", f"read_{kind}")
        return _result(read_sheet(data, name=name, settings=settings, mapping=mapping))
    if kind in ("zip", "mail"):
        from kb.readers import archive, mail

        read_all = archive.read if kind == "zip" else mail.read
        return read_all(
            data, name=name, settings=settings, password=password, mapping=mapping, depth=depth
        )
    return _result(_reader(*_MODULES[kind])(data, name=name, settings=settings))


def _reader(module: str, function: str) -> Callable[..., RawDocument | ReadResult]:
    reader: Callable[..., RawDocument | ReadResult] = getattr(
        importlib.import_module(f"kb.readers.{module}"), function
    )
    return reader


def _picture(data: bytes, kind: str, *, name: str, settings: Settings) -> RawDocument:
    """A picture is read by text recognition where a person asked for it (--ocr always)."""
    if settings.ocr != "always":
        code = "picture_not_pdf" if name.lower().endswith(".pdf") else "picture"
        raise ReadError(code, type=kind)
    result = _reader("picture", "read")(data, name=name, settings=settings)
    assert isinstance(result, RawDocument)
    return result


def _result(found: RawDocument | ReadResult) -> ReadResult:
    if isinstance(found, ReadResult):
        return found
    if not found.blocks:
        if found.warnings:  # they say why
            return ReadResult(failures=found.warnings)
        raise ReadError("no_text")
    return ReadResult((found,))


def _memory(settings: Settings) -> tuple[tuple[str, str], ...]:
    from kb.readers.limits import megabytes

    return (("limit", megabytes(settings.limits.memory)),)
