"""Entries of work: title, organisation, place, dates, and what was done there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.cv import entries, segments
from kb.cv.entries import Entry
from kb.cv.lines import Line
from kb.cv.places import Place
from kb.cv.segments import Known, Segment
from kb.datatypes import Position


def read(lines: Sequence[Line], *, known: Known) -> list[Position]:
    """Entries of a section of work, as they stand."""
    found: list[Position] = []
    for entry in entries.cut(lines):
        record = one(entry, known=known)
        if record and _stands(entry, record):
            found.append(record)
    return found


def _stands(entry: Entry, record: Position) -> bool:
    """A list of courses given or theses directed names no posts: without a job title only an
    entry with a range of dates that is no item of a list counts."""
    listed = bool(entry.lines) and entry.lines[0].bullet
    if entry.dates is None and listed:
        return False
    title = record.title is not None and segments.kind_of(record.title) == "title"
    return title or bool(entry.dates and not entry.dates.single and not listed)


def one(entry: Entry, *, known: Known) -> Position | None:
    """The record of one entry; None when it holds neither title nor organisation."""
    listed = segments.read(entry.head, known=known)
    listed = _titles_opened(listed, known)
    title, organisation, used = _who(listed)
    if title is None and organisation is None:
        return None
    place = _place(listed, used)
    dates = entry.dates
    if dates is None and (title is None or organisation is None or title == organisation):
        return None
    start, end = (dates.start, dates.end) if dates else (None, None)
    if dates and dates.single:
        start = end
    rest = [s.text for s in listed if s.kind == "summary"]
    left = _left_over(listed, used)
    summary = " ".join([*left, *rest, *(line.text for line in entry.body)]).strip()
    return Position(
        title,
        organisation,
        place.country if place else None,
        place.city if place else None,
        start,
        end,
        summary or None,
    )


def _titles_opened(listed: Sequence[Segment], known: Known) -> list[Segment]:
    firm = any(s.kind == "org" for s in listed)
    found: list[Segment] = []
    for segment in listed:
        pair = segments.cut_title(segment, known) if segment.kind == "title" else None
        if pair is None or (firm and pair[1].kind == "org" and not _at(segment, pair[0])):
            found.append(segment)
        else:
            found.extend(pair)
    return found


def _at(whole: Segment, left: Segment) -> bool:
    """True when the title was joined to its organisation by "at" or "@"."""
    joint = whole.text[len(left.text) :].split(None, 1)
    return bool(joint) and joint[0].lower() in ("at", "@", "en")


def _who(listed: Sequence[Segment]) -> tuple[str | None, str | None, set[int]]:
    """Title and organisation, and the indexes of the segments that gave them."""
    titles = [i for i, s in enumerate(listed) if s.kind == "title"]
    orgs = [i for i, s in enumerate(listed) if s.kind == "org"]
    parts = [i for i, s in enumerate(listed) if s.kind == "part"]
    loose = [i for i, s in enumerate(listed) if s.kind == "other"]
    if titles and not orgs:
        orgs = _firm(listed, titles[0], loose) or parts[:1]
    elif orgs and not titles:
        titles = [i for i in loose if listed[i].group != listed[orgs[0]].group or i < orgs[0]][:1]
    elif not titles and not orgs:
        if len(loose) > 1:
            titles, orgs = loose[:1], loose[1:2]
        elif loose and parts:
            titles, orgs = loose[:1], parts[:1]
        else:
            orgs = loose[:1] if not parts else parts[:1]
    used: set[int] = set()
    title: str | None = None
    if titles:
        chosen = [titles[0]]
        # "Investigadora, Jefa de grupo": titles of one piece belong together, so does a field
        # of work between the title and the organisation
        for i in range(titles[0] + 1, len(listed)):
            same = listed[i].group == listed[titles[0]].group
            joined = listed[i].kind == "title" or (
                listed[i].kind in ("other", "part")
                and i not in orgs
                and bool(orgs)
                and (orgs[0] > i or listed[orgs[0]].group != listed[i].group)
                and not _before_country(listed, i)
            )
            if not same or not joined:
                break
            chosen.append(i)
        used.update(chosen)
        title = segments.join(listed[i] for i in chosen)
    organisation: str | None = None
    if orgs:
        named = [orgs[0]]
        for i in range(orgs[0] + 1, len(listed)):
            # "Pfizer, planta de Grange Castle, Dublín": what follows up to the place
            if (
                listed[i].group != listed[orgs[0]].group
                or i in used
                or listed[i].kind not in ("other", "part", "org")
                or _before_country(listed, i)
            ):
                break
            named.append(i)
        used.update(named)
        organisation = segments.join(listed[i] for i in named)
    return title, organisation, used


def _before_country(listed: Sequence[Segment], i: int) -> bool:
    """True for a segment that a country follows: a town that no list holds."""
    follower = listed[i + 1] if i + 1 < len(listed) else None
    return bool(
        follower
        and follower.kind == "place"
        and follower.group == listed[i].group
        and follower.place
        and follower.place.city is None
        and listed[i].kind == "other"
        and len(listed[i].text.split()) <= 4
    )


def _firm(listed: Sequence[Segment], title: int, loose: Sequence[int]) -> list[int]:
    """The loose segment likeliest to name the firm: the one after the title, else before it."""
    placed = {s.group for s in listed if s.kind == "place"}
    elsewhere = [i for i in loose if listed[i].group != listed[title].group]
    if beside := [i for i in elsewhere if listed[i].group in placed]:
        return beside[:1]
    if elsewhere and any(i for i in elsewhere if abs(listed[i].line - listed[title].line) <= 1):
        near = [i for i in elsewhere if abs(listed[i].line - listed[title].line) <= 1]
        return near[:1]
    after = [i for i in loose if i > title]
    before = [i for i in loose if i < title]
    named = [i for i in after if listed[i].text[:1].isupper() or listed[i].text[:1].isdigit()]
    if before and listed[before[0]].line < listed[title].line:
        return before[:1]
    return named[:1] or before[:1]


def _place(listed: Sequence[Segment], used: set[int]) -> Place | None:
    """The place of an entry: a city and its country, listed or standing before the country."""
    spots = [i for i, s in enumerate(listed) if s.kind == "place"]
    if not spots:
        return None
    country: str | None = None
    city: str | None = None
    for i in spots:
        place = listed[i].place
        if place is None:
            continue
        if place.city is None and country is None:
            country = place.country
            before = i - 1
            if (
                city is None
                and before >= 0
                and before not in used
                and listed[before].kind == "other"
                and listed[before].group == listed[i].group
                and len(listed[before].text.split()) <= 4
            ):
                city = listed[before].text
                used.add(before)
        elif place.city is not None and city is None:
            city = place.city
    if country is None and city is not None:
        first = next(s.place for s in listed if s.place and s.place.city)
        country = first.country
    from kb.cv import places

    if city and country:
        homes = places.city(city)
        if places.is_region(city) and country in homes:
            city = None
    return Place(city, country)


def _left_over(listed: Sequence[Segment], used: set[int]) -> list[str]:
    kept = [
        s
        for i, s in enumerate(listed)
        if i not in used and s.kind in ("other", "part") and len(s.text.split()) > 3
    ]
    return [s.text for s in kept]


def years_of_work(records: Sequence[Position], today: int) -> int:
    """Years from the first post's start to the last one's end."""
    starts = [int(p.start[:4]) for p in records if p.start and re.match(r"\d{4}", p.start)]
    ends = [
        today if p.end == "present" else int(p.end[:4])
        for p in records
        if p.end and (p.end == "present" or re.match(r"\d{4}", p.end))
    ]
    return max(ends) - min(starts) if starts and ends else 0
