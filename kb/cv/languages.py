"""Languages and levels: A1-C2, native, or the word as written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from kb.cv import lexicon, places
from kb.cv.lines import Line
from kb.datatypes import LanguageSkill
from kb.text import fold

_CEFR = re.compile(r"(?<![^\W_])([ABC][12lI])(?:\s?[+]|(?![^\W_]))")  # "Cl": C1 as scanned
_SPLIT = re.compile(
    r"\s*(?:,(?!\s*(?:nivel|level))|;|\||•|·|\n|\s/\s|\s(?:y|e|and)\s(?=[^\W\d_]))\s*"
)


@cache
def _names() -> re.Pattern[str]:
    names = [n for n in places.languages() if len(n) > 2]
    return re.compile(lexicon.pattern(names))


@cache
def _native() -> re.Pattern[str]:
    return lexicon.matcher("levels", "native")


@cache
def _words() -> re.Pattern[str]:
    return lexicon.matcher("levels", "words")


def read(lines: Sequence[Line]) -> list[LanguageSkill]:
    """Languages of a section: each name with the level that stands nearest in its line."""
    found: list[LanguageSkill] = []
    pending: str | None = None
    for text, continues in _rows(lines):
        hits = _hits(text)
        if not hits:
            if pending is not None and continues and found:
                level = level_of(text)
                if level and found[-1].level is None:
                    found[-1] = LanguageSkill(found[-1].lang, level)
            continue
        found.extend(_in_line(text, hits))
        pending = found[-1].lang
    return unique(found)


def of_fields(name: str, fluency: str, *, code: str = "") -> list[LanguageSkill]:
    """A language of a record: its ISO code decides, its name is in any language."""
    found = read([Line(f"{name}: {fluency}")])
    known = _iso(code or (name if len(name) in (2, 3) else ""))
    if known is None:
        return found
    return [LanguageSkill(known, found[0].level if found else level_of(fluency))]


def _iso(code: str) -> str | None:
    """ISO 639-1 of a code of two or three letters; the code of a language that has none."""
    import pycountry

    code = code.lower().replace("_", "-").partition("-")[0]
    for kind in ("alpha_2",) if len(code) == 2 else ("alpha_3", "bibliographic"):
        if language := pycountry.languages.get(**{kind: code}) if len(code) in (2, 3) else None:
            return str(getattr(language, "alpha_2", language.alpha_3))
    return None


def _rows(lines: Sequence[Line]) -> list[tuple[str, bool]]:
    """Lines as texts; the cells of a table row are one text."""
    rows: list[tuple[str, bool]] = []
    last = -2
    for line in lines:
        if line.row >= 0 and line.row == last:
            rows[-1] = (f"{rows[-1][0]} : {line.text}", True)
        else:
            rows.append((line.text, True))
        last = line.row
    return rows


def _hits(text: str) -> list[tuple[int, int, str]]:
    low = fold(text)
    table = places.languages()
    hits: list[tuple[int, int, str]] = []
    for match in _names().finditer(low):
        code = table[re.sub(r"\s+", " ", match.group())]
        hits.append((match.start(), match.end(), code))
    return hits


def _in_line(text: str, hits: Sequence[tuple[int, int, str]]) -> list[LanguageSkill]:
    """Each language takes the words up to the next one; a level said first goes to all after."""
    found: list[LanguageSkill] = []
    lead = text[: hits[0][0]]
    before = _lead_level(lead)
    levels: list[str | None] = []
    for n, (_, end, _) in enumerate(hits):
        until = hits[n + 1][0] if n + 1 < len(hits) else len(text)
        levels.append(level_of(text[end:until], own=n + 1 < len(hits)))
    if before and not levels[-1]:
        # "Lengua materna: español", "Native Spanish, fluent English"
        shifted = [before]
        for n in range(1, len(hits)):
            gap = text[hits[n - 1][1] : hits[n][0]]
            shifted.append(
                _lead_level(re.split(r"[,;]|\s(?:y|and)\s", gap)[-1]) or levels[n - 1] or before
            )
        levels = list(shifted)
    elif len(hits) > 1 and levels[-1] and not any(levels[:-1]) and _shared(text, hits):
        levels = [levels[-1]] * len(hits)
    for (_, _, code), level in zip(hits, levels, strict=True):
        found.append(LanguageSkill(code, level))
    return found


def _shared(text: str, hits: Sequence[tuple[int, int, str]]) -> bool:
    """ "español e inglés (nativos)": a level in brackets after a pair joined by "and"."""
    gap = fold(text[hits[-2][1] : hits[-1][0]]).strip()
    return gap in ("y", "e", "and")


def _lead_level(lead: str) -> str | None:
    return level_of(lead) if re.search(r"[^\W\d_]", lead) else None


def level_of(text: str, *, own: bool = False) -> str | None:
    """The level that a text names: CEFR, "native", or its words as written."""
    if own:
        text = re.split(r"[;|•·\n]", text)[0]
    cefr = _CEFR.findall(text)
    low = fold(text)
    native = _native().search(low)
    if cefr:
        # Europass gives five grades, listening to writing: the lowest is what holds for all
        grades = [grade[0] + ("2" if grade[1] == "2" else "1") for grade in cefr]
        return str(min(grades) if len(grades) > 2 else grades[0])
    if native:
        return "native"
    words = _words().search(low)
    if not words:
        return None
    start, end = words.span()
    while extra := re.match(r"\s+(?:a\s+|-\s*)?", low[end:]):
        more = _words().match(low, end + extra.end())
        if not more:
            break
        end = more.end()
    return text[start:end]


def unique(found: Iterable[LanguageSkill]) -> list[LanguageSkill]:
    """One entry a language, in order; a level known anywhere is kept, CEFR before words."""
    best: dict[str, str | None] = {}
    for skill in found:
        have = best.get(skill.lang)
        if (
            skill.lang not in best
            or have is None
            or (
                skill.level is not None
                and _CEFR.fullmatch(skill.level or "")
                and not _CEFR.fullmatch(have)
                and have != "native"
            )
        ):
            best[skill.lang] = skill.level if skill.level is not None else have
    return [LanguageSkill(lang, level) for lang, level in best.items()]


def mentioned(text: str) -> list[LanguageSkill]:
    """Languages that a sentence says one speaks ("hablo español y alemán", "fluent in Dutch")."""
    low = fold(text)
    found: list[LanguageSkill] = []
    for cue in re.finditer(
        r"(?<![^\W_])(?:hablo|habla|domino|domina|speaks?|i speak|fluent in|idiomas?\s*:|"
        r"languages?\s*:|working languages are|trabaj[oa] en|bilingue en)\s+([^.;\n]{3,120})",
        low,
    ):
        part = text[cue.start(1) : cue.end(1)]
        for start, _, code in _hits(part):
            if start < 100:
                found.append(LanguageSkill(code))
    return unique(found)
