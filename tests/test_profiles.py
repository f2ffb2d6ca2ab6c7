"""CVs in many layouts and formats give the profile that a reader would write down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from kb import entities, ingest, readers
from kb.config import Settings
from kb.datatypes import Document, Profile
from kb.profiles import parse_profile
from kb.text import fold

CASES = yaml.safe_load((Path(__file__).parent / "cvs.yaml").read_text(encoding="utf-8"))


def document(path: Path, *, kind: Any = "profile") -> Document:
    result = readers.read_path(path, settings=Settings())
    assert not result.failures
    return ingest.assemble(
        result.documents[0], source=path.name, sha256="0" * 64, doc_id="d0123456789ab", kind=kind
    )


def profile_of(tmp_path: Path, text: str, *, suffix: str = "txt") -> Profile:
    path = tmp_path / f"member.{suffix}"
    path.write_text(text, encoding="utf-8")
    doc = document(path)
    return parse_profile(doc, entities.extract(doc))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_layout(case: dict[str, Any], tmp_path: Path) -> None:
    """Each layout gives the expected fields; what the CV does not say is null."""
    profile = profile_of(tmp_path, case["text"], suffix=case.get("suffix", "txt"))
    problems = list(differences(case["expect"], profile))
    assert not problems, "\n".join(problems)


def differences(expect: dict[str, Any], profile: Profile) -> list[str]:
    found: list[str] = []
    for field, want in expect.items():
        got: Any
        if field == "positions":
            got = [[p.title, p.organisation, p.start, p.end, p.country] for p in profile.positions]
            want = [[*row, *[None] * (5 - len(row))] for row in want]
            same = len(got) == len(want) and all(
                [fold(str(x)) for x in a[:4]] == [fold(str(x)) for x in b[:4]]
                and b[4] in (None, a[4])
                for a, b in zip(got, want, strict=True)
            )
        elif field == "education":
            got = [[e.level, e.institution, e.end, e.status] for e in profile.education]
            same = got == want
        elif field == "languages":
            got = {s.lang: s.level for s in profile.languages}
            same = got == want
        elif field == "origin":
            got = [c.code for c in profile.countries if c.role == "origin"]
            same = got == want
        elif field == "counts":
            got = {key: len(getattr(profile, key)) for key in want}
            same = got == want
        else:
            got = getattr(profile, field)
            same = (list(got) if isinstance(got, tuple) else got) == want
        if not same:
            found.append(f"{field}: want {want!r}\n{'':10}got {got!r}")
    return found
