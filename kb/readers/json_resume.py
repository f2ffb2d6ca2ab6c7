"""JSON Resume (jsonresume.org): each field checked by itself, so that one fault costs one field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from kb.config import Settings
from kb.datatypes import Block, Problem, RawDocument, ReadResult
from kb.errors import ReadError
from kb.readers import encodings, resume_blocks
from kb.readers.pieces import tidy, warn
from kb.readers.plain import notes
from kb.text import normalise

# What a field holds: text, date, url, texts (a list of them), or the fields of an object.
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?(?:T.*)?$")
_PRESENT = re.compile(
    r"present|current|now|today|ongoing|actual(?:idad|mente)?|presente|hoy|a la fecha|en curso",
    re.IGNORECASE,
)
Fields = dict[str, str]
_BASICS: Fields = {
    "name": "text", "label": "text", "email": "email", "phone": "text", "url": "url",
    "website": "url", "summary": "text", "image": "ignore", "picture": "ignore",
}  # fmt: skip
_LOCATION: Fields = dict.fromkeys(
    ("address", "postalCode", "city", "region", "country", "countryCode"), "text"
)
_PROFILE: Fields = {"network": "text", "username": "text", "url": "url"}
_JOB: Fields = {
    "name": "text", "company": "text", "organization": "text", "position": "text", "url": "url",
    "website": "url", "startDate": "date", "endDate": "date", "summary": "text",
    "highlights": "texts", "location": "text", "description": "text", "country": "text",
    "city": "text",
}  # fmt: skip
#: Section -> (fields of an entry, field that a bare text is taken for).
SECTIONS: dict[str, tuple[Fields, str]] = {
    "work": (_JOB, "position"),
    "volunteer": (_JOB, "position"),
    "education": (
        {
            "institution": "text", "url": "url", "area": "text", "studyType": "text",
            "startDate": "date", "endDate": "date", "score": "text", "gpa": "text",
            "courses": "texts", "country": "text", "city": "text", "summary": "text",
        },
        "studyType",
    ),
    "awards": (
        {"title": "text", "date": "date", "awarder": "text", "summary": "text"}, "title",
    ),
    "certificates": (
        {"name": "text", "date": "date", "issuer": "text", "url": "url"}, "name",
    ),
    "publications": (
        {
            "name": "text", "publisher": "text", "releaseDate": "date", "url": "url",
            "summary": "text", "website": "url",
        },
        "name",
    ),
    "skills": ({"name": "text", "level": "text", "keywords": "texts"}, "name"),
    "languages": ({"language": "text", "fluency": "text"}, "language"),
    "interests": ({"name": "text", "keywords": "texts"}, "name"),
    "references": ({"name": "text", "reference": "text"}, "reference"),
    "projects": (
        {
            "name": "text", "description": "text", "highlights": "texts", "keywords": "texts",
            "startDate": "date", "endDate": "date", "url": "url", "roles": "texts",
            "entity": "text", "type": "text", "summary": "text",
        },
        "name",
    ),
}  # fmt: skip
_IGNORED = {"$schema", "meta"}
#: Names of earlier versions of the schema.
_OLD = {"company": "name", "organization": "name", "website": "url", "gpa": "score"}


def read(data: bytes, *, name: str, settings: Settings) -> RawDocument:
    """A CV; wrong fields are left out, each with a warning that says why."""
    decoded = encodings.decode(data)
    value = parse(decoded.text)
    if not isinstance(value, dict):
        raise ReadError("json_not_resume")
    return of_dict(value, name=name, warnings=notes(decoded, name))


def of_dict(value: dict[str, Any], *, name: str, warnings: tuple[Problem, ...] = ()) -> RawDocument:
    """The same from a parsed object."""
    cleaner = _Cleaner(name)
    record = cleaner.resume(value)
    if not record:
        raise ReadError("json_not_resume")
    return resume_blocks.document(
        record,
        format="json_resume",
        lang=_lang(value),
        warnings=(*warnings, *cleaner.warnings),
    )


def read_any(data: bytes, *, name: str, settings: Settings) -> RawDocument | ReadResult:
    """Any other JSON: a list of CVs gives one document each, the rest its texts by key."""
    decoded = encodings.decode(data)
    value = parse(decoded.text)
    if isinstance(value, list) and value and all(_is_resume(item) for item in value):
        docs = []
        for i, item in enumerate(value, start=1):
            doc = of_dict(item, name=name)
            docs.append(RawDocument(**{**_fields(doc), "member": f"#{i}"}))
        return ReadResult(tuple(docs))
    blocks = tuple(texts(value))
    if not blocks:
        raise ReadError("no_text")
    title = value.get("title") if isinstance(value, dict) else None
    return RawDocument(
        blocks, format="json", title=tidy(title) if isinstance(title, str) else None,
        warnings=notes(decoded, name),
    )  # fmt: skip


def _fields(doc: RawDocument) -> dict[str, Any]:
    from dataclasses import fields

    return {f.name: getattr(doc, f.name) for f in fields(doc)}


def _is_resume(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("basics"), dict)


def parse(text: str) -> Any:
    """The value; ReadError says where the text is no JSON."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ReadError("too_deep") from error
    except json.JSONDecodeError as error:
        raise ReadError("json_broken", line=error.lineno, column=error.colno) from error


def texts(value: Any, *, key: str = "", level: int = 1) -> Iterator[Block]:
    """Readable blocks of any JSON: keys of objects head what they hold."""
    if isinstance(value, dict):
        if key:
            yield Block(key, "heading", min(level, 6))
        for name, item in value.items():
            yield from texts(item, key=tidy(str(name)), level=level + 1 if key else level)
    elif isinstance(value, list):
        if all(isinstance(item, (str, int, float)) for item in value):
            text = tidy("; ".join(str(item) for item in value))
            if text:
                yield Block(f"{key}: {text}" if key else text)
            return
        for item in value:
            yield from texts(item, key=key, level=level)
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
        text = tidy(str(value))
        if text:
            yield Block(f"{key}: {text}" if key else text)


def _lang(value: dict[str, Any]) -> str | None:
    meta = value.get("meta")
    stated = meta.get("language") or meta.get("lang") if isinstance(meta, dict) else None
    return stated[:2].lower() if isinstance(stated, str) and stated[:2].isalpha() else None


class _Cleaner:
    """Walks a resume and keeps what has its type; notes what has not."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.warnings: list[Problem] = []

    def resume(self, value: dict[str, Any]) -> dict[str, Any]:
        record: dict[str, Any] = {}
        if basics := self._basics(value.get("basics")):
            record["basics"] = basics
        for section, item in value.items():
            if section in SECTIONS:
                fields, bare = SECTIONS[section]
                if entries := self._entries(item, section, fields, bare):
                    record[section] = entries
            elif section != "basics" and section not in _IGNORED:
                self._note("json_field_unknown", section, item)
        return record

    def _basics(self, value: Any) -> dict[str, Any]:
        if value is None:
            return {}
        if not isinstance(value, dict):
            self._note("json_field_wrong", "basics", value, want="object")
            return {}
        place = value.get("location")
        profiles = value.get("profiles")
        rest = {k: v for k, v in value.items() if k not in ("location", "profiles")}
        basics = self._object(rest, "basics", _BASICS)
        if isinstance(place, str) and tidy(place):
            self._note("json_field_read_as", "basics.location", place, want="object")
            basics["location"] = {"address": tidy(place)}
        elif isinstance(place, dict):
            if found := self._object(place, "basics.location", _LOCATION):
                basics["location"] = found
        elif place is not None:
            self._note("json_field_wrong", "basics.location", place, want="object")
        if found_list := self._entries(profiles, "basics.profiles", _PROFILE, "url"):
            basics["profiles"] = found_list
        return basics

    def _entries(self, value: Any, path: str, fields: Fields, bare: str) -> list[dict[str, Any]]:
        """A list of objects; a lone object, an object of objects and a text are taken in too."""
        if value is None or value == []:
            return []
        if isinstance(value, dict):
            self._note("json_field_read_as", path, value, want="array")
            numbered = all(str(k).isdigit() for k in value)
            value = list(value.values()) if numbered else [value]
        elif isinstance(value, str) and value.strip():
            self._note("json_field_read_as", path, value, want="array")
            value = [part.strip() for part in re.split(r"[;\n]|,(?!\d)", value) if part.strip()]
            return [{bare: tidy(part)} for part in value]
        elif not isinstance(value, list):
            self._note("json_field_wrong", path, value, want="array")
            return []
        entries = []
        for i, item in enumerate(value):
            at = f"{path}[{i}]"
            if isinstance(item, dict):
                if entry := self._object(item, at, fields):
                    entries.append(entry)
            elif isinstance(item, str) and tidy(item):
                self._note("json_field_read_as", at, item, want="object")
                entries.append({bare: tidy(item)})
            elif (
                isinstance(item, list)
                and item
                and len(item) <= len(fields)
                and all(isinstance(part, str) for part in item)
            ):
                self._note("json_field_read_as", at, item, want="object")
                entries.append(dict(zip(fields, map(tidy, item), strict=False)))
            else:
                self._note("json_field_wrong", at, item, want="object")
        return entries  # fmt: skip

    def _object(self, value: dict[str, Any], path: str, fields: Fields) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for key, item in value.items():
            want = fields.get(key)
            if want is None:
                if item not in (None, "", [], {}):
                    self._note("json_field_unknown", f"{path}.{key}", item)
                continue
            found = self._value(item, f"{path}.{key}", want)
            if found is not None:
                kept.setdefault(_OLD.get(key, key), found)
        return kept

    def _value(self, value: Any, path: str, want: str) -> Any:
        if value in (None, "", []) or want == "ignore":
            if value is None and want != "ignore":
                self._note("json_field_empty", path, value)
            return None
        if want == "date":
            return self._date(value, path)
        if want == "texts":
            return self._text_list(value, path)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            self._note("json_field_read_as", path, value, want="string")
            value = ", ".join(map(tidy, value))
        if not isinstance(value, str):
            self._note("json_field_wrong", path, value, want="string")
            return None
        prose = path.endswith((".summary", ".description", ".reference"))
        text = normalise(value).strip() if prose else tidy(value)
        if want == "url" and not is_address(text):
            self._note("json_bad_address", path, value)
            return None
        if want == "email" and "@" not in text:
            self._note("json_bad_address", path, value)
            return None
        return text or None

    def _text_list(self, value: Any, path: str) -> list[str] | None:
        if isinstance(value, str):
            self._note("json_field_read_as", path, value, want="array")
            return [tidy(value)] if tidy(value) else None
        if not isinstance(value, list):
            self._note("json_field_wrong", path, value, want="array")
            return None
        kept = []
        for i, item in enumerate(value):
            if isinstance(item, str):
                kept.append(tidy(item))
            else:
                self._note("json_field_wrong", f"{path}[{i}]", item, want="string")
        return [item for item in kept if item] or None

    def _date(self, value: Any, path: str) -> str | None:
        if isinstance(value, int) and not isinstance(value, bool) and 1900 <= value <= 2100:
            self._note("json_field_read_as", path, value, want="date")
            return str(value)
        if isinstance(value, str):
            text = tidy(value)
            if _PRESENT.fullmatch(text):
                return "present"
            if found := iso_date(text):
                return found
        self._note("json_bad_date", path, value)
        return None

    def _note(self, code: str, path: str, value: Any, **params: str) -> None:
        shown = json.dumps(value, ensure_ascii=False, default=str)
        shown = shown if len(shown) <= 60 else shown[:59] + "…"
        self.warnings.append(warn(self._name, code, field=path, value=shown, **params))


def iso_date(text: str) -> str | None:
    """ "2010-1" as "2010-01"; None for what is no date of the calendar."""
    match = _DATE.fullmatch(text.strip())
    if not match:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        date(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    return "-".join([f"{year:04d}", *(f"{part:02d}" for part in (month, day) if part is not None)])


def is_address(text: str) -> bool:
    scheme = re.match(r"([a-z][a-z0-9+.-]*):", text, re.IGNORECASE)
    if scheme and not re.match(r"[\w.-]+\.[a-z]{2,}:\d", text):
        return scheme.group(1).lower() in ("http", "https", "mailto", "ftp")
    return "." in text and " " not in text
