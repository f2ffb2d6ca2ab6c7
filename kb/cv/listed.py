"""Sections that are lists: skills, publications, awards; and the date a CV bears."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from kb.cv import dates as cv_dates
from kb.cv import lexicon
from kb.cv.lines import Line
from kb.datatypes import Skill
from kb.text import fold

_ITEMS = re.compile(r"\s*(?:[;|•·\n]|,(?![^()]*\)))\s*")
_LABEL = re.compile(r"^[^:,;]{2,40}:\s+")


def skills(lines: Sequence[Line]) -> list[Skill]:
    """Items of a skills section, as written, each once."""
    found: dict[str, str] = {}
    for line in lines:
        text = _LABEL.sub("", line.text)
        pieces = _ITEMS.split(text)
        if len(pieces) == 1 and len(re.findall(r"\s[-–—]\s", text)) > 1:
            pieces = re.split(r"\s[-–—]\s", text)
        prose = len(text.split()) > 25 and len(pieces) < 4
        for piece in () if prose else pieces:
            item = re.sub(r"^(?:y|e|and)\s+", "", piece.strip(" .,-–—"))
            if 1 < len(item) <= 80 and len(item.split()) <= 9 and re.search(r"[^\W\d_]", item):
                found.setdefault(fold(item), item)
    return [Skill(item) for item in found.values()]


def items(lines: Sequence[Line]) -> list[str]:
    """One text a bullet, row or paragraph; a short line of a date alone joins its neighbour."""
    found: list[str] = []
    last_row = -1
    lead = ""
    for line in lines:
        text = re.sub(r"^(?:\[?\d{1,3}[\].)]|[-–—•])\s+", "", line.text).strip()
        if not text:
            continue
        dated = cv_dates.find(text)
        if len(dated) == 1 and cv_dates.is_only(text, dated[0]):
            if (found and line.row >= 0 and line.row == last_row) or (
                found and not lead and not line.first
            ):
                found[-1] = f"{found[-1]}, {text}"
            else:
                lead = text
            last_row = line.row
            continue
        same_row = line.row >= 0 and line.row == last_row and not line.bullet
        wraps = (
            bool(found)
            and not line.bullet
            and (text[:1].islower() or (line.row >= 0 and not found[-1].endswith(".")))
        )
        if wraps and not lead and not same_row:
            found[-1] = f"{found[-1]} {text}"
        elif same_row and found and not lead:
            found[-1] = f"{found[-1]}{' ' if wraps else ', '}{text}"
        else:
            found.append(f"{lead}: {text}" if lead else text)
            lead = ""
        last_row = line.row
    return list(dict.fromkeys(found))


@cache
def _as_of() -> re.Pattern[str]:
    long = [p for p in lexicon.phrases("labels", "as_of") if len(p) > 4]
    short = [p for p in lexicon.phrases("labels", "as_of") if len(p) <= 7]
    return re.compile(
        lexicon.pattern(long) + r"\s*[:.)]?\s*(?:al|en|a|on|in|el|de|as of)?\s*(?:de\s+)?$"
        rf"|^\W*(?:{lexicon.pattern(short)})\s*:\s*$"
    )


def as_of(lines: Iterable[Line]) -> str | None:
    """The date that a CV says it was written or brought up to date."""
    for line in lines:
        low = fold(line.text)
        if not re.search(r"\d{2}", low) or len(low) > 160:
            continue
        for found in cv_dates.find(line.text, folded=low):
            before = low[: found.at]
            tail = re.split(r"[|·•(]", before)[-1]
            if found.single and (_as_of().search(before) or _as_of().search(tail)):
                return found.end
            if (
                found.start
                and found.end == "present"
                and re.search(
                    r"as of\s*$|current as of\s*$", low[: found.at + 6].rstrip("0123456789 ")
                )
            ):
                return found.start
    return None


def closing_date(lines: Sequence[Line]) -> str | None:
    """ "Múnich, marzo de 2024" alone at the end, or a date beside "Curriculum vitae" at the top."""
    head = lexicon.matcher("names", "headings")
    for line in lines[:4]:
        low = fold(line.text)
        if head.match(low.strip(" *-–—")):
            found = cv_dates.find(line.text, folded=low)
            if len(found) == 1 and found[0].single:
                return found[0].end
    for line in lines[-2:]:
        found = cv_dates.find(line.text)
        if len(found) != 1 or not found[0].single or len(found[0].end or "") < 7:
            continue
        before = line.text[: found[0].at].strip(" .,:;–—-")
        before = re.sub(r",?\s+(?:a|on|el|de)$", "", before)
        from kb.cv import places

        if (
            found[0].to >= len(line.text) - 2
            and before
            and len(before.split()) <= 4
            and (places.city(before) or places.read(before.split(",")))
        ):
            return found[0].end
    return None
