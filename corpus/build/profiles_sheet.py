"""From a person to the sheet that every prose typesetter prints: header, sections, entries."""

from __future__ import annotations

from dataclasses import dataclass

from profiles_data import Education, Person, Position, country_name, language_name

MONTHS = {
    "es": (
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
        "septiembre", "octubre", "noviembre", "diciembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August",
        "September", "October", "November", "December",
    ),
}  # fmt: skip
LEVELS = {
    "es": {"native": "lengua materna"},
    "en": {"native": "native"},
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A post or a degree: `head` is set bold, `sub` under or beside it; `body` is paragraphs."""

    head: str
    sub: str
    dates: str
    body: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """`entries` or `lines`; `listed` lines are set with bullets, others as paragraphs."""

    key: str
    heading: str
    entries: tuple[Entry, ...] = ()
    lines: tuple[str, ...] = ()
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    headline: str
    contact: tuple[str, ...]
    sections: tuple[Section, ...]
    lang: str


def one_date(date: str, style: str, words: str, now: str) -> str:
    """`2015-03` as "marzo de 2015", "Mar 2015", "03/2015"; `present` as the CV says it."""
    if date == "present":
        return now
    year, _, month = date.partition("-")
    if not month or style == "iso":
        return date
    name = MONTHS[words][int(month) - 1]
    match style:
        case "slash":
            return f"{month}/{year}"
        case "long" | "since":
            return f"{name} de {year}" if words == "es" else f"{name} {year}"
        case "short":
            return f"{name[:3]}. {year}" if words == "es" else f"{name[:3]} {year}"
    return year


def period(start: str | None, end: str | None, person: Person) -> str:
    """A span of time in the CV's own style; a single date if only one is known."""
    style, words, now = person.print.dates, person.print.words, person.print.now
    dates = [one_date(date, style, words, now) for date in (start, end) if date]
    if len(dates) < 2 or dates[0] == dates[1]:
        return dates[0] if dates else ""
    if style == "since":
        if end == "present":
            return f"Desde {dates[0]}" if words == "es" else f"Since {dates[0]}"
        return f"De {dates[0]} a {dates[1]}" if words == "es" else f"{dates[0]} to {dates[1]}"
    return " – ".join(dates) if style != "years" else "–".join(dates)


def place_of(item: Position | Education, words: str) -> str:
    """The place as printed: given, or "city, country"."""
    if item.place is not None:
        return item.place
    city = item.city if isinstance(item, Position) else None
    country = country_name(item.country, words) if item.country else None
    return ", ".join(part for part in (city, country) if part)


def _entry(head: str, organisation: str, place: str, person: Person) -> tuple[str, str]:
    match person.print.entry:
        case "organisation":
            return f"{organisation}, {place}" if place else organisation, head
        case "line":
            return f"{head} – {organisation}", place
    return head, f"{organisation}, {place}" if place else organisation


def position_entry(item: Position, person: Person) -> Entry:
    head, sub = _entry(item.title, item.organisation, place_of(item, person.print.words), person)
    return Entry(head, sub, period(item.start, item.end, person), tuple(item.summary.splitlines()))


def education_entry(item: Education, person: Person) -> Entry:
    place = place_of(item, person.print.words)
    head, sub = _entry(item.degree, item.institution, place, person)
    dates = period(item.start, item.end, person)
    return Entry(head, sub, dates, (item.note,) if item.note else ())


def language_lines(person: Person) -> tuple[str, ...]:
    """Languages as the CV words them, or "Name: level"."""
    if person.print.languages:
        return person.print.languages
    words = person.print.words
    return tuple(
        f"{language_name(code, words)}: {LEVELS[words].get(level or '', level)}"
        if level
        else language_name(code, words)
        for code, level in person.languages
    )


def paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("\n") if part.strip())


def _section(key: str, heading: str, person: Person) -> Section:
    match key:
        case "summary":
            return Section(key, heading, lines=paragraphs(person.summary))
        case "positions":
            return Section(
                key, heading, entries=tuple(position_entry(p, person) for p in person.positions)
            )
        case "education":
            return Section(
                key, heading, entries=tuple(education_entry(e, person) for e in person.education)
            )
        case "languages":
            return Section(key, heading, lines=language_lines(person), listed=True)
        case "skills":
            return Section(key, heading, lines=person.skills, listed=True)
        case "awards":
            return Section(key, heading, lines=person.awards, listed=True)
        case "publications":
            return Section(key, heading, lines=person.publications, listed=True)
        case "offer":
            return Section(key, heading, lines=person.print.offer)
    if key not in person.print.extra:
        raise ValueError(f"{person.file}: section {key!r} has no text")
    return Section(key, heading, lines=person.print.extra[key], listed=True)


def sheet_of(person: Person) -> Sheet:
    """The CV as it is printed: sections in the order and under the headings of the source."""
    contact = (
        person.print.place,
        *person.print.phones,
        *person.emails,
        *person.links,
        *person.print.contact,
    )
    sections = tuple(_section(k, heading, person) for k, heading in person.print.sections.items())
    return Sheet(person.print.name, person.headline, contact, sections, person.print.words)
