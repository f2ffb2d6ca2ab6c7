"""Words for the templates: labels of the taxonomies and our own lists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from training.data import Pair
from training.templates_grammar import (
    ARTICLES,
    Term,
    article_of,
    articled,
    english_plural,
    gender_of,
    gerund,
    read_sections,
)

COUNTED = re.compile(
    r"(station|framework|network|census|committee|vehicle|building|building site)$"
)
SCIENCE = re.compile(
    r"(ics|ogy|phy|try|omy|sciences?|engineering|law|history|theory|analysis|medicine|surgery|"
    r"education|planning|relations|methods|arts?|design|metry|economy|pathy|scopy|algebra)$"
)
ENGLISH_HEADS = re.compile(
    r"(tion|sion|ment|ing|ity|ism|cy|nce|ogy|phy|ics|omy|try|ship|ure|ness|age|sis|ety|hy|ia|"
    r"(?<!s)s|law|research|trade|development|design|health|software|work|care|control|access|use|"
    r"aid|art|music|energy|water|food|medicine|science|theory|history|industry|labour|growth|"
    r"finance|data|media|reform|debt|employment|poverty|education|waste|cooperation|policy|gas|"
    r"oil|steel|crime|reporting|biology|recovery|supply|demand|equality|freedom|safety)$"
)


class Words(NamedTuple):
    """Terms by kind of slot, and the parts of invented names."""

    terms: dict[str, list[Term]]
    given: tuple[list[str], list[str]]
    surnames: list[str]


def job(english: str, masculine: str, feminine: str) -> Term:
    terms = []
    for gender, spanish in enumerate((masculine, feminine)):
        text = Pair(english, spanish)
        forms = {
            "a": Pair(f"a(n) {english}", f"{('un', 'una')[gender]} {spanish}"),
            "the": Pair(f"the {english}", f"{ARTICLES[gender]} {spanish}"),
        }
        terms.append(Term(text, gender, False, forms))
    return Term(Pair(english, masculine), forms_by_gender=tuple(terms))


def field(english: str, spanish: str, gender: int | None = None) -> Term | None:
    gender = gender_of(spanish) if gender is None else gender
    if gender is None:
        return None
    the = Pair(english, f"{article_of(spanish, gender)} {spanish}")
    return Term(Pair(english, spanish), gender, english_plural(english), {"the": the})


def country(line: str) -> Term:
    names, spanish, capitals = (part.split(" | ") for part in line.split(" || "))
    (en, people, adjective), (es, m, f) = names, spanish
    stem = m[:-1] + "í" if m.endswith("í") else m
    if m[-1] in "aeiou":
        mp = m + "s"
    else:
        mp = (stem if m == f else f[:-1]) + "es"
    fp = mp if m == f else f + "s"
    forms = {"people": Pair(people, mp), "capital": Pair(*capitals)}
    forms |= {
        k: Pair(adjective, v) for k, v in zip(("m", "f", "mp", "fp"), (m, f, mp, fp), strict=True)
    }
    gender = {"los": 2, "las": 3, "la": 1}.get(es.split()[0], 0)
    return Term(Pair(en, es), gender, False, forms)


def lowered(label: str) -> str:
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def usable(en: str, es: str) -> bool:
    return (
        bool(en and es) and len(en) < 60 and len(es) < 75 and not re.search(r"[(),:;/.\d]", en + es)
    )


def uncounted(english: str) -> bool:
    """Whether the head of a noun phrase reads well without an article."""
    head = re.split(r" (?:of|in|for|on|to|with|from|by) ", english)[0]
    return bool(ENGLISH_HEADS.search(head)) and not COUNTED.search(head)


def rows(path: Path) -> list[list[str]]:
    return [
        re.sub(" +", " ", line).split("\t")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def taxonomy_terms(folder: Path) -> dict[str, list[Term]]:
    """Fields, occupations, skills, tools and places of ESCO, EuroVoc, UNESCO and ISO 3166."""
    esco = [row[:5] for row in rows(folder / "esco.tsv")]
    codes = rows(folder / "unesco.code-en-es.tsv")
    unesco = [(lowered(en), lowered(es)) for _, en, es in codes]
    sciences = {lowered(en) for _, en, _ in codes if SCIENCE.search(en)}
    eurovoc = [(e, s) for _, e, s in rows(folder / "eurovoc.id-en-es.tsv") if (e + s).islower()]
    knowledge = [(e, s) for k, _, t, e, s in esco if k == "skill" and t == "knowledge"]
    fields = []
    for source in (unesco, eurovoc, [p for p in knowledge if p[0].islower()]):
        good = [(e, s) for e, s in source if usable(e, s)]
        plain = [(e, s) for e, s in good if source is unesco or uncounted(e)]
        fields.append([t for t in (field(e, s) for e, s in plain) if t])
    skills = [
        Term(Pair(e, s), forms={"ing": Pair(gerund(e), s)})
        for k, _, t, e, s in esco
        if k == "skill"
        and t == "skill/competence"
        and usable(e, s)
        and e.split()[0].islower()
        and re.match(r"\w+([aei]r|[aei]rse) ", s)
    ]
    jobs, professions = [], []
    for k, _, code, en, es in esco:
        both = [part.strip() for part in es.split("/")]
        if k == "occupation" and len(both) < 3 and all(usable(en, part) for part in both):
            jobs += [job(en, both[0], both[-1])] * (3 if code[0] in "123" else 1)
            professions += jobs[-1:] if code[0] == "2" else []
    tools = [Term(Pair(e, s)) for e, s in knowledge if e == s and e[:1].isupper() and len(e) < 30]
    places = [
        Term(Pair(e, s))
        for _, _, e, s in rows(folder / "iso3166.a2-a3-en-es.tsv")
        if usable(e, s) and not re.search(r"Islands|Republic|Territ|Minor|Kingdom| of ", e)
    ]
    return {
        "field": [t for group in fields for t in group],
        "study": [t for t in fields[0] if t.text.en in sciences],
        "skill": skills,
        "job": jobs,
        "prof": professions,
        "tool": tools,
        "place": places,
    }


def load_words(folder: Path, taxonomies: Path) -> Words:
    """Own lists of `folder` and the labels of `taxonomies`, by kind of slot."""
    terms = taxonomy_terms(taxonomies)
    own: dict[str, list[Term]] = {}
    for name, lines in read_sections(folder / "lexicon.txt"):
        own[name] = [articled(Pair(*line.split(" | "))) for line in lines if line]
    fields = [field(t.forms["bare"].en, t.forms["bare"].es, t.gender) for t in own.pop("field")]
    # half of the draws from our own fields, the rest from the taxonomies
    for kind in ("field", "study"):
        terms[kind] += [f for f in fields if f] * (len(terms[kind]) // len(fields))
    lists = {}
    for name in ("countries", "professions"):
        lines = (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        lists[name] = [line for line in lines if line and not line.startswith("#")]
    own["c"] = [country(line) for line in lists["countries"]]
    own["jobs"] = []
    for line in lists["professions"]:
        en, many, m, f, mp = line.split(" | ")
        terms["job"] += [job(en, m, f)] * 40
        terms["prof"] += [job(en, m, f)] * 12
        own["jobs"].append(Term(Pair(many, mp), 2, True, {"the": Pair(many, f"los {mp}")}))
    names = dict(read_sections(folder / "names.txt"))
    split = {
        k: [n.strip() for line in v for n in line.split(",") if n.strip()] for k, v in names.items()
    }
    return Words(terms | own, (split["men"], split["women"]), split["surnames"])
