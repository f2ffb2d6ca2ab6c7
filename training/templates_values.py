"""Values made up for one pair of texts: years, amounts, durations, dates, persons."""

from __future__ import annotations

import random
from collections.abc import Sequence

from training.data import Pair
from training.templates_grammar import Term

ENGLISH, SPANISH = 0, 1
NUMBER_WORDS = tuple(
    names.split()
    for names in (
        "zero one two three four five six seven eight nine ten eleven twelve",
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
    )
)
MONTHS = tuple(
    names.split()
    for names in (
        "January February March April May June July August September October November December",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    )
)
UNITS = {
    "month": ("meses", 3, 48),
    "week": ("semanas", 2, 30),
    "year": ("años", 2, 10),
    "day": ("días", 5, 90),
}
CURRENCIES = (
    ("US$", "US dollars", "dólares estadounidenses"),
    ("$", "dollars", "dólares"),
    ("€", "euros", "euros"),
    ("MXN ", "pesos", "pesos"),
    ("£", "pounds", "libras"),
)


class Values:
    """Makers of values; one way of writing numbers in Spanish for the whole text."""

    def __init__(
        self,
        rng: random.Random,
        given: tuple[Sequence[str], Sequence[str]],
        surnames: Sequence[str],
    ) -> None:
        self.rng, self.given, self.surnames = rng, given, surnames
        self.thousands, self.decimal = rng.choice(((",", "."), (",", "."), (" ", "."), (".", ",")))
        self.year = 2024 - int(abs(rng.gauss(0, 14)))

    def grouped(self, number: int) -> Pair:
        thousands = "" if number < 10_000 and self.thousands == " " else self.thousands
        return Pair(f"{number:,}", f"{number:,}".replace(",", thousands))

    def point(self, number: float) -> Pair:
        return Pair(f"{number:g}", f"{number:g}".replace(".", self.decimal))

    def y(self) -> Pair:
        """Each later than the one before."""
        year = self.year
        self.year = min(2026, year + self.rng.randint(1, 9))
        return Pair(str(year), str(year))

    def old(self) -> Pair:
        year = str(self.rng.randint(1790, 1965))
        return Pair(year, year)

    def born(self) -> Pair:
        year = str(self.rng.randint(1925, 1990))
        return Pair(year, year)

    def n(self) -> Pair:
        n = self.rng.randint(2, 12) if self.rng.random() < 0.5 else self.rng.randint(13, 40)
        if n <= 12 and self.rng.random() < 0.5:
            return Pair(NUMBER_WORDS[ENGLISH][n], NUMBER_WORDS[SPANISH][n])
        return Pair(str(n), str(n))

    def big(self) -> Pair:
        unit = 10 ** self.rng.randint(1, 3)
        return self.grouped(self.rng.randint(11, 99) * unit // self.rng.choice((1, 4, 7)))

    def growth(self) -> Pair:
        en, es = self.point(self.rng.randint(3, 98) / 10)
        return Pair(f"{en}%", f"{es} %")

    def rate(self) -> Pair:
        return self.point(self.rng.randint(11, 249) / 10)

    def pct(self) -> Pair:
        whole = self.rng.random() < 0.7
        n = self.rng.randint(2, 96) if whole else self.rng.randint(11, 980) / 10
        en, es = self.point(n)
        signs = self.rng.choice((("%", "%"), ("%", " %"), (" per cent", " por ciento")))
        return Pair(en + signs[0], es + signs[1])

    def ord(self) -> Pair:
        n = self.rng.randint(4, 20)
        return Pair(f"{n}th", f"{n}.ª")

    def date(self) -> Pair:
        day, month = self.rng.randint(1, 28), self.rng.randrange(12)
        year = 2026 - int(abs(self.rng.gauss(0, 9)))
        en, es = MONTHS[ENGLISH][month], MONTHS[SPANISH][month]
        english = f"{day} {en} {year}" if self.rng.random() < 0.6 else f"{en} {day}, {year}"
        return Pair(english, f"{day} de {es} de {year}")

    def dur(self) -> Pair:
        unit = self.rng.choice(("month", "month", "month", "week", "year", "year", "day"))
        spanish, low, high = UNITS[unit]
        n = self.rng.randint(low, high)
        if n <= 12 and self.rng.random() < 0.5:
            en, es = NUMBER_WORDS[ENGLISH][n], NUMBER_WORDS[SPANISH][n]
            return Pair(f"{en} {unit}s", f"{es} {spanish}")
        return Pair(f"{n} {unit}s", f"{n} {spanish}")

    def fee(self) -> Pair:
        """An amount that one person pays or receives."""
        sign, english, spanish = self.rng.choice(CURRENCIES)
        en, es = self.grouped(self.rng.randint(4, 160) * self.rng.choice((5, 50, 250)))
        amount = f"{sign}{en}" if self.rng.random() < 0.5 else f"{en} {english}"
        return Pair(amount, f"{es} {spanish}")

    def money(self) -> Pair:
        sign, english, spanish = self.rng.choice(CURRENCIES)
        if self.rng.random() < 0.5:
            en, es = self.point(self.rng.randint(11, 990) / self.rng.choice((1, 10)))
            million = (
                f"{sign}{en} million" if self.rng.random() < 0.5 else f"{en} million {english}"
            )
            return Pair(million, f"{es} millones de {spanish}")
        en, es = self.grouped(self.rng.randint(2, 999) * self.rng.choice((500, 1000, 10_000)))
        amount = f"{sign}{en}" if self.rng.random() < 0.5 else f"{en} {english}"
        de = "de " if es.endswith("000000") else ""
        return Pair(amount, f"{es} {de}{spanish}")

    def p(self) -> Term:
        gender = self.rng.getrandbits(1)
        first = self.rng.choice(self.given[gender])
        last = self.rng.choice(self.surnames)
        second = f" {self.rng.choice(self.surnames)}" if self.rng.random() < 0.35 else ""
        name = f"{first} {last}{second}"
        doctor = Pair(f"Dr {name}", f"{('el Dr.', 'la Dra.')[gender]} {name}")
        forms = {"dr": doctor, "last": Pair(last, last), "first": Pair(first, first)}
        return Term(Pair(name, name), gender, False, forms)
