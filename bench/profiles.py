"""CVs of corpus/profiles read against their sources: accuracy and F1 by field and format.

    python bench/profiles.py [--half tune|report] [--misses FIELD] [--only TEXT]

The people are halved by a hash of their file's name: rules are tuned on one half alone.
Positions match on title, organisation and years, studies on level, institution and end year.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from kb import entities, ingest, profiles, readers
from kb.config import Settings
from kb.datatypes import Profile
from kb.errors import UnknownValueError
from kb.text import words

ROOT = Path(__file__).parent.parent
SINGLE = ("name", "country", "city", "degree", "seniority", "as_of", "headline")
LISTS = (
    "emails", "phones", "links", "institutions", "positions", "education", "languages", "levels",
    "sectors", "willing_to", "programs", "roles", "chapters", "skills", "awards", "publications",
)  # fmt: skip


def main() -> None:
    """Print one line a field: both halves, then each format; JSON on the last line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--half", choices=("tune", "report"))
    parser.add_argument("--misses", help="list what was missed of a field (tuning half only)")
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    truths = load_truths(ROOT / "corpus" / "sources" / "profiles")
    found, seconds, unread = read_all(ROOT / "corpus" / "profiles", args.only)
    rows = defaultdict(list)
    lost = []
    for truth in truths:
        if args.only and args.only not in truth["file"]:
            continue
        profile = find(truth, found)
        if profile is None:
            lost.append(f"{truth['file']}: {truth['name']}")
            continue
        side = half(truth)
        scores = compare(truth, profile)
        for group in (side, "all", str(truth.get("format"))):
            rows[group].append(scores)
        if args.misses and side == "tune":
            show(truth, profile, scores, args.misses)
    table(rows, args.half)
    if lost:
        print("not found:", *lost, sep="\n  ")
    for line in unread:
        print("unread:", line)
    if seconds:
        print(
            f"parse_profile: median {1000 * statistics.median(seconds):.1f} ms, "
            f"max {1000 * max(seconds):.1f} ms, n {len(seconds)}"
        )
    summary = {g: {f: round(value(rows[g], f), 3) for f in (*SINGLE, *LISTS)} for g in rows}
    print(
        json.dumps({"bench": "profiles", "people": {g: len(r) for g, r in rows.items()}, **summary})
    )


def half(truth: dict[str, Any]) -> str:
    """tune or report, by a hash of the file's name (of file and person where one holds many)."""
    key = f"{truth['file']}"
    if truth.get("layout") in ("table", "row") or key.endswith((".csv", ".xlsx", ".zip")):
        key += f"#{truth['name']}"
    return ("tune", "report")[hashlib.sha256(key.encode()).digest()[0] % 2]


def load_truths(folder: Path) -> list[dict[str, Any]]:
    return [
        truth
        for path in sorted(folder.glob("*.yaml"))
        if isinstance(truth := yaml.safe_load(path.read_text(encoding="utf-8")), dict)
        and "name" in truth
        and "file" in truth
    ]


def read_all(folder: Path, only: str) -> tuple[list[tuple[str, Profile]], list[float], list[str]]:
    found: list[tuple[str, Profile]] = []
    seconds: list[float] = []
    unread: list[str] = []
    for path in sorted(folder.iterdir()):
        if only and only not in path.name:
            continue
        result = readers.read_path(path, settings=Settings())
        unread += [f"{p.source}: {p.code}" for p in result.failures]
        for raw in result.documents:
            source = path.name + raw.member
            doc_id = "d" + hashlib.blake2b(source.encode(), digest_size=6).hexdigest()
            doc = ingest.assemble(raw, source=source, sha256="0" * 64, doc_id=doc_id)
            ents = entities.extract(doc)
            profiles.parse_profile(doc, ents)
            start = time.perf_counter()
            profile = profiles.parse_profile(doc, ents)
            seconds.append(time.perf_counter() - start)
            found.append((source, profile))
    return found, seconds, unread


def find(truth: dict[str, Any], found: Sequence[tuple[str, Profile]]) -> Profile | None:
    file = truth["file"].split("#")[0]
    here = [
        p for source, p in found if source == file or source.startswith((file + "#", file + "!"))
    ]
    here = here or [p for source, p in found if Path(source).name == Path(file).name]
    if len(here) == 1:
        return here[0]
    by_name = [p for p in here if p.name == truth["name"]]
    by_mail = [p for p in here if set(p.emails) & set(truth.get("emails") or ())]
    close = [p for p in here if p.name and len(set(words(p.name)) & set(words(truth["name"]))) > 1]
    return (by_mail or by_name or close or [None])[0]


def compare(truth: dict[str, Any], profile: Profile) -> dict[str, tuple[float, float, float]]:
    """Field -> (right, found, expected); single fields count 1 of 1, also when both are null."""
    scores: dict[str, tuple[float, float, float]] = {}
    for name in SINGLE:
        want, got = truth.get(name), getattr(profile, name)
        if name in ("city", "headline"):
            right = alike(want, got) if want and got else want == got
        elif name == "as_of":
            right = (str(want) if want else None) == got
        else:
            right = want == got
        scores[name] = (float(right), 1, 1)
    pairs = pairs_of(truth, profile)
    for name, (want, got, same) in pairs.items():
        rest = list(got)
        right = 0
        for item in want:
            for i, other in enumerate(rest):
                if same(item, other):
                    right += 1
                    del rest[i]
                    break
        scores[name] = (right, len(got), len(want))
    return scores


def pairs_of(truth: dict[str, Any], profile: Profile) -> dict[str, Any]:
    edu, posts = truth.get("education") or [], truth.get("positions") or []
    equal = lambda a, b: a == b  # noqa: E731
    return {
        "emails": (truth.get("emails") or [], profile.emails, equal),
        "phones": (truth.get("phones") or [], profile.phones, equal),
        "links": (
            [link_key(x) for x in truth.get("links") or []],
            [link_key(x) for x in profile.links], equal,
        ),
        "institutions": (
            [e["institution"] for e in edu if e.get("institution")],
            [e.institution for e in profile.education if e.institution], alike,
        ),
        "positions": (posts, profile.positions, same_post),
        "education": (edu, profile.education, same_study),
        "languages": (
            [x["lang"] for x in truth.get("languages") or []],
            [x.lang for x in profile.languages], equal,
        ),
        "levels": (
            [(x["lang"], fold(x.get("level"))) for x in truth.get("languages") or []],
            [(x.lang, fold(x.level)) for x in profile.languages], equal,
        ),
        "sectors": (truth.get("sectors") or [], profile.sectors, equal),
        "willing_to": (truth.get("willing_to") or [], profile.willing_to, equal),
        "programs": (
            sorted({program(p) for p in truth.get("programs") or []}),
            sorted(set(profile.programs)), equal,
        ),
        "roles": (
            [(x["code"], x["role"]) for x in truth.get("countries") or []],
            [(x.code, x.role) for x in profile.countries], equal,
        ),
        "chapters": (truth.get("chapters") or [], profile.chapters, alike),
        "skills": (truth.get("skills") or [], [s.text for s in profile.skills], alike),
        "awards": (truth.get("awards") or [], profile.awards, alike),
        "publications": (truth.get("publications") or [], profile.publications, alike),
    }  # fmt: skip


def fold(text: str | None) -> str | None:
    from kb.text import fold as folded

    return folded(text) if text else None


def link_key(link: str) -> str:
    return (
        link.lower()
        .removeprefix("https://")
        .removeprefix("http://")
        .removeprefix("www.")
        .rstrip("/")
    )


def program(name: str) -> str:
    try:
        return entities.resolve("program", name)
    except UnknownValueError:
        return unicodedata.normalize("NFC", name)


def alike(first: Any, second: Any) -> bool:
    a, b = Counter(words(str(first))), Counter(words(str(second)))
    common = sum((a & b).values())
    return common > 0 and 2 * common / (sum(a.values()) + sum(b.values())) >= 0.75


def year(date: Any) -> str | None:
    text = str(date) if date is not None else None
    return text if text in (None, "present") else text[:4]


def same_post(want: dict[str, Any], got: Any) -> bool:
    return (
        alike(want.get("title"), got.title)
        and (alike(want.get("organisation"), got.organisation) or not want.get("organisation"))
        and year(want.get("start")) == year(got.start) and year(want.get("end")) == year(got.end)
    )  # fmt: skip


def same_study(want: dict[str, Any], got: Any) -> bool:
    return (
        want.get("level") == got.level
        and (alike(want.get("institution"), got.institution) if want.get("institution") else True)
        and year(want.get("end")) == year(got.end)
        and want.get("status") in (None, got.status or "finished")
    )  # fmt: skip


def value(scores: Sequence[dict[str, tuple[float, float, float]]], field: str) -> float:
    right, got, want = (sum(s[field][i] for s in scores) for i in range(3))
    return 2 * right / (got + want) if got + want else 1.0


def table(rows: dict[str, list[Any]], side: str | None) -> None:
    groups = [g for g in ("tune", "report", "all") if g in rows and (not side or g == side)]
    groups += sorted(g for g in rows if g not in ("tune", "report", "all")) if not side else []
    print(f"{'':14}" + "".join(f"{g[:9]:>10}" for g in groups))
    print(f"{'people':14}" + "".join(f"{len(rows[g]):>10}" for g in groups))
    for field in (*SINGLE, *LISTS):
        print(f"{field:14}" + "".join(f"{value(rows[g], field):>10.3f}" for g in groups))


def show(truth: dict[str, Any], profile: Profile, scores: Any, field: str) -> None:
    for name in (*SINGLE, *LISTS) if field == "all" else (field,):
        right, got, want = scores[name]
        if right == got == want:
            continue
        print(f"- {truth['file']} {name}: {right:.0f} right, {got} found, {want} wanted")
        if name in SINGLE:
            print("   want", repr(truth.get(name)), "\n   got ", repr(getattr(profile, name)))
            continue
        expected, found, same = pairs_of(truth, profile)[name]
        for item in expected:
            if not any(same(item, other) for other in found):
                print("   missed", clipped(item))
        for item in found:
            if not any(same(other, item) for other in expected):
                print("   extra ", clipped(item))


def clipped(item: Any) -> str:
    if isinstance(item, dict):
        item = {k: v for k, v in item.items() if k not in ("summary", "note")}
    return str(item)[:260]


if __name__ == "__main__":
    sys.exit(main())
