"""Invented documents for tests of the store and the indexes, made without reading a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kb import index, store_vectors, store_write
from kb.build_parsing import doc_id_of
from kb.datatypes import (
    SEARCHED_ROLES,
    Box,
    CountryRole,
    Document,
    Entity,
    LanguageSkill,
    Lesson,
    Parsed,
    Passage,
    Problem,
    Profile,
)
from kb.embed import HashEncoder, passage_text
from kb.store import Store, StoredFile
from kb.store_records import content_of
from kb.store_write import Changes


def document(
    source: str,
    texts: Sequence[str],
    *,
    lang: str = "es",
    kind: str = "policy",
    title: str | None = None,
    year: int | None = None,
    roles: Sequence[str] = (),
) -> Document:
    """A document whose passages are `texts`, on one page each."""
    doc_id = doc_id_of(source)
    passages: list[Passage] = []
    start = 0
    for i, text in enumerate(texts):
        passages.append(
            Passage(
                f"{doc_id}.{i:04d}", doc_id, start, start + len(text), text, lang,
                section=("Uno", f"Parte {i}"), page=i + 1, pages=(i + 1,), page_label=f"{i + 9}",
                boxes=(Box(i + 1, 1.0, 2.0, 3.0, 4.5),),
                role=roles[i] if roles else "body",  # type: ignore[arg-type]
            )
        )  # fmt: skip
        start += len(text) + 2
    return Document(
        doc_id, source, kind, title, ("A. Pérez",), year, None, None, lang, len(texts),  # type: ignore[arg-type]
        "0" * 64, "\n\n".join(texts), tuple(passages),
        warnings=(Problem(source, "pdf_no_text", (("pages", 1),)),),
    )  # fmt: skip


def entity(doc: Document, text: str, label: str, id_: str, *, country: str | None = None) -> Entity:
    """`text` where it first stands in `doc`."""
    start = doc.text.index(text)
    return Entity(text, label, id_, text, text, start, start + len(text), country=country)  # type: ignore[arg-type]


def policy(source: str = "redes.pdf", *, year: int = 2011) -> Parsed:
    doc = document(
        source,
        ["Escocia fundó GlobalScot en 2001.", "La red de Chile se apoya en Santiago.", "Índice 1"],
        title="Redes de talento",
        year=year,
        roles=("body", "body", "contents"),
    )
    lesson = Lesson(
        f"{doc.passages[1].passage_id}.l0", doc.passages[1].passage_id, doc.doc_id, "risk",
        doc.passages[1].text, doc.passages[1].start, doc.passages[1].end, countries=("CL",),
    )  # fmt: skip
    ents = (
        entity(doc, "Escocia", "COUNTRY", "GB"),
        entity(doc, "GlobalScot", "PROGRAM", "globalscot"),
        entity(doc, "Chile", "COUNTRY", "CL"),
        entity(doc, "Santiago", "PLACE", "santiago", country="CL"),
    )
    return Parsed(doc, ents, None, (lesson,))


def person(
    source: str = "cv.txt",
    *,
    name: str = "Lucía Núñez Arrieta",
    email: str | None = "lucia.nunez@example.org",
    country: str = "DE",
) -> Parsed:
    doc = document(
        source,
        [f"{name} · {email or 'sin correo'}", "Research on solar cells in Toronto, Canada."],
        lang="en",
        kind="profile",
        title=name,
    )
    profile = Profile(
        "p" + doc.doc_id[1:], "person", source, name=name, emails=(email,) if email else (),
        country=country, languages=(LanguageSkill("es", "native"), LanguageSkill("de", "C1")),
        degree="phd", sectors=("energy",), willing_to=("mentor",), chapters=("berlin",),
        countries=(CountryRole(country, "residence"),), seniority="senior", doc_id=doc.doc_id,
    )  # fmt: skip
    return Parsed(doc, (entity(doc, "Canada", "COUNTRY", "CA"),), profile)


def put(store: Store, parsed: Sequence[Parsed], *, path: str = "", sha256: str = "s") -> Changes:
    """Write documents as those of one file, with vectors of the hash encoder."""
    source = parsed[0].document.source.partition("#")[0] if parsed else path
    file = StoredFile(path or f"/x/{source}", "/x", "", source, "", sha256, 1, 1, "{}")
    encoder = HashEncoder()
    model = index.claim_model(store, encoder, name="hash")
    contents: dict[str, bytes] = {}
    for one in parsed:
        for passage in one.document.passages:
            if passage.role in SEARCHED_ROLES:
                text = passage_text(passage, one.document.title)
                contents[passage.passage_id] = content_of(text)
                with store.transaction() as con:
                    store_vectors.add(con, [content_of(text)], encoder.encode([text]), model)
    with store.transaction() as con:
        return store_write.put(con, file, parsed, contents)


def bytes_below(folder: Path) -> bytes:
    """All bytes of all files of a folder, one after the other."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
