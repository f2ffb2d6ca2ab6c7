"""Figures with value, unit and year; dates as ISO ids. Both languages' ways to write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from kb.text import fold

_MONTHS = {
    "enero": 1, "febrero": 2, "marzo": 3, "abril": 4, "mayo": 5, "junio": 6, "julio": 7,
    "agosto": 8, "septiembre": 9, "setiembre": 9, "octubre": 10, "noviembre": 11, "diciembre": 12,
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7,
    "august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
    "ene": 1, "feb": 2, "abr": 4, "jun": 6, "jul": 7, "ago": 8, "sep": 9, "sept": 9, "oct": 10,
    "nov": 11, "dic": 12, "jan": 1, "apr": 4, "aug": 8, "dec": 12,
}  # fmt: skip
_WORDS = {
    "un": 1, "una": 1, "one": 1, "dos": 2, "two": 2, "tres": 3, "three": 3, "cuatro": 4,
    "four": 4, "cinco": 5, "five": 5, "seis": 6, "six": 6, "siete": 7, "seven": 7, "ocho": 8,
    "eight": 8, "nueve": 9, "nine": 9, "diez": 10, "ten": 10, "once": 11, "eleven": 11,
    "doce": 12, "twelve": 12, "quince": 15, "fifteen": 15, "veinte": 20, "twenty": 20,
    "treinta": 30, "thirty": 30, "cincuenta": 50, "fifty": 50, "cien": 100, "medio": 0.5,
    "half a": 0.5, "a": 1,
}  # fmt: skip
#: A Spanish billón is a million millions, an English billion a thousand.
_SCALES = {
    "es": {"mil millones": 1e9, "mil": 1e3, "miles": 1e3, "millon": 1e6, "millones": 1e6,
           "billon": 1e12, "billones": 1e12, "mdd": 1e6, "mdp": 1e6},
    "en": {"thousand": 1e3, "million": 1e6, "millions": 1e6, "billion": 1e9, "billions": 1e9,
           "trillion": 1e12, "bn": 1e9, "m": 1e6, "k": 1e3},
}  # fmt: skip
_CURRENCIES = {
    "dolares": "USD", "dollars": "USD", "usd": "USD", "us$": "USD", "$": "USD", "euros": "EUR",
    "€": "EUR", "eur": "EUR", "pesos": "MXN", "mxn": "MXN", "libras": "GBP", "pounds": "GBP",
    "£": "GBP", "gbp": "GBP", "yuan": "CNY", "rupias": "INR", "rupees": "INR", "yenes": "JPY",
    "mdd": "USD", "mdp": "MXN", "dolar": "USD", "euro": "EUR", "rublos": "RUB", "rubles": "RUB",
}  # fmt: skip
_NUMBER = (
    r"(?<![\w.,])\d{1,3}(?:[.,  ]\d{3})+(?:[.,]\d+)?(?!\d)|(?<![\w.,/-])\d+(?:[.,]\d+)?(?![\d/])"
)
_SCALE = (
    r"mil millones|miles de millones|mil|millones|mill[oó]n|billones|bill[oó]n|"
    r"thousand|millions?|billions?|trillions?|bn|mdd|mdp"
)


class Figure(NamedTuple):
    start: int
    end: int
    value: float
    unit: str | None
    year: int | None


class Date(NamedTuple):
    start: int
    end: int
    id: str


@cache
def _figure() -> re.Pattern[str]:
    words = "|".join(sorted((re.escape(word) for word in _WORDS), key=len, reverse=True))
    return re.compile(
        rf"(?P<money>(?:US\$|USD|EUR|MXN|[$€£])\s?)?(?P<number>{_NUMBER}|\b(?:{words})\b)"
        rf"(?:\s?(?P<percent>%|por ciento\b|percent\b|per cent\b)"
        rf"|\s(?P<scale>(?:{_SCALE}))\b)?"
        rf"(?:\s(?:de\s|of\s)?(?P<unit>[^\W\d_]+(?:\s?\$)?|€))?",
        re.IGNORECASE,
    )


_YEAR = re.compile(r"(?<![\w.,$-])(?:1[89]|20)\d\d(?![\w%]|[.,]\d)")
#: What is counted by none of these words.
_NO_UNIT = frozenset(
    """
    since after before between among y e o u and or de del la el los las the of in en por para
    with con que to a al se es is as
    than mas more at on from desde hasta its su sus pp paginas pages vol no num art issn isbn
    tambien ademas this these estos was were are has s others otros otras principales nacidos
    menos algunos varios diferentes distintos primeros ultimos nuevos grandes
    """.split()  # noqa: SIM905 - a list of words reads better
)


def figures(text: str, *, lang: str) -> Iterator[Figure]:
    """Percentages, sums of money, counts of things; bare numbers and years are left out."""
    for match in _figure().finditer(text):
        value = _value(match, lang=lang)
        if value is None:
            continue
        unit = _unit(match, text)
        if unit is None:
            continue
        end = match.end("percent") if match["percent"] else match.end()
        if match["percent"] is None and not (match["unit"] and _names_unit(match["unit"], unit)):
            end = match.end("scale") if match["scale"] else match.end("number")
        yield Figure(match.start(), end, value, unit, _year_near(text, match.start(), match.end()))


def _names_unit(word: str, unit: str) -> bool:
    """Whether the word after a number is its unit: "12 million since" has none there."""
    return word == unit or fold(word) in _CURRENCIES


def _value(match: re.Match[str], *, lang: str) -> float | None:
    written = fold(match["number"])
    number = _WORDS.get(written)
    if number is None:
        if not written[0].isdigit():
            return None
        parsed = parse_number(match["number"], lang=lang)
        if parsed is None:
            return None
        number = parsed
    elif not (match["scale"] or _plural(match["unit"])):
        return None
    if written in ("a", "un", "una", "one") and not match["scale"]:
        return None
    scale = fold(match["scale"] or "")
    if scale:
        scale = "mil millones" if scale == "miles de millones" else scale
        order = ("es", "en") if lang != "en" else ("en", "es")
        factor = next((_SCALES[each][scale] for each in order if scale in _SCALES[each]), 1.0)
        number *= factor
    return float(round(number, 6))


def parse_number(written: str, *, lang: str) -> float | None:
    """46.5, 46,5, 450,000, 1.250.000 ... a mark before exactly three digits parts thousands,
    but for a point in English with no other mark. None for what is no number (210.555.0174)."""
    plain = re.sub(r"[  ]", "", written)
    marks = [char for char in plain if char in ".,"]
    if not marks:
        return float(plain)
    last = marks[-1]
    digits = len(plain) - plain.rfind(last) - 1
    several = marks.count(last) > 1
    if len(set(marks)) == 2:
        other = "." if last == "," else ","
        if several:
            return None
        return float(plain.replace(other, "").replace(last, "."))
    if several and not re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", plain):
        return None
    thousands = digits == 3 and (several or last == "," or lang != "en") and plain[0] != "0"
    return float(plain.replace(last, "")) if thousands else float(plain.replace(last, "."))


def _plural(word: str | None) -> bool:
    if not word:
        return False
    plain = fold(word)
    return (
        word.islower()
        and len(plain) > 3
        and plain not in _NO_UNIT
        and (plain.endswith("s") or plain in ("people", "women", "men", "children"))
    )


def _unit(match: re.Match[str], text: str) -> str | None:
    if match["percent"]:
        return "%"
    money = (match["money"] or "").strip().lower()
    word = match["unit"] or ""
    plain = fold(word)
    scale = fold(match["scale"] or "")
    if plain in _CURRENCIES:
        return _CURRENCIES[plain]
    if money in _CURRENCIES or scale in ("mdd", "mdp"):
        return _CURRENCIES.get(money) or _CURRENCIES[scale]
    year = _YEAR.fullmatch(match["number"])
    if match["scale"]:
        return word if plain and plain not in _NO_UNIT and word.islower() else ""
    if year and not match["money"]:
        return None
    return word if _plural(word) else None


def _year_near(text: str, start: int, end: int) -> int | None:
    """The year that stands nearest in the same sentence."""
    left = max(text.rfind(". ", 0, start), text.rfind("\n", 0, start)) + 1
    right = min(p for p in (text.find(". ", end), text.find("\n", end), len(text)) if p >= 0)
    best: tuple[int, int] | None = None
    for match in _YEAR.finditer(text, left, right):
        if match.start() < end and start < match.end():
            continue
        far = min(abs(match.start() - end), abs(start - match.end()))
        if best is None or far < best[0]:
            best = (far, int(match.group()))
    return best[1] if best and best[0] <= 80 else None


@cache
def _dates() -> tuple[re.Pattern[str], ...]:
    month = "|".join(sorted(_MONTHS, key=len, reverse=True))
    year = r"(?P<y>(?:1[89]|20)\d\d)"
    return (
        re.compile(rf"\b(?P<d>\d{{1,2}})(?:º|°)?\s(?:de\s)?(?P<m>{month})\.?,?\s(?:del?\s)?{year}\b", re.I),  # noqa: E501
        re.compile(rf"\b(?P<m>{month})\.?\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s{year}\b", re.I),
        re.compile(rf"\b(?P<m>{month})\.?,?\s(?:de[l]?\s|of\s)?{year}\b", re.I),
        re.compile(rf"\b{year}-(?P<m>\d{{2}})-(?P<d>\d{{2}})\b"),
        re.compile(rf"\b(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})/{year}\b"),
    )  # fmt: skip


def dates(text: str) -> Iterator[Date]:
    """Dates as YYYY, YYYY-MM or YYYY-MM-DD; years of citations in brackets are left out."""
    taken: list[tuple[int, int]] = []
    if _YEAR.search(text) is None:
        return
    for shape in _dates():
        for match in shape.finditer(text):
            if any(a < match.end() and match.start() < b for a, b in taken):
                continue
            if (made := _iso(match)) is not None:
                taken.append(match.span())
                yield Date(match.start(), match.end(), made)
    for match in _YEAR.finditer(text):
        if not any(a < match.end() and match.start() < b for a, b in taken) and not _cited(
            text, match.start(), match.end()
        ):
            yield Date(match.start(), match.end(), match.group())


def _iso(match: re.Match[str]) -> str | None:
    parts = match.groupdict()
    month = parts["m"]
    number = int(month) if month.isdigit() else _MONTHS[fold(month)]
    if not 1 <= number <= 12:
        return None
    if not parts.get("d"):
        return f"{parts['y']}-{number:02d}"
    day = int(parts["d"])
    return f"{parts['y']}-{number:02d}-{day:02d}" if 1 <= day <= 31 else None


def _cited(text: str, start: int, end: int) -> bool:
    """(Meyer 2001; Kunz, 2010): a year before a bracket or semicolon, after a name."""
    after = text[end : end + 1]
    before = text[max(0, start - 40) : start]
    return after in (")", ";", ":") and bool(
        re.search(r"[(;][^()]*[A-ZÁÉÍÓÚ][^()]*$|[A-ZÁ-Ú]\w+ \($", before)
    )
