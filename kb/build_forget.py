"""Erasing a person: what is kept to know the file again (salted hashes), and who else names them.

A tombstone is a hash of the file, of the text of a row, of an e-mail address or of a name. A name
alone keeps out only who shows no address: two people may bear one name.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from kb import store_write
from kb import text as texts
from kb.datatypes import Parsed, Profile

if TYPE_CHECKING:
    from kb.store import Store


@dataclass(frozen=True, slots=True)
class Mention:
    """A document that names a forgotten person and was not changed; `pages` where it does."""

    doc_id: str
    source: str
    kind: str
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ForgetReport:
    """`forgotten`: profile ids; `mentions`: other documents that name those people."""

    forgotten: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()


def forget(store: Store, profile_ids: Sequence[str]) -> ForgetReport:
    """Take people out of the store, in one transaction; the bytes go with `Store.erase`.

    `profile_ids` must be known.
    """
    with store.transaction() as con:
        salt = _salt(con)
        people = [person for id_ in profile_ids if (person := store.profile(id_)) is not None]
        for profile in people:
            for what, value in _marks(profile, _text(con, profile.doc_id)):
                _bury(con, salt, what, value)
        for profile in people:
            if sha256 := store_write.forget_file_of(con, profile.doc_id):
                _bury(con, salt, "file", sha256)
        if people:
            con.execute("INSERT OR REPLACE INTO meta VALUES ('erase', '1')")
    return ForgetReport(tuple(p.profile_id for p in people), mentions(store, people))


def is_buried(con: sqlite3.Connection, *, sha256: str) -> bool:
    """Whether this file was all of a person who asked to be forgotten."""
    return _has(con, "file", sha256)


def is_forgotten(con: sqlite3.Connection, one: Parsed) -> bool:
    """Whether this document is of a person who asked to be forgotten."""
    if one.profile is None or not con.execute("SELECT 1 FROM tombstones").fetchone():
        return False
    marks = _marks(one.profile, one.document.text)
    if any(_has(con, what, value) for what, value in marks if what in ("text", "email")):
        return True
    names = [value for what, value in marks if what in ("name", "name_alone")]
    if one.profile.emails:
        return any(_has(con, "name_alone", name) for name in names)
    return any(_has(con, what, name) for name in names for what in ("name", "name_alone"))


def mentions(store: Store, people: Sequence[Profile]) -> tuple[Mention, ...]:
    """Documents whose text has the name or an e-mail address of one of `people`, by source."""
    pattern = _pattern(people)
    if pattern is None:
        return ()
    found: list[Mention] = []
    query = "SELECT doc_id, source, kind, text FROM documents ORDER BY source, doc_id"
    for row in store.con.execute(query).fetchall():
        places = [match.start() for match in pattern.finditer(texts.fold(row["text"]))]
        if not places:
            continue
        doc = store.document(row["doc_id"])
        pages = {
            page
            for passage in (doc.passages if doc else ())
            if any(passage.start <= place < passage.end for place in places)
            for page in passage.pages
        }
        found.append(Mention(row["doc_id"], row["source"], row["kind"], tuple(sorted(pages))))
    return tuple(found)


def _pattern(people: Sequence[Profile]) -> re.Pattern[str] | None:
    """Names as "Given Surname" and "Surname, Given" for each place to part them; addresses."""
    wanted: set[str] = set()
    for profile in people:
        words = texts.words(profile.name or "")
        if len(words) > 1:
            turns = [words[i:] + words[:i] for i in range(len(words))]
            wanted.update(r"\W+".join(map(re.escape, turn)) for turn in turns)
        wanted.update(re.escape(texts.fold(email)) for email in profile.emails)
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(wanted))})(?!\w)") if wanted else None


def _marks(profile: Profile, text: str) -> list[tuple[str, str]]:
    marks = [("text", text)]
    marks += [("email", email.strip().casefold()) for email in profile.emails]
    if words := texts.words(profile.name or ""):
        marks.append(("name" if profile.emails else "name_alone", " ".join(words)))
    return marks


def _text(con: sqlite3.Connection, doc_id: str) -> str:
    row = con.execute("SELECT text FROM documents WHERE doc_id = ?", (doc_id,)).fetchone()
    return str(row["text"])


def _salt(con: sqlite3.Connection) -> bytes:
    con.execute("INSERT OR IGNORE INTO meta VALUES ('salt', ?)", (secrets.token_hex(16),))
    row = con.execute("SELECT value FROM meta WHERE key = 'salt'").fetchone()
    return bytes.fromhex(row[0])


def _hash(salt: bytes, what: str, value: str) -> bytes:
    return blake2b(f"{what}\0{value}".encode(), digest_size=16, key=salt).digest()


def _bury(con: sqlite3.Connection, salt: bytes, what: str, value: str) -> None:
    con.execute("INSERT OR IGNORE INTO tombstones VALUES (?, ?)", (_hash(salt, what, value), what))


def _has(con: sqlite3.Connection, what: str, value: str) -> bool:
    row = con.execute("SELECT value FROM meta WHERE key = 'salt'").fetchone()
    if row is None:
        return False
    found = con.execute(
        "SELECT 1 FROM tombstones WHERE hash = ? AND what = ?",
        (_hash(bytes.fromhex(row[0]), what, value), what),
    )
    return found.fetchone() is not None
