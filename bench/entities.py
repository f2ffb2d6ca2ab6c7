"""Precision, recall and F1 of entities, per label, over the annotated policy papers.

    .venv/bin/python bench/entities.py --shared DIR [--from text|pdf] [--misses]

A gold entity is found when one of ours bears its name or one of its forms (folded letters and
digits); one of ours is right when it bears a gold name. Countries are compared by code; those that
the annotation knows by a city alone are PLACEs by the contract and are left out of both counts.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import yaml

from kb import entities
from kb.datatypes import Document, Entity, Passage
from kb.entities.resolve import key

GOLD = {
    "PROGRAM": "programmes",
    "INSTITUTION": "institutions",
    "SECTOR": "sectors",
    "PERSON": "people",
}


def from_text(path: Path, lang: str) -> Document:
    """Paragraphs of a text file as passages, Markdown marks off."""
    raw = re.sub(r"[*_#|]+|<sup>\d*</sup>|\\", "", path.read_text(encoding="utf-8"))
    parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", raw)]
    text, passages = "", []
    for number, part in enumerate(part for part in parts if part):
        start = len(text)
        passages.append(Passage(f"d.{number:04d}", "d", start, start + len(part), part, lang))
        text += part + "\n\n"
    return Document("d", path.name, "policy", None, (), None, None, None, lang, None, "", text,
                    passages=tuple(passages))  # fmt: skip


def from_pdf(path: Path) -> Document:
    """The paper as the product reads it."""
    from kb import config, ingest
    from kb.readers import pdf

    raw = pdf.read(path.read_bytes(), name=path.name, settings=config.load())
    return ingest.assemble(raw, source=path.name, sha256="", doc_id="d000000000000")


def forms_of(item: dict[str, Any]) -> set[str]:
    given = [item.get("canonical"), item.get("name"), item.get("es"), item.get("en")]
    found = {form for form in [*given, *item["surface_forms"]] if form}
    for form in list(found):
        if match := re.fullmatch(r"(.+?) \((.+)\)", form):
            found |= {match[1], match[2]}
    return {key(form) for form in found}


def names_of(found: list[Entity]) -> set[str]:
    texts = {text for ent in found for text in (ent.text, ent.name_es, ent.name_en)}
    texts |= {name.name for ent in found for name in ent.names}
    entry = entities.by_label(found[0].label).get(found[0].id)
    if entry:
        texts |= {form.removeprefix("es:").removeprefix("en:").lstrip("!") for form in entry.also}
    return {key(text) for text in texts}


def score(right: int, found: int, wanted: int, hit: int) -> dict[str, float]:
    precision = right / found if found else 0.0
    recall = hit / wanted if wanted else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"p": round(precision, 3), "r": round(recall, 3), "f1": round(f1, 3), "gold": wanted}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--from", dest="origin", choices=("text", "pdf"), default="pdf")
    parser.add_argument("--misses", action="store_true")
    args = parser.parse_args()
    gold = yaml.safe_load((args.shared / "bench/policy_dev/entities.yaml").read_text("utf-8"))
    totals: dict[str, list[int]] = {}
    entities.warm()
    seconds, count = 0.0, 0
    for paper in gold["documents"]:
        if args.origin == "text":
            doc = from_text(args.shared / f"corpus/text/{paper['doc']}.txt", paper["lang"])
        else:
            doc = from_pdf(args.shared / f"corpus/pdf/{paper['doc']}.pdf")
        started = time.perf_counter()
        found = entities.extract(doc)
        seconds += time.perf_counter() - started
        count += len(doc.passages)
        by_label: dict[str, dict[str, list[Entity]]] = {}
        for ent in found:
            by_label.setdefault(ent.label, {}).setdefault(ent.id, []).append(ent)
        ours = set(by_label.get("COUNTRY", {}))
        named = {c["iso"] for c in paper["countries"] if c["via"] != "city"}
        by_city = {c["iso"] for c in paper["countries"] if c["via"] == "city"}
        counts = [len(ours & named), len(ours - by_city), len(named), len(ours & named)]
        _note(totals, "COUNTRY", counts)
        if args.misses:
            print(
                paper["doc"],
                "COUNTRY",
                "missed",
                sorted(named - ours),
                "extra",
                sorted(ours - named - by_city),
            )
        for label, section in GOLD.items():
            items = [forms_of(item) for item in paper[section]]
            groups = by_label.get(label, {})
            bearing = {id: names_of(ents) for id, ents in groups.items()}
            right = [id for id, names in bearing.items() if any(names & forms for forms in items)]
            hit = [forms for forms in items if any(names & forms for names in bearing.values())]
            _note(totals, label, [len(right), len(groups), len(items), len(hit)])
            if args.misses:
                missed = [sorted(forms)[0] for forms in items if forms not in hit]
                extra = [f"{id} ({groups[id][0].text})" for id in groups if id not in right]
                print(paper["doc"], label, "missed", missed, "extra", extra)
        figures = [key(item["as_written"]) for item in paper["figures"]]
        texts = {
            key(ent.text)
            for label in ("FIGURE", "DATE")
            for group in by_label.get(label, {}).values()
            for ent in group
        }
        got = [f for f in figures if any(f in text or text in f for text in texts if text)]
        _note(totals, "FIGURE", [len(got), len(got), len(figures), len(got)])
        if args.misses:
            print(paper["doc"], "FIGURE missed", sorted(set(figures) - set(got)))
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    print(json.dumps({
        "bench": "entities", "commit": commit.stdout.strip(), "from": args.origin,
        **{label: score(*counts) for label, counts in totals.items()},
        "passages_per_second": round(count / seconds) if seconds else None,
    }))  # fmt: skip
    return 0


def _note(totals: dict[str, list[int]], label: str, counts: list[int]) -> None:
    totals[label] = [a + b for a, b in zip(totals.get(label, [0] * 4), counts, strict=True)]


if __name__ == "__main__":
    sys.exit(main())
