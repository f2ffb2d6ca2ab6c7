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
from training.templates_grammar import HERE, Term, read_sections, tidy_en, tidy_es, unaccented
from training.templates_values import ENGLISH, SPANISH, Values
from training.templates_words import Words, load_words

SLOT = re.compile(r"\{(_?[a-z]+\d?)(?:\.(\w+))?(?:([:#])([^{}]*))?\}")
MADE = frozenset("y old born n big growth rate pct ord date dur fee money p".split())  # noqa: SIM905


class Template(NamedTuple):
    """Positions of sentences; each holds alternatives and whether it may be left out."""

    positions: tuple[tuple[bool, tuple[Pair, ...]], ...]
    question: bool
    person: bool


def kind_of(key: str) -> str:
    """`field` of `field2` and of `org_field2` (an entry's own slot)."""
    return key.rsplit("_", 1)[-1].rstrip("0123456789")


class Scene:
    """The values of one pair's slots, drawn when first asked for."""

    def __init__(self, words: Words, rng: random.Random) -> None:
        self.words, self.rng = words, rng
        self.terms: dict[str, Term] = {}
        self.values = Values(rng, words.given, words.surnames)

    def term(self, key: str) -> Term:
        if key not in self.terms:
            kind = kind_of(key)
            if kind == "y" and key != "y":
                self.term("y")  # the earliest first
            others = [t.text for k, t in self.terms.items() if kind_of(k) == kind]
            for _ in range(6):
                term = self.draw(kind, key)
                if term.text not in others:
                    break
            self.terms[key] = term
        return self.terms[key]

    def draw(self, kind: str, key: str) -> Term:
        if kind in MADE:
            made: Pair | Term = getattr(self.values, kind)()
            return made if isinstance(made, Term) else Term(made)
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
    """Lines begin with `- ` (a position), `? ` (it may be left out), `/ ` (an alternative)."""
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
        if optional and rng.random() < 0.25:
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
