"""How much of structured CVs comes into profiles: python -m bench.records --shared DIR [--misses].

Reads the Europass and ORCID samples in DIR/bench/profiles_samples. What a file states is taken
from its XML or JSON by a walk of its own over names of elements (`bench/records_wanted.py`), not
through the readers. A stated value counts as found where the profile's field of that name holds
it. Prints a line a file (share, values stated), what was refused and what is no CV; one JSON line
in bench/results.
"""

from __future__ import annotations

import argparse
from collections import Counter
from typing import Any

from bench.common import need_shared, record, shared_option
from bench.records_wanted import Want, wanted
from kb import entities, ingest, profiles, wire
from kb.config import Settings
from kb.datatypes import Profile, RawDocument
from kb.readers import read_bytes
from kb.text import words

FIELDS = {
    "name": ("name",), "emails": ("emails",), "phones": ("phones",), "links": ("links",),
    "country": ("country",), "city": ("city",), "headline": ("headline", "summary"),
    "summary": ("summary",), "languages": ("languages",), "positions": ("positions",),
    "education": ("education",), "skills": ("skills",), "awards": ("awards",),
    "publications": ("publications",), "as_of": ("as_of",), "origin": ("countries",),
}  # fmt: skip


def main() -> None:
    """Measure all samples."""
    parser = argparse.ArgumentParser(description=__doc__)
    shared_option(parser)
    parser.add_argument("--misses", action="store_true", help="list the values not found")
    args = parser.parse_args()
    folder = need_shared(args.shared, "bench", "profiles_samples")
    total: Counter[str] = Counter()
    found: Counter[str] = Counter()
    shares: dict[str, float] = {}
    refused: dict[str, str] = {}
    no_cv: list[str] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        data = path.read_bytes()
        result = read_bytes(data, name=path.name, settings=Settings())
        if result.failures:
            refused[name] = result.failures[0].code
            continue
        if result.documents[0].record is None:
            no_cv.append(name)
            continue
        profile = profile_of(result.documents[0])
        wants = wanted(data)
        missed = [want for want in wants if not has(profile, want)]
        for want in wants:
            total[want.field] += 1
            found[want.field] += want not in missed
        shares[name] = 1 - len(missed) / len(wants) if wants else 1.0
        print(f"{shares[name]:.3f} {len(wants):4} {name}")
        for want in missed if args.misses else ():
            print(f"      {want.field}: {want.value[:90]}")
    for name, code in refused.items():
        print(f"refused {code}: {name}")
    print("no CV:", *no_cv, sep="\n  ")
    by_field = {field: round(found[field] / total[field], 3) for field in FIELDS if total[field]}
    figures: dict[str, Any] = {
        "files": len(shares),
        "values": sum(total.values()),
        "share": round(sum(found.values()) / max(1, sum(total.values())), 4),
        "whole": sum(share == 1 for share in shares.values()),
        "by_field": by_field,
        "refused": dict(Counter(refused.values())),
        "no_cv": len(no_cv),
    }
    record("records", figures, corpus=folder)


def profile_of(raw: RawDocument) -> Profile:
    """The profile as ingestion makes it."""
    doc = ingest.assemble(raw, source="sample", sha256="0" * 64, doc_id="d0")
    return profiles.parse_profile(doc, entities.extract(doc))


def has(profile: Profile, want: Want) -> bool:
    """Whether the profile's field of that name holds the value."""
    held = [wire.to_plain(getattr(profile, name)) for name in FIELDS[want.field]]
    texts = list(leaves(held))
    if want.field == "phones":
        digits = "".join(filter(str.isdigit, want.value))[-7:]
        return any(text.endswith(digits) for text in texts)
    if want.field == "links":
        key = want.value.lower().partition("//")[2] or want.value.lower()
        return any(key.rstrip("/") in text.lower() for text in texts)
    got = Counter(word for text in texts for word in words(text))
    need = Counter(words(want.value))
    return sum((need & got).values()) >= 0.8 * sum(need.values())


def leaves(value: Any) -> list[str]:
    """All texts of a plain value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [text for item in value for text in leaves(item)]
    return [] if value is None else [str(value)]


if __name__ == "__main__":
    main()
