"""Identifiers of persons: by their shape alone where it is unmistakable, else behind a label."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from kb.private_words import CLOSE, GAP, OPEN, any_of, label, listed

#: (kind, start, end, start of the value)
Hit = tuple[str, int, int, int]

_CURP = re.compile(
    rf"{OPEN}[a-zñ]{{4}}[\s-]?(\d{{6}})[\s-]?[hmx][\s-]?[a-z]{{2}}[\s-]?[a-zñ]{{3}}[\s-]?[a-z\d]"
    rf"[\s-]?\d{CLOSE}",
    re.IGNORECASE,
)
_RFC = re.compile(r"(?<![\w./-])([A-ZÑ&]{4})-?(\d{6})-?([A-Z\d]{2}[\dA])(?![\w/-])")
_ELECTOR = re.compile(rf"{OPEN}(?:[a-z]{{6}}\d{{8}}[hm]\d{{3}}|idmex\d{{9,13}}){CLOSE}", re.I)
_SPANISH = re.compile(r"(?<![\w./-])(?:([xyz])[\s-]?(\d{7})|(\d{8}))[\s-]?([a-z])(?![\w/-])")
#: The same for everybody: the general public and those abroad.
_NOBODY = ("XAXX010101000", "XEXX010101000")
_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_RFC_VALUES = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"


def unmistakable(text: str) -> Iterator[Hit]:
    """CURP, RFC of a person and clave de elector, with or without a label.

    Patents ("MXPA05012345A") look like an RFC and are none.
    """
    for found in _CURP.finditer(text):
        if _dated(found[1]):
            yield "curp", *found.span(), found.start()
    for found in _RFC.finditer(text):
        whole = "".join(found.groups())
        if found[1].startswith("MX") or whole in _NOBODY or not _dated(found[2]):
            continue
        # The second letter is the first vowel of the surname; of a short one the digit tells.
        if found[1][1] in "AEIOUX" or whole[-1] == rfc_digit(whole[:-1]):
            yield "rfc", *found.span(), found.start()
    for found in _ELECTOR.finditer(text):
        yield "identity", *found.span(), found.start()


def rfc_digit(first: str) -> str:
    """The check digit of the first twelve characters of an RFC (SAT, weights 13 to 2, mod 11)."""
    rest = sum(_RFC_VALUES.index(c) * (13 - i) for i, c in enumerate(first)) % 11
    return "0" if rest == 0 else "A" if rest == 1 else str(11 - rest)


def spanish(low: str) -> Iterator[Hit]:
    """DNI and NIE of Spain whose letter is the right one."""
    for found in _SPANISH.finditer(low):
        number = str("xyz".index(found[1])) + found[2] if found[1] else found[3]
        if _LETTERS[int(number) % 23].lower() == found[4]:
            yield "identity", *found.span(), found.start()


def labelled(low: str) -> Iterator[Hit]:
    """Numbers behind the words that announce them."""
    for kind, pattern in _labelled():
        for found in pattern.finditer(low):
            value = found["value"]
            if _ranged(value) or (kind == "rfc" and value in map(str.lower, _NOBODY)):
                continue
            yield kind, found.start(), found.end(), found.start("value")


@cache
def _labelled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    number = rf"(?:{any_of(listed('numbers'))}\s?[.:º°]{{0,2}}\s?)?"
    whose = r"(?:\s\(?[^\W\d_]{3,14}\)?){0,2}?"  # "pasaporte mexicano", "passport (UK)"
    number_like = r"(?:[a-z]{1,3}[\s-]?)?\d(?:[\s./-]?\d){4,16}(?:[\s./-]?[a-z\d])?"
    body = (
        r"(?:[vejgp][-\s]\s?\d{1,2}\.?\d{3}\.?\d{3}|\d{1,4}(?:\.\d{3}){2,3}(?:\s?-\s?[\dk])?|"
        r"\d-\d{4}-\d{4}|\d{7,8}-[\dk]|\d{9,13}|[a-z]{6}\d{8}[hm]\d{3}|idmex\d{6,13})"
    )
    shapes = (
        ("curp", "curp", "",
         r"(?=(?:[a-z]*\d){6})[a-zñ\d]{10,20}|[a-zñ]{4}\s\d{6}\s[a-zñ\d]{6,8}(?:\s\d\d?)?"),
        ("rfc", "rfc", "", r"[a-zñ&]{4}[\s-]?\d{6}(?:[\s-]?[a-z\d]{3})?"),
        ("passport", "passport", whose, r"(?:[a-z]{1,3}[\s-]?)?\d{5,12}[a-z]?|[a-z]\d[a-z\d]{6,8}"),
        ("identity", "identity", "", rf"[x*\d-]*[x*]{{3,}}[x*\d-]*|[a-z]{{1,8}}\d{{5,13}}|"
                                     rf"[a-z]{{6}}\d{{8}}[hm]\d{{3}}|{number_like}"),
        ("identity", "identity_body", "", body),
        ("social", "social", "",
         r"[x*\d]{3}[\s-]?[x*\d]{2}[\s-]?\d{4}|[a-z]{2}(?:\s?\d\d){3}\s?[a-d]|"
         r"\d(?:[\s/-]?\d){7,13}"),
        ("social", "social_body", "", r"\d\d[\s-]?\d\d[\s-]?\d\d[\s-]?\d{4}[\s-]?\d"),
    )  # fmt: skip
    return tuple(
        (kind, re.compile(
            rf"{label(key)}{extra}{GAP}{number}{GAP}(?P<value>{shape})(?![^\W_]|-\d)"
        ))
        for kind, key, extra, shape in shapes
    )  # fmt: skip


def _ranged(value: str) -> bool:
    """Years, not a number: "INE 2010-2015", "seguro social, 1998 2004"."""
    return bool(re.fullmatch(r"(?:19|20)\d\d(?:[\s./-]{1,3}(?:(?:19|20)?\d\d))*", value))


def _dated(six: str) -> bool:
    """Whether YYMMDD is a day of the calendar."""
    try:
        date(2000 + int(six[:2]), int(six[2:4]), int(six[4:]))
    except ValueError:
        return six[2:] == "0229"
    return True
