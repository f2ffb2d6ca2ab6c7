"""Dates of CVs, Spanish and English, to `YYYY`, `YYYY-MM`, `YYYY-MM-DD` and `present`.

Written for the shapes that CVs use, since a general parser costs milliseconds a try.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from kb.cv import lexicon
from kb.text import fold

_DASH = r"(?:-|–|—|−|‒|―|~|→|>)"
_YEAR = r"(?:19[3-9]\d|20[0-4]\d)"


@dataclass(frozen=True, slots=True)
class Dates:
    """A date or a range at `at`, `to` of the text. A lone date has `start` None."""

    start: str | None
    end: str | None
    at: int
    to: int
    single: bool = False
    expected: bool = False

    @property
    def years(self) -> tuple[int | None, int | None]:
        return year_of(self.start), year_of(self.end)


def year_of(date: str | None) -> int | None:
    return int(date[:4]) if date and date[:4].isdigit() else None


@cache
def _months() -> dict[str, int]:
    found: dict[str, int] = {}
    for lang in lexicon.LANGS:
        for number, names in lexicon.raw("dates", lang)["months"].items():
            for name in names:
                found[fold(str(name))] = int(number)
    return found


@cache
def _atom() -> re.Pattern[str]:
    month = "|".join(sorted(_months(), key=len, reverse=True))
    seasons = "|".join(lexicon.phrases("dates", "seasons"))
    return re.compile(
        rf"""(?<![\w:$€£,])(?<!\d[.])(?:
        (?P<d1>[0-3]?\d)(?:st|nd|rd|th|º|°|ro)?\s*(?:de\s+|of\s+|[-./])?
            (?P<m1>{month})\.?,?[\s./-]*(?:del?\s+)?(?P<y1>{_YEAR})
        |(?P<m2>{month})\.?\s+(?P<d2>[0-3]?\d)(?:st|nd|rd|th)?,?\s+(?P<y2>{_YEAR})
        |(?P<m3>{month})\.?[\s/.,'’-]*(?:del?\s+|of\s+)?(?P<y3>{_YEAR})
        |(?P<y4>{_YEAR})[-/.](?P<m4>0[1-9]|1[0-2])(?:[-/.](?P<d4>[0-3]\d))?(?!\d)
        |(?P<a5>[0-3]?\d)\s?[/.-]\s?(?P<b5>[01]?\d)\s?[/.-]\s?(?P<y5>{_YEAR})
        |(?P<m6>0?[1-9]|1[0-2])\s?[/.-]\s?(?P<y6>{_YEAR})
        |(?:(?:{seasons}|q[1-4]|[1-4]t|curso|class\s+of|generacion)\s+(?:de\s+)?)?(?P<y8>{_YEAR})
        |(?P<m9>{month})\.?[\s]*['’](?P<y9>\d\d)
        )(?![\w%])(?!['’]s)(?![.,]\d)""",
        re.VERBOSE,
    )


@cache
def _shapes() -> dict[str, re.Pattern[str]]:
    month = "|".join(sorted(_months(), key=len, reverse=True))
    joins = "|".join(re.escape(j) for j in lexicon.phrases("dates", "joins"))
    present = lexicon.pattern(lexicon.phrases("dates", "present"))
    since = lexicon.pattern(lexicon.phrases("dates", "since"))
    until = lexicon.pattern(lexicon.phrases("dates", "until"))
    expected = lexicon.pattern(lexicon.phrases("dates", "expected"))
    return {
        "join": re.compile(
            rf"\s*\)?\s*(?:{_DASH}+|/|(?<=\s)(?:{joins}))\s*(?:el\s+|la\s+|the\s+)?\(?"
        ),
        "present": re.compile(
            rf"\s*(?:{_DASH}+|/|,|(?<=\s)(?:{joins}))?\s*(?:el\s+|la\s+|the\s+)?({present})"
        ),
        "bare_present": re.compile(present),
        "short": re.compile(rf"\s?{_DASH}\s?['’]?(\d\d)(?![\d/.-]|\s?%)"),
        "open": re.compile(rf"\s*{_DASH}\s*(?=$|\)|\]|[|,:])"),
        "since": re.compile(rf"{since}\s*(?:el\s+|the\s+|ano\s+|year\s+)*$"),
        "until": re.compile(rf"{until}\s*(?:el\s+|the\s+)*$"),
        "expected": re.compile(expected),
        "month_before": re.compile(rf"(?<![^\W_])({month})\.?\s*(?:{_DASH}|(?:{joins})(?=\s))\s*$"),
    }


def find(text: str, *, folded: str | None = None) -> list[Dates]:
    """All dates and ranges of a line, in order."""
    low = fold(text) if folded is None else folded
    shapes = _shapes()
    atoms = [(m.start(), m.end(), _value(m)) for m in _atom().finditer(low)]
    found: list[Dates] = []
    i = 0
    while i < len(atoms):
        at, end, value = atoms[i]
        start = value
        expected = bool(shapes["expected"].search(low[max(0, at - 30) : at])) or bool(
            re.match(r"\s*\(?(?:" + shapes["expected"].pattern + ")", low[end : end + 25])
        )
        if i + 1 < len(atoms):
            at2, end2, value2 = atoms[i + 1]
            if shapes["join"].fullmatch(low, end, at2) and _ordered(value, value2):
                expected = expected or bool(
                    re.match(r"\s*\(?(?:" + shapes["expected"].pattern + ")", low[end2 : end2 + 25])
                )
                found.append(Dates(start, value2, at, end2, expected=expected))
                i += 2
                continue
            between = low[end:at2]
            gap = shapes["expected"].search(between)
            if gap and len(between) < 40 and re.match(r"\s*(?:\(|,|-|–|—)", between):
                found.append(Dates(start, value2, at, end2, expected=True))
                i += 2
                continue
        found.append(_alone(low, at, end, value, expected))
        i += 1
    return found


def _alone(low: str, at: int, end: int, value: str, expected: bool) -> Dates:
    """A date that no second date follows: open, short-ended or single."""
    shapes = _shapes()
    if present := shapes["present"].match(low, end):
        lead = low[end : present.start(1)]
        if lead.strip() or lead == "":
            return Dates(value, "present", at, present.end())
        if present.group(1) not in ("fecha", "date", "y", "ahora", "now"):
            return Dates(value, "present", at, present.end())
    if len(value) == 4 and (short := shapes["short"].match(low, end)):
        late = int(short.group(1))
        first = int(value[2:])
        century = int(value[:2]) * 100
        if late < first and first >= 80 and late <= 40:
            century += 100
        if century + late >= int(value):
            return Dates(value, str(century + late), at, short.end())
    if len(value) == 7 and low[at : at + 4] == value[:4]:
        # "2010-12" alone is a range of years in a CV when the months of ISO dates are not used
        late = int(value[5:])
        if late > int(value[2:4]):
            return Dates(value[:4], f"{value[:2]}{late:02d}", at, end)
    if opened := shapes["open"].match(low, end):
        return Dates(value, "present", at, opened.end())
    before = low[max(0, at - 24) : at]
    if until := shapes["until"].search(before):
        return Dates(None, value, at - (len(before) - until.start()), end, expected=expected)
    if since := shapes["since"].search(before):
        return Dates(value, "present", at - (len(before) - since.start()), end)
    if len(value) >= 7 and (month := shapes["month_before"].search(before)):
        start = f"{value[:4]}-{_months()[month.group(1)]:02d}"
        if start <= value:
            return Dates(start, value, at - (len(before) - month.start()), end)
    return Dates(None, value, at, end, single=True, expected=expected)


def present_at(low: str) -> int:
    """Length of a word for now ("a la fecha") that opens a folded text, or 0."""
    match = re.match(r"[\s–—-]*(?:el\s+|the\s+)?", low)
    start = match.end() if match else 0
    word = _shapes()["bare_present"].match(low, start)
    return word.end() if word else 0


def _ordered(first: str, second: str) -> bool:
    size = min(len(first), len(second))
    return first[:size] <= second[:size]


def _value(match: re.Match[str]) -> str:
    got = match.groupdict()
    months = _months()
    if got["y1"]:
        return _iso(got["y1"], months[got["m1"]], int(got["d1"]))
    if got["y2"]:
        return _iso(got["y2"], months[got["m2"]], int(got["d2"]))
    if got["y3"]:
        return _iso(got["y3"], months[got["m3"]])
    if got["y4"]:
        return _iso(got["y4"], int(got["m4"]), int(got["d4"]) if got["d4"] else 0)
    if got["y5"]:
        first, second = int(got["a5"]), int(got["b5"])
        if first > 12 >= second or first == second:
            return _iso(got["y5"], second, first)
        if second > 12 >= first:
            return _iso(got["y5"], first, second)
        if "." in match.group():  # 3.4.2015 is day first wherever it is written
            return _iso(got["y5"], second, first)
        return str(got["y5"])  # 03/04/2015: day and month cannot be told apart
    if got["y6"]:
        return _iso(got["y6"], int(got["m6"]))
    if got["y9"]:
        late = int(got["y9"])
        return _iso(str(2000 + late if late < 50 else 1900 + late), months[got["m9"]])
    return str(got["y8"])


def _iso(year: str, month: int, day: int = 0) -> str:
    if not 1 <= month <= 12:
        return year
    if not 1 <= day <= 31:
        return f"{year}-{month:02d}"
    return f"{year}-{month:02d}-{day:02d}"


def iso(value: object) -> str | None:
    """A date field of a record ("2015-03-01", "03/2015", "marzo de 2015", "present") or None."""
    text = str(value or "").strip()
    if not text:
        return None
    if re.fullmatch(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-[0-3]\d)?)?", text):
        return text
    low = fold(text)
    if low in lexicon.phrase_set("dates", "present"):
        return "present"
    found = find(text, folded=low)
    return (found[0].end or found[0].start) if found else None


def is_only(line: str, dates: Dates) -> bool:
    """True when a line holds this date or range and no other words."""
    rest = line[: dates.at] + line[dates.to :]
    return not re.search(r"[^\W\d_]{2,}", fold(rest))
