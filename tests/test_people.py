"""People for a question and people like people, over invented CVs and the hash encoder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb import build, config
from kb.config import Settings
from kb.datatypes import ExpertResult, Filters
from kb.errors import UsageError
from kb.experts import experts
from kb.search import Searcher, open_searcher
from kb.similar import similar

CVS = {
    "weld-now.md": """# Berta Quilmes Ordaz

Underwater welding engineer · Oslo, Norway · berta.quilmes@example.org · +47 22 55 01 37

## Experience

**Fjordline Subsea** — Welding engineer, 2019–present
Plans underwater welding of pipelines and trains divers in hyperbaric welding.

## Education

MSc in Mechanical Engineering, Norwegian University of Science and Technology, 2012

## Languages

Spanish (native), Norwegian (C1), English (C2)
""",
    "weld-once.md": """# Tadeo Brizuela Camp

School principal · Lima, Peru · tadeo.brizuela@example.org

## Experience

**Colegio Los Andes** — School principal, 2012–present
Leads forty teachers and rewrote the reading programme of the primary school.

**Astilleros del Callao** — Welding assistant, 1998–2001
Helped with underwater welding of pipelines and hyperbaric welding.

## Education

BA in Education, Universidad de Lima, 1997

## Languages

Spanish (native), English (B1)
""",
    "weld-uni.md": """# Nora Silbermann

Professor of welding · Hamburg, Germany · nora.silbermann@example.org

## Experience

**Hamburg University of Technology** — Professor of welding, 2010–present
Teaches welding metallurgy and reviews welding proposals. I offer to mentor young engineers.

## Education

PhD in Materials Science, RWTH Aachen University, 2005

## Memberships

Red Global MX Alemania

## Languages

German (native), English (C2)
""",
    "corneas.md": """# Ismael Petrov Duarte

Oftalmólogo · Bogotá, Colombia · ismael.petrov@example.org

## Experiencia

**Clínica del Sol** — Oftalmólogo, 2015–presente
Opera trasplantes de córnea y dirige el banco de córneas de la clínica.

## Formación

Especialidad en Oftalmología, Universidad Nacional de Colombia, 2014

## Idiomas

Español (nativo), portugués (B2)
""",
    "retina.md": """# Zulema Ferrand

Oftalmóloga · Quito, Ecuador · zulema.ferrand@example.org

## Experiencia

**Hospital del Valle** — Oftalmóloga, 2016–presente
Opera trasplantes de córnea y enseña cirugía de retina en el hospital.

## Formación

Especialidad en Oftalmología, Universidad Central del Ecuador, 2015

## Idiomas

Español (nativo), inglés (C1)
""",
}


def _settings(folder: Path, cvs: dict[str, str]) -> Settings:
    for name, text in cvs.items():
        (folder / "cvs").mkdir(parents=True, exist_ok=True)
        (folder / "cvs" / name).write_text(text, encoding="utf-8")
    settings = config.load(environ={}, index=folder / "index", encoder="hash")
    build.ingest([folder / "cvs"], settings=settings, kind="profile")
    return settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return _settings(tmp_path_factory.mktemp("people"), CVS)


@pytest.fixture(scope="module")
def searcher(settings: Settings) -> Iterator[Searcher]:
    opened = open_searcher(settings)
    yield opened
    opened.close()


def files(result: ExpertResult) -> list[str]:
    return [hit.source for hit in result.hits]


def id_of(searcher: Searcher, file: str) -> str:
    return next(pid for pid, person in searcher.people().items() if person.source == file)


def test_who_does_it_now_stands_before_who_did_it_long_ago(searcher: Searcher) -> None:
    """A post that ended long ago counts less than work of today with fewer of the words."""
    found = files(experts(searcher, "underwater welding of pipelines and hyperbaric welding"))
    assert found[0] == "weld-now.md"
    assert found.index("weld-uni.md") < found.index("weld-once.md")


def test_reasons_speak_for_the_person_on_the_question(searcher: Searcher) -> None:
    """A reason is a sentence of work done: no contact, no heading, no tongues, with its field."""
    hit = experts(searcher, "underwater welding of pipelines").hits[0]
    assert hit.why
    assert "underwater welding" in hit.why[0].text
    assert hit.why[0].field == "position"
    for why in hit.why:
        assert "@" not in why.text
        assert why.text not in ("Experience", "Languages", "Berta Quilmes Ordaz")
        assert "Norwegian (C1)" not in why.text


def test_a_tongue_that_is_asked_for_is_a_reason(searcher: Searcher) -> None:
    """The line of languages is shown to who asks for a language, and only then."""
    result = experts(searcher, "welding engineer who speaks Norwegian")
    assert files(result)[0] == "weld-now.md"
    assert any("Norwegian" in why.text for why in result.hits[0].why)
    assert result.hits[0].matched["languages"] == ["no"]
    assert all(hit.missing["languages"] == ["no"] for hit in result.hits[1:])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Silbermann", "weld-uni.md"),
        ("Zulema Ferrand", "retina.md"),
        ("CV de Ismael Petrov", "corneas.md"),
        ("What did Berta Quilmes do with reading programmes of primary schools?", "weld-now.md"),
    ],
)
def test_a_name_finds_its_bearer(searcher: Searcher, query: str, expected: str) -> None:
    """A rare surname alone, or two words of a name in a longer question."""
    result = experts(searcher, query)
    assert files(result)[0] == expected
    assert result.answered


def test_only_is_hard_and_outside_puts_behind(searcher: Searcher) -> None:
    """ "Only" leaves nobody else; "outside" ranks those excluded after everybody."""
    assert files(experts(searcher, "welding, only people in Germany")) == ["weld-uni.md"]
    result = experts(searcher, "trasplantes de córnea en el hospital fuera de Colombia")
    assert files(result)[0] == "retina.md"
    assert files(result)[-1] == "corneas.md"
    assert result.hits[-1].missing["excluded"] == ["CO"]


def test_people_outside_academia(searcher: Searcher) -> None:
    """Whoever holds a post at a university comes last when academia is excluded."""
    assert files(experts(searcher, "welding engineers not in academia"))[-1] == "weld-uni.md"


def test_a_region_is_met_by_any_of_its_countries(searcher: Searcher) -> None:
    """In Latin America: who lives in one of its countries misses none of the others."""
    result = experts(searcher, "ophthalmology in Latin America")
    by_file = {hit.source: hit for hit in result.hits}
    assert by_file["corneas.md"].matched["countries"] == ["CO"]
    assert "countries" not in by_file["corneas.md"].missing
    assert "countries" in by_file["weld-now.md"].missing


def test_a_chapter_is_found_by_the_place_in_either_language(searcher: Searcher) -> None:
    """ "The Germany chapter" is "Red Global MX Alemania"."""
    hit = experts(searcher, "members of the Germany chapter").hits[0]
    assert (hit.source, hit.matched["chapters"]) == ("weld-uni.md", ["Germany"])


def test_proper_names_of_a_question_count_across_languages(searcher: Searcher) -> None:
    """An employer is written alike in both languages: a Spanish question finds the English CV."""
    assert files(experts(searcher, "¿quién ha trabajado en Fjordline?"))[0] == "weld-now.md"


def test_filters_are_hard_and_an_empty_question_lists(searcher: Searcher) -> None:
    """Filters leave only matching people; without a question they come in a stable order."""
    filters = Filters(country=("CO", "EC"))
    assert set(files(experts(searcher, "welding", filters=filters))) == {"corneas.md", "retina.md"}
    listed = experts(searcher, "", filters=filters)
    assert listed.answered
    assert listed.total == 2
    assert listed == experts(searcher, "", filters=filters)


def test_pages_continue_each_other(searcher: Searcher) -> None:
    """An offset changes nothing in the order, nor in scores and reasons."""
    whole = experts(searcher, "welding pipelines", k=4).hits
    assert experts(searcher, "welding pipelines", k=2, offset=2).hits == whole[2:]


def test_names_carry_no_weight(tmp_path: Path) -> None:
    """With all names swapped, the same work comes first."""
    names = ["Berta Quilmes Ordaz", "Tadeo Brizuela Camp", "Nora Silbermann"]
    swapped = {}
    for number, file in enumerate(("weld-now.md", "weld-once.md", "weld-uni.md")):
        text = CVS[file].replace(names[number], names[(number + 1) % 3])
        swapped[file] = "\n".join(line.split(" · ")[0] if "@" in line else line
                                  for line in text.splitlines())  # fmt: skip
    plain = {
        file: "\n".join(
            line.split(" · ")[0] if "@" in line else line for line in CVS[file].splitlines()
        )
        for file in swapped
    }
    orders = []
    for folder, cvs in ((tmp_path / "a", plain), (tmp_path / "b", swapped)):
        opened = open_searcher(_settings(folder, cvs))
        orders.append(
            [
                files(experts(opened, query))[0]
                for query in ("underwater welding", "reading programme for schools", "metallurgy")
            ]
        )
        opened.close()
    assert orders[0] == orders[1]


def test_like_people_do_like_work(searcher: Searcher) -> None:
    """The other ophthalmologist comes first, with what they share; the person asked does not."""
    result = similar(searcher, [id_of(searcher, "corneas.md")])
    assert result.hits[0].source == "retina.md"
    assert "corneas.md" not in [hit.source for hit in result.hits]
    assert any("córnea" in why.text for why in result.hits[0].why)
    assert all(0.0 <= hit.score <= 1.0 for hit in result.hits)


def test_unlike_takes_away(searcher: Searcher) -> None:
    """Who is like those not wanted loses, and they are not listed."""
    welder, principal = id_of(searcher, "weld-now.md"), id_of(searcher, "weld-once.md")
    with_all = similar(searcher, [welder])
    without = similar(searcher, [welder], unlike=[principal])
    assert principal in [hit.profile_id for hit in with_all.hits]
    assert principal not in [hit.profile_id for hit in without.hits]
    assert without.hits[0].score <= with_all.hits[0].score


def test_a_cv_that_is_sent_leaves_its_own_person_out(
    searcher: Searcher, settings: Settings, tmp_path: Path
) -> None:
    """The same person under another file name is recognised and not listed; nothing is stored."""
    path = tmp_path / "sent.md"
    path.write_text(CVS["corneas.md"], encoding="utf-8")
    before = searcher.store.counts()
    result = similar(searcher, file=path, settings=settings)
    assert result.hits[0].source == "retina.md"
    assert "corneas.md" not in [hit.source for hit in result.hits]
    assert searcher.store.counts() == before
    with pytest.raises(UsageError):
        similar(searcher)
