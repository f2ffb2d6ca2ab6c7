"""Which drafts are headings, and of what level: by size, weight, capitals, numbers and outline."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from kb.readers.hyphens import Mender
from kb.readers.paragraphs import Draft, write

Outline = Sequence[tuple[int, str, int | None]]

_SECTION = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[IVX]{1,5}\.|[A-Z]\.|\d{1,2}\))\s+\S")
_REFERENCES = re.compile(
    r"^(?:[\dIVX]+\.?\s*)?(?:references(?: and notes| cited)?|bibliography|works cited"
    r"|literature cited|referencias(?: bibliogr[áa]ficas)?|obras citadas|literatura citada"
    r"|bibliograf[íi]a(?: citada| consultada)?|fuentes(?: consultadas| bibliogr[áa]ficas)?)\s*:?$",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    r"^(?:table of contents|contents|tabla de contenidos?|contenidos?|index"
    r"|[íi]ndice(?: general| de (?:tablas|figuras|contenidos?|cuadros|gr[áa]ficas))?"
    r"|(?:table|figure|list of (?:tables|figures))(?: index)?"
    r"|lista de (?:tablas|figuras|cuadros))\s*:?$",
    re.IGNORECASE,
)
_LEADER = re.compile(
    r"(?:\.{3,}|…|(?:\.\s){3,}|_{4,}|·{3,})\s*[\divxlc]{1,5}\s*$|\.{4,}|…{2,}|(?:\.\s){4,}",
    re.IGNORECASE,
)
_MAX_LINES, _MAX_WORDS = 4, 30
_Look = tuple[bool, float, bool, bool]


def find_headings(drafts: list[Draft], body: float, outline: Outline, mender: Mender) -> None:
    """Set kind and level of headings, and the title; then of contents and references."""
    listed = {_key(title): level for level, title, _ in outline if len(_key(title)) > 2}
    headings = [d for d in drafts if _is_heading(d, body, listed, mender)]
    for draft in headings:
        draft.kind = "heading"
    _levels(headings, body, listed)
    _title(drafts, headings, body)


def _key(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[\W\d_]+", "", folded)


def _is_heading(draft: Draft, body: float, listed: dict[str, int], mender: Mender) -> bool:
    if draft.kind not in ("paragraph", "list_item") or len(draft.lines) > _MAX_LINES:
        return False
    if draft.kind == "list_item" and not _SECTION.match(draft.text):
        return False
    text = draft.text
    words = text.split()
    letters = sum(char.isalpha() for char in text)
    if not words or len(words) > _MAX_WORDS or letters < 2 or letters < 0.4 * len(text):
        return False
    if _key(text) in listed and len(words) <= _MAX_WORDS:
        return True
    line = draft.first
    bold = all(one.bold for one in draft.lines)
    ends = text[-1]
    if line.size > 1.12 * body and ends not in ",;":
        return bool(line.size > 1.3 * body or bold or ends not in ".") and len(words) <= 25
    if line.size < 0.93 * body and not (bold and line.size > 0.8 * body):
        return False
    if len(words) > 16 or ends in ",;" or (ends == "." and not _SECTION.match(text)):
        return False
    upper = text.upper() == text and letters >= 4
    if bold:
        return True
    if upper and len(words) <= 12 and not any(char.isdigit() for char in text[-4:]):
        return True
    return bool(line.italic and _SECTION.match(text) and len(words) <= 12)


def _levels(headings: list[Draft], body: float, listed: dict[str, int]) -> None:
    """Levels by rank of (place, size, weight, capitals); the outline decides what it names."""

    def look(draft: Draft) -> _Look:
        line = draft.first
        return (
            not draft.inner,
            round(line.size * 2) / 2,
            all(one.bold for one in draft.lines),
            draft.text.upper() == draft.text,
        )

    looks = sorted({look(d) for d in headings}, reverse=True)
    told: dict[_Look, Counter[int]] = {}
    for draft in headings:
        if level := listed.get(_key(draft.text)):
            told.setdefault(look(draft), Counter())[level] += 1
    rank: dict[_Look, int] = {}
    level = 0
    for one in looks:
        if one in told:
            level = max(told[one].most_common(1)[0][0], 1)
        else:
            level += 1
        rank[one] = min(level, 6)
    for draft in headings:
        draft.level = min(6, listed.get(_key(draft.text), rank[look(draft)]))


def _title(drafts: list[Draft], headings: list[Draft], body: float) -> None:
    """The largest type of the first page with text, when nothing later is as large."""
    if not headings:
        return
    page = drafts[0].first.page
    first = [d for d in headings if d.first.page <= page + 1]
    if not first:
        return
    largest = max(first, key=lambda d: d.first.size)
    size = largest.first.size
    if size < 1.15 * body or any(d.first.size > 1.02 * size for d in headings):
        return
    if sum(d.text == largest.text for d in headings) > 1:
        return
    if sum(abs(d.first.size - size) < 0.02 * size for d in headings) > 3:
        return
    largest.kind = "title"
    largest.level = 0


def mark_sections(drafts: list[Draft]) -> None:
    """Entries of contents pages and of reference lists get their kinds."""
    section: Draft | None = None  # the heading of the references that we are in
    aside: Draft | None = None  # a box in another column
    for draft in drafts:
        if draft.kind in ("heading", "title"):
            if section is not None and draft.first.column != section.first.column and (
                draft.first.page == section.first.page and draft.level > section.level
            ):  # fmt: skip
                aside = draft
            elif section is not None and draft.level <= section.level:
                section = aside = None
            if _REFERENCES.match(draft.text) and draft.kind == "heading":
                section, aside = draft, None
        elif section is not None and draft.kind in ("paragraph", "list_item"):
            if aside is not None and draft.first.column == aside.first.column and (
                draft.first.page == aside.first.page
            ):  # fmt: skip
                continue
            draft.kind = "reference"
    _contents(drafts)


def join_references(drafts: list[Draft], mender: Mender) -> list[Draft]:
    """Entries whose indented lines were taken for paragraphs are made whole."""
    result: list[Draft] = []
    for draft in drafts:
        last = result[-1] if result else None
        if last is not None and draft.kind == last.kind == "reference":
            a, b = last.last, draft.first
            near = (a.page, a.region) == (b.page, b.region) and b.base - a.base < 1.6 * b.size
            if near and b.x0 > last.first.x0 + 0.6 * b.size and not draft.marked:
                last.lines += draft.lines
                write(last, mender)
                continue
        result.append(draft)
    return result


def _contents(drafts: list[Draft]) -> None:
    by_page: dict[int, list[Draft]] = {}
    for draft in drafts:
        by_page.setdefault(draft.first.page, []).append(draft)
    for members in by_page.values():
        entries = [d for d in members if _LEADER.search(d.text)]
        if len(entries) < 3:
            continue
        for index, draft in enumerate(members):
            near = any(other in entries for other in members[max(0, index - 1) : index + 2])
            if (
                draft in entries
                or _CONTENTS.match(draft.text)
                or (near and re.search(r"\s\d{1,3}$", draft.text) and draft.kind != "title")
            ):
                draft.kind = "contents"
                draft.level = 0
