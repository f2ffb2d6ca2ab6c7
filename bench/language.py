"""How often the language of a question and of a passage is told right.

    python -m bench.language --shared DIR

Tuning: fragments of 3-8 words of newstest2012/2013 and TICO-19. Test only: Tatoeba, and the
questions of policy_dev. Passages: four sentences of newstest in a row, and two of each language
put together (which should be told as mixed). One JSON line.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections.abc import Iterable
from pathlib import Path

import yaml

from kb.text import fold, language, question_language


def fragments(lines: Iterable[str], *, seed: int = 1) -> list[str]:
    """One run of 3-8 words from each line that has so many."""
    rng = random.Random(seed)
    found = []
    for line in lines:
        parts = re.sub(r"&\w+;", " ", line.replace("@-@", "-")).split()
        size = rng.randint(3, 8)
        if len(parts) >= size:
            at = rng.randrange(len(parts) - size + 1)
            text = " ".join(parts[at : at + size])
            if sum(char.isalpha() for char in text) > 8:
                found.append(text)
    return found


def share(texts: Iterable[str], lang: str) -> float:
    told = [question_language(text) == lang for text in texts]
    return round(sum(told) / len(told), 4)


def measure(shared: Path) -> dict[str, object]:
    folder = shared / "bench" / "es_en"
    news = {
        lang: [
            line
            for year in ("2012", "2013")
            for line in (folder / f"newstest{year}.{lang}").read_text("utf-8").splitlines()
        ]
        for lang in ("es", "en")
    }
    rows = [
        row.split("\t") for row in (folder / "tico19.en-es-419.tsv").read_text("utf-8").splitlines()
    ]
    tico = {"en": [row[0] for row in rows], "es": [row[1] for row in rows if len(row) > 1]}
    tatoeba = {
        "es": (folder / "tatoeba.spa-eng.spa").read_text("utf-8").splitlines(),
        "en": (folder / "tatoeba.spa-eng.eng").read_text("utf-8").splitlines(),
    }
    path = shared / "bench" / "policy_dev" / "questions.yaml"
    asked = yaml.safe_load(path.read_text("utf-8"))["queries"]
    started = time.perf_counter()
    result: dict[str, object] = {"bench": "language"}
    for lang in ("es", "en"):
        short = [text for text in tatoeba[lang] if len(text.split()) <= 4]
        passages = [" ".join(news[lang][i : i + 4]) for i in range(0, 2000, 4)]
        result[lang] = {
            "dev_fragments": share(fragments(news[lang] + tico[lang]), lang),
            "dev_fragments_no_accents": share(map(fold, fragments(news[lang] + tico[lang])), lang),
            "tatoeba": share(tatoeba[lang], lang),
            "tatoeba_up_to_4_words": share(short, lang),
            "tatoeba_no_accents": share(map(fold, tatoeba[lang]), lang),
            "policy_dev": share([q["text"] for q in asked if q["lang"] == lang], lang),
            "passages": round(sum(language(p) == lang for p in passages) / len(passages), 4),
        }
    both = [
        " ".join(news["es"][i : i + 2] + news["en"][i : i + 2])
        for i in range(0, 2000, 4)
        if all(len(" ".join(news[lang][i : i + 2]).split()) >= 20 for lang in ("es", "en"))
    ]
    result["mixed"] = round(sum(language(p) == "mixed" for p in both) / len(both), 4)
    result["seconds"] = round(time.perf_counter() - started, 2)
    return result


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    print(json.dumps(measure(parser.parse_args().shared)))
