"""Entities through the public door of `kb.entities`; every sentence here is invented."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from kb import entities
from kb.config import Settings
from kb.datatypes import Block, Document, Entity, Passage, Span
from kb.entities import gazetteer, pipeline
from kb.errors import MissingPartError, UnknownValueError, UsageError


def document(*texts: str, lang: str = "es", role: str = "body", kind: str = "policy") -> Document:
    """A document of one passage a text, two pages apart."""
    whole, passages, blocks = "", [], []
    for number, text in enumerate(texts):
        start, page = len(whole), 2 * number + 1
        whole += text + "\n\n"
        passages.append(
            Passage(f"d.{number:04d}", "d", start, start + len(text), text, lang, page=page,
                    role=role)  # type: ignore[arg-type]
        )  # fmt: skip
        blocks.append(
            Block(text, spans=(Span(0, len(text), page=page),), start=start, end=start + len(text))
        )
    return Document("d", "a.pdf", kind, None, (), None, None, None, lang, None, "", whole,  # type: ignore[arg-type]
                    passages=tuple(passages), blocks=tuple(blocks))  # fmt: skip


def found(text: str, label: str, *, lang: str = "es") -> list[str]:
    """Ids of a label in a document of one passage, in order, each once."""
    ents = entities.extract(document(text, lang=lang))
    return list(dict.fromkeys(ent.id for ent in ents if ent.label == label))


COUNTRIES = [
    # (language, sentence, alpha-2 codes)
    ("es", "Escocia y los escoceses enseñan algo a México.", ["GB", "MX"]),
    ("en", "Scottish, Welsh and Northern Irish members met in Peru.", ["GB", "PE"]),
    ("es", "Vive en EE. UU. desde 2010; antes en EEUU y EUA.", ["US"]),
    ("en", "She moved to the U.S. and then to the UK.", ["US", "GB"]),
    ("en", "They asked us to help the US team.", ["US"]),
    ("en", "It costs US$ 20 million.", []),
    ("es", "Los migrantes en EU envían remesas.", ["US"]),
    ("en", "The EU adopted the directive.", []),
    ("es", "Viajó de Holanda a los Países Bajos.", ["NL"]),
    ("es", "Corea del Sur, Corea del Norte y Birmania.", ["KR", "KP", "MM"]),
    ("es", "La red de Costa de Marfil y la de Gran Bretaña.", ["CI", "GB"]),
    ("en", "Korea invested more than Ivory Coast.", ["KR", "CI"]),
    ("en", "Georgia Tech and the University of Georgia in Atlanta signed.", []),
    ("en", "Georgia, Armenia and Azerbaijan have diaspora ministries.", ["GE", "AM", "AZ"]),
    ("es", "El gobierno de Georgia y el de Ucrania.", ["GE", "UA"]),
    ("en", "Members in Texas, Georgia and Florida.", []),
    ("es", "Vive en el estado de Georgia.", []),
    ("en", "Jordan Wexford and Chad Brum joined from Chad.", ["TD"]),
    ("es", "El investigador Israel Zorzal habló.", []),
    ("es", "Estudió en Granada y trabaja en Sevilla.", []),
    ("es", "Jamaica, Barbados y Granada, en el Caribe.", ["JM", "BB", "GD"]),
    ("es", "Guinea Ecuatorial, Guinea-Bisáu y Papúa Nueva Guinea.", ["GQ", "GW", "PG"]),
    ("es", "Frente al Golfo de Guinea, y en Guinea.", ["GN"]),
    ("en", "Jordan hosts refugees; Michael Jordan does not.", ["JO"]),
    ("es", "Jordania recibe refugiados sirios.", ["JO", "SY"]),
    ("en", "They ate turkey in Turkey.", ["TR"]),
    ("es", "El chile se cultiva en Chile.", ["CL"]),
    ("en", "Fine china was sold in China.", ["CN"]),
    ("es", "La diáspora china y la india.", ["CN", "IN"]),
    ("es", "Nuevo México y Ciudad de México son lugares distintos.", []),
    ("en", "New Mexico is a state; Mexico City is a capital.", []),
    ("es", "Nació en el Estado de México.", []),
    ("en", "Latin American and Central American networks.", []),
    ("es", "América Latina y Norteamérica.", []),
    ("es", "El profesor Luis Turco y la doctora Ana Alemán.", []),
    ("es", "Los empresarios turcos y polacos.", ["TR", "PL"]),
    ("en", "British Columbia and Columbia University.", []),
    ("en", "Colombia is not Columbia.", ["CO"]),
    ("es", "Níger y Nigeria; nigerinos y nigerianos.", ["NE", "NG"]),
    ("en", "Nigeriens and Nigerians.", ["NE", "NG"]),
    ("es", "Dominica y República Dominicana.", ["DM", "DO"]),
    ("es", "La República Democrática del Congo y la República del Congo.", ["CD", "CG"]),
    ("en", "The Democratic Republic of the Congo, Congo, Gabon.", ["CD", "CG", "GA"]),
    ("es", "Sin fines de lucro, las galas continuaron.", []),
    ("es", "El coordinador Israel García visitó Israel.", ["IL"]),
    ("es", "La Unión Europea y el Medio Oriente.", []),
    ("en", "The Reunión of alumni in Kosovo, Taiwan and Palestine.", ["XK", "TW", "PS"]),
    ("es", "Reunión de trabajo con palestinos y kosovares.", ["PS", "XK"]),
    ("es", "Los neozelandeses, los costarricenses y las hondureñas.", ["NZ", "CR", "HN"]),
    ("en", "New Zealanders, Filipinos and Ivorians.", ["NZ", "PH", "CI"]),
    ("es", "La experiencia Chilena en el Reino Unido.", ["CL", "GB"]),
    ("en", "The Central African Republic, Chad and Sudan.", ["CF", "TD", "SD"]),
    ("en", "A US-based engineer and U.S.-Mexico ties.", ["US", "MX"]),
    ("en", "Guinea pigs, Indiana and the Indian Ocean.", []),
]


@pytest.mark.parametrize(("lang", "text", "codes"), COUNTRIES)
def test_countries_and_their_traps(lang: str, text: str, codes: list[str]) -> None:
    """Names and demonyms of countries are found, and words that look like them are not."""
    assert found(text, "COUNTRY", lang=lang) == codes or sorted(
        found(text, "COUNTRY", lang=lang)
    ) == sorted(codes)


PLACES = [
    ("es", "Vive en Nuevo México.", [("us_new_mexico", "US")]),
    ("es", "La Ciudad de México y el Estado de México.",
     [("mx_mexico_city", "MX"), ("mx_state_of_mexico", "MX")]),
    ("en", "Mexico City, Washington, D.C. and Silicon Valley.",
     [("mx_mexico_city", "MX"), ("us_washington_d_c", "US"), ("us_silicon_valley", "US")]),
    ("es", "Trabaja en Córdoba, Argentina.", [("ar_cordoba_argentina", "AR")]),
    ("es", "Trabaja en Córdoba, España.", [("es_cordoba", "ES")]),
    ("en", "He lives in Cambridge, United States.", [("us_cambridge_massachusetts", "US")]),
    ("en", "He lives in Cambridge.", [("gb_cambridge", "GB")]),
    ("es", "Nació en Mérida, Venezuela.", [("ve_merida_venezuela", "VE")]),
    ("es", "Nació en Mérida.", [("mx_merida", "MX")]),
    ("es", "Radica en Valencia, Venezuela.", [("ve_valencia_venezuela", "VE")]),
    ("es", "Una reunión en San José, Costa Rica.", [("cr_san_jose", "CR")]),
    ("en", "She moved to London, Ontario.", [("ca_london_ontario", "CA")]),
    ("en", "She moved to London.", [("gb_london", "GB")]),
    ("en", "A plant in Birmingham, Alabama.", [("us_birmingham_alabama", "US")]),
    ("en", "Victoria Zorzal and Austin Wexford met in Lima.", [("pe_lima", "PE")]),
    ("es", "De Londres a París.", [("gb_london", "GB"), ("fr_paris", "FR")]),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "expected"), PLACES)
def test_places_with_their_country(lang: str, text: str, expected: list[tuple[str, str]]) -> None:
    """A city is a PLACE with its country; one name of several cities is told by what is near."""
    ents = entities.extract(document(text, lang=lang))
    assert [(ent.id, ent.country) for ent in ents if ent.label == "PLACE"] == expected


def test_one_id_whatever_the_language() -> None:
    """Escocia, Scotland and escocés are one id, and so are the names of one institution."""
    assert {entities.resolve("country", v) for v in ("Escocia", "scotland", "ESCOCÉS")} == {"GB"}
    ids = {entities.resolve("institution", v) for v in ("CONACYT", "conahcyt", "Secihti")}
    assert ids == {"secihti"}
    ents = entities.extract(document("El CONACYT, luego CONAHCYT y hoy SECIHTI."))
    assert {ent.id for ent in ents if ent.label == "INSTITUTION"} == {"secihti"}
    names = next(ent for ent in ents if ent.label == "INSTITUTION").names
    assert [name.from_ for name in names] == sorted(
        name.from_ for name in names if name.from_ is not None
    )
    assert len(names) == 3


PROGRAMS = [
    ("es", "La Red de Talentos Mexicanos es hoy la Red Global MX.", ["red_global_mx"]),
    ("en", "GlobalScot, ChileGlobal and Kea set the tone.", ["globalscot", "chileglobal", "kea"]),
    ("en", "The kea is a parrot that can tie knots.", []),
    ("en", "TiE was founded by Indian engineers.", ["tie"]),
    ("es", "El Programa Tres por Uno (3x1) y el Ohtli.", ["tres_por_uno", "ohtli"]),
    ("en", "Young Thousand Talents is not the Thousand Talents Plan.",
     ["young_thousand_talents", "thousand_talents"]),
    ("es", "Obtuvo una Beca Fulbright-García Robles y una beca Chevening.",
     ["garcia_robles", "chevening"]),
    ("es", "Pertenece al SNII, antes SNI.", ["sni"]),
    ("en", "The 3x1 Program for Migrants and Colombia nos Une.",
     ["tres_por_uno", "colombia_nos_une"]),
    ("es", "El Programa Nacional de Retorno Zorzal comenzó ayer.",
     ["programa_nacional_de_retorno_zorzal"]),
    ("en", "He held the Amberly Fellowship for two years.", ["amberly_fellowship"]),
    ("es", "El programa de la tarde fue agradable.", []),
    ("es", "La red de transporte y el premio de consolación.", []),
    ("en", "The program was launched.", []),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "ids"), PROGRAMS)
def test_programmes(lang: str, text: str, ids: list[str]) -> None:
    """Programmes are known by every alias; others are told by the shape of their name."""
    assert found(text, "PROGRAM", lang=lang) == ids


INSTITUTIONS = [
    ("es", "La SRE, por medio del IME, convocó.", ["sre", "ime"]),
    ("en", "The International Organization for Migration (IOM) and the World Bank.",
     ["iom", "world_bank"]),
    ("es", "Estudió en la Universidad Autónoma de Zorzal y la empresa creció.",
     ["university_autonomous_zorzal"]),
    ("en", "She left Zorzal University in May.", ["university_zorzal"]),
    ("es", "Trabaja en Alfarera Norteña S.A. de C.V. desde entonces.",
     ["alfarera_nortena_s_a_de_c_v"]),
    ("en", "He joined Brightwell Optics GmbH last year.", ["brightwell_optics_gmbh"]),
    ("es", "La Universidad de Nueva York firmó.", ["nyu"]),
    ("es", "El instituto abrió un centro histórico.", []),
    ("es", "El Ministerio de Relaciones Exteriores de Ghana respondió.", ["mfa_gh"]),
    ("en", "The Ministry of Foreign Affairs of Mexico replied.", ["sre"]),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "ids"), INSTITUTIONS)
def test_institutions(lang: str, text: str, ids: list[str]) -> None:
    """Organisations are known by name and acronym, or told by shape, and end where they end."""
    assert found(text, "INSTITUTION", lang=lang) == ids


def test_an_acronym_given_once_holds_in_the_whole_document() -> None:
    """An acronym in brackets after a name means that name on every later page."""
    doc = document(
        "El Observatorio de Movilidad Zorzal (OMZ) publicó cifras.", "Según el OMZ, crecieron."
    )
    ents = [ent for ent in entities.extract(doc) if ent.label == "INSTITUTION"]
    assert [ent.text for ent in ents] == ["Observatorio de Movilidad Zorzal", "OMZ", "OMZ"]
    assert len({ent.id for ent in ents}) == 1
    assert [ent.page for ent in ents] == [1, 1, 3]


LANGUAGES = [
    ("es", "Habla inglés, francés y alemán.", ["en", "fr", "de"], []),
    ("es", "Entiende alemán y da cursos de japonés.", ["de", "ja"], []),
    ("es", "Un empresario inglés y una red alemana.", [], ["GB", "DE"]),
    ("en", "She is fluent in German and reads Portuguese.", ["de", "pt"], []),
    ("en", "German universities and Portuguese firms.", [], ["DE", "PT"]),
    ("es", "Idiomas: español (nativo), inglés C1, portugués básico", ["es", "en", "pt"], []),
    ("en", "Languages: Spanish (native), English C2, Mandarin", ["es", "en", "zh"], []),
    ("en", "Latin America speaks many languages.", [], []),
]


@pytest.mark.parametrize(("lang", "text", "spoken", "countries"), LANGUAGES)
def test_languages_are_no_demonyms(
    lang: str, text: str, spoken: list[str], countries: list[str]
) -> None:
    """The name of a language is told from the demonym that is written alike."""
    assert found(text, "LANGUAGE", lang=lang) == spoken
    assert found(text, "COUNTRY", lang=lang) == countries


SECTORS = [
    ("es", "Almacenamiento de energía y baterías de litio.", ["energy"]),
    ("en", "A public health researcher in materials science.", ["health", "nanomaterials"]),
    ("es", "Lo hizo con mucha energía y por motivos de salud.", []),
    ("es", "¡Salud!", []),
    ("es", "Ingenieros aeroespaciales y expertas en IA.", ["aerospace", "ict"]),
    ("es", "Una red de apoyo y otra de amigos.", []),
    ("en", "The automotive sector and climate change.", ["automotive", "environment"]),
    ("es", "La industria de semiconductores y la aeroespacial.", ["semiconductors", "aerospace"]),
]


@pytest.mark.parametrize(("lang", "text", "ids"), SECTORS)
def test_sectors_and_their_homonyms(lang: str, text: str, ids: list[str]) -> None:
    """Terms of sectors are found in both languages, everyday uses of the words are not."""
    assert found(text, "SECTOR", lang=lang) == ids


def test_sectors_of_a_text_are_ranked() -> None:
    """The sector that most is said of comes first, one barely touched on is not named."""
    text = (
        "Energy storage engineer: lithium batteries, smart grids and renewable energy. "
        "Some software engineering. Likes music."
    )
    ranked = entities.sectors_of(text, lang="en")
    assert ranked[0] == "energy"
    assert "creative" not in ranked
    assert entities.sectors_of("Buenas tardes.", lang="es") == ()


PEOPLE = [
    ("es", "La Dra. Zulema Ibarrola Quintero, directora de la red, habló.",
     [("Zulema Ibarrola Quintero", "directora de la red")]),
    ("en", "Mr. Teodoro Wexford Senior Economist at the bank.",
     [("Teodoro Wexford", "Senior Economist at the bank")]),
    ("es", "Según Oyewole Brankov, la red creció.", [("Oyewole Brankov", None)]),
    ("es", "Carolina del Norte y San Francisco quedan lejos.", []),
    ("es", "La Universidad Benito Zorzal abrió.", []),
    ("en", "The Second Secretary met Carlos de la Vega Brum.", [("Carlos de la Vega Brum", None)]),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "people"), PEOPLE)
def test_people_with_roles(lang: str, text: str, people: list[tuple[str, str | None]]) -> None:
    """People are told by title, given name or cue, with the office that follows."""
    ents = entities.extract(document(text, lang=lang))
    assert [(ent.text, ent.role) for ent in ents if ent.label == "PERSON"] == people


FIGURES = [
    ("es", "El 46.5% se encuentra subempleado en 2008.", (46.5, "%", 2008)),
    ("es", "El 46,5 % del total.", (46.5, "%", None)),
    ("es", "Recibió 2 millones de dólares.", (2e6, "USD", None)),
    ("es", "Son $21.2 billones de pesos.", (21.2e12, "MXN", None)),
    ("en", "It received $21.2 billion in 2009.", (21.2e9, "USD", 2009)),
    ("es", "Cuenta con 300 miembros.", (300.0, "miembros", None)),
    ("es", "Hay 1.250.000 personas.", (1_250_000.0, "personas", None)),
    ("en", "Over 450,000 migrants left.", (450_000.0, "migrants", None)),
    ("es", "Son 750 mil personas.", (750_000.0, "personas", None)),
    ("es", "Se crearon tres capítulos.", (3.0, "capítulos", None)),
    ("en", "It has 1.5 million members.", (1_500_000.0, "members", None)),
    ("es", "Costó 3 mil millones de euros.", (3e9, "EUR", None)),
]


@pytest.mark.parametrize(("lang", "text", "expected"), FIGURES)
def test_figures(lang: str, text: str, expected: tuple[float, str, int | None]) -> None:
    """A figure has value, unit and year; billón and billion are worth what they are worth."""
    ents = entities.extract(document(text, lang=lang))
    figures = [(ent.value, ent.unit, ent.year) for ent in ents if ent.label == "FIGURE"]
    assert figures == [expected]


DATES = [
    ("es", "El 12 de marzo de 2009 se fundó.", ["2009-03-12"]),
    ("en", "Founded on September 1st, 2009 in Oslo.", ["2009-09-01"]),
    ("es", "Desde enero de 2005.", ["2005-01"]),
    ("en", "In 2015 it closed (Zorzal, 2016).", ["2015"]),
]


@pytest.mark.parametrize(("lang", "text", "ids"), DATES)
def test_dates(lang: str, text: str, ids: list[str]) -> None:
    """Dates become ISO ids; the year of a citation is none."""
    assert found(text, "DATE", lang=lang) == ids


DEGREES = [
    ("es", "Licenciatura en Física, Maestría en Ciencias y Doctorado.",
     ["bachelor", "master", "phd"]),
    ("en", "B.Sc. in Physics, MSc and Ph.D. in Optics", ["bachelor", "master", "phd"]),
    ("es", "M. en C. y Dr. rer. nat.", ["master", "phd"]),
    ("en", "Zorzal, M. A. and Quick, B. A. wrote it.", []),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "ids"), DEGREES)
def test_degrees(lang: str, text: str, ids: list[str]) -> None:
    """Degrees are levels, however they are abbreviated; initials of authors are none."""
    assert found(text, "DEGREE", lang=lang) == ids


RESOLVED = [
    ("country", "mexico", "MX"),
    ("country", "DEU", "DE"),
    ("country", "ee.uu.", "US"),
    ("country", "gb", "GB"),
    ("country", "neozelandesa", "NZ"),
    ("program", "red de talentos", "red_global_mx"),
    ("program", "3X1", "tres_por_uno"),
    ("program", "becas fulbright", "fulbright"),
    ("institution", "unam", "unam"),
    ("institution", "Universidad Nacional Autonoma de Mexico", "unam"),
    ("institution", "world bank", "world_bank"),
    ("sector", "Salud", "health"),
    ("sector", "biotecnologia", "agrifood_biotech"),
    ("sector", "ict", "ict"),
    ("speaks", "Alemán", "de"),
    ("speaks", "portuguese", "pt"),
    ("speaks", "en", "en"),
    ("degree", "doctorado", "phd"),
]


@pytest.mark.parametrize(("field", "value", "id"), RESOLVED)
def test_filter_values(field: str, value: str, id: str) -> None:
    """A filter takes id, name, alias or acronym in either language, accents and case aside."""
    assert entities.resolve(field, value) == id


def test_an_unknown_filter_value_names_the_nearest() -> None:
    """An unknown value is an error of exit 2 that lists what is nearest."""
    with pytest.raises(UnknownValueError) as caught:
        entities.resolve("country", "Germny")
    assert "DE" in str(caught.value.params["nearest"])
    assert caught.value.exit_code == 2
    with pytest.raises(UsageError):
        entities.resolve("colour", "blue")


def test_questions_in_small_letters() -> None:
    """A question typed without capitals or accents is understood all the same."""
    ents = entities.extract_text(
        "quien nos ayuda con almacenamiento de energia en alemania y chile", lang="es"
    )
    assert [(ent.label, ent.id) for ent in ents] == [
        ("SECTOR", "energy"), ("COUNTRY", "DE"), ("COUNTRY", "CL"),
    ]  # fmt: skip
    assert [ent.id for ent in entities.extract_text("lessons of globalscot", lang="en")] == [
        "globalscot"
    ]


def test_questions_tell_words_from_names() -> None:
    """In small letters "unam" and "kea" are names, "tie" and "meta" are words."""
    ents = entities.extract_text("who from unam knows kea and can tie a meta to it", lang="en")
    assert [ent.id for ent in ents] == ["unam", "kea"]


def test_offsets_order_and_no_overlap() -> None:
    """Entities carry the text they stand on, in order, and none of a label overlaps another."""
    doc = document(
        "La Universidad Nacional Autónoma de México (UNAM) y el IPN, con 300 miembros en Canadá.",
        "El 5 % de los mexicanos en Nueva York; el Programa Paisano y el Dr. Zenón Quiroz Alba.",
    )
    ents = entities.extract(doc)
    assert all(doc.text[ent.start : ent.end] == ent.text for ent in ents)
    assert list(ents) == sorted(ents, key=lambda ent: (ent.start, -ent.end, ent.label))
    by_label: dict[str, list[Entity]] = {}
    for ent in ents:
        assert all(ent.start >= other.end for other in by_label.setdefault(ent.label, []))
        by_label[ent.label].append(ent)
    assert {ent.page for ent in ents} == {1, 3}


def test_furniture_is_left_out() -> None:
    """Running heads name nothing; references name only what is listed."""
    assert entities.extract(document("Informe de México 2009", role="head")) == ()
    ents = entities.extract(
        document("Zorzal Quintana, A. (2009). Banco Mundial.", role="reference")
    )
    assert [ent.id for ent in ents] == ["world_bank"]


def test_both_matchers_find_the_same() -> None:
    """The trie for questions and spaCy's ruler for documents agree on every form there is."""
    forms = {made.text for pattern in gazetteer.patterns() for made in pattern.forms}
    text = unicodedata.normalize("NFC", " / ".join(sorted(forms)))
    for lang in ("es", "en"):
        ours = sorted((m.start, m.end) for m in gazetteer.match_text(text))
        spacys = sorted((m.start, m.end) for m in pipeline.matches(text, lang=lang))
        assert ours == spacys
    assert len(ours) >= len(forms)


def test_every_listed_entry_has_both_names_and_one_bearer() -> None:
    """Ids are unique in their list, and both names of an entry lead back to its id."""
    for field, listed in (
        ("program", entities.programs()),
        ("institution", entities.institutions()),
    ):
        ids = [entry.id for entry in listed]
        assert len(ids) == len(set(ids))
        for entry in listed:
            assert entities.resolve(field, entry.es) == entry.id, entry
            assert entities.resolve(field, entry.en) == entry.id, entry


def test_names_of_ids() -> None:
    """Facets get both names of an id, and a readable one where no list holds it."""
    assert entities.names("COUNTRY", "GB") == ("Reino Unido", "United Kingdom")
    assert entities.names("SECTOR", "health") == ("Salud", "Health")
    assert entities.names("INSTITUTION", "liga_zorzal") == ("liga zorzal", "liga zorzal")


def test_ids_of_one_university_in_both_languages() -> None:
    """A university that no list holds has one id whatever the language of its name."""
    spanish = found("Estudió en la Universidad de Múnich Oriental.", "INSTITUTION")
    english = found("He left the University of Munich Oriental.", "INSTITUTION", lang="en")
    assert spanish == english


def test_the_document_decides_between_cities() -> None:
    """A city that two countries have is in the one that the document speaks of."""
    first = "Trabajó en Caracas y en Maracaibo, con empresas de Venezuela."
    filler = "Después cambió de oficio y de casa muchas veces. " * 4
    doc = document(first, filler + "Volvió a Barcelona.")
    places = {ent.text: ent.country for ent in entities.extract(doc) if ent.label == "PLACE"}
    assert places["Barcelona"] == "VE"
    assert found("Volvió a Barcelona.", "PLACE") == ["es_barcelona"]


def test_headings_of_a_cv_name_no_sector() -> None:
    """ "Education" as a line of its own is a heading, in a sentence it is a sector."""
    assert found("Education", "SECTOR", lang="en") == []
    assert found("EDUCACIÓN:\nUna lista.", "SECTOR") == []
    assert found("They work in education and health care.", "SECTOR", lang="en") == [
        "education", "health",
    ]  # fmt: skip


def test_names_after_people_stay_whole() -> None:
    """A hospital or fund named after somebody is an organisation, and nobody is met there."""
    doc = document("El Hospital General Ernesto Zorzal abrió una sala.")
    ents = {ent.label: ent.text for ent in entities.extract(doc)}
    assert ents == {"INSTITUTION": "Hospital General Ernesto Zorzal"}
    ents = {
        ent.label: ent.text
        for ent in entities.extract(document("The Laura Zorzal Foundation paid.", lang="en"))
    }
    assert ents == {"INSTITUTION": "Laura Zorzal Foundation"}


def test_people_in_a_list_without_commas_are_told_apart() -> None:
    """Names that follow one another without marks are several people."""
    text = "Ana María Brum Zorzal Carlos Wexford Quint Elena Brankov Dax"
    people = [ent.text for ent in entities.extract(document(text)) if ent.label == "PERSON"]
    assert people == ["Ana María Brum Zorzal", "Carlos Wexford Quint", "Elena Brankov Dax"]


def test_an_installed_pipeline_adds_people(tmp_path: Path) -> None:
    """A spaCy pipeline that the settings name is asked for people and organisations."""
    import spacy

    nlp = spacy.blank("es")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PER", "pattern": "Qwyx Zzor"}])  # type: ignore[attr-defined]
    nlp.to_disk(tmp_path / "ner")
    doc = document("Ayer habló Qwyx Zzor en la sala.")
    assert not [ent for ent in entities.extract(doc) if ent.label == "PERSON"]
    settings = Settings(ner_es=str(tmp_path / "ner"))
    ents = entities.extract(doc, settings=settings)
    assert [ent.text for ent in ents if ent.label == "PERSON"] == ["Qwyx Zzor"]
    with pytest.raises(MissingPartError) as caught:
        entities.extract(doc, settings=Settings(ner_es="no_such_pipeline"))
    assert "no_such_pipeline" in caught.value.text("es")


def test_texts_of_any_kind_are_survived() -> None:
    """Odd characters, empty texts and unknown languages raise nothing and keep offsets true."""
    for text in (
        "",
        " \n ",
        "\ufb01n ß ǅ İstanbul’s 5\u00a0% «México»",
        "日本 and Ελλάδα",
        "((((U.S.))))",
    ):
        doc = document(text, lang="und")
        for ent in entities.extract(doc):
            assert doc.text[ent.start : ent.end] == ent.text
        for ent in entities.extract_text(text, lang="und"):
            assert unicodedata.normalize("NFC", text)[ent.start : ent.end] == ent.text
