"""Parallel English and Spanish text from our own templates and the labels of public taxonomies.

A template line is `English | Spanish` with slots: `{field}` (the value), `{field2}` (another of its
kind), `{field.the}` (a form of it), `{p:él/ella}` (by gender m/f or m/f/mp/fp of the value),
`{c#is/are}` (by number). Slots are shared by both languages, and by all sentences of a paragraph.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from training.data import Pair
from training.templates_words import (
    Term,
    Words,
    load_words,
    read_sections,
    tidy_en,
    tidy_es,
    unaccented,
)

HERE = Path(__file__).with_name("templates")
SLOT = re.compile(r"\{(_?[a-z]+\d?)(?:\.(\w+))?(?:([:#])([^{}]*))?\}")
ENGLISH, SPANISH = 0, 1
NUMBER_WORDS = (
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
    ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce"],
)
MONTHS = (
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"],
)
UNITS = {
    "month": ("meses", 3, 48),
    "week": ("semanas", 2, 30),
    "year": ("años", 2, 10),
    "day": ("días", 5, 90),
    "hour": ("horas", 8, 400),
}
CURRENCIES = (
    ("US$", "US dollars", "dólares estadounidenses"),
    ("$", "dollars", "dólares"),
    ("€", "euros", "euros"),
    ("MXN ", "pesos", "pesos"),
    ("£", "pounds", "libras"),
)


class Template(NamedTuple):
    """Positions of sentences; each holds alternatives and whether it may be left out."""

    positions: tuple[tuple[bool, tuple[Pair, ...]], ...]
    question: bool
    person: bool


class Scene:
    """The values of one pair's slots, drawn when first asked for."""

    def __init__(self, words: Words, rng: random.Random) -> None:
        self.words, self.rng = words, rng
        self.terms: dict[str, Term] = {}
        self.thousands, self.decimal = rng.choice(((",", "."), (",", "."), (" ", "."), (".", ",")))

    def term(self, key: str) -> Term:
        if key not in self.terms:
            kind = key.rsplit("_", 1)[-1].rstrip("0123456789")
            others = [t.text for k, t in self.terms.items() if k.rstrip("0123456789") == kind]
            for _ in range(6):
                term = self.draw(kind, key)
                if term.text not in others:
                    break
            self.terms[key] = term
        return self.terms[key]

    def draw(self, kind: str, key: str) -> Term:
        made = getattr(self, f"draw_{kind}", None)
        if made is not None:
            return Term(*made(key)) if kind != "p" else made(key)
        term = self.rng.choice(self.words.terms[kind])
        if kind in ("job", "prof"):
            gender = self.terms["p"].gender if "p" in self.terms else self.rng.getrandbits(1)
            return term.forms_by_gender[gender]
        return term.filled(lambda text, side: self.fill(text, side, key)) if term.nested else term

    def fill(self, text: str, side: int, owner: str = "") -> str:
        def value(match: re.Match[str]) -> str:
            key, form, by, choices = match.groups()
            term = self.term(owner + key if key[0] == "_" else key)
            if by == ":":
                kinds = choices.split("/")
                return kinds[term.gender % len(kinds)]
            if by == "#":
                return choices.split("/")[term.many if side == ENGLISH else term.gender >= 2]
            return (term.form(form) if form else term.text)[side]

        return SLOT.sub(value, text)

    def grouped(self, number: int) -> Pair:
        thousands = "" if number < 10_000 and self.thousands == " " else self.thousands
        return Pair(f"{number:,}", f"{number:,}".replace(",", thousands))

    def point(self, number: float) -> Pair:
        return Pair(f"{number:g}", f"{number:g}".replace(".", self.decimal))

    def draw_y(self, key: str) -> tuple[Pair]:
        before = {"y2": "y", "y3": "y2"}.get(key)
        if before:
            start = int(self.term(before).text.en)
            year = min(2026, start + self.rng.randint(1, 9))
        else:
            year = 2024 - int(abs(self.rng.gauss(0, 14)))
        return (Pair(str(year), str(year)),)

    def draw_old(self, key: str) -> tuple[Pair]:
        year = str(self.rng.randint(1790, 1965))
        return (Pair(year, year),)

    def draw_n(self, key: str) -> tuple[Pair]:
        n = self.rng.randint(2, 12) if self.rng.random() < 0.5 else self.rng.randint(13, 40)
        if n <= 12 and self.rng.random() < 0.5:
            return (Pair(NUMBER_WORDS[ENGLISH][n], NUMBER_WORDS[SPANISH][n]),)
        return (Pair(str(n), str(n)),)

    def draw_big(self, key: str) -> tuple[Pair]:
        unit = 10 ** self.rng.randint(1, 3)
        return (self.grouped(self.rng.randint(11, 99) * unit // self.rng.choice((1, 4, 7))),)

    def draw_growth(self, key: str) -> tuple[Pair]:
        en, es = self.point(self.rng.randint(3, 98) / 10)
        return (Pair(f"{en}%", f"{es} %"),)

    def draw_rate(self, key: str) -> tuple[Pair]:
        return (self.point(self.rng.randint(11, 249) / 10),)

    def draw_pct(self, key: str) -> tuple[Pair]:
        whole = self.rng.random() < 0.7
        n = self.rng.randint(2, 96) if whole else self.rng.randint(11, 980) / 10
        en, es = self.point(n)
        signs = self.rng.choice((("%", "%"), ("%", " %"), (" per cent", " por ciento")))
        return (Pair(en + signs[0], es + signs[1]),)

    def draw_ord(self, key: str) -> tuple[Pair]:
        n = self.rng.randint(4, 20)
        return (Pair(f"{n}th", f"{n}.ª"),)

    def draw_date(self, key: str) -> tuple[Pair]:
        day, month = self.rng.randint(1, 28), self.rng.randrange(12)
        year = 2026 - int(abs(self.rng.gauss(0, 9)))
        en, es = MONTHS[ENGLISH][month], MONTHS[SPANISH][month]
        english = f"{day} {en} {year}" if self.rng.random() < 0.6 else f"{en} {day}, {year}"
        return (Pair(english, f"{day} de {es} de {year}"),)

    def draw_dur(self, key: str) -> tuple[Pair]:
        unit = self.rng.choice(("month", "month", "week", "year", "year", "day", "hour"))
        spanish, low, high = UNITS[unit]
        n = self.rng.randint(low, high)
        if n <= 12 and self.rng.random() < 0.5:
            en, es = NUMBER_WORDS[ENGLISH][n], NUMBER_WORDS[SPANISH][n]
            return (Pair(f"{en} {unit}s", f"{es} {spanish}"),)
        return (Pair(f"{n} {unit}s", f"{n} {spanish}"),)

    def draw_money(self, key: str) -> tuple[Pair]:
        sign, english, spanish = self.rng.choice(CURRENCIES)
        if self.rng.random() < 0.5:
            en, es = self.point(self.rng.randint(11, 990) / self.rng.choice((1, 10)))
            million = (
                f"{sign}{en} million" if self.rng.random() < 0.5 else f"{en} million {english}"
            )
            return (Pair(million, f"{es} millones de {spanish}"),)
        en, es = self.grouped(self.rng.randint(2, 999) * self.rng.choice((500, 1000, 10_000)))
        amount = f"{sign}{en}" if self.rng.random() < 0.5 else f"{en} {english}"
        de = "de " if es.endswith("000000") else ""
        return (Pair(amount, f"{es} {de}{spanish}"),)

    def draw_p(self, key: str) -> Term:
        gender = self.rng.getrandbits(1)
        first = self.rng.choice(self.words.given[gender])
        last = self.rng.choice(self.words.surnames)
        second = f" {self.rng.choice(self.words.surnames)}" if self.rng.random() < 0.35 else ""
        name = f"{first} {last}{second}"
        doctor = Pair(f"Dr {name}", f"{('el Dr.', 'la Dra.')[gender]} {name}")
        forms = {"dr": doctor, "last": Pair(last, last), "first": Pair(first, first)}
        return Term(Pair(name, name), gender, False, forms)


def read_templates(folder: Path) -> list[tuple[float, list[Template]]]:
    """Groups of templates with their share of the output."""
    groups = []
    for path in sorted(folder.glob("t_*.txt")):
        for name, lines in read_sections(path):
            weight, *flags = name.split()[1:]
            templates = []
            if "paragraph" in flags:
                blocks = "\n".join(lines).split("\n\n")
            else:
                blocks = [line for line in lines if line]
            for block in filter(None, blocks):
                templates.append(read_block(block, question="question" in flags))
            groups.append((float(weight), templates))
    return groups


def read_block(block: str, *, question: bool = False) -> Template:
    """Lines begin with `- ` (a position), `? ` (one that may be left out), `/ ` (an alternative)."""
    positions: list[tuple[bool, list[Pair]]] = []
    for line in block.strip().split("\n"):
        mark, text = (line[0], line[2:]) if line[:2] in ("- ", "? ", "/ ") else ("-", line)
        english, spanish = text.split(" | ")
        if mark != "/":
            positions.append((mark == "?", []))
        positions[-1][1].append(Pair(english.strip(), spanish.strip()))
    fixed = tuple((optional, tuple(choices)) for optional, choices in positions)
    return Template(fixed, question, bool(re.search(r"\{p[}.:]", block)))


def as_typed(pair: Pair, rng: random.Random) -> Pair:
    """A question the way people type it: now and then without ¿, accents, capitals or mark."""
    en, es = pair
    if rng.random() < 0.3:
        es = es.replace("¿", "")
        es = es[:1].upper() + es[1:] if rng.random() < 0.5 else es
        if rng.random() < 0.3:
            es = unaccented(es)
        if rng.random() < 0.25:
            en, es = en.rstrip("?"), es.rstrip("?")
    if rng.random() < 0.06:
        en, es = en.lower(), es.lower()
    return Pair(en, es)


def written(template: Template, scene: Scene) -> Pair:
    """One pair: every position filled, joined by spaces, its small words agreeing."""
    rng, english, spanish = scene.rng, [], []
    if template.person:
        scene.term("p")
    for optional, choices in template.positions:
        if optional and rng.random() < 0.35:
            continue
        en, es = rng.choice(choices)
        english.append(tidy_en(scene.fill(en, ENGLISH)))
        spanish.append(tidy_es(scene.fill(es, SPANISH)))
    pair = Pair(" ".join(english), " ".join(spanish))
    return as_typed(pair, rng) if template.question else pair


def templated(taxonomies: Path, count: int, *, seed: int = 0) -> Iterator[Pair]:
    """`count` pairs, the same for the same seed, no English text twice."""
    words = load_words(HERE, taxonomies)
    groups = read_templates(HERE)
    shares = list(accumulate(weight for weight, _ in groups))
    rng, seen = random.Random(seed), set[int]()  # noqa: S311 - text for training, not a secret
    while len(seen) < count:
        _, templates = rng.choices(groups, cum_weights=shares)[0]
        pair = written(rng.choice(templates), Scene(words, rng))
        key = int.from_bytes(blake2b(pair.en.encode(), digest_size=8).digest())
        if key not in seen:
            seen.add(key)
            yield pair
