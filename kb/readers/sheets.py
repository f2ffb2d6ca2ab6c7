"""CSV and XLSX: one row a person (or organisation); other tables become documents of rows.

A row's member is "#<n>", n as a spreadsheet shows it: the first row of the sheet is 1, blank rows
and a header count, a line break inside a cell does not. In a workbook the first sheet that holds
rows bears plain numbers; rows of others are "#<sheet>!<n>".
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from kb.config import Settings
from kb.datatypes import Block, Problem, RawDocument, ReadResult
from kb.errors import ReadError
from kb.readers import encodings, limits, tables
from kb.readers import table_columns as columns
from kb.readers.pieces import plain_year, table_blocks, tidy, warn
from kb.readers.plain import notes

_HEADER_WITHIN = 15  # rows: titles and notes may stand above the header
_LONG = 200  # characters: a cell that is prose


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells of one sheet as text; `rows[i]` is row i+1 of the sheet."""

    name: str
    rows: Sequence[Sequence[str]]


def read_csv(
    data: bytes, *, name: str, settings: Settings, mapping: Mapping[str, str] | None = None
) -> ReadResult:
    """Documents of a CSV text in any encoding and dialect."""
    decoded = encodings.decode(data)
    text = decoded.text
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        text, delimiter = "\n" + rest, first.strip()[4]  # a spreadsheet hides this line
    else:
        delimiter = tables.dialect(text, sure=True) or ","
    rows = tables.rows_of(text, delimiter)
    warnings = notes(decoded, name)
    if rows is None:
        rows = tables.lenient_rows(text, delimiter)
        warnings = (*warnings, warn(name, "csv_quotes"))
    sheet = Sheet("", [[cell.strip("\r\n ") for cell in row] for row in rows])
    return _documents([sheet], name=name, format="csv", mapping=mapping, warnings=warnings)


def read_xlsx(
    data: bytes, *, name: str, settings: Settings, mapping: Mapping[str, str] | None = None
) -> ReadResult:
    """Documents of a workbook; a formula shows its last value, else its text."""
    import openpyxl

    formulas = _check_workbook(data, settings=settings)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        raw = openpyxl.load_workbook(io.BytesIO(data), read_only=True) if formulas else book
    except (KeyError, ValueError, TypeError, AttributeError, SyntaxError) as error:
        raise ReadError("damaged", name=name, detail=_short(error)) from error
    sheets: list[Sheet] = []
    hidden = 0
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            hidden += 1
            continue
        sheet.reset_dimensions()
        written = raw[sheet.title] if formulas else sheet
        if formulas:
            written.reset_dimensions()
        rows: list[list[str]] = []
        for values, texts in zip(
            sheet.iter_rows(values_only=True), written.iter_rows(values_only=True), strict=False
        ):
            rows.append([cell_text(t if v is None else v) for v, t in zip(values, texts)])  # noqa: B905
        sheets.append(Sheet(sheet.title, rows))
    warnings = (warn(name, "hidden_sheets", count=hidden),) if hidden else ()
    title, author = book.properties.title, book.properties.creator
    result = _documents(sheets, name=name, format="xlsx", mapping=mapping, warnings=warnings)
    if len(result.documents) == 1 and result.documents[0].record is None:
        doc = result.documents[0]
        authors = (author,) if author and author != "openpyxl" else ()
        return replace(result, documents=(replace(doc, title=title or doc.title, authors=authors),))
    return result


def _check_workbook(data: bytes, *, settings: Settings) -> bool:
    """Whether the sheets hold formulas; ReadError for bombs and entity definitions."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        limits.check_archive(archive, limit=settings.limits.inflated)
        formulas = False
        for info in archive.infolist():
            if not info.filename.endswith((".xml", ".rels")):
                continue
            part = limits.inflate(archive, info, limit=settings.limits.inflated)
            if b"<!ENTITY" in part[:100_000]:
                raise ReadError("entities_refused", name=info.filename)
            formulas = formulas or (info.filename.startswith("xl/worksheets/") and b"<f" in part)
    return formulas


def cell_text(value: Any) -> str:
    """A cell as a person reads it: whole numbers without ".0", dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value).strip()


# --- rows to documents ---------------------------------------------------------------------------


def _documents(
    sheets: Iterable[Sheet],
    *,
    name: str,
    format: str,
    mapping: Mapping[str, str] | None,
    warnings: tuple[Problem, ...],
) -> ReadResult:
    if unknown := sorted(set((mapping or {}).values()) - columns.fields()):
        warnings = (*warnings, warn(name, "mapping_unknown", fields=", ".join(unknown)))
    known = {k: v for k, v in (mapping or {}).items() if v in columns.fields()}
    people: list[RawDocument] = []
    blocks: list[Block] = []
    filled = [sheet for sheet in sheets if any(any(row) for row in sheet.rows)]
    for sheet in filled:
        at, matched = _header(sheet.rows, known)
        prefix = "" if sheet is filled[0] else f"{sheet.name}!"
        if at is not None and (matched.people or matched.organisations):
            people += _people(sheet, at, matched, prefix=prefix, format=format)
        else:
            blocks += _plain_rows(sheet, many=len(filled) > 1)
    documents = people
    if blocks:
        title = next((b.text for b in blocks if b.kind == "title"), None)
        documents = [RawDocument(tuple(blocks), format=format, title=title), *people]
    if not documents:
        raise ReadError("no_text")
    return ReadResult(tuple(documents), warnings=warnings)


def _header(
    rows: Sequence[Sequence[str]], mapping: Mapping[str, str]
) -> tuple[int | None, columns.Matched]:
    """The row (from 0) that names the columns, and what they mean."""
    best: tuple[int, int, columns.Matched] | None = None
    for i, row in enumerate(rows[:_HEADER_WITHIN]):
        if sum(bool(cell) for cell in row) < 2 and not (len(rows) > 1 and len(row) == 1):
            continue
        matched = columns.match(row, mapping)
        score = len(matched.fields)
        if (matched.people or matched.organisations) and (best is None or score > best[0]):
            best = score, i, matched
    if best:
        return best[1], best[2]
    return None, columns.Matched({}, False, False)


def _people(
    sheet: Sheet, at: int, matched: columns.Matched, *, prefix: str, format: str
) -> list[RawDocument]:
    headers = [tidy(cell) for cell in sheet.rows[at]]
    found = []
    for i, row in enumerate(sheet.rows[at + 1 :], start=at + 2):
        if any(row) and [tidy(cell) for cell in row] != headers:
            doc = _person(headers, row, matched, format=format)
            if doc:
                found.append(replace(doc, member=f"#{prefix}{i}"))
    return found


def _person(
    headers: Sequence[str], row: Sequence[str], matched: columns.Matched, *, format: str
) -> RawDocument | None:
    record: dict[str, Any] = {}
    other: dict[str, str] = {}
    for i, cell in enumerate(row):
        if not cell:
            continue
        field = matched.fields.get(i)
        if field:
            record[field] = f"{record[field]}; {cell}" if field in record else cell
        else:
            header = headers[i] if i < len(headers) and headers[i] else f"#{i + 1}"
            other[header] = f"{other[header]}; {cell}" if header in other else cell
    if matched.organisations:
        record["name"] = record.pop("organisation_name", "")
        record["type"] = "organisation"
    elif "organisation_name" in record:
        record.setdefault("organisation", record.pop("organisation_name"))
    name = _full_name(record)
    if not name and len(record) + len(other) < 2:
        return None  # a total, a note under the table
    if name:
        record["name"] = name
    if other:
        record["other"] = other
    return RawDocument(
        _row_blocks(headers, row, matched, name=name),
        format=format,
        title=tidy(name) or None,
        year=plain_year(str(record.get("as_of", ""))),
        record=record,
        record_format="table_row",
        kind_hint="organisation" if matched.organisations else "profile",
    )


def _full_name(record: Mapping[str, Any]) -> str:
    if record.get("name"):
        parts = [record["name"]]
        # "nombre" beside "apellidos" is the given name.
        if record.get("surname") and record["surname"].casefold() not in parts[0].casefold():
            parts += [record["surname"]]
            if record.get("second_surname"):
                parts += [record["second_surname"]]
        return " ".join(parts)
    return " ".join(
        str(record[field]) for field in ("given_name", "surname", "second_surname")
        if record.get(field)
    )  # fmt: skip


def _row_blocks(
    headers: Sequence[str], row: Sequence[str], matched: columns.Matched, *, name: str
) -> tuple[Block, ...]:
    """The name as title, then "header: value" a column, then prose under its header as heading."""
    title = [Block(tidy(name), "title")] if tidy(name) else []
    short: list[Block] = []
    prose: list[Block] = []
    names = ("name", "given_name", "surname", "second_surname", "organisation_name")
    for i, cell in enumerate(row):
        text = tidy(cell)
        if not text or (matched.fields.get(i) in names and name):
            continue
        header = headers[i] if i < len(headers) else ""
        if len(text) > _LONG:
            if header:
                prose.append(Block(header, "heading", 2))
            prose.append(Block(text, cells=((header, text),)))
        else:
            shown = f"{header}: {text}" if header else text
            short.append(Block(shown, cells=((header, text),)))
    return (*title, *short, *prose)


def _plain_rows(sheet: Sheet, *, many: bool) -> list[Block]:
    """A table that is not people: lone cells above the header are text, the rest rows."""
    rows = list(sheet.rows)
    blocks: list[Block] = [Block(tidy(sheet.name), "heading", 1)] if many and sheet.name else []
    while rows and sum(bool(cell) for cell in rows[0]) < 2 and len(rows) > 1:
        text = tidy(" ".join(rows.pop(0)))
        if text:
            blocks.append(Block(text, "paragraph" if blocks else "title"))
    return blocks + table_blocks(rows, header_rows=1 if len(rows) > 1 else 0)


def _short(error: Exception) -> str:
    return tidy(str(error))[:120] or type(error).__name__
