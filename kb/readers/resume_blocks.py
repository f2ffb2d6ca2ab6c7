"""A structured CV as readable blocks: the same content under headings of its language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kb.datatypes import Block, Problem, RawDocument
from kb.readers.pieces import bullet, tidy

_ORDER = (
    "work", "education", "skills", "languages", "publications", "awards", "projects",
    "certificates", "memberships", "volunteer", "reviews", "driving", "interests", "references",
    "other",
)  # fmt: skip


_LISTED = (
    "languages", "awards", "publications", "memberships", "reviews", "driving", "interests",
)  # fmt: skip


@cache
def _headings() -> Mapping[str, Mapping[str, str]]:
    import yaml

    path = Path(__file__).parent.parent / "data" / "resume_headings.yaml"
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def document(
    record: Mapping[str, Any],
    *,
    format: str,
    lang: str | None,
    warnings: tuple[Problem, ...] = (),
) -> RawDocument:
    """The document of a CV record in the shape of JSON Resume."""
    spoken = lang if lang in ("es", "en") else language_of(record)
    basics = record.get("basics", {})
    name = basics.get("name")
    return RawDocument(
        tuple(_blocks(record, spoken)),
        format=format,
        title=name,
        authors=(name,) if name else (),
        lang=lang,
        links=tuple(_links(basics)),
        record=record,
        record_format=format,
        kind_hint="profile",
        warnings=warnings,
    )


def language_of(record: Mapping[str, Any]) -> str:
    """The language of the CV's own words, for the headings."""
    from kb.text import question_language

    texts: list[str] = []
    for section in ("work", "education", "projects", "publications", "references"):
        for entry in record.get(section, ()):
            texts += [str(value) for value in entry.values() if isinstance(value, str)]
    summary = str(record.get("basics", {}).get("summary", ""))
    return question_language(" ".join([summary, *texts])[:3000] or "-")


def _links(basics: Mapping[str, Any]) -> Iterator[str]:
    if url := basics.get("url"):
        yield url
    yield from (url for url in basics.get("urls", ()) if url != basics.get("url"))
    yield from (entry["url"] for entry in basics.get("profiles", ()) if "url" in entry)


def _blocks(record: Mapping[str, Any], lang: str) -> Iterator[Block]:
    words = _headings()
    basics = record.get("basics", {})
    if name := basics.get("name"):
        yield Block(name, "title")
    if label := basics.get("label"):
        yield Block(label)
    contact = [*basics.get("emails", [basics.get("email")])]
    contact += [*basics.get("phones", [basics.get("phone")]), place_of(basics)]
    contact += [*basics.get("countries", ()), *_links(basics)]
    for profile in basics.get("profiles", ()):
        if "url" not in profile:
            contact.append(": ".join(filter(None, map(profile.get, ("network", "username")))))
    if also := basics.get("otherNames"):
        contact.append(f"{words['also'][lang]}: {'; '.join(also)}")
    if lines := [line for line in contact if line]:
        yield Block(words["contact"][lang], "heading", 2)
        for line in lines:
            yield Block(line)
    if summary := basics.get("summary"):
        yield Block(words["summary"][lang], "heading", 2)
        yield from paragraphs(summary)
    for section in _ORDER:
        if entries := record.get(section):
            yield Block(words[section][lang], "heading", 2)
            for entry in entries:
                yield from _entry(section, entry, words, lang)


def place_of(entry: Mapping[str, Any]) -> str:
    """ "city, region, country" of an entry or of its location."""
    place = entry.get("location")
    if isinstance(place, Mapping):
        entry = place
    parts = [entry.get(key) for key in ("address", "city", "region", "country")]
    if not entry.get("country") and entry.get("countryCode"):
        parts.append(entry["countryCode"])
    if isinstance(place, str):
        parts.insert(0, place)
    return ", ".join(dict.fromkeys(str(part) for part in parts if part))


def _entry(
    section: str, entry: Mapping[str, Any], words: Mapping[str, Mapping[str, str]], lang: str
) -> Iterator[Block]:
    def line(*keys: str) -> str:
        return ", ".join(str(entry[key]) for key in keys if entry.get(key))

    dates = _dates(entry, words["present"][lang])
    if section in ("work", "volunteer"):
        head = [line("position", "name", "department"), place_of(entry), line("sector"), dates]
    elif section == "education":
        head = [line("studyType", "area"), line("institution", "department"), place_of(entry),
                dates, line("level"), line("score")]  # fmt: skip
    elif section == "languages":
        level = words["native"][lang] if entry.get("fluency") == "native" else line("fluency")
        head = [": ".join(filter(None, (line("language"), level)))]
    elif section == "skills":
        yield Block(skill_line(entry), "list_item", 1)
        return
    elif section == "awards":
        head = [line("title"), line("awarder"), line("date")]
    elif section == "publications":
        doi = f"doi:{entry['doi']}" if entry.get("doi") else ""
        head = [line("name"), line("publisher"), line("releaseDate"), doi]
    elif section == "references":
        head = [line("name")]
    else:
        head = [line("name"), line("entity", "issuer"), dates or line("date")]
    text = ". ".join(part for part in head if part)
    items = section in _LISTED
    if text:
        yield Block(text, "list_item", 1) if items else Block(text)
    for key in ("summary", "description", "reference"):
        if entry.get(key):
            yield from paragraphs(str(entry[key]))
    for key in ("highlights", "courses", "roles", "keywords"):
        for item in entry.get(key, ()):
            yield Block(item, "list_item", 1)


def skill_line(entry: Mapping[str, Any]) -> str:
    """ "name (level): keyword, keyword"."""
    name = entry.get("name", "")
    level = f" ({entry['level']})" if entry.get("level") else ""
    keywords = ", ".join(entry.get("keywords", ()))
    return f"{name}{level}{': ' if name and keywords else ''}{keywords}"


def _dates(entry: Mapping[str, Any], present: str) -> str:
    start, end = entry.get("startDate"), entry.get("endDate")
    if end == "present":
        end = present
    return " – ".join(filter(None, (start, end)))


def paragraphs(text: str) -> Iterator[Block]:
    """Lines of a long text; marked ones are list items."""
    for line in text.split("\n"):
        shown, marked = bullet(line)
        if tidied := tidy(shown):
            yield Block(tidied, "list_item", 1) if marked else Block(tidied)
