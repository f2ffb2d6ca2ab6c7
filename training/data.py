"""What the encoder learns from: pairs of the same text in English and Spanish, by source.

The file of public pairs has one pair a line, `English<TAB>Spanish<TAB>source`. `SOURCES` names
each source that may be used, with its licence and how many pairs of it are taken; a source that
is not named is not used.
"""

from __future__ import annotations

import json
import lzma
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

WRITTEN = Path(__file__).parent / "written"


class Pair(NamedTuple):
    """The same text in both languages."""

    en: str
    es: str


@dataclass(frozen=True, slots=True)
class Source:
    """A public set of pairs. `take`: at most so many pairs; `paragraphs`: texts of several
    sentences put together from it; `in_order`: neighbouring lines belong together."""

    name: str
    title: str
    licence: str
    take: int
    paragraphs: int = 0
    in_order: bool = False


SOURCES = {
    source.name: source
    for source in (
        Source("anki_tatoeba_spa_eng", "Tatoeba sentences", "CC BY 2.0 FR", 200_000, 2_000),
        Source("europarl_slice", "Europarl", "free to reuse", 99_999, 5_000),
        Source("ocds_standard", "Open Contracting Data Standard", "Apache-2.0", 9_999, 1_000, True),
        Source("oc4ids", "Open Contracting for Infrastructure", "Apache-2.0", 9_999, 500, True),
        Source("ocds_ppp", "Open Contracting for PPPs", "Apache-2.0", 9_999, 500, True),
        Source(
            "msdocs_business_central", "Business Central manuals", "CC BY 4.0", 70_000, 4_000, True
        ),
        Source(
            "msdocs_project_operations",
            "Project Operations manuals",
            "CC BY 4.0",
            9_999,
            1_500,
            True,
        ),
        Source("python_docs_es", "Python documentation", "CC0 / PSF", 70_000, 2_500, True),
        Source("adobe_workfront", "Workfront manuals", "MIT", 50_000, 1_000, True),
        Source("adobe_commerce_kb", "Commerce knowledge base", "MIT", 4_000),
        Source("esco", "ESCO occupations and skills", "EU reuse with attribution", 20_000),
        Source("eurovoc_labels", "EuroVoc labels", "EU reuse with attribution", 9_999),
        Source("gnome_user_docs", "GNOME user documentation", "CC BY 3.0", 9_999, 500, True),
        Source("dspace_i18n", "DSpace messages", "BSD-3-Clause", 3_000),
        Source("orcid_i18n", "ORCID messages", "MIT", 3_000),
        Source("unesco_nomenclature", "UNESCO nomenclature of fields", "public list", 9_999),
        Source("open_sdg", "Open SDG messages", "MIT", 9_999),
        Source("sdg_metadata", "SDG goals and indicators", "MIT", 9_999, 100),
        Source("country_codes", "Names of countries", "PDDL", 9_999),
    )
}


def public_pairs(path: Path, *, seed: int = 0) -> dict[str, list[Pair]]:
    """The pairs of each named source, in the file's order, those that cannot be translations of
    each other left out; where a source has more than it may give, a random part."""
    found: dict[str, list[Pair]] = {name: [] for name in SOURCES}
    seen: set[str] = set()
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            english, spanish, name = line.rstrip("\n").split("\t")
            if name not in SOURCES or not _plausible(english, spanish):
                continue
            if name.startswith("adobe"):  # many versions of one sentence
                if english in seen:
                    continue
                seen.add(english)
            found[name].append(Pair(english, spanish))
    chosen = random.Random(seed)  # noqa: S311
    for name, pairs in found.items():
        if len(pairs) > SOURCES[name].take:
            keep = sorted(chosen.sample(range(len(pairs)), SOURCES[name].take))
            found[name] = [pairs[i] for i in keep]
    return found


def _plausible(english: str, spanish: str) -> bool:
    if not (3 <= len(english) <= 900 and 3 <= len(spanish) <= 1000):
        return False
    return english.lower() != spanish.lower() and 0.4 <= len(english) / len(spanish) <= 2.2


class Written(NamedTuple):
    """A passage of our own and the questions that it answers."""

    passage: Pair
    questions: tuple[Pair, ...]


def written_passages(folder: Path = WRITTEN) -> Iterator[Written]:
    """The passages written for the training, with their questions."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            questions = tuple(Pair(q["en"], q["es"]) for q in record["questions"])
            yield Written(Pair(record["en"], record["es"]), questions)


def written_sentences(folder: Path = WRITTEN) -> Iterator[Pair]:
    """The sentences written for the training."""
    for path in sorted(folder.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            english, spanish = line.split("\t")
            yield Pair(english, spanish)
